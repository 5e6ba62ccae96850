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
from core.spreadsheets.totals import is_total, is_total_beside
from registry.enums import RowState
from registry.imports.identity import changes_of
from registry.imports.importer import Context, ListImporter, ShownChange
from registry.imports.records_showing import FactsShown
from registry.imports.records_writing import RecordWriting, newest_of
from registry.imports.staged import AskedRow, Change, Marked, Planned, Remark, StagedRow, set_aside
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
    # The person of the register on whom the row rests.
    rests_on: Marked | None = None

    def changes(self) -> dict[str, Change]:
        """Fact -> what stands there now, what would; another spelling of a name is no change."""
        if self.recorded is None:
            return {
                name: Change(None, value) for name, value in self.facts.items() if value not in (None, "")
            }
        return changes_of(self.recorded.get, self.facts)


class Waiting(Exception):
    """Raised where a row waits for the office's answer."""

    def __init__(self, row: AskedRow) -> None:
        super().__init__(row.code)
        self.row = row


class Repeated(Exception):
    """Raised where the office says that a row tells again of the record of an earlier one."""

    def __init__(self, row: int) -> None:
        super().__init__(row)
        self.row = row


class RecordImporter(ListImporter):
    """A kind of import whose rows are records of one model, each in one row."""

    model: ClassVar[type[models.Model]]
    writing: ClassVar[type[RecordWriting]]
    # What the preview calls facts that have no column of their own.
    labels: ClassVar[Mapping[str, str | Promise]] = {}
    # Facts that the row's own name says already.
    hidden: ClassVar[frozenset[str]] = frozenset()
    # Whether a cell that is wrong keeps its row out even where the row could do without it.
    every_cell_counts: ClassVar[bool] = False

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
        if self.table.is_heading(number, cells):
            self.pass_over(number, cells, "heading_repeated")
            return None
        if self._is_total(cells):
            self.pass_over(number, cells)
            return None
        if not self.is_record(cells):
            if self.take_heading(cells):
                self.headings.append((self.sheet, number))
            else:
                self.pass_over(number, cells)
            return None
        said: dict[str, Any] = {}
        notes: list[Remark] = []
        problems = self._read(cells, said, notes)
        if notes and not problems and said.keys() <= {"name"}:
            # Nothing is left to load but a name, which may be a signature's.
            problems = [one.as_problem() for one in notes]
        if problems:
            return self.refused(number, self._name(cells), problems)
        try:
            record = self.record(number, said)
            earlier = self._rows.setdefault(record.ref, number)
            if earlier != number:
                raise CellProblem("row_repeated", row=earlier)
        except Waiting as waiting:
            return RowState.ASKED, waiting.row
        except Repeated as repeated:
            notes = [Remark("row_repeated", "", {"row": repeated.row})]
            return RowState.UNCHANGED, StagedRow(
                self.sheet, number, self.reference(repeated.row), self._name(cells), "", None, None, notes
            )
        except CellProblem as problem:
            column = problem.params.pop("column", "")
            return self.refused(number, self._name(cells), [(column, problem)])
        self.unit_ids.update(record.unit_ids)
        facts = record.changes()
        notes += record.notes
        row = StagedRow(self.sheet, number, record.ref, record.name, record.place, facts or None, None, notes)
        if not facts:
            return RowState.UNCHANGED, row
        if record.rests_on is not None:
            self.marked[record.rests_on] = record.rests_on
        return (RowState.NEW if record.recorded is None else RowState.CHANGED), row

    def _read(self, cells: Sequence[Any], said: dict[str, Any], notes: list[Remark]) -> Problems:
        """Fill in what the row's cells say; everything that keeps it out, and in `notes` what was set aside."""
        problems: Problems = []
        for name, at in self.positions.items():
            reader = self.readers[name]
            value = reader.read(cells[at] if at < len(cells) else "")
            if not isinstance(value, CellProblem):
                if value not in (None, ""):
                    said[name] = value
            elif reader.field.decisive or self.every_cell_counts:
                problems.append((name, value))
            else:
                notes.append(set_aside(name, value))
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
        # The words may stand in the column of numbers, and a sum beside them in that of names.
        before = cells[: self.positions["name"]] if name else cells
        return is_total(name) or is_total_beside(name, before)

    @classmethod
    def write(
        cls, staged: ImportFile, batches: Iterable[tuple[str, list[StagedRow]]], actor: Any
    ) -> Mapping[str, Any]:
        """Write the new and changed rows; raises ``StaleState`` when the register changed since the preview."""
        writing = cls.writing(staged, actor)
        writing.write_all(batches)
        return writing.finish()

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
