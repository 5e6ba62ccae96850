"""Workbooks that act are refused by what is in them; what districts send every year is read."""

from __future__ import annotations

import io

import pytest
from openpyxl import Workbook

from core.files import CSV, ODS, XLS, XLSX
from core.spreadsheets.container import check_container, content_type_of
from core.spreadsheets.problems import CONTAINER_MESSAGES, WorkbookError
from core.uploads.dangers import Danger
from tests.factories.files import relations, xlsx, zipped

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
OFFICE = "urn:oasis:names:tc:opendocument:xmlns:"
BOOK = "xl/_rels/workbook.xml.rels"
LINK = "xl/externalLinks/externalLink1.xml"


def ods(body: str = "", **parts: bytes | str) -> bytes:
    spaces = " ".join(
        f'xmlns:{one}="{OFFICE}{one}:1.0"' for one in ("office", "table", "draw", "script", "text")
    )
    content = f'<office:document-content {spaces} xmlns:xlink="http://www.w3.org/1999/xlink">{body}</office:document-content>'
    named = {name.replace("__", "/"): part for name, part in parts.items()}
    return zipped({"mimetype": ODS_TYPE, "content.xml": content, **named})


def formula(text: str) -> str:
    return f'<row r="1"><c r="A1"><f>{text}</f><v>1</v></c></row>'


def with_link(target: str) -> bytes:
    rels = relations(("externalLinkPath", target, "External"))
    return xlsx({LINK: "<externalLink/>", "xl/externalLinks/_rels/externalLink1.xml.rels": rels})


REFUSED = {
    "macros": (xlsx({"xl/vbaProject.bin": b"x"}), "file_macros"),
    "macros by another name": (xlsx({"xl/a.xml": OLE + "_VBA_PROJECT".encode("utf-16-le")}), "file_macros"),
    "old macros": (xlsx({BOOK: relations(("xlMacrosheet", "macrosheets/sheet1.xml"))}), "file_macros"),
    "an object": (xlsx({"xl/embeddings/oleObject1.bin": OLE}), "file_object"),
    "a control": (xlsx({"xl/_rels/a.rels": relations(("control", "a.xml"))}), "file_control"),
    "DDE": (
        xlsx({LINK: '<externalLink><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'}),
        "file_field",
    ),
    "a formula that asks the web": (xlsx(sheet=formula('_xlfn.WEBSERVICE("http://x")')), "file_field"),
    "a formula that runs": (xlsx(sheet=formula('CALL("kernel32","WinExec","JCJ","calc",0)')), "file_field"),
    "a book on the web": (with_link("https://x.example/a.xlsx"), "file_remote"),
    "a book on a share": (with_link("file:///\\\\may-chu\\a.xlsx"), "file_remote"),
    "a connection": (xlsx({BOOK: relations(("connections", "connections.xml"))}), "file_connection"),
    "two sheets of one name": (xlsx({"xl/worksheets/Sheet1.xml": "<a/>"}), "file_two_things"),
    "a book within a book within a book": (
        xlsx({"xl/a.xlsx": xlsx({"xl/a.xlsx": xlsx()})}),
        "file_unpacks_too_large",
    ),
    "ODS macros": (ods(Basic__script="x"), "file_macros"),
    "ODS scripts": (ods(Scripts__python__a="x"), "file_macros"),
    "ODS macro on opening": (ods('<script:event-listener script:event-name="dom:load"/>'), "file_macros"),
    "ODS DDE": (ods('<office:dde-source office:dde-application="cmd"/>'), "file_field"),
    "ODS formula": (ods('<table:table-cell table:formula=\'of:=DDE("cmd";"a";"b")\'/>'), "file_field"),
    "ODS picture from the web": (ods('<draw:image xlink:href="http://x.example/a.png"/>'), "file_remote"),
    "ODS sheet from a share": (ods('<table:table-source xlink:href="//may-chu/a.ods"/>'), "file_remote"),
    "ODS query": (ods("<table:database-source-sql/>"), "file_connection"),
    "ODS object": (ods(Object_1=OLE), "file_object"),
    "XLS macros": (OLE + "Workbook_VBA_PROJECT".encode("utf-16-le"), "file_macros"),
    "XLS object": (OLE + "Workbook\x01Ole10Native".encode("utf-16-le"), "file_object"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_acts_is_refused(case: str) -> None:
    data, code = REFUSED[case]

    with pytest.raises(WorkbookError) as refused:
        check_container(data, "ra-soat.xlsx")

    assert refused.value.code == code
    assert code in CONTAINER_MESSAGES


def test_every_danger_of_a_package_has_its_sentence() -> None:
    of_papers = {Danger.SCRIPT, Danger.STARTS, Danger.ATTACHMENT, Danger.FORM, Danger.ANIMATED, Danger.PIXELS}

    for danger in set(Danger) - of_papers - {Danger.UNPACKS}:
        assert f"file_{danger}" in CONTAINER_MESSAGES


def written() -> bytes:
    book = Workbook()
    book.active["A1"], book.active["A2"] = "Xã", "CALL(1) và RTD(2)"
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


TAKEN = {
    "as a program writes it": (written(), XLSX),
    "a sum": (xlsx(sheet=formula("SUM(B1:B9)")), XLSX),
    "a book beside it": (with_link("huyen-bac-binh.xlsx"), XLSX),
    "a book of one's own disk": (with_link("file:///D:\\Ra soat\\huyen.xlsx"), XLSX),
    "a page to click": (
        xlsx({"xl/worksheets/_rels/sheet1.xml.rels": relations(("hyperlink", "https://x", "External"))}),
        XLSX,
    ),
    "ODS": (ods("<table:table/>"), ODS),
    "ODS with a link to click": (ods('<text:a xlink:href="https://x.example"/>'), ODS),
    "ODS with a picture in it": (ods('<draw:image xlink:href="Pictures/a.png"/>'), ODS),
    "ODS with a sum": (ods("<table:table-cell table:formula='of:=SUM([.A1:.A3])'/>"), ODS),
    "XLS": (OLE + "Workbook".encode("utf-16-le"), XLS),
    "a page saved as XLS": (b"<html><table><tr><td>1</td></tr></table></html>", XLS),
    "text": ("Xã;Hộ\nA;1\n".encode(), CSV),
}


@pytest.mark.parametrize("case", TAKEN)
def test_what_districts_send_is_taken_and_known_by_its_bytes(case: str) -> None:
    data, kind = TAKEN[case]

    check_container(data, "ra-soat.csv")

    assert content_type_of(data) == kind
