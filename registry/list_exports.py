"""Rows of the registry's lists as they leave in workbooks, under the headings by which they are loaded again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.exporting import chunks
from core.spreadsheets.writing import Column, ListResource
from registry.enums import Registration, UnitKind
from registry.imports.households_columns import HouseholdResource
from registry.models import Household, HouseholdStatus, Reorganisation, UnitSuccession


class UnitListResource(ListResource):
    """The columns in which units leave."""

    name = Column("name", _("Name"))
    kind = Column("get_kind_display", _("Kind"))
    form = Column("get_form_display", _("Form"))
    gso_code = Column("gso_code", _("GSO code"))
    tax_code = Column("tax_code", _("Tax code"))
    parent = Column("parent__name", _("Belongs to"))
    valid_from = Column("valid_from", _("Exists from"))
    valid_until = Column("valid_until", _("Exists until"))


class ReorganisationListResource(ListResource):
    """A row for each unit that a decision changed."""

    decision = Column("reorganisation__decision_number", _("Decision"))
    decided_on = Column("reorganisation__decided_on", _("Dated"))
    issuer = Column("reorganisation__issuer", _("Issuer"))
    effective_on = Column("reorganisation__effective_on", _("In force from"))
    kind = Column("reorganisation__get_kind_display", _("What happened"))
    unit = Column("predecessor__name", _("Unit"))
    how = Column("get_kind_display", _("How"))
    followed_by = Column("successor__name", _("Followed by"))

    def records(self, found: Iterable[Reorganisation]) -> Iterator[UnitSuccession]:
        """What became of each unit."""
        return (link for one in found for link in one.successions.all())


class RollUpResource(ListResource):
    """Totals that differ from the sums below them, with what was said of them."""

    unit = Column("row__item__unit__name", _("Unit"))
    figure = Column("label", _("Figure"))
    stated = Column("row__item__stated", _("Stated by the unit"))
    summed = Column("row__item__summed", _("Sum of the units below"))
    difference = Column("row__item__difference", _("Difference"))
    right_side = Column("row__note__get_right_side_display", _("Which is right"))
    reason = Column("row__note__reason", _("Reason"))


def household_head(years: Iterable[int]) -> list[Any]:
    """The headings of a household list: those of its template, and a column a year."""
    return [*HouseholdResource.head(), *years]


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
