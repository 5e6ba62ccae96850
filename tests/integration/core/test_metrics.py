"""Figures for Prometheus: for whom the settings let in, of all processes together, and about nobody."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.exceptions import MiddlewareNotUsed
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import resolve, reverse
from django.utils import timezone

from core import exposition, metrics, replicas
from core.jobs import beat
from core.metrics import MetricsMiddleware
from core.models import OutboxMessage, User
from core.replicas import Standing
from tests.object_server import free_port

ROOT = Path(__file__).resolve().parents[3]
TOKEN = "mot-chuoi-dai-khong-ai-doan-ra"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.walk,
]  # Figures are of processes, whatever database they ask.


@pytest.fixture(autouse=True)
def _counted_from_nothing() -> Iterator[None]:
    metrics.instruments.cache_clear()
    yield
    metrics.instruments.cache_clear()


@pytest.fixture
def is_on(settings: LazySettings) -> None:
    settings.METRICS_TOKEN = TOKEN


def read(client: Client, **headers: Any) -> Any:
    return client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}", **headers})


def values(text: str) -> dict[str, float]:
    """Each line of the page: what it counts, with its labels, and how much."""
    lines = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _space, value in lines}


def asked(client: Client) -> dict[str, float]:
    return values(read(client).content.decode())


# --- Who may read ---


def test_without_a_setting_there_is_no_such_page(client: Client) -> None:
    assert read(client).status_code == 404
    assert client.get("/metrics").status_code == 404
    with pytest.raises(MiddlewareNotUsed):
        MetricsMiddleware(lambda request: HttpResponse())


@pytest.mark.parametrize(
    ("shown", "status"),
    [
        (f"Bearer {TOKEN}", 200),
        (f"bearer {TOKEN}", 200),
        (f"Bearer {TOKEN}x", 404),
        ("Bearer ", 404),
        (f"Basic {TOKEN}", 404),
        ("", 404),
    ],
)
def test_who_shows_the_token_may_read(client: Client, is_on: None, shown: str, status: int) -> None:
    assert client.get("/metrics", headers={"Authorization": shown}).status_code == status


@pytest.mark.parametrize(
    ("address", "status"), [("10.1.2.3", 200), ("10.1.9.9", 200), ("10.2.0.1", 404), ("::1", 200), ("", 404)]
)
def test_who_comes_from_an_address_may_read(
    client: Client, settings: LazySettings, address: str, status: int
) -> None:
    settings.METRICS_ADDRESSES = ["10.1.0.0/16", "::1"]

    assert client.get("/metrics", REMOTE_ADDR=address).status_code == status


def test_behind_a_proxy_the_address_that_it_saw_counts(client: Client, settings: LazySettings) -> None:
    settings.METRICS_ADDRESSES, settings.BEHIND_PROXY = ["10.1.0.0/16"], True

    def status(forwarded: str) -> int:
        return client.get(
            "/metrics", REMOTE_ADDR="10.1.2.3", headers={"X-Forwarded-For": forwarded}
        ).status_code

    assert status("203.0.113.9, 10.1.2.3") == 200
    # The control: what a stranger writes in front of what the proxy saw.
    assert status("10.1.2.3, 203.0.113.9") == 404


def test_nothing_is_taken_by_post(client: Client, is_on: None) -> None:
    assert client.post("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 405


# --- What is counted ---


def answered(view: Callable[[HttpRequest], HttpResponse], address: str, method: str = "get") -> None:
    request = getattr(RequestFactory(), method)(address)
    request.resolver_match = resolve(address)
    MetricsMiddleware(view)(request)


def test_requests_are_counted_by_view_method_and_class(client: Client, is_on: None) -> None:
    for status in (200, 204, 404, 503):
        answered(lambda request, status=status: HttpResponse(status=status), "/ho-so/HS-2025-0001/")
    answered(lambda request: HttpResponse(status=302), "/dang-nhap/", "post")

    found = asked(client)

    dossier = 'khen_thuong_requests_total{method="GET",status="%s",view="nominations:detail"}'
    assert [found[dossier % status] for status in ("2xx", "4xx", "5xx")] == [2, 1, 1]
    assert found['khen_thuong_requests_total{method="POST",status="3xx",view="login"}'] == 1
    assert found['khen_thuong_request_seconds_count{view="nominations:detail"}'] == 4
    assert found['khen_thuong_request_seconds_bucket{le="+Inf",view="nominations:detail"}'] == 4


def test_labels_hold_nothing_of_a_person_or_a_ballot(client: Client, is_on: None) -> None:
    ballot = reverse("councils:ballot", args=[7])
    answered(lambda request: HttpResponse(), "/danh-ba/ho-gia-dinh/4711/")
    answered(lambda request: HttpResponse(), ballot, "post")
    request = RequestFactory().get("/khong-co/nguyen-van-a/")
    MetricsMiddleware(lambda request: HttpResponse(status=404))(request)

    text = read(client).content.decode()

    assert "4711" not in text
    assert "nguyen" not in text
    assert "ballot" not in text
    assert values(text)['khen_thuong_requests_total{method="POST",status="2xx",view="unnamed"}'] == 1
    assert values(text)['khen_thuong_requests_total{method="GET",status="4xx",view="unnamed"}'] == 1
    # The control: another page's name is told.
    assert 'view="registry:household_detail"' in text


def test_a_method_that_nobody_knows_makes_no_label(client: Client, is_on: None) -> None:
    MetricsMiddleware(lambda request: HttpResponse(status=405))(RequestFactory().generic("BREW", "/"))

    assert asked(client)['khen_thuong_requests_total{method="other",status="4xx",view="unnamed"}'] == 1


def test_faults_of_the_database_are_counted(
    client: Client, is_on: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: Any) -> Any:
        raise OperationalError("away")

    monkeypatch.setattr("core.views.User.objects", type("Failing", (), {"exists": fail})())
    client.raise_request_exception = False

    assert client.get("/he-thong/song/").status_code == 503

    assert asked(client)['khen_thuong_database_errors_total{kind="OperationalError"}'] == 1


def test_other_faults_are_no_faults_of_the_database(
    client: Client, is_on: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.views.User", None)
    client.raise_request_exception = False

    assert client.get("/he-thong/song/").status_code == 500

    assert not [name for name in asked(client) if name.startswith("khen_thuong_database_errors_total")]


def test_what_waits_is_told(client: Client, is_on: None) -> None:
    from django_tasks_db.models import DBTaskResult  # noqa: PLC0415 -- only here

    from core.outbox import send_outbox  # noqa: PLC0415 -- only here

    hour_ago = timezone.now() - timedelta(hours=1)
    for key in ("a", "b"):
        OutboxMessage.objects.create(
            key=key, recipient="nguyen@example.vn", subject="x", body="x", created_at=hour_ago
        )
    send_outbox.enqueue()
    DBTaskResult.objects.update(enqueued_at=hour_ago)
    before = asked(client)
    beat("worker")

    found = asked(client)

    assert (found["khen_thuong_mail_waiting"], found["khen_thuong_jobs_waiting"]) == (2, 1)
    assert 3600 <= found["khen_thuong_mail_oldest_seconds"] < 3700
    assert 3600 <= found["khen_thuong_jobs_oldest_seconds"] < 3700
    assert found["khen_thuong_worker_seen_seconds"] < 60
    assert found["khen_thuong_database_up"] == 1
    assert "khen_thuong_worker_seen_seconds" not in before
    assert "khen_thuong_replica_up" not in found


def test_the_page_answers_while_the_database_is_away(
    client: Client, is_on: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> Any:
        raise OperationalError("away")

    monkeypatch.setattr(exposition, "_of_the_database", fail)

    found = asked(client)

    assert found["khen_thuong_database_up"] == 0
    assert "khen_thuong_jobs_waiting" not in found


@pytest.mark.parametrize(
    ("standing", "up", "lag"),
    [(Standing(True, 1, 2.5), 1, 2.5), (Standing(True, 1), 1, None), (Standing(False), 0, None)],
)
def test_the_replica_and_what_became_of_its_pages_are_told(
    client: Client,
    is_on: None,
    monkeypatch: pytest.MonkeyPatch,
    standing: Standing,
    up: float,
    lag: float | None,
) -> None:
    monkeypatch.setattr(replicas, "is_configured", lambda: True)
    monkeypatch.setattr(replicas, "standing", lambda: standing)
    metrics.count_replica_read("late")

    found = asked(client)

    assert found["khen_thuong_replica_up"] == up
    assert found.get("khen_thuong_replica_lag_seconds") == lag
    assert found['khen_thuong_replica_reads_total{answer="late"}'] == 1


# --- All processes of gunicorn together ---


class Gunicorn:
    """gunicorn with deploy/gunicorn.conf.py and two workers, each of which ends after a few requests."""

    def __init__(self, folder: Path, database: str) -> None:
        self.port, self.broken = free_port(), 0
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py"),
                *("--bind", f"127.0.0.1:{self.port}", "--workers", "2"),
                *("--max-requests", "6", "--max-requests-jitter", "0", "--graceful-timeout", "5"),
                "config.wsgi:application",
            ],
            cwd=ROOT,
            env={
                **os.environ,
                "DATABASE_URL": database,
                "METRICS_TOKEN": TOKEN,
                "TMPDIR": str(folder),
                "LOG_LEVEL": "ERROR",
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def get(self, path: str) -> tuple[int, str]:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", headers={"Authorization": f"Bearer {TOKEN}"}
        )
        deadline = time.monotonic() + 60
        while True:
            try:
                with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 -- our own address
                    return answer.status, answer.read().decode()
            except urllib.error.HTTPError as answer:
                with answer:
                    return answer.code, ""
            except OSError:
                # It starts, or its worker has just ended: whether that one counted is not known here.
                self.broken += 1
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def end(self) -> str:
        self.process.send_signal(signal.SIGTERM)
        words, _nothing = self.process.communicate(timeout=30)
        return words


@pytest.mark.slow  # starts gunicorn and waits until workers were renewed several times
def test_counts_of_all_processes_are_added_and_files_do_not_pile_up(tmp_path: Path) -> None:
    # `healthz` asks no database, so that none needs to be prepared.
    server = Gunicorn(tmp_path, f"sqlite:///{tmp_path / 'none.sqlite3'}")
    try:
        answers = [server.get("/healthz")[0]]
        server.broken = 0  # what was asked before it listened reached nobody
        answers += [server.get("/healthz")[0] for _time in range(25)]
        status, text = server.get("/metrics")
        kept = sorted(path.name for path in tmp_path.glob("khen-thuong-metrics-*/*"))
    finally:
        words = server.end()

    assert (set(answers), status) == ({200}, 200), words
    found = values(text)
    # Each of some five workers counted a part; the page is one number, and nothing of the ended ones is lost.
    counted = found['khen_thuong_requests_total{method="GET",status="2xx",view="core:healthy"}']
    assert 26 <= counted <= 26 + server.broken
    assert found['khen_thuong_request_seconds_count{view="core:healthy"}'] == counted
    assert kept, words
    assert {int(re.search(r"_(\d+)\.db$", name)[1]) for name in kept} <= {0, 1, 2}, kept
    assert not list(tmp_path.glob("khen-thuong-metrics-*")), "the folder goes with the server"


def test_people_are_counted_by_nothing_of_theirs(client: Client, is_on: None) -> None:
    user = User.objects.create_user("nguyenvana", full_name="Nguyễn Văn A")
    client.force_login(user)
    client.get("/tim/", {"q": "Trần Thị B"})

    text = read(client).content.decode()

    assert "nguyen" not in text.lower()
    assert "Tr" not in text
