"""All that is recorded about one unit's year-ends, whatever land they are for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from registry.models import PovertyReview, Unit
from registry.selectors.ancestry import Ancestry
from registry.selectors.reviews.territory import speaks_of_present


@dataclass(frozen=True)
class RecordedReview:
    """One stored review, and whether it is for the unit's present land."""

    review: PovertyReview
    speaks_of_present: bool


def recorded_reviews(unit: Unit) -> list[RecordedReview]:
    """The reviews stored under the unit itself, newest first."""
    ancestry = Ancestry.read()
    reviews = PovertyReview.objects.filter(unit=unit).select_related("unit", "import_file__created_by")
    return [
        RecordedReview(review, speaks_of_present(review, ancestry))
        for review in reviews.order_by("-year", "standard")
    ]


def years_to_restate(unit: Unit, years: list[int]) -> list[int]:
    """Those of the years whose figures are for other land than the unit has today, newest first."""
    since = Ancestry.read().territory_since(unit)
    return sorted((year for year in years if date(year, 12, 31) < since), reverse=True)
