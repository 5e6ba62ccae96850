"""Files that people hand in: checked by content and size, kept under random names, swept when unused.

An upload lands under a temporary name; `adopt` moves it to its place when the transaction
that refers to it commits. A crash in between leaves a file that `sweep_files` removes.
"""

import hashlib
import io
import logging
import uuid
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Any

import puremagic
from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import Error, models, transaction
from django.http import FileResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.exceptions import Damaged, Hidden, InvalidRequest
from core.models import StoredFile
from core.outages import no_room, refusal_for
from core.text import nfc
from core.zips import BROKEN_ZIP

logger = logging.getLogger(__name__)

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
CSV = "text/csv"
JPEG = "image/jpeg"
PNG = "image/png"
PAPER_TYPES = {PDF: ".pdf", DOCX: ".docx", JPEG: ".jpg", PNG: ".png"}
PHOTO_TYPES = frozenset({JPEG, PNG})
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"})
MAX_UNPACKED_BYTES = 300 * 1024 * 1024


def sniff(content: bytes, name: str) -> str:
    """The media type that the bytes themselves show; empty when it is none that we know."""
    if content.startswith(b"%PDF-"):
        return PDF
    if zipfile.is_zipfile(io.BytesIO(content)):
        try:
            return _sniff_zip(content)
        except BROKEN_ZIP:
            return ""
    try:
        found = puremagic.from_string(content[:4096], mime=True, filename=None)
    except puremagic.PureError:
        found = ""
    if found in {JPEG, PNG}:
        return found
    return CSV if PurePath(name).suffix.lower() == ".csv" and _is_text(content) else ""


def _sniff_zip(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = set(archive.namelist())
        if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED_BYTES:
            raise InvalidRequest(
                _("The file unpacks to far more than an office document holds."),
                _("Save the document again in your office program and attach that copy."),
            )
        if any(PurePath(name).name.lower() == "vbaproject.bin" for name in names):
            raise InvalidRequest(
                _("The file carries macros, which are not accepted."),
                _("Save it without macros, then attach it again."),
            )
        if "word/document.xml" in names:
            return DOCX
        if "xl/workbook.xml" in names:
            return XLSX
        if "mimetype" in names and archive.read("mimetype").decode("ascii", "replace").strip() == ODS:
            return ODS
    return ""


def _is_text(content: bytes) -> bool:
    if b"\x00" in content[:4096]:
        return False
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return True


def check_upload(upload: File, types: dict[str, str]) -> tuple[bytes, str]:
    """The upload's bytes and true media type.

    Raises InvalidRequest with a sentence when it is empty, too large, or not one of `types`.
    """
    limit = settings.UPLOAD_MAX_BYTES
    name = nfc(PurePath(upload.name or "").name)
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
    found = sniff(content, name)
    if found == PDF and _is_locked(content):
        raise InvalidRequest(
            _("%(name)s is locked with a password, so nobody could read it.") % {"name": name},
            _("Open it, save a copy without a password and attach that copy."),
        )
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
    return content, found


def _is_locked(content: bytes) -> bool:
    """Whether a PDF opens only with a password. One that merely forbids printing opens for everybody."""
    if b"/Encrypt" not in content:
        return False
    import pikepdf  # noqa: PLC0415 -- slow import

    try:
        pikepdf.open(io.BytesIO(content)).close()
    except pikepdf.PasswordError:
        return True
    except pikepdf.PdfError:
        return False
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


def photos_as_pdf(photos: Sequence[bytes]) -> bytes:
    """One PDF with a page for each photo, in their order, each picture as it is. Raises InvalidRequest."""
    import img2pdf  # noqa: PLC0415 -- slow import
    from PIL import UnidentifiedImageError  # noqa: PLC0415 -- slow import

    try:
        pages = [_without_transparency(photo) for photo in photos]
        return bytes(img2pdf.convert(pages, rotation=img2pdf.Rotation.ifvalid))
    except (img2pdf.ImageOpenError, UnidentifiedImageError, OSError, ValueError) as error:
        raise InvalidRequest(
            _("One of the photos cannot be read."), _("Take or save it again, then attach all of them.")
        ) from error


def _without_transparency(photo: bytes) -> bytes:
    """The picture as it is; a screenshot that lets the paper shine through, on white."""
    from PIL import Image  # noqa: PLC0415 -- slow import

    with Image.open(io.BytesIO(photo)) as picture:
        if not picture.has_transparency_data:
            return photo
        white = Image.new("RGBA", picture.size, "white")
        white.alpha_composite(picture.convert("RGBA"))
        target = io.BytesIO()
        white.convert("RGB").save(target, "PNG")
    return target.getvalue()


def store_upload(*, upload: File, types: dict[str, str], actor: Any) -> StoredFile:
    """Keep an upload until something refers to it; call `adopt` in the transaction that does."""
    content, content_type = check_upload(upload, types)
    return store_bytes(content=content, name=upload.name or "", content_type=content_type, actor=actor)


def store_bytes(*, content: bytes, name: str, content_type: str, actor: Any) -> StoredFile:
    """Keep bytes that we made or received, not yet adopted. Raises NoRoom, and then leaves nothing behind."""
    file_id = uuid.uuid4()
    storage_name = _save(f"incoming/{file_id}", ContentFile(content))
    try:
        return StoredFile.objects.create(
            id=file_id,
            storage_name=storage_name,
            original_name=nfc(PurePath(name.replace("\\", "/")).name)[:255] or "file",
            content_type=content_type,
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            created_by=actor,
            created_at=timezone.now(),
        )
    except Error:
        with suppress(OSError):
            default_storage.delete(storage_name)
        raise


def _save(place: str, content: File) -> str:
    """Write bytes to a place that is nobody else's; where they lie. Raises a Refusal and leaves no part of them."""
    try:
        return default_storage.save(place, content)
    except OSError as error:
        with suppress(OSError):
            default_storage.delete(place)
        raise refusal_for(error) or no_room() from error


def adopt(stored: StoredFile) -> None:
    """Move the file to its lasting place when the running transaction commits.

    What was committed stands when the move fails: the file is read where it lies, and `sweep_files` moves it later.
    """
    transaction.on_commit(lambda: _move_to_place(stored.pk), robust=True)


def _move_to_place(file_id: uuid.UUID) -> None:
    stored = StoredFile.objects.get(pk=file_id)
    if stored.adopted_at is not None:
        return
    old = stored.storage_name
    target = f"kept/{stored.pk.hex[:2]}/{stored.pk}"
    # What a crash left there is a copy, perhaps half of one.
    default_storage.delete(target)
    with default_storage.open(old) as source:
        target = _save(target, source)
    StoredFile.objects.filter(pk=file_id).update(storage_name=target, adopted_at=timezone.now())
    default_storage.delete(old)


def read_bytes(stored: StoredFile) -> bytes:
    """The file's bytes, wherever it lies at the moment."""
    with default_storage.open(
        StoredFile.objects.values_list("storage_name", flat=True).get(pk=stored.pk)
    ) as source:
        content: bytes = source.read()
        return content


def serve(stored: StoredFile | None, *, inline: bool = False) -> FileResponse:
    """Answer with the file, 404 where none is kept. The caller has checked the permission on what refers to it.

    Raises Damaged for bytes that are not those that were kept: nobody is handed a changed paper for the one it was.
    """
    if stored is None:
        raise Hidden
    shown = inline and stored.content_type in {PDF, JPEG, PNG}
    response = FileResponse(
        _opened_whole(stored),
        as_attachment=not shown,
        filename=stored.original_name,
        content_type=stored.content_type,
    )
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    if shown:
        # A paper stands beside its findings in a frame of our own page; nothing else may be framed.
        response["X-Frame-Options"] = "SAMEORIGIN"
    return response


def _opened_whole(stored: StoredFile) -> File:
    """The file at its start, after its bytes were compared with their hash."""
    try:
        source = default_storage.open(stored.storage_name)
    except FileNotFoundError as error:
        # Another hand may have moved it to its place since the row was read.
        place = StoredFile.objects.values_list("storage_name", flat=True).filter(pk=stored.pk).first()
        if place is None or place == stored.storage_name:
            raise _damaged(stored) from error
        source = default_storage.open(place)
    if _digest_in(source) != stored.sha256:
        source.close()
        raise _damaged(stored)
    source.seek(0)
    return source


def _damaged(stored: StoredFile) -> Damaged:
    logger.error(
        "The stored file %s was asked for and differs from its hash or is gone.", stored.storage_name
    )
    return Damaged(
        _("The file %(name)s is no longer as it was kept, so it is not handed out.")
        % {"name": stored.original_name},
        _("Tell the administrator, who brings it back from a backup."),
    )


def differs(stored: StoredFile) -> bool:
    """Whether the bytes in the storage are not those that were kept, or are gone. Reads the file in pieces.

    A file that another hand moved to its place or swept meanwhile is no fault.
    """
    try:
        return _digest_of(stored.storage_name) != stored.sha256
    except FileNotFoundError:
        place = StoredFile.objects.values_list("storage_name", flat=True).filter(pk=stored.pk).first()
    try:
        return place is not None and (place == stored.storage_name or _digest_of(place) != stored.sha256)
    except FileNotFoundError:
        return True


def _digest_of(storage_name: str) -> str:
    with default_storage.open(storage_name) as source:
        return _digest_in(source)


def _digest_in(source: File) -> str:
    digest = hashlib.sha256()
    for piece in source.chunks():
        digest.update(piece)
    return digest.hexdigest()


def used_by(stored: StoredFile) -> Iterator[models.Model]:
    """The rows that refer to a file, such as a paper or an issued document."""
    for relation in StoredFile._meta.related_objects:
        yield from relation.related_model._base_manager.filter(**{relation.field.name: stored.pk})


def discard(stored: StoredFile) -> bool:
    """Remove a file for good when the running transaction commits, unless something still refers to it; whether it goes."""
    if any(True for _row in used_by(stored)):
        return False
    place = StoredFile.objects.values_list("storage_name", flat=True).get(pk=stored.pk)
    StoredFile.objects.filter(pk=stored.pk).delete()
    transaction.on_commit(lambda: default_storage.delete(place))
    return True


def sweep(*, older_than: timedelta = timedelta(hours=24)) -> int:
    """Finish adoptions that a crash cut off and remove files that nothing refers to; how many were removed."""
    before = timezone.now() - older_than
    removed = _sweep_unknown(before)
    for stored in StoredFile.objects.filter(adopted_at=None, created_at__lt=before):
        if any(True for _row in used_by(stored)):
            _move_to_place(stored.pk)
            continue
        default_storage.delete(stored.storage_name)
        stored.delete()
        removed += 1
    return removed


def _sweep_unknown(before: datetime) -> int:
    """Remove files that arrived before a moment and have no row: their process died, or its work was undone."""
    try:
        names = default_storage.listdir("incoming")[1]
    except FileNotFoundError:
        return 0
    rows = StoredFile.objects.filter(storage_name__startswith="incoming/")
    unknown = {f"incoming/{name}" for name in names} - set(rows.values_list("storage_name", flat=True))
    removed = 0
    for place in sorted(unknown):
        with suppress(FileNotFoundError):  # another hand moved or swept it meanwhile
            if default_storage.get_modified_time(place) < before:
                default_storage.delete(place)
                removed += 1
    return removed
