"""Papers as pages list them: what is attached to a dossier, and the kinds that a dossier or a set may hold."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from core.files import PHOTO_TYPES
from core.models import StoredFile
from criteria.engine.facts import CONFIRMATIONS
from criteria.engine.plan import PaperKind
from criteria.selectors import lang
from nominations.models import Dossier, FilingSet, Paper

# The commune itself confirms that a household is well off; no reason stands in for that (plan part III.2.a).
_EXCUSABLE = frozenset(CONFIRMATIONS) - {"well_off"}
_VIEWABLE = {"application/pdf", "image/png", "image/jpeg"}


def may_be_excused(kind: PaperKind) -> bool:
    """Whether a kind of paper is a confirmation, which may be recorded as not required with a reason."""
    return kind.proves in _EXCUSABLE


@dataclass(frozen=True)
class PaperRow:
    """One kind of paper with what is there now; a paper whose kind the plan does not know stands for itself."""

    known: PaperKind | None
    paper: Paper | None
    is_compulsory: bool = False
    is_readable: bool = True
    """Whether the reader may open it, or only learns that it is there."""

    @property
    def kind(self) -> str:
        return self.known.id if self.known else self.paper.kind if self.paper else ""

    @property
    def label(self) -> str:
        if self.known is not None:
            return self.known.label(lang())
        return _("Paper of a waiver") if self.kind == "waiver_paper" else self.kind

    @property
    def note(self) -> str:
        return self.known.note(lang()) if self.known and self.known.note else ""

    @property
    def source(self) -> str:
        """Where the paper comes from, when that is no plain upload; empty otherwise."""
        if self.paper is None:
            return ""
        if self.paper.from_meeting:
            return _("Signed in the meeting “%(meeting)s”.") % {"meeting": self.paper.from_meeting}
        if self.paper.replaced_because:
            return _("Stands for the minutes signed in the meeting: %(reason)s") % {
                "reason": self.paper.replaced_because
            }
        return ""

    @property
    def is_report(self) -> bool:
        return self.known is not None and self.known.is_achievement_report

    @property
    def may_be_excused(self) -> bool:
        return self.known is not None and may_be_excused(self.known)

    @property
    def state(self) -> str:
        """How the paper stands, in a word."""
        return self._state_and_tone[0]

    @property
    def tone(self) -> str:
        return self._state_and_tone[1]

    @property
    def _state_and_tone(self) -> tuple[str, str]:
        if self.paper is None:
            return (_("missing"), "warn") if self.is_compulsory else (_("not attached"), "neutral")
        if self.paper.file_id is None:
            return _("not required"), "neutral"
        if not self.is_report:
            return _("attached"), "good"
        return (_("confirmed"), "good") if self.paper.is_confirmed else (_("not confirmed"), "warn")


def paper_rows(dossier: Dossier, *, reads_set: bool = True) -> list[PaperRow]:
    """Current papers of the dossier and of the set it was filed in, in the plan's order.

    `reads_set` is whether the reader may open the set's own papers.
    """
    kinds = dossier.plan.papers
    owners = Q(dossier=dossier)
    if dossier.filing_set_id:
        owners |= Q(filing_set=dossier.filing_set_id)
    papers = Paper.objects.filter(owners, is_current=True).select_related("file")
    order = {kind: position for position, kind in enumerate(kinds)}
    return [
        PaperRow(kinds.get(paper.kind), paper, is_readable=reads_set or paper.dossier_id is not None)
        for paper in sorted(papers, key=lambda paper: (order.get(paper.kind, len(order)), paper.pk))
    ]


def shown_paper(rows: Iterable[PaperRow], chosen: str) -> PaperRow | None:
    """The paper to open beside the findings: the chosen one, else the first that a browser can show."""
    files = [(row, row.paper, row.paper.file) for row in rows if row.is_readable and row.paper]
    picked = [row for row, paper, file in files if file and chosen and str(paper.pk) == chosen]
    viewable = [(row, paper) for row, paper, file in files if file and file.content_type in _VIEWABLE]
    own = [row for row, paper in viewable if paper.dossier_id]
    return next(iter([*picked, *own, *(row for row, _paper in viewable)]), None)


def paper_slots(dossier: Dossier) -> list[PaperRow]:
    """Kinds of paper that the makers may attach to such a dossier, each with its current version."""
    scope = (dossier.award, dossier.subject, dossier.award_round.kind)
    current = _current(dossier=dossier)
    return [
        PaperRow(kind, current.get(kind.id), kind.is_compulsory(*scope))
        for kind in dossier.plan.papers_for(*scope)
        if kind.attached_by in {"nominee", "commune"}
    ]


def set_slots(filing_set: FilingSet) -> list[PaperRow]:
    """Papers of the filing body that stand for the whole set."""
    current = _current(filing_set=filing_set)
    return [
        PaperRow(kind, current.get(kind.id), is_compulsory=True)
        for kind in filing_set.award_round.plan.papers.values()
        if kind.attached_by == "filing_body"
    ]


def _current(**owner: Any) -> dict[str, Paper]:
    papers = Paper.objects.filter(**owner, is_current=True).select_related("file", "dossier")
    papers = papers.prefetch_related("pages__file")
    return {paper.kind: paper for paper in papers}


def photographed_pages(paper: Paper | None) -> list[StoredFile]:
    """The photos that make up a paper, in their order; none for a paper of another kind."""
    if paper is None:
        return []
    pages = [page.file for page in paper.pages.all()]
    if not pages and paper.file is not None and paper.file.content_type in PHOTO_TYPES:
        return [paper.file]
    return pages
