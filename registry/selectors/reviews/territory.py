"""A unit's figures for its present territory: its own, restated ones, or sums of those it took over.

The same reading as the rulebook's facts ("Reorganised units"): what the pages show is what a check would use.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from registry.models import PovertyReview, Unit
from registry.selectors.ancestry import Ancestry
from registry.selectors.reviews.stored import DEFAULT_STANDARD


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


def speaks_of_present(review: PovertyReview, ancestry: Ancestry) -> bool:
    """Whether a review is for its unit's present land: reported since, or restated with its document."""
    restated = bool(review.is_restated and review.document)
    return restated or date(review.year, 12, 31) >= ancestry.territory_since(review.unit)


@dataclass(frozen=True)
class Figures:
    """Reviews of a family of units, looked up by unit and year."""

    ancestry: Ancestry
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
        if own is not None and speaks_of_present(own, self.ancestry):
            return [own]
        older = [self.parts(one, year) for one in self.ancestry.predecessors(unit_id)]
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
    ancestry = Ancestry.read(day)
    reviews = PovertyReview.objects.filter(unit__in=ancestry.with_predecessors(unit_ids), standard=standard)
    if years is not None:
        reviews = reviews.filter(year__in=years)
    return Figures(
        ancestry,
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
