"""Who keeps accounts and roles. Each check passes or refuses with a sentence.

An administrator keeps the accounts of their own province and never their own roles; what reaches the
province is confirmed by a second administrator or the lead. The command line passes no person.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from core import clock
from core.exceptions import NotAllowed
from core.models import User
from registry.enums import ROLE_CONFIRMERS, Role, UnitKind
from registry.models import Account, RoleRequest, Unit, UnitRole
from registry.querysets import ACCOUNT_READERS
from registry.scopes import accounts_of, province_path, provinces_of, scope_of


def check_can_see_accounts(actor: Any) -> None:
    """The administrator, the lead and the inspectorate see who may do what in their province."""
    if not scope_of(actor).has(*ACCOUNT_READERS):
        raise NotAllowed(
            _("People and roles are seen by the administrator, the leadership and the inspectorate."),
            _("Ask the administrator of your province."),
        )


def check_can_keep_accounts(actor: Any) -> None:
    """Some province's administrator: for buttons and forms that have no account yet."""
    if actor is not None and not scope_of(actor).has(Role.ADMINISTRATOR):
        raise NotAllowed(
            _("Accounts are kept by the administrator."), _("Ask the administrator of your province.")
        )


def check_can_keep_at(actor: Any, unit: Unit) -> None:
    """The administrator of the province in which the unit lies."""
    check_can_keep_accounts(actor)
    if actor is not None and province_path(unit.path) not in provinces_of(actor, Role.ADMINISTRATOR):
        raise NotAllowed(
            _("%(unit)s lies outside your province.") % {"unit": unit.name},
            _("Choose a unit of your own province."),
        )


def check_can_keep_account(actor: Any, account: Account) -> None:
    """The administrator of the account's province."""
    check_can_keep_at(actor, account.home)


def check_can_change_access(actor: Any, account: Account) -> None:
    """The administrator of the account's province, for everybody but themselves."""
    check_can_keep_account(actor, account)
    if actor is not None and actor.pk == account.user_id:
        raise NotAllowed(
            _("This is your own account, and nobody changes their own access."),
            _("Ask the second administrator or the leadership."),
        )


def check_can_give_role(actor: Any, account: Account, unit: Unit) -> None:
    """The administrator of the province of both the account and the unit, never to themselves."""
    check_can_change_access(actor, account)
    check_can_keep_at(actor, unit)


def check_can_settle(actor: Any, request: RoleRequest) -> None:
    """A second holder settles: another administrator or the lead of the province, never the person concerned.

    A first lead whom one person named settles it alone, at the first sign-in.
    """
    own = accounts_of(actor)
    if request.by_token:
        if actor.pk != request.user_id:
            raise NotAllowed(
                _("%(person)s was named by one person and confirms it at the first sign-in.")
                % {"person": request.user},
                _("Hand over the slip with the first password."),
            )
        return
    if province_path(request.unit.path) not in provinces_of(actor, *ROLE_CONFIRMERS):
        raise NotAllowed(
            _("Roles at the province are confirmed by an administrator or the leadership of that province.")
        )
    if own & {request.user_id, request.asked_by_id}:
        raise NotAllowed(
            _("You asked for this role, or would hold it yourself."),
            _("A second administrator or the leadership confirms or refuses it."),
        )


def check_can_call_certification(actor: Any, province: Unit) -> None:
    """The administrator or the lead of the province asks for the lists."""
    if province.kind != UnitKind.PROVINCE or province.path not in provinces_of(actor, *ROLE_CONFIRMERS):
        raise NotAllowed(_("The lists of people are asked for by the administrator or the leadership."))


def check_can_certify(actor: Any, unit: Unit) -> None:
    """A district's own officer confirms its list; the lead confirms the province's."""
    role = Role.LEAD if unit.kind == UnitKind.PROVINCE else Role.DISTRICT_OFFICER
    held = {one.unit_id for one in scope_of(actor).roles if one.role == role}
    leads = unit.kind == UnitKind.PROVINCE and unit.path in provinces_of(actor, Role.LEAD)
    if not leads and unit.pk not in held:
        raise NotAllowed(
            _("The list of %(unit)s is confirmed by its own officer.") % {"unit": unit.name},
            _("The province's own list is confirmed by the leadership."),
        )


def certifies_for(actor: Any) -> list[int]:
    """Keys of the districts whose officer the person is, and of the provinces that the person leads."""
    found = [one.unit_id for one in scope_of(actor).roles if one.role == Role.DISTRICT_OFFICER]
    return found + [int(path.strip("/")) for path in provinces_of(actor, Role.LEAD)]


_guarded: list[Callable[[User], bool]] = []


def register_guarded(holds: Callable[[User], bool]) -> None:
    """Let an app say of whom else no administrator may take the place alone, such as a member with a secret vote."""
    _guarded.append(holds)


def holds_at_province(user: User) -> bool:
    """Whether the person holds, today or from a later day on, a role that nobody gives alone, or what is guarded like it."""
    roles = UnitRole.objects.needing_second_hand().not_over(clock.today()).filter(user=user)
    return roles.exists() or any(holds(user) for holds in _guarded)
