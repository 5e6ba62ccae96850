"""What the log says of papers and decisions, held against the files that are kept of them."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.audit.recording import subject_of
from core.audit.verifying import Said, SaidOnce, said_once
from core.proving import Flaw, Proof, entry_name, register_proof, said_again
from nominations.events import Event
from nominations.models import Decision, Dossier, Paper, PlanRuling, PlanUpload, Waiver, WayPaper


@dataclass(frozen=True)
class _Attached:
    """What an entry says of a paper: whose it is, the hashes of its file and of the photos it was put together from."""

    seq: int
    subject: str
    sha256: str
    pages: tuple[str, ...]


def install() -> None:
    """Register with the foundations."""
    register_proof(Proof(gettext_lazy("dossiers"), Dossier.objects.count, papers_that_differ))
    register_proof(Proof(gettext_lazy("decisions"), Decision.objects.count, decisions_that_differ))
    register_proof(Proof(gettext_lazy("papers of proposals"), WayPaper.objects.count, way_papers_that_differ))
    register_proof(Proof(gettext_lazy("uploaded plans"), PlanUpload.objects.count, plans_that_differ))


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


def decisions_that_differ() -> Iterator[Flaw]:
    """Decisions whose file is not the one that the log names, that no entry names, or that are gone."""
    said = said_once(Event.DECISION_RECORDED)
    yield from said_again(said)
    recorded = dict(said.first)
    for decision in Decision.objects.select_related("file").order_by("pk"):
        subject = subject_of(decision)
        entry = recorded.pop(subject, None)
        if reason := _decision_reason(decision, entry):
            yield Flaw(_("Decision %(number)s") % {"number": decision.number}, reason, subject)
    for entry in recorded.values():
        yield Flaw(entry_name(entry.seq), _("the decision that it tells of is gone"), entry.subject)


def _decision_reason(decision: Decision, entry: Said | None) -> str:
    if entry is None:
        return _("no entry says that it was recorded")
    if entry.payload is None:
        return _("entry %(seq)s, which named its file, says nothing any more") % {"seq": entry.seq}
    # Entries of earlier versions name no file.
    named = entry.payload.get("sha256")
    if named is not None and named != (decision.file.sha256 if decision.file else ""):
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
    return ""


def plans_that_differ() -> Iterator[Flaw]:
    """Uploaded plans whose bytes, version or day of effect are not those that the log names."""
    uploads, rulings = said_once(Event.PLAN_UPLOADED), said_once(Event.PLAN_IN_FORCE)
    yield from said_again(uploads)
    yield from said_again(rulings)
    uploaded = {
        subject: (said.seq, said.payload["files"], said.payload["plan_hash"])
        for subject, said in uploads.first.items()
        if said.payload
    }
    in_force = {
        subject: (said.seq, said.payload["plan_hash"], said.payload["effective_on"])
        for subject, said in rulings.first.items()
        if said.payload
    }
    for upload in PlanUpload.objects.select_related("version").prefetch_related("files").order_by("pk"):
        subject = f"nominations.planupload:{upload.pk}"
        seq, hashes, plan_hash = uploaded.get(subject, (0, [], ""))
        name = _("The uploaded plan %(plan)s") % {"plan": upload}
        kept = upload.version.content_hash if upload.version else ""
        if not seq:
            yield Flaw(name, _("no entry says that it was uploaded"), subject)
            continue
        if [hashlib.sha256(bytes(file.content)).hexdigest() for file in upload.files.all()] != hashes:
            yield Flaw(name, _("its files are not those that entry %(seq)s names") % {"seq": seq}, subject)
        content = upload.version.content if upload.version else ""
        if kept != plan_hash or (kept and hashlib.sha256(content.encode("utf-8")).hexdigest() != kept):
            yield Flaw(name, _("its version is not the one that entry %(seq)s names") % {"seq": seq}, subject)
    for ruling in PlanRuling.objects.filter(effective_on__isnull=False).select_related("upload__version"):
        subject = f"nominations.planupload:{ruling.upload_id}"
        seq, plan_hash, day = in_force.get(subject, (0, "", ""))
        version = ruling.upload.version
        said = (plan_hash, day)
        if (version.content_hash if version else "", str(ruling.effective_on)) != said:
            yield Flaw(
                _("The uploaded plan %(plan)s") % {"plan": ruling.upload},
                _("entry %(seq)s does not say that it was put in force so") % {"seq": seq}
                if seq
                else _("no entry says that it was put in force"),
                subject,
            )
