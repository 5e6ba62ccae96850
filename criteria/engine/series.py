"""The yearly figures of a nominee that a check of reviews looked at, for whoever shows them."""

from __future__ import annotations

from dataclasses import dataclass

from .checks import CHECKS, Case
from .facts import Facts
from .findings import Result
from .plan import Plan


@dataclass(frozen=True, slots=True)
class YearFigures:
    """One year-end review of a unit, its own or the sum of its predecessors'."""

    year: int
    households: int
    poor: int
    """Poor and near-poor households together."""
    sources: tuple[str, ...]
    """The papers by which the review was recognised."""
    is_sum: bool


def deciding_series(plan: Plan, facts: Facts, result: Result) -> tuple[YearFigures, ...]:
    """The reviews that a computed finding rests on, oldest first; empty where none does, or there are fewer than two."""
    checks = (plan.criteria[finding.criterion].check for finding in result.findings)
    if not any(check and "lineage" in CHECKS[check].reads for check in checks):
        return ()
    case = Case(plan, facts)
    years = range(plan.starts_on.year, (facts.as_of or facts.submitted_on).year + 1)
    found = ((year, case.review(year)) for year in years)
    series = tuple(
        YearFigures(
            year=year,
            households=review.households,
            poor=review.poor,
            sources=tuple(dict.fromkeys(source.text for source in review.sources if source.text)),
            is_sum=review.is_sum,
        )
        for year, review in found
        if review is not None
    )
    return series if len(series) > 1 else ()
