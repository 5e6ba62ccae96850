"""Lists with one row a record: found by code or key, else by name within its place; facts old and new."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.db import models
from django.utils.functional import Promise

from core.spreadsheets.problems import CellProblem
from core.spreadsheets.tables import ListTable
from core.spreadsheets.totals import is_total, is_total_row
from core.text import match_key
from registry.enums import RowState
from registry.imports.importer import Context, ListImporter, ShownChange
from registry.imports.records_showing import FactsShown
from registry.imports.records_writing import RecordWriting, newest_of
from registry.imports.staged import Change, Planned, Remark, StagedRow
from registry.models import ImportFile

Problems = list[tuple[str, CellProblem]]


@dataclass(slots=True)
class Record:
    """The one record that a row speaks of: a key, or n and the row that makes it, and what the row says of it.

    `recorded` is what the register holds, None for a new record; `unit_ids` are the units by which it is kept.
    """

    ref: int | str
    name: str
    place: str
    unit_ids: tuple[int, ...]
    recorded: Mapping[str, Any] | None
    facts: dict[str, Any] = field(default_factory=dict)
    notes: Sequence[Remark] = ()

    def changes(self) -> dict[str, Change]:
        """Fact -> what stands there now, what would; another spelling of a name is no change."""
        if self.recorded is None:
            return {
                name: Change(None, value) for name, value in self.facts.items() if value not in (None, "")
            }
        changed = {}
        for name, value in self.facts.items():
            old = self.recorded.get(name)
            if (old or None) == (value or None) and old is not False:
                continue
            if old == value or (name == "name" and match_key(str(old)) == match_key(str(value))):
                continue
            changed[name] = Change(old, value)
        return changed


class RecordImporter(ListImporter):
    """A kind of import whose rows are records of one model, each in one row."""

    model: ClassVar[type[models.Model]]
    writing: ClassVar[type[RecordWriting]]
    # What the preview calls facts that have no column of their own.
    labels: ClassVar[Mapping[str, str | Promise]] = {}
    # Facts that the row's own name says already.
    hidden: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        # Read before what the register holds: whatever is made later was not in this preview.
        self.noted["newest"] = newest_of(self.model)
        self._rows: dict[int | str, int] = {}

    def begin(self, at: int, table: ListTable) -> None:
        """Turn to a sheet."""
        super().begin(at, table)
        named_at = self.positions["name"]
        self._evidence = [one for one in self.positions.values() if one != named_at]

    @abstractmethod
    def record(self, number: int, said: dict[str, Any]) -> Record:
        """The record that the row's filled cells speak of; raises ``CellProblem`` with its `column`."""

    @abstractmethod
    def take_heading(self, cells: Sequence[Any]) -> bool:
        """Whether a row without a record heads a group; later rows then belong to it."""

    def is_record(self, cells: Sequence[Any]) -> bool:
        """Whether the row is of a record: something stands beside its name, or more than one thing without it."""
        beside = sum(at < len(cells) and cells[at] not in ("", None) for at in self._evidence)
        return beside > (0 if self._is_named(cells) else 1) or not self._evidence

    def plan(self, number: int, cells: Sequence[Any]) -> Planned | None:
        """What loading this row would do; None for a row that only heads or closes a group."""
        if self._is_total(cells):
            return None
        if not self.is_record(cells):
            if self.take_heading(cells):
                self.headings.append((self.sheet, number))
            else:
                self.pass_over(number, cells)
            return None
        said: dict[str, Any] = {}
        problems = self._read(cells, said)
        if problems:
            return self.refused(number, self._name(cells), problems)
        try:
            record = self.record(number, said)
            earlier = self._rows.setdefault(record.ref, number)
            if earlier != number:
                raise CellProblem("row_repeated", row=earlier)
        except CellProblem as problem:
            column = problem.params.pop("column", "")
            return self.refused(number, self._name(cells), [(column, problem)])
        self.unit_ids.update(record.unit_ids)
        facts = record.changes()
        row = StagedRow(
            self.sheet, number, record.ref, record.name, record.place, facts or None, None, record.notes
        )
        if not facts:
            return RowState.UNCHANGED, row
        return (RowState.NEW if record.recorded is None else RowState.CHANGED), row

    def _read(self, cells: Sequence[Any], said: dict[str, Any]) -> Problems:
        """Fill in what the row's cells say; everything that is wrong with them."""
        problems: Problems = []
        for name, at in self.positions.items():
            value = self.readers[name].read(cells[at]) if at < len(cells) else self.readers[name].read("")
            if isinstance(value, CellProblem):
                problems.append((name, value))
            elif value not in (None, ""):
                said[name] = value
        return problems

    def _name(self, cells: Sequence[Any]) -> str:
        at = self.positions["name"]
        name = self.readers["name"].read(cells[at]) if at < len(cells) else ""
        return name if isinstance(name, str) else ""

    def _is_named(self, cells: Sequence[Any]) -> bool:
        """Whether something stands in the column of names, readable or not."""
        at = self.positions["name"]
        return at < len(cells) and bool(str(cells[at]).strip())

    def _is_total(self, cells: Sequence[Any]) -> bool:
        name = self._name(cells)
        return is_total(name) if name else is_total_row(cells)

    @classmethod
    def write(
        cls, staged: ImportFile, batches: Iterable[tuple[str, list[StagedRow]]], actor: Any
    ) -> Mapping[str, Any]:
        """Write the new and changed rows; raises ``StaleState`` when the register changed since the preview."""
        cls.writing(staged, actor).write_all(batches)
        return {}

    @classmethod
    def words(cls) -> Mapping[str, Mapping[str, str]]:
        """The labels of codes for which the model itself knows none."""
        return {}

    @classmethod
    def changes_shown(cls, rows: list[StagedRow]) -> list[list[ShownChange]]:
        """For each staged row of a page, its cells old and new as a person reads them."""
        columns = {name: column.label for name, column in cls.resource.columns().items()}
        labels = {**columns, **cls.labels}
        shown = FactsShown(cls.model, rows, labels, words=cls.words(), hidden=cls.hidden)
        return [shown.of(row) for row in rows]
