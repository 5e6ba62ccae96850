"""A sheet whose letters are an old font's, read in Unicode: only the cells that are written so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from core.legacy_encodings import Encoding, Reading, convert, encoding_of_font, reading_of
from core.spreadsheets.sheets import RowSource


class Converter:
    """Converts a sheet's texts cell by cell.

    A text that could be both, such as one that has no telling letter, goes by its font where that is an old one, and
    else by most of the others in its column. `count` is the number of cells that are converted.
    """

    def __init__(self, sheet: RowSource, encoding: Encoding) -> None:
        self._sheet = sheet
        self._encoding = encoding
        self._readings: dict[str, Reading] = {}
        self._converted: dict[tuple[str, str | None], str] = {}
        self._mostly: set[int] = set()
        self.count = self._look()

    def rows(self) -> Iterator[list[Any]]:
        """The sheet's rows with their texts converted."""
        for at, cells in enumerate(self._sheet.rows()):
            yield [
                self._text(cell, at, column) if cell.__class__ is str and not cell.isascii() else cell
                for column, cell in enumerate(cells)
            ]

    def _look(self) -> int:
        """Learn of each column what most of its texts are; the number of cells that are written in the encoding."""
        legacy: Counter[int] = Counter()
        proper: Counter[int] = Counter()
        either: Counter[int] = Counter()
        in_font = 0
        for at, cells in enumerate(self._sheet.rows()):
            for column, cell in enumerate(cells):
                if cell.__class__ is not str or cell.isascii():
                    continue
                reading = self._reading(cell)
                if reading is Reading.LEGACY:
                    legacy[column] += 1
                elif reading is Reading.PROPER:
                    proper[column] += 1
                elif self._has_font(at, column):
                    in_font += 1
                else:
                    either[column] += 1
        self._mostly = {column for column in legacy if legacy[column] > proper[column]}
        return legacy.total() + in_font + sum(either[column] for column in self._mostly)

    def _reading(self, text: str) -> Reading:
        reading = self._readings.get(text)
        if reading is None:
            reading = self._readings[text] = reading_of(text, self._encoding)
        return reading

    def _has_font(self, row: int, column: int) -> bool:
        return encoding_of_font(self._sheet.marks.fonts.at(row, column)) is self._encoding

    def _text(self, text: str, row: int, column: int) -> str:
        reading = self._reading(text)
        if reading is Reading.PROPER:
            return text
        if reading is Reading.EITHER and column not in self._mostly and not self._has_font(row, column):
            return text
        key = text, self._sheet.marks.fonts.at(row, column)
        converted = self._converted.get(key)
        if converted is None:
            converted = self._converted[key] = convert(text, self._encoding, key[1])
        return converted
