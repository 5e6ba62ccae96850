"""Evaluate thousands of nominees of one kind: equal facts are looked at once, and nothing is worded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from .checks import Case
from .evaluate import Findings, combine, result_of, run
from .facts import Facts
from .findings import Finding, Result
from .plan import Plan
from .rules import Rule, RuleSet, rules_for
from .standing import Standing, standing_of

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


@dataclass
class Evaluator:
    """Runs one kind of dossier (award, subject, kind of round) on many facts; results are those of `evaluate`.

    What is kept holds for one round and one pair of days; other facts empty it.
    """

    plan: Plan
    award: str
    subject: str
    round_kind: str
    _rules: RuleSet = field(init=False)
    _leaves: list[tuple[Rule, tuple[str, ...] | None]] = field(init=False)
    _reads: tuple[str, ...] | None = field(init=False)
    _days: tuple[int, date, date] | None = field(default=None, init=False)
    _whole: dict[Key, Standing] = field(default_factory=dict, init=False)
    _parts: dict[tuple[str, Key], Finding] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self._rules = rules_for(self.plan, self.award, self.subject, self.round_kind)
        self._leaves = [(rule, _reads_of(rule)) for rule in self._rules.to_run]
        asked = [name for _rule, reads in self._leaves if reads is not None for name in reads]
        repeats = all(reads is not None for _rule, reads in self._leaves)
        self._reads = tuple(dict.fromkeys(asked)) if repeats else None

    def stand(self, facts: Facts) -> Standing:
        """Where the nominee stands before any paper, with the whole result in it."""
        days = (facts.round_year, facts.submitted_on, facts.evaluated_on)
        if days != self._days:
            self._days, self._whole, self._parts = days, {}, {}
        if self._reads is None:
            return standing_of(self.plan, self._evaluate(facts))
        key = tuple([_READ[name](facts) for name in self._reads])
        found = self._whole.get(key)
        if found is None:
            found = self._whole[key] = standing_of(self.plan, self._evaluate(facts))
        return found

    def _evaluate(self, facts: Facts) -> Result:
        case = Case(self.plan, facts)
        findings: Findings = {}
        read: dict[str, Any] = {}
        for rule, reads in self._leaves:
            name = rule.about.criterion
            if rule.parts:
                findings[name] = combine(rule, findings)
                continue
            if reads is None:
                findings[name] = run(rule, case)
                continue
            for fact in reads:
                if fact not in read:
                    read[fact] = _READ[fact](facts)
            key = (name, tuple([read[fact] for fact in reads]))
            found = self._parts.get(key)
            if found is None:
                found = self._parts[key] = run(rule, case)
            findings[name] = found
        return result_of(self.plan, self._rules, findings)


def _reads_of(rule: Rule) -> tuple[str, ...] | None:
    """Facts by which a leaf's finding is kept; None where it is made anew each time."""
    if rule.parts:
        return ()
    reads = rule.spec.reads if rule.spec else ()
    if _LINEAGE in reads:
        return None
    by_form = rule.forms is not None or bool(rule.except_forms)
    return (*reads, "form") if by_form else reads
