"""Pictures are judged by their heads, before anything decodes them."""

from __future__ import annotations

import io
import struct
import tracemalloc

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import override
from PIL import Image

from core.exceptions import InvalidRequest
from core.files import JPEG, PAPER_TYPES, PNG
from core.uploads.checking import check_bytes, check_upload
from core.uploads.dangers import Danger, Dangerous
from core.uploads.pictures import check_picture
from tests.factories.files import docx, pdf_bytes, picture, png_chunk, zipped

SCRIPT = b"<script>alert(document.domain)</script>"


def sized_png(width: int, height: int) -> bytes:
    """A PNG whose head states so many dots, over the body of a small one."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    small = picture("PNG")
    return small[:8] + png_chunk(b"IHDR", head) + small[33:]


def sized_jpeg(width: int, height: int) -> bytes:
    made = bytearray(picture("JPEG"))
    at = made.index(b"\xff\xc0")
    struct.pack_into(">HH", made, at + 5, height, width)
    return bytes(made)


def moving_png() -> bytes:
    target = io.BytesIO()
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "green")]
    frames[0].save(target, "PNG", save_all=True, append_images=frames[1:])
    return target.getvalue()


def png_with(name: bytes, content: bytes) -> bytes:
    small = picture("PNG")
    return small[:33] + png_chunk(name, content) + small[33:]


def jpeg_with_comment(content: bytes) -> bytes:
    made = picture("JPEG")
    return made[:2] + b"\xff\xfe" + struct.pack(">H", len(content) + 2) + content + made[2:]


REFUSED = {
    "a bomb as PNG": (sized_png(50_000, 50_000), Danger.PIXELS),
    "a bomb as JPEG": (sized_jpeg(60_000, 60_000), Danger.PIXELS),
    "a moving PNG": (moving_png(), Danger.ANIMATED),
    "no dots at all": (sized_png(0, 4), Danger.DAMAGED),
    "a JPEG's head alone": (b"\xff\xd8\xff\xe0\x00\x04ab", Danger.DAMAGED),
    "a script in a PNG": (png_with(b"tEXt", b"Comment\0" + SCRIPT), Danger.TWO_THINGS),
    "a script behind a PNG": (picture("PNG") + SCRIPT, Danger.TWO_THINGS),
    "a script in a JPEG": (jpeg_with_comment(b"x" * 5000 + SCRIPT), Danger.TWO_THINGS),
    "a script behind a JPEG": (picture("JPEG", (400, 400)) + b"x" * 3000 + SCRIPT, Danger.TWO_THINGS),
    "a zip behind a PNG": (picture("PNG") + zipped({"a.js": "x"}), Danger.TWO_THINGS),
    "a document behind a JPEG": (picture("JPEG") + docx(), Danger.TWO_THINGS),
    "a PDF in a JPEG": (jpeg_with_comment(pdf_bytes()), Danger.TWO_THINGS),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_still_picture_is_refused(case: str) -> None:
    content, danger = REFUSED[case]

    with pytest.raises(Dangerous) as refused:
        check_bytes(content, PNG if content.startswith(b"\x89PNG") else JPEG)

    assert refused.value.danger == danger


HARMLESS = {
    "a PNG": picture("PNG"),
    "a JPEG": picture("JPEG"),
    "a progressive JPEG": picture("JPEG", (300, 300), progressive=True),
    "a scan of A3 at 600 dots an inch": sized_png(7016, 9922),
    "a photo of a large telephone": sized_jpeg(9000, 8000),
    "a PNG that says who made it": png_with(b"tEXt", b"Software\0Paint <5.1> & more"),
    "a photo with a second of film behind it": picture("JPEG") + b"\0\0\0\x18ftypmp42" + b"x" * 5000,
    "a photo with a second exposure": picture("JPEG") + picture("JPEG"),
}


@pytest.mark.parametrize("case", HARMLESS)
def test_what_scanners_and_telephones_make_is_taken(case: str) -> None:
    content = HARMLESS[case]
    kind = PNG if content.startswith(b"\x89PNG") else JPEG

    assert check_upload(SimpleUploadedFile("a", content), PAPER_TYPES) == (content, kind)


def test_a_bomb_is_refused_without_being_decoded() -> None:
    content = sized_png(30_000, 30_000)

    tracemalloc.start()
    with pytest.raises(Dangerous):
        check_picture(content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 1_000_000


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.svg", b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'),
        ("a.png", b'<svg onload="alert(1)"/>'),
        ("a.gif", b"GIF89a/*" + bytes(20) + b"*/=1;alert(1)"),
        ("a.jpg", b"GIF89a" + bytes(20)),
        ("a.webp", b"RIFF\x10\0\0\0WEBPVP8 "),
    ],
)
def test_drawings_and_moving_pictures_are_refused_with_a_way(name: str, content: bytes) -> None:
    with override("en"), pytest.raises(InvalidRequest) as refused:
        check_upload(SimpleUploadedFile(name, content), PAPER_TYPES)

    assert "Save it as JPG, PNG or PDF" in refused.value.sentence
