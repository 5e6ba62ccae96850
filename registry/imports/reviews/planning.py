"""What loading a review workbook would do to the register."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from core import clock
from registry.enums import UnitKind
from registry.imports.reviews.matching import match_units
from registry.imports.reviews.rows import Issue, MatchedRow
from registry.imports.reviews.sheet import read_review_workbook
from registry.imports.reviews.sums import check_starts
from registry.models import PovertyReview, Unit
from registry.permissions import ReviewArea, review_area
from registry.review_figures import FIGURES, FLOWS, Figures
from registry.selectors.reviews.stored import DEFAULT_STANDARD, FIELD_OF_FIGURE
from registry.selectors.reviews.territory import TrendPoint, figures_of
from registry.selectors.units import REVIEWED_KINDS, unit_refs


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
    """What loading a workbook would do, and every issue found; nothing is written yet.

    `reach` is the path of the smallest unit that holds every row of the file, loaded or refused.
    """

    year: int
    standard: str
    sheet: str
    rows: tuple[PlannedRow, ...]
    issues: tuple[Issue, ...]
    reach: str = ""

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
    paths = dict(Unit.objects.filter(kind__in=REVIEWED_KINDS).values_list("pk", "path"))
    mine, issues = _inside(review_area(actor), matched.rows, paths, sheet.name, list(matched.issues))
    existing = {
        review.unit_id: review for review in PovertyReview.objects.filter(year=year, standard=standard)
    }
    planned = []
    for row in mine:
        review = existing.get(row.unit.id)
        if review is not None and review.is_restated:
            params = {"year": year, "document": review.document}
            issues.append(Issue("warning", "restated_kept", sheet.name, row.row, row.text, params))
            continue
        planned.append(_planned(row, review))
    last_year = _last_year(mine, year, standard)
    for row in mine:
        issues += check_starts(sheet.name, row, last_year.get(row.unit.id, {}), year - 1)
    issues.sort(key=lambda issue: issue.row or 0)
    reach = common_path([paths[row.unit.id] for row in matched.rows])
    return ReviewPlan(year, standard, sheet.name, tuple(planned), tuple(issues), reach)


def _inside(
    area: ReviewArea, rows: tuple[MatchedRow, ...], paths: Mapping[int, str], sheet: str, issues: list[Issue]
) -> tuple[list[MatchedRow], list[Issue]]:
    """The rows that the person may load, and the issues with those about the others.

    A commune officer's file of villages keeps its commune's own row as a check on the villages.
    """
    mine = []
    for row in rows:
        path = paths[row.unit.id]
        if area.loads(path, row.unit.kind):
            mine.append(row)
        elif row.above_villages and row.unit.kind == UnitKind.COMMUNE and area.reads(path):
            issues = [one for one in issues if (one.row, one.code) != (row.row, "total_is_commune")]
            issues.append(Issue("warning", "commune_compared_only", sheet, row.row, row.text))
        else:
            issues.append(Issue("error", "outside_area", sheet, row.row, row.text))
    return mine, issues


def _planned(row: MatchedRow, review: PovertyReview | None) -> PlannedRow:
    changes = changes_to(review, row.figures)
    state = "new" if review is None else "changed" if changes else "unchanged"
    unit = row.unit
    name = f"{unit.name}, {unit.district_name}" if unit.kind == UnitKind.VILLAGE else unit.name
    return PlannedRow(row.row, unit.id, name, unit.kind, row.figures, state, changes)


def _last_year(rows: list[MatchedRow], year: int, standard: str) -> dict[int, dict[str, int]]:
    """Poor and near-poor households at the end of the year before, for rows that say how they got here from there.

    For the land that the units have at the end of the year itself: after a transfer there is no such figure.
    """
    moving = {
        row.unit.id
        for row in rows
        if row.starts or any(row.figures.after(0, name) is not None for name in FLOWS)
    }
    if not moving:
        return {}
    day = min(date(year, 12, 31), clock.today())
    figures = figures_of(moving, standard=standard, years=[year - 1], day=day)
    points: dict[int, TrendPoint | None] = {unit_id: figures.point(unit_id, year - 1) for unit_id in moving}
    return {
        unit_id: {"poor": point.poor, "near_poor": point.near_poor}
        for unit_id, point in points.items()
        if point is not None
    }


def common_path(paths: list[str]) -> str:
    """The path of the smallest unit above or at all of the paths; empty when they share none."""
    shared = posixpath.commonpath(paths).rstrip("/") if paths else ""
    return f"{shared}/" if shared else ""


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
