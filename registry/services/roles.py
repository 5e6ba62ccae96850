"""Dated roles: given, asked for, confirmed by a second hand, ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from django.utils.translation import gettext as _

from core import audit, clock
from core.exceptions import InvalidRequest, NotAllowed, StaleState
from core.models import User
from core.services import service
from registry.enums import RequestState
from registry.events import Event
from registry.models import RoleRequest, Unit, UnitRole
from registry.permissions_accounts import check_can_change_access, check_can_give_role, check_can_settle
from registry.role_writing import (
    RoleWish,
    end_held_role,
    entry_of,
    give_or_ask,
    needs_second_hand,
    shown,
    write_role,
)
from registry.services.one_hand import tell_confirmers
from registry.services.papers import PaperGiven, keep_paper


@service
def grant_role(
    *, user: User, role: str, unit: Unit, starts_on: date, actor: None, ends_on: date | None = None
) -> UnitRole:
    """A role given by a command of the machine, which no person runs: the demonstration's and the first ones.

    Raises ``InvalidRequest`` when the role does not fit the kind of unit, and ``NotAllowed`` for a person.
    """
    if actor is not None:
        raise NotAllowed(_("Roles are given by the administrator, on the person's page."))
    return write_role(RoleWish(user, role, unit, starts_on, ends_on), actor=None)


@service
def give_role(
    *,
    user: User,
    role: str,
    unit: Unit,
    starts_on: date,
    actor: User,
    paper: PaperGiven,
    ends_on: date | None = None,
) -> UnitRole | RoleRequest:
    """Let a person act for a unit from a day on, by a paper.

    What reaches the province becomes a request, which a second administrator or the lead confirms.
    Raises ``InvalidRequest`` when the role does not fit the unit, the days or the person's other roles.
    """
    check_can_give_role(actor, user.account, unit)
    wish = RoleWish(user, role, unit, starts_on, ends_on, keep_paper(paper=paper, actor=actor))
    return give_or_ask(wish, actor=actor)


@service
def end_role(*, held: UnitRole, ends_on: date, actor: User, paper: PaperGiven) -> UnitRole | None:
    """Record the last day of a role, by a paper; one that has not begun is taken back by a day before it, and is gone.

    At the province one hand may do it, which the log marks, and the lead and the other administrators are told.
    Raises ``InvalidRequest`` for a day that does not fit, ``StaleState`` when the role was taken back meanwhile.
    """
    check_can_change_access(actor, held.user.account)
    rows = UnitRole.objects.select_for_update(of=("self",)).select_related("user", "unit")
    found = rows.filter(pk=held.pk).first()
    if found is None:
        raise StaleState(_("This role was taken back before it began."))
    held = found
    if ends_on < held.starts_on <= clock.today():
        raise InvalidRequest(
            _("The role began on %(day)s and cannot end before.") % {"day": shown(held.starts_on)},
            _("Enter that day or a later one."),
        )
    guarded = needs_second_hand(held.role, held.unit)
    said = {"by_one_person": True} if guarded else {}
    end_held_role(held, ends_on=ends_on, paper=keep_paper(paper=paper, actor=actor), actor=actor, **said)
    if guarded:
        tell_confirmers(of=held.user, roles=[held], what=_what_ends(held), actor=actor)
    return held if held.pk else None


def _what_ends(held: UnitRole) -> str:
    said = {"role": held.get_role_display(), "unit": held.unit}
    if held.pk is None or held.ends_on is None:
        return _("The role %(role)s for %(unit)s was taken back before it began.") % said
    return _("The role %(role)s for %(unit)s ends on %(day)s.") % {**said, "day": shown(held.ends_on)}


@service
def settle_request(*, request: RoleRequest, confirms: bool, actor: User) -> UnitRole | None:
    """Confirm a role that waits, from today at the earliest, or refuse it; the role where it was confirmed.

    Raises ``StaleState`` when another hand settled it, ``InvalidRequest`` where the role does not fit any more.
    """
    check_can_settle(actor, request)
    state = RequestState.CONFIRMED if confirms else RequestState.REFUSED
    changed = RoleRequest.objects.waiting().filter(pk=request.pk)
    if changed.update(state=state, settled_by=actor, settled_at=clock.now()) != 1:
        raise StaleState(_("This role was confirmed or refused before."))
    wish = replace(_wish_of(request), starts_on=max(request.starts_on, clock.today()))
    if not confirms:
        audit.record(
            Event.ROLE_REFUSED, actor=actor, subject=request.user, **entry_of(wish), request=request.pk
        )
        return None
    if request.replaces is not None:
        _end_replaced(request.replaces, wish, actor)
    return write_role(
        wish,
        actor=actor,
        given_by=request.asked_by,
        confirmed_by=actor,
        request=request.pk,
        confirmed_by_one_person=request.by_token,
    )


def _wish_of(request: RoleRequest) -> RoleWish:
    if request.ends_on and request.ends_on < clock.today():
        raise InvalidRequest(
            _("The role would have ended on %(day)s.") % {"day": request.ends_on.strftime("%d/%m/%Y")},
            _("Refuse it, and ask for it anew with other days."),
        )
    return RoleWish(
        request.user, request.role, request.unit, request.starts_on, request.ends_on, request.paper
    )


def _end_replaced(held: UnitRole, wish: RoleWish, actor: User) -> None:
    """The role that passes on ends the day before; one that ended meanwhile stays as it is."""
    last_day = wish.starts_on - timedelta(days=1)
    if held.ends_on is None or held.ends_on > last_day:
        end_held_role(held, ends_on=last_day, paper=wish.paper, actor=actor, successor=wish.user.pk)
