"""Movements, started from a plan in the house, and their rounds: opened, extended, closed, opened again by the lead."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import audit, clock
from core.exceptions import InvalidRequest, StaleState
from core.models import User
from core.services import service
from core.text import nfc
from criteria.engine import Plan
from criteria.selectors import get_plan, plan_by_hash
from criteria.services import record_plan_version
from nominations.enums import RoundKind, RoundStatus, RoundVerb
from nominations.events import Event
from nominations.models import AwardRound, Movement, RoundChange
from nominations.permissions_province import check_can_manage_rounds, check_can_start_movement
from nominations.selectors.dossiers import deadline_of
from nominations.selectors.plans import is_for_trying_out, plan_days_of
from registry.models import Unit


@service
def start_movement(*, plan_id: str, unit: Unit | None = None, actor: User | None = None) -> Movement:
    """The movement of a plan, run by a province; the plan is kept as the version that it is today.

    Each province that runs a plan has a movement of its own. Commands pass no actor, and a second call of theirs changes
    nothing. Raises UnknownPlan where no plan has the id, InvalidRequest for an invented plan in production, StaleState
    when the plan's movement runs already in the province.
    """
    if actor is not None:
        check_can_start_movement(actor, unit)
    plan_days = plan_days_of(unit.pk, plan_id) if unit else []
    plan = plan_by_hash(plan_days[-1]["hash"]) if plan_days else get_plan(plan_id)
    if actor is not None and is_for_trying_out(plan):
        raise InvalidRequest(
            _("This plan is invented, to try things out; no province runs it."), _("Choose another plan.")
        )
    movement, created = Movement.objects.get_or_create(
        plan_id=plan.id,
        unit=unit,
        defaults={
            "plan_days": plan_days,
            "name": plan.movement.vi,
            "starts_in": plan.starts_on.year,
            "ends_in": plan.ends_on.year,
            "is_invented": plan.invented,
        },
    )
    if not created:
        if actor is not None:
            raise StaleState(
                _("The movement of this plan was started already in the province."),
                _("A plan has one movement in a province: choose another."),
            )
        audit.nothing_changed()
        return movement
    record_plan_version(plan)
    audit.record(
        Event.MOVEMENT_STARTED,
        actor=actor,
        subject=movement,
        plan=plan.id,
        plan_hash=plan.content_hash,
        unit=unit.pk if unit else None,
    )
    return movement


@service
def open_round(
    *, movement: Movement, kind: RoundKind, year: int, opens_on: date, actor: User | None = None
) -> AwardRound:
    """Begin a cycle of a movement, so that dossiers can be started from `opens_on` on.

    It keeps the version of the plan that is in force on that day, whatever is put in force later.
    Raises InvalidRequest when the plan knows no such round, or when it was opened before.
    """
    if actor is not None:
        check_can_manage_rounds(actor, movement)
    # The lock keeps a version from being put in force between reading which one holds and keeping it.
    movement = Movement.objects.select_for_update().get(pk=movement.pk)
    plan_hash = movement.plan_hash_on(opens_on)
    if abs(opens_on.year - year) > 1:
        raise InvalidRequest(
            _("%(day)s lies more than a year from the round of %(year)s.")
            % {"day": opens_on.strftime("%d/%m/%Y"), "year": year},
            _("Check the year of the day that you entered."),
        )
    _check_round_fits(movement.plan_on(opens_on), kind, year)
    try:
        with transaction.atomic():
            award_round = AwardRound.objects.create(
                movement=movement, kind=kind, year=year, opens_on=opens_on, plan_version_id=plan_hash or None
            )
    except IntegrityError:
        raise InvalidRequest(
            _("This round was already opened: %(round)s.") % {"round": AwardRound(kind=kind, year=year)},
            _("Choose another kind or year."),
        ) from None
    audit.record(
        Event.ROUND_OPENED,
        actor=actor,
        subject=award_round,
        kind=str(kind),
        year=year,
        opens_on=opens_on.isoformat(),
        plan_hash=award_round.plan.content_hash,
    )
    return award_round


def _check_round_fits(plan: Plan, kind: str, year: int) -> None:
    if kind not in plan.round_kinds or kind not in RoundKind.values:
        raise InvalidRequest(
            _("The plan knows no such kind of round."), _("Choose one of the kinds offered.")
        )
    if not plan.first_round_year <= year <= plan.final_year:
        raise InvalidRequest(
            _("The plan has rounds from %(first)s to %(last)s, and %(year)s is outside.")
            % {"first": plan.first_round_year, "last": plan.final_year, "year": year},
            _("Choose a year of the plan."),
        )
    if kind == RoundKind.FINAL and year != plan.final_year:
        raise InvalidRequest(
            _("The plan's final review is in %(year)s.") % {"year": plan.final_year},
            _("Open an annual round for another year."),
        )


@service
def extend_round(
    *, award_round: AwardRound, last_day: date, paper: str, actor: User, reason: str = ""
) -> RoundChange:
    """Move the last day for filing back, by a decision; checks made from now on judge by the new day.

    A decision may be recorded after the day that it moves. What was frozen before stays as it was.
    Raises InvalidRequest for a day that extends nothing, StaleState when another hand was first.
    """
    check_can_manage_rounds(actor, award_round.movement)
    paper, reason = nfc(paper).strip(), nfc(reason).strip()
    if not paper:
        raise InvalidRequest(
            _("An extension needs the decision that orders it."),
            _("Enter the decision's number and date as they are written."),
        )
    _check_extends(award_round, last_day)
    changed = AwardRound.objects.filter(
        pk=award_round.pk, status=RoundStatus.OPEN, extended_to=award_round.extended_to
    ).update(extended_to=last_day, extended_by=paper)
    if changed != 1:
        raise StaleState(
            _("“%(round)s” was closed or extended meanwhile.") % {"round": award_round},
            _("Look at the round again; a closed round is opened again first."),
        )
    award_round.extended_to, award_round.extended_by = last_day, paper
    change = _note(award_round, RoundVerb.EXTENDED, actor, last_day=last_day, paper=paper, reason=reason)
    audit.record(
        Event.ROUND_EXTENDED,
        actor=actor,
        subject=award_round,
        last_day=last_day.isoformat(),
        paper=paper,
        reason=reason,
    )
    return change


def _check_extends(award_round: AwardRound, last_day: date) -> None:
    present = deadline_of(award_round)
    if present is None:
        raise InvalidRequest(
            _("The plan sets no last day for filing, so there is nothing to extend."),
            _("Close the round when no more dossiers are taken."),
        )
    if last_day <= present:
        raise InvalidRequest(
            _("%(day)s extends nothing: the last day is %(present)s.")
            % {"day": last_day.strftime("%d/%m/%Y"), "present": present.strftime("%d/%m/%Y")},
            _("Enter a later day."),
        )
    if last_day.year > award_round.year + 1:
        raise InvalidRequest(
            _("%(day)s lies more than a year after the round.") % {"day": last_day.strftime("%d/%m/%Y")},
            _("Check the year of the day that you entered."),
        )


@service
def close_round(*, award_round: AwardRound, actor: User | None = None) -> None:
    """End a round: no dossier starts or is filed in it any more; those at the province go on.

    Raises StaleState when another hand closed it first.
    """
    if actor is not None:
        check_can_manage_rounds(actor, award_round.movement)
    today = clock.today()
    _set_status(
        award_round,
        RoundStatus.CLOSED,
        today,
        refused=_("“%(round)s” is already closed.") % {"round": award_round},
    )
    _note(award_round, RoundVerb.CLOSED, actor)
    audit.record(Event.ROUND_CLOSED, actor=actor, subject=award_round, closed_on=today.isoformat())


@service
def reopen_round(*, award_round: AwardRound, reason: str, actor: User) -> RoundChange:
    """Let a closed round take dossiers again; its last day for filing stays what it was.

    Raises InvalidRequest without a reason, StaleState when it is open.
    """
    check_can_manage_rounds(actor, award_round.movement)
    reason = nfc(reason).strip()
    if not reason:
        raise InvalidRequest(
            _("A round is opened again for a reason that can be read later."), _("Write why it opens again.")
        )
    _set_status(
        award_round,
        RoundStatus.OPEN,
        None,
        refused=_("“%(round)s” is already open.") % {"round": award_round},
    )
    change = _note(award_round, RoundVerb.REOPENED, actor, reason=reason)
    audit.record(Event.ROUND_REOPENED, actor=actor, subject=award_round, reason=reason)
    return change


def _set_status(
    award_round: AwardRound, status: RoundStatus, closed_on: date | None, *, refused: str
) -> None:
    """Compare and set: two hands at once give one success and one sentence."""
    changed = (
        AwardRound.objects.filter(pk=award_round.pk)
        .exclude(status=status)
        .update(status=status, closed_on=closed_on)
    )
    if changed != 1:
        raise StaleState(refused)
    award_round.status, award_round.closed_on = status, closed_on


def _note(award_round: AwardRound, verb: RoundVerb, actor: User | None, **grounds: Any) -> RoundChange:
    return RoundChange.objects.create(
        award_round=award_round, verb=verb, actor=actor, at=clock.now(), **grounds
    )
