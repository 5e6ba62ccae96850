"""Loading the register of units from the project's own files."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from core import audit
from core.bulk import update_rows
from core.services import service
from registry.events import Event
from registry.models import Unit, UnitSuccession

DATA = Path(__file__).resolve().parent.parent / "data"
UNIT_FILES = ("units.csv", "agencies.csv")
SUCCESSION_FILE = "successions.csv"


@dataclass(frozen=True)
class LoadedRegister:
    """How many units and successions were added; zero when all were there."""

    units: int
    successions: int


@service
def load_register(*, actor: Any = None, folder: Path = DATA) -> LoadedRegister:
    """Add the units and successions of the project's files that the register lacks.

    What stands in the register already is left as it is, since offices may have corrected it: loading again
    changes nothing.
    """
    units = _add_units([row for name in UNIT_FILES for row in _rows(folder / name)])
    successions = _add_successions(_rows(folder / SUCCESSION_FILE))
    if units or successions:
        audit.record(
            Event.REGISTER_LOADED,
            actor=actor,
            subject="registry.unit",
            units=units,
            successions=successions,
            files={name: _digest(folder / name) for name in (*UNIT_FILES, SUCCESSION_FILE)},
        )
    else:
        audit.nothing_changed()
    return LoadedRegister(units, successions)


def _add_units(rows: Iterable[dict[str, str]]) -> int:
    """Write the units that are new, a generation at a time: a unit's path begins with its parent's."""
    known = {unit.key: unit for unit in Unit.objects.all()}
    waiting = [row for row in rows if row["key"] not in known]
    added = 0
    while waiting:
        ready = [row for row in waiting if not row["parent_key"] or row["parent_key"] in known]
        if not ready:
            raise KeyError(waiting[0]["parent_key"])
        units = Unit.objects.bulk_create(_unit(row, known) for row in ready)
        for unit in units:
            unit.path = unit.path_under(unit.parent)
        paths = [(unit.path, unit.pk) for unit in units]
        update_rows(Unit, matched=("id",), changed=("path",), rows=paths)
        known |= {unit.key: unit for unit in units}
        waiting = [row for row in waiting if row["key"] not in known]
        added += len(units)
    return added


def _unit(row: dict[str, str], known: Mapping[str, Unit]) -> Unit:
    unit = Unit(
        key=row["key"],
        kind=row["kind"],
        form=row["form"],
        admin_type=row["admin_type"],
        name=row["name"],
        gso_code=row["gso_code"],
        parent=known[row["parent_key"]] if row["parent_key"] else None,
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_until=date.fromisoformat(row["valid_until"]) if row["valid_until"] else None,
    )
    unit.fill_stored_columns()
    return unit


def _add_successions(rows: list[dict[str, str]]) -> int:
    keys = {row[end] for row in rows for end in ("predecessor_key", "successor_key")}
    units = {unit.key: unit for unit in Unit.objects.filter(key__in=keys)}
    added = 0
    for row in rows:
        _link, is_new = UnitSuccession.objects.get_or_create(
            predecessor=units[row["predecessor_key"]],
            successor=units[row["successor_key"]],
            on=date.fromisoformat(row["effective_on"]),
            defaults={"kind": row["kind"], "note": f"{row['area_km2']} km²" if row["area_km2"] else ""},
        )
        added += is_new
    return added


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
