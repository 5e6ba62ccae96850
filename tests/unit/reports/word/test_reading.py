"""How a page becomes a document: what the style sheets say is what the DOCX shows."""

import pytest

from reports.word.model import Document, LineBreak, PageOf, Paragraph, Run, Table, paragraphs_of
from reports.word.reading import read_document

pytestmark = pytest.mark.unit

MM = 72 / 25.4


def read(body: str, sheet: str = "") -> Document:
    page = (
        f'<html><head><title>T</title><link rel="stylesheet" href="a.css"></head><body>{body}</body></html>'
    )
    return read_document(page, {"a.css": sheet}.__getitem__)


def only(body: str, sheet: str = "") -> Paragraph:
    (section,) = read(body, sheet).sections
    (block,) = section.blocks
    assert isinstance(block, Paragraph)
    return block


def table(body: str, sheet: str = "") -> Table:
    (block,) = read(body, sheet).sections[0].blocks
    assert isinstance(block, Table)
    return block


def test_blanks_are_read_as_a_page_shows_them() -> None:
    found = only("<p>  Bà \n <strong> Mang </strong>\t Thị&#160;Lựu <br>  hết </p>")

    assert found.text == "Bà Mang Thị\u00a0Lựu\nhết"
    assert [item.letters.is_bold for item in found.items if isinstance(item, Run)] == [
        False,
        True,
        False,
        False,
    ]
    assert any(isinstance(item, LineBreak) for item in found.items)


def test_what_no_file_can_hold_is_left_out_nor_marks_of_direction_and_strange_letters_stay() -> None:
    assert only("<p>a\x0bb\ufffec\u200bd\u202ee &lt;b&gt;</p>").text == "abc\u200bde <b>"


def test_the_more_exact_rule_wins_and_the_urgent_one_over_it() -> None:
    sheet = ".x p { font-size: 11pt } p { font-size: 14pt; text-align: justify } p { text-indent: 1cm !important } .x p { text-indent: 0 }"

    found = only('<div class="x"><p>a</p></div>', sheet)

    assert found.letters.size == 11
    assert found.align == "justify"
    assert found.first_indent == pytest.approx(10 * MM)


def test_margins_breaks_and_lines_of_a_frame_go_to_what_stands_at_its_ends() -> None:
    sheet = "p { margin: 0 } .f { margin: 5pt 0 7pt; break-inside: avoid; break-after: avoid; border-bottom: 1pt solid }"

    first, last = read('<div class="f"><p>a</p><p>b</p></div>', sheet).sections[0].blocks

    assert isinstance(first, Paragraph)
    assert isinstance(last, Paragraph)
    assert (first.before, first.keeps_with_next, first.line_below) == (5, True, False)
    assert (last.after, last.keeps_with_next, last.line_below) == (7, True, True)


def test_columns_have_their_widths_and_share_the_rest() -> None:
    sheet = "@page { size: A4; margin: 20mm 20mm 20mm 30mm } table { width: 100%; table-layout: fixed } .a { width: 40mm }"

    found = table(
        '<table><colgroup><col class="a"><col><col></colgroup><tr><td>1</td><td>2</td><td>3</td></tr></table>',
        sheet,
    )

    assert found.columns == pytest.approx([40 * MM, 60 * MM, 60 * MM])


def test_columns_never_go_beyond_the_page() -> None:
    sheet = "@page { size: A4; margin: 20mm 20mm 20mm 30mm } table { width: 100%; table-layout: fixed } col { width: 300mm }"

    found = table("<table><colgroup><col><col></colgroup><tr><td>1</td><td>2</td></tr></table>", sheet)

    assert sum(found.columns) == pytest.approx(160 * MM)


def test_heads_repeat_and_headings_stay_with_their_rows() -> None:
    found = table(
        '<table><thead><tr><th>TT</th></tr></thead><tbody><tr class="g"><th>I</th></tr><tr><td>1</td></tr></tbody></table>',
        "tr { break-inside: avoid } .g { break-after: avoid }",
    )

    assert [(row.is_head, row.keeps_whole, row.keeps_with_next) for row in found.rows] == [
        (True, True, False),
        (False, True, True),
        (False, True, False),
    ]


def test_named_pages_are_sections_of_their_own_shape_and_count() -> None:
    sheet = (
        "@page { size: A4 portrait; margin: 20mm } @page wide { size: A4 landscape; @top-center { content: counter(page) } }"
        "@page :nth(1 of wide) { counter-reset: page 1 } .w { page: wide; break-before: page }"
    )

    first, wide, last = read('<p>a</p><section class="w"><p>b</p></section><p>c</p>', sheet).sections

    assert [section.page.starts_anew for section in (first, wide, last)] == [False, True, False]
    assert first.page.width < first.page.height
    assert wide.page.width > wide.page.height
    assert (first.page.is_numbered, wide.page.is_numbered) == (False, True)
    # The section begins a page of itself; a break before its first paragraph would leave an empty one.
    assert not next(paragraphs_of(wide.blocks)).begins_page


def test_a_frame_that_begins_with_a_table_begins_its_page_there() -> None:
    sheet = ".s + .s { break-before: page }"
    body = '<div class="s"><table><tr><td>1</td></tr></table></div>' * 2

    assert [one.begins_page for one in paragraphs_of(read(body, sheet).sections[0].blocks)] == [False, True]


def test_the_page_of_a_place_is_asked_of_word() -> None:
    sheet = ".of::after { content: target-counter(attr(href), page) }"

    one, two = (
        read('<p><a class="of" href="#nominee-1"></a></p><h2 id="nominee-1">x</h2>', sheet).sections[0].blocks
    )

    assert isinstance(one, Paragraph)
    assert isinstance(two, Paragraph)
    assert [item.bookmark for item in one.items if isinstance(item, PageOf)] == two.bookmarks == ["nominee_1"]


@pytest.mark.parametrize(
    ("body", "sheet", "unknown"),
    [
        ("<p>a</p>", "p { margin: 0 }", set()),
        ('<p class="new">a</p>', "", {"class new"}),
        ("<p><mark>a</mark></p>", "", {"element mark"}),
        ("<table><caption>a</caption></table>", "", {"element caption in a table"}),
        ("<p>a</p>", "p { columns: 2 }", {"property columns"}),
        ("<p>a</p>", "@media print { p { margin: 0 } }", {"rule media"}),
    ],
)
def test_what_the_reader_does_not_know_is_named(body: str, sheet: str, unknown: set[str]) -> None:
    assert read(body, sheet).unknown == unknown
