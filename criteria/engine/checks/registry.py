"""What every check is given, what it answers, and what the plan must supply for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from criteria.engine.facts import Facts, Lineage
from criteria.engine.plan import Plan

Values = tuple[Any, ...]
Options = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a figure comes from: the year it speaks of, and the document or unit that gives it."""

    year: int
    text: str | None = None
    unit: str | None = None

    def to_dict(self) -> dict[str, Any]:
        return {"year": self.year, "text": self.text, "unit": self.unit}


@dataclass(frozen=True, slots=True)
class Decision:
    """A check's answer: the reason (its part before the dot is the status) and the figures behind it."""

    reason: str
    figures: Mapping[str, Any] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckSpec:
    """A predicate with what the plan must say: parameters by type, options, and a sentence per reason."""

    name: str
    function: Callable[[Case, Values, Options], Decision]
    parameters: Mapping[str, str]
    """Names and types of the parameters, in the order in which the function takes their values."""
    reasons: Mapping[str, tuple[str, ...]]
    """Each reason with the figures that its sentence may use."""
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    names: Mapping[str, tuple[str, ...] | str] = field(default_factory=dict)
    """Parameters that list names: the words allowed, or ``awards`` or ``rounds`` for the plan's own."""
    reads: tuple[str, ...] = ()
    """Facts of the nominee or its dossier that the function looks at, beside award, round and days."""
    looks_at: str = "nominee"
    """``nominee``, ``papers`` or ``filing``: whose state the check speaks of."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A unit's figures of one year, its own or the sum of its predecessors'."""

    households: int
    poor: int
    """Poor and near-poor households together."""
    sources: tuple[Source, ...]
    is_sum: bool


class Case:
    """The facts of one dossier with what several checks derive from them, worked out once."""

    __slots__ = ("_other_standard", "_reviews", "facts", "filed_on", "nominee", "plan", "round_year")

    def __init__(self, plan: Plan, facts: Facts) -> None:
        self.plan = plan
        self.facts = facts
        self.nominee = facts.nominee
        self.filed_on: date = facts.submitted_on
        self.round_year = facts.round_year
        self._reviews: dict[int, Recorded | None] = {}
        self._other_standard: set[int] = set()

    def review(self, year: int) -> Recorded | None:
        """The unit's figures of a year under the plan's standard, or None where they are absent."""
        if year not in self._reviews:
            self._reviews[year] = self._resolve(self.nominee.lineage, year)
        return self._reviews[year]

    def used_other_standard(self, years: tuple[int, ...]) -> list[int]:
        """Those of the years asked for in which a review under another standard was set aside."""
        return [year for year in years if year in self._other_standard]

    def _resolve(self, lineage: Lineage, year: int) -> Recorded | None:
        own = lineage.reviews.get(year)
        if own is not None:
            if self.plan.standard.covers(own.standard):
                source = Source(year, own.source, lineage.name)
                return Recorded(own.households, own.poor + own.near_poor, (source,), False)
            self._other_standard.add(year)
        if not lineage.predecessors:
            return None
        parts = [self._resolve(predecessor, year) for predecessor in lineage.predecessors]
        recorded = [part for part in parts if part is not None]
        if len(recorded) < len(parts):
            return None
        return Recorded(
            households=sum(part.households for part in recorded),
            poor=sum(part.poor for part in recorded),
            sources=tuple(source for part in recorded for source in part.sources),
            is_sum=True,
        )
