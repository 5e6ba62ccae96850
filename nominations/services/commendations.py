"""Commendations: their way ends at the issuer, whose office records the decision."""

from collections.abc import Mapping
from datetime import date

from django.core.files.base import File
from django.db.models import Max
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from core import audit, clock
from core.exceptions import InvalidRequest, NotAllowed
from core.files import adopt
from core.models import StoredFile, User
from core.services import service
from criteria.engine import Outcome
from nominations.enums import EvaluationPurpose, Status, Verdict
from nominations.events import Event
from nominations.fingerprints import of_paper
from nominations.models import Decision, Dossier, Evaluation, Paper
from nominations.permissions_province import check_can_record_issuer_decision, issuing_unit_of
from nominations.selectors.checks import can_be_judged, result_of
from nominations.selectors.proposals import issuer_papers
from nominations.services.appraisal import keep_judgement, not_eligible_refusal, said
from nominations.services.decisions import DecisionText, checked, create_decision, give_award, keep_upload
from nominations.services.evaluations import freeze_evaluation
from nominations.services.moving import move
from registry.models import Unit


def record_issuer_decision(
    *,
    dossier: Dossier,
    text: DecisionText,
    guidance_note: str,
    papers: Mapping[str, File] | None = None,
    actor: User,
) -> Decision:
    """End a commendation's way at its issuer: the decision is recorded, history gets its entry.

    The issuer's own guidance rules, so `guidance_note` says how it was followed and answers what
    the check leaves to a person. `papers` are the letter and the minutes of the body that put the
    dossier to the issuer, by kind; they stand in for the set that goes to the province. Raises
    InvalidRequest when the check is not passed on the decision's day.
    """
    check_can_record_issuer_decision(actor, dossier)
    wanted = {kind.id for kind in issuer_papers(dossier)}
    if not set(papers or {}) <= wanted:
        raise InvalidRequest(_("The plan asks for no such paper here."))
    stored = keep_upload(text.upload, actor)
    kept = {kind: keep_upload(upload, actor) for kind, upload in (papers or {}).items()}
    return decide_commendation(
        dossier=dossier,
        text=text,
        guidance_note=guidance_note,
        papers={kind: file for kind, file in kept.items() if file is not None},
        stored=stored,
        actor=actor,
    )


@service
def decide_commendation(
    *,
    dossier: Dossier,
    text: DecisionText,
    guidance_note: str,
    papers: Mapping[str, StoredFile],
    stored: StoredFile | None,
    actor: User,
) -> Decision:
    """The same, in one transaction, with the files already kept."""
    check_can_record_issuer_decision(actor, dossier)
    award = dossier.plan.awards.get(dossier.award)
    if award is None or not award.decided_by_issuer:
        raise NotAllowed(
            _("This award is not given by an office at its own level."),
            _("File the dossier to the province."),
        )
    text = checked(text)
    note = said(guidance_note, _("Say how the issuer's guidance was followed."))
    issuing = issuing_unit_of(actor, dossier)
    _set_filing_day(dossier, text.decided_on)
    move(dossier=dossier, verb="decide_by_issuer", actor=actor, decision=text.number)
    for kind, file in papers.items():
        _attach(dossier, kind, file, actor)
    _conclude(dossier, text.decided_on, note, actor)
    decision = create_decision(
        text=text,
        award_round=dossier.award_round,
        award=dossier.award,
        proposal=None,
        stored=stored,
        actor=actor,
    )
    issuer_kind = Unit.objects.values_list("kind", flat=True).get(pk=issuing.unit_id)
    give_award(decision=decision, dossier=dossier, actor=actor, issuer_kind=issuer_kind)
    return decision


def _set_filing_day(dossier: Dossier, decided_on: date) -> None:
    """The day on which the dossier came to the issuer: from the district's in-tray, else the decision's own."""
    if dossier.filed_on is not None:
        return
    arrived = dossier.changes.filter(new_status=Status.FILED_TO_DISTRICT).order_by("-pk").first()
    dossier.filed_on = min(localtime(arrived.at).date(), decided_on) if arrived else decided_on
    dossier.filed_by = arrived.actor if arrived else dossier.created_by
    Dossier.objects.filter(pk=dossier.pk).update(filed_on=dossier.filed_on, filed_by=dossier.filed_by)


def _attach(dossier: Dossier, kind: str, file: StoredFile, actor: User) -> None:
    versions = Paper.objects.filter(dossier=dossier, kind=kind)
    last = versions.aggregate(last=Max("version"))["last"] or 0
    versions.update(is_current=False)
    paper = Paper.objects.create(
        dossier=dossier, kind=kind, version=last + 1, file=file, uploaded_by=actor, uploaded_at=clock.now()
    )
    adopt(file)
    audit.record(
        Event.PAPER_ATTACHED,
        actor=actor,
        subject=dossier,
        paper=paper.pk,
        kind=kind,
        version=paper.version,
        sha256=file.sha256,
        digest=of_paper(paper),
    )


def _conclude(dossier: Dossier, day: date, note: str, actor: User) -> Evaluation:
    """The deciding evaluation on the decision's day, after the issuer's word on what only a person can say."""

    def freeze() -> Evaluation:
        return freeze_evaluation(dossier=dossier, purpose=EvaluationPurpose.DECIDING, actor=actor, as_of=day)

    evaluation = freeze()
    asked = [finding.criterion for finding in result_of(evaluation).findings if can_be_judged(finding)]
    for criterion in asked:
        keep_judgement(dossier=dossier, criterion=criterion, verdict=Verdict.MET, note=note, actor=actor)
    if asked:
        evaluation = freeze()
    if evaluation.outcome != Outcome.ELIGIBLE:
        raise not_eligible_refusal(evaluation)
    return evaluation
