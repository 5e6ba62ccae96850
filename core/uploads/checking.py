"""An upload is taken or refused, by its bytes alone."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.utils.translation import gettext as _

from core.exceptions import InvalidRequest
from core.file_names import plain_name
from core.files import DOCX, JPEG, PDF, PNG, store_bytes
from core.models import StoredFile
from core.uploads.dangers import REFUSALS, Danger, Dangerous
from core.uploads.packages import WORD, check_package
from core.uploads.pdfs import check_pdf
from core.uploads.pictures import JPEG_MARK, PNG_MARK, check_picture, holds_markup
from core.zips import BROKEN_ZIP

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"})
# Browsers that guess look no further.
_GUESSED_BYTES = 1500


def sniff(content: bytes) -> str:
    """The media type that the first bytes show; empty when it is none that papers come in."""
    if content.startswith(b"%PDF-"):
        return PDF
    if content.startswith(JPEG_MARK):
        return JPEG
    if content.startswith(PNG_MARK):
        return PNG
    return DOCX if content.startswith(_ZIP) and _is_word(content) else ""


def _is_word(content: bytes) -> bool:
    """Whether a package has Word's part for the text; `check_package` sees whether it is an honest document."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            if "word/document.xml" in package.namelist():
                return True
            return "[Content_Types].xml" in package.namelist() and WORD.encode() in package.read(
                "[Content_Types].xml"
            )
    except BROKEN_ZIP:
        return False


def check_upload(upload: File, types: dict[str, str]) -> tuple[bytes, str]:
    """The upload's bytes and true media type.

    Raises InvalidRequest with a sentence when it is empty, too large, not one of `types`, or does anything by itself.
    """
    limit = settings.UPLOAD_MAX_BYTES
    name = plain_name(upload.name or "")
    if (upload.size or 0) > limit:
        raise InvalidRequest(
            _("%(name)s is %(size)s MB and the limit is %(limit)s MB.")
            % {"name": name, "size": (upload.size or 0) // 1048576 + 1, "limit": limit // 1048576},
            _("Scan at a lower resolution or split the document."),
        )
    content = upload.read()
    upload.seek(0)
    if not content:
        raise InvalidRequest(_("%(name)s is empty.") % {"name": name}, _("Choose the file again."))
    found = sniff(content)
    if found not in types:
        _refuse_with_a_way(content, name)
        raise InvalidRequest(
            _("%(name)s is not a file of an accepted kind (%(kinds)s).")
            % {
                "name": name,
                "kinds": ", ".join(sorted(suffix.lstrip(".").upper() for suffix in types.values())),
            },
            _("The content is checked, not the name: save or scan the document in one of these kinds."),
        )
    try:
        check_bytes(content, found)
    except Dangerous as error:
        what, way = REFUSALS[error.danger]
        raise InvalidRequest(what % {"name": name}, str(way)) from error
    return content, found


def check_bytes(content: bytes, found: str) -> None:
    """Raise ``Dangerous`` for a file of a known type that acts, hides another file, or would flood the machine."""
    _check_one_thing(content, found)
    if found == PDF:
        check_pdf(content)
    elif found == DOCX:
        contents = check_package(content)
        if contents.mains and WORD not in contents.mains:
            raise Dangerous(Danger.TWO_THINGS)
    else:
        check_picture(content)


def _check_one_thing(content: bytes, found: str) -> None:
    """Refuse a file that another program, or a browser that guesses, would take for something else."""
    head = content[:_GUESSED_BYTES]
    is_other_pdf = found != PDF and b"%PDF-" in head
    is_other_zip = found != DOCX and _opens_as_zip(content)
    is_page = found != DOCX and holds_markup(head)
    behind = content[content.rfind(b"%%EOF") :] if found == PDF and b"%%EOF" in content else b""
    if is_other_pdf or is_other_zip or is_page or holds_markup(behind):
        raise Dangerous(Danger.TWO_THINGS)


def _opens_as_zip(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            return bool(package.infolist())
    except BROKEN_ZIP:
        return False


def _refuse_with_a_way(content: bytes, name: str) -> None:
    """Raise InvalidRequest that says what to do, for kinds of files that offices and phones make often."""
    if content[4:8] == b"ftyp" and content[8:12] in _HEIF_BRANDS:
        raise InvalidRequest(
            _("%(name)s is a HEIC photo of an iPhone, which most computers cannot open.") % {"name": name},
            _(
                "Send it as JPG: on the phone choose Settings, Camera, Formats, Most Compatible and take it again, or"
                " share the photo by mail, which turns it into JPG."
            ),
        )
    if content.startswith(_OLE) and "WordDocument".encode("utf-16-le") in content:
        raise InvalidRequest(
            _("%(name)s is a document of Word 97-2003 (.doc).") % {"name": name},
            _("Open it in Word, choose Save As, Word document (.docx) or PDF, and attach that file."),
        )
    if content.startswith(_OLE) and "EncryptedPackage".encode("utf-16-le") in content:
        what, way = REFUSALS[Danger.LOCKED]
        raise InvalidRequest(what % {"name": name}, str(way))
    if b"<svg" in content[:4096].lower() or content.startswith((b"GIF8", b"RIFF", b"BM", b"II*\0", b"MM\0*")):
        raise InvalidRequest(
            _("%(name)s is a picture of a kind that papers are not kept in (SVG, GIF, WebP, BMP, TIFF).")
            % {"name": name},
            _("Save it as JPG, PNG or PDF and attach that file."),
        )


def store_upload(*, upload: File, types: dict[str, str], actor: Any) -> StoredFile:
    """Keep an upload until something refers to it; call `adopt` in the transaction that does."""
    content, content_type = check_upload(upload, types)
    return store_bytes(content=content, name=upload.name or "", content_type=content_type, actor=actor)
