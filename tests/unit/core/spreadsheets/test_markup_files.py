"""Web pages and the XML of 2003 under the name of a workbook: read as tables, however portals write them."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import date

import pytest

from core.spreadsheets import sheets
from core.spreadsheets.container import check_container, open_book, read_tables
from core.spreadsheets.problems import WorkbookError

HEADS = ["STT", "Chủ hộ", "Năm sinh", "Kết quả rà soát"]
ROW = ["1", "Nguyễn Thị Hoà", "1970", "Hộ nghèo"]


def page(body: str, head: str = '<meta charset="utf-8">') -> bytes:
    return f"<html><head>{head}</head><body>{body}</body></html>".encode()


def cells(*texts: str, tag: str = "td") -> str:
    return "<tr>" + "".join(f"<{tag}>{text}</{tag}>" for text in texts) + "</tr>"


LIST = f"<table>{cells(*HEADS, tag='th')}{cells(*ROW)}</table>"


def xml(rows: str, *, before: str = "", sheets: str = "", name: str = "DS") -> str:
    return (
        '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"'
        ' xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" xmlns:x="urn:schemas-microsoft-com:office:excel"'
        f' xmlns:html="http://www.w3.org/TR/REC-html40">{before}'
        f'<Worksheet ss:Name="{name}"><Table>{rows}</Table></Worksheet>{sheets}</Workbook>'
    )


def text(value: str, kind: str = "String", **attributes: object) -> str:
    stated = "".join(f' ss:{name}="{given}"' for name, given in attributes.items())
    return f'<Cell{stated}><Data ss:Type="{kind}">{value}</Data></Cell>'


def refusal(data: bytes, filename: str = "ho.xls") -> str:
    with pytest.raises(WorkbookError) as refused:
        read_tables(data, filename)
    return refused.value.code


@pytest.mark.parametrize("filename", ["ho.xls", "ho.xlsx", "ho.htm", "ho.csv"])
def test_a_page_is_read_as_its_table(filename: str) -> None:
    (table,) = read_tables(page(LIST), filename)

    assert table.cells == [HEADS, ROW]
    assert table.name == filename


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (page(LIST).decode().replace("utf-8", "windows-1258").encode("utf-8"), "UTF-8 whatever it says"),
        (page(LIST).decode().encode("utf-16"), "UTF-16 with its mark"),
        (page(LIST).decode().encode("utf-16-le"), "UTF-16 without"),
        (b"\xef\xbb\xbf" + page(LIST), "a mark of UTF-8"),
    ],
)
def test_letters_of_a_page_are_read_by_what_they_are(data: bytes, why: str) -> None:
    (table,) = read_tables(data, "ho.xls")

    assert table.cells == [HEADS, ROW], why


@pytest.mark.parametrize(
    "head",
    [
        '<meta charset="windows-1258">',
        '<meta http-equiv="Content-Type" content="text/html; charset=WINDOWS-1258">',
    ],
)
def test_a_page_of_windows_1258_is_read(head: str) -> None:
    # The code page has the tones as marks of their own.
    parted = "".join(
        {"ễ": "ê\u0303", "ị": "i\u0323", "à": "à", "ộ": "ô\u0323", "ả": "a\u0309"}.get(c, c) for c in ROW[1]
    )
    data = f"<html><head>{head}</head><table>{cells(*HEADS[:1], 'Ho', 'Nam', 'KQ')}{cells('1', parted, '1970', 'HN')}"

    (table,) = read_tables(data.encode("cp1258"), "ho.xls")

    assert table.cells[1] == ["1", "Nguyễn Thị Hoà", "1970", "HN"]


@pytest.mark.parametrize(
    "data",
    [
        "<html><table><tr><td>Hộ".encode("cp1258", "ignore") + b"\xff\xd0",
        b'<html><meta charset="utf-7"><table><tr><td>\xff\xd0',
        b'<html><meta charset="punycode"><table><tr><td>\xff\xd0',
        b"\xff\xfe" + "<html>".encode("utf-16-le") + b"\x00\xd8\x00",
    ],
)
def test_letters_that_cannot_be_known_are_refused(data: bytes) -> None:
    assert refusal(data) == "csv_encoding"


def test_spans_are_merged_and_keep_columns_in_place() -> None:
    body = (
        "<table><tr><th rowspan=2>STT</th><th colspan='2'>Địa bàn</th><th rowspan='2'>Số hộ</th></tr>"
        f"{cells('Xã', 'Thôn', tag='th')}{cells('1', 'Phan Điền', 'Phú Sơn', '5')}</table>"
    )

    (table,) = read_tables(page(body), "ho.xls")

    assert table.cells == [
        ["STT", "Địa bàn", "", "Số hộ"],
        ["", "Xã", "Thôn", ""],
        ["1", "Phan Điền", "Phú Sơn", "5"],
    ]
    assert set(table.merged) == {((0, 0), (1, 0)), ((0, 1), (0, 2)), ((0, 3), (1, 3))}


def test_a_span_beyond_the_table_ends_with_it() -> None:
    (table,) = read_tables(
        page(f"<table>{cells('a', 'b', 'c')}<tr><td rowspan=9>d<td>e<td>f</table>"), "ho.xls"
    )

    assert table.cells[1] == ["d", "e", "f"]
    assert table.merged == ()


def test_lines_before_the_table_stand_above_it() -> None:
    body = (
        "<style>td {color: red}</style><script>alert('Hộ')</script><title>Xuất</title>"
        "<p>UBND XÃ<br>PHAN ĐIỀN</p><table><tr><td>DANH SÁCH HỘ NGHÈO</td><td>NĂM 2024</td></tr></table>"
        f"<!-- <table>{cells('x', 'y', 'z')}</table> -->{LIST}<p>Người lập</p>"
    )

    (table,) = read_tables(page(body), "ho.xls")

    assert [row[0] for row in table.cells] == [
        "UBND XÃ",
        "PHAN ĐIỀN",
        "DANH SÁCH HỘ NGHÈO NĂM 2024",
        "STT",
        "1",
    ]


def test_a_layout_table_gives_way_to_the_list_inside() -> None:
    body = f"<table><tr><td>UBND XÃ PHAN ĐIỀN<td>a<td>b<tr><td colspan=3>{LIST}</td></tr></table>"

    (table,) = read_tables(page(body), "ho.xls")

    assert [row[:2] for row in table.cells] == [["UBND XÃ PHAN ĐIỀN a b", ""], HEADS[:2], ROW[:2]]


def test_a_table_inside_a_cell_is_the_cells_text() -> None:
    inner = "<table><tr><td>Nguyễn</td><td>Thị Hoà</td></tr></table>"

    (table,) = read_tables(page(f"<table>{cells('1', inner, '1970', 'HN')}</table>"), "ho.xls")

    assert table.cells == [["1", "Nguyễn Thị Hoà", "1970", "HN"]]


def test_several_tables_are_several_sheets() -> None:
    tables = read_tables(page(LIST + "<p>Thôn Tân Điền</p>" + LIST), "ho.xls")

    assert [table.name for table in tables] == ["ho.xls 1", "ho.xls 2"]
    assert [len(table.cells) for table in tables] == [2, 3]


def test_small_tables_are_lists_where_there_are_no_others() -> None:
    (table,) = read_tables(
        page(f"<table>{cells('Chủ hộ', '2023')}{cells('Lê Văn Tám', 'HN')}</table>"), "ho.xls"
    )

    assert table.cells == [["Chủ hộ", "2023"], ["Lê Văn Tám", "HN"]]


def test_the_number_beside_a_formatted_text_is_taken_where_the_text_shows_it() -> None:
    body = '<table><tr><td x:num="1250">1.250<td x:num="44621">01/03/2022<td x:num>7<td x:num="1e400">1'

    (table,) = read_tables(page(body), "ho.xls")

    assert table.cells == [[1250.0, "01/03/2022", "7", "1"]]


def test_hidden_and_struck_rows_of_a_page_are_noted() -> None:
    body = (
        f"<table>{cells(*HEADS)}<tr style='DISPLAY: none'><td>1<td>a<td>b<td>c</tr>"
        "<tr><td><s>2</s><td style='text-decoration:line-through'>Lê Văn Hai<td>b<td><del>c</del> d e</tr></table>"
    )

    (sheet,) = open_book(page(body), "ho.xls").sheets

    assert sheet.marks.hidden_rows == {1}
    assert sheet.marks.struck == {2: 0b11}


def test_a_page_without_a_table_is_refused() -> None:
    assert refusal(page("<form>Đăng nhập <input></form>")) == "page_no_table"
    assert refusal(page("<table></table><table><tr></tr></table>")) == "page_no_table"


def test_a_page_saved_with_its_parts_and_other_markup_are_refused() -> None:
    assert refusal(b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n<html>") == "page_archive"
    assert refusal(b'<?xml version="1.0"?><feed><table/></feed>') in {"file_not_workbook", "page_no_table"}
    assert refusal(b"<svg></svg>") == "file_not_workbook"
    assert refusal(page(LIST.replace("Hộ", "H\0ộ"))) == "file_not_workbook"


@pytest.mark.slow  # a million signs are walked through
@pytest.mark.parametrize(
    "unit",
    [
        "<a ",
        "<!--",
        "<![CDATA[",
        "<table>",
        "<table><tr><td>",
        "<b>",
        "<td>",
        "<s>",
        "<a b='",
        "&amp;",
        "<select>",
    ],
)
def test_hostile_pages_are_read_or_refused_soon(unit: str) -> None:
    data = page(LIST + unit * (1_000_000 // len(unit)))
    begun = time.perf_counter()

    with suppress(WorkbookError):
        read_tables(data, "ho.xls")

    assert time.perf_counter() - begun < 8


@pytest.mark.slow  # cells are filled as far as the limit
@pytest.mark.parametrize(
    "rows",
    [
        "<td colspan=1000>x" * 17,
        "<tr><td colspan=1000>x" * 3001,
        "<tr><td rowspan=65534 colspan=1000>x" * 3001,
    ],
)
def test_spans_without_end_are_refused(rows: str) -> None:
    assert refusal(page(f"<table>{rows}")) == "sheet_too_wide"


def test_spans_are_capped_and_what_is_no_number_is_one() -> None:
    (table,) = read_tables(
        page(f"<table>{cells('a', 'b', 'c')}<tr><td colspan=9999999999>x<td colspan=-2>y"), "ho.xls"
    )

    assert len(table.cells[0]) == 1001


def test_many_small_tables_share_the_room_of_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MAX_CELLS", 10_000)

    assert refusal(page(f"<table>{'<tr><td colspan=1000>x' * 5}</table>" * 4)) == "sheet_too_wide"


def test_xml_of_2003_is_read() -> None:
    rows = (
        f"<Row>{''.join(text(head) for head in HEADS)}</Row>"
        f"<Row>{text('1', kind='Number')}{text('Nguyễn Thị Hoà')}{text('1970', kind='Number')}{text('Hộ nghèo')}</Row>"
    )

    (table,) = read_tables(xml(rows).encode(), "ho.xls")

    assert table.name == "DS"
    assert table.cells == [HEADS, [1.0, "Nguyễn Thị Hoà", 1970.0, "Hộ nghèo"]]


def test_xml_of_2003_places_and_merges_cells() -> None:
    rows = (
        f"<Row>{text('STT', MergeDown=1)}{text('Địa bàn', MergeAcross=1)}{text('Số hộ')}</Row>"
        f"<Row>{text('Xã', Index=2)}{text('Thôn')}</Row>"
        f'<Row ss:Index="5">{text("x", Index=4)}</Row>'
    )

    (table,) = read_tables(xml(rows).encode(), "ho.xls")

    assert table.cells == [
        ["STT", "Địa bàn", "", "Số hộ"],
        ["", "Xã", "Thôn", ""],
        ["", "", "", ""],
        ["", "", "", ""],
        ["", "", "", "x"],
    ]
    assert set(table.merged) == {((0, 0), (1, 0)), ((0, 1), (0, 2))}


def test_xml_of_2003_reads_kinds_of_data_rich_text_and_no_comments() -> None:
    rich = (
        '<Cell><ss:Data ss:Type="String" xmlns="http://www.w3.org/TR/REC-html40"><B>Lê</B><Font> Văn</Font></ss:Data>'
        '<Comment><ss:Data xmlns="http://www.w3.org/TR/REC-html40">ghi chú</ss:Data></Comment></Cell>'
    )
    rows = (
        f"<Row>{text('2022-03-01T00:00:00.000', kind='DateTime')}{text('1', kind='Boolean')}{rich}"
        f"{text('abc', kind='Number')}{text('nan', kind='Number')}{text('mai', kind='DateTime')}</Row>"
    )

    (table,) = read_tables(xml(rows).encode(), "ho.xls")

    assert table.cells == [[date(2022, 3, 1), True, "Lê Văn", "abc", "nan", "mai"]]


def test_xml_of_2003_says_what_is_hidden_struck_out_or_an_error() -> None:
    styles = (
        '<Styles><Style ss:ID="s1"><Font ss:StrikeThrough="1"/></Style>'
        '<Style ss:ID="s2"><Font ss:FontName=".VnTime"/></Style></Styles>'
    )
    rows = (
        '<Column ss:Index="3" ss:Hidden="1" ss:Span="1"/><Column/><Column ss:Hidden="1"/>'
        f"<Row ss:Hidden='1'>{text('a')}</Row><Row ss:StyleID='s1'>{text('b')}{text('c', StyleID='s2')}</Row>"
        f"<Row>{text('#N/A', kind='Error')}</Row>"
    )
    hidden = (
        '<Worksheet ss:Name="Ẩn"><Table/><WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel">'
        "<Visible>SheetHidden</Visible></WorksheetOptions></Worksheet>"
    )

    (sheet,) = open_book(xml(rows, before=styles, sheets=hidden).encode(), "ho.xls").sheets

    assert sheet.marks.hidden_rows == {0}
    assert sheet.marks.hidden_columns == [(2, 3), (5, 5)]
    assert sheet.marks.struck == {1: 0b1}
    assert sheet.marks.errors == {2: {0: "#N/A"}}
    assert sheet.marks.fonts.at(1, 1) == ".VnTime"


@pytest.mark.parametrize("encoding", ["utf-16", "windows-1258", "utf-8"])
def test_xml_of_2003_is_read_in_the_encoding_that_it_states(encoding: str) -> None:
    stated = xml(text("Hô\u0323 nghèo").join(("<Row>", "</Row>"))).replace(
        '"1.0"', f'"1.0" encoding="{encoding}"'
    )

    (table,) = read_tables(stated.encode(encoding), "ho.xls")

    assert table.cells[0][0] in {"Hộ nghèo", "Hô\u0323 nghe\u0300o", "Hô\u0323 nghèo"}


LAUGHS = '<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.slow  # rows are made as far as the limit
@pytest.mark.parametrize(
    ("data", "code"),
    [
        (xml("<Row/>").replace("<Workbook", LAUGHS + "<Workbook"), "file_damaged"),
        (
            xml("<Row/>").replace("<Workbook", '<!DOCTYPE w SYSTEM "file:///etc/passwd"><Workbook'),
            "file_damaged",
        ),
        (xml("<Row>" * 100), "file_damaged"),
        (xml(f"<Row>{text('a & b')}</Row>"), "file_damaged"),
        (xml('<Row ss:Index="x"/>'), "file_damaged"),
        (xml(f'<Row ss:Index="1048577">{text("a")}</Row>'), "sheet_too_wide"),
        (xml(f"<Row>{text('a', Index=16385)}</Row>"), "sheet_too_wide"),
        (xml(f'<Row ss:Index="1000000">{text("a", Index=99)}</Row>'), "sheet_too_wide"),
        (xml(f"<Row>{text('a', MergeAcross=16383)}</Row>" * 200), "sheet_too_wide"),
        (xml("<Row/>")[:-20], "file_damaged"),
    ],
)
def test_hostile_xml_is_refused(data: str, code: str) -> None:
    check_container(data.encode(), "ho.xls")

    assert refusal(data.encode()) == code
