"""What the log says of papers, held against the files that are kept of them."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.audit.recording import subject_of
from core.audit.verifying import Said, SaidOnce, said_once
from core.proving import Flaw, entry_name, said_again
from nominations.events import Event
from nominations.models import Paper, Waiver, WayPaper


@dataclass(frozen=True)
class _Attached:
    """What an entry says of a paper: whose it is, the hashes of its file and of the photos it was put together from."""

    seq: int
    subject: str
    sha256: str
    pages: tuple[str, ...]


def papers_that_differ() -> Iterator[Flaw]:
    """Papers whose files or owners are not those that the log names, that no entry names, or that are gone."""
    said = _said_of_papers()
    yield from said_again(said)
    attached = {paper: _attached(one) for paper, one in said.first.items()}
    papers = Paper.objects.exclude(file=None).select_related("file", "dossier", "filing_set")
    for paper in papers.prefetch_related("pages__file").order_by("pk").iterator(chunk_size=500):
        entry = attached.pop(paper.pk, None)
        if reason := _reason(paper, entry):
            owner = paper.dossier or paper.filing_set
            name = _("The paper %(kind)s, version %(version)s, of %(owner)s")
            where = name % {"kind": paper.kind, "version": paper.version, "owner": owner}
            yield Flaw(where, reason, f"nominations.paper:{paper.pk}")
    for entry in attached.values():
        yield Flaw(entry_name(entry.seq), _("the paper that it tells of is gone"), entry.subject)


def _said_of_papers() -> SaidOnce:
    waivers = dict(Waiver.objects.values_list("pk", "paper_id"))

    def paper_of(said: Said) -> int | None:
        payload = said.payload or {}
        paper: int | None = payload.get("paper") or waivers.get(payload.get("waiver", 0))
        return paper if payload.get("sha256") else None

    return said_once(Event.PAPER_ATTACHED, Event.WAIVER_RECORDED, of=paper_of)


def _attached(said: Said) -> _Attached:
    payload = said.payload or {}
    return _Attached(said.seq, said.subject, payload["sha256"], tuple(payload.get("pages", ())))


def _reason(paper: Paper, entry: _Attached | None) -> str:
    if entry is None:
        return _("no entry says that it was attached, or what it said was erased")
    if subject_of(paper.dossier or paper.filing_set) != entry.subject:
        return _("it was attached to another, as entry %(seq)s says") % {"seq": entry.seq}
    pages = tuple(page.file.sha256 for page in paper.pages.all())
    if (paper.file.sha256 if paper.file else "", pages) != (entry.sha256, entry.pages):
        return _("its file is not the one that entry %(seq)s names") % {"seq": entry.seq}
    return ""


def way_papers_that_differ() -> Iterator[Flaw]:
    """Papers on the way of proposals that are not those that the log names, that no entry names, or that are gone."""
    said = said_once(Event.WAY_PAPER_RECORDED, Event.WAY_PAPER_CORRECTED)
    yield from said_again(said)
    recorded = dict(said.first)
    for paper in WayPaper.objects.select_related("file", "proposal").order_by("pk"):
        subject = subject_of(paper)
        entry = recorded.pop(subject, None)
        if reason := _way_paper_reason(paper, entry):
            yield Flaw(
                _("Paper %(paper)s of %(proposal)s") % {"paper": paper, "proposal": paper.proposal},
                reason,
                subject,
            )
    for entry in recorded.values():
        yield Flaw(entry_name(entry.seq), _("the paper that it tells of is gone"), entry.subject)


def _way_paper_reason(paper: WayPaper, entry: Said | None) -> str:
    if entry is None:
        return _("no entry says that it was recorded")
    if entry.payload is None:
        return _("entry %(seq)s, which named its file, says nothing any more") % {"seq": entry.seq}
    kept = (paper.kind, paper.number, paper.dated_on.isoformat(), paper.file.sha256 if paper.file else "")
    if kept != tuple(entry.payload.get(name) for name in ("kind", "number", "dated_on", "sha256")):
        return _("it is not as entry %(seq)s names it") % {"seq": entry.seq}
    if entry.is_by_another(paper.recorded_by_id):
        return _("it was not recorded by who entry %(seq)s names") % {"seq": entry.seq}
    return ""
