"""Stored files are read back: a part every day, all of them within a week; what differs is told."""

from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone, translation

from core import upkeep
from core.files import PDF, differs, store_bytes
from core.models import AuditEntry, StoredFile
from core.upkeep import check_files, check_files_of_the_day, part_of_a_day
from tests.factories import UserFactory
from tests.factories.files import stored_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _a_place_of_its_own(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.STORAGES = stored_in(tmp_path)
    with translation.override("en"):
        yield


def kept(count: int) -> list[StoredFile]:
    """So many files in their lasting place, the first the oldest."""
    files = [
        store_bytes(content=f"%PDF- {n}".encode(), name=f"{n}.pdf", content_type=PDF, actor=None)
        for n in range(count)
    ]
    now = timezone.now()
    for n, stored in enumerate(files):
        StoredFile.objects.filter(pk=stored.pk).update(
            adopted_at=now, created_at=now - timedelta(minutes=count - n)
        )
    return files


def overwrite(stored: StoredFile, content: bytes) -> None:
    default_storage.delete(stored.storage_name)
    default_storage.save(stored.storage_name, ContentFile(content))


def verify(*words: str) -> str:
    out = StringIO()
    call_command("verify_files", *words, stdout=out)
    return out.getvalue()


def test_all_files_as_they_were_kept() -> None:
    kept(3)

    assert verify() == "3 files are as they were kept.\n"
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("change", ["changed", "gone"])
def test_a_file_that_differs_is_named_logged_once_and_found_whole_again(change: str) -> None:
    stored = kept(3)[1]
    overwrite(stored, b"%PDF- other")
    if change == "gone":
        default_storage.delete(stored.storage_name)

    for _turn in range(2):
        with pytest.raises(CommandError, match=r"1 of 3 files differ .*\n.*“1\.pdf”"):
            verify()

    assert [entry.event for entry in AuditEntry.objects.all()] == ["file.differs"]
    stored.refresh_from_db()
    assert stored.differs_since is not None

    overwrite(stored, b"%PDF- 1")
    assert verify() == "3 files are as they were kept.\n"
    assert AuditEntry.objects.latest("seq").event == "file.whole_again"


def test_a_sample_takes_those_read_longest_ago() -> None:
    files = kept(4)

    assert verify("--sample", "1") == "1 files are as they were kept.\n"
    assert verify("--sample", "2") == "2 files are as they were kept.\n"

    read = StoredFile.objects.exclude(checked_at=None)
    assert {stored.pk for stored in read} == {stored.pk for stored in files[:3]}


def test_a_seventh_a_day_reads_all_within_a_week() -> None:
    kept(10)

    for days in range(7, 0, -1):
        check_files.call(left=part_of_a_day())
        recent = timezone.now() - timedelta(minutes=1)
        StoredFile.objects.filter(checked_at__gt=recent).update(
            checked_at=timezone.now() - timedelta(days=days)
        )

    assert part_of_a_day() == 2
    assert not StoredFile.objects.filter(checked_at=None).exists()


def test_days_that_were_missed_are_made_up_for() -> None:
    kept(10)
    StoredFile.objects.update(created_at=timezone.now() - timedelta(days=8))

    assert part_of_a_day() == 10
    check_files.call(left=10)
    assert part_of_a_day() == 2


def test_many_files_are_read_in_turns(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr(upkeep, "AT_ONCE", 2)
    kept(14)
    StoredFile.objects.update(created_at=timezone.now() - timedelta(days=8))

    with django_capture_on_commit_callbacks(execute=True):
        check_files_of_the_day()

    assert not StoredFile.objects.filter(checked_at=None).exists()


def test_a_file_that_moved_or_was_swept_meanwhile_is_no_fault() -> None:
    moved, swept = kept(2)
    StoredFile.objects.filter(pk=moved.pk).update(
        storage_name=default_storage.save("kept/x", ContentFile(b"%PDF- 0"))
    )
    default_storage.delete(moved.storage_name)
    StoredFile.objects.filter(pk=swept.pk).delete()
    default_storage.delete(swept.storage_name)

    assert not differs(moved)
    assert not differs(swept)


def test_a_file_that_moved_and_was_changed_is_a_fault() -> None:
    moved, lost = kept(2)
    StoredFile.objects.filter(pk=moved.pk).update(
        storage_name=default_storage.save("kept/x", ContentFile(b"%PDF- other"))
    )
    default_storage.delete(moved.storage_name)
    StoredFile.objects.filter(pk=lost.pk).update(storage_name="kept/nowhere")
    default_storage.delete(lost.storage_name)

    assert differs(moved)
    assert differs(lost)


def test_whoever_reads_the_log_is_told_of_a_file_that_differs(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored, person = kept(2)[0], UserFactory()
    overwrite(stored, b"%PDF- other")
    client.force_login(person)
    with pytest.raises(CommandError):
        verify()

    assert "found changed or gone" not in client.get("/").content.decode()
    monkeypatch.setattr("core.permissions._role_sources", [lambda user: {"auditor"}])

    with translation.override("en"):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        page = client.get("/").content.decode()

    assert "1 stored file was found changed or gone" in page
    assert "/nhat-ky/?event=file.differs" in page
