"""Exports through django-import-export, safe to open in a spreadsheet program."""

from __future__ import annotations

from import_export import fields
from import_export.widgets import IntegerWidget

from core.spreadsheets.writing import SafeResource, neutralise
from registry.imports.reviews.resource import rate_of
from registry.models import PovertyReview

__all__ = ["ReviewResource", "SafeResource", "neutralise"]


class ReviewResource(SafeResource):
    """One row a unit: who it is, its counts, and its rates in percent, rounded half up to two places."""

    code = fields.Field(attribute="unit__gso_code", column_name="code")
    name = fields.Field(attribute="unit__name", column_name="name")
    kind = fields.Field(attribute="unit__kind", column_name="kind")
    # Counts stay numbers: the library would write them as text in the active language's grouping.
    households = fields.Field(attribute="households", widget=IntegerWidget(coerce_to_string=False))
    poor = fields.Field(attribute="poor", widget=IntegerWidget(coerce_to_string=False))
    near_poor = fields.Field(attribute="near_poor", widget=IntegerWidget(coerce_to_string=False))
    poor_rate = fields.Field(column_name="poor_rate", dehydrate_method=rate_of("poor"))
    near_poor_rate = fields.Field(column_name="near_poor_rate", dehydrate_method=rate_of("near_poor"))
    poverty_rate = fields.Field(column_name="poverty_rate", dehydrate_method=rate_of("poor_and_near_poor"))

    class Meta:
        model = PovertyReview
        fields = (
            "code",
            "name",
            "kind",
            "households",
            "poor",
            "near_poor",
            "poor_rate",
            "near_poor_rate",
            "poverty_rate",
        )
        export_order = fields
