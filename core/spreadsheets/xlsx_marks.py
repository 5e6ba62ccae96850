"""What an .xlsx file says beside its cells' values: hidden rows and columns, struck-out cells, errors, old fonts.

Plain files are most files: raw bytes are looked through for the few words that tell of such a thing, and only where
one stands is the sheet read element by element.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from posixpath import join, normpath
from typing import Any
from xml.parsers import expat

from core.legacy_encodings import encoding_of_font
from core.spreadsheets.sheets import Marks

_PIECE = 1 << 18
_KEPT = 16
_HIDDEN = re.compile(rb"hidden\s*=\s*[\"'](?:1|t)")
_ERROR, _ERROR_IN_APOSTROPHES = b'"e"', b"'e'"
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_TRUE = frozenset({"1", "true"})
_NO_STRIKE = frozenset({"0", "false"})


def marks_in_xlsx(data: bytes, wanted: Collection[str]) -> dict[str, Marks]:
    """The marks of these sheets by name, for a file that was checked before."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        present = set(package.namelist())
        styles = _Styles()
        if "xl/styles.xml" in present:
            styles.read(_pieces(package, "xl/styles.xml"))
        strings = _Strings()
        if "xl/sharedStrings.xml" in present:
            strings.read_if_marked(package)
        found = {}
        for name, entry in _entries(package):
            if name not in wanted or entry not in present:
                continue
            is_marked = styles.is_marked or strings.struck or _has_signs(_pieces(package, entry))
            found[name] = _SheetMarks(styles, strings).read(_pieces(package, entry)) if is_marked else Marks()
    return found


def _pieces(package: zipfile.ZipFile, entry: str) -> Iterator[bytes]:
    with package.open(entry) as stream:
        while piece := stream.read(_PIECE):
            yield piece


def _has_signs(pieces: Iterator[bytes]) -> bool:
    """Whether the sheet has a hidden row or column, or a cell that holds an error."""
    rest = b""
    for piece in pieces:
        text = rest + piece
        if _ERROR in text or (b"hidden" in text and _HIDDEN.search(text)):
            return True
        # Programs write quotation marks; an apostrophe alone is looked for at an eighth of the cost.
        if b"'" in text and _ERROR_IN_APOSTROPHES in text:
            return True
        rest = text[-_KEPT:]
    return False


def _parser(start: Any) -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = _refuse
    return parser


def _refuse(*_declaration: Any) -> None:
    raise zipfile.BadZipFile("declares a document type")


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _entries(package: zipfile.ZipFile) -> list[tuple[str, str]]:
    """Each sheet's name and the entry that holds it."""
    targets: dict[str, str] = {}
    sheets: list[tuple[str, str]] = []

    def relation(name: str, attributes: dict[str, str]) -> None:
        if _local(name) == "Relationship":
            targets[attributes.get("Id", "")] = attributes.get("Target", "")

    def sheet(name: str, attributes: dict[str, str]) -> None:
        if _local(name) == "sheet":
            key = next((value for key, value in attributes.items() if _local(key) == "id"), "")
            sheets.append((attributes.get("name", ""), key))

    for entry, start in (("xl/_rels/workbook.xml.rels", relation), ("xl/workbook.xml", sheet)):
        parser = _parser(start)
        for piece in _pieces(package, entry):
            parser.Parse(piece, False)
    return [(name, normpath(join("/xl", targets.get(key, "")))[1:]) for name, key in sheets]


@dataclass(slots=True)
class _Styles:
    """Which formats of cells strike out, and which are of an old font."""

    struck: set[str] = field(default_factory=set)
    fonts: dict[str, str] = field(default_factory=dict)
    _within: list[str] = field(default_factory=list)
    _strikes: list[bool] = field(default_factory=list)
    _names: list[str] = field(default_factory=list)
    _formats: int = 0

    @property
    def is_marked(self) -> bool:
        return bool(self.struck or self.fonts)

    def read(self, pieces: Iterator[bytes]) -> None:
        parser = _parser(self._start)
        parser.EndElementHandler = self._end
        for piece in pieces:
            parser.Parse(piece, False)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = _local(name)
        around = self._within[-1] if self._within else ""
        self._within.append(tag)
        if tag == "font" and around == "fonts":
            self._strikes.append(False)
            self._names.append("")
        elif around == "font" and "fonts" in self._within and self._names:
            if tag == "strike":
                self._strikes[-1] = attributes.get("val", "1") not in _NO_STRIKE
            elif tag == "name":
                self._names[-1] = attributes.get("val", "")
        elif tag == "xf" and around == "cellXfs":
            self._format(attributes.get("fontId", "0"))

    def _end(self, _name: str) -> None:
        self._within.pop()

    def _format(self, font: str) -> None:
        key = str(self._formats)
        self._formats += 1
        at = int(font) if font.isdigit() else 0
        if at >= len(self._names):
            return
        if self._strikes[at]:
            self.struck.add(key)
        if encoding_of_font(self._names[at]):
            self.fonts[key] = self._names[at]


@dataclass(slots=True)
class _Strings:
    """Shared texts of which every part is struck out."""

    struck: set[int] = field(default_factory=set)
    _at: int = -1
    _in_run: bool = False
    _runs: int = 0
    _struck_runs: int = 0

    def read_if_marked(self, package: zipfile.ZipFile) -> None:
        entry = "xl/sharedStrings.xml"
        if not any(b"strike" in piece for piece in _pieces(package, entry)):
            return
        parser = _parser(self._start)
        parser.EndElementHandler = self._end
        for piece in _pieces(package, entry):
            parser.Parse(piece, False)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = _local(name)
        if tag == "si":
            self._at += 1
            self._runs = self._struck_runs = 0
        elif tag == "r":
            self._runs += 1
        elif tag == "strike" and attributes.get("val", "1") not in _NO_STRIKE:
            self._struck_runs += 1

    def _end(self, name: str) -> None:
        if _local(name) == "si" and self._runs and self._struck_runs == self._runs:
            self.struck.add(self._at)


class _SheetMarks:
    """Walks through a sheet's elements."""

    def __init__(self, styles: _Styles, strings: _Strings) -> None:
        self._struck, self._fonts = styles.struck, styles.fonts
        self._strings = strings.struck
        self._marks = Marks()
        self._row = self._column = -1
        self._kind = ""
        self._text: list[str] | None = None

    def read(self, pieces: Iterator[bytes]) -> Marks:
        parser = _parser(self._start)
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        for piece in pieces:
            parser.Parse(piece, False)
        return self._marks

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name if ":" not in name else _local(name)
        if tag == "c":
            self._cell(attributes)
        elif tag == "row":
            self._row = int(attributes["r"]) - 1 if "r" in attributes else self._row + 1
            self._column = -1
            if attributes.get("hidden") in _TRUE:
                self._marks.hidden_rows.add(self._row)
        elif tag == "col" and attributes.get("hidden") in _TRUE:
            self._marks.hidden_columns.append((int(attributes["min"]) - 1, int(attributes["max"]) - 1))
        elif tag == "v" and self._kind:
            self._text = []

    def _cell(self, attributes: dict[str, str]) -> None:
        found = _REFERENCE.fullmatch(attributes.get("r", ""))
        if found:
            self._column, self._row = column_number(found[1]) - 1, int(found[2]) - 1
        else:
            self._column += 1
        kind = attributes.get("t", "")
        self._kind = kind if kind == "e" or (kind == "s" and self._strings) else ""
        style = attributes.get("s", "0")
        if style in self._struck:
            self._marks.strike(self._row, self._column)
        if style in self._fonts:
            self._marks.fonts.add(self._row, self._column, self._fonts[style])

    def _characters(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def _end(self, _name: str) -> None:
        if self._text is None:
            return
        text, self._text = "".join(self._text).strip(), None
        if self._kind == "e":
            self._marks.error(self._row, self._column, text[:20])
        elif text.isdigit() and int(text) in self._strings:
            self._marks.strike(self._row, self._column)
        self._kind = ""


def column_number(letters: str) -> int:
    """The number of a column, counted from one."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
