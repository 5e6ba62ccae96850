"""Movements and their rounds: started from the plan's data file, opened and closed by the lead."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import audit, clock
from core.exceptions import InvalidRequest, StaleState
from core.models import User
from core.services import service
from criteria.engine import Plan
from criteria.selectors import get_plan
from nominations.enums import RoundKind, RoundStatus
from nominations.events import Event
from nominations.models import AwardRound, Movement
from nominations.permissions_province import check_can_manage_rounds
from registry.models import Unit


@service
def start_movement(*, plan_id: str, unit: Unit | None = None, actor: User | None = None) -> Movement:
    """The movement of a plan, run by a province; a second call changes nothing. Commands pass no actor."""
    if actor is not None:
        check_can_manage_rounds(actor)
    plan = get_plan(plan_id)
    movement, created = Movement.objects.get_or_create(
        plan_id=plan.id,
        defaults={
            "unit": unit,
            "name": plan.movement.vi,
            "starts_in": plan.starts_on.year,
            "ends_in": plan.ends_on.year,
            "is_invented": plan.invented,
        },
    )
    if not created:
        audit.nothing_changed()
        return movement
    audit.record(
        Event.MOVEMENT_STARTED, actor=actor, subject=movement, plan=plan.id, plan_hash=plan.content_hash
    )
    return movement


@service
def open_round(
    *, movement: Movement, kind: RoundKind, year: int, opens_on: date, actor: User | None = None
) -> AwardRound:
    """Begin a cycle of a movement, so that dossiers can be started from `opens_on` on.

    Raises InvalidRequest when the plan knows no such round, or when it was opened before.
    """
    if actor is not None:
        check_can_manage_rounds(actor, movement)
    plan = movement.plan
    _check_round_fits(plan, kind, year)
    try:
        with transaction.atomic():
            award_round = AwardRound.objects.create(
                movement=movement, kind=kind, year=year, opens_on=opens_on
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
def close_round(*, award_round: AwardRound, actor: User | None = None) -> None:
    """End a round: no dossier starts or is filed in it any more; those at the province go on.

    Raises StaleState when another hand closed it first.
    """
    if actor is not None:
        check_can_manage_rounds(actor, award_round.movement)
    today = clock.today()
    changed = AwardRound.objects.filter(pk=award_round.pk, status=RoundStatus.OPEN).update(
        status=RoundStatus.CLOSED, closed_on=today
    )
    if changed != 1:
        raise StaleState(_("“%(round)s” is already closed.") % {"round": award_round})
    award_round.status, award_round.closed_on = RoundStatus.CLOSED, today
    audit.record(Event.ROUND_CLOSED, actor=actor, subject=award_round, closed_on=today.isoformat())
