"""Word documents that act when they are opened are refused by what is in them; harmless ones of the same kind pass."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import override

from core.exceptions import InvalidRequest
from core.files import DOCX, PAPER_TYPES
from core.uploads import packages
from core.uploads.checking import check_bytes, check_upload
from core.uploads.dangers import REFUSALS, Danger, Dangerous
from core.uploads.packages import check_package
from tests.factories.files import docx, field, relations, xlsx, zipped

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
VBA = OLE + "_VBA_PROJECT".encode("utf-16-le")
DOCUMENT = "word/_rels/document.xml.rels"
SETTINGS = "word/_rels/settings.xml.rels"
NESTED_FIELD = (
    '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>QUOTE 68 68 69</w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
)


def linked(kind: str, target: str, mode: str = "External") -> bytes:
    return docx(extra={DOCUMENT: relations((kind, target, mode))})


def bomb_in_bomb(depth: int) -> bytes:
    inner = xlsx({"xl/media/a.bin": b"0" * 100})
    for _level in range(depth):
        inner = xlsx({"xl/embeddings/a.xlsx": inner})
    return docx(extra={"word/embeddings/a.xlsx": inner})


REFUSED = {
    "macros by their name": (docx(extra={"word/vbaProject.bin": b"x"}), Danger.MACROS),
    "macros by another name": (docx(extra={"word/anh.png": VBA}), Danger.MACROS),
    "macros by their relation": (
        docx(extra={DOCUMENT: relations(("vbaProject", "media/a.bin"))}),
        Danger.MACROS,
    ),
    "a .docm under another name": (
        docx(a="application/vnd.ms-word.document.macroEnabled.main+xml"),
        Danger.MACROS,
    ),
    "a template from the web": (
        docx(extra={SETTINGS: relations(("attachedTemplate", "https://x.example/a.dotm", "External"))}),
        Danger.REMOTE,
    ),
    "a template from a share": (linked("attachedTemplate", r"\\10.0.0.9\chung\a.dotm"), Danger.REMOTE),
    "a template from a named host": (linked("attachedTemplate", "file://may-chu/a.dotm"), Danger.REMOTE),
    "a template from a share as a file": (
        linked("attachedTemplate", "file:////may-chu/a.dotm"),
        Danger.REMOTE,
    ),
    "a hidden share": (linked("attachedTemplate", "file:///%5C%5Cmay-chu%5Ca.dotm"), Danger.REMOTE),
    "a picture from the web": (linked("image", "http://x.example/a.png"), Danger.REMOTE),
    "a frame from the web": (linked("frame", "https://x.example/"), Danger.REMOTE),
    "a click that starts a tool": (linked("hyperlink", "ms-msdt:/id PCWDiagnostic"), Danger.REMOTE),
    "an object": (docx(extra={"word/embeddings/oleObject1.bin": OLE}), Danger.OBJECT),
    "an object by its relation": (linked("oleObject", "embeddings/a.bin", "Internal"), Danger.OBJECT),
    "another text inside": (linked("aFChunk", "a.html", "Internal"), Danger.OBJECT),
    "an old text inside": (docx(extra={"word/a.rtf": b"{\\rtf1 x}"}), Danger.OBJECT),
    "a zip inside": (docx(extra={"word/embeddings/a.zip": zipped({"a.txt": "x"})}), Danger.OBJECT),
    "a control": (linked("control", "activeX/activeX1.xml", "Internal"), Danger.CONTROL),
    "a control by its type": (docx(a="application/vnd.ms-office.activeX+xml"), Danger.CONTROL),
    "an add-in": (linked("webextension", "webextension1.xml", "Internal"), Danger.CONTROL),
    "DDE": (docx(field('DDEAUTO c:\\\\windows\\\\cmd.exe "/k calc"')), Danger.FIELD),
    "DDE in pieces": (docx(field(" D", "DE", "AU", "TO cmd")), Danger.FIELD),
    "DDE in quotes": (docx(field('"DDE" cmd')), Danger.FIELD),
    "DDE of a simple field": (docx('<w:fldSimple w:instr="dde cmd"/>'), Danger.FIELD),
    "DDE in a header": (
        docx(extra={"word/header1.xml": f"<h xmlns:w='w'>{field('DDE cmd')}</h>"}),
        Danger.FIELD,
    ),
    "a verb put together": (docx(NESTED_FIELD), Danger.FIELD),
    "a link to a sheet": (docx(field('LINK Excel.Sheet.12 "C:\\\\a.xlsx"')), Danger.FIELD),
    "a picture of a server": (
        docx(field('INCLUDEPICTURE "http://x.example/a.png" \\* MERGEFORMATINET')),
        Danger.FIELD,
    ),
    "a text of a share": (docx(field("INCLUDETEXT \\\\\\\\may-chu\\\\a.docx")), Danger.FIELD),
    "a program": (docx(extra={"word/media/a.png": b"MZ" + bytes(200) + b"PE\0\0"}), Danger.PROGRAM),
    "endless entities": (
        docx(extra={DOCUMENT: '<!DOCTYPE a [<!ENTITY x "y">]><Relationships>&x;</Relationships>'}),
        Danger.DAMAGED,
    ),
    "a chart's workbook with macros": (
        docx(extra={"word/embeddings/a.xlsx": xlsx({"xl/vbaProject.bin": b"x"})}),
        Danger.MACROS,
    ),
    "packages without end": (bomb_in_bomb(1), Danger.UNPACKS),
    "something before it": (b"GIF89a" + docx(), Danger.TWO_THINGS),
    "a page behind it": (
        zipped({"word/document.xml": "<w/>"}, comment=b"<script>x</script>"),
        Danger.TWO_THINGS,
    ),
    "two texts by case": (docx(extra={"word/Document.xml": "<w/>"}), Danger.TWO_THINGS),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_acts_is_refused(case: str) -> None:
    content, danger = REFUSED[case]

    with pytest.raises(Dangerous) as refused:
        check_package(content)

    assert refused.value.danger == danger


HARMLESS = {
    "plain": docx("<w:p><w:r><w:t>Báo cáo</w:t></w:r></w:p>"),
    "pages, contents and links": docx(
        field("PAGE") + field(' HYPERLINK "https://x.example" ') + field('TOC \\o "1-3"')
    ),
    "a field in a field": docx(field("IF ", field("PAGE"), ' = 1 "a" "b"')),
    "a pasted picture": docx(field('INCLUDEPICTURE "cid:image001.png@01D9" \\* MERGEFORMATINET')),
    "a text that speaks of DDE": docx("<w:p><w:r><w:t>DDEAUTO cmd</w:t></w:r></w:p>"),
    "a template of one's own disk": linked("attachedTemplate", "file:///C:\\Users\\an\\Normal.dotm"),
    "a page to click": linked("hyperlink", "https://binhthuan.example.vn/van-ban"),
    "a mail to click": linked("hyperlink", "mailto:xa@example.vn"),
    "a chart's workbook": docx(extra={"word/embeddings/a.xlsx": xlsx()}),
    "a font that begins by chance like a program": docx(extra={"word/fonts/font1.odttf": b"MZ" + bytes(300)}),
    "a picture": docx(
        extra={"word/media/a.png": b"\x89PNG\r\n\x1a\n", DOCUMENT: relations(("image", "media/a.png"))}
    ),
}


@pytest.mark.parametrize("case", HARMLESS)
def test_what_offices_write_every_day_is_taken(case: str) -> None:
    upload = SimpleUploadedFile("bao-cao.docx", HARMLESS[case])

    assert check_upload(upload, PAPER_TYPES) == (HARMLESS[case], DOCX)


def test_a_document_is_known_by_its_declared_part_wherever_that_lies() -> None:
    moved = docx().replace(b"word/document.xml", b"word/documen2.xml")

    assert check_upload(SimpleUploadedFile("a.docx", moved), PAPER_TYPES)[1] == DOCX


def test_a_workbook_with_a_text_inside_is_no_document() -> None:
    both = xlsx({"word/document.xml": "<w/>"})

    with pytest.raises(Dangerous) as refused:
        check_bytes(both, DOCX)

    assert refused.value.danger == Danger.TWO_THINGS


def test_a_package_is_counted_as_it_unpacks_whatever_it_states(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "MAX_UNPACKED_BYTES", 200_000)
    honest, bomb = docx(extra={"word/a.bin": b"0" * 100_000}), docx(extra={"word/a.bin": b"0" * 300_000})
    lying = bomb.replace((300_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))

    check_package(honest)
    for package, dangers in ((bomb, {Danger.UNPACKS}), (lying, {Danger.UNPACKS, Danger.DAMAGED})):
        with pytest.raises(Dangerous) as refused:
            check_package(package)
        assert refused.value.danger in dangers


def test_packages_inside_share_the_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "MAX_UNPACKED_BYTES", 200_000)
    parts = {f"word/embeddings/{n}.xlsx": xlsx({"xl/a.bin": b"0" * 60_000}) for n in range(4)}

    check_package(docx(extra=dict(list(parts.items())[:2])))
    with pytest.raises(Dangerous) as refused:
        check_package(docx(extra=parts))

    assert refused.value.danger == Danger.UNPACKS


def test_a_part_that_lies_over_another_is_damaged() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr("word/document.xml", "<w/>")
        package.writestr("a.bin", b"0" * 50)
        package.filelist[1].header_offset = 0

    with pytest.raises(Dangerous) as refused:
        check_package(target.getvalue())

    assert refused.value.danger == Danger.DAMAGED


@pytest.mark.parametrize("danger", Danger)
def test_every_danger_is_refused_with_what_to_do(danger: Danger) -> None:
    with override("en"):
        what, way = (
            str(text) % {"name": "a.docx"} if "%(" in str(text) else str(text) for text in REFUSALS[danger]
        )

    assert what.startswith("a.docx ")
    assert what.endswith(".")
    assert len(way) > 20


def test_the_refusal_names_the_file_and_the_way_out() -> None:
    upload = SimpleUploadedFile("bao-cao.docx", REFUSED["macros by another name"][0])

    with override("en"), pytest.raises(InvalidRequest) as refused:
        check_upload(upload, PAPER_TYPES)

    assert "bao-cao.docx carries macros" in refused.value.sentence
    assert "without macros" in refused.value.sentence
