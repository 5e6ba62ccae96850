"""Checks on poverty reviews: the fall in households and the yearly falls of the rate. Integers only."""

from __future__ import annotations

import itertools
from decimal import Decimal
from typing import Any

from criteria.engine.wording import decimal_text, decimal_text_apart

from .registry import Case, CheckSpec, Decision, Options, Recorded, Values


def _wanted_years(case: Case, baseline_year: int, years_back: int) -> tuple[int, ...]:
    """Years whose review may serve as the latest one, best first."""
    return tuple(range(case.round_year, max(case.round_year - years_back - 1, baseline_year), -1))


def _latest(case: Case, wanted: tuple[int, ...]) -> int | None:
    return next((year for year in wanted if case.review(year) is not None), None)


def _decide(case: Case, reason: str, figures: dict[str, Any], years: tuple[int, ...]) -> Decision:
    """The decision with the sources of the years used and notes on sums and set-aside standards."""
    notes: list[str] = []
    recorded: list[tuple[int, Recorded]] = []
    for year in years:
        review = case.review(year)
        if review is not None:
            recorded.append((year, review))
    summed = [year for year, review in recorded if review.is_sum]
    if summed:
        figures["summed_years"] = summed
        notes.append("summed")
    set_aside = sorted(year for year in case.used_other_standard(years) if case.review(year) is None)
    if set_aside:
        figures["other_standard_years"] = set_aside
        notes.append("other_standard")
    sources = tuple(source for _, review in recorded for source in review.sources)
    return Decision(reason, figures, sources, tuple(notes))


def household_fall(case: Case, values: Values, options: Options) -> Decision:
    """Poor and near-poor households fall by more than (or at least) a share since the baseline."""
    share, baseline_year, years_back = values
    wanted = _wanted_years(case, baseline_year, years_back)
    latest_year = _latest(case, wanted)
    start = case.review(baseline_year)
    end = case.review(latest_year) if latest_year is not None else None
    figures: dict[str, Any] = {"baseline_year": baseline_year, "share_limit": f"{share:f}"}
    if start is not None:
        figures["baseline"] = start.poor
    if end is not None:
        figures["latest_year"] = latest_year
        figures["latest"] = end.poor
    if start is None or end is None:
        figures["wanted_years"] = list(wanted)
        years = (baseline_year, *(wanted if latest_year is None else (latest_year,)))
        if not wanted:
            return _decide(case, "missing.no_year", figures, years)
        if start is None and end is None:
            return _decide(case, "missing.both", figures, years)
        return _decide(case, "missing.baseline" if start is None else "missing.latest", figures, years)
    assert latest_year is not None  # noqa: S101 -- `end` came from it
    reason = _household_fall_reason(start.poor, end.poor, share, options["comparison"], figures)
    return _decide(case, reason, figures, (baseline_year, latest_year))


def _household_fall_reason(
    start: int, end: int, share: Decimal, comparison: str, figures: dict[str, Any]
) -> str:
    if start == 0:
        # Nothing can fall from zero: whoever has households now fails, whoever has none is judged.
        figures["needed_fall"] = end
        return "judgement.zero_baseline" if end == 0 else "not_met.zero_baseline"
    numerator, denominator = share.as_integer_ratio()
    limit = numerator * start
    scale = 100 * denominator
    # The smallest fall k with scale*k > limit, or >= limit where the limit itself suffices.
    needed = limit // scale + 1 if comparison == "over" else -(-limit // scale)
    fall = start - end
    figures["fall"] = fall
    figures["fall_share"] = decimal_text_apart(100 * fall, start, (numerator, denominator), 1)
    figures["needed_fall"] = max(0, needed - fall)
    if fall >= needed:
        figures["margin"] = fall - needed
        return "met" if fall > needed else "met.just"
    if fall < 0:
        figures["rise"] = -fall
        return "not_met.rise"
    return "not_met"


def yearly_rate_falls(case: Case, values: Values, options: Options) -> Decision:
    """The poverty rate falls by at least so many percentage points in each of the last years."""
    points, length, baseline_year, years_back = values
    wanted = _wanted_years(case, baseline_year, years_back)
    latest_year = _latest(case, wanted)
    figures: dict[str, Any] = {
        "points_limit": f"{points:f}",
        "length": length,
        "baseline_year": baseline_year,
    }
    if latest_year is None:
        figures["wanted_years"] = list(wanted)
        return _decide(case, "missing.latest" if wanted else "missing.no_year", figures, wanted)
    first_year = latest_year - length
    figures["latest_year"], figures["first_year"] = latest_year, first_year
    if first_year < baseline_year:
        return _decide(case, "not_met.before_baseline", figures, (latest_year,))
    years = tuple(range(first_year, latest_year + 1))
    limit = points.as_integer_ratio()
    falls: list[str] = []
    shown: dict[int, str] = {}
    short: list[int] = []
    unknown = [year for year in years if not _has_rate(case.review(year))]
    for before, after in itertools.pairwise(years):
        fall = _rate_fall(case.review(before), case.review(after))
        if fall is None:
            continue
        falls.append(decimal_text(*fall, 2))
        shown[after] = decimal_text_apart(*fall, limit, 2)
        if fall[0] * limit[1] < limit[0] * fall[1]:
            short.append(after)
    if shown:
        figures["falls_shown"] = list(shown.values())
        figures["falls_by_year"] = {str(year): text for year, text in shown.items()}
    if short:
        figures["short_years"] = short
    if unknown:
        figures["missing_years"] = unknown
    else:
        figures["falls"] = falls
    reason = "not_met" if short else "missing.years" if unknown else "met"
    return _decide(case, reason, figures, years)


def _has_rate(review: Recorded | None) -> bool:
    return review is not None and review.households > 0


def _rate_fall(before: Recorded | None, after: Recorded | None) -> tuple[int, int] | None:
    """The fall in percentage points as an exact fraction, or None where a rate is not known."""
    if before is None or after is None or not before.households or not after.households:
        return None
    fall = before.poor * after.households - after.poor * before.households
    return 100 * fall, before.households * after.households


_COMMON = ("baseline_year", "share_limit")
_BOTH = (*_COMMON, "baseline", "latest", "latest_year", "fall", "fall_share", "needed_fall")

SPECS = (
    CheckSpec(
        name="household_fall",
        function=household_fall,
        reads=("lineage",),
        parameters={"share": "decimal", "baseline_year": "integer", "years_back": "integer"},
        options={"comparison": ("over", "at_least")},
        reasons={
            "met": (*_BOTH, "margin"),
            "met.just": _BOTH,
            "not_met": _BOTH,
            "not_met.rise": (*_BOTH, "rise"),
            "not_met.zero_baseline": (*_COMMON, "latest", "latest_year", "needed_fall"),
            "judgement.zero_baseline": (*_COMMON, "latest_year"),
            "missing.baseline": (*_COMMON, "latest", "latest_year"),
            "missing.latest": (*_COMMON, "baseline", "wanted_years"),
            "missing.both": (*_COMMON, "wanted_years"),
            "missing.no_year": _COMMON,
        },
    ),
    CheckSpec(
        name="yearly_rate_falls",
        function=yearly_rate_falls,
        reads=("lineage",),
        parameters={
            "points": "decimal",
            "length": "integer",
            "baseline_year": "integer",
            "years_back": "integer",
        },
        reasons={
            "met": (
                "points_limit",
                "length",
                "falls_shown",
                "falls_by_year",
                "first_year",
                "latest_year",
            ),
            "not_met": (
                "points_limit",
                "length",
                "falls_shown",
                "falls_by_year",
                "short_years",
                "first_year",
                "latest_year",
            ),
            "not_met.before_baseline": ("length", "first_year", "baseline_year", "latest_year"),
            "missing.years": ("points_limit", "length", "missing_years", "first_year", "latest_year"),
            "missing.latest": ("length", "baseline_year", "wanted_years"),
            "missing.no_year": ("length", "baseline_year"),
        },
    ),
)
