"""What the log says of papers and decisions, held against the files that are kept of them."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.audit.verifying import said_by
from core.proving import Flaw, Proof, entry_name, register_proof
from nominations.events import Event
from nominations.models import Decision, Dossier, Paper, Waiver


@dataclass(frozen=True)
class _Attached:
    """The hashes that an entry names for a paper: of its file, and of the photos it was put together from."""

    seq: int
    sha256: str
    pages: tuple[str, ...]


def install() -> None:
    """Register with the foundations."""
    register_proof(Proof(gettext_lazy("dossiers"), Dossier.objects.count, papers_that_differ))
    register_proof(Proof(gettext_lazy("decisions"), Decision.objects.count, decisions_that_differ))


def papers_that_differ() -> Iterator[Flaw]:
    """Papers whose files are not those that the log names, that no entry names, or that are gone."""
    attached = _attached_papers()
    papers = Paper.objects.exclude(file=None).select_related("file", "dossier", "filing_set")
    for paper in papers.prefetch_related("pages__file").order_by("pk").iterator(chunk_size=500):
        entry = attached.pop(paper.pk, None)
        if reason := _reason(paper, entry):
            owner = paper.dossier or paper.filing_set
            name = _("The paper %(kind)s, version %(version)s, of %(owner)s")
            yield Flaw(name % {"kind": paper.kind, "version": paper.version, "owner": owner}, reason)
    for entry in attached.values():
        yield Flaw(entry_name(entry.seq), _("the paper that it tells of is gone"))


def _attached_papers() -> dict[int, _Attached]:
    waivers = dict(Waiver.objects.values_list("pk", "paper_id"))
    found = {}
    for said in said_by(Event.PAPER_ATTACHED, Event.WAIVER_RECORDED):
        payload = said.payload or {}
        paper = payload.get("paper") or waivers.get(payload.get("waiver", 0))
        if paper and payload.get("sha256"):
            found[paper] = _Attached(said.seq, payload["sha256"], tuple(payload.get("pages", ())))
    return found


def _reason(paper: Paper, entry: _Attached | None) -> str:
    if entry is None:
        return _("no entry says that it was attached, or what it said was erased")
    pages = tuple(page.file.sha256 for page in paper.pages.all())
    if (paper.file.sha256 if paper.file else "", pages) != (entry.sha256, entry.pages):
        return _("its file is not the one that entry %(seq)s names") % {"seq": entry.seq}
    return ""


def decisions_that_differ() -> Iterator[Flaw]:
    """Decisions whose file is not the one that the log names."""
    named = {
        said.subject: (said.seq, said.payload["sha256"])
        for said in said_by(Event.DECISION_RECORDED)
        if said.payload and "sha256" in said.payload
    }
    for decision in Decision.objects.select_related("file").order_by("pk"):
        seq, sha256 = named.get(f"nominations.decision:{decision.pk}", (0, ""))
        if seq and sha256 != (decision.file.sha256 if decision.file else ""):
            yield Flaw(
                _("Decision %(number)s") % {"number": decision.number},
                _("its file is not the one that entry %(seq)s names") % {"seq": seq},
            )
