"""Writing staged rows of a household list: new households, changed facts, new and changed standings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError

from core.bulk import insert_rows, update_rows
from registry.imports.members_writing import MemberWriting
from registry.imports.records_writing import (
    Codes,
    MadeSince,
    change_records,
    changed_meanwhile,
    model_values,
    new_facts,
)
from registry.imports.staged import MemberChange, StagedRow
from registry.models import Household, HouseholdStatus, ImportFile

CODE_LETTER = "H"
_STANDING_FIELDS = ("household", "year", "status", "recognised_on", "document", "import_file")


def write_households(staged: ImportFile, batches: Iterable[tuple[str, list[StagedRow]]]) -> None:
    """Write a file's new and changed rows in the caller's transaction.

    Raises ``StaleState`` when what the preview showed is no longer what the register holds.
    """
    writing = _Writing(staged)
    try:
        for _state, rows in batches:
            writing.write(rows)
    except IntegrityError as error:
        raise changed_meanwhile() from error


class _Writing:
    """What is carried from batch to batch: keys of households that the file makes, and the codes given."""

    def __init__(self, staged: ImportFile) -> None:
        self._import_id = staged.pk
        self._made: dict[str, int] = {}
        self._codes = Codes(Household, CODE_LETTER)
        self._members = MemberWriting(staged)
        self._since = MadeSince(Household, staged.options.get("newest"), ("name_folded", "birth_year"))

    def write(self, rows: list[StagedRow]) -> None:
        """One batch."""
        with_facts = [row for row in rows if row.facts]
        self._make([row for row in with_facts if row.is_made])
        known = [row for row in with_facts if not row.is_made]
        if known:
            change_records(Household, known, ("name_folded", "name_sort"))
        made = self._made
        import_id = self._import_id
        new: list[tuple[Any, ...]] = []
        changed: list[tuple[Any, ...]] = []
        members: list[tuple[int, MemberChange]] = []
        for row in rows:
            if not row.standings and not row.members:
                continue
            key = made[row.target] if isinstance(row.target, str) else row.target
            members += [(key, one) for one in row.members]
            for year, status, day, document, old in row.standings or ():
                if old is None:
                    new.append((key, year, status, day, document, import_id))
                else:
                    changed.append((status, day, document, import_id, key, year, *old))
        insert_rows(HouseholdStatus, _STANDING_FIELDS, new)
        self._change_standings(changed)
        self._members.write(members)

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
            household = Household(**model_values(Household, new_facts(row)))
            household.code = household.code or self._codes.next_for(household.unit_id)
            household.fill_stored_columns()
            households.append(household)
        self._since.check(households)
        Household.objects.bulk_create(households)
        for row, household in zip(rows, households, strict=True):
            self._made[str(row.target)] = household.pk
