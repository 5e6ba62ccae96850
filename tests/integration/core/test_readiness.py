"""What monitors are told: whether people can work here, in figures and without a name."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from core import readiness, replicas
from core.jobs import beat
from core.models import OutboxMessage, StoredFile, User
from core.readiness import LATE
from core.replicas import Standing
from core.services import record_backup
from councils.urn.client import asking_at
from councils.urn.wire import read_address

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _asked_anew() -> Iterator[None]:
    """A machine on which all is well, and nothing remembered of an earlier answer."""
    cache.clear()
    beat("worker")
    record_backup(where="a")
    yield
    cache.clear()


def asked(client: Client) -> tuple[int, str, dict[str, Any]]:
    """The answer's status, its word, and what was found by name."""
    cache.clear()
    answer = client.get("/readyz")
    found = answer.json()
    return answer.status_code, found["status"], {name: one["ok"] for name, one in found["checks"].items()}


def fail(*_arguments: Any, **_named: Any) -> Any:
    raise OperationalError("the database is away")


def test_a_machine_on_which_all_is_well_is_ready(client: Client) -> None:
    status, word, found = asked(client)

    assert (status, word) == (200, "ready")
    needed, watched = (
        ["database", "storage", "disk", "migrations"],
        ["files", "worker", "jobs", "mail", "backup", "urn"],
    )
    assert list(found) == needed + watched
    assert all(found.values())
    assert not default_storage.exists("incoming/readiness")


def _no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "cursor", fail)


def _no_storage(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: Any) -> str:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(default_storage, "save", refuse)


def _no_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "LEAST_FREE_MB", 10**12)


def _no_migration(monkeypatch: pytest.MonkeyPatch) -> None:
    MigrationRecorder.Migration.objects.filter(app="core", name="0001_initial").delete()


@pytest.mark.parametrize(
    ("spoil", "name"),
    [
        (_no_database, "database"),
        (_no_storage, "storage"),
        (_no_disk, "disk"),
        (_no_migration, "migrations"),
    ],
)
def test_what_people_need_makes_it_unready(
    client: Client, monkeypatch: pytest.MonkeyPatch, spoil: Callable[[pytest.MonkeyPatch], None], name: str
) -> None:
    spoil(monkeypatch)

    status, word, found = asked(client)

    assert (status, word) == (503, "unready")
    assert not found[name]


def _dead_worker() -> None:
    from core.models import WorkerHeartbeat  # noqa: PLC0415 -- only here

    WorkerHeartbeat.objects.update(seen_at=timezone.now() - timedelta(minutes=5))


def _old_job() -> None:
    DBTaskResult.objects.create(
        args_kwargs={"args": [], "kwargs": {}},
        task_path="core.outbox.send_outbox",
        backend_name="default",
        exception_class_path="",
        traceback="",
    )
    DBTaskResult.objects.update(enqueued_at=timezone.now() - LATE - timedelta(seconds=1))


def _old_mail() -> None:
    OutboxMessage.objects.create(
        key="a",
        recipient="nguyen@example.vn",
        subject="x",
        body="x",
        created_at=timezone.now() - LATE - timedelta(seconds=1),
    )


@pytest.mark.parametrize(
    ("spoil", "late"),
    [
        (_dead_worker, ["worker"]),
        # A job that nobody touches for so long says that the worker hangs.
        (_old_job, ["worker", "jobs"]),
        (_old_mail, ["mail"]),
    ],
)
def test_what_only_waits_is_shown_and_takes_no_page_away(
    client: Client, spoil: Callable[[], None], late: list[str]
) -> None:
    spoil()

    status, word, found = asked(client)

    assert (status, word) == (200, "degraded")
    assert [one for one, ok in found.items() if not ok] == late


def test_an_old_backup_is_shown(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "BACKUP_LATE", timedelta(seconds=-1))

    status, word, found = asked(client)

    assert (status, word) == (200, "degraded")
    assert [one for one, ok in found.items() if not ok] == ["backup"]


def test_a_storage_that_the_machines_do_not_share_is_shown(client: Client) -> None:
    # A machine with a disk of its own has not the file that another one kept.
    StoredFile.objects.create(
        storage_name="kept/ab/elsewhere",
        original_name="a.pdf",
        content_type="application/pdf",
        size=1,
        sha256="0" * 64,
        created_at=timezone.now(),
        adopted_at=timezone.now(),
    )

    status, word, found = asked(client)

    assert (status, word) == (200, "degraded")
    assert [one for one, ok in found.items() if not ok] == ["files"]


@pytest.mark.parametrize(
    ("standing", "ok", "figure"),
    [
        (Standing(True, 10, 2.5), True, 2),
        (Standing(True, 10, 31.0), False, 31),
        (Standing(True, 10, None), False, None),
        (Standing(False), False, None),
    ],
)
def test_a_replica_is_shown_with_its_lag(
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    settings: LazySettings,
    standing: Standing,
    ok: bool,
    figure: int | None,
) -> None:
    settings.REPLICA_MAX_LAG_S = 30
    monkeypatch.setattr(replicas, "is_configured", lambda: True)
    monkeypatch.setattr(replicas, "standing", lambda **_anew: standing)

    status, word, _found = asked(client)
    shown = client.get("/readyz").json()["checks"]["replica"]

    assert (status, word) == (200, "ready" if ok else "degraded")
    assert shown == {"ok": ok, "figure": figure}


def test_the_answer_names_nobody(client: Client) -> None:
    User.objects.create_user("nguyenvana", full_name="Nguyễn Văn A", email="nguyen@example.vn")
    _old_mail()

    text = client.get("/readyz").content.decode()

    assert "nguyen" not in text.lower()


def test_the_process_answers_without_a_database(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        answer = client.get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_an_urn_that_does_not_answer_is_shown(client: Client) -> None:
    with asking_at(read_address("unix:/nowhere/urn.sock")):
        status, word, found = asked(client)

    assert (status, word) == (200, "degraded")
    assert [name for name, is_ok in found.items() if not is_ok] == ["urn"]
