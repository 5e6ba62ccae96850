"""Staged rows of a household list as people read them: each changed cell with what stands there now."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from core.spreadsheets.cells import shown_day
from registry.enums import PovertyStatus
from registry.imports.households_columns import HouseholdResource
from registry.imports.households_writing import OFFICE_CODE
from registry.imports.importer import ShownChange
from registry.imports.records_showing import FactsShown
from registry.imports.staged import StagedRow, StandingChange
from registry.models import Household


def changes_shown(rows: list[StagedRow]) -> list[list[ShownChange]]:
    """For each row its facts and standings, old and new; units are read in one query."""
    labels = {
        **{name: column.label for name, column in HouseholdResource.columns().items()},
        "unit": _("Commune or village"),
        "registration": _("Registration to leave poverty"),
        "registered_on": _("Registered on"),
        "citizen_number_digest": _("Citizen number"),
        "old_number_digest": _("Old number (9 digits)"),
        "note": _("Note"),
    }
    facts = FactsShown(Household, rows, labels, hidden=frozenset({OFFICE_CODE}))
    return [facts.of(row) + _office_code(row) + _standings(row.standings or ()) for row in rows]


def _office_code(row: StagedRow) -> list[ShownChange]:
    change = (row.facts or {}).get(OFFICE_CODE)
    if change is None:
        return []
    _unit, year, code = change.new
    return [ShownChange(_("Code of the year %(year)s") % {"year": year}, change.old or "", code)]


def _standings(standings: Iterable[StandingChange]) -> list[ShownChange]:
    words = dict(PovertyStatus.choices)
    shown = []
    for one in standings:
        old, new = one.old, str(words[one.status])
        was = str(words[old.status]) if old else ""
        if old and old.status == one.status:
            was = _recognition(old.recognised_on, old.document)
            new = _recognition(one.recognised_on, one.document)
        shown.append(ShownChange(str(one.year), was, new))
    return shown


def _recognition(day: str, document: str) -> str:
    recognised = _("recognised on %(day)s") % {"day": shown_day(day)}
    return f"{recognised}, {document}" if document else recognised
