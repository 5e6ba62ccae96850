"""Small files of the kinds that people hand in, whole and harmless; and the parts to make a harmful one of each."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pikepdf
from django.conf import settings
from PIL import Image

RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_MAIN = {
    "word/document.xml": "wordprocessingml.document.main+xml",
    "xl/workbook.xml": "spreadsheetml.sheet.main+xml",
}


def stored_in(place: Path) -> dict[str, Any]:
    """The setting STORAGES by which stored files lie in a folder."""
    options = {"location": str(place), "base_url": None}
    backend = "django.core.files.storage.FileSystemStorage"
    return {**settings.STORAGES, "default": {"BACKEND": backend, "OPTIONS": options}}


def pdf_bytes(text: str = "") -> bytes:
    """A PDF of one blank page whose bytes are its own by a comment."""
    made = b"%PDF-1.4\n%" + text.encode().replace(b"\n", b" ") + b"\n"
    places = []
    for number, body in enumerate(
        (
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
        ),
        1,
    ):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        made
        + b"xref\n0 4\n0000000000 65535 f \n"
        + table
        + b"trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(made)
    )


def pdf_with(change: Any) -> bytes:
    """A PDF of one page after `change` was called with it as an open document."""
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf_bytes())) as document, warnings.catch_warnings():
        warnings.simplefilter("ignore", pikepdf.PageCopyWarning)  # a button without its form is meant
        change(document)
        document.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return target.getvalue()


def zipped(parts: Mapping[str, bytes | str], comment: bytes = b"") -> bytes:
    """A zip of these parts in their order."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
        package.comment = comment
    return target.getvalue()


def relations(*rows: tuple[str, str] | tuple[str, str, str]) -> str:
    """A part of relations: last word of the type, target, and mode where it is ``External``."""
    made = "".join(
        f'<Relationship Id="r{number}" Type="{RELATION}{row[0]}" Target="{row[1]}"'
        + (f' TargetMode="{row[2]}"' if len(row) > 2 else "")
        + "/>"
        for number, row in enumerate(rows)
    )
    return f'<?xml version="1.0"?><Relationships xmlns="{_RELATIONS}">{made}</Relationships>'


def docx(body: str = "", extra: Mapping[str, bytes | str] | None = None, **types: str) -> bytes:
    """A Word document with this body; `types` are content types of parts by the end of their name."""
    return _office("word/document.xml", f'<w:document xmlns:w="{_WORD}">{body}</w:document>', extra, types)


def xlsx(extra: Mapping[str, bytes | str] | None = None, sheet: str = "", **types: str) -> bytes:
    """A package that says that it is a workbook of one sheet."""
    parts = {
        "xl/worksheets/sheet1.xml": f"<worksheet><sheetData>{sheet}</sheetData></worksheet>",
        **(extra or {}),
    }
    return _office("xl/workbook.xml", "<workbook/>", parts, types)


def _office(main: str, text: str, extra: Mapping[str, bytes | str] | None, types: Mapping[str, str]) -> bytes:
    family = "application/vnd.openxmlformats-officedocument."
    kinds = {main: family + _MAIN[main], **{f"word/{name}.xml": kind for name, kind in types.items()}}
    overrides = "".join(
        f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in kinds.items()
    )
    return zipped(
        {
            "[Content_Types].xml": f'<?xml version="1.0"?><Types xmlns="{_TYPES}">{overrides}</Types>',
            "_rels/.rels": relations(("officeDocument", main)),
            main: text,
            **(extra or {}),
        }
    )


def field(*runs: str) -> str:
    """A field of Word whose instruction stands in these runs, with a result."""
    codes = "".join(f"<w:r><w:instrText>{run}</w:instrText></w:r>" for run in runs)
    return (
        f'<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>{codes}<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        '<w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )


def picture(kind: str = "PNG", size: tuple[int, int] = (4, 4), **options: Any) -> bytes:
    """A picture as Pillow writes it."""
    target = io.BytesIO()
    Image.new("RGB", size, "white").save(target, kind, **options)
    return target.getvalue()


def png_chunk(name: bytes, content: bytes) -> bytes:
    """One chunk of a PNG with its length and checksum."""
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
