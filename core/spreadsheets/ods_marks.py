"""What an .ods file says beside its cells' values, and its merged cells, which the reader of workbooks does not tell."""

from __future__ import annotations

import io
import zipfile
from collections import defaultdict
from dataclasses import dataclass, field
from xml.parsers import expat

from core.legacy_encodings import encoding_of_font
from core.spreadsheets.sheets import MAX_COLUMNS, Beside, CellRange, Marks

_PIECE = 1 << 16
_CELLS = frozenset({"table:table-cell", "table:covered-table-cell"})
_UNSEEN = frozenset({"collapse", "filter"})
_ENTRIES = ("styles.xml", "content.xml")


def read_ods(data: bytes) -> Beside:
    """Walk through a file that was checked before."""
    walk = _Walk()
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for entry in _ENTRIES:
            if entry not in package.namelist():
                continue
            parser = walk.parser()
            with package.open(entry) as stream:
                while piece := stream.read(_PIECE):
                    parser.Parse(piece, False)
    return Beside(walk.marks, walk.merged)


@dataclass(slots=True)
class _Style:
    parent: str = ""
    is_struck: bool | None = None
    font: str | None = None


@dataclass(slots=True)
class _Row:
    """The row that passes by: where it stands, how often it is repeated, what it looks like."""

    at: int = 0
    repeated: int = 1
    is_hidden: bool = False
    style: str = ""
    column: int = 0
    is_filled: bool = False


@dataclass(slots=True)
class _Cell:
    """A cell that holds something."""

    columns: range
    style: str
    is_error: bool
    text: list[str] = field(default_factory=list)


class _Walk:
    """Learns the styles and counts rows and columns while the tables pass by."""

    def __init__(self) -> None:
        self.merged: dict[str, list[CellRange]] = defaultdict(list)
        self.marks: dict[str, Marks] = defaultdict(Marks)
        self._faces: dict[str, str] = {}
        self._styles: dict[str, _Style] = {"": _Style()}
        self._style: _Style | None = None
        self._sheet = ""
        self._column_styles: list[str] = []
        self._row = _Row()
        self._next_row = 0
        self._cell: _Cell | None = None

    def parser(self) -> expat.XMLParserType:
        """One that hands its elements to the walk."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        return parser

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name in _CELLS:
            self._begin_cell(attributes)
        elif name == "table:table-row":
            self._begin_row(attributes)
        elif name == "table:table-column":
            self._begin_columns(attributes)
        elif name == "table:table":
            self._sheet = attributes.get("table:name", "")
            self._column_styles, self._next_row = [], 0
        elif name == "style:font-face":
            self._faces[attributes.get("style:name", "")] = attributes.get("svg:font-family", "").strip("'\"")
        elif name in {"style:style", "style:default-style"}:
            self._begin_style(attributes)
        elif name == "style:text-properties" and self._style is not None:
            self._set(self._style, attributes)

    def _end(self, name: str) -> None:
        if name in _CELLS:
            self._end_cell()
        elif name == "table:table-row":
            if self._row.is_hidden and self._row.is_filled:
                self.marks[self._sheet].hidden_rows.update(range(self._row.at, self._next_row))
        elif name in {"style:style", "style:default-style"}:
            self._style = None

    def _text(self, text: str) -> None:
        if self._cell is not None:
            self._cell.text.append(text)

    def _begin_style(self, attributes: dict[str, str]) -> None:
        if attributes.get("style:family") == "table-cell":
            key = attributes.get("style:name", "")
            self._style = self._styles[key] = _Style(
                attributes.get("style:parent-style-name", "") if key else ""
            )

    def _set(self, style: _Style, attributes: dict[str, str]) -> None:
        line = attributes.get("style:text-line-through-style") or attributes.get(
            "style:text-line-through-type"
        )
        if line:
            style.is_struck = line != "none"
        face = attributes.get("style:font-name")
        font = self._faces.get(face, face) if face else attributes.get("fo:font-family")
        if font:
            style.font = font

    def _begin_columns(self, attributes: dict[str, str]) -> None:
        repeated = int(attributes.get("table:number-columns-repeated", "1"))
        first = len(self._column_styles)
        kept = max(min(repeated, MAX_COLUMNS - first), 0)
        self._column_styles += [attributes.get("table:default-cell-style-name", "")] * kept
        if attributes.get("table:visibility") in _UNSEEN:
            self.marks[self._sheet].hidden_columns.append((first, first + repeated - 1))

    def _begin_row(self, attributes: dict[str, str]) -> None:
        repeated = int(attributes.get("table:number-rows-repeated", "1"))
        is_hidden = attributes.get("table:visibility") in _UNSEEN
        style = attributes.get("table:default-cell-style-name", "")
        self._row = _Row(self._next_row, repeated, is_hidden, style)
        self._next_row += repeated

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        row = self._row
        down = int(attributes.get("table:number-rows-spanned", "1"))
        across = int(attributes.get("table:number-columns-spanned", "1"))
        if down > 1 or across > 1:
            last = (row.at + down - 1, row.column + across - 1)
            self.merged[self._sheet].append(((row.at, row.column), last))
        first = row.column
        row.column += int(attributes.get("table:number-columns-repeated", "1"))
        if "office:value-type" in attributes:
            row.is_filled = True
            style = attributes.get("table:style-name") or row.style or self._column_style(first)
            is_error = attributes.get("calcext:value-type") == "error"
            self._cell = _Cell(range(first, row.column), style, is_error)

    def _end_cell(self) -> None:
        cell, self._cell = self._cell, None
        if cell is None:
            return
        is_struck, font = self._look(cell.style)
        if not (cell.is_error or is_struck or font):
            return
        marks = self.marks[self._sheet]
        for row in range(self._row.at, self._row.at + self._row.repeated):
            for column in cell.columns:
                if cell.is_error:
                    marks.error(row, column, "".join(cell.text).strip()[:20])
                if is_struck:
                    marks.strike(row, column)
                if font:
                    marks.fonts.add(row, column, font)

    def _column_style(self, column: int) -> str:
        return self._column_styles[column] if column < len(self._column_styles) else ""

    def _look(self, name: str) -> tuple[bool, str]:
        """Whether cells of a style are struck out, and their font where it is an old one."""
        is_struck: bool | None = None
        font: str | None = None
        seen = set()
        while name in self._styles and name not in seen:
            seen.add(name)
            style = self._styles[name]
            is_struck = style.is_struck if is_struck is None else is_struck
            font = style.font if font is None else font
            if not name:
                break
            name = style.parent
        return bool(is_struck), font if font and encoding_of_font(font) else ""
