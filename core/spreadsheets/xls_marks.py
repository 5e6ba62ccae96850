"""What an .xls file says beside its cells' values: hidden rows and columns, struck-out cells, errors, old fonts.

The file is a small file system that holds a stream of records (BIFF5 or BIFF8); only the records that tell of these
things are looked at. The reader of workbooks has opened the file before; here nothing is believed all the same.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from core.legacy_encodings import encoding_of_font
from core.spreadsheets.sheets import Marks

_END_OF_CHAIN = 0xFFFFFFFA
_BIFF8 = 0x0600
_BOF, _EOF, _SHEET, _FONT, _FORMAT = 0x0809, 0x000A, 0x0085, 0x0031, 0x00E0
_ROW, _COLUMNS, _FORMULA, _ERROR, _NUMBERS = 0x0208, 0x007D, 0x0006, 0x0205, 0x00BD
# Texts and numbers, each of which begins with its row, its column and its format.
_CELLS = frozenset({0x00FD, 0x0204, 0x00D6, 0x0203, 0x027E, _FORMULA, _ERROR})
_ERROR_CODES = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


def marks_in_xls(data: bytes) -> list[Marks]:
    """The marks of each sheet, in the order of the workbook, hidden ones included."""
    stream = _File(data).stream("Workbook", "Book")
    book = _Book()
    for kind, record in _records(stream, 0):
        book.take(kind, record)
    return [book.sheet(_records(stream, at)) for at in book.sheets]


class _File:
    """The file system inside the file: chains of sectors, long ones and short ones."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._shift, self._short_shift = struct.unpack_from("<HH", data, 30)
        if self._shift not in {9, 12} or self._short_shift > self._shift:
            raise ValueError("sector size")
        tables, directory = struct.unpack_from("<L", data, 44)[0], struct.unpack_from("<L", data, 48)[0]
        self._cutoff, short_table, _count, more, _more_count = struct.unpack_from("<5L", data, 56)
        self._next = self._table(self._table_sectors(tables, more))
        self._directory = self._chain(directory)
        self._short_next = self._numbers(self._chain(short_table))

    def stream(self, *names: str) -> bytes:
        """The content of the first of these that there is."""
        entries = {}
        root = b""
        for at in range(0, len(self._directory) - 127, 128):
            entry = self._directory[at : at + 128]
            length = struct.unpack_from("<H", entry, 64)[0]
            entries[entry[: max(length - 2, 0)].decode("utf-16-le", "replace")] = entry
            if entry[66] == 5:
                root = entry
        for name in names:
            if name in entries:
                start, size = struct.unpack_from("<LL", entries[name], 116)
                if size >= self._cutoff or not root:
                    return self._chain(start)[:size]
                return self._short_chain(start, self._chain(struct.unpack_from("<L", root, 116)[0]))[:size]
        raise ValueError("no stream")

    def _table_sectors(self, count: int, more: int) -> list[int]:
        sectors = list(struct.unpack_from("<109L", self._data, 76))
        seen: set[int] = set()
        while more < _END_OF_CHAIN and more not in seen:
            seen.add(more)
            *listed, more = self._numbers(self._sector(more)) or [_END_OF_CHAIN]
            sectors += listed
        return [sector for sector in sectors if sector < _END_OF_CHAIN][:count]

    def _table(self, sectors: list[int]) -> list[int]:
        return self._numbers(b"".join(self._sector(sector) for sector in sectors))

    @staticmethod
    def _numbers(data: bytes) -> list[int]:
        return list(struct.unpack(f"<{len(data) // 4}L", data[: len(data) // 4 * 4]))

    def _sector(self, number: int) -> bytes:
        at = (number + 1) << self._shift
        return self._data[at : at + (1 << self._shift)]

    def _chain(self, start: int) -> bytes:
        return b"".join(self._sector(sector) for sector in _walk(start, self._next))

    def _short_chain(self, start: int, content: bytes) -> bytes:
        size = 1 << self._short_shift
        return b"".join(content[at * size : (at + 1) * size] for at in _walk(start, self._short_next))


def _walk(start: int, following: list[int]) -> Iterator[int]:
    """The sectors of a chain; one that runs in a circle ends where it began again."""
    seen = bytearray(len(following))
    while start < len(following) and not seen[start]:
        seen[start] = 1
        yield start
        start = following[start]


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """The records from a place on to the end of their part; what is embedded, such as charts, is left out."""
    depth = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        record = stream[at + 4 : at + 4 + size]
        at += 4 + size
        if kind == _BOF:
            depth += 1
        if depth <= 1:
            yield kind, record
        if kind == _EOF:
            depth -= 1
            if depth <= 0:
                return


@dataclass(frozen=True, slots=True)
class _Font:
    is_struck: bool
    name: str


@dataclass(slots=True)
class _Book:
    """The fonts and formats of a workbook, and where its sheets begin."""

    sheets: list[int] = field(default_factory=list)
    _is_biff8: bool = True
    _fonts: list[_Font] = field(default_factory=list)
    # Which font each format has.
    _formats: list[int] = field(default_factory=list)

    def take(self, kind: int, record: bytes) -> None:
        if kind == _BOF and len(record) >= 2:
            self._is_biff8 = _number(record) >= _BIFF8
        elif kind == _SHEET and len(record) >= 4:
            self.sheets.append(struct.unpack_from("<L", record)[0])
        elif kind == _FONT and len(record) >= 16:
            self._fonts.append(_Font(bool(_number(record, 2) & 0x8), self._name(record)))
        elif kind == _FORMAT and len(record) >= 2:
            self._formats.append(_number(record))

    def _name(self, record: bytes) -> str:
        length = record[14]
        if not self._is_biff8:
            return record[15 : 15 + length].decode("latin-1")
        if record[15] & 1:
            return record[16 : 16 + 2 * length].decode("utf-16-le", "replace")
        return record[16 : 16 + length].decode("latin-1")

    def _font(self, number: int) -> _Font:
        # There is no font of the number four.
        at = number - 1 if number > 4 else number
        return self._fonts[at] if at < len(self._fonts) else _Font(False, "")

    def sheet(self, records: Iterator[tuple[int, bytes]]) -> Marks:
        """The marks of the sheet whose records these are."""
        fonts = {style: self._font(number) for style, number in enumerate(self._formats)}
        struck = {style for style, font in fonts.items() if font.is_struck}
        old = {style: font.name for style, font in fonts.items() if encoding_of_font(font.name)}
        marks = Marks()
        for kind, record in records:
            if kind == _ROW and len(record) >= 16 and record[12] & 0x20:
                marks.hidden_rows.add(_number(record))
            elif kind == _COLUMNS and len(record) >= 10 and record[8] & 1:
                marks.hidden_columns.append((_number(record), _number(record, 2)))
            for row, column, style in _cells(kind, record):
                if style in struck:
                    marks.strike(row, column)
                if style in old:
                    marks.fonts.add(row, column, old[style])
            code = _error_in(kind, record)
            if code is not None:
                marks.error(_number(record), _number(record, 2), _ERROR_CODES.get(code, "#N/A"))
        return marks


def _number(record: bytes, at: int = 0) -> int:
    return record[at] | record[at + 1] << 8


def _cells(kind: int, record: bytes) -> Iterator[tuple[int, int, int]]:
    """Row, column and format of the cells in a record."""
    if kind in _CELLS and len(record) >= 6:
        yield _number(record), _number(record, 2), _number(record, 4)
    elif kind == _NUMBERS:
        for at in range(4, len(record) - 7, 6):
            yield _number(record), _number(record, 2) + (at - 4) // 6, _number(record, at)


def _error_in(kind: int, record: bytes) -> int | None:
    """The number of the error that a cell holds."""
    if kind == _ERROR and len(record) >= 8 and record[7] == 1:
        return record[6]
    if kind == _FORMULA and len(record) >= 14 and record[12:14] == b"\xff\xff" and record[6] == 2:
        return record[8]
    return None
