"""What a unit's page shows as its figures is what a check would use."""

from datetime import date

import pytest

from criteria.engine.facts import Lineage
from nominations.facts import collect_facts
from nominations.services.dossiers import Nomination, start_dossier
from registry.enums import SuccessionKind
from registry.models import Unit
from registry.selectors.reviews import unit_trend
from tests.factories import Cast, PovertyReviewFactory, UnitFactory, UnitSuccessionFactory, running_round

TODAY = date(2025, 12, 15)
CHANGE = date(2024, 6, 1)
YEARS = range(2021, 2026)


def _figure(lineage: Lineage, year: int) -> tuple[int, int, int] | None:
    """Own figure, or the sum of all predecessors', as the rulebook says."""
    if year in lineage.reviews:
        review = lineage.reviews[year]
        return review.households, review.poor, review.near_poor
    parts = [_figure(older, year) for older in lineage.predecessors]
    if not parts or any(part is None for part in parts):
        return None
    return tuple(sum(values) for values in zip(*(part for part in parts if part), strict=True))  # type: ignore[return-value]


def _changed(cast: Cast, kind: SuccessionKind) -> Unit:
    older = UnitFactory(parent=cast.district, valid_until=date(2024, 5, 31))
    unit = UnitFactory(parent=cast.district, valid_from=CHANGE)
    UnitSuccessionFactory(predecessor=older, successor=unit, kind=kind, on=CHANGE)
    for year in (2021, 2022, 2023):
        PovertyReviewFactory(unit=older, year=year)
    for year in (2024, 2025):
        PovertyReviewFactory(unit=unit, year=year, poor=50)
    return unit


def _given_land(cast: Cast) -> Unit:
    giver, unit = UnitFactory(parent=cast.district), UnitFactory(parent=cast.district)
    UnitSuccessionFactory(predecessor=giver, successor=unit, kind=SuccessionKind.TRANSFERRED, on=CHANGE)
    for year in YEARS:
        PovertyReviewFactory(unit=unit, year=year)
    return unit


@pytest.mark.parametrize(
    ("kind", "years"),
    [
        (SuccessionKind.MERGED, [2021, 2022, 2023, 2024, 2025]),
        (SuccessionKind.RENAMED, [2021, 2022, 2023, 2024, 2025]),
        (SuccessionKind.CONTINUED, [2021, 2022, 2023, 2024, 2025]),
        (SuccessionKind.SPLIT, [2024, 2025]),
        (SuccessionKind.TRANSFERRED, [2024, 2025]),
    ],
)
@pytest.mark.parametrize("is_restated", [False, True])
def test_the_trend_is_what_the_collector_gives(
    cast: Cast, kind: SuccessionKind, years: list[int], is_restated: bool
) -> None:
    unit = _given_land(cast) if kind == SuccessionKind.TRANSFERRED else _changed(cast, kind)
    if is_restated:
        unit.reviews.filter(year=2022).delete()
        PovertyReviewFactory(unit=unit, year=2022, poor=7, is_restated=True, document="12/BC-UBND")
    nomination = Nomination(running_round(), "province_certificate", "commune", unit, cast.district)
    dossier = start_dossier(nomination=nomination, actor=cast["district"])

    lineage = collect_facts([dossier], TODAY)[dossier.pk].nominee.lineage
    trend = {point.year: (point.households, point.poor, point.near_poor) for point in unit_trend(unit)}

    assert trend == {year: figure for year in YEARS if (figure := _figure(lineage, year))}
    assert sorted(trend) == sorted({*years, *([2022] if is_restated else [])})
