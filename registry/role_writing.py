"""Writing dated roles: what fits which unit, what needs a second hand, and the rows with their entries in the log.

Services and the import of people call this inside their own transaction.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from core import audit, clock
from core.exceptions import InvalidRequest, StaleState
from core.models import User
from registry.enums import PROVINCE_WIDE_ROLES, RequestState, Role, UnitKind
from registry.events import Event
from registry.models import Account, DecidingPaper, RoleRequest, Unit, UnitRole

M = TypeVar("M", bound=models.Model)
# What every keyboard types: Vietnamese marks, capitals and blanks are a source of failed sign-ins.
USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,59}")
_USUAL = {
    UnitKind.COMMUNE: Role.COMMUNE_OFFICER,
    UnitKind.DISTRICT: Role.DISTRICT_OFFICER,
    UnitKind.AGENCY: Role.AGENCY_OFFICER,
    UnitKind.ENTERPRISE: Role.AGENCY_OFFICER,
}
_FITTING = {
    Role.COMMUNE_OFFICER: {UnitKind.COMMUNE},
    Role.DISTRICT_OFFICER: {UnitKind.DISTRICT},
    Role.AGENCY_OFFICER: {UnitKind.AGENCY, UnitKind.ENTERPRISE},
    Role.OVERSEER: {UnitKind.PROVINCE, UnitKind.DISTRICT, UnitKind.COMMUNE},
}


@dataclass(frozen=True)
class RoleWish:
    """A role as it is typed or read from a file: for whom, which, where, from when until when, by which paper."""

    user: User
    role: str
    unit: Unit
    starts_on: date
    ends_on: date | None = None
    paper: DecidingPaper | None = None


def shown(day: date) -> str:
    """A day as sentences write it."""
    return day.strftime("%d/%m/%Y")


def kinds_fitting(role: str) -> set[UnitKind]:
    """At which kinds of units a role is held."""
    return _FITTING.get(Role(role), {UnitKind.PROVINCE, UnitKind.AGENCY})


def usual_role(unit: Unit) -> Role | None:
    """What somebody of such a unit does where nothing else is said; nothing at the province."""
    return _USUAL.get(UnitKind(unit.kind))


def needs_second_hand(role: str, unit: Unit) -> bool:
    """Whether the role reaches the province, so that nobody gives it alone."""
    return role in PROVINCE_WIDE_ROLES or unit.kind == UnitKind.PROVINCE


def check_role_fits(role: str, unit: Unit) -> None:
    """Raise ``InvalidRequest`` when the role is none of such a unit."""
    if unit.kind in kinds_fitting(role):
        return
    if role in PROVINCE_WIDE_ROLES:
        raise InvalidRequest(
            _("%(role)s is held at the province.") % {"role": Role(role).label},
            _("Choose the province or one of its bodies as the unit."),
        )
    raise InvalidRequest(
        _("%(role)s is no role of %(unit)s.") % {"role": Role(role).label, "unit": unit.name},
        _("Choose a unit of the fitting level."),
    )


_other_doors: list[Callable[[User], bool]] = []


def register_other_door(holds: Callable[[User], bool]) -> None:
    """Let an app say what, besides roles, nobody may have who administers accounts."""
    _other_doors.append(holds)


def check_role_stands(wish: RoleWish) -> None:
    """Raise ``InvalidRequest`` where the days, the person's other roles or the unit's life forbid the role."""
    if wish.ends_on and wish.ends_on < wish.starts_on:
        raise InvalidRequest(_("The role would end before it begins."), _("Correct one of the days."))
    kept = Account.objects.filter(user=wish.user).values_list("merged_into__full_name", flat=True).first()
    if kept:
        raise InvalidRequest(
            _("This account was closed: %(other)s signs in with another one.") % {"other": kept},
            _("Refuse the role where it waits, and give it to the account that was kept."),
        )
    if not wish.unit.exists_on(wish.starts_on):
        raise InvalidRequest(
            _("%(unit)s does not exist on %(day)s.") % {"unit": wish.unit.name, "day": shown(wish.starts_on)},
            _("Choose another unit or another day."),
        )
    held = list(_overlapping(wish).select_related("unit"))
    same = next((one for one in held if one.role == wish.role and one.unit_id == wish.unit.pk), None)
    if same is not None:
        raise InvalidRequest(
            _("%(person)s holds this role already, from %(day)s.")
            % {"person": wish.user, "day": shown(same.starts_on)},
            _("End the role that stands there first, or choose other days."),
        )
    if wish.role == Role.ADMINISTRATOR and any(holds(wish.user) for holds in _other_doors):
        raise InvalidRequest(
            _("%(person)s sits on a council; whoever administers accounts has no vote.")
            % {"person": wish.user},
            _("Open an account for another person, or end the seat first."),
        )
    if any((one.role == Role.ADMINISTRATOR) != (wish.role == Role.ADMINISTRATOR) for one in held):
        raise InvalidRequest(
            _(
                "Whoever administers accounts holds no other role, so that nobody opens a door for themselves."
            ),
            _("Open a second account for another person, or end the other role first."),
        )


def _overlapping(wish: RoleWish) -> Any:
    held = UnitRole.objects.filter(Q(ends_on=None) | Q(ends_on__gte=wish.starts_on), user=wish.user)
    return held.filter(starts_on__lte=wish.ends_on) if wish.ends_on else held


def write_role(
    wish: RoleWish,
    *,
    actor: User | None,
    given_by: User | None = None,
    confirmed_by: User | None = None,
    **said: Any,
) -> UnitRole:
    """The role with its entry in the log; `said` goes into the entry besides."""
    check_role_fits(wish.role, wish.unit)
    check_role_stands(wish)
    held = _stored(
        UnitRole(
            user=wish.user,
            role=wish.role,
            unit=wish.unit,
            starts_on=wish.starts_on,
            ends_on=wish.ends_on,
            paper=wish.paper,
            given_by=given_by or actor,
            confirmed_by=confirmed_by,
        )
    )
    _account, is_new = Account.objects.get_or_create(user=wish.user, defaults={"home": wish.unit})
    forget_scope(wish.user)
    event = Event.ROLE_GRANTED if confirmed_by is None else Event.ROLE_CONFIRMED
    at_home = {"home": wish.unit.key} if is_new else {}
    audit.record(
        event,
        actor=actor,
        subject=wish.user,
        **entry_of(wish),
        given_by=held.given_by.pk if held.given_by else None,
        **at_home,
        **said,
    )
    return held


def ask_for_role(
    wish: RoleWish, *, actor: User | None, replaces: UnitRole | None = None, by_token: bool = False
) -> RoleRequest:
    """The role as a request that a second hand settles; it gives nothing before."""
    check_role_fits(wish.role, wish.unit)
    if replaces is None:
        check_role_stands(wish)
    if wish.paper is None:
        raise InvalidRequest(
            _("A role at the province needs the paper that gives it."), _("Enter its number and its day.")
        )
    if RoleRequest.objects.waiting().filter(user=wish.user, role=wish.role, unit=wish.unit).exists():
        raise InvalidRequest(
            _("This role waits for confirmation already."),
            _("Have it confirmed or refused before asking again."),
        )
    asked = _stored(
        RoleRequest(
            user=wish.user,
            role=wish.role,
            unit=wish.unit,
            starts_on=wish.starts_on,
            ends_on=wish.ends_on,
            paper=wish.paper,
            replaces=replaces,
            by_token=by_token,
            asked_by=actor,
            asked_at=clock.now(),
        )
    )
    event = Event.LEAD_NAMED if by_token else Event.ROLE_ASKED
    audit.record(event, actor=actor, subject=wish.user, **entry_of(wish), request=asked.pk)
    return asked


def give_or_ask(wish: RoleWish, *, actor: User | None) -> UnitRole | RoleRequest:
    """The role at once where one hand may give it, else a request for the second hand."""
    if needs_second_hand(wish.role, wish.unit):
        return ask_for_role(wish, actor=actor)
    return write_role(wish, actor=actor)


def end_held_role(
    held: UnitRole, *, ends_on: date, paper: DecidingPaper | None, actor: User | None, **said: Any
) -> None:
    """Set the last day of a role, with its entry in the log; one that has not begun is taken back whole."""
    if ends_on < held.starts_on and held.starts_on > clock.today():
        _take_back(held, paper, actor, said)
        return
    if ends_on < held.starts_on - timedelta(days=1):
        raise InvalidRequest(
            _("The role began on %(day)s and cannot end before.") % {"day": shown(held.starts_on)},
            _("Enter a later day."),
        )
    if held.ends_on is not None and held.ends_on <= ends_on:
        raise InvalidRequest(
            _("The role ends on %(day)s already.") % {"day": shown(held.ends_on)}, _("Enter an earlier day.")
        )
    # One that began today was held today: it keeps its first day.
    held.ends_on = max(ends_on, held.starts_on)
    held.ending_paper = paper
    held.save(update_fields=["ends_on", "ending_paper"])
    forget_scope(held.user)
    audit.record(
        Event.ROLE_ENDED,
        actor=actor,
        subject=held.user,
        role=held.role,
        unit=held.unit.key,
        from_day=held.starts_on.isoformat(),
        until_day=held.ends_on.isoformat(),
        paper=str(paper or ""),
        **said,
    )


def _take_back(held: UnitRole, paper: DecidingPaper | None, actor: User | None, said: dict[str, Any]) -> None:
    """Remove a role that never held a day; the log keeps that it was given, and by which paper it was taken back."""
    asked = RoleRequest.objects.filter(replaces=held)
    for waiting in asked.waiting().select_related("user"):
        audit.record(
            Event.ROLE_REFUSED,
            actor=actor,
            subject=waiting.user,
            role=held.role,
            unit=held.unit.key,
            request=waiting.pk,
        )
    asked.waiting().update(state=RequestState.REFUSED, settled_by=actor, settled_at=clock.now())
    asked.update(replaces=None)
    audit.record(
        Event.ROLE_TAKEN_BACK,
        actor=actor,
        subject=held.user,
        role=held.role,
        unit=held.unit.key,
        from_day=held.starts_on.isoformat(),
        paper=str(paper or ""),
        **said,
    )
    held.delete()
    forget_scope(held.user)


def _stored(row: M) -> M:
    """The row written; another hand that wrote the same first is said, and nothing else of the step stands."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise StaleState(
            _("Somebody gave or asked for this role a moment ago."), _("Open the person's page again.")
        ) from error
    return row


def forget_scope(user: User) -> None:
    """Have the person's roles read anew."""
    user.__dict__.pop("_scopes", None)


def entry_of(wish: RoleWish) -> dict[str, Any]:
    """How entries in the log name a role."""
    return {
        "role": str(wish.role),
        "unit": wish.unit.key,
        "from_day": wish.starts_on.isoformat(),
        "until_day": wish.ends_on.isoformat() if wish.ends_on else "",
        "paper": str(wish.paper or ""),
    }
