"""Checking what a workbook says twice: subtotals and totals against their rows, rates against their counts."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import takewhile
from typing import Any

from registry.imports.reviews.rows import Issue, MatchedRow, ReviewRow, ReviewSheet, round_rate
from registry.review_figures import FIGURES, RATES, STARTS, Figures
from registry.selectors.units import UnitRef

LEAPS = ("half_in_a_year", "half_of_recorded")
_LEAPING = ("households", "poor")


def check_sums(sheet: ReviewSheet, found: Mapping[int, UnitRef], refused: set[int | None]) -> list[Issue]:
    """A warning for each figure of a subtotal or total that differs from the sum of the rows below it.

    A sum with a refused row in it is not known and is not compared.
    """
    issues: list[Issue] = []
    for row in sheet.rows:
        if row.figures is None:
            continue
        code, parts = _parts(row, sheet, found)
        if not parts or any(part.figures is None or part.row in refused for part in parts):
            continue
        for name, stated, computed in _differences(row.figures, [part.figures for part in parts]):
            params = {"figure": name, "stated": stated, "computed": computed}
            issues.append(Issue("warning", code, sheet.name, row.row, row.text, params))
    return issues


def _parts(row: ReviewRow, sheet: ReviewSheet, found: Mapping[int, UnitRef]) -> tuple[str, list[ReviewRow]]:
    """The rows that should add up to a row, and the code of the warning when they do not."""
    communes = [one for one in sheet.rows if _is_of(one, "commune", sheet, found)]
    villages = [one for one in sheet.rows if sheet.of_villages and _is_of(one, "village", sheet, found)]
    if row.role == "commune":
        under = (row.district, row.text)
        return "commune_differs", [one for one in villages if (one.district, one.commune) == under]
    if row.role not in {"group", "district", "total"}:
        return "", []
    if row.role == "group" or (row.role == "total" and row not in whole_totals(sheet)):
        near = _following(row, sheet) if row.role == "group" else _preceding(row, sheet)
        summed = {one.row for one in communes or villages}
        return "subtotal_differs", [one for one in near if one.row in summed]
    inside = [one for one in communes if row.role == "total" or one.district == row.text]
    if inside or row.role == "district":
        return ("total_differs" if row.role == "total" else "subtotal_differs"), inside
    return "total_of_villages_differs", villages


def whole_totals(sheet: ReviewSheet) -> list[ReviewRow]:
    """Totals of everything: the last one, and those above the first row; others close a page or a group."""
    totals = [row for row in sheet.rows if row.role == "total"]
    others = [row.row for row in sheet.rows if row.role not in {"total", "group"}]
    return [row for row in totals if row is totals[-1] or row.row < min(others, default=0)]


def _following(group: ReviewRow, sheet: ReviewSheet) -> list[ReviewRow]:
    """The rows below a subtotal that heads its group, up to the next group or total."""
    after = [row for row in sheet.rows if row.row > group.row]
    return list(takewhile(lambda row: row.role not in {"group", "total"}, after))


def _preceding(total: ReviewRow, sheet: ReviewSheet) -> list[ReviewRow]:
    """The rows above a total that closes them, under one heading."""
    before = [row for row in reversed(sheet.rows) if row.row < total.row]
    ends = {"group", "total", "district", *(["commune"] if sheet.of_villages else [])}
    own = takewhile(lambda row: row.role not in ends, before)
    return [row for row in own if (row.district, row.commune) == (total.district, total.commune)]


def _is_of(row: ReviewRow, kind: str, sheet: ReviewSheet, found: Mapping[int, UnitRef]) -> bool:
    """Whether a row is a commune's or a village's; a row that was not found counts by where it stands."""
    if row.role == kind:
        return True
    unit = found.get(row.row)
    if row.role != "unknown":
        return False
    return unit.kind == kind if unit else sheet.of_villages == (kind == "village")


def _differences(stated: Figures, parts: list[Figures | None]) -> list[tuple[str, int, int]]:
    differences = []
    for name in FIGURES:
        figure = getattr(stated, name)
        values = [getattr(part, name) for part in parts]
        if figure is None or any(value is None for value in values):
            continue
        total = sum(values)
        if total != figure:
            differences.append((name, figure, total))
    return differences


def check_starts(row: MatchedRow, last_year: Mapping[str, int], year: int) -> list[Issue]:
    """What a row says twice about last year's count and this year's movements, as warnings with both figures.

    The start is the row's own where it has one, and last year's record where that is known.
    """
    issues: list[Issue] = []
    for name, column in STARTS.items():
        recorded, start = last_year.get(name), row.starts.get(name)
        if start is not None and recorded is not None and start != recorded:
            params: dict[str, Any] = {"figure": column, "stated": start, "computed": recorded, "year": year}
            issues.append(Issue("warning", "start_differs", row.sheet, row.row, row.text, params))
        start = recorded if start is None else start
        computed = None if start is None else row.figures.after(start, name)
        stated = getattr(row.figures, name)
        if computed is not None and stated is not None and computed != stated:
            params = {"figure": name, "start": start, "stated": stated, "computed": computed}
            issues.append(Issue("warning", "flow_differs", row.sheet, row.row, row.text, params))
    return issues


def check_rates(sheet: ReviewSheet) -> list[Issue]:
    """A warning for each written rate that is not the rate of the row's own counts at its own precision."""
    issues: list[Issue] = []
    for row in sheet.rows:
        if row.figures is None:
            continue
        for name in RATES:
            stated = row.rates.get(name)
            computed = row.figures.rate(name)
            if stated is None or computed is None or _agrees(stated, computed):
                continue
            params = {"figure": name, "stated": stated, "computed": round_rate(computed)}
            issues.append(Issue("warning", "rate_differs", sheet.name, row.row, row.text, params))
    return issues


def _agrees(stated: Decimal, computed: Decimal) -> bool:
    """Equal at the precision written; a cell formatted as percent holds the share instead of the percentage."""
    for scale in (Decimal(1), Decimal(100)):
        exponent = stated.normalize().as_tuple().exponent
        places = max(2, -exponent) if isinstance(exponent, int) else 2
        tolerance = Decimal(5).scaleb(-min(places, 10) - 1) * scale
        if abs(stated * scale - computed) <= tolerance and (scale == 1 or stated < 1):
            return True
    return False


def check_leaps(
    row: MatchedRow, last_year: Mapping[str, int], recorded: Mapping[str, int | None], year: int
) -> list[Issue]:
    """A warning where households or poor households change by more than half: in a year, or against what stands there."""
    issues: list[Issue] = []
    for code, before in zip(LEAPS, (last_year, recorded), strict=True):
        for name in _LEAPING:
            old, new = before.get(name), getattr(row.figures, name)
            if old and new is not None and abs(new - old) * 2 > old:
                params = {"figure": name, "old": old, "new": new, "year": year, "before": year - 1}
                issues.append(Issue("warning", code, row.sheet, row.row, row.text, params))
    return issues
