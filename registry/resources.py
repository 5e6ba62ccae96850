"""A year's reviews for programs: columns by their codes, through django-import-export."""

from __future__ import annotations

from import_export.fields import Field

from core.spreadsheets.writing import AsItIs, SafeResource
from registry.imports.reviews.resource import rate_of


class ReviewResource(SafeResource):
    """One row a unit: who it is, its counts, and its rates in percent, rounded half up to two places."""

    code = Field("unit__gso_code")
    name = Field("unit__name")
    kind = Field("unit__kind")
    # Counts stay numbers: the library would write them as text in the active language's grouping.
    households = Field("households", widget=AsItIs())
    poor = Field("poor", widget=AsItIs())
    near_poor = Field("near_poor", widget=AsItIs())
    poor_rate = Field(dehydrate_method=rate_of("poor"))
    near_poor_rate = Field(dehydrate_method=rate_of("near_poor"))
    poverty_rate = Field(dehydrate_method=rate_of("poor_and_near_poor"))
