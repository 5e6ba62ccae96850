"""What a reader of a sheet's cells does not see, found before anybody reads: odd rows, errors, letters of old fonts.

Each sheet is walked through once more than its reader does. Plain sheets cost little: the texts of many rows are looked
at together, each different one once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from openpyxl.utils import get_column_letter

from core.legacy_encodings import Reading, convert, encoding_of_font, reading_of, recognise
from core.spreadsheets.conversion import Converter
from core.spreadsheets.opening import Book, LegacyText, OddRows, Opening
from core.spreadsheets.sheets import ErrorCell, Marks, Oddity, RowSource

_CHUNK = 500
_ERRORS = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#SPILL!", "#CALC!"})
_PROPER = "ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝÐàáâãèéêìíòóôõùúýð"
_CODES = "".join(char for char in map(chr, range(0xA1, 0x100)) if char not in _PROPER) + "\u03bc"
# What no proper Vietnamese text holds, and what a text of old fonts may hold besides.
_TELLING = re.compile(f"[{re.escape(_CODES)}]")
_POSSIBLE = re.compile("[\u00a1-\u00ff\u03bc]")
_WEIGHED_TEXTS = 3000
_SHOWN_RUNS, _SHOWN_CELLS, _SHOWN_EXAMPLES = 12, 20, 5


def examine(
    filename: str, sheets: Iterable[RowSource], hidden_sheets: Iterable[str], opening: Opening
) -> Book:
    """The book of these sheets, as it is to be read: odd rows and cells told, conversions and omissions made."""
    texts = _Texts()
    seen = [(sheet, _walk(sheet, texts)) for sheet in sheets]
    legacy = texts.recognised()
    return Book(
        filename,
        tuple(_finished(sheet, found, opening) for sheet, found in seen),
        tuple(hidden_sheets),
        legacy,
    )


@dataclass(slots=True)
class _Found:
    """What one sheet holds of each; rows and columns counted from zero."""

    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: dict[int, str] = field(default_factory=dict)
    struck_rows: list[int] = field(default_factory=list)
    struck_cells: list[tuple[int, int]] = field(default_factory=list)
    errors: dict[int, dict[int, str]] = field(default_factory=dict)


@dataclass(slots=True)
class _Texts:
    """Texts that may be written for an old font, those that tell first, and as many of each as are worth weighing."""

    in_fonts: dict[tuple[str, str], None] = field(default_factory=dict)
    telling: dict[str, None] = field(default_factory=dict)
    possible: dict[str, None] = field(default_factory=dict)

    def look_at(self, values: set[Any], rows: list[list[Any]]) -> None:
        """Keep what these values, of these rows, may say, in the order of the rows."""
        # Once enough is kept to be weighed, only what tells more than that is looked for.
        signs = _POSSIBLE if len(self.possible) < _WEIGHED_TEXTS else _TELLING
        texts = (value for value in values if value.__class__ is str and not value.isascii())
        unseen = (value for value in texts if value not in self.possible and value not in self.telling)
        new = {value for value in unseen if signs.search(value)}
        if not new:
            return
        for cells in rows:
            if new.isdisjoint(cells):
                continue
            for cell in cells:
                if cell.__class__ is str and cell in new:
                    new.discard(cell)
                    kept = self.telling if _TELLING.search(cell) else self.possible
                    if len(kept) < _WEIGHED_TEXTS:
                        kept[cell] = None

    def look_at_font(self, text: Any, font: str) -> None:
        if text.__class__ is str and not text.isascii() and len(self.in_fonts) < _WEIGHED_TEXTS:
            self.in_fonts[text, font] = None

    def recognised(self) -> LegacyText | None:
        if not (self.telling or self.in_fonts):
            return None
        pairs: list[tuple[str, str | None]] = [*self._in_font()]
        pairs += [(text, None) for text in (*self.telling, *self.possible)]
        found = recognise([text for text, _font in pairs], [font for _text, font in pairs])
        if found is None:
            return None
        sure = (pair for pair in pairs if reading_of(pair[0], found.encoding) is Reading.LEGACY)
        examples = {text: convert(text, found.encoding, font) for text, font in islice(sure, _SHOWN_EXAMPLES)}
        return LegacyText(
            found.encoding, found.font, tuple((examples or {found.example: found.converted}).items())
        )

    def _in_font(self) -> Iterable[tuple[str, str]]:
        """The texts in old fonts, none where they are all proper: many a file was converted and kept its font."""
        readings = {
            reading_of(text, encoding) for text, font in self.in_fonts if (encoding := encoding_of_font(font))
        }
        is_proper = Reading.PROPER in readings and Reading.LEGACY not in readings
        return () if is_proper else self.in_fonts


def _walk(sheet: RowSource, texts: _Texts) -> _Found:
    found = _Found()
    marks = sheet.marks
    rows = sheet.rows()
    at = 0
    is_marked = bool(marks.hidden_rows or marks.hidden_columns or marks.struck or marks.fonts)
    while chunk := list(islice(rows, _CHUNK)):
        values: set[Any] = set().union(*chunk)
        texts.look_at(values, chunk)
        if not _ERRORS.isdisjoint(values):
            _note_error_texts(chunk, at, found)
        if is_marked:
            for number, cells in enumerate(chunk, at):
                _look_at_row(marks, number, cells, found, texts)
        at += len(chunk)
    for number, errors in marks.errors.items():
        found.errors.setdefault(number, {}).update(errors)
    return found


def _note_error_texts(chunk: list[list[Any]], first: int, found: _Found) -> None:
    for number, cells in enumerate(chunk, first):
        errors = {
            column: cell for column, cell in enumerate(cells) if cell.__class__ is str and cell in _ERRORS
        }
        if errors:
            found.errors[number] = errors


def _look_at_row(marks: Marks, number: int, cells: list[Any], found: _Found, texts: _Texts) -> None:
    filled = [column for column, cell in enumerate(cells) if cell not in ("", None)]
    if not filled:
        return
    if number in marks.hidden_rows:
        found.hidden_rows.append(number)
    struck = marks.struck.get(number, 0)
    if struck:
        out = [column for column in filled if struck >> column & 1]
        if 2 * len(out) >= len(filled):
            found.struck_rows.append(number)
        else:
            found.struck_cells += [(number, column) for column in out]
    for first, last in marks.hidden_columns:
        for column in filled:
            if first <= column <= last and column not in found.hidden_columns:
                found.hidden_columns[column] = str(cells[column])
    if marks.fonts:
        for column in filled:
            font = marks.fonts.at(number, column)
            if font:
                texts.look_at_font(cells[column], font)


def _finished(sheet: RowSource, found: _Found, opening: Opening) -> RowSource:
    """The sheet with what is said of it, its rows changed as they are to be read."""
    left_out: set[int] = set()
    oddities = []
    for kind, odd in ((OddRows.HIDDEN, found.hidden_rows), (OddRows.STRUCK, found.struck_rows)):
        if odd:
            is_left_out = kind in opening.leave_out
            code = f"{kind}_rows_left_out" if is_left_out else f"{kind}_rows"
            oddities.append(Oddity(code, None, {"rows": _runs_shown(odd), "count": len(odd)}))
            left_out.update(odd if is_left_out else ())
    for column, text in sorted(found.hidden_columns.items()):
        params = {"column": get_column_letter(column + 1), "text": text[:80]}
        oddities.append(Oddity("hidden_column", None, params))
    if found.struck_cells:
        oddities.append(Oddity("struck_cells", None, {"cells": _cells_shown(found.struck_cells, {})}))
    if found.errors:
        cells = [(row, column) for row, errors in sorted(found.errors.items()) for column in sorted(errors)]
        oddities.append(Oddity("error_cells", None, {"cells": _cells_shown(cells, found.errors)}))
    rows = sheet.rows
    if opening.encoding is not None:
        converter = Converter(sheet, opening.encoding)
        rows = converter.rows
        if converter.count:
            params = {"count": converter.count, "encoding": opening.encoding.upper()}
            oddities.append(Oddity("cells_converted", None, params))
    if left_out or found.errors:
        plain = rows
        rows = lambda: _mended(plain(), found.errors, left_out)  # noqa: E731 -- read anew each time
    return replace(sheet, rows=rows, oddities=tuple(oddities))


def _mended(
    rows: Iterator[list[Any]], errors: Mapping[int, Mapping[int, str]], left_out: set[int]
) -> Iterator[list[Any]]:
    for at, cells in enumerate(rows):
        if at in left_out:
            yield []
            continue
        wrong = errors.get(at)
        if wrong:
            cells = cells + [""] * (max(wrong) + 1 - len(cells))
            for column, code in wrong.items():
                cells[column] = ErrorCell(code)
        yield cells


def _runs_shown(rows: list[int]) -> str:
    """Rows as programs number them, following ones as a range."""
    runs: list[list[int]] = []
    for row in rows:
        if runs and row == runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    shown = [
        f"{first + 1}" if first == last else f"{first + 1}–{last + 1}" for first, last in runs[:_SHOWN_RUNS]
    ]
    return ", ".join(shown) + (", …" if len(runs) > _SHOWN_RUNS else "")


def _cells_shown(cells: list[tuple[int, int]], errors: Mapping[int, Mapping[int, str]]) -> str:
    """Cells as programs name them, with the error that stands in them."""
    shown = []
    for row, column in cells[:_SHOWN_CELLS]:
        name = f"{get_column_letter(column + 1)}{row + 1}"
        code = errors.get(row, {}).get(column)
        shown.append(f"{name} ({code})" if code else name)
    return ", ".join(shown) + (", …" if len(cells) > _SHOWN_CELLS else "")
