"""Finding a list in a workbook by the words of its header, and walking its rows without holding them all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from core.spreadsheets.header_rows import shown
from core.spreadsheets.headers import (
    DEEPEST_HEADER,
    SEARCHED_ROWS,
    Again,
    Header,
    TableWords,
    find_header,
    nearest_header,
)
from core.spreadsheets.opening import Book
from core.spreadsheets.problems import WorkbookError
from core.spreadsheets.sheets import RowSource

# Rows that are looked at for a header and for what its columns hold.
_TOP_ROWS = SEARCHED_ROWS + DEEPEST_HEADER + 1


@dataclass(frozen=True, slots=True)
class ListTable:
    """A list in a workbook: its sheet, the lines above its header, its header, and its rows."""

    sheet: RowSource
    titles: tuple[str, ...]
    header: Header

    @property
    def row_count(self) -> int:
        """Rows below the header, empty ones included."""
        return max(self.sheet.height - self.header.first_row, 0)

    def is_heading(self, number: int, cells: Sequence[Any]) -> bool:
        """Whether the row repeats the header; raises ``WorkbookError`` where it begins a table of other columns."""
        again = self.header.again(cells)
        if again is Again.OTHERWISE:
            raise WorkbookError("table_below", sheet=self.sheet.name, row=number)
        return again is Again.SAME

    def rows(self) -> Iterator[tuple[int, Sequence[Any]]]:
        """Each row below the header with the number that a spreadsheet program shows, empty ones left out."""
        first = self.header.first_row
        below: Iterator[Sequence[Any]] = islice(self.sheet.rows(), first, None)
        spread = self._spread_down()
        if spread:
            below = _filled_down(below, first, spread)
        if self.header.is_sewn:
            below = self.header.sewn(below)
        for number, cells in enumerate(below, first + 1):
            if any(cells):
                yield number, cells

    def _spread_down(self) -> dict[int, list[tuple[int, int]]]:
        """Cells of the list that are merged over several rows: first row -> (column, last row) each."""
        spread: dict[int, list[tuple[int, int]]] = {}
        for (first, left), (last, _right) in self.sheet.merged:
            if last > first >= self.header.first_row:
                spread.setdefault(first, []).append((left, last))
        return spread


def _filled_down(
    rows: Iterator[Sequence[Any]], first: int, spread: Mapping[int, list[tuple[int, int]]]
) -> Iterator[Sequence[Any]]:
    """The rows with what a merged cell says in each row that it spans; empty rows stay empty."""
    held: dict[int, tuple[Any, int]] = {}
    for at, cells in enumerate(rows, first):
        if held and any(cells):
            cells = list(cells)
            for column, (value, last) in held.items():
                if at <= last and column < len(cells) and cells[column] in ("", None):
                    cells[column] = value
        for column, last in spread.get(at, ()):
            if column < len(cells):
                held[column] = (cells[column], last)
        yield cells


@dataclass(frozen=True, slots=True)
class Lists:
    """The lists of a workbook, in the order of its sheets, and the sheets in which none was found."""

    tables: tuple[ListTable, ...]
    unread: tuple[str, ...] = ()


def find_lists(book: Book, words: TableWords) -> Lists:
    """Every table of the book whose header names the required columns: offices give each village its sheet.

    Raises ``WorkbookError`` for a book that holds no such table.
    """
    found: list[ListTable] = []
    unread: list[str] = []
    nearest: tuple[RowSource, Header] | None = None
    for sheet in book.sheets:
        top = list(islice(sheet.rows(), _TOP_ROWS))
        header = find_header(top, sheet, words)
        if header is not None:
            if header.repeated:
                repeated = ", ".join(words.labels[name] for name in header.repeated)
                raise WorkbookError("header_repeats", sheet=sheet.name, columns=repeated)
            found.append(ListTable(sheet, titles_of(top[: header.row]), header))
            continue
        if any(str(cell).strip() for row in top for cell in row):
            unread.append(sheet.name)
        near = nearest_header(top, sheet, words)
        if near is not None and (nearest is None or near.width > nearest[1].width):
            nearest = sheet, near
    if not found:
        _refuse(nearest, book.filename, words)
    return Lists(tuple(found), tuple(unread))


def nearest_lists(book: Book, words: TableWords) -> list[ListTable]:
    """Every table of the book, or what comes nearest to one in its sheet."""
    found = []
    for sheet in book.sheets:
        top = list(islice(sheet.rows(), _TOP_ROWS))
        header = find_header(top, sheet, words) or nearest_header(top, sheet, words)
        if header is not None:
            found.append(ListTable(sheet, titles_of(top[: header.row]), header))
    return found


def _refuse(nearest: tuple[RowSource, Header] | None, filename: str, words: TableWords) -> None:
    labels = words.labels
    if nearest is None or nearest[1].width < 2:
        names = ", ".join(labels[name] for name in words.required)
        raise WorkbookError("no_table", filename=filename, columns=names)
    sheet, header = nearest
    lacking = [labels[name] for name in words.required if name not in header.columns]
    raise WorkbookError("header_lacks", sheet=sheet.name, columns=", ".join(lacking))


def titles_of(top: Iterable[Sequence[Any]]) -> tuple[str, ...]:
    """The lines above a table."""
    lines = (" ".join(text for cell in row if (text := shown(cell))) for row in top)
    return tuple(line for line in lines if line)
