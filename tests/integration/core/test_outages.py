"""A database that is away or held, a full disk, a read-only one: a sentence, nothing half saved, nothing typed lost."""

import errno
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import DatabaseError, OperationalError, connection, transaction
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from core.exceptions import NoRoom, Unavailable
from core.files import PDF, adopt, read_bytes, store_bytes, sweep
from core.models import StoredFile, User
from core.outages import refusal_for
from registry.models import Hold
from tests.factories import make_cast
from tests.factories.files import stored_in
from tests.processes import kill, start
from tests.small_disks import small_disk_at

ROOT = Path(__file__).resolve().parents[3]
DAYS_AGO = timezone.now() - timedelta(days=3)


def postgresql_is_installed() -> bool:
    return any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


@pytest.mark.slow  # starts a PostgreSQL, stops it and starts it again
@pytest.mark.skipif(not postgresql_is_installed(), reason="PostgreSQL is not installed")
def test_a_stopped_database_is_said_with_503_and_the_page_comes_back(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.integration.core.outage_walk"],
        cwd=ROOT,
        env={
            **os.environ,
            "APP_ENV": "test",
            "DATA_DIR": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "config.settings",
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout.splitlines() == [
        *("before 200 - -", "before 200 - -"),
        *("away 503 30 -", "away 503 30 kept"),
        *("back 200 - -", "back 200 - -"),
    ], done.stderr


@contextmanager
def held_database(table: str) -> Iterator[None]:
    """Another hand holds a table, on SQLite all of them, against writers as long as the block runs."""
    holding, may_go = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("UPDATE core_audithead SET seq = seq")
            else:
                cursor.execute(f"LOCK TABLE {table} IN EXCLUSIVE MODE")
            holding.set()
            may_go.wait(20)
        connection.close()

    hand = threading.Thread(target=hold)
    hand.start()
    assert holding.wait(10)
    try:
        yield
    finally:
        may_go.set()
        hand.join()


@pytest.fixture
def impatient(transactional_db: None) -> None:
    """This connection waits for others for a moment only."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA busy_timeout = 200")
        else:
            cursor.execute("SET lock_timeout = '200ms'")


TYPED = {"reason": "Đang được xác minh theo đơn", "starts_on": "2025-12-01"}


@pytest.fixture
def held_form(frozen_day: Callable[[date], None], impatient: None) -> tuple[Client, str]:
    """Somebody at a form that writes, and its address."""
    cast = make_cast()
    client = Client(raise_request_exception=False)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(cast["reviewer"])
    return client, reverse("registry:unit_holds", args=[cast.commune.pk])


def test_a_held_database_brings_the_form_back_with_what_was_typed(held_form: tuple[Client, str]) -> None:
    client, address = held_form

    with held_database("core_audithead"):
        answer = client.post(address, TYPED)

    page = answer.content.decode()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert "The database could not be reached" in page
    assert f'value="{TYPED["reason"]}"' in page
    assert "<h1" in page
    assert not Hold.objects.exists()
    assert client.post(address, TYPED).status_code == 302, (
        "the control: it is taken when nobody holds the database"
    )
    assert Hold.objects.count() == 1


@pytest.mark.parametrize("typed", [TYPED, {**TYPED, "old_password": "bí mật"}])
def test_a_page_that_cannot_be_shown_either_keeps_what_was_typed_but_no_secret(
    held_form: tuple[Client, str], typed: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    client, address = held_form

    def cut(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr("registry.views.holds._subject", cut)
    # As a browser sends it: with the form's token, which sending again needs, too.
    answer = client.post(address, {**typed, "csrfmiddlewaretoken": "t" * 64})

    page = answer.content.decode()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert ("Send again" in page) == (typed == TYPED)
    assert ("t" * 64 in page) == (typed == TYPED)
    assert (TYPED["reason"] in page) == (typed == TYPED)
    assert "bí mật" not in page


def test_a_full_disk_is_said_without_a_time_to_wait(
    held_form: tuple[Client, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    client, address = held_form

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("registry.views.holds.place_hold", refuse)
    answer = client.post(address, TYPED)

    page = answer.content.decode()
    assert answer.status_code == 507
    assert "Retry-After" not in answer.headers
    assert "The disk of the system is full" in page
    assert f'value="{TYPED["reason"]}"' in page


def test_waiting_and_making_room_are_told_apart(impatient: None) -> None:
    with held_database("core_user"), pytest.raises(OperationalError) as held, transaction.atomic():
        User.objects.create(username="b", full_name="B")

    assert isinstance(refusal_for(held.value), Unavailable)
    assert isinstance(refusal_for(OSError(errno.ENOSPC, "full")), NoRoom)
    assert isinstance(refusal_for(OSError(errno.EROFS, "read-only")), NoRoom)
    assert refusal_for(FileNotFoundError(errno.ENOENT, "gone")) is None
    assert refusal_for(ValueError("a fault of ours")) is None
    assert refusal_for(None) is None


def write_somebody() -> None:
    with transaction.atomic():
        User.objects.create(username="b", full_name="B")


def test_a_read_only_database_lacks_room_and_is_no_matter_of_waiting(transactional_db: None) -> None:
    is_sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only = ON" if is_sqlite else "SET default_transaction_read_only = on")
    try:
        with pytest.raises(DatabaseError) as refused:
            write_somebody()
    finally:
        connection.close()

    assert isinstance(refusal_for(refused.value), NoRoom)
    write_somebody()


def test_a_full_database_lacks_room(transactional_db: None) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has no bound that a test could lower")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA max_page_count = 1")  # never less than there are
    try:
        with pytest.raises(OperationalError) as refused:
            User.objects.bulk_create(
                User(username=f"b{number}", full_name="B" * 100) for number in range(2000)
            )
    finally:
        connection.close()

    assert isinstance(refusal_for(refused.value), NoRoom)
    assert not User.objects.exists()


@pytest.mark.slow  # starts a process and kills it
def test_a_process_killed_while_it_takes_a_file_leaves_nothing_after_the_sweep(
    transactional_db: None, tmp_path: Path
) -> None:
    process = start(
        code="""
import time
from django.db import transaction
from core.files import PDF, adopt, store_bytes
from core.models import User
with transaction.atomic():
    adopt(store_bytes(content=b"x" * 1000, name="a.pdf", content_type=PDF, actor=None))
    User.objects.create(username="half", full_name="Half")
    print("stored", flush=True)
    time.sleep(60)
""",
        DATA_DIR=str(tmp_path),
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "stored\n"
    kill(process)
    [left] = files_in(tmp_path / "files")
    os.utime(left, (DAYS_AGO.timestamp(), DAYS_AGO.timestamp()))

    assert not StoredFile.objects.exists()
    assert not User.objects.filter(username="half").exists()
    with override_settings(STORAGES=stored_in(tmp_path / "files")):
        assert sweep() == 1
    assert files_in(tmp_path / "files") == []


@pytest.fixture
def small_disk(settings, tmp_path: Path) -> Iterator[Path]:
    """The place of stored files is a disk with room for 64 KB."""
    with small_disk_at(tmp_path / "files", "64k") as place:
        settings.STORAGES = stored_in(place)
        yield place


def files_in(place: Path) -> list[Path]:
    return [path for path in place.rglob("*") if path.is_file()]


def keep(content: bytes) -> StoredFile:
    return store_bytes(content=content, name="a.pdf", content_type=PDF, actor=None)


@pytest.mark.django_db
def test_a_full_disk_leaves_no_half_file_and_takes_the_next_that_fits(small_disk: Path) -> None:
    with pytest.raises(NoRoom):
        keep(b"x" * 200_000)

    assert files_in(small_disk) == []
    assert not StoredFile.objects.exists()
    assert read_bytes(keep(b"y" * 1000)) == b"y" * 1000


@pytest.mark.django_db
def test_a_read_only_disk_is_said_so(small_disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)

    with pytest.raises(NoRoom):
        keep(b"x")

    assert not StoredFile.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_was_committed_stands_when_its_file_cannot_be_moved(small_disk: Path) -> None:
    stored = keep(b"x" * 40_000)

    with transaction.atomic():
        adopt(stored)

    stored.refresh_from_db()
    assert stored.adopted_at is None
    assert [path.parent.name for path in files_in(small_disk)] == ["incoming"]
    assert read_bytes(stored) == b"x" * 40_000
    subprocess.run(["mount", "-o", "remount,size=256k", str(small_disk)], check=True)
    with transaction.atomic():
        adopt(stored)
    stored.refresh_from_db()
    assert stored.adopted_at is not None
    assert read_bytes(stored) == b"x" * 40_000


@pytest.mark.django_db(transaction=True)
def test_a_row_that_cannot_be_written_leaves_no_file(impatient: None, settings, tmp_path: Path) -> None:
    settings.STORAGES = stored_in(tmp_path)
    with held_database("core_storedfile"), pytest.raises(OperationalError):
        keep(b"x")

    assert files_in(tmp_path) == []


@pytest.mark.django_db
def test_files_without_a_row_are_swept_when_they_are_old(settings, tmp_path: Path) -> None:
    settings.STORAGES = stored_in(tmp_path)
    waiting = keep(b"has a row")
    for name in ("old", "young"):
        default_storage.save(f"incoming/{name}", ContentFile(b"half"))
    for path in (tmp_path / "incoming/old", tmp_path / waiting.storage_name):
        os.utime(path, (DAYS_AGO.timestamp(), DAYS_AGO.timestamp()))

    assert sweep() == 1

    assert sorted(path.name for path in files_in(tmp_path)) == sorted(["young", str(waiting.pk)])


@pytest.mark.django_db
def test_the_command_sweeps_an_empty_storage(settings, tmp_path: Path, capsys) -> None:
    settings.STORAGES = stored_in(tmp_path)

    call_command("sweep_files")

    assert "0 files removed" in capsys.readouterr().out
