"""Bringing a backup back: opened and checked whole first, then put in place, then compared with what it was."""

import hashlib
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _

from core.backups.databases import PIECE, load_postgresql, load_sqlite
from core.backups.envelope import SealedReader
from core.backups.holds import reason_to_wait
from core.backups.manifest import LEFT_OUT, Manifest, content_of, fingerprints, read_manifest
from core.backups.taking import digest_of
from core.exceptions import InvalidRequest, NotAllowed
from core.models import AuditEntry, User
from core.services.backups import note_backup_restored


@dataclass(frozen=True)
class Restored:
    """What was brought back, and what the operator has to know: one sentence each."""

    manifest: Manifest
    notes: list[str]


def restore_backup(*, path: Path, private_key: str, replace: bool = False) -> Restored:
    """Database and files as they were at the backup's moment; whoever was signed in has to sign in anew.

    Raises InvalidRequest for a file that does not open or is not whole, for other keys than those of the backup, and for
    an unlike database; NotAllowed where rows would be lost and `replace` was not said, and while a poll is open. Until
    everything was checked nothing is changed.
    """
    with _opened(path, private_key) as (folder, manifest):
        _check_fits(manifest)
        _check_may_replace(replace, manifest)
        _put_files(folder, manifest)
        _load(folder)
        notes = [*_differences(manifest), *_plans_to_look_at(folder, manifest), *_damaged(manifest)]
    try:
        note_backup_restored(name=path.name, made_at=manifest.made_at, seq=manifest.content.head_seq)
    except DatabaseError:
        notes.append(
            _("The database is older than this program, so its log does not say that it was brought back.")
        )
    return Restored(manifest, notes)


def look_into(path: Path, private_key: str) -> Manifest:
    """What a backup holds, after it was opened and checked from end to end; nothing is changed. Raises InvalidRequest."""
    with _opened(path, private_key) as (_folder, manifest):
        return manifest


@contextmanager
def _opened(path: Path, private_key: str) -> Iterator[tuple[Path, Manifest]]:
    data = Path(settings.DATA_DIR)
    data.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="restore-at-work-", dir=data) as work:
        folder = Path(work)
        try:
            with path.open("rb") as file:
                _unpack(file, private_key, folder)
        except OSError as error:
            raise InvalidRequest(
                _("The backup could not be read or unpacked, and nothing was changed: %(why)s")
                % {"why": error},
                _("Name a file that can be read, and make room below DATA_DIR."),
            ) from error
        manifest = read_manifest((folder / "manifest.json").read_bytes())
        _check_whole(folder, manifest)
        yield folder, manifest


def _unpack(file: IO[bytes], private_key: str, folder: Path) -> None:
    reader = SealedReader(file, private_key)
    try:
        with tarfile.open(fileobj=reader, mode="r|") as archive:
            _extract(archive, folder)
        # To the end: only the mark on the last piece says that nothing was cut off.
        while reader.read(PIECE):
            pass
    except tarfile.TarError:
        raise _not_whole() from None


def _extract(archive: tarfile.TarFile, folder: Path) -> None:
    """Every part below `folder`, and nothing that is no plain file of a name of ours.

    By hand, since Python 3.11.2, which Debian 12 brings, does not know tarfile's filters.
    """
    for entry in archive:
        name = PurePosixPath(entry.name)
        source = archive.extractfile(entry) if entry.isreg() else None
        if source is None or name.is_absolute() or ".." in name.parts:
            raise _not_whole()
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("wb") as target:
            shutil.copyfileobj(source, target)


def _not_whole() -> InvalidRequest:
    return InvalidRequest(
        _("The backup is not whole, so nothing was changed."),
        _("Take another copy of it, or the backup before."),
    )


def _check_whole(folder: Path, manifest: Manifest) -> None:
    """Whether every part is there and as its hash says; what was damaged already when it was made may differ."""
    digest = hashlib.sha256()
    for part in _database_parts(folder):
        digest.update(part.read_bytes())
    good = digest.hexdigest() == manifest.database_sha256
    for name, said in manifest.files.items():
        place = folder / "files" / name
        good &= name in manifest.damaged or (place.is_file() and digest_of(place) == said.sha256)
    for name, sha256 in manifest.plans.items():
        place = folder / "plans" / name
        good &= place.is_file() and digest_of(place) == sha256
    if not good:
        raise _not_whole()


def _database_parts(folder: Path) -> list[Path]:
    return sorted((folder / "database").iterdir())


def _check_fits(manifest: Manifest) -> None:
    """Whether this program, its keys and its kind of database are those of the backup."""
    if manifest.content.vendor != connection.vendor:
        raise InvalidRequest(
            _("The backup is of %(theirs)s and DATABASE_URL names %(ours)s.")
            % {"theirs": manifest.content.vendor, "ours": connection.vendor},
            _("Name a database of the same kind."),
        )
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if newer := set(manifest.content.migrations) - known:
        raise InvalidRequest(
            _("The backup comes from a newer version of this program (%(step)s).") % {"step": min(newer)},
            _("Update the program, then restore."),
        )
    ours = fingerprints()
    if differing := [name for name in ours if manifest.keys.get(name) != ours[name]]:
        raise InvalidRequest(
            _("These keys are not those of the backup: %(names)s.") % {"names": ", ".join(sorted(differing))},
            _("Put the keys of that time back from where they are kept apart, then restore."),
        )


def _check_may_replace(replace: bool, manifest: Manifest) -> None:
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
    if User._meta.db_table not in tables:
        return
    if not replace and (User.objects.exists() or AuditEntry.objects.exists()):
        raise NotAllowed(
            _("The database holds records, which the backup would replace."),
            _("Make a backup of it first. Then stop the services and add --replace-everything."),
        )
    if reason := reason_to_wait("default"):
        raise NotAllowed(reason, _("Close the poll, then restore."))
    unknown = tables - manifest.content.counts.keys() - {LEFT_OUT}
    if connection.vendor == "postgresql" and unknown:
        raise InvalidRequest(
            _("The database holds tables that the backup does not know (%(table)s).")
            % {"table": min(unknown)},
            _("Make a new, empty database, name it in DATABASE_URL and restore into that."),
        )


def _put_files(folder: Path, manifest: Manifest) -> None:
    """Put the files back under their names; other files stay, since no row of the backup leads to them."""
    for name in manifest.files:
        place = folder / "files" / name
        if not place.is_file() or _lies_there(name, digest_of(place)):
            continue
        default_storage.delete(name)
        with place.open("rb") as source:
            kept = default_storage.save(name, File(source))
        if kept != name:
            raise InvalidRequest(
                _("The storage took the file %(name)s under another name.") % {"name": name},
                _("Check that nobody else writes to it, then restore again."),
            )


def _lies_there(name: str, sha256: str) -> bool:
    digest = hashlib.sha256()
    try:
        with default_storage.open(name) as source:
            for piece in source.chunks():
                digest.update(piece)
    except FileNotFoundError:
        return False
    return digest.hexdigest() == sha256


def _load(folder: Path) -> None:
    parts = _database_parts(folder)
    if connection.vendor == "postgresql":
        load_postgresql(part.read_bytes() for part in parts)
        return
    whole = folder / "database.sqlite3"
    with whole.open("wb") as target:
        for part in parts:
            target.write(part.read_bytes())
    load_sqlite(whole)


def _differences(manifest: Manifest) -> list[str]:
    """What is not as it was at the moment of the backup, once it was brought back."""
    now, then = content_of("default"), manifest.content
    found = []
    if (now.head_seq, now.head_hash) != (then.head_seq, then.head_hash):
        found.append(
            _("The log's head is %(now)s and was %(then)s.")
            % {"now": f"{now.head_seq}:{now.head_hash}", "then": f"{then.head_seq}:{then.head_hash}"}
        )
    for table in sorted(now.counts.keys() | then.counts.keys()):
        if now.counts.get(table) != then.counts.get(table):
            found.append(
                _("The table %(table)s holds %(now)s rows and held %(then)s.")
                % {"table": table, "now": now.counts.get(table, 0), "then": then.counts.get(table, 0)}
            )
    for name, said in manifest.files.items():
        if name not in manifest.damaged and not _lies_there(name, said.sha256):
            found.append(_("The file %(name)s is not as it was.") % {"name": name})
    return found


def _damaged(manifest: Manifest) -> list[str]:
    return [
        _("The file %(name)s was gone or changed already when the backup was made.") % {"name": name}
        for name in manifest.damaged
    ]


def _plans_to_look_at(folder: Path, manifest: Manifest) -> list[str]:
    """Plan files of the backup that this machine has not, or has otherwise, laid beside the data."""
    here = {digest_of(plan) for plans in settings.CRITERIA_PLANS_DIRS for plan in Path(plans).glob("*.yaml")}
    found = []
    for name, sha256 in manifest.plans.items():
        if sha256 in here:
            continue
        place = Path(settings.DATA_DIR) / "plans-of-backup" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / "plans" / name, place)
        found.append(
            _("The plan %(name)s is another here; that of the backup lies at %(place)s.")
            % {"name": Path(name).name, "place": place}
        )
    return found
