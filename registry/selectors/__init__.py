"""Reads of the registry across its models."""

from registry.selectors.reviews import (
    DEFAULT_STANDARD,
    PlannedRow,
    ReviewPlan,
    TrendPoint,
    plan_reviews,
    review_coverage,
    review_years,
    reviews_for_export,
    roll_up_differences,
    unit_trend,
)
from registry.selectors.units import acts_for, lineage, unit_refs, units_for_list, zone_of

__all__ = [
    "DEFAULT_STANDARD",
    "PlannedRow",
    "ReviewPlan",
    "TrendPoint",
    "acts_for",
    "lineage",
    "plan_reviews",
    "review_coverage",
    "review_years",
    "reviews_for_export",
    "roll_up_differences",
    "unit_refs",
    "unit_trend",
    "units_for_list",
    "zone_of",
]
