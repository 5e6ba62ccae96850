"""Poverty reviews: what a workbook would change, trends, coverage, roll-ups and exports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from core.text import fold
from registry.enums import UnitKind
from registry.models import ImportFile, PovertyReview, Unit
from registry.scopes import scope_of
from registry.selectors.units import REVIEWED_KINDS, predecessor_ids, unit_refs
from registry.workbooks import FIGURES, Figures, Issue, match_units, read_review_workbook

# The multidimensional standard of 2022-2025 (Nghị định 07/2021/NĐ-CP), by which the year-end of 2021 was first reviewed.
DEFAULT_STANDARD = "2022-2025"
FIELD_OF_FIGURE = {
    **{name: name for name in FIGURES},
    "poor_minority": "minority_poor",
    "near_poor_minority": "minority_near_poor",
}


@dataclass(frozen=True)
class PlannedRow:
    """One row of a workbook against the register: `state` is new, changed or unchanged."""

    row: int
    unit_id: int
    unit_name: str
    kind: str
    figures: Figures
    state: str
    changes: tuple[tuple[str, int | None, int | None], ...] = ()


@dataclass(frozen=True)
class ReviewPlan:
    """What loading a workbook would do, and every issue found; nothing is written yet."""

    year: int
    standard: str
    sheet: str
    rows: tuple[PlannedRow, ...]
    issues: tuple[Issue, ...]

    @property
    def errors(self) -> tuple[Issue, ...]:
        """Issues that keep rows, or the whole file, out."""
        return tuple(issue for issue in self.issues if issue.level == "error")

    @property
    def warnings(self) -> tuple[Issue, ...]:
        """Issues to look at."""
        return tuple(issue for issue in self.issues if issue.level == "warning")

    def with_state(self, state: str) -> tuple[PlannedRow, ...]:
        """Rows that are new, changed or unchanged."""
        return tuple(row for row in self.rows if row.state == state)

    @property
    def to_write(self) -> tuple[PlannedRow, ...]:
        """Rows that would change the register."""
        return tuple(row for row in self.rows if row.state != "unchanged")

    @property
    def counts(self) -> dict[str, int]:
        """Rows by what happens to them, and issues by weight."""
        return {
            "new": len(self.with_state("new")),
            "changed": len(self.with_state("changed")),
            "unchanged": len(self.with_state("unchanged")),
            "refused": len({issue.row for issue in self.errors}),
            "warnings": len(self.warnings),
        }


def plan_reviews(
    *, content: bytes, filename: str, year: int, actor: Any = None, standard: str = ""
) -> ReviewPlan:
    """Read a review workbook and compare it with the register as of the year's end.

    Rows outside the person's area are errors. Raises ``WorkbookError`` for a file that cannot be used.
    """
    sheet = read_review_workbook(content, filename)
    matched = match_units(sheet, unit_refs(), year)
    standard = standard or sheet.period or DEFAULT_STANDARD
    mine = None if actor is None else set(Unit.objects.visible_to(actor).values_list("pk", flat=True))
    existing = {
        review.unit_id: review for review in PovertyReview.objects.filter(year=year, standard=standard)
    }
    rows, issues = [], list(matched.issues)
    for row in matched.rows:
        if mine is not None and row.unit.id not in mine:
            issues.append(Issue("error", "outside_area", sheet.name, row.row, row.text))
            continue
        changes = changes_to(existing.get(row.unit.id), row.figures)
        state = "new" if row.unit.id not in existing else "changed" if changes else "unchanged"
        rows.append(
            PlannedRow(row.row, row.unit.id, row.unit.name, row.unit.kind, row.figures, state, changes)
        )
    issues.sort(key=lambda issue: issue.row or 0)
    return ReviewPlan(year, standard, sheet.name, tuple(rows), tuple(issues))


def changes_to(
    review: PovertyReview | None, figures: Figures
) -> tuple[tuple[str, int | None, int | None], ...]:
    """Figure by figure what would change; a column that the file lacks changes nothing."""
    changes = []
    for name in FIGURES:
        new = getattr(figures, name)
        old = getattr(review, FIELD_OF_FIGURE[name]) if review else None
        if new is not None and new != old:
            changes.append((name, old, new))
    return tuple(changes) if review else ()


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


def unit_trend(unit: Unit, standard: str = DEFAULT_STANDARD) -> list[TrendPoint]:
    """The unit's year-end figures for its present territory, oldest first, in two queries.

    A year without a figure of its own is the sum of its predecessors' figures, all of them or none.
    """
    before = predecessor_ids()
    family, queue = {unit.pk}, [unit.pk]
    while queue:
        for one in before.get(queue.pop(), ()):
            if one not in family:
                family.add(one)
                queue.append(one)
    reviews: dict[tuple[int, int], PovertyReview] = {
        (review.unit_id, review.year): review
        for review in PovertyReview.objects.filter(unit__in=family, standard=standard).select_related(
            "import_file"
        )
    }
    points = (
        _trend_point(unit.pk, year, reviews, before) for year in sorted({year for _unit, year in reviews})
    )
    return [point for point in points if point is not None]


def _trend_point(
    unit_id: int,
    year: int,
    reviews: Mapping[tuple[int, int], PovertyReview],
    before: Mapping[int, list[int]],
) -> TrendPoint | None:
    own = reviews.get((unit_id, year))
    if own is not None:
        source = own.document or (own.import_file.file_name if own.import_file else "")
        return TrendPoint(year, own.households, own.poor, own.near_poor, False, own.is_restated, source)
    parts = [_trend_point(one, year, reviews, before) for one in before.get(unit_id, ())]
    known = [part for part in parts if part is not None]
    if not parts or len(known) != len(parts):
        return None
    return TrendPoint(
        year,
        sum(part.households for part in known),
        sum(part.poor for part in known),
        sum(part.near_poor for part in known),
        True,
        False,
        ", ".join(sorted({part.source for part in known if part.source})),
    )


def review_years() -> list[int]:
    """Years that have any review, newest first."""
    return list(PovertyReview.objects.order_by("-year").values_list("year", flat=True).distinct())


@dataclass(frozen=True)
class CoverageRow:
    """One district: how many of its communes have figures, year by year."""

    unit: Unit
    cells: tuple[tuple[int, int, int], ...]


def review_coverage(user: Any, years: Iterable[int]) -> list[CoverageRow]:
    """For each visible district and year: communes reported and communes that existed at the year's end.

    A successor counts as reported when all its predecessors are. Constant in queries.
    """
    years = sorted(years)
    before = predecessor_ids()
    communes = list(
        Unit.objects.visible_to(user)
        .filter(kind=UnitKind.COMMUNE, parent__kind=UnitKind.DISTRICT)
        .select_related("parent")
        .order_by("parent__name_sort", "parent_id", "pk")
    )
    reported: dict[int, set[int]] = defaultdict(set)
    rows = PovertyReview.objects.filter(year__in=years, unit__kind=UnitKind.COMMUNE)
    for year, unit_id in rows.values_list("year", "unit_id"):
        reported[year].add(unit_id)
    by_district: dict[Unit, list[Unit]] = defaultdict(list)
    for commune in communes:
        if commune.parent is not None:
            by_district[commune.parent].append(commune)
    return [
        CoverageRow(district, tuple(_coverage(units, year, reported[year], before) for year in years))
        for district, units in by_district.items()
    ]


def _coverage(
    communes: list[Unit], year: int, reported: set[int], before: Mapping[int, list[int]]
) -> tuple[int, int, int]:
    living = [unit for unit in communes if unit.exists_on(date(year, 12, 31))]
    done = sum(_is_reported(unit.pk, reported, before) for unit in living)
    return year, done, len(living)


def _is_reported(unit_id: int, reported: set[int], before: Mapping[int, list[int]]) -> bool:
    parts = before.get(unit_id, [])
    return unit_id in reported or (bool(parts) and all(_is_reported(one, reported, before) for one in parts))


@dataclass(frozen=True)
class RollUpDifference:
    """One figure that a unit states and the units below it do not add up to."""

    unit: Unit
    figure: str
    stated: int
    summed: int

    @property
    def difference(self) -> int:
        """Stated less summed."""
        return self.stated - self.summed


def roll_up_differences(user: Any, year: int, standard: str = DEFAULT_STANDARD) -> list[RollUpDifference]:
    """Figures of visible districts and the province that differ from the sum of their communes' rows.

    Nothing is mended: both stay as the offices reported them. Constant in queries.
    """
    reviews = list(
        PovertyReview.objects.visible_to(user)
        .filter(year=year, standard=standard, unit__kind__in=REVIEWED_KINDS)
        .select_related("unit")
        .order_by("unit__name_sort", "unit_id")
    )
    communes = [review for review in reviews if review.unit.kind == UnitKind.COMMUNE]
    differences = []
    for review in reviews:
        if review.unit.kind == UnitKind.COMMUNE:
            continue
        parts = [one for one in communes if one.unit.path.startswith(review.unit.path)]
        differences += _differences(review, parts)
    return differences


def _differences(review: PovertyReview, parts: list[PovertyReview]) -> list[RollUpDifference]:
    found = []
    for name in FIGURES:
        field = FIELD_OF_FIGURE[name]
        stated, values = getattr(review, field), [getattr(part, field) for part in parts]
        if not values or stated is None or any(value is None for value in values):
            continue
        if sum(values) != stated:
            found.append(RollUpDifference(review.unit, name, stated, sum(values)))
    return found


def reviews_for_export(
    *, year: int, user: Any = None, standard: str = DEFAULT_STANDARD
) -> QuerySet[PovertyReview]:
    """Reviews of a year, one a unit: the province, then each district followed by its communes."""
    reviews = PovertyReview.objects.filter(Q(year=year), standard=standard).select_related("unit__parent")
    if user is not None:
        reviews = reviews.visible_to(user)
    return reviews.order_by("unit__path", "unit_id")


def reviews_for_list(
    user: Any, *, year: int, words: str = "", kind: str = "", standard: str = DEFAULT_STANDARD
) -> QuerySet[PovertyReview]:
    """A year's reviews that the person sees, by the unit's name."""
    reviews = (
        PovertyReview.objects.visible_to(user)
        .filter(year=year, standard=standard)
        .select_related("unit__parent", "import_file")
    )
    if words:
        reviews = reviews.filter(unit__name_folded__contains=fold(words))
    if kind:
        reviews = reviews.filter(unit__kind=kind)
    return reviews.order_by("unit__name_sort", "unit_id")


def import_files_seen(user: Any) -> QuerySet[ImportFile]:
    """Review workbooks that the person handed in; the provincial desk sees everybody's."""
    files = ImportFile.objects.filter(kind="reviews").select_related("created_by", "stored_file")
    return files if scope_of(user).everything else files.filter(created_by=user)
