"""Where a nominee stands before any paper is handed in: what the recorded facts alone decide.

Findings on papers and on the filing day are set apart; judgements are left to people. What remains
puts the nominee into one of five groups, each in step with the outcome of the whole check.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from .checks import CHECKS
from .findings import Finding, Result
from .plan import Plan
from .statuses import Status


class Group(StrEnum):
    """What the facts say of a nominee, papers and judgements apart."""

    MEETS = "meets"
    CLOSE = "close"
    """Short by stated figures and by nothing else that is known."""
    MISSING = "missing"
    """Nothing known fails, but a fact is not recorded."""
    JUDGED = "judged"
    """The figures alone do not carry it; a way is left on which only a person decides."""
    BARRED = "barred"


class Measure(StrEnum):
    """What a shortfall is counted in."""

    HOUSEHOLDS = "households"
    POINTS = "points"
    AWARDS = "awards"


@dataclass(frozen=True, slots=True)
class Shortfall:
    """How much is lacking for one criterion to be met."""

    finding: Finding
    measure: Measure
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Standing:
    """A nominee's group, the findings that put it there, and what is set apart."""

    group: Group
    decisive: tuple[Finding, ...]
    """Leaf findings that say why, the most telling first."""
    shortfalls: tuple[Shortfall, ...]
    """What would mend each failure of a nominee that is close; alternatives stand side by side."""
    unknown: tuple[Finding, ...]
    """Leaves whose facts are not recorded."""
    papers: tuple[Finding, ...]
    """What would still have to be handed in."""
    late: Finding | None
    """The finding on the filing day where that day is past."""
    result: Result

    @property
    def needed_fall(self) -> int | None:
        """How many more households must leave poverty; None where that is not what is lacking."""
        amounts = [one.amount for one in self.shortfalls if one.measure is Measure.HOUSEHOLDS]
        return int(min(amounts)) if amounts else None

    @property
    def shortfall(self) -> Shortfall | None:
        """The first shortfall, households before points before awards."""
        order = list(Measure)
        return min(self.shortfalls, key=lambda one: (order.index(one.measure), one.amount), default=None)


def standing_of(plan: Plan, result: Result) -> Standing:
    """The standing that a result implies."""
    tree = _Tree(plan, result)
    own = [finding for finding in result.top_level if tree.looks_at(finding) == "nominee"]
    papers = tuple(
        finding
        for finding in result.top_level
        if tree.looks_at(finding) == "papers" and finding.status is Status.MISSING
    )
    late = next(
        (
            finding
            for finding in result.top_level
            if tree.looks_at(finding) == "filing" and finding.status is Status.NOT_MET
        ),
        None,
    )
    group, decisive, shortfalls = _placed(tree, own)
    unknown = tuple(leaf for finding in own for leaf in tree.unknown(finding))
    return Standing(group, decisive, shortfalls, unknown, papers, late, result)


_FAILS = frozenset({Status.NOT_MET, Status.MISSING})

Placed = tuple[Group, tuple[Finding, ...], tuple[Shortfall, ...]]


def _placed(tree: _Tree, own: list[Finding]) -> Placed:
    failed = [finding for finding in own if finding.status is Status.NOT_MET]
    mended = {finding.criterion: tree.mended(finding) for finding in failed}
    barring = [finding for finding in failed if mended[finding.criterion] is None]
    if barring:
        return Group.BARRED, tree.leaves(barring, Status.NOT_MET), ()
    shortfalls = tuple(one for finding in failed for one in mended[finding.criterion] or ())
    unknown = tuple(leaf for finding in own for leaf in tree.unknown(finding))
    uncarried = tuple(leaf for finding in own for leaf in tree.uncarried(finding))
    if uncarried and not unknown:
        return Group.JUDGED, uncarried, shortfalls
    if failed:
        return Group.CLOSE, tuple(one.finding for one in shortfalls), shortfalls
    if unknown:
        return Group.MISSING, unknown, ()
    return Group.MEETS, tree.carrying(own), ()


class _Tree:
    """The findings of one result with their parts."""

    def __init__(self, plan: Plan, result: Result) -> None:
        self._plan = plan
        self._by_name = {finding.criterion: finding for finding in result.findings}

    def looks_at(self, finding: Finding) -> str:
        """Whose state the finding speaks of; composites and judgements speak of the nominee."""
        check = self._plan.criteria[finding.criterion].check
        return CHECKS[check].looks_at if check else "nominee"

    def parts(self, finding: Finding) -> list[Finding]:
        return [self._by_name[name] for name in finding.children]

    def is_computed(self, finding: Finding) -> bool:
        """Whether facts have a say in it: its own check, or that of one of its parts."""
        if finding.is_composite:
            return any(self.is_computed(part) for part in self.parts(finding))
        return self._plan.criteria[finding.criterion].check is not None

    def leaves(self, findings: list[Finding], status: Status) -> tuple[Finding, ...]:
        """The leaves of that status among these findings and their parts."""
        found: list[Finding] = []
        for finding in findings:
            if finding.is_composite:
                found.extend(self.leaves(self.parts(finding), status))
            elif finding.status is status:
                found.append(finding)
        return tuple(found)

    def mended(self, finding: Finding) -> tuple[Shortfall, ...] | None:
        """The shortfalls that would mend a failure, or None where no figure would."""
        if not finding.is_composite:
            shortfall = _shortfall(finding)
            return (shortfall,) if shortfall else None
        failed = [part for part in self.parts(finding) if part.status is Status.NOT_MET]
        ways = [self.mended(part) for part in failed]
        known = [way for way in ways if way is not None]
        if not known or (finding.kind == "all_of" and len(known) < len(ways)):
            return None
        return tuple(one for way in known for one in way)

    def unknown(self, finding: Finding) -> tuple[Finding, ...]:
        """Leaves without which the figures cannot carry the finding; none where they decide it already."""
        if not finding.is_composite:
            return (finding,) if finding.status is Status.MISSING else ()
        if finding.status is Status.MISSING:
            return self.leaves([finding], Status.MISSING)
        if finding.status is not Status.JUDGEMENT or self._is_carried(finding):
            return ()
        return tuple(leaf for part in self.parts(finding) for leaf in self.unknown(part))

    def uncarried(self, finding: Finding) -> tuple[Finding, ...]:
        """Leaves for which the finding waits on a person although facts were asked."""
        if finding.status is not Status.JUDGEMENT or not self.is_computed(finding):
            return ()
        if not finding.is_composite:
            return (finding,)
        if self._is_carried(finding):
            return ()
        computed = [part for part in self.parts(finding) if self.is_computed(part)]
        waiting = tuple(leaf for part in computed for leaf in self.uncarried(part))
        return (*self.leaves(computed, Status.NOT_MET), *waiting)

    def _is_carried(self, finding: Finding) -> bool:
        """Whether the facts do all that facts can for an alternative that waits on a person."""
        return finding.kind == "any_of" and any(
            self.is_computed(part) and part.status not in _FAILS and not self.uncarried(part)
            for part in self.parts(finding)
        )

    def carrying(self, own: list[Finding]) -> tuple[Finding, ...]:
        """Leaves decided from facts by which a nominee meets what is asked, the subject's own criteria first."""
        return self.leaves([finding for finding in own if self.is_computed(finding)], Status.MET)


def _shortfall(finding: Finding) -> Shortfall | None:
    """What a failed leaf lacks, where its own figures say so and reaching them would mend it."""
    figures = finding.figures
    if figures.get("needed_fall") and finding.reason in {"not_met", "not_met.rise"}:
        return Shortfall(finding, Measure.HOUSEHOLDS, Decimal(figures["needed_fall"]))
    if figures.get("short_years"):
        limit = Decimal(figures["points_limit"])
        lacks = [limit - Decimal(figures["falls_by_year"][str(year)]) for year in figures["short_years"]]
        return Shortfall(finding, Measure.POINTS, sum(lacks, Decimal(0)))
    needed = figures.get("needed")
    if isinstance(needed, dict) and needed:
        return Shortfall(finding, Measure.AWARDS, Decimal(min(needed.values())))
    return None
