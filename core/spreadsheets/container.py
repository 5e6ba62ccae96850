"""Opening a workbook safely: what it is by its content, what is in it before anything parses it."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable
from pathlib import PurePath
from typing import IO, Any
from xml.parsers import expat

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from core.files import CSV, ODS, XLS, XLSX
from core.legacy_encodings import recognise
from core.spreadsheets.examining import examine
from core.spreadsheets.html_tables import html_sheets
from core.spreadsheets.markup import Markup, markup_of
from core.spreadsheets.ods_marks import read_ods
from core.spreadsheets.opening import Book, Opening
from core.spreadsheets.problems import WorkbookError
from core.spreadsheets.sheets import MAX_CELLS, Beside, Cells, Marks, RowSource, Table
from core.spreadsheets.xls_marks import marks_in_xls
from core.spreadsheets.xlsx_marks import marks_in_xlsx
from core.spreadsheets.xml_2003 import xml_sheets
from core.uploads.dangers import Danger, Dangerous
from core.uploads.packages import check_open_element, check_package
from core.zips import BROKEN_ZIP, pieces

MAX_FILE_BYTES = 20 * 1024 * 1024
MAX_UNPACKED_BYTES = 200 * 1024 * 1024
MAX_ENTRIES = 2_000

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CELL_REFERENCE = re.compile(rb"<(?:\w+:)?c\b[^>]{0,200}?\br\s*=\s*[\"']([A-Z]{1,3})([0-9]{1,7})[\"']")
# A formula beside which no result is stored; a text result may be stored empty.
_UNCALCULATED = re.compile(
    rb'<(?:\w+:)?c\b(?![^>]{0,200}\bt="str")[^>]{0,200}>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^<]{0,8192}</(?:\w+:)?f>)'
    rb"\s*(?:<(?:\w+:)?v>\s*</(?:\w+:)?v>|<(?:\w+:)?v\s*/>|</(?:\w+:)?c>)"
)
# What fetches from the web or runs a program while a workbook is worked out.
_FETCHING_FORMULA = re.compile(
    rb"<(?:\w+:)?f\b[^>]{0,200}>[^<]{0,8192}?\b(?:WEBSERVICE|RTD|DDE|CALL|REGISTER\.ID)\s*\(", re.IGNORECASE
)
_FORMULA_END = re.compile(rb"f[\s/>]")
_FAR_REFERENCE = re.compile(rb"r\s*=\s*[\"'](?:[A-Z]{3}|[B-Z][A-Z]|[A-Z]{1,3}[0-9]{6})")
_SHEET_ENTRY = re.compile(r"xl/worksheets/[^/]+\.xml")
_KEPT_BYTES = 300
_WEIGHED_LINES = 3000
_CODES = {Danger.UNPACKS: "file_unpacks_too_large"}
_MACRO_SUFFIXES = {".xlsm", ".xltm", ".xlam", ".xlsb"}
_TEXT_SUFFIXES = {".csv", ".tsv", ".txt"}
_PLAIN = Opening()


def read_tables(source: bytes | IO[bytes], filename: str) -> list[Table]:
    """The visible sheets of a file, whole; raises ``WorkbookError`` as `open_book` does."""
    data = source if isinstance(source, bytes) else source.read(MAX_FILE_BYTES + 1)
    sheets = open_book(data, filename).sheets
    return [Table(sheet.name, list(sheet.rows()), sheet.merged) for sheet in sheets]


def open_book(data: bytes, filename: str, opening: Opening = _PLAIN) -> Book:
    """An .xlsx, .xls, .ods or .csv file, or a page or XML saved as .xls, whose sheets are read row by row.

    The type is told by content; the name only tells CSV from other text. Raises ``WorkbookError`` for a file
    that is empty, too large (packed or unpacked), damaged, locked, bears macros or is no workbook. Our own stored
    copy of a file that passed `check_container` is opened as `is_checked`.
    """
    if not opening.is_checked:
        check_container(data, filename)
    if data.startswith((_ZIP, _OLE)):
        return examine(filename, *_read_calamine(data, filename), opening)
    name = PurePath(filename).name
    match markup_of(data):
        case Markup.XML_2003:
            return examine(filename, *xml_sheets(data, filename), opening)
        case Markup.HTML:
            return examine(filename, html_sheets(data, filename, name), (), opening)
    cells = _read_csv(data, filename)
    return examine(filename, [RowSource(name, len(cells), lambda: iter(cells))], (), opening)


def check_container(data: bytes, filename: str) -> None:
    """Raise ``WorkbookError`` for a file that must not be opened: see `open_book`."""
    suffix = PurePath(filename).suffix.lower()
    if not data.strip():
        raise WorkbookError("file_empty", filename=filename)
    if len(data) > MAX_FILE_BYTES:
        raise WorkbookError("file_too_large", filename=filename, limit=MAX_FILE_BYTES // 1024 // 1024)
    if suffix in _MACRO_SUFFIXES:
        raise WorkbookError("file_macros", filename=filename)
    if data.startswith(_ZIP):
        _check_zip(data, filename)
    elif data.startswith(_OLE):
        _check_ole(data, filename)
    else:
        markup = markup_of(data)
        if markup is Markup.MIME_PARTS:
            raise WorkbookError("page_archive", filename=filename)
        if markup is None and suffix not in _TEXT_SUFFIXES:
            raise WorkbookError("file_not_workbook", filename=filename)


def content_type_of(data: bytes) -> str:
    """The media type of a file that passed `check_container`, by its bytes.

    A page or XML that a program saved as .xls is told as such: a spreadsheet program opens it, and no browser.
    """
    if data.startswith(_ZIP):
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return XLSX if "xl/workbook.xml" in package.namelist() else ODS
    return XLS if data.startswith(_OLE) or markup_of(data) is not None else CSV


def _check_zip(data: bytes, filename: str) -> None:
    """Refuse a package that bears macros, is locked, is no spreadsheet, or unpacks to more than the limit."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            entries = package.infolist()
            names = {entry.filename for entry in entries}
            if "xl/workbook.xml" not in names and not _is_ods(package, names):
                raise WorkbookError("file_not_workbook", filename=filename)
            if len(entries) > MAX_ENTRIES:
                raise WorkbookError("file_unpacks_too_large", filename=filename)
            check_package(data, weigh=False)
            _check_unpacked(package, entries, filename)
    except Dangerous as error:
        raise WorkbookError(_CODES.get(error.danger, f"file_{error.danger}"), filename=filename) from error
    except BROKEN_ZIP as error:
        raise WorkbookError("file_damaged", filename=filename) from error


def _is_ods(package: zipfile.ZipFile, names: set[str]) -> bool:
    if not {"mimetype", "content.xml"} <= names:
        return False
    with package.open("mimetype") as entry:
        return b"opendocument.spreadsheet" in entry.read(200)


def _check_unpacked(package: zipfile.ZipFile, entries: list[zipfile.ZipInfo], filename: str) -> None:
    """Unpack everything once, in pieces, counting; the sizes that a package states about itself may lie."""
    total = 0
    for entry in entries:
        sheet = SheetScan() if _SHEET_ENTRY.fullmatch(entry.filename) else None
        table = TableExtent() if entry.filename == "content.xml" else None
        for piece in pieces(package, entry):
            total += len(piece)
            if total > MAX_UNPACKED_BYTES:
                raise WorkbookError("file_unpacks_too_large", filename=filename)
            if sheet is not None:
                sheet.feed(piece)
            if table is not None and table.feed(piece) > MAX_CELLS:
                raise WorkbookError("sheet_too_wide", filename=filename)
        if sheet is None:
            continue
        if sheet.reaches_far and _area(pieces(package, entry)) > MAX_CELLS:
            raise WorkbookError("sheet_too_wide", filename=filename)
        if sheet.fetches:
            raise WorkbookError("file_field", filename=filename)
        if sheet.lacks_results:
            raise WorkbookError("file_formulas", filename=filename)


class SheetScan:
    """What must be known of an .xlsx sheet before it is parsed, at a tenth of the cost of parsing it.

    One stray cell far out would make the reader fill the area up to it: `reaches_far` says that a cell may stand
    beyond column AZ or row 99,999, so that the area is worth being counted. `lacks_results` tells of formulas that no
    program has worked out: the reader would take their cells for empty. `fetches` tells of formulas that ask the web.
    """

    def __init__(self) -> None:
        self.reaches_far = False
        self.lacks_results = False
        self.fetches = False
        self._has_formulas = False
        self._rest = b""

    def feed(self, piece: bytes) -> None:
        """Look at the next piece of the sheet."""
        text = self._rest + piece
        self.reaches_far = self.reaches_far or bool(_FAR_REFERENCE.search(text))
        # A formula ends in these letters, which hardly any cell's text holds; a shared one follows such a formula.
        # No Vietnamese word has the first of them, and a letter alone is looked for at an eighth of the cost.
        self._has_formulas = self._has_formulas or (b"f" in text and bool(_FORMULA_END.search(text)))
        if self._has_formulas and not self.lacks_results:
            self.lacks_results = bool(_UNCALCULATED.search(text))
        if self._has_formulas and not self.fetches:
            self.fetches = bool(_FETCHING_FORMULA.search(text))
        self._rest = text[-_KEPT_BYTES:]


def _area(pieces: Iterable[bytes]) -> int:
    """Rows times columns that the references of a sheet's cells span."""
    rows = columns = 0
    rest = b""
    for piece in pieces:
        text = rest + piece
        found = _CELL_REFERENCE.findall(text)
        if found:
            rows = max(rows, max([int(number) for _letters, number in found]))
            columns = max(columns, *map(_column_number, {letters for letters, _number in found}))
        rest = text[-_KEPT_BYTES:]
    return rows * columns


class TableExtent:
    """How many filled cells an .ods file holds once its repeated rows and cells are written out."""

    def __init__(self) -> None:
        self._cells = 0
        self._row_repeat = 1
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EntityDeclHandler = self._refuse_entity

    def feed(self, piece: bytes) -> int:
        """The number of filled cells so far."""
        try:
            self._parser.Parse(piece, False)
        except expat.ExpatError as error:
            raise zipfile.BadZipFile(str(error)) from error
        return self._cells

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        check_open_element(_local(name), {_local(key): value for key, value in attributes.items()})
        if name == "table:table-row":
            self._row_repeat = int(attributes.get("table:number-rows-repeated", "1"))
        elif name == "table:table-cell" and "office:value-type" in attributes:
            self._cells += self._row_repeat * int(attributes.get("table:number-columns-repeated", "1"))

    @staticmethod
    def _refuse_entity(*_declaration: Any) -> None:
        raise zipfile.BadZipFile("entity declared")


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _check_ole(data: bytes, filename: str) -> None:
    """Refuse an old-format file with macros or a password; stream names stand in it as UTF-16."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise WorkbookError("file_locked", filename=filename)
    if "_VBA_PROJECT".encode("utf-16-le") in data:
        raise WorkbookError("file_macros", filename=filename)
    if "\x01Ole10Native".encode("utf-16-le") in data:
        raise WorkbookError("file_object", filename=filename)
    if not any(name.encode("utf-16-le") in data for name in ("Workbook", "Book")):
        raise WorkbookError("file_not_workbook", filename=filename)


def _read_calamine(data: bytes, filename: str) -> tuple[list[RowSource], list[str]]:
    """The visible sheets, and the names of the hidden ones."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        told = _told_beside(data, [sheet.name for sheet in book.sheets_metadata])
        if any(sheet.typ == SheetTypeEnum.MacroSheet for sheet in book.sheets_metadata):
            raise WorkbookError("file_macros", filename=filename)
        sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
        visible = [sheet.name for sheet in sheets if sheet.visible == SheetVisibleEnum.Visible]
        return (
            [_sheet(book, name, filename, told) for name in visible],
            [sheet.name for sheet in sheets if sheet.name not in visible],
        )
    except PasswordError as error:
        raise WorkbookError("file_locked", filename=filename) from error
    except (CalamineError, OSError, *BROKEN_ZIP, expat.ExpatError) as error:
        raise WorkbookError("file_damaged", filename=filename) from error
    except (WorkbookError, KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:
        # The reader's own crashes arrive outside Exception; a broken file must not end the process.
        raise WorkbookError("file_damaged", filename=filename) from error


def _told_beside(data: bytes, names: list[str]) -> Beside:
    """What the file tells beside the values of its cells; merged cells where the reader of workbooks does not."""
    if not data.startswith(_ZIP):
        return Beside(dict(zip(names, marks_in_xls(data), strict=False)))
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        is_ods = "content.xml" in package.namelist()
    return read_ods(data) if is_ods else Beside(marks_in_xlsx(data, names))


def _sheet(book: CalamineWorkbook, name: str, filename: str, told: Beside) -> RowSource:
    sheet = book.get_sheet_by_name(name)
    if sheet.total_height * sheet.total_width > MAX_CELLS:
        raise WorkbookError("sheet_too_wide", filename=filename)
    spans = sheet.merged_cell_ranges or told.merged.get(name, [])
    merged = tuple((first, last) for first, last in spans)
    if sheet.start is None or sheet.end is None:
        return RowSource(name, 0, lambda: iter(()))
    # The reader gives rows from the first on, but columns only from the first filled one.
    left = [""] * sheet.start[1]
    rows = sheet.iter_rows if not left else lambda: ([*left, *row] for row in sheet.iter_rows())
    return RowSource(name, sheet.end[0] + 1, rows, merged, told.marks.get(name, Marks()))


def _read_csv(data: bytes, filename: str) -> Cells:
    try:
        text = _decode(data, filename)
    except UnicodeDecodeError as error:
        # Text of an old font leaves a spreadsheet program in the code page of Western Europe.
        text = data.decode("cp1252", "replace")
        if recognise(text.splitlines()[:_WEIGHED_LINES]) is None:
            raise WorkbookError("csv_encoding", filename=filename) from error
    try:
        delimiter = max(",;\t", key=lambda mark: _columns_parted_by(text, mark))
        rows: Cells = [list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]
    except csv.Error as error:
        raise WorkbookError("file_damaged", filename=filename) from error
    if sum(len(row) for row in rows) > MAX_CELLS:
        raise WorkbookError("sheet_too_wide", filename=filename)
    return rows


def _decode(data: bytes, filename: str) -> str:
    """The text, in UTF-8 or in UTF-16 with its mark."""
    encoding = "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    text = data.decode(encoding)
    if "\x00" in text:
        raise WorkbookError("file_not_workbook", filename=filename)
    return text


def _columns_parted_by(text: str, delimiter: str) -> int:
    lines = text.splitlines()[:60]
    return max((len(next(csv.reader([line], delimiter=delimiter), [])) for line in lines), default=0)
