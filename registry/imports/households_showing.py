"""Staged rows of a household list as people read them: each changed cell with what stands there now."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from registry.enums import PolicyLoan, PovertyStatus, Registration
from registry.imports.households_columns import HouseholdResource
from registry.imports.importer import FACTS, STANDINGS, ShownChange, StagedRow
from registry.models import Unit

_NEVER_SHOWN = {"citizen_number_sealed"}
_WORDS = {
    "policy_loan": dict(PolicyLoan.choices),
    "registration": dict(Registration.choices),
}


def changes_shown(rows: list[StagedRow]) -> list[list[ShownChange]]:
    """For each row its facts and standings, old and new; units are read in one query."""
    ids = {
        value for row in rows for value in ((row[FACTS] or {}).get("unit") or ()) if isinstance(value, int)
    }
    units = {unit.pk: unit.full_name for unit in Unit.objects.filter(pk__in=ids).select_related("parent")}
    return [_facts(row[FACTS] or {}, units) + _standings(row[STANDINGS] or ()) for row in rows]


def _facts(facts: dict[str, list[Any]], units: dict[int, str]) -> list[ShownChange]:
    columns = HouseholdResource.columns()
    labels = {
        **{name: column.label for name, column in columns.items()},
        "unit": _("Commune or village"),
        "registration": _("Registration to leave poverty"),
        "registered_on": _("Registered on"),
        "citizen_number_digest": _("Citizen number"),
    }
    return [
        ShownChange(labels[name], _shown(name, old, units), _shown(name, new, units))
        for name, (old, new) in facts.items()
        if name not in _NEVER_SHOWN
    ]


def _standings(standings: Any) -> list[ShownChange]:
    words = dict(PovertyStatus.choices)
    shown = []
    for year, status, day, document, old in standings:
        new = str(words[status])
        was = str(words[old[0]]) if old else ""
        if old and old[0] == status:
            was, new = _recognition(old[1], old[2]), _recognition(day, document)
        shown.append(ShownChange(str(year), was, new))
    return shown


def _recognition(day: str, document: str) -> str:
    recognised = _("recognised on %(day)s") % {"day": f"{date.fromisoformat(day):%d/%m/%Y}"}
    return f"{recognised}, {document}" if document else recognised


def _shown(name: str, value: Any, units: dict[int, str]) -> str:
    if value is None or value == "":
        return ""
    if name == "citizen_number_digest":
        return _("recorded, not shown")
    if name == "unit":
        return units.get(value, "")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name == "registered_on":
        return f"{date.fromisoformat(value):%d/%m/%Y}"
    return str(_WORDS.get(name, {}).get(value, value))
