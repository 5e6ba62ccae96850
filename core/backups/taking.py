"""Making a backup: one moment of database, files and plans, sealed while it is written."""

import fcntl
import hashlib
import io
import os
import shutil
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import DEFAULT_DB_ALIAS
from django.utils import timezone
from django.utils.translation import gettext as _

from core.backups.databases import dumped, frozen_moment
from core.backups.envelope import SealedWriter, check_public_key
from core.backups.holds import reason_to_wait
from core.backups.keeping import name_of, remove_old
from core.backups.manifest import FORM, FilePart, Manifest, content_of, fingerprints
from core.exceptions import InvalidRequest
from core.models import StoredFile
from core.services import record_backup

ASK_AGAIN = 5.0
TRIES = 3
_WORK = "backup-at-work-"


class _FileDiscarded(Exception):
    """A file of the frozen moment was removed on purpose before it was copied."""


@dataclass(frozen=True)
class Backup:
    """A finished backup, and the old ones that were removed."""

    path: Path
    manifest: Manifest
    removed: list[Path]


def take_backup(*, wait: float, sleep: Callable[[float], None] = time.sleep) -> Backup:
    """A new backup in `BACKUP_DIR`; old ones are removed by the rule.

    While a poll is open it waits up to `wait` seconds. Raises InvalidRequest when one stays open, when another backup is
    being made, and where the disk or a program fails; then no half file is left.
    """
    check_public_key(settings.BACKUP_PUBLIC_KEY)
    folder = Path(settings.BACKUP_DIR)
    try:
        with _alone(folder) as work:
            made_at = timezone.now()
            path = folder / name_of(made_at)
            manifest = _try_repeatedly(path, work, time.monotonic() + wait, sleep)
    except OSError as error:
        raise InvalidRequest(
            _("The backup could not be written, and no half file was left: %(why)s") % {"why": error},
            _("Make room, or mend the folder that BACKUP_DIR names, then run it again."),
        ) from error
    record_backup(
        where=str(path), sha256=digest_of(path), seq=manifest.content.head_seq, damaged=len(manifest.damaged)
    )
    return Backup(path, manifest, remove_old(folder))


def check_may_begin() -> None:
    """Raises InvalidRequest while something holds backups, for whoever is about to copy the database in another way."""
    if reason := reason_to_wait(DEFAULT_DB_ALIAS):
        raise InvalidRequest(reason, _("Close the poll, then try again."))


@contextmanager
def _alone(folder: Path) -> Iterator[Path]:
    """A folder to work in while no other backup is being made; what an earlier one left when it was killed is removed."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InvalidRequest(
                _("Another backup is being made."), _("Wait until it has ended, then run it again.")
            ) from None
        data = Path(settings.DATA_DIR)
        for left in data.glob(f"{_WORK}*"):
            shutil.rmtree(left)
        for part in folder.glob("*.part"):
            part.unlink()
        with tempfile.TemporaryDirectory(prefix=_WORK, dir=data) as work:
            yield Path(work)


def _try_repeatedly(path: Path, work: Path, ends: float, sleep: Callable[[float], None]) -> Manifest:
    for _attempt in range(TRIES):
        try:
            return _write_when_free(path, work, ends, sleep)
        except _FileDiscarded:
            continue
    raise InvalidRequest(
        _("Files were removed while the backup was made, three times over."),
        _("Run it again when nothing is being erased or swept."),
    )


def _write_when_free(path: Path, work: Path, ends: float, sleep: Callable[[float], None]) -> Manifest:
    """Write the backup of the first moment in which nothing holds it."""
    while True:
        with frozen_moment() as using:
            # Asked in the frozen moment itself: a poll that opens later is not in the copy.
            reason = reason_to_wait(using)
            if not reason:
                return _write(path, work, using)
        if time.monotonic() >= ends:
            raise InvalidRequest(reason, _("Close the poll, then make the backup."))
        sleep(ASK_AGAIN)


def _write(path: Path, work: Path, using: str) -> Manifest:
    part = path.with_suffix(".part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            writer = SealedWriter(file, settings.BACKUP_PUBLIC_KEY)
            with tarfile.open(fileobj=writer, mode="w|", format=tarfile.PAX_FORMAT) as archive:
                manifest = _fill(archive, work, using)
            writer.finish()
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return manifest


def _fill(archive: tarfile.TarFile, work: Path, using: str) -> Manifest:
    content = content_of(using)
    made_at = timezone.now()
    damaged: list[str] = []
    files: dict[str, FilePart] = {}
    for stored in StoredFile.objects.using(using).order_by("pk").iterator():
        files[stored.storage_name] = FilePart(stored.sha256, stored.size)
        if not _add_file(archive, stored):
            damaged.append(stored.storage_name)
    plans = {}
    for number, folder in enumerate(settings.CRITERIA_PLANS_DIRS):
        for plan in sorted(Path(folder).glob("*.yaml")):
            name, text = f"{number}/{plan.name}", plan.read_bytes()
            plans[name] = hashlib.sha256(text).hexdigest()
            _add(archive, f"plans/{name}", text)
    digest = hashlib.sha256()
    for number, piece in enumerate(dumped(using, work)):
        digest.update(piece)
        _add(archive, f"database/{number:06}", piece)
    manifest = Manifest(
        form=FORM,
        made_at=made_at.isoformat(timespec="seconds"),
        site=settings.SITE_URL,
        content=content,
        keys=fingerprints(),
        plans=plans,
        files=files,
        damaged=damaged,
        database_sha256=digest.hexdigest(),
    )
    _add(archive, "manifest.json", manifest.as_json())
    return manifest


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    archive.addfile(entry, io.BytesIO(content))


@dataclass
class _Digesting:
    """A file that remembers the hash of what was read from it."""

    source: Any
    digest: Any = field(default_factory=hashlib.sha256)

    def read(self, size: int) -> bytes:
        piece: bytes = self.source.read(size)
        self.digest.update(piece)
        return piece


def _add_file(archive: tarfile.TarFile, stored: StoredFile) -> bool:
    """Copy a stored file under its name in the frozen moment; whether it was there and as its hash says.

    Raises _FileDiscarded when it was removed on purpose since.
    """
    try:
        source = _open(stored)
    except FileNotFoundError:
        return False
    with source:
        entry = tarfile.TarInfo(f"files/{stored.storage_name}")
        entry.size = source.size
        reading = _Digesting(source)
        archive.addfile(entry, reading)  # type: ignore[arg-type]
    return bool(reading.digest.hexdigest() == stored.sha256)


def _open(stored: StoredFile) -> Any:
    """The file wherever it lies now: it may have moved to its lasting place since. Raises FileNotFoundError."""
    try:
        return default_storage.open(stored.storage_name)
    except FileNotFoundError:
        place = StoredFile.objects.filter(pk=stored.pk).values_list("storage_name", flat=True).first()
        if place is None:
            raise _FileDiscarded from None
        return default_storage.open(place)


def digest_of(path: Path) -> str:
    """SHA-256 of a file on the disk."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
