"""What a reader of cells does not see is told, in each format: hidden, struck-out, errors; and left out when asked."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font

from core.spreadsheets.cells import read_number, read_text
from core.spreadsheets.container import open_book
from core.spreadsheets.opening import Book, OddRows, Opening
from core.spreadsheets.problems import CellProblem, WorkbookError
from core.spreadsheets.sheets import ErrorCell, FontRuns, RowSource
from core.spreadsheets.xls_marks import marks_in_xls
from core.spreadsheets.xlsx_marks import marks_in_xlsx

FILES = Path(__file__).parent / "files"
ROWS: list[list[Any]] = [
    ["STT", "Chủ hộ", "Năm sinh", "Ghi chú"],
    *([n, f"Lê Văn {n}", 1960 + n, "cũ"] for n in range(1, 7)),
]
TOLD = {
    "hidden_rows": {"rows": "3", "count": 1},
    "struck_rows": {"rows": "4", "count": 1},
    "hidden_column": {"column": "D", "text": "Ghi chú"},
    "struck_cells": {"cells": "D6"},
    "error_cells": {"cells": "C5 (#N/A)"},
}


def packed(book: Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def odd_xlsx() -> bytes:
    book = Workbook()
    sheet = book.active
    for row in ROWS:
        sheet.append(row)
    struck = Font(strike=True)
    for cell in sheet[4]:
        cell.font = struck
    sheet["D6"].font = struck
    sheet["A9"].font = struck
    sheet["C5"] = "#N/A"
    sheet.row_dimensions[3].hidden = True
    sheet.row_dimensions[9].hidden = True
    sheet.column_dimensions["D"].hidden = True
    book.create_sheet("Cũ").sheet_state = "veryHidden"
    return packed(book)


def ods_cell(value: Any, more: str = "") -> str:
    return f'<table:table-cell office:value-type="string"{more}><text:p>{value}</text:p></table:table-cell>'


def odd_ods() -> bytes:
    struck = ' table:style-name="ce1"'
    rows = []
    for number, row in enumerate(ROWS, 1):
        cells = [
            ods_cell(value, struck if number == 4 or (number, at) == (6, 3) else "")
            for at, value in enumerate(row)
        ]
        if number == 5:
            cells[2] = ods_cell("#N/A", ' calcext:value-type="error" office:string-value=""')
        more = ' table:visibility="filter"' if number == 3 else ""
        rows.append(f"<table:table-row{more}>{''.join(cells)}</table:table-row>")
    rows.append(
        '<table:table-row table:number-rows-repeated="9" table:visibility="collapse"><table:table-cell/></table:table-row>'
    )
    columns = (
        '<table:table-column table:number-columns-repeated="3"/>'
        '<table:table-column table:visibility="collapse" table:number-columns-repeated="2"/>'
    )
    hidden = '<table:table table:name="Cũ" table:style-name="ta2"><table:table-row/></table:table>'
    return ods(
        f'<table:table table:name="Trang">{columns}{"".join(rows)}</table:table>{hidden}',
        '<style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/></style:style>'
        '<style:style style:name="ce1" style:family="table-cell" style:parent-style-name="p1"/>'
        '<style:style style:name="p1" style:family="table-cell">'
        '<style:text-properties style:text-line-through-style="solid"/></style:style>',
    )


def ods(tables: str, styles: str = "") -> bytes:
    names = ("office", "table", "text", "style")
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names)
    spaces += (
        ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
        ' xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"'
    )
    content = (
        f'<?xml version="1.0"?><office:document-content {spaces}>{styles}'
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", content)
        package.writestr("META-INF/manifest.xml", manifest)
    return stream.getvalue()


def odd_xls() -> bytes:
    return (FILES / "odd.xls").read_bytes()


ODD: dict[str, Callable[[], bytes]] = {"xlsx": odd_xlsx, "xls": odd_xls, "ods": odd_ods}


def told(sheet: RowSource) -> dict[str, Any]:
    return {odd.code: dict(odd.params) for odd in sheet.oddities}


def names(book: Book) -> list[str]:
    return [row[1] for row in list(book.sheets[0].rows())[1:7] if row]


@pytest.mark.parametrize("kind", ODD)
def test_what_a_reader_does_not_see_is_told(kind: str) -> None:
    book = open_book(ODD[kind](), f"ho.{kind}")

    assert told(book.sheets[0]) == TOLD
    assert book.hidden_sheets == ("Cũ",)
    assert names(book) == [f"Lê Văn {n}" for n in range(1, 7)]


@pytest.mark.parametrize("kind", ODD)
def test_odd_rows_are_left_out_when_asked_and_the_others_keep_their_numbers(kind: str) -> None:
    opening = Opening(leave_out=frozenset({OddRows.HIDDEN, OddRows.STRUCK}))

    book = open_book(ODD[kind](), f"ho.{kind}", opening)

    rows = list(book.sheets[0].rows())
    assert [at for at, row in enumerate(rows[:7], 1) if not row] == [3, 4]
    assert names(book) == [f"Lê Văn {n}" for n in (1, 4, 5, 6)]
    assert {"hidden_rows_left_out", "struck_rows_left_out"} <= told(book.sheets[0]).keys()


@pytest.mark.parametrize("kind", ODD)
def test_an_error_is_no_text_and_no_number(kind: str) -> None:
    cell = list(open_book(ODD[kind](), f"ho.{kind}").sheets[0].rows())[4][2]

    assert cell == ErrorCell("#N/A")
    for read in (read_text, read_number):
        with pytest.raises(CellProblem) as problem:
            read(cell)
        assert (problem.value.code, problem.value.params) == ("cell_error", {"value": "#N/A"})


@pytest.mark.parametrize(
    "data",
    [
        "Chủ hộ;Năm\nLê Văn Một;#REF!\n",
        "<table><tr><td>Chủ hộ<td>Năm<td>a<tr><td>Lê Văn Một<td>#REF!<td>b</table>",
    ],
)
def test_an_error_that_was_saved_as_text_is_an_error(data: str) -> None:
    (sheet,) = open_book(data.encode(), "ho.csv").sheets

    assert list(sheet.rows())[1][1] == ErrorCell("#REF!")
    assert told(sheet) == {"error_cells": {"cells": "B2 (#REF!)"}}


def test_a_plain_file_has_nothing_to_tell() -> None:
    book = Workbook()
    for row in ROWS:
        book.active.append(row)

    opened = open_book(packed(book), "ho.xlsx")

    assert (opened.sheets[0].oddities, opened.hidden_sheets, opened.legacy) == ((), (), None)
    assert list(opened.sheets[0].rows())[1] == [1.0, "Lê Văn 1", 1961.0, "cũ"]


def test_many_rows_are_told_as_ranges() -> None:
    book = Workbook()
    for number in range(1, 101):
        book.active.append([number, "x"])
        if number % 3:
            book.active.row_dimensions[number].hidden = True

    (sheet,) = open_book(packed(book), "ho.xlsx").sheets

    assert told(sheet)["hidden_rows"] == {
        "rows": "1–2, 4–5, 7–8, 10–11, 13–14, 16–17, 19–20, 22–23, 25–26, 28–29, 31–32, 34–35, …",
        "count": 67,
    }


def test_text_struck_out_part_by_part_is_struck_out() -> None:
    """As spreadsheet programs keep it: in a shared text whose every part is struck out."""
    book = Workbook()
    book.active.append(["a", "b"])
    book.active.append(["x", "x"])
    strings = (
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="2" uniqueCount="2">'
        "<si><r><rPr><strike/></rPr><t>Lê </t></r><r><rPr><strike/></rPr><t>Văn</t></r></si>"
        '<si><r><rPr><strike/></rPr><t>Lê</t></r><r><rPr><strike val="0"/></rPr><t>Văn</t></r></si></sst>'
    )
    data = with_sheet(
        packed(book),
        lambda xml: re.sub(
            r'(<row r="2".*?>).*</row>',
            r'\1<c r="A2" t="s"><v>0</v></c><c r="B2" t="s"><v>1</v></c></row>',
            xml,
        ),
        strings,
    )

    marks = marks_in_xlsx(data, ["Sheet"])["Sheet"]

    assert marks.struck == {1: 0b1}


def with_sheet(data: bytes, change: Callable[[str], str], strings: str = "") -> bytes:
    """The workbook with its first sheet changed, and with these shared texts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(stream, "w") as target:
        for entry in source.namelist():
            content = source.read(entry)
            if entry == "xl/worksheets/sheet1.xml":
                content = change(content.decode()).encode()
            if entry != "xl/sharedStrings.xml" or not strings:
                target.writestr(entry, content)
        if strings:
            target.writestr("xl/sharedStrings.xml", strings)
    return stream.getvalue()


def test_single_quotes_and_rows_without_numbers_are_read() -> None:
    rows = (
        "<row hidden='true'><c t='e'><v>#REF!</v></c><c><v>1</v></c></row><row><c t='e'><v>#N/A</v></c></row>"
    )
    data = with_sheet(
        packed(Workbook()),
        lambda xml: xml.replace("<sheetData></sheetData>", f"<sheetData>{rows}</sheetData>"),
    )
    assert b"#REF!" in zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml")

    marks = marks_in_xlsx(data, ["Sheet"])["Sheet"]

    assert marks.hidden_rows == {0}
    assert marks.errors == {0: {0: "#REF!"}, 1: {0: "#N/A"}}


def test_a_document_type_in_an_odd_sheet_is_refused() -> None:
    data = with_sheet(odd_xlsx(), lambda xml: '<!DOCTYPE w [<!ENTITY a "b">]>' + xml)

    with pytest.raises(WorkbookError) as refused:
        open_book(data, "ho.xlsx")

    assert refused.value.code == "file_damaged"


def test_fonts_are_kept_by_runs() -> None:
    runs = FontRuns()
    for row in (1, 2, 3, 7):
        runs.add(row, 0, ".VnTime")
    runs.add(8, 0, "VNI-Times")

    found = [runs.at(row, 0) for row in range(10)]

    assert found == [None, *[".VnTime"] * 3, None, None, None, ".VnTime", "VNI-Times", None]
    assert runs.at(1, 1) is None


@given(st.data())
def test_a_broken_xls_ends_in_marks_or_a_plain_error(data: st.DataObject) -> None:
    """What the reader of workbooks let pass is not believed: nothing else than these errors, and no endless chain."""
    content = bytearray(odd_xls())
    for _change in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at] = data.draw(st.integers(0, 255))

    try:
        marks_in_xls(bytes(content))
    except (ValueError, struct.error):
        return


def test_a_chain_that_runs_in_a_circle_ends() -> None:
    content = bytearray(odd_xls())
    table = (int.from_bytes(content[76:80], "little") + 1) * 512
    for sector in range(8):
        content[table + 4 * sector : table + 4 * sector + 4] = sector.to_bytes(4, "little")

    assert isinstance(marks_in_xls(bytes(content)), list)


def test_the_workbooks_of_this_test_say_what_they_are_made_to_say() -> None:
    book = load_workbook(io.BytesIO(odd_xlsx()))

    assert book.active.row_dimensions[3].hidden
    assert book.active["A4"].font.strike
    assert book.active["C5"].data_type == "e"
