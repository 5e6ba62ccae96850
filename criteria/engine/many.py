"""Evaluate thousands of nominees of one kind: equal facts are looked at once, and nothing is worded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from .checks import Case
from .evaluate import Findings, combine, run
from .facts import NO_PAPERS, Facts
from .findings import Finding
from .plan import Plan
from .rules import Rule, rules_for
from .standing import Shape, Standing, standing_of

Key = tuple[Any, ...]


def _papers(facts: Facts) -> Key:
    papers = facts.papers
    if papers is NO_PAPERS:
        return ()
    return (
        papers.submission_letter,
        papers.council_minutes,
        papers.achievement_report,
        papers.originals,
        papers.confirmations,
        tuple(papers.not_required.items()),
    )


_READ: dict[str, Callable[[Facts], Any]] = {
    "statuses": lambda facts: tuple(facts.nominee.statuses.items()),
    "registered_on": lambda facts: facts.nominee.registered_on,
    "policy_loan": lambda facts: facts.nominee.policy_loan,
    "role": lambda facts: facts.nominee.role,
    "zone": lambda facts: facts.nominee.zone,
    "form": lambda facts: facts.nominee.form,
    "exists_until": lambda facts: facts.nominee.exists_until,
    "prior_awards": lambda facts: facts.prior_awards,
    "holds": lambda facts: facts.holds,
    "papers": _papers,
}
"""How to read each fact by which findings are kept. Yearly figures of units hardly ever repeat, and are not."""

_LINEAGE = "lineage"


class Evaluator:
    """Runs one kind of dossier (award, subject, kind of round) on many facts; findings are those of `evaluate`.

    What is kept holds for one round and one pair of days; facts of another empty it.
    """

    def __init__(self, plan: Plan, award: str, subject: str, round_kind: str) -> None:
        self._plan = plan
        rules = rules_for(plan, award, subject, round_kind)
        self._composites = [rule for rule in rules.to_run if rule.parts]
        self._to_read = rules.to_read
        # Leaves that read the same facts are looked up together.
        self._leaves: dict[tuple[str, ...], list[Rule]] = {}
        self._fresh: list[Rule] = []
        for rule in rules.to_run:
            if rule.parts:
                continue
            reads = _reads_of(rule)
            if _LINEAGE in reads:
                self._fresh.append(rule)
            else:
                self._leaves.setdefault(reads, []).append(rule)
        # Each fact once; a nominee whose facts were all met before has its whole answer.
        self._facts = list(dict.fromkeys(name for reads in self._leaves for name in reads))
        self._read = [_READ[name] for name in self._facts]
        self._days: tuple[int, date, date, date | None] | None = None
        self._kept: dict[Key, list[tuple[str, Finding]]] = {}
        self._whole: dict[Key, Standing] = {}
        self._shapes: dict[Any, Shape] = {}

    def stand(self, facts: Facts) -> Standing:
        """Where the nominee stands before any paper, with all findings in it."""
        days = (facts.round_year, facts.submitted_on, facts.evaluated_on, facts.extended_to)
        if days != self._days:
            self._days, self._kept, self._whole = days, {}, {}
        whole = tuple([read(facts) for read in self._read])
        if self._fresh:
            return standing_of(self._plan, self._evaluate(facts, whole), self._shapes)
        found = self._whole.get(whole)
        if found is None:
            found = standing_of(self._plan, self._evaluate(facts, whole), self._shapes)
            self._whole[whole] = found
        return found

    def _evaluate(self, facts: Facts, whole: Key) -> tuple[Finding, ...]:
        case = Case(self._plan, facts)
        read = dict(zip(self._facts, whole, strict=True))
        findings: Findings = {}
        for reads, rules in self._leaves.items():
            key = (reads, *[read[name] for name in reads])
            kept = self._kept.get(key)
            if kept is None:
                kept = self._kept[key] = [(rule.about.criterion, run(rule, case)) for rule in rules]
            findings.update(kept)
        for rule in self._fresh:
            findings[rule.about.criterion] = run(rule, case)
        for rule in self._composites:
            findings[rule.about.criterion] = combine(rule, findings)
        return tuple([findings[name] for name in self._to_read])


def _reads_of(rule: Rule) -> tuple[str, ...]:
    """Facts by which a leaf's finding is kept."""
    reads = rule.spec.reads if rule.spec else ()
    by_form = rule.forms is not None or bool(rule.except_forms)
    return (*reads, "form") if by_form else reads
