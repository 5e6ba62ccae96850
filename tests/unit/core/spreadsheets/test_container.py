"""Files that must not be opened, or not be believed."""

from __future__ import annotations

import io
import zipfile

import pytest
from openpyxl import Workbook

from core.spreadsheets import container
from core.spreadsheets.container import read_tables
from core.spreadsheets.problems import WorkbookError

ODS_CONTENT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">
<office:body><office:spreadsheet><table:table table:name="Trang">{rows}</table:table>
</office:spreadsheet></office:body></office:document-content>"""


def _zip(**entries: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in entries.items():
            package.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"), content)
    return stream.getvalue()


def _ods(rows: str) -> bytes:
    manifest = (
        b'<?xml version="1.0"?><manifest:manifest '
        b'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", ODS_CONTENT.format(rows=rows))
        package.writestr("META-INF/manifest.xml", manifest)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "filename", "code"),
    [
        (b"", "a.xlsx", "file_empty"),
        (b"  \n", "a.csv", "file_empty"),
        (b"%PDF-1.7 ...", "a.xlsx", "file_not_workbook"),
        (b"hello", "a.docx", "file_not_workbook"),
        (b"PK\x03\x04 broken", "a.xlsx", "file_damaged"),
        (_zip(word__document_xml=b"<a/>"), "a.xlsx", "file_not_workbook"),
        (_zip(xl__workbook_xml=b"<a/>", xl__vbaProject_bin=b"x"), "a.xlsx", "file_macros"),
        (_zip(xl__workbook_xml=b"<a/>"), "a.xlsm", "file_macros"),
        (_zip(xl__workbook_xml=b"<a/>"), "a.xlsx", "file_damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.xls", "file_not_workbook"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "a.xlsx",
            "file_locked",
        ),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), "a.xls", "file_damaged"),
        ("Đơn vị".encode("cp1258", "ignore") + b"\xff\xd0", "a.csv", "csv_encoding"),
        (b"\x00\x01\x02\x03binary", "a.csv", "file_not_workbook"),
    ],
)
def test_read_tables_refuses(data: bytes, filename: str, code: str) -> None:
    with pytest.raises(WorkbookError) as refusal:
        read_tables(data, filename)

    assert refusal.value.code == code


def test_read_tables_refuses_a_file_that_unpacks_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(container, "MAX_UNPACKED_BYTES", 100_000)
    bomb = _zip(xl__workbook_xml=b"<a/>", xl__sharedStrings_xml=b"0" * 1_000_000)

    with pytest.raises(WorkbookError) as refusal:
        read_tables(bomb, "a.xlsx")

    assert refusal.value.code == "file_unpacks_too_large"


def test_read_tables_does_not_believe_stated_sizes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(container, "MAX_UNPACKED_BYTES", 100_000)
    bomb = bytearray(_zip(xl__workbook_xml=b"<a/>", xl__sharedStrings_xml=b"0" * 1_000_000))
    true_size = (1_000_000).to_bytes(4, "little")
    while (at := bomb.find(true_size)) >= 0:
        bomb[at : at + 4] = (10).to_bytes(4, "little")

    with pytest.raises(WorkbookError) as refusal:
        read_tables(bytes(bomb), "a.xlsx")

    assert refusal.value.code == "file_unpacks_too_large"


def test_read_tables_refuses_a_stray_cell_far_out() -> None:
    book = Workbook()
    book.active["A1"] = 1
    book.active["XFD1048576"] = 1
    stream = io.BytesIO()
    book.save(stream)

    with pytest.raises(WorkbookError) as refusal:
        read_tables(stream.getvalue(), "a.xlsx")

    assert refusal.value.code == "sheet_too_wide"


def test_read_tables_reads_ods_and_refuses_its_repeated_cells() -> None:
    cell = '<table:table-cell office:value-type="string"{more}><text:p>Xã</text:p></table:table-cell>'
    plain = _ods(f"<table:table-row>{cell.format(more='')}</table:table-row>")
    wide = cell.format(more=' table:number-columns-repeated="16000"')
    repeated = _ods(f'<table:table-row table:number-rows-repeated="1000000">{wide}</table:table-row>')

    assert read_tables(plain, "a.ods")[0].cells == [["Xã"]]
    with pytest.raises(WorkbookError) as refusal:
        read_tables(repeated, "a.ods")
    assert refusal.value.code == "sheet_too_wide"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_read_tables_reads_csv(delimiter: str, encoding: str) -> None:
    data = delimiter.join(["Xã Tân Hà", "1", "2"]).encode(encoding)

    assert read_tables(data, "a.csv")[0].cells == [["Xã Tân Hà", "1", "2"]]


def test_read_tables_leaves_hidden_sheets_aside() -> None:
    book = Workbook()
    book.active.append(["seen"])
    hidden = book.create_sheet("hidden")
    hidden.sheet_state = "hidden"
    stream = io.BytesIO()
    book.save(stream)

    assert [table.name for table in read_tables(stream.getvalue(), "a.xlsx")] == ["Sheet"]


def test_a_table_away_from_the_corner_keeps_its_rows_and_columns() -> None:
    book = Workbook()
    book.active["C4"], book.active["D6"] = "a", "b"
    packed = io.BytesIO()
    book.save(packed)

    (table,) = read_tables(packed.getvalue(), "le.xlsx")

    assert [(at, row) for at, row in enumerate(table.cells) if any(row)] == [
        (3, ["", "", "a", ""]),
        (5, ["", "", "", "b"]),
    ]
