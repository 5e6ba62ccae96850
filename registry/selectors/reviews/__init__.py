"""Poverty reviews: what a workbook would change, trends, coverage, roll-ups, comparisons and exports."""

from registry.selectors.reviews.coverage import review_coverage
from registry.selectors.reviews.listing import (
    import_files_seen,
    review_years,
    reviews_for_export,
    reviews_for_list,
)
from registry.selectors.reviews.roll_up import RollUpDifference, roll_up_differences
from registry.selectors.reviews.stored import DEFAULT_STANDARD, FIELD_OF_FIGURE
from registry.selectors.reviews.territory import TrendPoint, unit_trend

__all__ = [
    "DEFAULT_STANDARD",
    "FIELD_OF_FIGURE",
    "RollUpDifference",
    "TrendPoint",
    "import_files_seen",
    "review_coverage",
    "review_years",
    "reviews_for_export",
    "reviews_for_list",
    "roll_up_differences",
    "unit_trend",
]
