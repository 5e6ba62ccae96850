"""Files typed in fonts of the time before Unicode: recognised in every format, converted cell by cell when told to."""

from __future__ import annotations

import io
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font

from core.legacy_encodings import TCVN3, VNI, Encoding
from core.spreadsheets.container import open_book
from core.spreadsheets.opening import Opening
from core.spreadsheets.problems import WorkbookError
from tests.unit.core.spreadsheets.test_oddities import ods

FILES = Path(__file__).parent / "files"
HEADS = ["STT", "Họ và tên chủ hộ", "Năm sinh", "Thôn", "Năm 2024"]
ROWS = [
    [1, "Nguyễn Văn Hải", 1968, "Thôn Phú Sơn", "Hộ nghèo"],
    [2, "Trần Quốc Dũng", 1980, "Thôn Tân Điền", "Hộ cận nghèo"],
]
CODES = {
    Encoding.TCVN3: {letter: code for code, letter in TCVN3.items()},
    Encoding.VNI: {letter: code for code, letter in reversed(VNI.items())},
}
FONTS = {Encoding.TCVN3: ".VnTime", Encoding.VNI: "VNI-Times"}


def typed(value: Any, encoding: Encoding) -> Any:
    """The text as somebody typed it in a font of the encoding."""
    return "".join(CODES[encoding].get(char, char) for char in value) if isinstance(value, str) else value


def xlsx(rows: list[list[Any]], font: str = "", column: int | None = None) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    if font:
        for cells in book.active.iter_rows():
            for at, cell in enumerate(cells):
                if column in (None, at):
                    cell.font = Font(name=font)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def all_typed(encoding: Encoding) -> list[list[Any]]:
    return [[typed(cell, encoding) for cell in row] for row in (HEADS, *ROWS)]


@pytest.mark.parametrize("encoding", Encoding)
@pytest.mark.parametrize("with_font", [True, False])
def test_a_whole_file_is_recognised_and_converted(encoding: Encoding, with_font: bool) -> None:
    font = FONTS[encoding] if with_font else ""
    data = xlsx(all_typed(encoding), font)

    untouched = open_book(data, "ho.xlsx")
    converted = open_book(data, "ho.xlsx", Opening(encoding=encoding))

    assert untouched.legacy is not None
    assert (untouched.legacy.encoding, untouched.legacy.font) == (encoding, font)
    assert (typed(HEADS[1], encoding), HEADS[1]) in untouched.legacy.examples
    assert next(iter(untouched.sheets[0].rows())) == all_typed(encoding)[0]
    assert list(converted.sheets[0].rows()) == [HEADS, *ROWS]
    (told,) = converted.sheets[0].oddities
    assert (told.code, told.params) == ("cells_converted", {"count": 10, "encoding": encoding.upper()})
    assert converted.legacy == untouched.legacy


@pytest.mark.parametrize("with_font", [True, False])
def test_only_the_columns_that_are_typed_so_are_converted(with_font: bool) -> None:
    rows = [HEADS, *([row[0], typed(row[1], Encoding.TCVN3), *row[2:]] for row in ROWS)]
    data = xlsx(rows, ".VnTime" if with_font else "", column=1)

    book = open_book(data, "ho.xlsx", Opening(encoding=Encoding.TCVN3))

    assert list(book.sheets[0].rows()) == [HEADS, *ROWS]
    assert book.sheets[0].oddities[0].params["count"] == 2
    assert book.legacy is not None
    assert all(before != after for before, after in book.legacy.examples)


def test_legacy_rows_far_below_are_found() -> None:
    rows = [HEADS, *ROWS * 800, *all_typed(Encoding.TCVN3)[1:]]

    book = open_book(xlsx(rows), "ho.xlsx")

    assert book.legacy is not None
    assert book.legacy.encoding is Encoding.TCVN3


def test_proper_text_is_never_taken_for_an_old_fonts() -> None:
    rows = [
        *ROWS,
        [3, "Hà Lò", 1970, "Thôn 1 · Đồi", "±5 °C «cũ» ½"],
        [4, "Françoise Müller", 1960, "A", "B"],
    ]

    assert open_book(xlsx([HEADS, *rows]), "ho.xlsx").legacy is None
    assert open_book(xlsx([HEADS, *rows], ".VnTime"), "ho.xlsx").legacy is None


def test_a_font_that_draws_capitals_gives_capitals() -> None:
    data = (FILES / "tcvn3.xls").read_bytes()

    book = open_book(data, "ho.xls", Opening(encoding=Encoding.TCVN3))

    rows = list(book.sheets[0].rows())
    assert rows[0][0] == "DANH SÁCH HỘ NGHÈO"
    assert rows[2] == ["STT", "Họ và tên chủ hộ", "Năm sinh", "Năm 2024"]
    assert rows[3][1] == "Trần Thị Lý"
    assert book.legacy is not None
    assert book.legacy.font in {".VnTime", ".VnTimeH"}


def test_an_ods_file_names_its_fonts() -> None:
    styles = (
        '<office:font-face-decls><style:font-face style:name="F1" svg:font-family="&apos;.VnTime&apos;"/>'
        "</office:font-face-decls><office:automatic-styles>"
        '<style:style style:name="ce1" style:family="table-cell"><style:text-properties style:font-name="F1"/>'
        "</style:style></office:automatic-styles>"
    )
    text = typed("Hộ nghèo", Encoding.TCVN3)
    cell = f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
    column = '<table:table-column table:default-cell-style-name="ce1"/>'
    data = ods(
        f'<table:table table:name="A">{column}<table:table-row>{cell}</table:table-row></table:table>', styles
    )

    book = open_book(data, "ho.ods", Opening(encoding=Encoding.TCVN3))

    assert book.legacy is not None
    assert book.legacy.font == ".VnTime"
    assert list(book.sheets[0].rows()) == [["Hộ nghèo"]]


def test_a_page_in_an_old_font_is_recognised() -> None:
    rows = "".join("<tr>" + "".join(f"<td>{cell}" for cell in row) for row in all_typed(Encoding.TCVN3))
    page = f'<html><meta charset="windows-1252"><table>{rows}</table>'.encode("cp1252")

    book = open_book(page, "ho.xls", Opening(encoding=Encoding.TCVN3))

    assert list(book.sheets[0].rows())[1][1] == "Nguyễn Văn Hải"


@pytest.mark.parametrize("encoding", Encoding)
def test_a_csv_file_of_an_old_font_is_recognised(encoding: Encoding) -> None:
    data = "\r\n".join(";".join(map(str, row)) for row in all_typed(encoding)).encode("cp1252")

    book = open_book(data, "ho.csv", Opening(encoding=encoding))

    assert book.legacy is not None
    assert list(book.sheets[0].rows()) == [[str(cell) for cell in row] for row in (HEADS, *ROWS)]


@pytest.mark.parametrize("text", ["Chủ hộ;Năm\nLê Văn Tám;1960", "Name;Ort\nFrançoise Müller;Köln"])
def test_a_csv_file_in_another_code_page_is_refused(text: str) -> None:
    code_page = "cp1258" if "Lê" in text else "cp1252"
    data = "".join(unicodedata.normalize("NFC", char) for char in text).encode(code_page, "ignore")

    with pytest.raises(WorkbookError) as refused:
        open_book(data, "ho.csv")

    assert refused.value.code == "csv_encoding"
