"""Checks on a household's way out of poverty, from its recorded yearly statuses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from criteria.engine.facts import NEVER

from .registry import Case, CheckSpec, Decision, Options, Source, Values

POOR = ("poor", "near_poor")
PROVES_POVERTY = (*POOR, "newly_escaped")


@dataclass(frozen=True, slots=True)
class Life:
    """Recorded statuses from the baseline year to the round's year, oldest first, and what they show."""

    years: tuple[tuple[int, str], ...]
    formerly_poor: bool
    first_year_out: int | None
    relapse_year: int | None

    @property
    def sources(self) -> tuple[Source, ...]:
        return tuple(Source(year) for year, _ in self.years)


def life_of(case: Case, baseline_year: int) -> Life:
    """What the statuses show; "newly escaped" proves poverty in the year before."""
    statuses = case.nominee.statuses
    years = tuple(
        (year, statuses[year]) for year in sorted(statuses) if baseline_year <= year <= case.round_year
    )
    first_out: int | None = None
    relapse: int | None = None
    was_poor = False
    for year, status in years:
        if status in POOR:
            was_poor = True
            if first_out is not None and relapse is None:
                relapse = year
        elif first_out is None and (was_poor or status == "newly_escaped"):
            first_out = year
    return Life(years, any(status in PROVES_POVERTY for _, status in years), first_out, relapse)


def registered_in_time(case: Case, values: Values, options: Options) -> Decision:
    """Registered voluntarily to leave poverty, by the filing day and by the end of the first year out."""
    baseline_year, (month, day) = values
    registered = case.nominee.registered_on
    if registered is None:
        return Decision("missing")
    if registered == NEVER:
        return Decision("not_met.never")
    figures: dict[str, Any] = {
        "registered_on": registered.isoformat(),
        "filed_on": case.filed_on.isoformat(),
    }
    first_out = life_of(case, baseline_year).first_year_out
    if first_out is not None:
        last_day = date(first_out, month, day)
        figures["first_year_out"] = first_out
        figures["last_day"] = last_day.isoformat()
        if registered > last_day:
            return Decision("not_met.after_way_out", figures)
    if registered > case.filed_on:
        return Decision("not_met.after_filing", figures)
    return Decision("met", figures)


def loan_in_good_standing(case: Case, values: Values, options: Options) -> Decision:
    """The policy bank's loan is used and repaid as agreed; without a loan there is nothing to ask."""
    reasons = {None: "missing", "good": "met", "bad": "not_met", "none": "not_applicable.no_loan"}
    return Decision(reasons[case.nominee.policy_loan])


def lasting_escape(case: Case, values: Values, options: Options) -> Decision:
    """Was poor or near-poor, is no longer, and never fell back."""
    baseline_year, least_years, years_back = values
    life = life_of(case, baseline_year)
    figures: dict[str, Any] = {"years_recorded": len(life.years), "least_years": least_years}
    if len(life.years) < least_years:
        return Decision("missing.too_few", figures, life.sources)
    latest_year, latest_status = life.years[-1]
    figures.update(latest_year=latest_year, latest_status=latest_status)
    if latest_year < case.round_year - years_back:
        figures["wanted_years"] = _wanted(case, years_back)
        return Decision("missing.too_old", figures, life.sources)
    if not life.formerly_poor:
        return Decision("not_met.never_poor", figures, life.sources)
    if latest_status in POOR:
        return Decision("not_met.still_poor", figures, life.sources)
    figures["first_year_out"] = life.first_year_out
    if life.relapse_year is not None:
        figures["relapse_year"] = life.relapse_year
        return Decision("not_met.relapsed", figures, life.sources)
    return Decision("met", figures, life.sources)


def risen(case: Case, values: Values, options: Options) -> Decision:
    """Was poor or near-poor and is well off in the latest recorded year."""
    baseline_year, years_back = values
    life = life_of(case, baseline_year)
    if not life.years:
        return Decision("missing.no_status", {"wanted_years": _wanted(case, years_back)})
    latest_year, latest_status = life.years[-1]
    figures: dict[str, Any] = {"latest_year": latest_year, "latest_status": latest_status}
    if latest_year < case.round_year - years_back:
        figures["wanted_years"] = _wanted(case, years_back)
        return Decision("missing.too_old", figures, life.sources)
    if latest_status not in {"well_off", "not_poor"}:
        return Decision("not_met.status", figures, life.sources)
    if not life.formerly_poor:
        return Decision("not_met.never_poor", figures, life.sources)
    if latest_status == "not_poor":
        # The review says neither poor nor near-poor and no more: whether the household is well off is not known.
        return Decision("missing.not_said", figures, life.sources)
    return Decision("met", figures, life.sources)


def _wanted(case: Case, years_back: int) -> list[int]:
    return list(range(case.round_year, case.round_year - years_back - 1, -1))


_LATEST = ("latest_year", "latest_status")

SPECS = (
    CheckSpec(
        name="registered_in_time",
        function=registered_in_time,
        reads=("statuses", "registered_on"),
        parameters={"baseline_year": "integer", "last_day": "month_day"},
        reasons={
            "met": ("registered_on", "filed_on"),
            "not_met.never": (),
            "not_met.after_filing": ("registered_on", "filed_on"),
            "not_met.after_way_out": ("registered_on", "filed_on", "first_year_out", "last_day"),
            "missing": (),
        },
    ),
    CheckSpec(
        name="loan_in_good_standing",
        function=loan_in_good_standing,
        reads=("policy_loan",),
        parameters={},
        reasons={"met": (), "not_met": (), "not_applicable.no_loan": (), "missing": ()},
    ),
    CheckSpec(
        name="lasting_escape",
        function=lasting_escape,
        reads=("statuses",),
        parameters={"baseline_year": "integer", "least_years": "integer", "years_back": "integer"},
        reasons={
            "met": (*_LATEST, "first_year_out"),
            "not_met.never_poor": _LATEST,
            "not_met.still_poor": _LATEST,
            "not_met.relapsed": (*_LATEST, "first_year_out", "relapse_year"),
            "missing.too_few": ("years_recorded", "least_years"),
            "missing.too_old": (*_LATEST, "wanted_years"),
        },
    ),
    CheckSpec(
        name="risen",
        function=risen,
        reads=("statuses",),
        parameters={"baseline_year": "integer", "years_back": "integer"},
        reasons={
            "met": _LATEST,
            "not_met.status": _LATEST,
            "not_met.never_poor": _LATEST,
            "missing.no_status": ("wanted_years",),
            "missing.not_said": _LATEST,
            "missing.too_old": (*_LATEST, "wanted_years"),
        },
    ),
)
