"""Checking what a workbook says twice: subtotals and totals against their rows, rates against their counts."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from registry.workbooks.rows import (
    FIGURES,
    RATES,
    Figures,
    Issue,
    ReviewRow,
    ReviewSheet,
    UnitRef,
    round_rate,
)


def check_sums(sheet: ReviewSheet, found: Mapping[int, UnitRef], refused: set[int | None]) -> list[Issue]:
    """A warning for each figure of a subtotal or total that differs from the sum of its communes' rows.

    A sum with a refused row in it is not known and is not compared.
    """
    communes = [row for row in sheet.rows if row.role in {"commune", "unknown"} and _is_commune(row, found)]
    issues: list[Issue] = []
    for row in sheet.rows:
        if row.figures is None or row.role not in {"district", "total"}:
            continue
        parts = [one for one in communes if row.role == "total" or one.district == row.text]
        if not parts or any(part.figures is None or part.row in refused for part in parts):
            continue
        code = "total_differs" if row.role == "total" else "subtotal_differs"
        for name, stated, computed in _differences(row.figures, [part.figures for part in parts]):
            params = {"figure": name, "stated": stated, "computed": computed}
            issues.append(Issue("warning", code, sheet.name, row.row, row.text, params))
    return issues


def _is_commune(row: ReviewRow, found: Mapping[int, UnitRef]) -> bool:
    unit = found.get(row.row)
    return unit is None or unit.kind == "commune"


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
