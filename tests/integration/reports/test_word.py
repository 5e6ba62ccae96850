"""A DOCX says what the page says, and what the PDF says: for each kind, as it is usual and as it is hard."""

import io
import shutil
import subprocess
import zipfile
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn

from reports.documents.samples import sample
from reports.kinds import Layout, kinds
from reports.rendering import render_html, render_pdf, render_word
from reports.word.reading import read_document
from tests.integration.reports.hostile import many_hostile_rows
from tests.integration.reports.word import (
    out_of_order,
    paragraphs_of,
    squeezed,
    text_of_drawings,
    text_of_page,
    text_of_pdf,
    text_of_word,
)

pytestmark = pytest.mark.slow  # starts the renderer for each kind

KINDS = sorted(kinds())
SECONDS_FOR_ALL = 240


def _plain(context: Any) -> Any:
    return context


def _dressed(kind: str, dress: Callable[[Any], Any]) -> tuple[dict[str, Any], Any]:
    context, imprint = sample(kind)
    rest = {name: value for name, value in context.items() if name != "imprint"}
    return {**dress(rest), "imprint": imprint}, imprint


@cache
def _page(kind: str, dress: Callable[[Any], Any]) -> str:
    return render_html(kind, _dressed(kind, dress)[0])


@cache
def _word(kind: str, dress: Callable[[Any], Any]) -> bytes:
    return render_word(kind, *_dressed(kind, dress))


@pytest.fixture(params=[_plain, many_hostile_rows], ids=["sample", "hostile"])
def dress(request: pytest.FixtureRequest) -> Callable[[Any], Any]:
    return request.param


@pytest.mark.parametrize("kind", KINDS)
def test_every_part_of_a_page_is_known_to_the_writer(dress: Callable[[Any], Any], kind: str) -> None:
    folder = kinds()[kind].folder

    found = read_document(_page(kind, dress), lambda address: (folder / address).read_text(encoding="utf-8"))

    # A new class, element or property: say in reports/word/names.py what becomes of it.
    assert found.unknown == frozenset()


@pytest.mark.parametrize("kind", KINDS)
def test_the_text_is_that_of_the_page_in_its_order(dress: Callable[[Any], Any], kind: str) -> None:
    assert text_of_word(_word(kind, dress)) == text_of_page(_page(kind, dress))


@pytest.mark.parametrize("kind", KINDS)
def test_tables_have_the_rows_of_the_page_and_repeat_their_heads(kind: str) -> None:
    page = _page(kind, many_hostile_rows)

    body = docx.Document(io.BytesIO(_word(kind, many_hostile_rows))).element.body

    assert len(list(body.iter(qn("w:tbl")))) == page.count("<table")
    assert len(list(body.iter(qn("w:tr")))) == page.count("<tr")
    assert len(list(body.iter(qn("w:tblHeader")))) == page.count("<thead>")


@pytest.mark.parametrize("kind", KINDS)
def test_elements_stand_in_the_order_of_the_schema(dress: Callable[[Any], Any], kind: str) -> None:
    assert out_of_order(_word(kind, dress)) == []


@pytest.mark.parametrize("kind", KINDS)
def test_no_paragraph_says_another_font_and_nothing_runs(kind: str) -> None:
    with zipfile.ZipFile(io.BytesIO(_word(kind, _plain))) as package:
        names = package.namelist()
        text = package.read("word/document.xml").decode()

    assert "w:rFonts" not in text
    assert not [name for name in names if "vba" in name.lower() or "embed" in name.lower()]
    assert 'TargetMode="External"' not in text


@pytest.mark.parametrize("kind", [name for name in KINDS if kinds()[name].layout is Layout.DECREE])
def test_margins_are_within_those_of_the_decree(kind: str) -> None:
    for section in docx.Document(io.BytesIO(_word(kind, _plain))).sections:
        assert 20 <= section.top_margin.mm <= 25
        assert 20 <= section.bottom_margin.mm <= 25
        assert 30 <= section.left_margin.mm <= 35
        assert 15 <= section.right_margin.mm <= 20
        assert section.different_first_page_header_footer


def test_the_same_document_gives_the_same_bytes_from_two_processes() -> None:
    assert render_word("proposal", *_dressed("proposal", _plain)) == _word("proposal", _plain)


def test_annexes_are_sections_that_count_anew_and_drawings_are_pictures() -> None:
    file = docx.Document(io.BytesIO(_word("proposal", _plain)))

    starts = [section._sectPr.find(qn("w:pgNumType")) for section in file.sections]

    assert [start is not None for start in starts] == [False, True, True, True]
    assert len(file.inline_shapes) == _page("proposal", _plain).count("<svg")
    assert {shape.width.mm > 20 for shape in file.inline_shapes} == {True}


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_each_and_shows_the_text_of_the_pdf(tmp_path: Path) -> None:
    for kind in KINDS:
        (tmp_path / f"{kind}.docx").write_bytes(_word(kind, _plain))
    shown = tmp_path / "shown"

    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
            *("--headless", "--convert-to", "pdf", "--outdir", str(shown)),
            *(str(path) for path in sorted(tmp_path.glob("*.docx"))),
        ],
        capture_output=True,
        check=True,
        timeout=SECONDS_FOR_ALL,
    )

    for kind in KINDS:
        ours = tmp_path / f"{kind}.pdf"
        ours.write_bytes(render_pdf(kind, *_dressed(kind, _plain)))
        theirs = shown / f"{kind}.pdf"
        in_pictures = Counter(text_of_drawings(_page(kind, _plain)))
        assert Counter(_without_heads(theirs, kind)) == Counter(_without_heads(ours, kind)) - in_pictures, (
            kind
        )
        words = [squeezed(one).casefold() for one in paragraphs_of(_word(kind, _plain))]
        text = text_of_pdf(theirs)
        # A paragraph over two pages may stand apart; the count of letters above has it.
        assert sum(one in text for one in words) >= 0.9 * len(words), kind


def _without_heads(path: Path, kind: str) -> str:
    """A PDF's text without the heads of tables, which stand as often as the table goes over a page.

    A box to tick is drawn on the page and a sign in Word.
    """
    text = text_of_pdf(path).replace("☐", "")
    body = docx.Document(io.BytesIO(_word(kind, _plain))).element.body
    for mark in body.iter(qn("w:tblHeader")):
        row = mark.getparent().getparent()
        text = text.replace(
            squeezed("".join(found.text or "" for found in row.iter(qn("w:t")))).casefold(), ""
        )
    return text
