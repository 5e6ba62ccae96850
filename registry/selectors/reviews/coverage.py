"""Who reported which year-end, from which file: a matrix of units and years."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from registry.enums import UnitKind
from registry.models import PovertyReview, Unit
from registry.selectors.ancestry import Ancestry
from registry.selectors.reviews.listing import units_read
from registry.selectors.reviews.stored import DEFAULT_STANDARD

OWN, SUM, MISSING, ABSENT = "own", "sum", "missing", "absent"


@dataclass(frozen=True)
class CoverageCell:
    """One unit at one year-end: reported itself, told by all its predecessors, missing, or not there that day.

    `done` of `due` units below have reported; `source` is the number of the source in the list of sources.
    """

    year: int
    state: str
    review: PovertyReview | None
    done: int
    due: int
    source: int = 0


@dataclass(frozen=True)
class CoverageRow:
    """One unit with a cell for each year, and the rows below it where they were asked for."""

    unit: Unit
    cells: tuple[CoverageCell, ...]
    below: tuple[CoverageRow, ...] = ()

    @property
    def due(self) -> int:
        """The most units below it that had to report in any of the years."""
        return max((cell.due for cell in self.cells), default=0)


@dataclass(frozen=True)
class Coverage:
    """The matrix, and the files and documents that its cells refer to by number."""

    rows: tuple[CoverageRow, ...]
    sources: tuple[PovertyReview, ...]


def review_coverage(user: Any, years: Iterable[int], *, opened: int | None = None) -> Coverage:
    """The province, then each district with how many of its communes reported; or one unit and what lies directly below it.

    A successor counts as reported when all its predecessors are. Only units inside the person's area are listed.
    Constant in queries.
    """
    years = sorted(years)
    matrix = _Matrix(years, opened)
    kinds = Q(kind__in=[UnitKind.PROVINCE, UnitKind.DISTRICT, UnitKind.COMMUNE])
    if opened is not None:
        kinds |= Q(kind=UnitKind.VILLAGE) & (Q(parent__parent=opened) | Q(parent=opened))
    units = list(units_read(user).filter(kinds).order_by("name_sort", "pk"))
    for unit in units:
        if any(unit.exists_on(date(year, 12, 31)) for year in years):
            matrix.children[unit.parent_id].append(unit)
    seen = {unit.pk for unit in units}
    tops = [unit for parent, below in matrix.children.items() if parent not in seen for unit in below]
    if opened is not None:
        tops = [unit for unit in units if unit.pk == opened]
    rows = tuple(row for unit in tops for row in matrix.rows_from(unit))
    return Coverage(rows, tuple(matrix.sources.values()))


class _Matrix:
    """All reviews of the years, and the units by what they belong to."""

    def __init__(self, years: list[int], opened: int | None) -> None:
        self.years, self.opened = years, opened
        self.ancestry = Ancestry.read()
        self.children: dict[int | None, list[Unit]] = defaultdict(list)
        self.reviews: dict[tuple[int, int], PovertyReview] = {}
        self.sources: dict[tuple[Any, ...], PovertyReview] = {}
        reviews = PovertyReview.objects.filter(year__in=years).select_related("import_file__created_by")
        if opened is None:
            reviews = reviews.exclude(unit__kind=UnitKind.VILLAGE)
        for review in reviews.order_by("pk"):
            key = (review.unit_id, review.year)
            # Of two standards in one year, the plan's own is shown.
            if key not in self.reviews or review.standard == DEFAULT_STANDARD:
                self.reviews[key] = review

    def rows_from(self, unit: Unit) -> list[CoverageRow]:
        """The unit's row, then those of its districts; communes stand below their district once it is opened."""
        below = self.children.get(unit.pk, [])
        if unit.kind == UnitKind.PROVINCE:
            return [self._row(unit), *(self._row(one) for one in below)]
        return [self._row(unit)]

    def _row(self, unit: Unit) -> CoverageRow:
        below = self.children.get(unit.pk, []) if unit.pk == self.opened else []
        return CoverageRow(
            unit,
            tuple(self._cell(unit, year) for year in self.years),
            tuple(CoverageRow(one, tuple(self._cell(one, year) for year in self.years)) for one in below),
        )

    def _cell(self, unit: Unit, year: int) -> CoverageCell:
        last_day = date(year, 12, 31)
        due = [one for one in self.children.get(unit.pk, []) if one.exists_on(last_day)]
        done = sum(self._state(one.pk, year) != MISSING for one in due)
        if not unit.exists_on(last_day):
            return CoverageCell(year, ABSENT, None, 0, 0)
        review = self.reviews.get((unit.pk, year))
        return CoverageCell(
            year, self._state(unit.pk, year), review, done, len(due), self._source(review) if review else 0
        )

    def _source(self, review: PovertyReview) -> int:
        """The number of the file or document that the review comes from; one that was not met yet gets the next."""
        key = (
            review.import_file_id,
            review.document,
            review.recognised_on,
            review.standard,
            review.is_restated,
        )
        self.sources.setdefault(key, review)
        return list(self.sources).index(key) + 1

    def _state(self, unit_id: int, year: int) -> str:
        if (unit_id, year) in self.reviews:
            return OWN
        older = self.ancestry.predecessors(unit_id)
        return SUM if older and all(self._state(one, year) != MISSING for one in older) else MISSING
