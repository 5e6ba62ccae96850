"""Who acts for which unit, and from when."""

from datetime import date

from django.utils.translation import gettext as _

from core import audit
from core.exceptions import InvalidRequest, NotAllowed
from core.models import User
from core.services import service
from registry.enums import PROVINCE_WIDE_ROLES, Role, UnitKind
from registry.events import Event
from registry.models import Unit, UnitRole
from registry.scopes import scope_of


def _check_can_grant(actor: User | None) -> None:
    """Roles are given by the administrator; a command that no person runs may too."""
    if actor is not None and not scope_of(actor).has(Role.ADMINISTRATOR):
        raise NotAllowed(_("Roles are given by the administrator."))


@service
def grant_role(
    *, user: User, role: str, unit: Unit, starts_on: date, actor: User | None, ends_on: date | None = None
) -> UnitRole:
    """Let a person act for a unit from a day on.

    Raises InvalidRequest when the role does not fit the kind of unit.
    """
    _check_can_grant(actor)
    fitting = {
        Role.COMMUNE_OFFICER: {UnitKind.COMMUNE},
        Role.DISTRICT_OFFICER: {UnitKind.DISTRICT},
        Role.AGENCY_OFFICER: {UnitKind.AGENCY, UnitKind.ENTERPRISE},
    }
    wanted = fitting.get(Role(role))
    if wanted and unit.kind not in wanted:
        raise InvalidRequest(
            _("%(role)s is no role of %(unit)s.") % {"role": Role(role).label, "unit": unit.name},
            _("Choose a unit of the fitting level."),
        )
    if role in PROVINCE_WIDE_ROLES and unit.kind not in {UnitKind.PROVINCE, UnitKind.AGENCY}:
        raise InvalidRequest(
            _("%(role)s is held at the province.") % {"role": Role(role).label},
            _("Choose the province or one of its bodies as the unit."),
        )
    held = UnitRole.objects.create(user=user, role=role, unit=unit, starts_on=starts_on, ends_on=ends_on)
    user.__dict__.pop("_scopes", None)
    audit.record(
        Event.ROLE_GRANTED,
        actor=actor,
        subject=user,
        role=str(role),
        unit=unit.key,
        from_day=starts_on.isoformat(),
    )
    return held
