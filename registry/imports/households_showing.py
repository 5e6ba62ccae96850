"""Staged rows of a household list as people read them: each changed cell with what stands there now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from core.spreadsheets.cells import shown_day
from registry.enums import PovertyStatus, Relationship
from registry.imports.households_columns import HouseholdResource
from registry.imports.households_writing import OFFICE_CODE
from registry.imports.importer import ShownChange
from registry.imports.records_showing import FactsShown
from registry.imports.staged import MemberChange, StagedRow, StandingChange
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
    return [
        facts.of(row) + _office_code(row) + _standings(row.standings or ()) + _members(row.members)
        for row in rows
    ]


def _office_code(row: StagedRow) -> list[ShownChange]:
    change = (row.facts or {}).get(OFFICE_CODE)
    if change is None:
        return []
    _unit, year, code = change.new
    return [ShownChange(_("Code of the year %(year)s") % {"year": year}, change.old or "", code)]


def _members(members: Iterable[MemberChange]) -> list[ShownChange]:
    """Each member in a line: who is entered, or what changes of whom."""
    return [
        ShownChange(
            _("New member") if one.target is None else _("Member %(name)s") % {"name": one.name},
            _of_member({name: change.old for name, change in one.facts.items()}),
            _of_member({name: change.new for name, change in one.facts.items()}),
        )
        for one in members
    ]


def _of_member(facts: Mapping[str, Any]) -> str:
    said = [facts.get("name"), facts.get("birth_year")]
    if facts.get("relationship_to_head"):
        said.append(Relationship(facts["relationship_to_head"]).label)
    if facts.get("is_woman") is not None:
        said.append(_("woman") if facts["is_woman"] else _("man"))
    if facts.get("citizen_number_digest"):
        said.append(_("citizen number recorded, not shown"))
    return ", ".join(str(one) for one in said if one)


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
