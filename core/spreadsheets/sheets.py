"""What a workbook is to whoever reads it: sheets of rows, with what their cells alone do not say."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.spreadsheets.problems import WorkbookError

MAX_CELLS = 3_000_000
# What spreadsheet programs can hold.
MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384

Cells = list[list[Any]]
CellRange = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class ErrorCell:
    """A cell whose formula came to no value, such as #N/A; neither a text nor zero."""

    code: str

    def __str__(self) -> str:
        return self.code


class FontRuns:
    """Fonts of cells by column, equal ones below each other kept once; added row by row."""

    def __init__(self) -> None:
        self._columns: dict[int, list[list[Any]]] = defaultdict(list)

    def __bool__(self) -> bool:
        return bool(self._columns)

    def add(self, row: int, column: int, font: str) -> None:
        """Note the font of a cell."""
        runs = self._columns[column]
        if runs and runs[-1][2] == font and runs[-1][1] == row - 1:
            runs[-1][1] = row
        else:
            runs.append([row, row, font])

    def at(self, row: int, column: int) -> str | None:
        """The font of a cell, None where none was noted."""
        runs = self._columns.get(column)
        if not runs:
            return None
        first, last, font = runs[max(bisect_right(runs, row, key=lambda run: run[0]) - 1, 0)]
        return font if first <= row <= last else None


@dataclass(slots=True)
class Marks:
    """What a sheet says of its rows and cells beside their values; all is counted from zero.

    `struck` holds the struck-out columns of a row as bits; `fonts` only those that are old fonts.
    """

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    struck: dict[int, int] = field(default_factory=dict)
    errors: dict[int, dict[int, str]] = field(default_factory=dict)
    fonts: FontRuns = field(default_factory=FontRuns)

    def strike(self, row: int, column: int) -> None:
        """Note a struck-out cell."""
        self.struck[row] = self.struck.get(row, 0) | 1 << column

    def error(self, row: int, column: int, code: str) -> None:
        """Note a cell that holds an error."""
        self.errors.setdefault(row, {})[column] = code


@dataclass(frozen=True, slots=True)
class Beside:
    """What a file tells beside the values of its cells, by sheet: marks, and merged ranges where its reader does not.

    A merged range holds its first and last (row, column), counted from zero.
    """

    marks: Mapping[str, Marks]
    merged: Mapping[str, list[CellRange]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet: its name, its cells from A1 on, and its merged ranges where the format tells them."""

    name: str
    cells: Cells
    merged: tuple[CellRange, ...] = ()


@dataclass(frozen=True, slots=True)
class Oddity:
    """Something in a sheet that a reader of its cells does not see; `row` is counted as programs show it."""

    code: str
    row: int | None = None
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RowSource:
    """One sheet that is read row by row, so that a long one never stands in memory as Python values.

    `rows()` starts at the first row each time; `height` counts the rows, empty ones included.
    """

    name: str
    height: int
    rows: Callable[[], Iterator[list[Any]]]
    merged: tuple[CellRange, ...] = ()
    marks: Marks = field(default_factory=Marks)
    oddities: tuple[Oddity, ...] = ()


class Room:
    """How many cells a file may still fill: a few bytes can state spans of millions."""

    def __init__(self, filename: str) -> None:
        self._filename = filename
        self._left = MAX_CELLS

    def take(self, cells: int) -> None:
        """Use room for so many cells; raises ``WorkbookError`` when there is none."""
        self._left -= cells
        if self._left < 0:
            raise self.refusal()

    def refusal(self) -> WorkbookError:
        """Why a sheet that spans too much is not read."""
        return WorkbookError("sheet_too_wide", filename=self._filename)


class Grid:
    """A sheet that is put together cell by cell, from formats that state their positions or spans themselves."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._rows: Cells = []
        self._width = 0
        self._merged: list[CellRange] = []
        self.marks = Marks()

    @property
    def height(self) -> int:
        """How many rows there are so far."""
        return len(self._rows)

    def row(self, at: int) -> list[Any]:
        """The cells of a row so far, rows up to it made."""
        if at >= MAX_ROWS:
            raise self._room.refusal()
        lacking = at + 1 - len(self._rows)
        if lacking > 0:
            self._room.take(lacking)
            self._rows += [[] for _row in range(lacking)]
        return self._rows[at]

    def place(self, row: int, column: int, value: Any, *, down: int = 1, across: int = 1) -> None:
        """Put a value into a cell that spans so many rows and columns."""
        cells = self.row(row)
        right = column + across
        self._width = max(self._width, right)
        if right > MAX_COLUMNS or self._width * len(self._rows) > MAX_CELLS:
            raise self._room.refusal()
        if right > len(cells):
            self._room.take(right - len(cells))
            cells += [""] * (right - len(cells))
        cells[column] = value
        if down > 1 or across > 1:
            self._merged.append(((row, column), (row + down - 1, right - 1)))

    def put_above(self, lines: list[str]) -> None:
        """Let lines of text stand above what is there."""
        if not lines:
            return
        by = len(lines)
        self._rows[:0] = [[line] for line in lines]
        self._merged = [
            ((top + by, left), (bottom + by, right)) for (top, left), (bottom, right) in self._merged
        ]
        self.marks.hidden_rows = {row + by for row in self.marks.hidden_rows}
        self.marks.struck = {row + by: columns for row, columns in self.marks.struck.items()}

    def texts(self) -> list[str]:
        """Each row's cells in one line, empty rows left out."""
        lines = (" ".join(str(cell) for cell in row if cell != "") for row in self._rows)
        return [line for line in lines if line]

    def widest(self) -> int:
        """How many filled cells the fullest row has."""
        return max((sum(cell != "" for cell in row) for row in self._rows), default=0)

    def source(self, name: str) -> RowSource:
        """The sheet as it is read; every row is as long as the widest."""
        rows, width, last = self._rows, self._width, len(self._rows) - 1
        merged = tuple((first, (min(bottom, last), right)) for first, (bottom, right) in self._merged)
        return RowSource(
            name,
            len(rows),
            lambda: (row + [""] * (width - len(row)) for row in rows),
            tuple(span for span in merged if span[0] != span[1]),
            self.marks,
        )
