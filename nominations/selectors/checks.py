"""What the check says of dossiers: frozen evaluations, what today's figures would say, and findings as pages show them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from core import clock
from criteria.engine import Finding, Outcome, Result, evaluate
from criteria.engine import Status as FindingStatus
from criteria.selectors import lang
from nominations.enums import EvaluationPurpose
from nominations.facts import collect_facts
from nominations.models import Dossier, Evaluation, Judgement, Waiver

_OPEN_STATUS = {
    Outcome.NEEDS_JUDGEMENT: FindingStatus.JUDGEMENT,
    Outcome.INCOMPLETE: FindingStatus.MISSING,
    Outcome.NOT_ELIGIBLE: FindingStatus.NOT_MET,
}


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


def current_judgements(dossier: Dossier) -> dict[str, str]:
    """What appraisers say now, by criterion."""
    rows = Judgement.objects.filter(dossier=dossier, is_current=True)
    return dict(rows.values_list("criterion", "verdict"))


def granted_waivers(dossier: Dossier) -> tuple[str, ...]:
    """Criteria that were waived for the dossier."""
    return tuple(Waiver.objects.filter(dossier=dossier).order_by("pk").values_list("criterion", flat=True))


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
            dossier.plan,
            facts[dossier.pk],
            verdicts.get(dossier.pk),
            waived.get(dossier.pk, ()),
        )
        for dossier in rows
    }


def live_result(dossier: Dossier) -> Result:
    """What the check says of the dossier as it stands today; nothing is stored."""
    return live_results([dossier])[dossier.pk]


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


@dataclass(frozen=True)
class Difference:
    """A criterion of which today's figures say something else than the frozen ones."""

    label: str
    before: str
    now: str
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
                sentence_now=now.sentence(lang()),
            )
        )
    return found


@dataclass(frozen=True)
class FindingRow:
    """One finding as pages show it, in the reader's language; the desk adds what persons recorded on it."""

    finding: Finding
    judgement: Judgement | None = None
    waiver: Waiver | None = None
    authority: str = ""
    """Whose word a waiver needs, and on what paper."""

    @property
    def criterion(self) -> str:
        return self.finding.criterion

    @property
    def status(self) -> str:
        return self.finding.status.value

    @property
    def is_part(self) -> bool:
        """Whether it counts only through the finding above it."""
        return not self.finding.is_top_level

    @property
    def label(self) -> str:
        return self.finding.label(lang())

    @property
    def sentence(self) -> str:
        return self.finding.sentence(lang())

    @property
    def clause(self) -> str:
        """Where the finding's rule is written, and the documents that its figures come from."""
        sources = dict.fromkeys(source.text for source in self.finding.sources if source.text)
        return " · ".join([self.finding.cite(lang()), *sources])

    @property
    def bar(self) -> dict[str, Any]:
        """Value, whole and threshold of a fall that can be drawn; empty where there is nothing to compare."""
        figures = self.finding.figures
        if "fall" not in figures or not figures.get("baseline"):
            return {}
        return {
            "value": max(0, int(figures["fall"])),
            "maximum": int(figures["baseline"]),
            "threshold": int(figures["baseline"]) * float(figures["share_limit"]) / 100,
        }

    @property
    def can_be_judged(self) -> bool:
        return can_be_judged(self.finding)

    @property
    def can_be_waived(self) -> bool:
        return self.finding.can_be_waived


def _concerning(result: Result) -> list[Finding]:
    """Findings in the plan's order, parts below their whole; what does not concern the nominee is left out."""
    return [finding for finding in result.findings if finding.status is not FindingStatus.NOT_APPLICABLE]


def finding_rows(result: Result) -> list[FindingRow]:
    """The findings as the dossier's page shows them; costs no query."""
    return [FindingRow(finding) for finding in _concerning(result)]


def desk_findings(dossier: Dossier, result: Result) -> list[FindingRow]:
    """The findings, each with its newest judgement and its waiver."""
    judgements = {
        row.criterion: row
        for row in Judgement.objects.filter(dossier=dossier, is_current=True).select_related("made_by")
    }
    waivers = {
        row.criterion: row
        for row in Waiver.objects.filter(dossier=dossier).select_related("made_by", "paper")
    }
    return [
        FindingRow(
            finding,
            judgements.get(finding.criterion),
            waivers.get(finding.criterion),
            _authority(dossier, finding),
        )
        for finding in _concerning(result)
    ]


def _authority(dossier: Dossier, finding: Finding) -> str:
    authority = dossier.plan.authorities.get(finding.waiver_authority or "")
    return f"{authority.label(lang())}: {authority.paper(lang())}" if authority else ""


@dataclass(frozen=True)
class ShownCheck:
    """The check that a page shows: live for what is still being written, frozen from filing on."""

    outcome: str
    findings: list[FindingRow]
    as_of: date
    is_frozen: bool
    would_be: str = ""
    """What today's figures would say, where that differs from the frozen outcome; else empty."""
    plan_hash: str = ""
    """Which version of the plan it was made by."""


def shown_check(dossier: Dossier) -> ShownCheck:
    """The check of a dossier's page; a frozen one says what today's figures would change."""
    live = live_result(dossier)
    evaluation = None if dossier.standing.is_with_filing_side else current_evaluation(dossier)
    if evaluation is None:
        return ShownCheck(
            live.outcome.value, finding_rows(live), clock.today(), False, plan_hash=live.plan_hash
        )
    would_be = "" if live.outcome.value == evaluation.outcome else live.outcome.value
    frozen = result_of(evaluation)
    return ShownCheck(
        evaluation.outcome, finding_rows(frozen), evaluation.as_of, True, would_be, frozen.plan_hash
    )
