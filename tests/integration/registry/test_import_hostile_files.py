"""Files that are no list get a sentence at the upload page, whatever they are; odd texts are kept as they are."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook

from registry.enums import ImportStatus, Role, RowState
from registry.models import Household, ImportFile, Unit
from tests.integration.registry.import_files import workbook
from tests.integration.registry.import_steps import counts, reasons, rows_of, upload

pytestmark = pytest.mark.django_db

SignedIn = Callable[..., Client]
LIST = [["Chủ hộ", "Năm sinh", "2023"], ["Lê Văn Tám", 1960, "HN"]]
CONTENT_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)


@pytest.fixture(autouse=True)
def _run_tasks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Inside a test's transaction nothing commits: what would run after commit runs at once."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda call, *args, **kwargs: call())


def package(*entries: tuple[str, bytes], base: bytes = b"") -> bytes:
    """A zip with these entries, after those of another where one is given."""
    packed = io.BytesIO(base)
    with zipfile.ZipFile(packed, "a" if base else "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in entries:
            target.writestr(name, content)
    return packed.getvalue()


def sheet_xml(rows: str) -> bytes:
    """A workbook whose only sheet holds these rows of XML."""
    base = io.BytesIO(workbook(LIST))
    packed = io.BytesIO()
    with zipfile.ZipFile(base) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.namelist():
            content = source.read(entry)
            if entry == "xl/worksheets/sheet1.xml":
                text = content.decode()
                start, end = text.index("<sheetData>"), text.index("</sheetData>")
                content = (text[: start + 11] + rows + text[end:]).encode()
            target.writestr(entry, content)
    return packed.getvalue()


def inline(cell: str, text: str) -> str:
    return f'<c r="{cell}" t="inlineStr"><is><t>{text}</t></is></c>'


HEAD = f'<row r="1">{inline("A1", "Chủ hộ")}{inline("B1", "2023")}</row>'


def zip_bomb() -> bytes:
    piece = b"0" * (1 << 20)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("xl/workbook.xml", "<workbook/>")
        with target.open("xl/worksheets/sheet1.xml", "w") as entry:
            for _mebibyte in range(201):
                entry.write(piece)
    return packed.getvalue()


def formulas_without_results() -> bytes:
    return workbook([["Chủ hộ", "2023"], ['="Lê Văn"&" Tám"', "HN"]])


def far_cell(column: str = "XFD") -> bytes:
    far = f'<row r="1048576">{inline(f"{column}1048576", "x")}</row>'
    return sheet_xml(HEAD + f'<row r="2">{inline("A2", "Lê Văn Tám")}{inline("B2", "HN")}</row>' + far)


REFUSED: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "zip bomb": ("bom.xlsx", zip_bomb, "unpacks to far more"),
    "macros by name": ("ho.xlsm", lambda: workbook(LIST), "macros"),
    "macros inside": ("ho.xlsx", lambda: package(("xl/vbaProject.bin", b"x"), base=workbook(LIST)), "macros"),
    "locked": (
        "ho.xlsx",
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512) + "EncryptedPackage".encode("utf-16-le"),
        "locked with a password",
    ),
    "a stray cell far out": ("ho.xlsx", far_cell, "too many rows and columns"),
    "formulas without results": ("ho.xlsx", formulas_without_results, "without their results"),
    "another zip": ("ho.xlsx", lambda: package(("word/document.xml", b"<w/>")), "not a workbook"),
    "half a file": ("ho.xlsx", lambda: workbook(LIST)[:2000], "damaged"),
    "an empty file": ("ho.csv", lambda: b"  \n ", "is empty"),
    "NUL in text": ("ho.csv", lambda: "Chủ hộ;2023\nLê\0Văn;HN\n".encode(), "not a workbook"),
    "a program": ("ho.exe", lambda: b"MZ\x90\x00", "not a workbook"),
}


@pytest.mark.walk
@pytest.mark.slow  # the bomb is unpacked as far as the limit
@pytest.mark.parametrize("case", list(REFUSED))
@pytest.mark.parametrize("kind", ["households", "villages"])
def test_a_file_that_cannot_be_used_gets_a_sentence(signed_in: SignedIn, case: str, kind: str) -> None:
    name, make, sentence = REFUSED[case]
    client = signed_in(Role.COMMUNE_OFFICER)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    page = upload(client, kind, make(), name)

    assert page.status_code == 200
    staged = ImportFile.objects.first()
    text = page.content.decode()
    assert sentence in text, text[text.find("invalid-feedback") :][:400]
    assert staged is None or staged.status == ImportStatus.FAILED


@pytest.mark.slow  # a million rows are walked through
def test_a_sheet_of_two_million_empty_cells_is_read(signed_in: SignedIn) -> None:
    page = upload(signed_in(Role.COMMUNE_OFFICER), "households", far_cell("B"))

    staged = page.context["staged"]
    assert staged.status == ImportStatus.STAGED
    assert [row.name for row in rows_of(staged, RowState.NEW)] == ["Lê Văn Tám"]


@pytest.mark.slow  # two million lines
def test_two_million_empty_lines_are_read(signed_in: SignedIn) -> None:
    content = "Chủ hộ;2023\n".encode() + b"\n" * 2_000_000 + "Lê Văn Tám;HN\n".encode()

    page = upload(signed_in(Role.COMMUNE_OFFICER), "households", content, "ho.csv")

    assert counts(page.context["staged"])[0] == 1


def test_an_entity_in_the_xml_is_not_followed(signed_in: SignedIn) -> None:
    base = sheet_xml(HEAD + '<row r="2"><c r="A2" t="inlineStr"><is><t>&x;</t></is></c></row>')
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(base)) as source, zipfile.ZipFile(packed, "w") as target:
        for entry in source.namelist():
            content = source.read(entry)
            if entry == "xl/worksheets/sheet1.xml":
                content = b'<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + content
            target.writestr(entry, content)

    page = upload(signed_in(Role.COMMUNE_OFFICER), "households", packed.getvalue())

    assert page.status_code == 200
    assert "root:" not in page.content.decode()


def test_odd_texts_are_kept_and_shown_as_texts(signed_in: SignedIn) -> None:
    client = signed_in(Role.COMMUNE_OFFICER)
    texts = [
        "<script>alert(1)</script>",
        'K\'Brìu "Út"',
        "Đặng Thị Ngọc Ẩn’",
        "{{ 7|add:7 }}",
        "=HYPERLINK(1)",
        "Lê\u202eVăn",
    ]
    rows = [
        ["Chủ hộ", "Năm sinh", "Địa chỉ", "2023"],
        *(["Lê Văn Tám", 1950 + at, text, "HN"] for at, text in enumerate(texts)),
    ]

    page = upload(
        client,
        "households",
        workbook([[f"'{cell}" if str(cell).startswith("=") else cell for cell in row] for row in rows]),
    )

    text = page.content.decode()
    assert "<script>alert(1)" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert "{{ 7|add:7 }}" in text
    client.post(reverse("registry:import_confirm", args=[page.context["staged"].pk]))
    assert set(Household.objects.values_list("address", flat=True)) == set(texts)


def test_texts_that_are_no_names_are_refused_and_shown_as_texts(signed_in: SignedIn) -> None:
    names = ["<script>alert(1)</script>", "{{ 7|add:7 }}", "'=HYPERLINK(1)", "Đặng Thị Ngọc Ẩn’"]
    rows = [["Chủ hộ", "Năm sinh", "2023"], *([name, 1950 + at, "HN"] for at, name in enumerate(names))]

    page = upload(signed_in(Role.COMMUNE_OFFICER), "households", workbook(rows))

    text = page.content.decode()
    assert "<script>alert(1)" not in text
    assert "{{ 7|add:7 }}" in text
    staged = page.context["staged"]
    assert reasons(staged) == {2: ["name_signs"], 3: ["name_no_name"], 4: ["name_formula"]}
    assert [row.name for row in rows_of(staged, RowState.NEW)] == ["Đặng Thị Ngọc Ẩn"]


@pytest.mark.parametrize(
    ("kind", "heads"),
    [
        ("households", ["Chủ hộ", "Năm sinh", "2023"]),
        ("villages", ["Tên thôn", "Mã thôn", "Loại"]),
        ("individuals", ["Họ và tên", "Năm sinh", "Chức vụ"]),
        ("enterprises", ["Tên HTX", "Mã số thuế", "Loại hình"]),
    ],
)
def test_cells_that_are_too_long_are_refused(signed_in: SignedIn, kind: str, heads: list[str]) -> None:
    cells: dict[str, Any] = {
        "Năm sinh": 1960,
        "2023": "HN",
        "Mã thôn": "1",
        "Loại": "thôn",
        "Loại hình": "HTX",
    }
    row = ["Lê " * 100, *(cells.get(head, "") for head in heads[1:])]

    page = upload(signed_in(Role.COMMUNE_OFFICER), kind, workbook([heads, row]))

    assert reasons(page.context["staged"]) == {2: ["text_too_long"]}


def test_a_control_character_in_a_name_is_refused(signed_in: SignedIn) -> None:
    rows = HEAD + f'<row r="2">{inline("A2", "Lê_x0000_Văn")}{inline("B2", "HN")}</row>'

    page = upload(signed_in(Role.COMMUNE_OFFICER), "households", sheet_xml(rows))

    assert reasons(page.context["staged"]) == {2: ["text_unprintable"]}


def test_a_long_sheet_name_and_many_sheets_do_no_harm(signed_in: SignedIn) -> None:
    book = Workbook()
    for row in LIST:
        book.active.append(row)
    for at in range(200):
        book.create_sheet(f"Trang {at}")
    packed = io.BytesIO()
    book.save(packed)

    page = upload(signed_in(Role.COMMUNE_OFFICER), "households", packed.getvalue(), "a" * 300 + ".xlsx")

    assert counts(page.context["staged"])[0] == 1
    assert Unit.objects.filter(kind="village").count() == 0
