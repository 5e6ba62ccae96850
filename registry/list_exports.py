"""Rows of the registry's lists as they leave in workbooks, under the headings by which they are loaded again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from core.exporting import chunks
from core.spreadsheets.cells import read_text
from registry.enums import Registration, UnitKind
from registry.imports.columns import OfficeField, OfficeResource
from registry.imports.households_columns import HouseholdResource
from registry.imports.individuals import IndividualResource
from registry.imports.reviews.resource import ReviewFileResource
from registry.models import Household, HouseholdStatus, Individual, PovertyReview, Unit
from registry.resources import percent
from registry.review_figures import STARTS

# The start of a year is the end of the one before, which has a review of its own.
_NOT_STORED = frozenset(STARTS.values())


class UnitListResource(OfficeResource):
    """The columns in which units leave."""

    name = OfficeField("name", _("Name"), read=read_text)
    kind = OfficeField("get_kind_display", _("Kind"), read=read_text)
    form = OfficeField("get_form_display", _("Form"), read=read_text)
    gso_code = OfficeField("gso_code", _("GSO code"), read=read_text)
    tax_code = OfficeField("tax_code", _("Tax code"), read=read_text)
    parent = OfficeField("parent__name", _("Belongs to"), read=read_text)
    valid_from = OfficeField("valid_from", _("Exists from"), read=read_text)
    valid_until = OfficeField("valid_until", _("Exists until"), read=read_text)

    class Meta:
        model = Unit
        fields = ("name", "kind", "form", "gso_code", "tax_code", "parent", "valid_from", "valid_until")


def head_of(resource: type[OfficeResource]) -> list[Any]:
    """The headings of the columns that leave."""
    return [column.label for column in resource.exported().values()]


def unit_export(units: QuerySet[Unit]) -> Iterator[list[Any]]:
    """A row a unit; `parent` comes along."""
    return _rows(UnitListResource(), (unit for chunk in chunks(units) for unit in chunk))


def individual_export(people: QuerySet[Individual]) -> Iterator[list[Any]]:
    """A row a person."""
    return _rows(IndividualResource(), (person for chunk in chunks(people) for person in chunk))


def _rows(resource: OfficeResource, records: Iterable[Model]) -> Iterator[list[Any]]:
    columns = [resource.fields[name] for name in resource.exported()]
    for record in records:
        yield [resource.export_field(column, record) for column in columns]


def household_head(years: Iterable[int]) -> list[Any]:
    """The headings of a household list: those of its template, and a column a year."""
    return [*head_of(HouseholdResource), *years]


def household_export(households: QuerySet[Household], years: list[int]) -> Iterator[list[Any]]:
    """A row a household with its standing a year; one query more for each few hundred."""
    resource = HouseholdResource()
    columns = {name: resource.fields[name] for name in resource.exported()}
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
