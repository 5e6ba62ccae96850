"""What the appraisal desk reads: the queue, one dossier with its findings, and what today's figures would say."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core import clock
from criteria.engine import Finding, Outcome, Result, evaluate
from criteria.engine import Status as FindingStatus
from criteria.selectors import get_plan
from nominations.enums import EvaluationPurpose, Status
from nominations.facts import collect_facts
from nominations.models import Dossier, Evaluation, Judgement, Paper, SupplementRequest, Waiver
from nominations.querysets import DossierQuerySet
from nominations.statuses import ON_DESK, WAITING

_OPEN_STATUS = {
    Outcome.NEEDS_JUDGEMENT: FindingStatus.JUDGEMENT,
    Outcome.INCOMPLETE: FindingStatus.MISSING,
    Outcome.NOT_ELIGIBLE: FindingStatus.NOT_MET,
}


def lang() -> str:
    """The reader's language as the engine names it."""
    return "en" if (get_language() or "vi").startswith("en") else "vi"


def current_evaluation(dossier: Dossier) -> Evaluation | None:
    """The newest evaluation of a dossier."""
    return Evaluation.objects.filter(dossier=dossier).order_by("-pk").first()


def deciding_evaluation(dossier: Dossier) -> Evaluation | None:
    """The evaluation on which the appraisal was concluded; proposal, minutes and decision cite it."""
    return (
        Evaluation.objects.filter(dossier=dossier, purpose=EvaluationPurpose.DECIDING).order_by("-pk").first()
    )


def result_of(evaluation: Evaluation) -> Result:
    """The stored result as the engine's object."""
    return Result.from_dict(evaluation.result)


def can_be_judged(finding: Finding | None) -> bool:
    """Whether a person's judgement acts on the finding: it asks for one, or was decided by one."""
    if finding is None or finding.is_composite:
        return False
    return finding.can_be_judged or finding.reason.startswith("judged.")


def open_labels(result: Result) -> list[str]:
    """Names of the criteria that stand between this outcome and `eligible`, leaves rather than composites."""
    wanted = _OPEN_STATUS.get(result.outcome)
    found: list[str] = []
    for finding in result.top_level:
        if finding.status is not wanted:
            continue
        parts = [part for part in result.parts_of(finding) if part.status is wanted and not part.is_composite]
        found.extend(part.label(lang()) for part in parts or [finding])
    return found


def desk_queue(user: Any, *, status: str = "", words: str = "", award: str = "") -> DossierQuerySet:
    """Dossiers on the desk that a person may know of, the longest waiting first."""
    dossiers = Dossier.objects.visible_to(user)
    wanted: Sequence[str] = WAITING if not status else ON_DESK if status == "all" else (status,)
    newest = Evaluation.objects.filter(dossier=OuterRef("pk")).order_by("-pk")
    asked = SupplementRequest.objects.filter(dossier=OuterRef("pk"), answered_at=None)
    queue = (
        dossiers.filter(status__in=[one for one in wanted if one in ON_DESK])
        .matching(words)
        .annotate(
            newest_outcome=Subquery(newest.values("outcome")[:1]),
            asked_until=Subquery(asked.values("due_on")[:1]),
        )
        .order_by("filed_on", "code")
    )
    if award:
        queue = queue.filter(award=award)
    return queue


@dataclass(frozen=True)
class DeskRow:
    """One line of the desk's list."""

    dossier: Dossier
    award_label: str
    days: int | None
    """Whole days left until the supplement has to be answered."""
    waiting: int | None
    """Whole days that the dossier has lain on the desk since it was filed."""
    outcome: str
    would_be: str
    """What today's figures would say, where that differs; empty otherwise."""


def desk_rows(dossiers: Iterable[Dossier], *, compares: bool = True) -> list[DeskRow]:
    """The page's lines; `compares` works out for all of them at once what today's figures would say.

    Comparing costs a dozen queries, so a page may show its lines first and ask for this after.
    """
    rows = list(dossiers)
    live = live_results(rows) if compares else {}
    found = []
    for dossier in rows:
        frozen = dossier.newest_outcome or ""  # type: ignore[attr-defined]  # annotated by desk_queue
        now = live[dossier.pk].outcome.value if dossier.pk in live else ""
        found.append(
            DeskRow(
                dossier=dossier,
                award_label=award_label(dossier),
                days=days_left(dossier, dossier.asked_until),  # type: ignore[attr-defined]
                waiting=-clock.days_until(dossier.filed_on)
                if dossier.filed_on and dossier.standing.is_waiting
                else None,
                outcome=frozen or now,
                would_be=now if frozen and now and now != frozen else "",
            )
        )
    return found


def days_left(dossier: Dossier, asked_until: date | None) -> int | None:
    """Whole days until the supplement has to be answered; None for anything else on the desk."""
    if dossier.status == Status.SUPPLEMENT and asked_until:
        return clock.days_until(asked_until)
    return None


def award_label(dossier: Dossier) -> str:
    """The award's name in the reader's language; the word itself where the plan no longer knows it."""
    award = get_plan(dossier.award_round.movement.plan_id).awards.get(dossier.award)
    return award.label(lang()) if award else dossier.award


def neighbours(queue: QuerySet[Dossier], dossier: Dossier) -> tuple[str, str, int, int]:
    """Codes before and after a dossier in the queue, its place, and how many there are; one query.

    A dossier that has just left the queue stands where its filing day and code would put it.
    """
    keys = [(day or date.max, code) for day, code in queue.values_list("filed_on", "code")]
    own = (dossier.filed_on or date.max, dossier.code)
    before = [code for day, code in keys if (day, code) < own]
    after = [code for day, code in keys if (day, code) > own]
    position = len(before) + 1 if own in keys else 0
    return (before[-1] if before else "", after[0] if after else "", position, len(keys))


def live_results(dossiers: Iterable[Dossier], day: date | None = None) -> dict[int, Result]:
    """What the check would say of each dossier today; nothing is stored. A constant number of queries."""
    rows = list(dossiers)
    facts = collect_facts(rows, day or clock.today())
    keys = [dossier.pk for dossier in rows]
    verdicts: dict[int, dict[str, str]] = defaultdict(dict)
    for owner, criterion, verdict in Judgement.objects.filter(dossier__in=keys, is_current=True).values_list(
        "dossier_id", "criterion", "verdict"
    ):
        verdicts[owner][criterion] = verdict
    waived: dict[int, list[str]] = defaultdict(list)
    for owner, criterion in Waiver.objects.filter(dossier__in=keys).values_list("dossier_id", "criterion"):
        waived[owner].append(criterion)
    return {
        dossier.pk: evaluate(
            get_plan(dossier.award_round.movement.plan_id),
            facts[dossier.pk],
            verdicts.get(dossier.pk),
            waived.get(dossier.pk, ()),
        )
        for dossier in rows
    }


@dataclass(frozen=True)
class Difference:
    """A criterion of which today's figures say something else than the frozen ones."""

    label: str
    before: str
    now: str
    sentence_before: str
    sentence_now: str


# Figures that differ between two days although nothing about the nominee has changed.
_DAYS_OF_THE_CHECK = frozenset({"day", "filed_on"})


def _substance(finding: Finding) -> dict[str, Any]:
    return {name: value for name, value in finding.figures.items() if name not in _DAYS_OF_THE_CHECK}


def differences(frozen: Result, live: Result) -> list[Difference]:
    """Where today's figures would change a finding: its status, or the figures it rests on."""
    found = []
    for now in live.findings:
        before = frozen.finding(now.criterion)
        if before is None or now.is_composite:
            continue
        if before.status is now.status and _substance(before) == _substance(now):
            continue
        found.append(
            Difference(
                label=now.label(lang()),
                before=before.status.value,
                now=now.status.value,
                sentence_before=before.sentence(lang()),
                sentence_now=now.sentence(lang()),
            )
        )
    return found


@dataclass(frozen=True)
class DeskFinding:
    """One finding as the desk shows it, with what a person may add to it."""

    criterion: str
    label: str
    status: str
    sentence: str
    clause: str
    is_part: bool
    bar: dict[str, Any]
    asks_judgement: bool
    can_be_waived: bool
    authority: str
    """Whose word the waiver needs, and on what paper."""
    judgement: Judgement | None
    waiver: Waiver | None

    @property
    def is_judged_now(self) -> bool:
        return self.judgement is not None


def desk_findings(dossier: Dossier, result: Result) -> list[DeskFinding]:
    """The findings in the plan's order, each with its newest judgement and its waiver."""
    plan = get_plan(dossier.award_round.movement.plan_id)
    judgements = {
        row.criterion: row
        for row in Judgement.objects.filter(dossier=dossier, is_current=True).select_related("made_by")
    }
    waivers = {
        row.criterion: row
        for row in Waiver.objects.filter(dossier=dossier).select_related("made_by", "paper")
    }
    found = []
    for finding in result.findings:
        authority = plan.authorities.get(finding.waiver_authority or "")
        found.append(
            DeskFinding(
                criterion=finding.criterion,
                label=finding.label(lang()),
                status=finding.status.value,
                sentence=finding.sentence(lang()),
                clause=cited(finding),
                is_part=not finding.is_top_level,
                bar=figure_bar(finding),
                asks_judgement=can_be_judged(finding),
                can_be_waived=finding.can_be_waived,
                authority=f"{authority.label(lang())}: {authority.paper(lang())}" if authority else "",
                judgement=judgements.get(finding.criterion),
                waiver=waivers.get(finding.criterion),
            )
        )
    return found


def cited(finding: Finding) -> str:
    """Where the finding's rule is written, and the documents that its figures come from."""
    sources = dict.fromkeys(source.text for source in finding.sources if source.text)
    return " · ".join([finding.cite(lang()), *sources])


def figure_bar(finding: Finding) -> dict[str, Any]:
    """Value, whole and threshold of a fall that can be drawn; empty where there is nothing to compare."""
    figures = finding.figures
    if "fall" not in figures or not figures.get("baseline"):
        return {}
    return {
        "value": max(0, int(figures["fall"])),
        "maximum": int(figures["baseline"]),
        "threshold": int(figures["baseline"]) * float(figures["share_limit"]) / 100,
    }


@dataclass(frozen=True)
class DeskPaper:
    """One current paper as the desk lists it."""

    paper: Paper
    label: str
    state: str
    tone: str
    url: str
    """The desk's page with this paper open beside the findings."""
    is_readable: bool = True
    """Whether the reader may open it, or only learns that it is there."""


def desk_papers(dossier: Dossier) -> list[DeskPaper]:
    """Current papers of the dossier and of the set it was filed in, in the plan's order."""
    plan = get_plan(dossier.award_round.movement.plan_id)
    owners = Q(dossier=dossier)
    if dossier.filing_set_id:
        owners |= Q(filing_set=dossier.filing_set_id)
    papers = Paper.objects.filter(owners, is_current=True).select_related("file")
    order = {kind: position for position, kind in enumerate(plan.papers)}
    return [
        DeskPaper(
            paper,
            _paper_label(plan, paper),
            *_paper_state(plan, paper),
            f"{reverse('nominations:desk_dossier', args=[dossier.code])}?paper={paper.pk}#shown-paper",
        )
        for paper in sorted(papers, key=lambda paper: (order.get(paper.kind, 99), paper.pk))
    ]


def _paper_label(plan: Any, paper: Paper) -> str:
    kind = plan.papers.get(paper.kind)
    if kind is not None:
        return str(kind.label(lang()))
    return _("Paper of a waiver") if paper.kind == "waiver_paper" else paper.kind


def _paper_state(plan: Any, paper: Paper) -> tuple[str, str]:
    if paper.file_id is None:
        return _("not required"), "neutral"
    kind = plan.papers.get(paper.kind)
    if kind is not None and kind.fact and kind.fact.rpartition(".")[2] == "achievement_report":
        return (_("confirmed"), "good") if paper.is_confirmed else (_("not confirmed"), "warn")
    return _("attached"), "good"


def shown_paper(papers: Sequence[DeskPaper], chosen: str) -> DeskPaper | None:
    """The paper to open beside the findings: the chosen one, else the first that a browser can show."""
    picked = [row for row in papers if chosen and str(row.paper.pk) == chosen and row.paper.file_id]
    viewable = [row for row in papers if row.paper.file and row.paper.file.content_type in _VIEWABLE]
    reports = [row for row in viewable if row.paper.dossier_id]
    return next(iter([*picked, *reports, *viewable]), None)


_VIEWABLE = {"application/pdf", "image/png", "image/jpeg"}
