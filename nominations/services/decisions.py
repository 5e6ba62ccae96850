"""Decisions as they were issued, and the award history that they write."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.files.base import File
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from core import audit, clock
from core.exceptions import InvalidRequest, StaleState
from core.files import PAPER_TYPES, adopt
from core.models import StoredFile, User
from core.services import service
from core.text import nfc
from core.uploads.checking import store_upload
from criteria.engine import NoValue, Plan, Prize, UnknownScope, prize_amount
from nominations import fingerprints
from nominations.enums import ProposalStatus
from nominations.events import Event
from nominations.models import AwardRound, Decision, Dossier, Movement, PriorAward, Proposal, ProposalItem
from nominations.permissions_province import (
    check_can_record_decision,
    check_can_record_prior_award,
    check_can_revoke_award,
)
from nominations.selectors.way import Way, check_reached, way_of
from nominations.services.appraisal import said
from nominations.services.moving import move
from nominations.services.proposals import lock_proposal
from registry.enums import UnitKind
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


def checked(text: DecisionText) -> DecisionText:
    """What stands on a decision, normalised; raises InvalidRequest for a gap or a day to come."""
    number = said(text.number, _("A decision has a number."))
    issuer = said(text.issuer, _("A decision has an issuer."))
    if text.decided_on > clock.today():
        raise InvalidRequest(_("The decision is dated in the future."), _("Check the day on the decision."))
    return DecisionText(number, text.decided_on, issuer, text.upload)


def keep_upload(upload: File | None, actor: User) -> StoredFile | None:
    """Keep a handed-in file until the transaction that refers to it adopts it; None for none.

    Called before that transaction: when it fails, the file stays unadopted and is swept.
    """
    return store_upload(upload=upload, types=PAPER_TYPES, actor=actor) if upload is not None else None


@service
def create_decision(
    *,
    text: DecisionText,
    award_round: AwardRound,
    award: str,
    proposal: Proposal | None,
    stored: StoredFile | None,
    actor: User,
) -> Decision:
    """The decision's row; called inside the services that award on it, which have checked the permission.

    An issuer's decision that honours several is recorded once and found again for the next dossier.
    Raises InvalidRequest when the same number of the same day and issuer stands for something else.
    """
    twin = Decision.objects.filter(issuer=text.issuer, number=text.number, decided_on=text.decided_on).first()
    if twin is not None:
        if proposal is None and (twin.proposal_id, twin.award_round_id, twin.award) == (
            None,
            award_round.pk,
            award,
        ):
            return twin
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
        file=stored,
        recorded_by=actor,
        recorded_at=clock.now(),
    )
    if stored is not None:
        adopt(stored)
    audit.record(
        Event.DECISION_RECORDED,
        actor=actor,
        subject=decision,
        number=text.number,
        decided_on=text.decided_on.isoformat(),
        issuer=text.issuer,
        proposal=proposal.code if proposal else "",
        sha256=stored.sha256 if stored else "",
    )
    return decision


def prize_on(plan: Plan, award: str, subject: str, day: date, issuer_kind: str | None = None) -> Prize | None:
    """The prize money on the decision day; None where the plan gives none, or none yet."""
    try:
        return prize_amount(plan, award, subject, day, issuer_kind)
    except (UnknownScope, NoValue):
        return None


@service
def give_award(
    *, decision: Decision, dossier: Dossier, actor: User, issuer_kind: str | None = None
) -> PriorAward:
    """The history's entry for one dossier of a decision, with its prize money; called inside services."""
    plan = decision.award_round.plan
    prize = prize_on(plan, decision.award, dossier.subject, decision.decided_on, issuer_kind)
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
        digest=fingerprints.of_award(given),
    )
    return given


def record_decision(
    *,
    proposal: Proposal,
    text: DecisionText,
    declined: Mapping[int, str] | None = None,
    actor: User,
) -> Decision:
    """Write down the decision on an approved proposal; award history gets its entries.

    Every paper of the proposal's way is there, and the decision's own file. `declined` holds the dossiers, by key, that
    the decision leaves out, each with the reason; among them is what the provincial council did not agree to. Prize
    money follows the decision's day. Next year's checks read what is written here. Raises NotAllowed, naming the paper
    that is missing.
    """
    check_can_record_decision(actor, proposal)
    stored = keep_upload(text.upload, actor)
    return decide_proposal(
        proposal=proposal,
        text=text,
        declined=declined or {},
        stored=stored,
        actor=actor,
    )


@service
def decide_proposal(
    *,
    proposal: Proposal,
    text: DecisionText,
    declined: Mapping[int, str],
    stored: StoredFile | None,
    actor: User,
) -> Decision:
    """The same, in one transaction, with the decision's file already kept."""
    check_can_record_decision(actor, proposal)
    lock_proposal(proposal)
    way = way_of(proposal)
    check_reached(way, "decision")
    text = checked(text)
    if stored is None:
        raise InvalidRequest(
            _("The file of the decision is missing."),
            _("Attach the issued decision as PDF or as a clear photo."),
        )
    if proposal.approved_at and text.decided_on < localtime(proposal.approved_at).date():
        raise InvalidRequest(
            _("The decision is dated before the proposal was approved."), _("Check the day on the decision.")
        )
    _check_follows(text, way)
    items = list(proposal.items.select_related("dossier", "evaluation"))
    if not declined.keys() <= {item.dossier_id for item in items}:
        raise InvalidRequest(_("A dossier that was marked as declined is not on this list."))
    _check_agreed(items, way, declined)
    reasons = {key: said(reason, _("Say why a dossier was declined.")) for key, reason in declined.items()}
    changed = Proposal.objects.filter(pk=proposal.pk, status=proposal.status).update(
        status=ProposalStatus.DECIDED
    )
    if changed != 1:
        raise StaleState(
            _("Somebody else has just changed proposal %(code)s.") % {"code": proposal.code},
            _("Open the proposal again; nothing of yours was saved twice."),
        )
    decision = create_decision(
        text=text,
        award_round=proposal.award_round,
        award=proposal.award,
        proposal=proposal,
        stored=stored,
        actor=actor,
    )
    for item in items:
        _settle(item, decision, reasons.get(item.dossier_id), actor)
    proposal.status = ProposalStatus.DECIDED
    return decision


def _check_follows(text: DecisionText, way: Way) -> None:
    """The decision is not dated before the last paper of its way, wherever that lies."""
    days = [way.standing(step.id).day for step in way.steps if step.id != "decision"]
    if way.last_paper is not None:
        days.append(way.last_paper.dated_on)
    last = max((day for day in days if day is not None), default=None)
    if last is not None and text.decided_on < last:
        raise InvalidRequest(
            _("The decision is dated before the last paper of its way, of %(day)s.")
            % {"day": last.strftime("%d/%m/%Y")},
            _("Check the day on the decision."),
        )


def _check_agreed(items: list[ProposalItem], way: Way, declined: Mapping[int, str]) -> None:
    """Nobody is awarded to whom the provincial council did not agree."""
    against = [
        item for item in items if item.dossier_id in way.not_agreed and item.dossier_id not in declined
    ]
    if against:
        raise InvalidRequest(
            _("The provincial council did not agree to %(dossiers)s.")
            % {"dossiers": ", ".join(item.dossier.code for item in against)},
            _("Mark it as declined, with the reason."),
        )


def _settle(item: ProposalItem, decision: Decision, declined_because: str | None, actor: User) -> None:
    """Award the dossier, or decline it with its reason."""
    if declined_because is not None:
        move(
            dossier=item.dossier, verb="decline", actor=actor, note=declined_because, decision=decision.number
        )
        return
    move(
        dossier=item.dossier,
        verb="award",
        actor=actor,
        decision=decision.number,
        evaluation=item.evaluation_id,
    )
    give_award(decision=decision, dossier=item.dossier, actor=actor)


def lock_history() -> None:
    """Let one hand at a time look for an award and enter it, inside its transaction; readers are not kept waiting."""
    list(Unit.objects.select_for_update(no_key=True).filter(kind=UnitKind.PROVINCE).order_by("pk"))


@service
def record_prior_award(
    *, earlier: EarlierAward, nominee: Unit | Household | Individual, actor: User
) -> PriorAward:
    """Enter an award of earlier years from its decision, without a dossier.

    Raises InvalidRequest when the same award by the same decision already stands for the nominee.
    """
    check_can_record_prior_award(actor, nominee)
    text = checked(DecisionText(earlier.number, earlier.decided_on, earlier.issuer))
    if earlier.round_year > text.decided_on.year:
        raise InvalidRequest(
            _("The award is for a later year than its decision."),
            _("Check the round year and the decision's day."),
        )
    who = _nominee_fields(nominee)
    lock_history()
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
        plan = earlier.movement.plan
        if earlier.award not in plan.awards:
            raise InvalidRequest(
                _("The movement's plan does not know this award."), _("Choose another award.")
            )
        prize = prize_on(plan, earlier.award, _subject_of(nominee), text.decided_on)
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
        digest=fingerprints.of_award(given),
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
    award.refresh_from_db()
    audit.record(
        Event.AWARD_REVOKED,
        actor=actor,
        subject=award,
        decision=award.revoked_by_decision,
        revoked_on=revoked_on.isoformat(),
        digest=fingerprints.of_revocation(award),
    )
