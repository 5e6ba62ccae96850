"""Decisions as they were issued, and the award history that they write."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.files.base import File
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from core import audit, clock
from core.exceptions import InvalidRequest, NotAllowed, StaleState
from core.files import PAPER_TYPES, adopt, store_upload
from core.models import StoredFile, User
from core.services import service
from core.text import nfc
from criteria.engine import NoValue, Outcome, Plan, Prize, UnknownScope, prize_amount
from criteria.selectors import get_plan
from nominations.enums import EvaluationPurpose, ProposalStatus, Status, Verdict
from nominations.events import Event
from nominations.models import AwardRound, Decision, Dossier, Movement, PriorAward, Proposal
from nominations.permissions_province import (
    check_can_record_decision,
    check_can_record_issuer_decision,
    check_can_record_prior_award,
    check_can_revoke_award,
    issuing_unit_of,
)
from nominations.selectors.desk import can_be_judged, result_of
from nominations.selectors.proposals import plan_of
from nominations.services.appraisal import keep_judgement, not_eligible_refusal, said
from nominations.services.evaluations import freeze_evaluation
from nominations.services.moving import move
from registry.models import Household, Individual, Unit


@dataclass(frozen=True)
class DecisionText:
    """What stands on a decision: number, day, issuer; the file where there is one."""

    number: str
    decided_on: date
    issuer: str
    upload: File | None = None


@dataclass(frozen=True)
class EarlierAward:
    """An award that was given before this register, or outside it, as its decision says."""

    award: str
    round_year: int
    number: str
    decided_on: date
    issuer: str
    movement: Movement | None = None


def _checked(text: DecisionText) -> DecisionText:
    number = said(text.number, _("A decision has a number."))
    issuer = said(text.issuer, _("A decision has an issuer."))
    if text.decided_on > clock.today():
        raise InvalidRequest(_("The decision is dated in the future."), _("Check the day on the decision."))
    return DecisionText(number, text.decided_on, issuer, text.upload)


def _keep_file(upload: File | None, actor: User) -> StoredFile | None:
    if upload is None:
        return None
    stored = store_upload(upload=upload, types=PAPER_TYPES, actor=actor)
    adopt(stored)
    return stored


def _create_decision(
    *, text: DecisionText, award_round: AwardRound, award: str, proposal: Proposal | None, actor: User
) -> Decision:
    twin = Decision.objects.filter(issuer=text.issuer, number=text.number, decided_on=text.decided_on)
    if twin.exists():
        raise InvalidRequest(
            _("Decision %(number)s of %(day)s by this issuer is already recorded.")
            % {"number": text.number, "day": text.decided_on.strftime("%d/%m/%Y")},
            _("Check number and day; one decision is recorded once."),
        )
    decision = Decision.objects.create(
        proposal=proposal,
        award_round=award_round,
        award=award,
        number=text.number,
        decided_on=text.decided_on,
        issuer=text.issuer,
        file=_keep_file(text.upload, actor),
        recorded_by=actor,
        recorded_at=clock.now(),
    )
    audit.record(
        Event.DECISION_RECORDED,
        actor=actor,
        subject=decision,
        number=text.number,
        decided_on=text.decided_on.isoformat(),
        issuer=text.issuer,
        proposal=proposal.code if proposal else "",
    )
    return decision


def _prize(plan: Plan, award: str, subject: str, day: date, issuer_kind: str | None = None) -> Prize | None:
    """The prize money on the decision day; None where the plan gives none, or none yet."""
    try:
        return prize_amount(plan, award, subject, day, issuer_kind)
    except (UnknownScope, NoValue):
        return None


def _give_award(
    decision: Decision, dossier: Dossier, actor: User, issuer_kind: str | None = None
) -> PriorAward:
    plan = plan_of(decision.award_round)
    prize = _prize(plan, decision.award, dossier.subject, decision.decided_on, issuer_kind)
    given = PriorAward.objects.create(
        award=decision.award,
        movement_id=decision.award_round.movement_id,
        round_year=decision.award_round.year,
        decided_on=decision.decided_on,
        decision_number=decision.number,
        issuer=decision.issuer,
        unit_id=dossier.nominee_unit_id,
        household_id=dossier.nominee_household_id,
        individual_id=dossier.nominee_individual_id,
        dossier=dossier,
        decision=decision,
        prize_raw=prize.raw if prize else None,
        prize_amount=prize.rounded if prize else None,
    )
    audit.record(
        Event.AWARD_RECORDED,
        actor=actor,
        subject=given,
        dossier=dossier.code,
        decision=decision.number,
        prize=given.prize_amount,
    )
    return given


@service
def record_decision(
    *,
    proposal: Proposal,
    text: DecisionText,
    declined: Collection[int] = (),
    declined_note: str = "",
    actor: User,
) -> Decision:
    """Write down the decision on an approved proposal; award history gets its entries.

    `declined` holds keys of dossiers that the decision leaves out; they need a note. Prize money
    follows the decision's day. Next year's checks read what is written here.
    """
    check_can_record_decision(actor, proposal)
    text = _checked(text)
    items = list(proposal.items.select_related("dossier", "evaluation"))
    left_out = set(declined)
    if not left_out <= {item.dossier_id for item in items}:
        raise InvalidRequest(_("A dossier that was marked as declined is not on this list."))
    note = said(declined_note, _("Say why dossiers were declined.")) if left_out else ""
    if proposal.approved_at and text.decided_on < localtime(proposal.approved_at).date():
        raise InvalidRequest(
            _("The decision is dated before the proposal was approved."), _("Check the day on the decision.")
        )
    changed = Proposal.objects.filter(pk=proposal.pk, status=proposal.status).update(
        status=ProposalStatus.DECIDED
    )
    if changed != 1:
        raise StaleState(_("Somebody else has just changed proposal %(code)s.") % {"code": proposal.code})
    proposal.status = ProposalStatus.DECIDED
    decision = _create_decision(
        text=text, award_round=proposal.award_round, award=proposal.award, proposal=proposal, actor=actor
    )
    for item in items:
        if item.dossier_id in left_out:
            move(dossier=item.dossier, verb="decline", actor=actor, note=note, decision=decision.number)
            continue
        move(
            dossier=item.dossier,
            verb="award",
            actor=actor,
            decision=decision.number,
            evaluation=item.evaluation_id,
        )
        _give_award(decision, item.dossier, actor)
    return decision


@service
def record_issuer_decision(
    *, dossier: Dossier, text: DecisionText, guidance_note: str, actor: User
) -> Decision:
    """End a commendation's way at its issuer: the decision is recorded, history gets its entry.

    The issuer's own guidance rules, so `guidance_note` says how it was followed and answers what
    the check leaves to a person. The filing day is the day on which the dossier reached the issuer.
    Raises InvalidRequest when the check is not passed on the decision's day.
    """
    check_can_record_issuer_decision(actor, dossier)
    plan = plan_of(dossier.award_round)
    award = plan.awards.get(dossier.award)
    if award is None or not award.decided_by_issuer:
        raise NotAllowed(
            _("This award is not given by an office at its own level."),
            _("File the dossier to the province."),
        )
    text = _checked(text)
    note = said(guidance_note, _("Say how the issuer's guidance was followed."))
    issuing = issuing_unit_of(actor, dossier)
    _set_filing_day(dossier, text.decided_on)
    move(dossier=dossier, verb="decide_by_issuer", actor=actor, decision=text.number)
    evaluation = freeze_evaluation(
        dossier=dossier, purpose=EvaluationPurpose.DECIDING, actor=actor, as_of=text.decided_on
    )
    asked = [finding.criterion for finding in result_of(evaluation).findings if can_be_judged(finding)]
    for criterion in asked:
        keep_judgement(dossier=dossier, criterion=criterion, verdict=Verdict.MET, note=note, actor=actor)
    if asked:
        evaluation = freeze_evaluation(
            dossier=dossier, purpose=EvaluationPurpose.DECIDING, actor=actor, as_of=text.decided_on
        )
    if evaluation.outcome != Outcome.ELIGIBLE:
        raise not_eligible_refusal(evaluation)
    decision = _create_decision(
        text=text, award_round=dossier.award_round, award=dossier.award, proposal=None, actor=actor
    )
    kind = Unit.objects.values_list("kind", flat=True).get(pk=issuing.unit_id)
    _give_award(decision, dossier, actor, kind)
    return decision


def _set_filing_day(dossier: Dossier, decided_on: date) -> None:
    """The day on which the dossier came to the issuer: from the district's in-tray, else the decision's own."""
    if dossier.filed_on is not None:
        return
    arrived = dossier.changes.filter(new_status=Status.FILED_TO_DISTRICT).order_by("-pk").first()
    dossier.filed_on = min(localtime(arrived.at).date(), decided_on) if arrived else decided_on
    dossier.filed_by = arrived.actor if arrived else dossier.created_by
    Dossier.objects.filter(pk=dossier.pk).update(filed_on=dossier.filed_on, filed_by=dossier.filed_by)


@service
def record_prior_award(
    *, earlier: EarlierAward, nominee: Unit | Household | Individual, actor: User
) -> PriorAward:
    """Enter an award of earlier years from its decision, without a dossier.

    Raises InvalidRequest when the same award by the same decision already stands for the nominee.
    """
    check_can_record_prior_award(actor)
    text = _checked(DecisionText(earlier.number, earlier.decided_on, earlier.issuer))
    if earlier.round_year > text.decided_on.year:
        raise InvalidRequest(
            _("The award is for a later year than its decision."),
            _("Check the round year and the decision's day."),
        )
    who = _nominee_fields(nominee)
    if PriorAward.objects.filter(
        award=earlier.award,
        decision_number=text.number,
        decided_on=text.decided_on,
        issuer=text.issuer,
        **who,
    ).exists():
        raise InvalidRequest(_("This award is already in the history."), _("Nothing was entered twice."))
    prize = None
    if earlier.movement is not None:
        plan = get_plan(earlier.movement.plan_id)
        if earlier.award not in plan.awards:
            raise InvalidRequest(
                _("The movement's plan does not know this award."), _("Choose another award.")
            )
        prize = _prize(plan, earlier.award, _subject_of(nominee), text.decided_on)
    given = PriorAward.objects.create(
        award=earlier.award,
        movement=earlier.movement,
        round_year=earlier.round_year,
        decided_on=text.decided_on,
        decision_number=text.number,
        issuer=text.issuer,
        prize_raw=prize.raw if prize else None,
        prize_amount=prize.rounded if prize else None,
        **who,
    )
    audit.record(
        Event.AWARD_RECORDED,
        actor=actor,
        subject=given,
        award=earlier.award,
        decision=text.number,
        earlier=True,
    )
    return given


def _nominee_fields(nominee: Unit | Household | Individual) -> dict[str, Any]:
    if isinstance(nominee, Unit):
        return {"unit": nominee}
    return {"household": nominee} if isinstance(nominee, Household) else {"individual": nominee}


def _subject_of(nominee: Unit | Household | Individual) -> str:
    if isinstance(nominee, Unit):
        return nominee.kind
    return "household" if isinstance(nominee, Household) else "individual"


@service
def revoke_award(*, award: PriorAward, number: str, revoked_on: date, reason: str, actor: User) -> None:
    """Take an award back by decision; from that day no check counts it."""
    check_can_revoke_award(actor, award)
    decision = said(number, _("A revocation names its decision."))
    written = said(reason, _("A revocation needs a reason."))
    if not award.decided_on <= revoked_on <= clock.today():
        raise InvalidRequest(
            _("The day of the revocation lies before the award or in the future."),
            _("Check the day on the decision."),
        )
    changed = PriorAward.objects.filter(pk=award.pk, revoked_on=None).update(
        revoked_on=revoked_on, revoked_by_decision=nfc(decision), revoked_because=written
    )
    if changed != 1:
        raise StaleState(_("Somebody else has just revoked this award."), _("Open the history again."))
    if award.dossier is not None:
        move(dossier=award.dossier, verb="revoke", actor=actor, note=written, decision=decision)
    audit.record(
        Event.AWARD_REVOKED, actor=actor, subject=award, decision=decision, revoked_on=revoked_on.isoformat()
    )
    award.refresh_from_db()
