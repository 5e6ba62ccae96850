"""Finding a list in a workbook by the words of its header, and walking its rows without holding them all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from core.spreadsheets.opening import Book
from core.spreadsheets.problems import WorkbookError
from core.spreadsheets.sheets import RowSource
from core.text import fold, nfc

_SEARCHED_ROWS = 40
_DEEPEST_HEADER = 3
_PARENTHESES = re.compile(r"\([^)]*\)")
_NUMBERING = re.compile(r"\(?\s*(?:[0-9]{1,2}(?:\.0)?|[a-zA-Z])\s*\)?")
_NUMBER_HEADINGS = frozenset({"stt", "tt", "so tt", "so thu tu"})
_YEAR = re.compile(r"(?:[a-z ]+ )?(20[0-9]{2})(?: 0)?")
_YEAR_LEADS = re.compile(
    r"(?:nam|ket qua|ra soat|phan loai|tinh trang|hien trang|dien|doi tuong|ho|status|standing|of|in|year|\s)*"
)

Mark = tuple[int | None, str]


@dataclass(frozen=True)
class TableWords:
    """What the words of a header mean, handed in by whoever knows the list.

    `meanings` says which column each folded heading names, `labels` how a column is called in a refusal, `required`
    which columns the header must name. Where a list has columns that are ticked for a standing, or one for each
    year, `standings` says which standing each folded word heads.
    """

    meanings: Mapping[str, str]
    labels: Mapping[str, str]
    required: Sequence[str]
    standings: Mapping[str, str] = field(default_factory=dict)

    def column(self, cell: Any) -> str | None:
        """The column that the cell heads, None for other words."""
        if not isinstance(cell, str) or not cell.strip():
            return None
        return self.meanings.get(fold(cell)) or self.meanings.get(fold(_PARENTHESES.sub(" ", cell)))

    def heads_standing(self, cell: Any) -> bool:
        """Whether the cell heads a column of one year's standings, or one that is ticked for a standing."""
        words = fold(str(cell))
        return bool(words) and (_year(words) is not None or words.removeprefix("ho ") in self.standings)


@dataclass(frozen=True, slots=True)
class Header:
    """Where the rows begin and what each column holds; positions and rows are counted from zero.

    `years` are columns that hold a standing each; `marks` are columns that are ticked for a standing.
    """

    row: int
    first_row: int
    columns: Mapping[str, int]
    years: Mapping[int, int] = field(default_factory=dict)
    marks: Mapping[Mark, int] = field(default_factory=dict)
    repeated: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        """How many columns the header gives a meaning."""
        return len(self.columns) + len(self.years) + len(self.marks)


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

    def rows(self) -> Iterator[tuple[int, Sequence[Any]]]:
        """Each row below the header with the number that a spreadsheet program shows, empty ones left out."""
        first = self.header.first_row
        below = islice(self.sheet.rows(), first, None)
        spread = self._spread_down()
        if spread:
            below = _filled_down(below, first, spread)
        for number, cells in enumerate(below, 1):
            if any(cells):
                yield first + number, cells

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
    nearest: tuple[int, RowSource, list[str]] | None = None
    for sheet in book.sheets:
        top = list(islice(sheet.rows(), _SEARCHED_ROWS + _DEEPEST_HEADER + 1))
        header = _find(top, sheet, words)
        if header is not None:
            if header.repeated:
                repeated = ", ".join(words.labels[name] for name in header.repeated)
                raise WorkbookError("header_repeats", sheet=sheet.name, columns=repeated)
            found.append(ListTable(sheet, _titles(top[: header.row]), header))
            continue
        if any(str(cell).strip() for row in top for cell in row):
            unread.append(sheet.name)
        known, lacking = _nearest(top, words)
        if known and (nearest is None or known > nearest[0]):
            nearest = (known, sheet, lacking)
    if not found:
        _refuse(nearest, book.filename, words)
    return Lists(tuple(found), tuple(unread))


def _refuse(nearest: tuple[int, RowSource, list[str]] | None, filename: str, words: TableWords) -> None:
    labels = words.labels
    if nearest is None or nearest[0] < 2:
        names = ", ".join(labels[name] for name in words.required)
        raise WorkbookError("no_table", filename=filename, columns=names)
    _known, sheet, lacking = nearest
    raise WorkbookError("header_lacks", sheet=sheet.name, columns=", ".join(labels[name] for name in lacking))


def _find(top: list[list[Any]], sheet: RowSource, words: TableWords) -> Header | None:
    for index in range(min(len(top), _SEARCHED_ROWS)):
        if sum(1 for cell in top[index] if str(cell).strip()) < 2:
            continue
        if not any(words.column(cell) for cell in top[index]):
            continue
        header = _read_header(top, index, sheet, words)
        # One heading alone is a word in a text, such as the template's own instructions, unless rows are numbered.
        if (header.width >= 2 or _is_numbered(top[index])) and all(
            name in header.columns for name in words.required
        ):
            return header
    return None


def _is_numbered(cells: Sequence[Any]) -> bool:
    return any(isinstance(cell, str) and fold(cell) in _NUMBER_HEADINGS for cell in cells)


def _read_header(top: list[list[Any]], index: int, sheet: RowSource, words: TableWords) -> Header:
    columns, repeated = _columns(top[index], words)
    depth = 1
    # A further header row names columns and leaves those empty that are named above it.
    while depth < _DEEPEST_HEADER and index + depth < len(top):
        below = top[index + depth]
        named, again = _columns(below, words)
        standings = {at for at, cell in enumerate(below) if words.standings and words.heads_standing(cell)}
        above = top[index + depth - 1]
        columns = {name: at for name, at in columns.items() if not _heads_group(above, below, at, words)}
        under_named = any(
            str(below[at]).strip() for at in columns.values() if at < len(below) and at not in standings
        )
        if under_named or not (named or standings):
            break
        # “Kết quả rà soát” over years or standings heads a group of columns and is none itself.
        columns = {name: at for name, at in columns.items() if at not in standings}
        columns.update({name: at for name, at in named.items() if name not in columns})
        repeated += again
        depth += 1
    years: dict[int, int] = {}
    marks: dict[Mark, int] = {}
    if words.standings:
        taken = set(columns.values())
        years, marks = _standings(_spread_rows(top, index, depth, sheet), taken, words.standings)
    first = index + depth
    while first < len(top) and _is_numbering(top[first]):
        first += 1
    return Header(index, first, columns, years, marks, tuple(dict.fromkeys(repeated)))


def _heads_group(above: Sequence[Any], below: Sequence[Any], at: int, words: TableWords) -> bool:
    """Whether the heading spans columns that have headings of their own: “Địa bàn” over “Xã” and “Huyện”."""
    beside = str(above[at + 1]).strip() if at + 1 < len(above) else ""
    return bool(
        not beside and at + 1 < len(below) and words.column(below[at]) and words.column(below[at + 1])
    )


def _columns(cells: Sequence[Any], words: TableWords) -> tuple[dict[str, int], list[str]]:
    found: dict[str, int] = {}
    repeated = []
    for at, cell in enumerate(cells):
        name = words.column(cell)
        if name and name in found:
            repeated.append(name)
        elif name:
            found[name] = at
    return found, repeated


def _year(words: str) -> int | None:
    found = _YEAR.fullmatch(words)
    if not found or not _YEAR_LEADS.fullmatch(words[: found.start(1)]):
        return None
    return int(found[1])


def _standings(
    rows: list[list[str]], taken: set[int], known: Mapping[str, str]
) -> tuple[dict[int, int], dict[Mark, int]]:
    """Columns that hold a year's standing, and columns that are ticked for one."""
    years: dict[int, int] = {}
    marks: dict[Mark, int] = {}
    width = max((len(row) for row in rows), default=0)
    for at in range(width):
        words = [fold(row[at]) for row in rows if at < len(row) and row[at].strip()]
        if not words or at in taken:
            continue
        year = next((found for one in reversed(words) if (found := _year(one)) is not None), None)
        standing = known.get(words[-1].removeprefix("ho "))
        if standing is not None:
            marks[year, str(standing)] = at
        elif year is not None:
            years[year] = at
    return years, marks


def _spread_rows(top: list[list[Any]], index: int, depth: int, sheet: RowSource) -> list[list[str]]:
    """The header's rows as text, merged cells counted for every column that they span."""
    rows = [[_shown(cell) for cell in top[index + step]] for step in range(depth)]
    for (first, left), (_last, right) in sheet.merged:
        if index <= first < index + depth:
            row = rows[first - index]
            stop = min(right, len(row) - 1)
            row[left : stop + 1] = [row[left]] * (stop - left + 1)
    if not sheet.merged:
        for step in range(depth - 1):
            for at in range(1, len(rows[step])):
                below = rows[step + 1][at] if at < len(rows[step + 1]) else ""
                if not rows[step][at] and below:
                    rows[step][at] = rows[step][at - 1]
    return rows


def _shown(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return nfc(str(cell)).strip()


def _nearest(top: list[list[Any]], words: TableWords) -> tuple[int, list[str]]:
    """How many columns the best candidate row names, and which required ones it lacks."""
    best: tuple[int, list[str]] = (0, list(words.required))
    for row in top[:_SEARCHED_ROWS]:
        columns, _repeated = _columns(row, words)
        if len(columns) > best[0]:
            best = (len(columns), [name for name in words.required if name not in columns])
    return best


def _titles(top: list[list[Any]]) -> tuple[str, ...]:
    lines = []
    for row in top:
        line = " ".join(_shown(cell) for cell in row if _shown(cell))
        if line:
            lines.append(line)
    return tuple(lines)


def _is_numbering(row: Sequence[Any]) -> bool:
    cells = [str(cell).strip() for cell in row if str(cell).strip()]
    return len(cells) >= 3 and all(_NUMBERING.fullmatch(cell) for cell in cells)
