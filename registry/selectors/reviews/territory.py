"""A unit's figures for its present territory: its own, restated ones, or sums of those it took over.

The same reading as the rulebook's facts ("Reorganised units"): what the pages show is what a check would use.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from core import clock
from registry.enums import SuccessionKind
from registry.models import PovertyReview, Unit, UnitSuccession
from registry.selectors.reviews.stored import DEFAULT_STANDARD

# A successor of these kinds holds the whole territory of the one it followed.
WHOLE = frozenset({SuccessionKind.MERGED, SuccessionKind.RENAMED, SuccessionKind.CONTINUED})


@dataclass(frozen=True)
class TrendPoint:
    """A unit's figures at one year-end: its own, or the sum of those whose territory it took over."""

    year: int
    households: int
    poor: int
    near_poor: int
    is_sum: bool
    is_restated: bool
    source: str

    @property
    def poor_and_near_poor(self) -> int:
        """What the plan's falls are counted on."""
        return self.poor + self.near_poor

    def _share(self, part: int) -> Decimal | None:
        return Decimal(part) / Decimal(self.households) if self.households else None

    @property
    def poor_share(self) -> Decimal | None:
        """Poor households of all households."""
        return self._share(self.poor)

    @property
    def near_poor_share(self) -> Decimal | None:
        """Near-poor households of all households."""
        return self._share(self.near_poor)

    @property
    def poverty_share(self) -> Decimal | None:
        """The multidimensional poverty rate: poor and near-poor of all households."""
        return self._share(self.poor_and_near_poor)


@dataclass
class Territories:
    """Which unit holds the whole land of which, and since when each unit's land is what it is."""

    before: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    touched: dict[int, date] = field(default_factory=dict)
    starts: dict[int, date] = field(default_factory=dict)

    @classmethod
    def read(cls, day: date | None = None) -> Territories:
        """All successions that hold on a day (default today), in one query."""
        found = cls()
        links = (
            UnitSuccession.objects.filter(on__lte=day or clock.today())
            .order_by("on", "pk")
            .values_list(
                "predecessor_id",
                "successor_id",
                "kind",
                "on",
                "predecessor__valid_from",
                "successor__valid_from",
            )
        )
        for predecessor, successor, kind, on, old_start, new_start in links:
            found.starts[predecessor], found.starts[successor] = old_start, new_start
            if kind in WHOLE:
                found.before[successor].append(predecessor)
            else:
                found.touched[predecessor] = found.touched[successor] = on
        return found

    def predecessors(self, unit_id: int) -> list[int]:
        """Units whose figures add up to this one's; none where a part of its land changed hands since it began."""
        touched = self.touched.get(unit_id)
        if touched is not None and touched >= self.starts[unit_id]:
            return []
        return self.before.get(unit_id, [])

    def since(self, unit: Unit) -> date:
        """The day from which the unit's figures are for its present land."""
        return max(unit.valid_from, self.touched.get(unit.pk, unit.valid_from))

    def family(self, unit_ids: Iterable[int]) -> set[int]:
        """The units and all that they followed."""
        family = set(unit_ids)
        queue = list(family)
        while queue:
            for one in self.predecessors(queue.pop()):
                if one not in family:
                    family.add(one)
                    queue.append(one)
        return family

    def speaks_of_present(self, review: PovertyReview) -> bool:
        """Whether a review is for the unit's present land: reported since, or restated with its document."""
        restated = bool(review.is_restated and review.document)
        return restated or date(review.year, 12, 31) >= self.since(review.unit)


@dataclass(frozen=True)
class Figures:
    """Reviews of a family of units, looked up by unit and year."""

    territories: Territories
    reviews: Mapping[tuple[int, int], PovertyReview]

    @property
    def years(self) -> list[int]:
        """Years of which any figure is known, oldest first."""
        return sorted({year for _unit, year in self.reviews})

    def parts(self, unit_id: int, year: int) -> list[PovertyReview] | None:
        """The reviews that make up a unit's figure of a year: its own alone, or those of its predecessors.

        None where one of them is not known: a sum of some is no figure.
        """
        own = self.reviews.get((unit_id, year))
        if own is not None and self.territories.speaks_of_present(own):
            return [own]
        older = [self.parts(one, year) for one in self.territories.predecessors(unit_id)]
        if not older or any(part is None for part in older):
            return None
        return [review for part in older for review in part or ()]

    def point(self, unit_id: int, year: int) -> TrendPoint | None:
        """The unit's figures of a year for its present land, or None."""
        parts = self.parts(unit_id, year)
        if parts is None:
            return None
        is_sum = [part.unit_id for part in parts] != [unit_id]
        return TrendPoint(
            year,
            sum(part.households for part in parts),
            sum(part.poor for part in parts),
            sum(part.near_poor for part in parts),
            is_sum,
            not is_sum and parts[0].is_restated,
            ", ".join(sorted({source for part in parts if (source := source_of(part))})),
        )


def source_of(review: PovertyReview) -> str:
    """Where a review comes from: its document, else its file; needs `import_file` loaded."""
    return review.document or (review.import_file.file_name if review.import_file else "")


def figures_of(
    unit_ids: Collection[int],
    *,
    standard: str = DEFAULT_STANDARD,
    years: Collection[int] | None = None,
    day: date | None = None,
) -> Figures:
    """What is needed to tell the units' figures for the land they have on a day (default today), in two queries."""
    territories = Territories.read(day)
    reviews = PovertyReview.objects.filter(unit__in=territories.family(unit_ids), standard=standard)
    if years is not None:
        reviews = reviews.filter(year__in=years)
    return Figures(
        territories,
        {(review.unit_id, review.year): review for review in reviews.select_related("import_file", "unit")},
    )


def unit_trend(unit: Unit, standard: str = DEFAULT_STANDARD) -> list[TrendPoint]:
    """The unit's year-end figures for its present territory, oldest first, in two queries.

    A year without a figure of its own is the sum of its predecessors' figures, all of them or none. Where a part of
    its land changed hands, years before need a restated figure with its document.
    """
    figures = figures_of([unit.pk], standard=standard)
    points = (figures.point(unit.pk, year) for year in figures.years)
    return [point for point in points if point is not None]
