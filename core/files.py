"""Files that people handed in or we made: kept under random names, served by what they are, swept when unused.

`core.uploads` judges what is handed in before it comes here. A file lands under a temporary name; `adopt` moves it to
its place when the transaction that refers to it commits. A crash in between leaves a file that `sweep_files` removes.
"""

import hashlib
import logging
import uuid
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import Error, models, transaction
from django.http import FileResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.exceptions import Damaged, Hidden
from core.file_names import name_for, plain_name
from core.models import StoredFile
from core.outages import no_room, refusal_for

logger = logging.getLogger(__name__)

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLS = "application/vnd.ms-excel"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
CSV = "text/csv"
JPEG = "image/jpeg"
PNG = "image/png"
PAPER_TYPES = {PDF: ".pdf", DOCX: ".docx", JPEG: ".jpg", PNG: ".png"}
PHOTO_TYPES = frozenset({JPEG, PNG})
# What a download may end in, by what the file is; its own ending stays where it is one of these.
SUFFIXES = {
    PDF: (".pdf",),
    DOCX: (".docx",),
    XLSX: (".xlsx",),
    XLS: (".xls",),
    ODS: (".ods",),
    CSV: (".csv", ".tsv", ".txt"),
    JPEG: (".jpg", ".jpeg"),
    PNG: (".png",),
}
# Nothing in a file that somebody handed in may run as a page of ours.
_SEALED = "default-src 'none'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
# A browser's own reader of PDF is a plug-in and draws with styles of its own; `sandbox` would keep it from starting.
_SEALED_PDF = f"{_SEALED}; object-src 'self'; style-src 'unsafe-inline'"


def store_bytes(*, content: bytes, name: str, content_type: str, actor: Any) -> StoredFile:
    """Keep bytes that we made or received, not yet adopted. Raises NoRoom, and then leaves nothing behind."""
    file_id = uuid.uuid4()
    storage_name = _save(f"incoming/{file_id}", ContentFile(content))
    try:
        return StoredFile.objects.create(
            id=file_id,
            storage_name=storage_name,
            original_name=plain_name(name),
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

    Its name and type follow what it was found to be, never what it was called.
    Raises Damaged for bytes that are not those that were kept: nobody is handed a changed paper for the one it was.
    """
    if stored is None:
        raise Hidden
    kind = stored.content_type if stored.content_type in SUFFIXES else "application/octet-stream"
    shown = inline and kind in {PDF, JPEG, PNG}
    response = FileResponse(
        _opened_whole(stored),
        as_attachment=not shown,
        filename=name_for(stored.original_name, SUFFIXES.get(kind, (".bin",))),
        content_type=kind,
    )
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Content-Security-Policy"] = _SEALED_PDF if shown and kind == PDF else f"{_SEALED}; sandbox"
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
