"""A desk that passes to a successor, and two accounts of one person that become one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from core import audit, clock
from core.exceptions import InvalidRequest
from core.models import User
from core.services import service
from registry.events import Event
from registry.models import Account, DecidingPaper, HandOver, UnitRole
from registry.permissions_accounts import check_can_change_access
from registry.role_writing import RoleWish, ask_for_role, end_held_role, needs_second_hand, write_role
from registry.services.one_hand import province_roles_of, tell_confirmers
from registry.services.papers import PaperGiven, keep_paper

# Reasons of apps above why an account cannot be closed for another, such as a seat on a council.
_obstacles: list[Callable[[User], str]] = []


def register_obstacle(obstacle: Callable[[User], str]) -> None:
    """Let an app above say why an account cannot be merged away; an empty text when nothing speaks against it."""
    _obstacles.append(obstacle)


@service
def hand_over(*, account: Account, successor: Account, on: date, actor: User, paper: PaperGiven) -> HandOver:
    """Pass every role that the person holds on the day to a successor, and with them what waits there.

    A role at the province waits for its second hand and passes when that confirms it. Raises
    ``InvalidRequest`` for a day that has passed, a person without roles, or a successor who is blocked.
    """
    check_can_change_access(actor, account)
    check_can_change_access(actor, successor)
    _check_pair(account, successor, on)
    kept = keep_paper(paper=paper, actor=actor)
    roles = _roles_from(account.user, on)
    if not roles:
        raise InvalidRequest(
            _("%(person)s holds no role on that day.") % {"person": account.user},
            _("Choose another day, or give the successor a role of their own."),
        )
    for held in roles:
        _pass_on(held, successor.user, on, kept, actor)
    # The same two on the same day again, as after a refusal: the newest paper counts, and the log keeps both.
    handed, _made = HandOver.objects.update_or_create(
        predecessor=account.user,
        successor=successor.user,
        on=on,
        defaults={"paper": kept, "created_by": actor, "created_at": clock.now()},
    )
    audit.record(
        Event.DESK_HANDED_OVER,
        actor=actor,
        subject=account.user,
        successor=successor.user.pk,
        on=on.isoformat(),
        paper=str(kept),
        roles=len(roles),
    )
    return handed


@service
def merge_accounts(*, kept: Account, dropped: Account, actor: User, paper: PaperGiven) -> None:
    """Make two accounts of one person one: the dropped one closes, its roles pass to the kept one today.

    What was done with either counts as done by the person: nobody appraises with the one account
    what they filed with the other. Where the dropped one held a role at the province, the log marks that one hand
    closed it, and the lead and the other administrators are told. Raises ``InvalidRequest`` while something still hangs on the
    dropped account, or where the roles of both may not be in one hand.
    """
    check_can_change_access(actor, kept)
    check_can_change_access(actor, dropped)
    if kept.pk == dropped.pk:
        raise InvalidRequest(_("Both are the same account."), _("Choose the other account of the person."))
    if dropped.merged_into_id or kept.merged_into_id or not kept.user.is_active:
        raise InvalidRequest(
            _("One of the accounts is closed already."), _("Keep the account that the person signs in with.")
        )
    obstacle = next((found for check in _obstacles if (found := check(dropped.user))), "")
    if obstacle:
        raise InvalidRequest(obstacle, _("Keep that account instead, or have it ended first."))
    deciding, today = keep_paper(paper=paper, actor=actor), clock.today()
    roles = province_roles_of(dropped.user)
    for held in _roles_from(dropped.user, today):
        _pass_on(held, kept.user, today, deciding, actor)
    Account.objects.filter(merged_into=dropped.user).update(merged_into=kept.user)
    dropped.merged_into = kept.user
    dropped.save(update_fields=["merged_into"])
    User.objects.filter(pk=dropped.user_id).update(is_active=False)
    audit.record(
        Event.ACCOUNT_MERGED,
        actor=actor,
        subject=dropped.user,
        kept=kept.user_id,
        paper=str(deciding),
        **({"by_one_person": True} if roles else {}),
    )
    if roles:
        what = _("The account was closed: %(other)s is kept as the person's own.") % {"other": kept.user}
        tell_confirmers(of=dropped.user, roles=roles, what=what, actor=actor)


def _check_pair(account: Account, successor: Account, on: date) -> None:
    if account.pk == successor.pk:
        raise InvalidRequest(_("Nobody succeeds themselves."), _("Choose another person."))
    if not successor.user.is_active:
        raise InvalidRequest(
            _("The account of %(person)s is blocked.") % {"person": successor.user}, _("Unblock it first.")
        )
    if on < clock.today():
        raise InvalidRequest(
            _("A desk is handed over today or later, and %(day)s has passed.")
            % {"day": on.strftime("%d/%m/%Y")},
            _("Choose today: what waits there shows up at once."),
        )


def _roles_from(user: User, day: date) -> list[UnitRole]:
    """Roles that hold on the day or begin later, locked so that two hands do not pass them twice."""
    rows = UnitRole.objects.select_for_update(of=("self",)).select_related("user", "unit")
    return list(rows.filter(Q(ends_on=None) | Q(ends_on__gte=day), user=user))


def _pass_on(held: UnitRole, successor: User, on: date, paper: DecidingPaper, actor: User) -> None:
    """One role: ended the day before and given, or asked for where a second hand is needed."""
    starts_on = max(on, held.starts_on)
    wish = RoleWish(successor, held.role, held.unit, starts_on, held.ends_on, paper)
    if needs_second_hand(held.role, held.unit):
        ask_for_role(wish, actor=actor, replaces=held)
        return
    end_held_role(
        held, ends_on=starts_on - timedelta(days=1), paper=paper, actor=actor, successor=successor.pk
    )
    there = UnitRole.objects.filter(user=successor, role=held.role, unit=held.unit).on(starts_on)
    if not there.exists():
        write_role(wish, actor=actor)
