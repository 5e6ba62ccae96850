"""Stored files in object storage: kept, read back, handed out by the application alone, and missed in a sentence."""

import hashlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from core import files
from core.audit.writing import head
from core.backups.envelope import new_private_key, public_key_of
from core.backups.restoring import restore_backup
from core.backups.taking import take_backup
from core.exceptions import Damaged, Unavailable
from core.models import AuditEntry, StoredFile
from core.object_storage import IN_MEMORY_BYTES
from core.outages import StorageAway
from core.uploads.checking import store_upload
from nominations.enums import Status
from nominations.models import Paper
from tests.factories import Cast, attach, dossier_at, make_cast
from tests.factories.files import pdf_bytes
from tests.object_server import BUCKET, ObjectServer, running_object_server

ROOT = Path(__file__).resolve().parents[3]
PDF = pdf_bytes("Báo cáo thành tích")

pytestmark = [
    pytest.mark.slow,  # A storage is started, and each test commits for real.
    pytest.mark.django_db(transaction=True),
    pytest.mark.walk,  # The storage is beside the database.
]


@pytest.fixture(scope="module")
def server() -> Iterator[ObjectServer]:
    with running_object_server() as running:
        yield running


@pytest.fixture(autouse=True)
def _stored_there(server: ObjectServer, settings: LazySettings) -> Iterator[None]:
    backend = {"BACKEND": "core.object_storage.ObjectStorage", "OPTIONS": server.options}
    settings.STORAGES = {**settings.STORAGES, "default": backend}
    with translation.override("en"):
        yield
    server.bucket.objects.all().delete()


def keys(server: ObjectServer) -> list[str]:
    return sorted(found.key for found in server.bucket.objects.all())


def kept(content: bytes = PDF) -> StoredFile:
    """A file in its lasting place."""
    with transaction.atomic():
        upload = SimpleUploadedFile("bao-cao.pdf", content)
        stored = store_upload(upload=upload, types=files.PAPER_TYPES, actor=None)
        files.adopt(stored)
    stored.refresh_from_db()
    return stored


def a_paper() -> tuple[Paper, Cast]:
    """A paper of a draft of the cast's commune."""
    cast = make_cast()
    dossier = dossier_at(Status.DRAFT, cast)
    return attach(dossier, "achievement_report", cast["commune"]), cast


@pytest.fixture
def away(server: ObjectServer) -> Iterator[None]:
    """The storage stands still, as a machine does that hangs."""
    server.process.send_signal(signal.SIGSTOP)
    yield
    server.process.send_signal(signal.SIGCONT)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch, settings: LazySettings) -> None:
    """One second of waiting instead of twenty."""
    for name, value in (("CONNECT_S", 1), ("ANSWER_S", 1), ("ATTEMPTS", 1)):
        monkeypatch.setattr(f"core.object_storage.{name}", value)
    # The storage is made anew with the settings.
    settings.STORAGES = {**settings.STORAGES}


def test_an_upload_is_kept_read_and_swept(server: ObjectServer) -> None:
    stored = kept()
    left = store_upload(upload=SimpleUploadedFile("b.pdf", PDF), types=files.PAPER_TYPES, actor=None)
    lost = default_storage.save("incoming/lost", ContentFile(b"x"))

    assert keys(server) == sorted([stored.storage_name, left.storage_name, lost])
    assert stored.storage_name.startswith("kept/")
    assert files.read_bytes(stored) == PDF
    assert not files.differs(stored)
    assert files.sweep(older_than=timedelta(hours=1)) == 0
    assert files.sweep(older_than=timedelta(seconds=-5)) == 2
    assert keys(server) == [stored.storage_name]


def test_a_large_file_does_not_stay_in_memory(server: ObjectServer) -> None:
    content = PDF + b"x" * (2 * IN_MEMORY_BYTES)
    stored = kept(content)

    with default_storage.open(stored.storage_name) as source:
        assert source.read() == content
        assert source.file._rolled, "it lies in a temporary file"


def test_a_document_is_handed_out_by_the_application(server: ObjectServer) -> None:
    stored = kept()

    response = files.serve(stored, inline=True)

    assert b"".join(response) == PDF
    assert response.headers["Content-Length"] == str(len(PDF))
    assert response.headers["Cache-Control"] == "private, no-store"
    response.close()


def test_only_who_may_see_a_paper_gets_it(
    server: ObjectServer, client: Client, frozen_day: Callable[[date], None]
) -> None:
    paper, cast = a_paper()
    address = reverse("nominations:paper_download", args=[paper.pk])

    answers = {}
    for name in ("commune", "outsider"):
        client.force_login(cast[name])
        answers[name] = client.get(address)

    assert answers["commune"].status_code == 200
    assert hashlib.sha256(b"".join(answers["commune"])).hexdigest() == paper.file.sha256
    assert answers["outsider"].status_code == 404
    assert not any("http" in value for value in answers["commune"].headers.values()), (
        "no address of the storage"
    )


def test_no_link_leads_past_the_permission_checks(server: ObjectServer) -> None:
    with pytest.raises(NotImplementedError):
        default_storage.url(kept().storage_name)
    # The control: nothing in the product asks for one.
    asks = re.compile(r"storage\.url\(|\.file\.url\b|stored_file\.url\b|presigned")
    sources = [
        path
        for app in ("core", "registry", "nominations", "councils", "reports")
        for path in (ROOT / app).rglob("*.py")
    ]
    found = [
        path for path in (*sources, *(ROOT / "templates").rglob("*.html")) if asks.search(path.read_text())
    ]
    assert found == []


def test_changed_bytes_are_not_handed_out(server: ObjectServer) -> None:
    stored = kept()
    server.bucket.Object(stored.storage_name).put(Body=PDF + b"more")

    with pytest.raises(Damaged) as refusal:
        files.serve(stored)

    assert "bao-cao.pdf is no longer as it was kept" in str(refusal.value)
    assert files.differs(stored)


def test_a_file_that_is_gone_is_said(server: ObjectServer) -> None:
    stored = kept()
    server.bucket.Object(stored.storage_name).delete()

    with pytest.raises(Damaged):
        files.serve(stored)
    assert files.differs(stored)
    with pytest.raises(FileNotFoundError):
        default_storage.get_modified_time(stored.storage_name)


def test_files_are_verified_and_a_changed_one_is_named(server: ObjectServer) -> None:
    good, bad = kept(), kept(PDF + b"2")
    words = StringIO()
    call_command("verify_files", stdout=words)
    assert words.getvalue() == "2 files are as they were kept.\n"

    server.bucket.Object(bad.storage_name).put(Body=b"else")
    with pytest.raises(CommandError) as said:
        call_command("verify_files")

    assert bad.storage_name in str(said.value)
    assert good.storage_name not in str(said.value)


def test_a_bucket_that_is_not_there_says_nothing_of_files(
    server: ObjectServer, settings: LazySettings
) -> None:
    stored = kept()
    options = {**server.options, "bucket_name": "khac"}
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "core.object_storage.ObjectStorage", "OPTIONS": options},
    }

    with pytest.raises(StorageAway):
        files.differs(stored)
    with pytest.raises(CommandError, match="does not answer"):
        call_command("verify_files")
    stored.refresh_from_db()
    assert stored.differs_since is None


@pytest.mark.usefixtures("impatient")
class TestStorageThatIsAway:
    """A sentence, and nothing half saved."""

    def test_an_upload_is_refused_with_a_way(
        self, server: ObjectServer, request: pytest.FixtureRequest
    ) -> None:
        request.getfixturevalue("away")

        with pytest.raises(Unavailable) as refusal:
            files.store_bytes(content=PDF, name="a.pdf", content_type=files.PDF, actor=None)

        assert "does not answer. Nothing was half saved." in refusal.value.sentence
        assert not StoredFile.objects.exists()

    def test_commands_say_it(self, server: ObjectServer, request: pytest.FixtureRequest) -> None:
        stored = kept()
        request.getfixturevalue("away")

        for command in ("verify_files", "sweep_files"):
            with pytest.raises(CommandError, match="does not answer"):
                call_command(command)
        stored.refresh_from_db()
        assert (stored.checked_at, stored.differs_since) == (None, None)

    def test_a_download_and_readiness_say_it(
        self,
        server: ObjectServer,
        request: pytest.FixtureRequest,
        client: Client,
        frozen_day: Callable[[date], None],
    ) -> None:
        paper, cast = a_paper()
        client.force_login(cast["commune"])
        request.getfixturevalue("away")
        cache.clear()

        ready = client.get("/readyz")
        cache.clear()
        client.raise_request_exception = False
        answer = client.get(reverse("nominations:paper_download", args=[paper.pk]))

        assert (ready.status_code, ready.json()["checks"]["storage"]["ok"]) == (503, False)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")


def test_a_backup_and_a_restore_know_the_storage(
    server: ObjectServer, settings: LazySettings, tmp_path: Path, frozen_day: Callable[[date], None]
) -> None:
    private = new_private_key()
    settings.BACKUP_DIR, settings.BACKUP_PUBLIC_KEY = str(tmp_path / "backups"), public_key_of(private)
    settings.AUDIT_HEADS_FILE = str(tmp_path / "heads.jsonl")
    make_cast()
    stored = kept()
    before = head()

    made = take_backup(wait=0)
    assert made.manifest.damaged == []
    server.bucket.objects.all().delete()
    StoredFile.objects.all().delete()
    restored = restore_backup(path=made.path, private_key=private, replace=True)

    assert restored.notes == []
    assert AuditEntry.objects.get(event="backup.restored").prev_hash == before[1]
    assert keys(server) == [stored.storage_name]
    assert files.read_bytes(StoredFile.objects.get(pk=stored.pk)) == PDF


# The storage as the settings make it, not as a test does.
WALK = """
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
name = default_storage.save("incoming/a", ContentFile(b"qua moi truong"))
print(type(default_storage._wrapped).__name__, default_storage.open(name).read().decode())
"""


def started(**environment: str) -> subprocess.CompletedProcess[str]:
    code = f"import django; django.setup()\n{WALK}"
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_settings_lead_there(server: ObjectServer) -> None:
    done = started(**server.environment)

    assert done.stdout == "ObjectStorage qua moi truong\n", done.stderr
    assert keys(server) == ["incoming/a"]


def test_a_storage_without_a_bucket_is_refused_at_the_start(server: ObjectServer) -> None:
    done = started(**{**server.environment, "S3_BUCKET": ""})

    assert done.returncode != 0
    assert "S3_BUCKET is not set." in done.stderr
    assert BUCKET not in done.stderr
