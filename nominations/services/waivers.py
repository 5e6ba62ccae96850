"""Accepting a criterion that is not met, by the word that the plan asks for and on paper."""

from dataclasses import dataclass
from datetime import date

from django.core.files.base import File
from django.db.models import Max
from django.utils.translation import gettext as _

from core import audit, clock
from core.exceptions import InvalidRequest
from core.files import PAPER_TYPES, adopt
from core.models import StoredFile, User
from core.services import service
from core.text import nfc
from core.uploads.checking import store_upload
from nominations import fingerprints
from nominations.enums import EvaluationPurpose
from nominations.events import Event
from nominations.models import Dossier, Evaluation, Paper, Waiver
from nominations.permissions_province import check_can_waive
from nominations.selectors.checks import result_of
from nominations.services.appraisal import lock_dossier, newest_evaluation, said
from nominations.services.evaluations import rerun_evaluation

# No check reads the paper of a waiver, so a plan need not name it.
WAIVER_PAPER = "waiver_paper"


@dataclass(frozen=True)
class WaiverGrounds:
    """Why a failure is accepted: the reason, and the document that says so."""

    reason: str
    document_number: str
    dated_on: date
    upload: File


def waive(*, dossier: Dossier, criterion: str, grounds: WaiverGrounds, actor: User) -> Evaluation:
    """Accept a waivable criterion that is not met; it counts as met from here on.

    The paper's bytes are kept before the transaction: when that fails, the file stays unadopted
    and is swept. Raises what `record_waiver` raises.
    """
    check_can_waive(actor, dossier)
    stored = store_upload(upload=grounds.upload, types=PAPER_TYPES, actor=actor)
    return record_waiver(dossier=dossier, criterion=criterion, grounds=grounds, stored=stored, actor=actor)


@service
def record_waiver(
    *, dossier: Dossier, criterion: str, grounds: WaiverGrounds, stored: StoredFile, actor: User
) -> Evaluation:
    """The same, in one transaction, with the paper already kept.

    Whose word it takes is the plan's to say and is kept with the waiver. The check runs again on
    the frozen facts. Raises InvalidRequest when nothing waivable failed there, or it was waived before.
    """
    check_can_waive(actor, dossier)
    lock_dossier(dossier)
    base = newest_evaluation(dossier)
    reason = said(grounds.reason, _("A waiver needs a reason."))
    number = said(grounds.document_number, _("A waiver names the number of the paper it rests on."))
    if grounds.dated_on > clock.today():
        raise InvalidRequest(
            _("The paper of the waiver is dated in the future."), _("Check the day on the paper.")
        )
    finding = result_of(base).finding(criterion)
    if finding is None or not finding.can_be_waived:
        raise InvalidRequest(
            _("This criterion has not failed, or the plan lets nobody waive it."),
            _("Open the dossier again to see what may be waived."),
        )
    if Waiver.objects.filter(dossier=dossier, criterion=criterion).exists():
        raise InvalidRequest(_("This criterion was already waived for this dossier."))
    paper = _keep_paper(dossier, stored, grounds, number, actor)
    waiver = Waiver.objects.create(
        dossier=dossier,
        criterion=criterion,
        authority=finding.waiver_authority or "",
        reason=reason,
        paper=paper,
        document_number=number,
        dated_on=grounds.dated_on,
        made_by=actor,
        made_at=clock.now(),
    )
    audit.record(
        Event.WAIVER_RECORDED,
        actor=actor,
        subject=dossier,
        waiver=waiver.pk,
        criterion=criterion,
        authority=waiver.authority,
        document=number,
        sha256=paper.file.sha256 if paper.file else "",
        paper=paper.pk,
        marks=fingerprints.of_paper(paper),
        digest=fingerprints.of_waiver(waiver),
    )
    return rerun_evaluation(base=base, dossier=dossier, actor=actor, purpose=EvaluationPurpose.APPRAISAL)


def _keep_paper(
    dossier: Dossier, stored: StoredFile, grounds: WaiverGrounds, number: str, actor: User
) -> Paper:
    last = (
        Paper.objects.filter(dossier=dossier, kind=WAIVER_PAPER).aggregate(last=Max("version"))["last"] or 0
    )
    paper = Paper.objects.create(
        dossier=dossier,
        kind=WAIVER_PAPER,
        version=last + 1,
        file=stored,
        number=nfc(number),
        dated_on=grounds.dated_on,
        uploaded_by=actor,
        uploaded_at=clock.now(),
    )
    adopt(stored)
    return paper
