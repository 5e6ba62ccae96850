"""Units of one level side by side in one measure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from core import clock
from registry.enums import UnitKind
from registry.models import Unit
from registry.selectors.reviews.listing import units_read
from registry.selectors.reviews.stored import DEFAULT_STANDARD
from registry.selectors.reviews.territory import TrendPoint, figures_of

POVERTY_RATE, POOR_RATE, POVERTY, FALL, HOUSEHOLDS = (
    "poverty_rate",
    "poor_rate",
    "poor_and_near_poor",
    "fall",
    "households",
)
_LEVELS = (UnitKind.DISTRICT, UnitKind.COMMUNE, UnitKind.VILLAGE)
SHARES = frozenset({POVERTY_RATE, POOR_RATE, FALL})


@dataclass(frozen=True)
class ComparedUnit:
    """One unit with its figures of the year and of the baseline, and the measure they are ranked by.

    `uses_sum`: a figure in it is the sum of units that were merged.
    """

    unit: Unit
    point: TrendPoint | None
    base: TrendPoint | None
    value: Decimal | None
    uses_sum: bool


def compared_units(
    user: Any,
    *,
    year: int,
    measure: str,
    base_year: int,
    district: Unit | None = None,
    standard: str = DEFAULT_STANDARD,
) -> list[ComparedUnit]:
    """The communes of a district, or the highest level of the person's area that has more than one unit.

    Units are those that exist at the year's end, with the figures for the land that each had at that day: largest
    measure first, unknown last. Constant in queries.
    """
    day = min(date(year, 12, 31), clock.today())
    listed = _listed(user, district, day)
    figures = figures_of([unit.pk for unit in listed], standard=standard, years={year, base_year}, day=day)
    rows = []
    for unit in listed:
        point, base = figures.point(unit.pk, year), figures.point(unit.pk, base_year)
        used = (point, base) if measure == FALL else (point,)
        uses_sum = any(one is not None and one.is_sum for one in used)
        rows.append(ComparedUnit(unit, point, base, _value(measure, point, base), uses_sum))
    # A province that is reviewed by another standard is none to compare with.
    reviewed = {_province(row.unit) for row in rows if row.point or row.base}
    rows = [row for row in rows if _province(row.unit) in reviewed]
    return sorted(rows, key=lambda row: (row.value is None, -(row.value or 0)))


def _listed(user: Any, district: Unit | None, day: date) -> list[Unit]:
    """The units to compare, by name: districts (with communes that stand beside them), communes or villages."""
    units = units_read(user).on(day).order_by("name_sort", "pk").select_related("parent")
    if district is not None:
        return list(units.filter(kind=UnitKind.COMMUNE, parent=district))
    levels: dict[str, list[Unit]] = {kind: [] for kind in _LEVELS}
    for unit in units.filter(kind__in=_LEVELS):
        levels[_level(unit)].append(unit)
    several = (level for level in levels.values() if len(level) > 1)
    return next(several, next((level for level in levels.values() if level), []))


def _level(unit: Unit) -> str:
    """A commune without a district is compared with districts."""
    stands_beside = unit.parent is not None and unit.parent.kind == UnitKind.PROVINCE
    return UnitKind.DISTRICT if unit.kind == UnitKind.COMMUNE and stands_beside else unit.kind


def _province(unit: Unit) -> str:
    return unit.path.split("/")[1]


def _value(measure: str, point: TrendPoint | None, base: TrendPoint | None) -> Decimal | None:
    if point is None:
        return None
    if measure == FALL:
        if base is None or not base.poor_and_near_poor:
            return None
        return Decimal(base.poor_and_near_poor - point.poor_and_near_poor) / base.poor_and_near_poor
    if measure == POVERTY_RATE:
        return point.poverty_share
    if measure == POOR_RATE:
        return point.poor_share
    return Decimal(point.households if measure == HOUSEHOLDS else point.poor_and_near_poor)
