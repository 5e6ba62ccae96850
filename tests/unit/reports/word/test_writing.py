"""What is written is what Word opens: order of elements, merged cells, tables that do not touch, one set of bytes."""

import io
import zipfile
from datetime import date

import docx
import pytest
from docx.enum.table import WD_ALIGN_VERTICAL
from docx.oxml.ns import qn

from reports.word.model import (
    Cell,
    Document,
    Letters,
    PageShape,
    Paragraph,
    Picture,
    Row,
    Run,
    Section,
    Table,
)
from reports.word.writing import write_document

pytestmark = pytest.mark.unit


def words(text: str) -> Paragraph:
    return Paragraph("Body Text", [Run(text, Letters())], Letters())


def written(*sections: list) -> bytes:
    shapes = [Section(PageShape(starts_anew=place > 0), blocks) for place, blocks in enumerate(sections)]
    document = Document("Tờ trình", "Sở Nội vụ", date(2025, 12, 15), shapes, frozenset())
    return write_document(document, lambda picture: pytest.fail("nothing to draw"))


def opened(content: bytes) -> docx.document.Document:
    return docx.Document(io.BytesIO(content))


def simple_table() -> Table:
    return Table([100.0, 100.0], [Row([Cell([words("a")]), Cell([words("b")])])])


def test_the_same_document_gives_the_same_bytes_without_a_time_in_them() -> None:
    one, two = (written([words("a"), simple_table()]) for _again in range(2))

    assert one == two
    with zipfile.ZipFile(io.BytesIO(one)) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    said = opened(one).core_properties
    assert (said.title, said.author, said.language) == ("Tờ trình", "Sở Nội vụ", "vi-VN")
    assert said.created.date() == date(2025, 12, 15)


def test_every_font_is_times_new_roman() -> None:
    with zipfile.ZipFile(io.BytesIO(written([words("a")]))) as package:
        styles = package.read("word/styles.xml").decode()

    assert styles.count("w:rFonts") == 1
    assert 'w:ascii="Times New Roman"' in styles
    assert 'w:lang w:val="vi-VN"' in styles


def test_lines_that_end_with_a_break_are_not_drawn_out() -> None:
    with zipfile.ZipFile(io.BytesIO(written([words("a")]))) as package:
        said = package.read("word/settings.xml").decode()

    assert said.index("w:doNotExpandShiftReturn") < said.index("w:compatSetting")
    assert 'w:val="15"' in said


def test_tables_do_not_touch_and_a_cell_ends_with_a_paragraph() -> None:
    inside = Table([50.0], [Row([Cell([simple_table()])])])

    body = opened(written([simple_table(), inside])).element.body

    tags = [child.tag.partition("}")[2] for child in body]
    assert tags == ["tbl", "p", "tbl", "p", "sectPr"]
    for cell in body.iter(qn("w:tc")):
        assert cell[-1].tag == qn("w:p")


def test_cells_over_columns_and_rows_are_merged() -> None:
    rows = [
        Row([Cell([words("tall")], down=2), Cell([words("wide")], across=2)]),
        Row([Cell([words("x")]), Cell([words("y")])]),
    ]

    found = opened(written([Table([50.0, 50.0, 50.0], rows)])).tables[0]

    assert [[cell.text for cell in row.cells] for row in found.rows] == [
        ["tall", "wide", "wide"],
        ["tall", "x", "y"],
    ]


def test_cells_stand_where_they_are_told() -> None:
    row = Row([Cell([words("a")]), Cell([words("b")], align="middle"), Cell([words("c")], align="bottom")])

    cells = opened(written([Table([50.0] * 3, [row])])).tables[0].rows[0].cells

    assert [cell.vertical_alignment for cell in cells] == [
        None,
        WD_ALIGN_VERTICAL.CENTER,
        WD_ALIGN_VERTICAL.BOTTOM,
    ]


def test_sections_count_anew_and_only_the_second_page_on_bears_a_number() -> None:
    file = opened(written([words("letter")], [words("annex"), simple_table()], [words("last")]))

    assert len(file.sections) == 3
    numbers = [section._sectPr.find(qn("w:pgNumType")) for section in file.sections]
    assert [None if one is None else one.get(qn("w:start")) for one in numbers] == [None, "1", "1"]
    for section in file.sections:
        assert section.different_first_page_header_footer
        assert "PAGE" in section.header._element.xml
        assert "PAGE" not in section.first_page_header._element.xml
        assert section.page_width.mm == pytest.approx(210, abs=0.1)


def test_a_style_says_what_its_paragraphs_share_and_no_paragraph_says_it_again() -> None:
    small = Paragraph("Body Text", [Run("b", Letters(size=11))], Letters(size=11), before=3)

    file = opened(written([words("a"), small]))

    first, second = file.paragraphs
    assert first.style.name == second.style.name == "Body Text"
    assert first.runs[0].font.size is None
    assert second.runs[0].font.size.pt == 11
    assert second.paragraph_format.space_before.pt == 3
    assert first.paragraph_format.space_before is None


def test_a_drawing_is_a_picture_with_its_words() -> None:
    drawing = Paragraph("Plain", [Picture("<svg/>", 120.0, 60.0, "Số hộ nghèo.")], Letters())
    document = Document("a", "", None, [Section(PageShape(), [drawing])], frozenset())
    asked = []

    def draw(picture: Picture) -> bytes:
        from PIL import Image  # noqa: PLC0415 -- only here

        asked.append(picture)
        target = io.BytesIO()
        Image.new("L", (4, 2), 255).save(target, format="PNG")
        return target.getvalue()

    shape = opened(write_document(document, draw)).inline_shapes[0]

    assert (shape.width.pt, shape.height.pt) == (120, 60)
    assert shape._inline.docPr.get("descr") == "Số hộ nghèo."
    assert len(asked) == 1
