"""Reads of the registry across its models."""

from registry.selectors.people import holds_on, households_for_list, individuals_for_list
from registry.selectors.reviews import (
    DEFAULT_STANDARD,
    TrendPoint,
    import_files_seen,
    review_coverage,
    review_years,
    reviews_for_export,
    reviews_for_list,
    roll_up_differences,
    unit_trend,
)
from registry.selectors.units import acts_for, unit_refs, units_for_list, zone_of

__all__ = [
    "DEFAULT_STANDARD",
    "TrendPoint",
    "acts_for",
    "holds_on",
    "households_for_list",
    "import_files_seen",
    "individuals_for_list",
    "review_coverage",
    "review_years",
    "reviews_for_export",
    "reviews_for_list",
    "roll_up_differences",
    "unit_refs",
    "unit_trend",
    "units_for_list",
    "zone_of",
]
