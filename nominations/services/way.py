"""Recording the papers between an approved proposal and its decision, each in its turn, none skipped."""

from dataclasses import dataclass
from datetime import date

from django.core.files.base import File
from django.utils.translation import gettext as _

from core import audit, clock
from core.exceptions import InvalidRequest, NotAllowed, StaleState
from core.files import adopt
from core.models import StoredFile, User
from core.services import service
from core.text import nfc, tidy
from nominations.enums import WayPaperKind
from nominations.events import Event
from nominations.models import Proposal, WayPaper
from nominations.permissions_province import check_can_keep_way
from nominations.selectors.way import Way, check_reached, way_of
from nominations.services.appraisal import said
from nominations.services.decisions import keep_upload
from nominations.services.proposals import lock_proposal

_NUMBERED = (WayPaperKind.PROVINCE_LETTER, WayPaperKind.SUPPLEMENT_ANSWERED)


@dataclass(frozen=True)
class PaperText:
    """What stands on a paper; which of it a kind needs, `record_way_paper` says."""

    dated_on: date
    number: str = ""
    signer: str = ""
    sent_by: str = ""
    words: str = ""
    upload: File | None = None


def record_way_paper(*, proposal: Proposal, kind: WayPaperKind, text: PaperText, actor: User) -> WayPaper:
    """Write down the next paper of a proposal's way.

    The province's letter has number, signer and file; the sending says how, with the receipt where the plan asks for
    one; a supplement says what the centre asked, its answer has number and file. Raises NotAllowed, naming what is
    missing, while an earlier step is not done, StaleState when another hand has just recorded the same paper.
    """
    check_can_keep_way(actor, proposal)
    return put_down(
        proposal=proposal, kind=kind, text=text, stored=keep_upload(text.upload, actor), actor=actor
    )


@service
def put_down(
    *, proposal: Proposal, kind: WayPaperKind, text: PaperText, stored: StoredFile | None, actor: User
) -> WayPaper:
    """The same, in one transaction, with the paper's file already kept."""
    check_can_keep_way(actor, proposal)
    lock_proposal(proposal)
    way = way_of(proposal)
    turn = _turn_of(way, kind)
    _check_next(way, kind)
    paper = _written(way, kind, text, stored, since=way.papers)
    paper.turn = turn
    told = _keep(paper, actor)
    audit.record(Event.WAY_PAPER_RECORDED, actor=actor, subject=paper, **told)
    return paper


def correct_way_paper(*, paper: WayPaper, text: PaperText, reason: str, actor: User) -> WayPaper:
    """Another paper in the place of the one that was recorded last, with the reason; the wrong one is kept.

    Without another file the corrected paper keeps the one it has. Raises NotAllowed once a later paper or the decision
    stands, StaleState when another hand has just corrected it.
    """
    check_can_keep_way(actor, paper.proposal)
    stored = keep_upload(text.upload, actor)
    return put_right(paper=paper, text=text, stored=stored, reason=reason, actor=actor)


@service
def put_right(
    *, paper: WayPaper, text: PaperText, stored: StoredFile | None, reason: str, actor: User
) -> WayPaper:
    """The same, in one transaction, with another file already kept."""
    check_can_keep_way(actor, paper.proposal)
    lock_proposal(paper.proposal)
    way = way_of(paper.proposal)
    last = way.last_paper
    if last is None or last.pk != paper.pk:
        _refuse_correction(way, paper)
    written_reason = said(reason, _("A correction needs a reason."))
    kind = WayPaperKind(paper.kind)
    right = _written(way, kind, text, stored or paper.file, since=way.papers[:-1])
    right.turn, right.corrects, right.reason = paper.turn, paper, written_reason
    WayPaper.objects.filter(pk=paper.pk).update(stands=False)
    told = _keep(right, actor)
    audit.record(
        Event.WAY_PAPER_CORRECTED,
        actor=actor,
        subject=right,
        corrects=paper.pk,
        reason=written_reason,
        **told,
    )
    return right


def _refuse_correction(way: Way, paper: WayPaper) -> None:
    if all(paper.pk != one.pk for one in way.papers):
        raise StaleState(
            _("Somebody else has just corrected this paper."),
            _("Open the proposal again to see what stands."),
        )
    raise NotAllowed(
        _("Paper %(paper)s can no longer be corrected, because a later one was recorded.") % {"paper": paper},
        _("Correct the later ones first, the last one at the beginning."),
    )


def _turn_of(way: Way, kind: WayPaperKind) -> int:
    if kind == WayPaperKind.SUPPLEMENT_ASKED:
        return 1 + len(way.supplements)
    return way.open_supplement.turn if kind == WayPaperKind.SUPPLEMENT_ANSWERED and way.open_supplement else 0


def _check_next(way: Way, kind: WayPaperKind) -> None:
    """The paper is the next one: nothing before it lacks, and it is not recorded yet."""
    if way.award is None or way.award.step("sending" if kind in _OF_THE_CENTRE else kind) is None:
        raise InvalidRequest(
            _("The plan asks for no such paper on the way of this award."),
            _("Open the proposal to see its steps."),
        )
    if kind in _OF_THE_CENTRE:
        _check_supplement(way, kind)
        return
    check_reached(way, kind)
    if way.paper(kind) is not None:
        raise _recorded_already()


_OF_THE_CENTRE = (WayPaperKind.SUPPLEMENT_ASKED, WayPaperKind.SUPPLEMENT_ANSWERED)


def _check_supplement(way: Way, kind: WayPaperKind) -> None:
    waiting = way.open_supplement
    if kind == WayPaperKind.SUPPLEMENT_ASKED:
        # Reports the first missing step, and a supplement that waits for its answer.
        check_reached(way, "decision")
    elif waiting is None:
        check_reached(way, "decision")
        raise NotAllowed(
            _("No supplement that the centre asked for waits for an answer."),
            _("Record first what the centre asked for."),
        )


def _recorded_already() -> StaleState:
    return StaleState(
        _("This paper has just been recorded by somebody else."),
        _("Open the proposal again; a wrong entry can be corrected there, with the reason."),
    )


def _written(
    way: Way, kind: WayPaperKind, text: PaperText, stored: StoredFile | None, since: list[WayPaper]
) -> WayPaper:
    """The paper as it will stand; raises InvalidRequest for what it lacks."""
    number = tidy(text.number)
    if kind in _NUMBERED:
        number = said(text.number, _("The paper has a number."))
    signer = said(text.signer, _("The letter has a signer.")) if kind == WayPaperKind.PROVINCE_LETTER else ""
    asks = kind == WayPaperKind.SUPPLEMENT_ASKED
    words = said(text.words, _("Say what the centre asked for.")) if asks else nfc(text.words).strip()
    _check_file(way, kind, text.sent_by, stored)
    _check_day(way, text.dated_on, since)
    return WayPaper(
        proposal=way.proposal,
        kind=kind,
        number=number,
        dated_on=text.dated_on,
        signer=signer,
        sent_by=text.sent_by if kind == WayPaperKind.SENDING else "",
        words=words,
        file=stored,
    )


def _check_file(way: Way, kind: WayPaperKind, sent_by: str, stored: StoredFile | None) -> None:
    needs_file = kind in _NUMBERED
    if kind == WayPaperKind.SENDING:
        step = way.award.step(kind) if way.award else None
        chosen = next((one for one in step.sent_by if one.id == sent_by), None) if step else None
        if chosen is None:
            raise InvalidRequest(
                _("How the file was sent is not said."), _("Choose one of the ways of the plan.")
            )
        needs_file = chosen.needs_receipt
    if needs_file and stored is None:
        raise InvalidRequest(
            _("The file of the paper is missing.")
            if kind != WayPaperKind.SENDING
            else _("Sent in this way, the receipt is kept, and its file is missing."),
            _("Attach the issued paper as PDF or as a clear photo."),
        )


def _check_day(way: Way, day: date, since: list[WayPaper]) -> None:
    """Not in the future, and not before what it follows."""
    if day > clock.today():
        raise InvalidRequest(_("The paper is dated in the future."), _("Check the day on the paper."))
    earlier = since[-1].dated_on if since else _reached_on(way)
    if earlier is not None and day < earlier:
        raise InvalidRequest(
            _("The paper is dated before the one that it follows, of %(day)s.")
            % {"day": earlier.strftime("%d/%m/%Y")},
            _("Check the day on the paper."),
        )


def _reached_on(way: Way) -> date | None:
    """The latest day of the steps whose papers lie elsewhere."""
    days = [
        way.standing(step.id).day for step in way.steps if step.id not in ("decision", *WayPaperKind.values)
    ]
    return max((day for day in days if day is not None), default=None)


def _keep(paper: WayPaper, actor: User) -> dict[str, str | int]:
    """Write the paper; gives what the log says of it."""
    paper.recorded_by, paper.recorded_at = actor, clock.now()
    paper.save()
    stored = paper.file
    if stored is not None:
        adopt(stored)
    return {
        "proposal": paper.proposal.code,
        "kind": paper.kind,
        "turn": paper.turn,
        "number": paper.number,
        "dated_on": paper.dated_on.isoformat(),
        "sha256": stored.sha256 if stored else "",
    }
