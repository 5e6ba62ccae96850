"""Writing staged rows of a household list: new households, changed facts, new and changed standings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _

from core.bulk import insert_rows, update_rows
from core.exceptions import StaleState
from core.text import nfc
from registry.imports.importer import FACTS, STANDINGS, TARGET, StagedRow
from registry.models import Household, HouseholdStatus, ImportFile, Unit

_STANDING_FIELDS = ("household", "year", "status", "recognised_on", "document", "import_file")
_LETTER = "H"


def write_households(staged: ImportFile, batches: Iterable[tuple[str, list[StagedRow]]]) -> None:
    """Write a file's new and changed rows in the caller's transaction.

    Raises ``StaleState`` when what the preview showed is no longer what the register holds.
    """
    writing = _Writing(staged.pk)
    try:
        for _state, rows in batches:
            writing.write(rows)
    except IntegrityError as error:
        raise changed_meanwhile() from error


def changed_meanwhile() -> StaleState:
    """The refusal of a file whose preview is no longer true."""
    return StaleState(
        _("Somebody changed records of this file since its preview was made; nothing was loaded."),
        _("Let the file be read again and look at the new preview."),
    )


@dataclass
class _Writing:
    """What is carried from batch to batch: keys of households that the file makes, and the codes given."""

    import_id: int
    made: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    codes_of_units: dict[int, str] = field(default_factory=dict)

    def write(self, rows: list[StagedRow]) -> None:
        """One batch."""
        self._make([row for row in rows if row[FACTS] and isinstance(row[TARGET], str)])
        self._change([row for row in rows if row[FACTS] and not isinstance(row[TARGET], str)])
        made = self.made
        import_id = self.import_id
        new: list[tuple[Any, ...]] = []
        changed: list[tuple[Any, ...]] = []
        for row in rows:
            if not row[STANDINGS]:
                continue
            key = row[TARGET] if isinstance(row[TARGET], int) else made[row[TARGET]]
            for year, status, day, document, old in row[STANDINGS]:
                if old is None:
                    new.append((key, year, status, day, document, import_id))
                else:
                    changed.append((status, day, document, import_id, key, year, *old))
        insert_rows(HouseholdStatus, _STANDING_FIELDS, new)
        self._change_standings(changed)

    def _change_standings(self, rows: list[tuple[Any, ...]]) -> None:
        updated = update_rows(
            HouseholdStatus,
            matched=("household", "year", "status", "recognised_on", "document"),
            changed=("status", "recognised_on", "document", "import_file"),
            rows=rows,
        )
        if updated != len(rows):
            raise changed_meanwhile()

    def _make(self, rows: list[StagedRow]) -> None:
        households = []
        for row in rows:
            facts = {name: new for name, (_old, new) in row[FACTS].items()}
            household = Household(unit_id=facts.pop("unit"), **_model_values(facts))
            household.code = household.code or self._next_code(household.unit_id)
            household.fill_stored_columns()
            households.append(household)
        Household.objects.bulk_create(households)
        for row, household in zip(rows, households, strict=True):
            self.made[row[TARGET]] = household.pk

    def _change(self, rows: list[StagedRow]) -> None:
        """Set changed facts, each only where it still is what the preview showed."""
        known = Household.objects.select_for_update().in_bulk([row[TARGET] for row in rows])
        by_fields: dict[tuple[str, ...], list[Household]] = defaultdict(list)
        for row in rows:
            household = known.get(row[TARGET])
            facts = row[FACTS]
            old = _model_values({name: was for name, (was, _new) in facts.items()})
            if household is None or household.merged_into_id or not _still(household, old):
                raise changed_meanwhile()
            for name, value in _model_values({name: new for name, (_was, new) in facts.items()}).items():
                setattr(household, name, value)
            household.fill_stored_columns()
            stored = {"name_folded", "name_sort"} if "name" in facts else set()
            by_fields[tuple(sorted({*facts, *stored}))].append(household)
        for names, households in by_fields.items():
            Household.objects.bulk_update(households, names, batch_size=200)

    def _next_code(self, unit_id: int) -> str:
        """The next free code of the unit; numbers are read once a unit and counted on from there."""
        lead = self.codes_of_units.get(unit_id)
        if lead is None:
            gso = Unit.objects.values_list("gso_code", flat=True).get(pk=unit_id)
            lead = self.codes_of_units[unit_id] = f"{_LETTER}-{gso or unit_id}-"
        if lead not in self.numbers:
            self.numbers[lead] = _last_number(lead)
        self.numbers[lead] += 1
        return f"{lead}{self.numbers[lead]:05d}"


def _last_number(lead: str) -> int:
    newest = (
        Household.objects.filter(code__startswith=lead, code__regex=r"-[0-9]{5}$")
        .order_by("-code")
        .values_list("code", flat=True)
        .first()
    )
    return int(newest.removeprefix(lead)) if newest else 0


def _model_values(facts: dict[str, Any]) -> dict[str, Any]:
    """Staged values as the model holds them."""
    values = dict(facts)
    if isinstance(values.get("registered_on"), str):
        values["registered_on"] = date.fromisoformat(values["registered_on"])
    if "unit" in values:
        values["unit_id"] = values.pop("unit")
    for name in ("name", "address", "policy_loan_source"):
        if isinstance(values.get(name), str):
            values[name] = nfc(values[name])
    return values


def _still(household: Household, old: dict[str, Any]) -> bool:
    # Two seals of one number differ: its digest is what is compared.
    compared = ((name, value) for name, value in old.items() if name != "citizen_number_sealed")
    return all((getattr(household, name) or None) == (value or None) for name, value in compared)
