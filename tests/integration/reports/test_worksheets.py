"""A list goes out inside its PDF as a workbook, and the PDF stays one for archives."""

import io

import pikepdf
import pytest
from lxml import html as pages
from openpyxl import load_workbook

from reports.documents.samples import sample
from reports.kinds import kinds
from reports.rendering import render_html, render_pdf
from reports.worksheets import lists_in, workbook_of
from tests.integration.reports.hostile import many_hostile_rows

pytestmark = pytest.mark.slow  # starts the renderer

WITH_LISTS = [
    "appraisal_round",
    "decision_draft",
    "filing_letter",
    "members",
    "pm_submission",
    "proposal",
]


def _page(kind: str, *, is_hard: bool = False) -> str:
    context, imprint = sample(kind)
    rest = {name: value for name, value in context.items() if name != "imprint"}
    return render_html(kind, {**(many_hostile_rows(rest) if is_hard else rest), "imprint": imprint})


def _squeezed(value: object) -> str:
    return "".join(str(value if value is not None else "").replace(".", "").split()).removeprefix("'")


def _workbook_in(pdf: pikepdf.Pdf) -> bytes:
    (attached,) = pdf.attachments.values()
    return attached.get_file().read_bytes()


@pytest.mark.parametrize("is_hard", [False, True], ids=["sample", "hostile"])
@pytest.mark.parametrize("kind", WITH_LISTS)
def test_cells_of_the_workbook_are_the_rows_of_the_lists(kind: str, *, is_hard: bool) -> None:
    page = _page(kind, is_hard=is_hard)
    tables = [
        table
        for table in pages.fromstring(page).find_class("list")
        if table.xpath("ancestor::section[contains(@class, 'annex')]")
        and not table.xpath("ancestor::section[contains(@class, 'summary-page')]")
        and "contents" not in table.get("class")
    ]

    book = load_workbook(io.BytesIO(workbook_of(page) or b""))

    assert len(book.worksheets) == len(tables) > 0
    for sheet, table in zip(book.worksheets, tables, strict=True):
        shown = [[_squeezed(cell.text_content()) for cell in row] for row in table.iter("tr")]
        kept = [
            [_squeezed(cell.value) for cell in row if cell.value is not None] for row in sheet.iter_rows()
        ]
        assert kept == [[cell for cell in row if cell] for row in shown]


@pytest.mark.parametrize("kind", sorted(set(kinds()) - set(WITH_LISTS)))
def test_documents_without_annexes_take_no_workbook_along(kind: str) -> None:
    assert list(lists_in(_page(kind))) == []
    assert workbook_of(_page(kind)) is None


def test_money_can_be_added_up_and_no_text_is_a_formula() -> None:
    book = load_workbook(io.BytesIO(workbook_of(_page("proposal")) or b""))
    prizes = {row[0].value: row[3].value for row in book.worksheets[2].iter_rows() if len(row) > 3}

    assert prizes.pop("Tổng cộng") == sum(value for value in prizes.values() if isinstance(value, int)) > 0
    hard = load_workbook(io.BytesIO(workbook_of(_page("proposal", is_hard=True)) or b""))
    assert {cell.data_type for sheet in hard for row in sheet.iter_rows() for cell in row} <= {"s", "n"}


def test_pdf_holds_the_workbook_as_its_data_and_stays_for_archives() -> None:
    content = render_pdf("proposal", *sample("proposal"))

    with pikepdf.open(io.BytesIO(content)) as pdf:
        (named,) = pdf.Root.AF
        attached = _workbook_in(pdf)
        with pdf.open_metadata() as said:
            part = (said["pdfaid:part"], said["pdfaid:conformance"])
        assert str(named.UF) == "danh-sach.xlsx"
        assert str(named.AFRelationship) == "/Data"
        assert "spreadsheetml" in str(named.EF.F.Subtype)
        assert pdf.Root.MarkInfo.Marked
        assert len(pdf.Root.OutputIntents) == 1
    assert part == ("3", "A")
    assert attached == workbook_of(_page("proposal"))


def test_the_same_document_gives_the_same_bytes_with_its_workbook() -> None:
    assert render_pdf("proposal", *sample("proposal")) == render_pdf("proposal", *sample("proposal"))


def test_pdf_of_a_letter_holds_no_file() -> None:
    with pikepdf.open(io.BytesIO(render_pdf("reminder", *sample("reminder")))) as pdf:
        assert len(pdf.attachments) == 0
