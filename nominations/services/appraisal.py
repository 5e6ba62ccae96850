"""The reviewer's desk: receiving, judging, asking for supplements, concluding."""

from datetime import date

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import audit, clock
from core.exceptions import InvalidRequest, StaleState
from core.models import User
from core.outbox import queue_mail
from core.services import service
from core.text import nfc
from criteria.engine import Outcome
from nominations import fingerprints
from nominations.enums import EvaluationPurpose, Verdict
from nominations.events import Event
from nominations.models import Dossier, Evaluation, Judgement, SupplementRequest
from nominations.permissions_province import (
    check_can_answer_supplement,
    check_can_conclude,
    check_can_judge,
    check_can_receive,
    check_can_reopen,
    check_can_request_supplement,
)
from nominations.selectors.checks import can_be_judged, current_evaluation, open_labels, result_of
from nominations.selectors.nominees import is_same_nominee
from nominations.services.evaluations import freeze_evaluation, rerun_evaluation
from nominations.services.moving import check_no_live_twin, move


def lock_dossier(dossier: Dossier) -> None:
    """Hold the dossier's row until the transaction ends; raises StaleState when its status moved on.

    For verbs that change no status and so have no compare-and-set of their own.
    """
    # SQLite ignores select_for_update; IMMEDIATE mode in settings gives the lock.
    status = Dossier.objects.select_for_update().values_list("status", flat=True).get(pk=dossier.pk)
    if status != dossier.status:
        raise StaleState(
            _("Somebody else has just changed dossier %(code)s.") % {"code": dossier.code},
            _("Open the dossier again; nothing of yours was saved twice."),
        )


def said(text: str, sentence: str) -> str:
    """What a person wrote, normalised; raises InvalidRequest with the sentence when it is empty."""
    written = nfc(text).strip()
    if not written:
        raise InvalidRequest(sentence, _("Write it down so that others can follow, then send again."))
    return written


def newest_evaluation(dossier: Dossier) -> Evaluation:
    """The evaluation that judgements and waivers act on; raises InvalidRequest when there is none."""
    evaluation = current_evaluation(dossier)
    if evaluation is None:
        raise InvalidRequest(
            _("Dossier %(code)s has not been checked against the plan yet.") % {"code": dossier.code},
            _("Check it again with today's figures first."),
        )
    return evaluation


@service
def receive(*, dossier: Dossier, actor: User) -> Evaluation:
    """Take a filed dossier onto the desk; the first evaluation of the appraisal is made now."""
    check_can_receive(actor, dossier)
    move(dossier=dossier, verb="receive", actor=actor)
    Dossier.objects.filter(pk=dossier.pk).update(reviewer=actor)
    dossier.reviewer = actor
    return freeze_evaluation(dossier=dossier, purpose=EvaluationPurpose.APPRAISAL, actor=actor)


@service
def record_judgement(*, dossier: Dossier, criterion: str, verdict: str, note: str, actor: User) -> Evaluation:
    """Say of a criterion that only a person can judge whether it is met, and why.

    The newest judgement counts. The check runs again on the facts that were frozen, not on
    today's: a judgement must not bring in figures that nobody looked at.
    """
    check_can_judge(actor, dossier)
    lock_dossier(dossier)
    base = newest_evaluation(dossier)
    written = said(note, _("A judgement needs a note on what it rests on."))
    if verdict not in Verdict.values:
        raise InvalidRequest(_("Choose whether the criterion is met or not met."))
    if not can_be_judged(result_of(base).finding(criterion)):
        raise InvalidRequest(
            _("This criterion is not one that waits for a person's judgement."),
            _("Judge only what the check marks as “to be judged”."),
        )
    keep_judgement(dossier=dossier, criterion=criterion, verdict=verdict, note=written, actor=actor)
    return rerun_evaluation(base=base, dossier=dossier, actor=actor, purpose=EvaluationPurpose.APPRAISAL)


@service
def keep_judgement(*, dossier: Dossier, criterion: str, verdict: str, note: str, actor: User) -> Judgement:
    """Write one judgement down in the place of an earlier one; the calling service has checked all."""
    Judgement.objects.filter(dossier=dossier, criterion=criterion, is_current=True).update(is_current=False)
    judgement = Judgement.objects.create(
        dossier=dossier, criterion=criterion, verdict=verdict, note=note, made_by=actor, made_at=clock.now()
    )
    audit.record(
        Event.JUDGEMENT_RECORDED,
        actor=actor,
        subject=dossier,
        criterion=criterion,
        verdict=str(verdict),
        digest=fingerprints.of_judgement(judgement),
    )
    return judgement


@service
def request_supplement(*, dossier: Dossier, reason: str, due_on: date, actor: User) -> SupplementRequest:
    """Hand the dossier back to the filing side with what is missing and until when; the filing day stays."""
    check_can_request_supplement(actor, dossier)
    written = said(reason, _("A supplement request says what is missing."))
    if due_on <= clock.today():
        raise InvalidRequest(
            _("The day until which the answer is asked for has passed or is today."), _("Choose a later day.")
        )
    move(dossier=dossier, verb="request_supplement", actor=actor, note=written)
    request = SupplementRequest.objects.create(
        dossier=dossier, reason=written, due_on=due_on, asked_by=actor, asked_at=clock.now()
    )
    audit.record(
        Event.SUPPLEMENT_REQUESTED,
        actor=actor,
        subject=dossier,
        request=request.pk,
        due_on=due_on.isoformat(),
        digest=fingerprints.of_request(request),
    )
    _tell_filing_side(dossier, request)
    return request


def _tell_filing_side(dossier: Dossier, request: SupplementRequest) -> None:
    people = {person.pk: person for person in (dossier.created_by, dossier.filed_by) if person}
    for person in people.values():
        queue_mail(
            key=f"supplement:{request.pk}:{person.pk}",
            recipient=person.email,
            subject=_("Dossier %(code)s: a supplement is requested") % {"code": dossier.code},
            body=_(
                "The standing office asks for a supplement to dossier %(code)s by %(day)s. "
                "Sign in and open the dossier to read what is asked: %(address)s"
            )
            % {
                "code": dossier.code,
                "day": request.due_on.strftime("%d/%m/%Y"),
                "address": settings.SITE_URL + dossier.get_absolute_url(),
            },
        )


@service
def answer_supplement(*, dossier: Dossier, answer: str, actor: User) -> Evaluation:
    """Hand the mended dossier back to the reviewer; papers were attached before, the filing day stays."""
    check_can_answer_supplement(actor, dossier)
    written = said(answer, _("The answer says what was added or changed."))
    move(dossier=dossier, verb="answer_supplement", actor=actor, note=written)
    open_ones = SupplementRequest.objects.filter(dossier=dossier, answered_at=None)
    request = open_ones.values_list("pk", flat=True).first()
    open_ones.update(answer=written, answered_by=actor, answered_at=clock.now())
    audit.record(
        Event.SUPPLEMENT_ANSWERED,
        actor=actor,
        subject=dossier,
        request=request,
        digest=fingerprints.of_answer(written),
    )
    return freeze_evaluation(dossier=dossier, purpose=EvaluationPurpose.SUPPLEMENT, actor=actor)


@service
def refresh_appraisal(*, dossier: Dossier, actor: User) -> Evaluation:
    """Check the dossier against the figures that are recorded and recognised today."""
    check_can_judge(actor, dossier)
    lock_dossier(dossier)
    return freeze_evaluation(dossier=dossier, purpose=EvaluationPurpose.APPRAISAL, actor=actor)


@service
def record_originals(*, dossier: Dossier, sets: int, actor: User) -> Evaluation:
    """Note how many original sets were handed in; the check reads it at once."""
    check_can_judge(actor, dossier)
    lock_dossier(dossier)
    if not 0 <= sets <= 20:
        raise InvalidRequest(_("The number of original sets lies between 0 and 20."))
    Dossier.objects.filter(pk=dossier.pk).update(originals=sets, updated_at=clock.now())
    dossier.originals = sets
    audit.record(Event.ORIGINALS_RECORDED, actor=actor, subject=dossier, sets=sets)
    return freeze_evaluation(dossier=dossier, purpose=EvaluationPurpose.APPRAISAL, actor=actor)


@service
def mark_eligible(*, dossier: Dossier, actor: User) -> Evaluation:
    """Conclude that the dossier may go to the council, on the deciding evaluation made now.

    Raises InvalidRequest that names what is open when the facts of today say anything but
    eligible; the proposal, the minutes and the decision cite the evaluation made here.
    """
    check_can_conclude(actor, dossier, "mark_eligible")
    move(dossier=dossier, verb="mark_eligible", actor=actor)
    evaluation = freeze_evaluation(dossier=dossier, purpose=EvaluationPurpose.DECIDING, actor=actor)
    if evaluation.outcome != Outcome.ELIGIBLE:
        raise not_eligible_refusal(evaluation)
    return evaluation


def not_eligible_refusal(evaluation: Evaluation) -> InvalidRequest:
    """The sentence that says why an evaluation does not carry a conclusion, naming the open criteria."""
    labels = open_labels(result_of(evaluation))
    names = "; ".join(labels)
    count = len(labels)
    if evaluation.outcome == Outcome.NEEDS_JUDGEMENT:
        sentence = ngettext(
            "One criterion still waits for a judgement: %(names)s.",
            "%(count)s criteria still wait for a judgement: %(names)s.",
            count,
        )
        advice = _("Record the judgement with its note, then conclude.")
    elif evaluation.outcome == Outcome.INCOMPLETE:
        sentence = ngettext(
            "Something is still missing for one criterion: %(names)s.",
            "Something is still missing for %(count)s criteria: %(names)s.",
            count,
        )
        advice = _("Ask for a supplement, or record what was handed in, then conclude.")
    else:
        sentence = ngettext(
            "With today's figures one criterion is not met: %(names)s.",
            "With today's figures %(count)s criteria are not met: %(names)s.",
            count,
        )
        advice = _("Conclude as not eligible, or have the leadership waive what may be waived.")
    return InvalidRequest(sentence % {"count": count, "names": names}, advice)


@service
def mark_not_eligible(*, dossier: Dossier, reason: str, actor: User) -> Evaluation:
    """Conclude that the dossier does not go on, with a reason that the filing side reads."""
    check_can_conclude(actor, dossier, "mark_not_eligible")
    written = said(reason, _("Saying that a dossier is not eligible needs a reason."))
    move(dossier=dossier, verb="mark_not_eligible", actor=actor, note=written)
    return freeze_evaluation(dossier=dossier, purpose=EvaluationPurpose.DECIDING, actor=actor)


@service
def mark_duplicate(*, dossier: Dossier, of: Dossier, reason: str, actor: User) -> None:
    """Conclude that another live dossier of the round already puts the same nominee forward for the same award.

    The database lets no record stand in two live dossiers of a round and award, so the two name different records of
    one nominee: two records of a person, or a unit and what it was made of (`is_same_nominee`).
    """
    check_can_conclude(actor, dossier, "mark_duplicate")
    written = said(reason, _("Saying that a dossier is a duplicate needs a reason."))
    if of.pk == dossier.pk:
        raise InvalidRequest(
            _("A dossier cannot be a duplicate of itself."), _("Give the reference of the other dossier.")
        )
    _check_is_twin(dossier, _held_with(dossier, of))
    note = _("%(reason)s (the same as %(code)s)") % {"reason": written, "code": of.code}
    move(dossier=dossier, verb="mark_duplicate", actor=actor, note=note, of=of.code)


def _held_with(dossier: Dossier, of: Dossier) -> Dossier:
    """The other dossier as it is now, both held until the transaction ends: of two that name each other, one goes on."""
    held = Dossier.objects.for_list().select_for_update(of=("self",))
    return {one.pk: one for one in held.filter(pk__in=[dossier.pk, of.pk]).order_by("pk")}[of.pk]


def _check_is_twin(dossier: Dossier, of: Dossier) -> None:
    """Raises InvalidRequest unless the other is live, and of the same round, award and nominee."""
    names = {"code": of.code}
    if of.award_round_id != dossier.award_round_id:
        raise InvalidRequest(
            _("Dossier %(code)s is of another round.") % names,
            _("A duplicate names a dossier of the same round; conclude this one by what it says itself."),
        )
    if of.award != dossier.award:
        raise InvalidRequest(
            _("Dossier %(code)s is for another award.") % names,
            _(
                "A nominee may be put forward for several awards; a duplicate names a dossier for the same one."
            ),
        )
    if of.standing.is_ended:
        raise InvalidRequest(
            _("Dossier %(code)s is “%(status)s” and no longer on its way.")
            % {**names, "status": of.standing.label},
            _("A duplicate names a dossier that goes on; otherwise nobody would put the nominee forward."),
        )
    if not is_same_nominee(dossier, of):
        raise InvalidRequest(
            _("Dossier %(code)s puts another nominee forward.") % names,
            _(
                "A duplicate names a dossier of the same unit, its predecessor or successor, or of a record with the same "
                "citizen number, or the same name and year of birth in one commune or an agency. Conclude this one by what it "
                "says itself."
            ),
        )


@service
def reopen(*, dossier: Dossier, reason: str, actor: User) -> Evaluation:
    """Take a concluded appraisal up again, until the council's agenda holds the dossier."""
    check_can_reopen(actor, dossier)
    written = said(reason, _("Reopening an appraisal needs a reason."))
    if dossier.standing.is_ended:
        check_no_live_twin(dossier)
    move(dossier=dossier, verb="reopen", actor=actor, note=written)
    return freeze_evaluation(dossier=dossier, purpose=EvaluationPurpose.APPRAISAL, actor=actor)
