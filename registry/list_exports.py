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
from registry.imports.reviews.messages import COLUMN_LABELS
from registry.models import Household, HouseholdStatus, Individual, PovertyReview, Unit
from registry.resources import percent
from registry.review_figures import FIGURES
from registry.selectors.reviews.stored import FIELD_OF_FIGURE

# Ethnic-minority counts, movements and lacks, where files gave them.
_OTHER_FIGURES = tuple(name for name in FIGURES if name not in {"households", "poor", "near_poor"})

REVIEW_HEAD: list[Any] = [
    _("GSO code"),
    _("Unit"),
    _("Belongs to"),
    _("Kind"),
    _("All households"),
    _("Poor"),
    _("Near-poor"),
    _("Poor-household rate (%)"),
    _("Near-poor-household rate (%)"),
    _("Multidimensional poverty rate (%)"),
    _("Recognised on"),
    _("Document"),
    *(COLUMN_LABELS[name] for name in _OTHER_FIGURES),
]


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


def review_export(reviews: Iterable[PovertyReview]) -> Iterator[list[Any]]:
    """A row a unit's review; rates are exact shares rounded half up to two places."""
    for review in reviews:
        unit, total = review.unit, review.households
        yield [
            unit.gso_code,
            unit.name,
            unit.parent.name if unit.parent else "",
            unit.get_kind_display(),
            total,
            review.poor,
            review.near_poor,
            percent(review.poor, total),
            percent(review.near_poor, total),
            percent(review.poor_and_near_poor, total),
            review.recognised_on,
            review.document,
            *(getattr(review, FIELD_OF_FIGURE[name]) for name in _OTHER_FIGURES),
        ]
