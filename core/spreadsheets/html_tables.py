"""Tables of a web page that was saved under the name of a workbook, as portals do.

The page is walked through as it streams by; nothing in it is loaded, run or followed. Each table that holds a list is
a sheet, with the lines that stand before it on the page above it, since they name the place and the year.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from core.spreadsheets.markup import decode_markup
from core.spreadsheets.problems import WorkbookError
from core.spreadsheets.sheets import Grid, Room, RowSource
from core.text import tidy

_PIECE = 1 << 16
_DEEPEST = 8
# As browsers read them.
_MOST_ACROSS, _MOST_DOWN = 1000, 65_534
# A list has at least so many columns; smaller tables hold titles and signatures.
_LIST_COLUMNS = 3
_KEPT_LINES, _LINE_LENGTH = 20, 500
_UNSEEN = frozenset(
    {"script", "style", "title", "noscript", "template", "select", "textarea", "object", "xml"}
)
_STRUCK = frozenset({"s", "strike", "del"})
_BREAKS = frozenset(
    {"br", "p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "center", "table", "tr", "caption"}
)
_HIDES = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_STRIKES = re.compile(r"text-decoration[a-z-]*\s*:[^;]*line-through", re.IGNORECASE)


def html_sheets(data: bytes, filename: str, name: str) -> list[RowSource]:
    """The tables of the page; raises ``WorkbookError`` where it has none."""
    text = decode_markup(data, filename)
    page = _Page(filename)
    parser = etree.HTMLParser(target=page, encoding="utf-8", no_network=True)
    try:
        for at in range(0, len(text), _PIECE):
            parser.feed(text[at : at + _PIECE].encode("utf-8", "replace"))
        grids = parser.close()
    except etree.LxmlError as error:
        raise WorkbookError("file_damaged", filename=filename) from error
    if not grids:
        raise WorkbookError("page_no_table", filename=filename)
    if len(grids) == 1:
        return [grids[0].source(name)]
    return [grid.source(f"{name} {number}") for number, grid in enumerate(grids, 1)]


@dataclass(slots=True)
class _Cell:
    across: int
    down: int
    number: float | None = None
    parts: list[str] = field(default_factory=list)
    struck: int = 0
    plain: int = 0

    @property
    def value(self) -> Any:
        """The text, or the number that the program kept beside it where the text shows that number."""
        text = _joined(self.parts)
        if self.number is None or _digits(text) != _digits(f"{self.number:.15g}"):
            return text
        return self.number


@dataclass(slots=True)
class _Table:
    grid: Grid
    row: int = -1
    column: int = 0
    cell: _Cell | None = None
    is_layout: bool = False
    # Column -> the last row down to which a cell from above reaches.
    reaching: dict[int, int] = field(default_factory=dict)

    def begin_row(self, *, hidden: bool) -> None:
        self.end_cell()
        self.row += 1
        self.column = 0
        self.grid.row(self.row)
        if hidden:
            self.grid.marks.hidden_rows.add(self.row)

    def begin_cell(self, cell: _Cell) -> None:
        if self.row < 0:
            self.begin_row(hidden=False)
        self.end_cell()
        self.cell = cell

    def end_cell(self) -> None:
        cell, self.cell = self.cell, None
        if cell is None:
            return
        while self.reaching.get(self.column, -1) >= self.row:
            self.column += 1
        value = cell.value
        self.grid.place(self.row, self.column, value, down=cell.down, across=cell.across)
        if cell.struck > cell.plain:
            self.grid.marks.strike(self.row, self.column)
        if cell.down > 1:
            self.reaching.update(
                dict.fromkeys(range(self.column, self.column + cell.across), self.row + cell.down - 1)
            )
        self.column += cell.across


class _Page:
    """Takes the page's tags and texts, and keeps its tables."""

    def __init__(self, filename: str) -> None:
        self._room = Room(filename)
        self._open: list[_Table] = []
        self._too_deep = 0
        self._unseen = 0
        self._struck: list[str] = []
        self._lines: list[str] = []
        self._line: list[str] = []
        self._lists: list[Grid] = []
        self._small: list[Grid] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        if tag in _STRUCK or _STRIKES.search(attributes.get("style", "")):
            self._struck.append(tag)
        if tag in _BREAKS:
            self._break()
        if tag == "table":
            self._begin_table()
        elif self._open and not self._too_deep:
            table = self._open[-1]
            if tag == "tr":
                hidden = "hidden" in attributes or bool(_HIDES.search(attributes.get("style", "")))
                table.begin_row(hidden=hidden)
            elif tag in {"td", "th"}:
                table.begin_cell(
                    _Cell(
                        _span(attributes.get("colspan"), _MOST_ACROSS),
                        _span(attributes.get("rowspan"), _MOST_DOWN),
                        _number(attributes.get("x:num")),
                    )
                )

    def end(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(self._unseen - 1, 0)
        if self._struck and self._struck[-1] == tag:
            self._struck.pop()
        if tag in _BREAKS:
            self._break()
        if tag == "table" and self._too_deep:
            self._too_deep -= 1
        elif tag == "table" and self._open:
            self._end_table()
        elif tag in {"td", "th", "tr"} and self._open and not self._too_deep:
            self._open[-1].end_cell()

    def data(self, text: str) -> None:
        if self._unseen:
            return
        cell = self._open[-1].cell if self._open else None
        if cell is not None:
            cell.parts.append(text)
            if self._struck:
                cell.struck += len(text.strip())
            else:
                cell.plain += len(text.strip())
        else:
            self._line.append(text)

    def comment(self, text: str) -> None:
        """What is commented out is not on the page."""

    def close(self) -> list[Grid]:
        self._break()
        while self._open:
            self._end_table()
        return self._lists or [grid for grid in self._small if grid.widest()]

    def _break(self) -> None:
        """A new line begins on the page; inside a cell it is a blank."""
        cell = self._open[-1].cell if self._open else None
        if cell is not None:
            cell.parts.append(" ")
        elif self._line:
            self._keep_lines([_joined(self._line)])
            self._line = []

    def _keep_lines(self, lines: list[str]) -> None:
        self._lines = [*self._lines, *(line[:_LINE_LENGTH] for line in lines if line)][-_KEPT_LINES:]

    def _begin_table(self) -> None:
        if len(self._open) >= _DEEPEST:
            self._too_deep += 1
        else:
            self._open.append(_Table(Grid(self._room)))

    def _end_table(self) -> None:
        table = self._open.pop()
        table.end_cell()
        grid = table.grid
        around = self._open[-1] if self._open else None
        if not table.is_layout and grid.widest() >= _LIST_COLUMNS:
            above = [line[:_LINE_LENGTH] for one in self._open for line in one.grid.texts()]
            grid.put_above([*self._lines, *above][-_KEPT_LINES:])
            self._lines = []
            self._lists.append(grid)
            for one in self._open:
                one.is_layout = True
        elif around is not None and around.cell is not None:
            around.cell.parts += [" ", *(f"{line} " for line in grid.texts())]
        else:
            self._keep_lines(grid.texts())
            if not table.is_layout:
                self._small.append(grid)


def _joined(parts: list[str]) -> str:
    return tidy("".join(parts))


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _span(stated: str | None, most: int) -> int:
    """How many columns or rows a cell spans; what is no number is one, as in browsers."""
    found = re.match(r"\s*([0-9]{1,9})", stated or "")
    return min(max(int(found[1]), 1), most) if found else 1


def _number(stated: str | None) -> float | None:
    """The number behind a formatted cell, where the program that saved the page kept it."""
    try:
        value = float(stated) if stated else None
    except ValueError:
        return None
    return value if value is not None and abs(value) < 1e15 else None
