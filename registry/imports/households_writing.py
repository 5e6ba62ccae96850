"""Writing staged rows of a household list: new households, changed facts, new and changed standings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError

from core.bulk import insert_rows, update_rows
from registry.imports.became import BecameSince, YearCodes
from registry.imports.members_writing import MemberWriting
from registry.imports.records_writing import (
    Codes,
    MadeSince,
    change_records,
    changed_meanwhile,
    hold_homes,
    keep_apart,
    model_values,
    new_facts,
    people_shown,
)
from registry.imports.staged import Change, MemberChange, StagedRow
from registry.models import DistinctHouseholds, Household, HouseholdCode, HouseholdStatus, ImportFile

CODE_LETTER = "H"
OFFICE_CODE = "office_code"
# New standings are written so many at a time: each statement of PostgreSQL costs as much as fifty rows.
_WRITTEN_AT_ONCE = 5000
_STANDING_FIELDS = ("household", "year", "status", "recognised_on", "document", "import_file")


def write_households(
    staged: ImportFile, batches: Iterable[tuple[str, list[StagedRow]]], actor: Any
) -> dict[str, Any]:
    """Write a file's new and changed rows in the caller's transaction; what the audit entry says beside the counts.

    Raises ``StaleState`` when what the preview showed is no longer what the register holds.
    """
    try:
        writing = _Writing(staged)
        for _state, rows in batches:
            writing.write(rows)
        writing.finish()
    except IntegrityError as error:
        raise changed_meanwhile() from error
    apart = keep_apart(DistinctHouseholds, staged.options.get("apart", {}), writing.made, actor)
    return {"told_apart": apart} if apart else {}


class _Writing:
    """What is carried from batch to batch: keys of households that the file makes, and the codes given."""

    def __init__(self, staged: ImportFile) -> None:
        self._import_id = staged.pk
        self.made: dict[str, int] = {}
        self._codes = Codes(Household, CODE_LETTER)
        self._members = MemberWriting(staged)
        self._new: list[tuple[Any, ...]] = []
        homes = hold_homes(staged.options.get("unit_ids", ()))
        newest = staged.options.get("newest")
        shown = [one.key for one in people_shown(staged)]
        self._became = BecameSince(Household, newest, homes, staged.options.get("apart", {}), shown)
        self._since = MadeSince(Household, newest, ("name_folded",), homes, is_person=True)

    def write(self, rows: list[StagedRow]) -> None:
        """One batch."""
        with_facts = [row for row in rows if row.facts]
        office_codes = [
            (row.target, row.facts[OFFICE_CODE])
            for row in with_facts
            if row.facts and OFFICE_CODE in row.facts
        ]
        if office_codes:
            with_facts = [row._replace(facts=_own_facts(row)) for row in with_facts]
        making, changing = self._parted(with_facts)
        self._make(making, {target: _code_of(change) for target, change in office_codes})
        if changing:
            rows_of_known = [row._replace(target=self._key(row.target)) for row in changing]
            change_records(Household, rows_of_known, ("name_folded", "name_sort"))
        self._write_office_codes(office_codes)
        made = self.made
        import_id = self._import_id
        new = self._new
        changed: list[tuple[Any, ...]] = []
        members: list[tuple[int, MemberChange]] = []
        for row in rows:
            if not row.standings and not row.members:
                continue
            key = made[row.target] if isinstance(row.target, str) else row.target
            if row.members:
                members += [(key, one) for one in row.members]
            for year, status, day, document, old in row.standings or ():
                if old is None:
                    new.append((key, year, status, day, document, import_id))
                else:
                    changed.append((status, day, document, import_id, key, year, *old))
        if len(new) >= _WRITTEN_AT_ONCE:
            self.finish()
        if changed:
            self._change_standings(changed)
        if members:
            self._members.write(members)

    def finish(self) -> None:
        """Write the new standings that still wait."""
        new, self._new = self._new, []
        insert_rows(HouseholdStatus, _STANDING_FIELDS, new)

    def _change_standings(self, rows: list[tuple[Any, ...]]) -> None:
        updated = update_rows(
            HouseholdStatus,
            matched=("household", "year", "status", "recognised_on", "document"),
            changed=("status", "recognised_on", "document", "import_file"),
            rows=rows,
        )
        if updated != len(rows):
            raise changed_meanwhile()

    def _parted(self, rows: list[StagedRow]) -> tuple[list[StagedRow], list[StagedRow]]:
        """Rows that make a household, and rows that change one: known before, or made by an earlier row."""
        making: dict[int | str, StagedRow] = {}
        changing = []
        for row in rows:
            if row.is_made and row.target not in self.made and row.target not in making:
                making[row.target] = row
            elif row.facts:
                changing.append(row)
        return list(making.values()), changing

    def _key(self, target: int | str) -> int:
        return self.made[target] if isinstance(target, str) else target

    def _make(self, rows: list[StagedRow], codes: Mapping[int | str, YearCodes]) -> None:
        households = []
        for row in rows:
            household = Household(**model_values(Household, new_facts(row)))
            household.code = household.code or self._codes.next_for(household.unit_id)
            household.fill_stored_columns()
            households.append(household)
        self._since.check(households)
        new = zip(rows, households, strict=True)
        if self._became.any((str(row.target), one, codes.get(row.target, frozenset())) for row, one in new):
            raise changed_meanwhile()
        Household.objects.bulk_create(households)
        for row, household in zip(rows, households, strict=True):
            self.made[str(row.target)] = household.pk

    def _write_office_codes(self, codes: Iterable[tuple[int | str, Change]]) -> None:
        """New codes of offices, and those that replace one; the database holds that nobody gets another's."""
        new = []
        for target, (old, (unit_id, year, code)) in codes:
            mine = {"household_id": self._key(target), "unit_id": unit_id, "year": year}
            if old is None:
                new.append(HouseholdCode(**mine, code=code))
            elif not HouseholdCode.objects.filter(**mine, code=old).update(code=code):
                raise changed_meanwhile()
        HouseholdCode.objects.bulk_create(new)


def _code_of(change: Change) -> YearCodes:
    """The office's code that a row gives, with its year."""
    _unit, year, code = change.new
    return frozenset({(year, code)})


def _own_facts(row: StagedRow) -> dict[str, Change]:
    """The facts that stand with the household itself."""
    return {name: change for name, change in (row.facts or {}).items() if name != OFFICE_CODE}
