"""Where a nominee stands before any paper is handed in: what the recorded facts alone decide.

Findings on papers and on the filing day are set apart; judgements are left to people. What remains
puts the nominee into one of five groups, each in step with the outcome of the whole check.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from .checks import CHECKS
from .evaluate import ENGINE_VERSION
from .findings import Finding, Result
from .plan import Plan
from .statuses import Outcome, Status, outcome_of


class Group(StrEnum):
    """What the facts say of a nominee, papers and judgements apart."""

    MEETS = "meets"
    CLOSE = "close"
    """Fails only where a stated figure, made good, would mend it."""
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
class Shape:
    """A standing without its figures: the group, and places in the list of findings.

    It depends on the findings' reasons alone, so that thousands of nominees share a few hundred.
    """

    group: Group
    outcome: Outcome
    decisive: tuple[int, ...]
    short: tuple[int, ...]
    unknown: tuple[int, ...]
    papers: tuple[int, ...]
    late: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A nominee's group, the findings that put it there, and what is set apart."""

    plan: Plan
    shape: Shape
    findings: tuple[Finding, ...]

    @property
    def group(self) -> Group:
        return self.shape.group

    @property
    def decisive(self) -> tuple[Finding, ...]:
        """Leaf findings that say why, the most telling first."""
        return self._at(self.shape.decisive)

    @property
    def unknown(self) -> tuple[Finding, ...]:
        """Leaves whose facts are not recorded."""
        return self._at(self.shape.unknown)

    @property
    def papers(self) -> tuple[Finding, ...]:
        """What would still have to be handed in."""
        return self._at(self.shape.papers)

    @property
    def late(self) -> Finding | None:
        """The finding on the filing day where that day is past."""
        return None if self.shape.late is None else self.findings[self.shape.late]

    @property
    def shortfalls(self) -> tuple[Shortfall, ...]:
        """What would mend each failure that figures can mend; alternatives stand side by side."""
        found = (_shortfall(finding) for finding in self._at(self.shape.short))
        return tuple(shortfall for shortfall in found if shortfall is not None)

    @property
    def shortfall(self) -> Shortfall | None:
        """The first shortfall, households before points before awards."""
        if not self.shape.short:
            return None
        order = list(Measure)
        return min(self.shortfalls, key=lambda one: (order.index(one.measure), one.amount), default=None)

    @property
    def needed_fall(self) -> int | None:
        """How many more households must leave poverty; None where that is not what is lacking."""
        shortfall = self.shortfall
        if shortfall is None or shortfall.measure is not Measure.HOUSEHOLDS:
            return None
        return int(shortfall.amount)

    @property
    def result(self) -> Result:
        """The whole check, as `evaluate` gives it."""
        return Result(
            plan_id=self.plan.id,
            plan_hash=self.plan.content_hash,
            engine_version=ENGINE_VERSION,
            outcome=self.shape.outcome,
            findings=self.findings,
        )

    def _at(self, places: tuple[int, ...]) -> tuple[Finding, ...]:
        return tuple([self.findings[place] for place in places])


def standing_of(
    plan: Plan, findings: tuple[Finding, ...], shapes: dict[Any, Shape] | None = None
) -> Standing:
    """The standing that the findings of one check imply; `shapes` keeps what nominees of one kind share."""
    key = tuple([finding.reason for finding in findings])
    shape = shapes.get(key) if shapes is not None else None
    if shape is None:
        shape = _shape_of(plan, findings)
        if shapes is not None:
            shapes[key] = shape
    return Standing(plan, shape, findings)


def _shape_of(plan: Plan, findings: tuple[Finding, ...]) -> Shape:
    tree = _Tree(plan, findings)
    top = [finding for finding in findings if finding.is_top_level]
    own = [finding for finding in top if looks_at(plan, finding) == "nominee"]
    papers = [one for one in top if looks_at(plan, one) == "papers" and one.status is Status.MISSING]
    late = [one for one in top if looks_at(plan, one) == "filing" and one.status is Status.NOT_MET]
    group, decisive, short = _placed(tree, own)
    return Shape(
        group=group,
        outcome=outcome_of([finding.status for finding in top]),
        decisive=tree.places(decisive),
        short=tree.places(short),
        unknown=tree.places(leaf for finding in own for leaf in tree.unknown(finding)),
        papers=tree.places(papers),
        late=tree.places(late)[0] if late else None,
    )


Leaves = tuple[Finding, ...]


def _placed(tree: _Tree, own: list[Finding]) -> tuple[Group, Leaves, Leaves]:
    """The group, the leaves that decide it, and those that a stated figure would mend."""
    failed = [finding for finding in own if finding.status is Status.NOT_MET]
    ways = [tree.mended(finding) for finding in failed]
    barring = [finding for finding, way in zip(failed, ways, strict=True) if way is None]
    short = tuple(leaf for way in ways for leaf in way or ())
    if barring:
        return Group.BARRED, (*tree.leaves(barring, Status.NOT_MET), *short), ()
    unknown = tuple(leaf for finding in own for leaf in tree.unknown(finding))
    uncarried = tuple(leaf for finding in own for leaf in tree.uncarried(finding))
    if uncarried and not unknown:
        return Group.JUDGED, uncarried, short
    if failed:
        return Group.CLOSE, short, short
    if unknown:
        return Group.MISSING, unknown, ()
    return Group.MEETS, tree.carrying(own), ()


_FAILS = frozenset({Status.NOT_MET, Status.MISSING})


def looks_at(plan: Plan, finding: Finding) -> str:
    """Whose state a finding speaks of: ``nominee``, ``papers`` or ``filing``."""
    check = plan.criteria[finding.criterion].check
    return CHECKS[check].looks_at if check else "nominee"


class _Tree:
    """The findings of one check with their parts."""

    def __init__(self, plan: Plan, findings: tuple[Finding, ...]) -> None:
        self._plan = plan
        self._by_name = {finding.criterion: finding for finding in findings}
        self._place = {finding.criterion: place for place, finding in enumerate(findings)}

    def places(self, findings: Iterable[Finding]) -> tuple[int, ...]:
        return tuple([self._place[finding.criterion] for finding in findings])

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

    def mended(self, finding: Finding) -> Leaves | None:
        """The leaves whose stated shortfalls, made good, mend a failure; None where no figure would."""
        if not finding.is_composite:
            return (finding,) if _shortfall(finding) else None
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
