"""Exports through django-import-export, safe to open in a spreadsheet program."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from import_export import fields
from import_export.widgets import IntegerWidget

from core.spreadsheets.writing import SafeResource, neutralise
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
    poor_rate = fields.Field(column_name="poor_rate")
    near_poor_rate = fields.Field(column_name="near_poor_rate")
    poverty_rate = fields.Field(column_name="poverty_rate")

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

    def dehydrate_poor_rate(self, review: PovertyReview) -> float | None:
        """Poor households in percent of all."""
        return percent(review.poor, review.households)

    def dehydrate_near_poor_rate(self, review: PovertyReview) -> float | None:
        """Near-poor households in percent of all."""
        return percent(review.near_poor, review.households)

    def dehydrate_poverty_rate(self, review: PovertyReview) -> float | None:
        """Poor and near-poor households in percent of all."""
        return percent(review.poor + review.near_poor, review.households)


def percent(part: int, households: int) -> float | None:
    """The share in percent, rounded half up to two places; None of no households."""
    if not households:
        return None
    exact = Decimal(part) * 100 / Decimal(households)
    return float(exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP))
