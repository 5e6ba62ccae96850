"""PDFs that do anything by themselves are refused; what offices print, sign and fill in passes."""

from __future__ import annotations

import io
import time
import zlib
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, AttachedFileSpec, Dictionary, Name, Pdf, String

from core.uploads import pdfs
from core.uploads.checking import check_bytes
from core.uploads.dangers import Danger, Dangerous
from core.uploads.pdfs import check_pdf
from tests.factories.files import pdf_bytes, pdf_with


def action(kind: str, **entries: Any) -> Dictionary:
    return Dictionary(S=Name(f"/{kind}"), **entries)


def on_opening(made: Callable[[], Any]) -> bytes:
    def change(document: Pdf) -> None:
        document.Root.OpenAction = made()

    return pdf_with(change)


def on_page(entry: str, made: Callable[[], Any]) -> bytes:
    def change(document: Pdf) -> None:
        document.pages[0].obj[f"/{entry}"] = made()

    return pdf_with(change)


def annotation(subtype: str, **entries: Any) -> bytes:
    return on_page(
        "Annots",
        lambda: Array([Dictionary(Subtype=Name(f"/{subtype}"), Rect=Array([0, 0, 9, 9]), **entries)]),
    )


def with_attachment(document: Pdf) -> None:
    document.attachments["a.exe"] = AttachedFileSpec(document, b"MZ")


def with_names(document: Pdf) -> None:
    script = document.make_indirect(action("JavaScript", JS=String("app.alert(1)")))
    document.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), script])))


def with_form(document: Pdf) -> None:
    document.Root.AcroForm = Dictionary(Fields=Array(), XFA=String("<xdp/>"))


REFUSED = {
    "a script on opening": (on_opening(lambda: action("JavaScript", JS=String("x"))), Danger.SCRIPT),
    "a script by name": (pdf_with(with_names), Danger.SCRIPT),
    "a script of a page": (
        on_page("AA", lambda: Dictionary(O=action("JavaScript", JS=String("x")))),
        Danger.SCRIPT,
    ),
    "a script of a button": (annotation("Widget", A=action("JavaScript", JS=String("x"))), Danger.SCRIPT),
    "a script after a step": (
        on_opening(lambda: action("GoTo", D=Array([0]), Next=action("JavaScript", JS=String("x")))),
        Danger.SCRIPT,
    ),
    "a program": (annotation("Link", A=action("Launch", F=String("cmd.exe"))), Danger.STARTS),
    "a form that is sent": (
        annotation("Widget", A=action("SubmitForm", F=String("http://x"))),
        Danger.STARTS,
    ),
    "a page of the web on opening": (
        on_opening(lambda: action("URI", URI=String("http://x"))),
        Danger.STARTS,
    ),
    "another file on opening": (on_opening(lambda: action("GoToR", F=String("\\\\x\\a"))), Danger.STARTS),
    "a page of the web with a page": (
        on_page("AA", lambda: Dictionary(O=action("URI", URI=String("http://x")))),
        Danger.STARTS,
    ),
    "a file inside": (pdf_with(with_attachment), Danger.ATTACHMENT),
    "a file as a note": (annotation("FileAttachment"), Danger.ATTACHMENT),
    "a film": (annotation("RichMedia"), Danger.ATTACHMENT),
    "a form of XFA": (pdf_with(with_form), Danger.FORM),
    "a head alone": (b"%PDF-1.7\nx\n%%EOF", Danger.DAMAGED),
    "a page behind it": (pdf_bytes() + b"<script>alert(1)</script>", Danger.TWO_THINGS),
    "a page before it": (b"%PDF-1.4\n%<html><script>x</script>" + pdf_bytes(), Danger.TWO_THINGS),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_acts_is_refused(case: str) -> None:
    content, danger = REFUSED[case]

    with pytest.raises(Dangerous) as refused:
        check_bytes(content, "application/pdf")

    assert refused.value.danger == danger


def signed(document: Pdf) -> None:
    signature = Dictionary(Type=Name.Sig, Filter=Name("/Adobe.PPKLite"), Contents=String("x" * 100))
    field = Dictionary(FT=Name.Sig, Subtype=Name.Widget, Rect=Array([0, 0, 0, 0]), V=signature)
    document.Root.AcroForm = Dictionary(Fields=Array([document.make_indirect(field)]), SigFlags=3)


HARMLESS = {
    "one page": pdf_bytes(),
    "a first place to show": on_opening(lambda: Array([0, Name.FitH, 800])),
    "a step to a place": on_opening(lambda: action("GoTo", D=Array([0, Name.Fit]))),
    "a link to click": annotation("Link", A=action("URI", URI=String("https://x.example"))),
    "a signature": pdf_with(signed),
    "a field to fill in": annotation("Widget", FT=Name.Tx, V=String("Phan Điền")),
    "a table of contents": pdf_with(lambda document: document.Root.update({"/PageMode": Name.UseOutlines})),
    "a structure whose kind is a movie title": on_page(
        "Tag", lambda: Dictionary(Type=Name.StructElem, S=Name.Sound)
    ),
}


@pytest.mark.parametrize("case", HARMLESS)
def test_what_offices_print_and_sign_is_taken(case: str) -> None:
    check_bytes(HARMLESS[case], "application/pdf")


def test_a_locked_one_is_refused_and_one_that_forbids_printing_taken() -> None:
    def locked(user: str) -> bytes:
        target = io.BytesIO()
        with pikepdf.open(io.BytesIO(pdf_bytes())) as document:
            document.save(target, encryption=pikepdf.Encryption(user=user, owner="chu"))
        return target.getvalue()

    check_pdf(locked(""))
    with pytest.raises(Dangerous) as refused:
        check_pdf(locked("mat-khau"))

    assert refused.value.danger == Danger.LOCKED


def bomb(size: int, times: int) -> bytes:
    """A PDF whose stream of objects unpacks to so many bytes, packed so many times over."""
    packed = b"5 0 <<>> " + b" " * size
    for _turn in range(times):
        packed = zlib.compress(packed, 9)
    made, places = b"%PDF-1.7\n", {}
    filters = b"[" + b"/FlateDecode" * times + b"]"
    bodies = (
        b"<</Type/Catalog/Pages 2 0 R/X 5 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
        b"<</Type/ObjStm/N 1/First 4/Length %d/Filter %s>>stream\n%s\nendstream"
        % (len(packed), filters, packed),
    )
    for number, body in enumerate(bodies, 1):
        places[number] = len(made)
        made += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    rows = b"\0\0\0\0\xff" + b"".join(b"\1" + places[n].to_bytes(3, "big") + b"\0" for n in places)
    rows += b"\2\0\0\4\0" + b"\1" + len(made).to_bytes(3, "big") + b"\0"
    table = b"<</Type/XRef/Size 7/W[1 3 1]/Root 1 0 R/Length %d>>stream\n%s\nendstream" % (len(rows), rows)
    return made + b"6 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (table, len(made))


@pytest.mark.slow  # up to the limit it is unpacked
@pytest.mark.parametrize("times", [1, 2])
def test_a_stream_of_objects_that_unpacks_without_end_is_refused(times: int) -> None:
    check_pdf(bomb(1_000_000, times))
    began = time.monotonic()
    with pytest.raises(Dangerous) as refused:
        check_pdf(bomb(400_000_000, times))

    assert refused.value.danger == Danger.UNPACKS
    assert time.monotonic() - began < 20


def test_one_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdfs, "_SECONDS", -1.0)

    with pytest.raises(Dangerous) as refused:
        check_pdf(pdf_bytes())

    assert refused.value.danger == Danger.UNPACKS
