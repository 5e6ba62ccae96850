"""Rows of the registry's lists as they leave in workbooks, under the headings by which they are loaded again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.exporting import chunks
from registry.enums import Registration, UnitKind
from registry.imports.households_columns import HouseholdResource
from registry.imports.reviews.resource import ReviewFileResource
from registry.models import Household, HouseholdStatus, Individual, PovertyReview, Unit
from registry.resources import percent
from registry.review_figures import STARTS

UNIT_HEAD: list[Any] = [
    _("Name"),
    _("Kind"),
    _("Form"),
    _("GSO code"),
    _("Tax code"),
    _("Belongs to"),
    _("Exists from"),
    _("Exists until"),
]
INDIVIDUAL_HEAD: list[Any] = [
    _("Code"),
    _("Full name"),
    _("Year of birth"),
    _("Works or lives at"),
    _("Position"),
    _("Capacity"),
    _("Woman"),
]
# A number never leaves; years stand in columns of their own.
# The start of a year is the end of the one before, which has a review of its own.
_NOT_STORED = frozenset(STARTS.values())
_NOT_EXPORTED = frozenset({"citizen_number", "year", "status", "recognised_on", "document"})


def unit_export(units: QuerySet[Unit]) -> Iterator[list[Any]]:
    """A row a unit; `parent` comes along."""
    for unit in (unit for chunk in chunks(units) for unit in chunk):
        yield [
            unit.name,
            unit.get_kind_display(),
            unit.get_form_display() if unit.form else "",
            unit.gso_code,
            unit.tax_code,
            unit.parent.name if unit.parent else "",
            unit.valid_from,
            unit.valid_until,
        ]


def individual_export(people: QuerySet[Individual]) -> Iterator[list[Any]]:
    """A row a person."""
    for person in (person for chunk in chunks(people) for person in chunk):
        yield [
            person.code,
            person.name,
            person.birth_year,
            person.unit.full_name,
            person.position,
            person.get_role_display() if person.role else "",
            {True: _("yes"), False: _("no")}.get(person.is_woman, ""),
        ]


def household_head(years: Iterable[int]) -> list[Any]:
    """The headings of a household list: those of its template, and a column a year."""
    columns = HouseholdResource.columns()
    return [column.label for name, column in columns.items() if name not in _NOT_EXPORTED] + list(years)


def household_export(households: QuerySet[Household], years: list[int]) -> Iterator[list[Any]]:
    """A row a household with its standing a year; one query more for each few hundred."""
    resource = HouseholdResource()
    columns = {name: one for name, one in resource.fields.items() if name not in _NOT_EXPORTED}
    for chunk in chunks(households.select_related("unit__parent__parent")):
        rows = HouseholdStatus.objects.filter(household__in=[one.pk for one in chunk])
        standings = {(row.household_id, row.year): row.get_status_display() for row in rows}
        for household in chunk:
            own = _homes(household) | _registration(household)
            yield [
                *(
                    own[name] if name in own else resource.export_field(column, household)
                    for name, column in columns.items()
                ),
                *(standings.get((household.pk, year), "") for year in years),
            ]


def standing_years(households: QuerySet[Household]) -> list[int]:
    """Years in which any of the households has a standing, oldest first."""
    rows = HouseholdStatus.objects.filter(household__in=households.order_by().values("pk"))
    return list(rows.order_by("year").values_list("year", flat=True).distinct())


def _homes(household: Household) -> dict[str, str]:
    unit = household.unit
    commune = unit.parent if unit.kind == UnitKind.VILLAGE else unit
    district = commune.parent if commune else None
    return {
        "village": unit.name if unit.kind == UnitKind.VILLAGE else "",
        "commune": commune.name if commune else "",
        "district": district.name if district and district.kind == UnitKind.DISTRICT else "",
    }


def _registration(household: Household) -> dict[str, Any]:
    if household.registration == Registration.NEVER:
        return {"registration": _("no")}
    return {}


def review_head() -> list[Any]:
    """The headings of a list of reviews: those by which it is loaded again, and what a file says once for all rows."""
    columns = [
        column.label for name, column in ReviewFileResource.columns().items() if name not in _NOT_STORED
    ]
    return [*columns, _("Kind"), _("Recognised on"), _("Document")]


def review_export(reviews: Iterable[PovertyReview]) -> Iterator[list[Any]]:
    """A row a unit's review; rates are exact shares rounded half up to two places."""
    resource = ReviewFileResource()
    columns = {name: one for name, one in resource.fields.items() if name not in _NOT_STORED}
    for review in reviews:
        rates = {
            "poor_rate": percent(review.poor, review.households),
            "near_poor_rate": percent(review.near_poor, review.households),
            "poverty_rate": percent(review.poor_and_near_poor, review.households),
        }
        yield [
            *(
                rates[name] if name in rates else resource.export_field(column, review)
                for name, column in columns.items()
            ),
            review.unit.get_kind_display(),
            review.recognised_on,
            review.document,
        ]
