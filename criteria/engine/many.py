"""Evaluate thousands of nominees of one kind: equal facts are looked at once, and nothing is worded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from .checks import Case
from .evaluate import Findings, combine, run
from .facts import Facts
from .findings import Finding
from .plan import Plan
from .rules import Rule, rules_for
from .standing import Shape, Standing, standing_of

Key = tuple[Any, ...]


def _papers(facts: Facts) -> Key:
    papers = facts.papers
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
        self._days: tuple[int, date, date] | None = None
        self._kept: dict[Key, list[tuple[str, Finding]]] = {}
        self._whole: dict[Key, Standing] = {}
        self._shapes: dict[Any, Shape] = {}

    def stand(self, facts: Facts) -> Standing:
        """Where the nominee stands before any paper, with all findings in it."""
        days = (facts.round_year, facts.submitted_on, facts.evaluated_on)
        if days != self._days:
            self._days, self._kept, self._whole = days, {}, {}
        keys = [(reads, *[_READ[name](facts) for name in reads]) for reads in self._leaves]
        whole = tuple(keys)
        if not self._fresh:
            found = self._whole.get(whole)
            if found is not None:
                return found
        findings = self._evaluate(facts, keys)
        standing = standing_of(self._plan, findings, self._shapes)
        if not self._fresh:
            self._whole[whole] = standing
        return standing

    def _evaluate(self, facts: Facts, keys: list[Key]) -> tuple[Finding, ...]:
        case = Case(self._plan, facts)
        findings: Findings = {}
        for key, rules in zip(keys, self._leaves.values(), strict=True):
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
