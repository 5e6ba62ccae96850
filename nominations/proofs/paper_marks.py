"""What the log says of how papers are marked: which version counts, its kind, number and day, who attached and confirmed it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from core.audit.recording import subject_of
from core.audit.verifying import Said, said_by
from core.proving import Flaw, entry_name
from nominations import fingerprints
from nominations.events import Event
from nominations.models import Paper, Waiver
from nominations.services.waivers import WAIVER_PAPER

_TELLING = (Event.PAPER_ATTACHED, Event.PAPER_REMOVED, Event.PAPER_CONFIRMED, Event.WAIVER_RECORDED)


@dataclass
class _Told:
    """What entries say of papers: the one that attached each, which counts of a kind, and who confirmed which."""

    attached: dict[int, Said] = field(default_factory=dict)
    current: dict[tuple[str, str], int | None] = field(default_factory=dict)
    confirmed: dict[int, str] = field(default_factory=dict)


def marks_that_differ() -> Iterator[Flaw]:
    """Papers that are marked otherwise than the log says, and those left out without an entry, or gone."""
    told = _told()
    waiting = {
        paper: said for paper, said in told.attached.items() if (said.payload or {}).get("not_required")
    }
    rows = Paper.objects.select_related("dossier", "filing_set").order_by("pk")
    for paper in rows.iterator(chunk_size=2000):
        waiting.pop(paper.pk, None)
        if reason := _reason(paper, told):
            name = _("The paper %(kind)s, version %(version)s, of %(owner)s")
            owner = paper.dossier or paper.filing_set
            where = name % {"kind": paper.kind, "version": paper.version, "owner": owner}
            yield Flaw(where, reason, f"nominations.paper:{paper.pk}")
    for said in waiting.values():
        yield Flaw(
            entry_name(said.seq),
            _("the paper that it says is not required stands there no more"),
            said.subject,
        )


def _told() -> _Told:
    told, waivers = _Told(), dict(Waiver.objects.values_list("pk", "paper_id"))
    for said in said_by(*_TELLING):
        payload = said.payload or {}
        paper = payload.get("paper") or waivers.get(payload.get("waiver", 0))
        if paper is None:
            continue
        place = (said.subject, payload.get("kind", ""))
        if said.event == Event.PAPER_CONFIRMED:
            told.confirmed[paper] = payload.get("confirmed_by", "")
        elif said.event == Event.PAPER_REMOVED:
            told.current[place] = None if told.current.get(place) == paper else told.current.get(place)
        else:
            _attach(told, paper, place, said)
    return told


def _attach(told: _Told, paper: int, place: tuple[str, str], said: Said) -> None:
    if told.attached.setdefault(paper, said) is not said:
        # `papers_that_differ` names an entry that says again what was said.
        return
    payload = said.payload or {}
    if said.event == Event.PAPER_ATTACHED:
        told.current[place] = paper
    if "confirmed_by" in payload:
        told.confirmed[paper] = payload["confirmed_by"]


def _reason(paper: Paper, told: _Told) -> str:
    said = told.attached.get(paper.pk)
    if said is None:
        # One with a file is named by `papers_that_differ`.
        return "" if paper.file_id else _("no entry says that it was recorded as not required")
    subject = subject_of(paper.dossier or paper.filing_set)
    is_waiver = said.event == Event.WAIVER_RECORDED
    kept = {
        "kind": paper.kind,
        "version": paper.version,
        "marks" if is_waiver else "digest": fingerprints.of_paper(paper),
    }
    if said.differs(kept) or subject != said.subject or (is_waiver and paper.kind != WAIVER_PAPER):
        return _("its kind, number, day or owner is not as entry %(seq)s names it") % {"seq": said.seq}
    if said.is_by_another(paper.uploaded_by_id):
        return _("it was not attached by who entry %(seq)s names") % {"seq": said.seq}
    if paper.is_current != (is_waiver or told.current.get((subject, paper.kind)) == paper.pk):
        return (
            _("it counts, and the log says that another stands in its place or none")
            if paper.is_current
            else _("the log says that it counts")
        )
    confirmed = told.confirmed.get(paper.pk)
    if confirmed is not None and (paper.confirmed_by, paper.is_confirmed) != (confirmed, bool(confirmed)):
        return _("the log does not say that it was confirmed so")
    return ""
