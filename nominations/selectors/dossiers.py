"""Dossiers as lists and pages read them: the check as it stands, papers, steps, history."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.text import fold
from criteria.engine import Finding, NoValue, Plan, Result
from criteria.engine.facts import CONFIRMATIONS
from criteria.engine.plan import PaperKind
from criteria.selectors import get_plan
from nominations.enums import Status
from nominations.models import AwardRound, Dossier, Evaluation, Judgement, Paper, Waiver
from nominations.permissions import files_to_district
from nominations.querysets import DossierQuerySet
from nominations.selectors.desk import (
    award_label,
    current_evaluation,
    figure_bar,
    lang,
    live_results,
    result_of,
)

STATUS_TONES: dict[str, str] = {
    Status.DRAFT: "neutral",
    Status.FILED_TO_DISTRICT: "info",
    Status.RETURNED: "warn",
    Status.NOT_SELECTED: "bad",
    Status.FILED: "info",
    Status.RECEIVED: "now",
    Status.SUPPLEMENT: "warn",
    Status.ELIGIBLE: "good",
    Status.NOT_ELIGIBLE: "bad",
    Status.DUPLICATE: "neutral",
    Status.ON_AGENDA: "now",
    Status.RECOMMENDED: "good",
    Status.NOT_RECOMMENDED: "bad",
    Status.PROPOSED: "now",
    Status.AWARDED: "good",
    Status.DECLINED: "bad",
    Status.REVOKED: "bad",
    Status.DECIDED_BY_ISSUER: "good",
    Status.WITHDRAWN: "neutral",
}
# What has not been filed for good is checked live; from then on the frozen check is what counts.
LIVE_STATUSES = frozenset({Status.DRAFT, Status.FILED_TO_DISTRICT, Status.RETURNED, Status.SUPPLEMENT})
SORTS = {
    "newest": ("-created_at", "-pk"),
    "name": ("nominee_sort", "pk"),
    "code": ("code",),
    "changed": ("-updated_at", "-pk"),
}


def current_judgements(dossier: Dossier) -> dict[str, str]:
    """What appraisers say now, by criterion."""
    rows = Judgement.objects.filter(dossier=dossier, is_current=True)
    return dict(rows.values_list("criterion", "verdict"))


def granted_waivers(dossier: Dossier) -> tuple[str, ...]:
    """Criteria that were waived for the dossier."""
    return tuple(Waiver.objects.filter(dossier=dossier).order_by("pk").values_list("criterion", flat=True))


def latest_evaluation(dossier: Dossier) -> Evaluation | None:
    """The newest frozen check, or None before the first filing."""
    return current_evaluation(dossier)


def preview(dossier: Dossier) -> Result:
    """What the check says of the dossier as it stands today; nothing is stored."""
    return live_results([dossier])[dossier.pk]


def plan_of(dossier: Dossier) -> Plan:
    """The rulebook of the dossier's movement."""
    return get_plan(dossier.award_round.movement.plan_id)


@dataclass(frozen=True)
class FindingRow:
    """One finding as a page shows it, with its parts below it."""

    criterion: str
    status: str
    title: str
    sentence: str
    clause: str
    bar: dict[str, Any]
    parts: list["FindingRow"] = field(default_factory=list)


@dataclass(frozen=True)
class ShownCheck:
    """The check that a page shows: live for what is still being written, frozen from filing on."""

    outcome: str
    findings: list[FindingRow]
    as_of: date
    is_frozen: bool
    would_be: str
    """What today's figures would say, where that differs from the frozen outcome; else empty."""

    @property
    def missing_count(self) -> int:
        """How many top-level findings still miss something."""
        return sum(row.status == "missing" for row in self.findings)


def finding_rows(result: Result) -> list[FindingRow]:
    """Top-level findings in the plan's order; what does not concern the nominee is left out."""
    return [
        _row(
            finding,
            [_row(part, []) for part in result.parts_of(finding) if part.status.value != "not_applicable"],
        )
        for finding in result.top_level
        if finding.status.value != "not_applicable"
    ]


def _row(finding: Finding, parts: list[FindingRow]) -> FindingRow:
    sources = [source.text for source in finding.sources if source.text]
    clause = " · ".join([finding.cite(lang()), *dict.fromkeys(sources)])
    return FindingRow(
        criterion=finding.criterion,
        status=finding.status.value,
        title=finding.label(lang()),
        sentence=finding.sentence(lang()),
        clause=clause,
        bar=figure_bar(finding),
        parts=parts,
    )


def shown_check(dossier: Dossier) -> ShownCheck:
    """The check of a dossier's page; a frozen one says what today's figures would change."""
    live = preview(dossier)
    evaluation = None if dossier.status in LIVE_STATUSES else latest_evaluation(dossier)
    if evaluation is None:
        return ShownCheck(live.outcome.value, finding_rows(live), clock.today(), False, "")
    would_be = "" if live.outcome.value == evaluation.outcome else live.outcome.value
    return ShownCheck(
        evaluation.outcome, finding_rows(result_of(evaluation)), evaluation.as_of, True, would_be
    )


@dataclass(frozen=True)
class DossierFilters:
    """What a list is narrowed by; empty means all."""

    round_id: int | None = None
    award: str = ""
    status: str = ""
    words: str = ""
    sort: str = "newest"


def list_dossiers(user: Any, filters: DossierFilters) -> DossierQuerySet:
    """Dossiers that the person may know of, narrowed and ordered, with all that a row shows."""
    rows = Dossier.objects.visible_to(user).for_list().matching(fold(filters.words))
    if filters.round_id:
        rows = rows.filter(award_round=filters.round_id)
    if filters.award:
        rows = rows.filter(award=filters.award)
    if filters.status:
        rows = rows.filter(status=filters.status)
    return rows.order_by(*SORTS.get(filters.sort, SORTS["newest"]))


@dataclass(frozen=True)
class DossierRow:
    """One line of a list of dossiers."""

    dossier: Dossier
    award_label: str
    status_label: str
    tone: str


def dossier_rows(dossiers: Iterable[Dossier]) -> list[DossierRow]:
    """Lines for rows loaded with `for_list`; costs no query."""
    return [
        DossierRow(
            dossier,
            award_label(dossier),
            str(Status(dossier.status).label),
            STATUS_TONES[Status(dossier.status)],
        )
        for dossier in dossiers
    ]


def awards_of(rounds: Iterable[AwardRound]) -> list[tuple[str, str]]:
    """Awards of the rounds' plans with their names, for a list's filter."""
    plans = {row.movement.plan_id: get_plan(row.movement.plan_id) for row in rounds}
    return list(
        {award.id: award.label(lang()) for plan in plans.values() for award in plan.awards.values()}.items()
    )


def deadline_of(award_round: AwardRound, award: str = "", subject: str = "") -> date | None:
    """The last day on which the round takes dossiers, as the plan's own check counts it; None without one.

    Left out, `award` and `subject` stand for any that has a deadline.
    """
    plan = get_plan(award_round.movement.plan_id)
    for criterion in plan.criteria.values():
        if criterion.check != "filed_before":
            continue
        if award and not criterion.applies(award, subject, award_round.kind):
            continue
        parameter = criterion.parameter("before", award) if award else criterion.all_parameters()[0]
        try:
            value: Any = parameter.on(clock.today()).value
        except NoValue:
            continue
        month, day = value
        return date(award_round.year, month, day) - timedelta(days=1)
    return None


def days_to_deadline(award_round: AwardRound, award: str = "", subject: str = "") -> int | None:
    """Whole days to the round's last day; negative once it has passed."""
    last_day = deadline_of(award_round, award, subject)
    return None if last_day is None else clock.days_until(last_day)


_STEPS: tuple[tuple[Any, frozenset[str]], ...] = (
    (gettext_lazy("Draft"), frozenset({Status.DRAFT, Status.RETURNED})),
    (gettext_lazy("To the district"), frozenset({Status.FILED_TO_DISTRICT, Status.NOT_SELECTED})),
    (gettext_lazy("To the province"), frozenset({Status.FILED})),
    (
        gettext_lazy("Appraisal"),
        frozenset(
            {Status.RECEIVED, Status.SUPPLEMENT, Status.ELIGIBLE, Status.NOT_ELIGIBLE, Status.DUPLICATE}
        ),
    ),
    (gettext_lazy("Council"), frozenset({Status.ON_AGENDA, Status.NOT_RECOMMENDED, Status.RECOMMENDED})),
    (gettext_lazy("Proposal"), frozenset({Status.PROPOSED})),
    (gettext_lazy("Decision"), frozenset({Status.AWARDED, Status.DECLINED, Status.REVOKED})),
)
_ISSUER_STEPS: tuple[tuple[Any, frozenset[str]], ...] = (
    *_STEPS[:2],
    (gettext_lazy("Decision of the issuer"), frozenset({Status.DECIDED_BY_ISSUER, Status.REVOKED})),
)
_STOPPED = frozenset(
    {
        Status.NOT_SELECTED,
        Status.NOT_ELIGIBLE,
        Status.DUPLICATE,
        Status.NOT_RECOMMENDED,
        Status.DECLINED,
        Status.REVOKED,
    }
)
_FINISHED = frozenset({Status.AWARDED, Status.DECIDED_BY_ISSUER})


def steps_of(dossier: Dossier) -> list[dict[str, Any]]:
    """The dossier's way as a line: what is done, where it stands, what is to come."""
    award = plan_of(dossier).awards.get(dossier.award)
    ways = _ISSUER_STEPS if award is not None and award.decided_by_issuer else _STEPS
    if not files_to_district(dossier.nominating_unit):
        ways = (ways[0], *ways[2:])
    here = next((place for place, (_label, statuses) in enumerate(ways) if dossier.status in statuses), -1)
    steps = []
    for place, (label, _statuses) in enumerate(ways):
        state = "done" if place < here else "todo"
        if place == here:
            state = (
                "stopped" if dossier.status in _STOPPED else "done" if dossier.status in _FINISHED else "now"
            )
        steps.append({"label": label, "state": state})
    return steps


@dataclass(frozen=True)
class PaperSlot:
    """One kind of paper that the dossier may hold, with what is there now."""

    kind: str
    label: str
    note: str
    is_compulsory: bool
    paper: Paper | None
    state: str
    tone: str
    is_report: bool
    may_be_excused: bool


def paper_slots(dossier: Dossier, attached_by: tuple[str, ...] = ("nominee", "commune")) -> list[PaperSlot]:
    """Kinds of paper that the plan knows for such a dossier, each with its current version."""
    plan = plan_of(dossier)
    current = {
        paper.kind: paper
        for paper in Paper.objects.filter(dossier=dossier, is_current=True).select_related("file", "dossier")
    }
    scope = (dossier.award, dossier.subject, dossier.award_round.kind)
    return [
        _slot(kind, current.get(kind.id), kind.is_compulsory(*scope))
        for kind in plan.papers_for(*scope)
        if kind.attached_by in attached_by
    ]


def set_slots(filing_set: Any) -> list[PaperSlot]:
    """Papers of the filing body that stand for the whole set."""
    plan = get_plan(filing_set.award_round.movement.plan_id)
    current = {
        paper.kind: paper
        for paper in Paper.objects.filter(filing_set=filing_set, is_current=True).select_related("file")
    }
    return [
        _slot(kind, current.get(kind.id), True)
        for kind in plan.papers.values()
        if kind.attached_by == "filing_body"
    ]


# The commune itself confirms that a household is well off; no reason stands in for that (plan part III.2.a).
_EXCUSABLE = frozenset(CONFIRMATIONS) - {"well_off"}


def may_be_excused(kind: PaperKind) -> bool:
    """Whether a kind of paper is a confirmation, which may be recorded as not required with a reason."""
    return (kind.fact or "").rpartition(".")[2] in _EXCUSABLE


def _slot(kind: PaperKind, paper: Paper | None, is_compulsory: bool) -> PaperSlot:
    fact = (kind.fact or "").rpartition(".")[2]
    is_report = fact == "achievement_report"
    if paper is None:
        state, tone = (_("missing"), "warn") if is_compulsory else (_("not attached"), "neutral")
    elif paper.file_id is None:
        state, tone = _("not required"), "neutral"
    elif is_report and not paper.is_confirmed:
        state, tone = _("not confirmed"), "warn"
    else:
        state, tone = (_("confirmed") if is_report else _("attached")), "good"
    return PaperSlot(
        kind=kind.id,
        label=kind.label(lang()),
        note=kind.note(lang()) if kind.note else "",
        is_compulsory=is_compulsory,
        paper=paper,
        state=state,
        tone=tone,
        is_report=is_report,
        may_be_excused=may_be_excused(kind),
    )


VERB_TITLES: dict[str, Any] = {
    "file_to_district": gettext_lazy("Filed to the district"),
    "file": gettext_lazy("Filed to the province"),
    "return": gettext_lazy("Returned to be mended"),
    "not_select": gettext_lazy("Not selected by the district"),
    "withdraw": gettext_lazy("Withdrawn"),
    "receive": gettext_lazy("Received for appraisal"),
    "request_supplement": gettext_lazy("A supplement was asked for"),
    "answer_supplement": gettext_lazy("The supplement was answered"),
    "mark_eligible": gettext_lazy("Appraised as eligible"),
    "mark_not_eligible": gettext_lazy("Appraised as not eligible"),
    "mark_duplicate": gettext_lazy("Set aside as a duplicate"),
    "reopen": gettext_lazy("Appraisal opened again"),
    "put_on_agenda": gettext_lazy("Put on the council's agenda"),
    "take_off_agenda": gettext_lazy("Taken off the agenda"),
    "recommend": gettext_lazy("Recommended by the council"),
    "not_recommend": gettext_lazy("Not recommended by the council"),
    "propose": gettext_lazy("Put into a proposal"),
    "unpropose": gettext_lazy("Taken out of the proposal"),
    "award": gettext_lazy("Awarded"),
    "decline": gettext_lazy("Declined"),
    "revoke": gettext_lazy("Award revoked"),
    "decide_by_issuer": gettext_lazy("Decided by the issuer"),
}


@dataclass(frozen=True)
class HistoryEntry:
    """One line of the dossier's history, as the timeline shows it."""

    when: datetime
    title: str
    who: str
    note: str
    tone: str


def history_of(dossier: Dossier) -> list[HistoryEntry]:
    """Every step of the dossier, newest first, ending with who started it."""
    changes = dossier.changes.select_related("actor").order_by("-at", "-pk")
    entries = [
        HistoryEntry(
            change.at,
            str(VERB_TITLES.get(change.verb, Status(change.new_status).label)),
            str(change.actor),
            change.note,
            STATUS_TONES[Status(change.new_status)],
        )
        for change in changes
    ]
    started = HistoryEntry(dossier.created_at, _("Draft started"), str(dossier.created_by), "", "neutral")
    return [*entries, started]
