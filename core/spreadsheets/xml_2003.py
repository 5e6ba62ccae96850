"""Workbooks in the XML of 2003, which portals save as .xls: read as they stream by, nothing outside is followed."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from xml.parsers import expat

from core.legacy_encodings import encoding_of_font
from core.spreadsheets.markup import decode_markup
from core.spreadsheets.problems import WorkbookError
from core.spreadsheets.sheets import MAX_COLUMNS, MAX_ROWS, Grid, Room, RowSource

_SHEET = "urn:schemas-microsoft-com:office:spreadsheet"
_EXCEL = "urn:schemas-microsoft-com:office:excel"
_PIECE = 1 << 16
_DEEPEST = 64
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]{0,200}\?>")


class _Refused(Exception):
    """The document does what no workbook needs to."""


def xml_sheets(data: bytes, filename: str) -> tuple[list[RowSource], list[str]]:
    """The visible sheets, and the names of the hidden ones; raises ``WorkbookError``."""
    # What the declaration states of the encoding was heard when the letters were read.
    text = _DECLARATION.sub("", decode_markup(data, filename), count=1)
    book = _Book(filename)
    try:
        for at in range(0, len(text), _PIECE):
            book.parser.Parse(text[at : at + _PIECE].encode("utf-8"), False)
        book.parser.Parse(b"", True)
    except (expat.ExpatError, UnicodeEncodeError, _Refused) as error:
        raise WorkbookError("file_damaged", filename=filename) from error
    return book.sheets, book.hidden


class _Book:
    """Takes the elements of the document."""

    def __init__(self, filename: str) -> None:
        self._room = Room(filename)
        self.sheets: list[RowSource] = []
        self.hidden: list[str] = []
        self.parser = expat.ParserCreate("utf-8", " ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._refuse
        self._depth = 0
        self._struck_styles: set[str] = set()
        self._fonts: dict[str, str] = {}
        self._style = ""
        self._grid = Grid(self._room)
        self._name = ""
        self._is_hidden = False
        self._row = self._column = -1
        self._row_style = ""
        self._next_column = 0
        self._cell: dict[str, str] = {}
        self._type = ""
        self._parts: list[str] | None = None
        self._in_comment = False

    @staticmethod
    def _refuse(*_declaration: Any) -> None:
        raise _Refused

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _Refused
        space, _blank, tag = name.rpartition(" ")
        begin = getattr(self, f"_begin_{tag.lower()}", None) if space == _SHEET else None
        if begin is not None:
            begin({key.rpartition(" ")[2]: value for key, value in attributes.items()})
        elif space == _EXCEL and tag == "Visible":
            self._parts = []

    def _end(self, name: str) -> None:
        self._depth -= 1
        space, _blank, tag = name.rpartition(" ")
        finish = getattr(self, f"_end_{tag.lower()}", None) if space in {_SHEET, _EXCEL} else None
        if finish is not None:
            finish()

    def _text(self, text: str) -> None:
        if self._parts is not None:
            self._parts.append(text)

    def _begin_style(self, attributes: dict[str, str]) -> None:
        self._style = attributes.get("ID", "")

    def _begin_font(self, attributes: dict[str, str]) -> None:
        if attributes.get("StrikeThrough") == "1":
            self._struck_styles.add(self._style)
        font = attributes.get("FontName", "")
        if encoding_of_font(font):
            self._fonts[self._style] = font

    def _begin_worksheet(self, attributes: dict[str, str]) -> None:
        self._grid = Grid(self._room)
        self._name = attributes.get("Name", "") or str(len(self.sheets) + len(self.hidden) + 1)
        self._is_hidden = False
        self._row, self._next_column = -1, 0

    def _end_worksheet(self) -> None:
        if self._is_hidden:
            self.hidden.append(self._name)
        else:
            self.sheets.append(self._grid.source(self._name))

    def _end_visible(self) -> None:
        self._is_hidden = "".join(self._parts or ()).strip() in {"SheetHidden", "SheetVeryHidden"}
        self._parts = None

    def _begin_column(self, attributes: dict[str, str]) -> None:
        first = self._number(attributes.get("Index"), MAX_COLUMNS, self._next_column + 1) - 1
        last = first + self._number(attributes.get("Span"), MAX_COLUMNS, 0)
        if attributes.get("Hidden") == "1":
            self._grid.marks.hidden_columns.append((first, last))
        self._next_column = last + 1

    def _begin_row(self, attributes: dict[str, str]) -> None:
        self._row = self._number(attributes.get("Index"), MAX_ROWS, self._row + 2) - 1
        self._column = -1
        self._row_style = attributes.get("StyleID", "")
        if attributes.get("Hidden") == "1":
            self._grid.marks.hidden_rows.add(self._row)

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        self._column = self._number(attributes.get("Index"), MAX_COLUMNS, self._column + 2) - 1
        self._cell = attributes
        self._place("")

    def _end_cell(self) -> None:
        self._column += self._number(self._cell.get("MergeAcross"), MAX_COLUMNS, 0)

    def _begin_comment(self, _attributes: dict[str, str]) -> None:
        self._in_comment = True

    def _end_comment(self) -> None:
        self._in_comment = False

    def _begin_data(self, attributes: dict[str, str]) -> None:
        if not self._in_comment:
            self._type = attributes.get("Type", "String")
            self._parts = []

    def _end_data(self) -> None:
        if self._in_comment or self._parts is None:
            return
        text, self._parts = "".join(self._parts), None
        if text and self._row >= 0 and self._column >= 0:
            self._fill(text)

    def _fill(self, text: str) -> None:
        row, column, marks = self._row, self._column, self._grid.marks
        if self._type == "Error":
            marks.error(row, column, text.strip()[:20])
            return
        self._grid.row(row)[column] = _value(text, self._type)
        style = self._cell.get("StyleID") or self._row_style
        if style in self._struck_styles:
            marks.strike(row, column)
        if style in self._fonts:
            marks.fonts.add(row, column, self._fonts[style])

    def _place(self, value: Any) -> None:
        self._grid.place(
            max(self._row, 0),
            self._column,
            value,
            down=self._number(self._cell.get("MergeDown"), MAX_ROWS, 0) + 1,
            across=self._number(self._cell.get("MergeAcross"), MAX_COLUMNS, 0) + 1,
        )

    def _number(self, stated: str | None, most: int, otherwise: int) -> int:
        """A position or a span as stated; what is no such number damages the file."""
        if stated is None:
            number = otherwise
        elif re.fullmatch(r"[0-9]{1,7}", stated):
            number = int(stated)
        else:
            raise _Refused
        if number > most:
            raise self._room.refusal()
        return number


def _value(text: str, kind: str) -> Any:
    """A cell as the other readers give it; what is not what it says to be stays text."""
    try:
        if kind == "Number":
            number = float(text)
            return number if abs(number) < 1e300 else text
        if kind == "DateTime":
            moment = datetime.fromisoformat(text)
            return moment if moment.time().replace(microsecond=0).isoformat() != "00:00:00" else moment.date()
    except ValueError:
        return text
    if kind == "Boolean":
        return text.strip() == "1"
    return text
