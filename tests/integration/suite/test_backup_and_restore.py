"""The restore drill: what a backup holds comes back, on both databases, and never a poll that is open."""

import fcntl
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import threading
from collections.abc import Callable, Iterator
from datetime import date
from io import StringIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import LazySettings
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from django.utils import translation

from core.audit.recording import PendingEntry
from core.audit.writing import append, head
from core.backups import taking
from core.backups.databases import frozen_moment, load_sqlite
from core.backups.envelope import SealedReader, new_private_key, public_key_of
from core.backups.manifest import Content, content_of
from core.backups.restoring import look_into, restore_backup
from core.backups.taking import take_backup
from core.exceptions import InvalidRequest, NotAllowed
from core.files import PDF, read_bytes, store_bytes
from core.models import AuditEntry, BrowserSession, StoredFile, User
from core.proving import flaws
from councils.enums import Choice
from councils.models import Ballot, Poll
from councils.services import close_poll
from registry.models import UnitRole
from tests.factories.log import log_people
from tests.integration.councils.building import (
    House,
    build_house,
    cast_all,
    close,
    lose_urn,
    meeting_in_session,
    poll_in,
)
from tests.small_disks import small_disk_at

pytestmark = [
    pytest.mark.slow,  # Each commits for real, empties every table, and starts other programs.
    pytest.mark.django_db(transaction=True),
]

PRIVATE = new_private_key()


@pytest.fixture(autouse=True)
def _sealed_to_a_key(
    settings: LazySettings, tmp_path: Path, frozen_day: Callable[[date], None]
) -> Iterator[None]:
    settings.BACKUP_DIR = str(tmp_path / "backups")
    settings.BACKUP_PUBLIC_KEY = public_key_of(PRIVATE)
    settings.AUDIT_HEADS_FILE = str(tmp_path / "heads.jsonl")
    with translation.override("en"):
        yield


@pytest.fixture
def house() -> House:
    return build_house()


def kept_file(content: bytes, actor: User) -> StoredFile:
    return store_bytes(content=content, name="a.pdf", content_type=PDF, actor=actor)


def do_something() -> None:
    with transaction.atomic():
        append([PendingEntry("thing.done", "thing:1", "system", {})])


def everything(path: Path) -> bytes:
    """All that somebody with the private key finds in a backup."""
    with path.open("rb") as file, tarfile.open(fileobj=SealedReader(file, PRIVATE), mode="r|") as archive:
        parts = [(entry.name, part.read()) for entry in archive if (part := archive.extractfile(entry))]
    database = b"".join(content for name, content in parts if name.startswith("database/"))
    if connection.vendor == "postgresql":
        database = subprocess.run(
            ["pg_restore", "--file=-"], input=database, stdout=subprocess.PIPE, check=True
        ).stdout
    return database + b"".join(content for name, content in parts if not name.startswith("database/"))


def backup_names(settings: LazySettings) -> list[str]:
    return sorted(path.name for path in Path(settings.BACKUP_DIR).iterdir() if path.name != ".lock")


def without_the_note(content: Content) -> dict[str, int]:
    """Counts without the entry that tells of the backup or of the restore."""
    note = {"core_auditentry", "core_auditpayload"}
    return {table: count - (table in note) for table, count in content.counts.items()}


def test_what_was_backed_up_comes_back(house: House) -> None:
    poll = poll_in(house, meeting_in_session(house, logs=True))
    cast_all(house, poll, [Choice.AGREE] * 7)
    close(house, poll)
    content = b"%PDF-1.7 " + b"x" * 100
    stored = kept_file(content, house.reviewer)
    before, before_head = content_of("default"), head()
    assert flaws() == []

    made = take_backup(wait=0)
    do_something()
    StoredFile.objects.all().delete()
    default_storage.delete(stored.storage_name)
    later = kept_file(b"%PDF-1.7 later", house.reviewer)
    User.objects.filter(pk=house.outsider.pk).update(full_name="Khác")
    restored = restore_backup(path=made.path, private_key=PRIVATE, replace=True)

    assert restored.notes == []
    entry = AuditEntry.objects.get(event="backup.restored")
    # The control: the rows that came after are gone, and the log goes on from the head of the backup.
    assert (entry.seq, entry.prev_hash) == (before_head[0] + 1, before_head[1])
    assert without_the_note(content_of("default")) == before.counts
    assert flaws() == []
    assert read_bytes(StoredFile.objects.get(pk=stored.pk)) == content
    assert not StoredFile.objects.filter(pk=later.pk).exists()
    assert User.objects.get(pk=house.outsider.pk).full_name == "Người nguoingoai"
    assert Ballot.objects.filter(poll=poll).count() == 7


def test_a_restore_that_differs_is_told(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    stored = kept_file(b"%PDF-1.7 x", house.reviewer)
    made = take_backup(wait=0)
    monkeypatch.setattr("core.backups.restoring._load", lambda folder: UnitRole.objects.all().delete())
    monkeypatch.setattr(
        "core.backups.restoring._put_files",
        lambda folder, manifest: default_storage.delete(stored.storage_name),
    )

    notes = restore_backup(path=made.path, private_key=PRIVATE, replace=True).notes

    assert any(note.startswith("The log's head is") for note in notes)
    assert any(note.startswith("The table registry_unitrole holds") for note in notes)
    assert f"The file {stored.storage_name} is not as it was." in notes


def test_records_are_not_replaced_unasked(house: House) -> None:
    made = take_backup(wait=0)
    before = content_of("default")

    with pytest.raises(NotAllowed, match="which the backup would replace"):
        restore_backup(path=made.path, private_key=PRIVATE)
    assert content_of("default") == before


def test_no_backup_while_a_poll_is_open(house: House, settings: LazySettings) -> None:
    poll = poll_in(house, meeting_in_session(house))
    cast_all(house, poll, [Choice.AGREE, Choice.DISAGREE])

    with pytest.raises(InvalidRequest, match="A poll is open"):
        take_backup(wait=0)
    with pytest.raises(CommandError, match="A poll is open"):
        call_command("backup", may_begin=True)

    assert backup_names(settings) == []
    close(house, poll)
    call_command("backup", may_begin=True)
    assert backup_names(settings) == []


def test_a_backup_waits_until_the_poll_is_closed(house: House) -> None:
    poll = poll_in(house, meeting_in_session(house))
    cast_all(house, poll, [Choice.AGREE] * 9)
    waits: list[float] = []

    def meanwhile(seconds: float) -> None:
        waits.append(seconds)
        close_poll(poll=poll, actor=house.chair)

    made = take_backup(wait=60, sleep=meanwhile)

    found = everything(made.path)
    assert waits == [taking.ASK_AGAIN]
    assert made.manifest.content.counts["councils_tally"] == 1
    assert b"thanhtra" in found


def test_a_poll_whose_urn_is_lost_holds_up_no_backup(house: House) -> None:
    lose_urn(poll_in(house, meeting_in_session(house)))

    assert take_backup(wait=0).manifest.content.counts["councils_poll"] == 1


def test_what_is_written_after_the_moment_is_not_in_the_copy(house: House, tmp_path: Path) -> None:
    from core.backups.databases import dumped  # noqa: PLC0415 -- only here

    meeting = meeting_in_session(house)
    with frozen_moment() as using:
        assert not Poll.objects.using(using).exists()
        poll_in(house, meeting)
        dump = b"".join(dumped(using, tmp_path))
        assert content_of(using).counts["councils_poll"] == 0

    # The control: others see it.
    assert Poll.objects.count() == 1
    if connection.vendor == "sqlite":
        copy = tmp_path / "copy.sqlite3"
        copy.write_bytes(dump)
        with sqlite3.connect(copy) as opened:
            assert opened.execute("SELECT COUNT(*) FROM councils_poll").fetchone() == (0,)
        opened.close()


def test_people_work_while_a_backup_is_made(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    kept_file(b"%PDF-1.7 x", house.reviewer)
    seq = head()[0]
    copy_file = taking._add_file
    failed: list[BaseException] = []

    def work() -> None:
        try:
            do_something()
        except BaseException as error:  # noqa: BLE001 -- told below, in the test's own thread
            failed.append(error)
        finally:
            connections.close_all()

    def meanwhile(archive: tarfile.TarFile, stored: StoredFile) -> bool:
        hand = threading.Thread(target=work)
        hand.start()
        hand.join()
        return copy_file(archive, stored)

    monkeypatch.setattr(taking, "_add_file", meanwhile)
    made = take_backup(wait=0)

    assert not failed
    assert made.manifest.content.head_seq == seq
    assert AuditEntry.objects.filter(event="thing.done").count() == 1


def test_a_file_that_moves_meanwhile_is_in_the_backup(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    stored = kept_file(b"%PDF-1.7 moved", house.reviewer)
    copy_file = taking._add_file

    def move_first(archive: tarfile.TarFile, found: StoredFile) -> bool:
        from core.files import _move_to_place  # noqa: PLC0415 -- only here

        _move_to_place(found.pk)
        return copy_file(archive, found)

    monkeypatch.setattr(taking, "_add_file", move_first)
    made = take_backup(wait=0)

    assert made.manifest.damaged == []
    assert list(made.manifest.files) == [stored.storage_name]
    assert b"%PDF-1.7 moved" in everything(made.path)


def test_a_file_removed_meanwhile_begins_the_backup_anew(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = kept_file(b"%PDF-1.7 gone", house.reviewer)
    copy_file = taking._add_file

    def remove_first(archive: tarfile.TarFile, found: StoredFile) -> bool:
        StoredFile.objects.filter(pk=found.pk).delete()
        default_storage.delete(stored.storage_name)
        return copy_file(archive, found)

    monkeypatch.setattr(taking, "_add_file", remove_first)
    made = take_backup(wait=0)

    assert made.manifest.files == {}
    assert made.manifest.content.counts["core_storedfile"] == 0


def test_a_damaged_file_does_not_keep_the_rest_from_being_backed_up(house: House) -> None:
    changed, gone = (kept_file(content, house.reviewer) for content in (b"%PDF-1.7 a", b"%PDF-1.7 b"))
    Path(default_storage.path(changed.storage_name)).write_bytes(b"other")
    default_storage.delete(gone.storage_name)

    made = take_backup(wait=0)

    assert sorted(made.manifest.damaged) == sorted([changed.storage_name, gone.storage_name])
    assert look_into(made.path, PRIVATE) == made.manifest


def test_a_backup_holds_no_key_and_nobody_signed_in(house: House, settings: LazySettings) -> None:
    BrowserSession.objects.create(session_key="k" * 32, session_data="x", expire_date="2099-01-01T00:00:00Z")

    made = take_backup(wait=0)

    found = everything(made.path)
    for key in (settings.SECRET_KEY, settings.PERSON_KEY, settings.AUDIT_SIGNING_KEY):
        assert key.encode() not in found
    restore_backup(path=made.path, private_key=PRIVATE, replace=True)
    assert not BrowserSession.objects.exists()


@pytest.mark.parametrize("name", ["PERSON_KEY", "SECRET_KEY", "AUDIT_SIGNING_KEY"])
def test_another_key_is_told_before_anything_changes(house: House, settings: LazySettings, name: str) -> None:
    made = take_backup(wait=0)
    earlier = getattr(settings, name)
    setattr(settings, name, f"{earlier[:-2]}//")

    with pytest.raises(InvalidRequest, match=f"not those of the backup: {name}"):
        restore_backup(path=made.path, private_key=PRIVATE, replace=True)
    setattr(settings, name, earlier)
    assert not AuditEntry.objects.filter(event="backup.restored").exists()


def test_commands_say_what_they_did(house: House, tmp_path: Path, settings: LazySettings) -> None:
    key, out = tmp_path / "private", StringIO()
    call_command("backup", make_key=str(key), stdout=out)
    settings.BACKUP_PUBLIC_KEY = out.getvalue().strip()
    call_command("backup", stdout=out)
    (name,) = backup_names(settings)
    path = Path(settings.BACKUP_DIR) / name

    call_command("restore", str(path), key=key, check=True, stdout=out)
    with pytest.raises(CommandError, match="--replace-everything"):
        call_command("restore", str(path), key=key, stdout=out)
    call_command("restore", str(path), key=key, replace_everything=True, stdout=out)

    assert key.stat().st_mode & 0o777 == 0o600
    assert path.stat().st_mode & 0o777 == 0o600
    assert "it is whole." in out.getvalue()
    assert "it was brought back." in out.getvalue()
    with pytest.raises(CommandError, match="stands there already"):
        call_command("backup", make_key=str(key))


def test_a_missing_program_is_told(
    house: House, monkeypatch: pytest.MonkeyPatch, settings: LazySettings
) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite needs no other program.")
    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(InvalidRequest, match="pg_dump is not installed"):
        take_backup(wait=0)
    assert backup_names(settings) == []


def test_tables_of_another_program_are_not_mixed_with_the_backup(house: House) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite's whole file is replaced.")
    made = take_backup(wait=0)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE a_foreign_one (id integer)")
    try:
        with pytest.raises(InvalidRequest, match="a_foreign_one"):
            restore_backup(path=made.path, private_key=PRIVATE, replace=True)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE a_foreign_one")


@pytest.fixture
def empty_database(tmp_path: Path) -> Iterator[str]:
    """The address of a database of the same kind without any table."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path / 'new.sqlite3'}"
        return
    with connection.cursor() as cursor:
        cursor.execute("CREATE DATABASE khen_thuong_restored")
    yield urlsplit(os.environ["DATABASE_URL"])._replace(path="/khen_thuong_restored").geturl()
    with connection.cursor() as cursor:
        cursor.execute("DROP DATABASE khen_thuong_restored WITH (FORCE)")


def test_a_new_machine_takes_the_backup(house: House, empty_database: str, tmp_path: Path) -> None:
    log_people()
    content = b"%PDF-1.7 on another machine"
    stored = kept_file(content, house.reviewer)
    made = take_backup(wait=0)
    data, key = tmp_path / "data", tmp_path / "private"
    key.write_text(PRIVATE)
    environment = {
        **os.environ,
        "DATABASE_URL": empty_database,
        "DATA_DIR": str(data),
        "AUDIT_HEADS_FILE": str(tmp_path / "heads.jsonl"),
    }

    def manage(*words: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=Path(__file__).parents[3],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    status, words = manage("restore", str(made.path), "--key", str(key))

    assert (status, "it was brought back." in words) == (0, True), words
    assert (data / "files" / stored.storage_name).read_bytes() == content
    status, words = manage("verify_audit")
    # The entries of the backup, and the one that tells of the restore.
    assert status == 0
    assert words.startswith(f"{made.manifest.content.head_seq + 1} entries hold")
    assert not list(data.glob("restore-at-work-*"))


def test_what_a_killed_backup_left_is_removed(house: House, settings: LazySettings) -> None:
    folder, work = Path(settings.BACKUP_DIR), Path(settings.DATA_DIR) / "backup-at-work-killed"
    folder.mkdir()
    work.mkdir()
    (work / "database.sqlite3").touch()
    (folder / "khen-thuong-20260101T000000Z.part").touch()

    made = take_backup(wait=0)

    assert backup_names(settings) == [made.path.name]
    assert not work.exists()


def test_two_backups_at_once_are_one(house: House, settings: LazySettings) -> None:
    folder = Path(settings.BACKUP_DIR)
    folder.mkdir()
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(InvalidRequest, match="Another backup is being made"):
            take_backup(wait=0)

    assert backup_names(settings) == []


@pytest.mark.parametrize("full", ["BACKUP_DIR", "DATA_DIR"])
def test_a_full_disk_leaves_no_half_file(
    house: House, settings: LazySettings, tmp_path: Path, full: str
) -> None:
    """Where backups lie, and where the database is copied before."""
    if full == "DATA_DIR" and connection.vendor == "postgresql":
        pytest.skip("a dump of PostgreSQL goes straight into the backup")
    kept_file(b"%PDF-1.7 " + os.urandom(300_000), house.reviewer)
    with small_disk_at(tmp_path / full.lower(), "200k") as place:
        setattr(settings, full, str(place))
        if full == "DATA_DIR":
            (place / "other").write_bytes(b"x" * 190_000)

        with pytest.raises(InvalidRequest, match="no half file was left"):
            take_backup(wait=0)

        assert backup_names(settings) == []
        assert [path.name for path in place.iterdir() if path.name != ".lock"] == (
            ["other"] if full == "DATA_DIR" else []
        )
    setattr(settings, full, str(tmp_path / "roomy"))
    (tmp_path / "roomy").mkdir()
    assert take_backup(wait=0).manifest.damaged == [], "control: with room it is made"


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL restores in one transaction")
def test_a_restore_into_a_full_disk_changes_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    copied = tmp_path / "copied.sqlite3"
    for path, word, size in ((copied, "new", 900_000), (tmp_path / "small.sqlite3", "old", 10)):
        with sqlite3.connect(path) as file:
            file.execute("CREATE TABLE told (word text, rest blob)")
            file.execute("INSERT INTO told VALUES (?, zeroblob(?))", (word, size))
        file.close()
    with small_disk_at(tmp_path / "disk", "300k") as disk:
        present = shutil.copy(tmp_path / "small.sqlite3", disk / "present.sqlite3")
        monkeypatch.setitem(connection.settings_dict, "NAME", str(present))
        try:
            with pytest.raises(InvalidRequest, match="what was in it still stands"):
                load_sqlite(copied)
        finally:
            monkeypatch.undo()
        with sqlite3.connect(present) as file:
            assert file.execute("SELECT word FROM told").fetchall() == [("old",)]
        file.close()
