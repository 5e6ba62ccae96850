"""Merged cells of an .ods file, which the reader of workbooks does not tell."""

from __future__ import annotations

import io
import zipfile
from collections import defaultdict
from xml.parsers import expat

from core.spreadsheets.sheets import CellRange

_PIECE = 1 << 16
_CELLS = frozenset({"table:table-cell", "table:covered-table-cell"})


def merged_in_ods(data: bytes) -> dict[str, list[CellRange]]:
    """Sheet -> its merged ranges, first and last (row, column) counted from zero; empty for another kind of file.

    The file has been checked before: here it is only walked through.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        if "content.xml" not in package.namelist():
            return {}
        walk = _Walk()
        with package.open("content.xml") as stream:
            while piece := stream.read(_PIECE):
                walk.parser.Parse(piece, False)
    return walk.merged


class _Walk:
    """Counts rows and columns while the tables pass by."""

    def __init__(self) -> None:
        self.merged: dict[str, list[CellRange]] = defaultdict(list)
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self._sheet = ""
        self._row = self._next_row = self._column = 0

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name in _CELLS:
            self._cell(attributes)
        elif name == "table:table-row":
            self._row, self._column = self._next_row, 0
            self._next_row += int(attributes.get("table:number-rows-repeated", "1"))
        elif name == "table:table":
            self._sheet, self._row, self._next_row = attributes.get("table:name", ""), 0, 0

    def _cell(self, attributes: dict[str, str]) -> None:
        rows = int(attributes.get("table:number-rows-spanned", "1"))
        columns = int(attributes.get("table:number-columns-spanned", "1"))
        if rows > 1 or columns > 1:
            last = (self._row + rows - 1, self._column + columns - 1)
            self.merged[self._sheet].append(((self._row, self._column), last))
        self._column += int(attributes.get("table:number-columns-repeated", "1"))
