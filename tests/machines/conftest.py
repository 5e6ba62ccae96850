"""Two PostgreSQL servers, an object storage and two web machines; the suite's own database is the primary.

Run by `scripts/run_tests.sh replica`, which starts the primary.
"""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg2
import pytest
from django.db import connection

from core.models import User
from scripts.with_postgres import Server
from tests.factories import Cast, make_cast
from tests.integration.reports.conftest import (  # noqa: F401 -- fixtures
    award_round,
    council,
    dossiers,
    meeting,
    people,
    proposal,
    units,
)
from tests.machines.web import MAX_LAG_S, PASSWORD, Browser, WebMachine, eventually
from tests.object_server import ObjectServer, running_object_server
from tests.processes import database_url


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Each test here commits for real, so that other processes see it."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.machines)
            item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.fixture(scope="session", autouse=True)
def _on_postgresql() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("needs two PostgreSQL servers: scripts/run_tests.sh replica")


class Replica:
    """The second server, which can be held back, killed and started."""

    def __init__(self, server: Server) -> None:
        self.server = server
        # Of the whole cluster, so of the suite's database too.
        self.url = urlsplit(server.url)._replace(path=f"/{connection.settings_dict['NAME']}").geturl()

    def ask(self, question: str) -> Any:
        with closing(psycopg2.connect(self.url, connect_timeout=5)) as own, own.cursor() as cursor:
            cursor.execute(question)
            return cursor.fetchone()[0]

    def has_all(self) -> bool:
        """Whether everything that the primary knows by now was replayed."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_wal_insert_lsn()")
            reached = cursor.fetchone()[0]
        return bool(self.ask(f"SELECT pg_last_wal_replay_lsn() >= '{reached}'"))

    def wait(self) -> None:
        """Until it has all; the page header of a new piece of the log may need another record to be reached."""
        eventually(self._has_all_or_nudged)
        # A look of the web machines counts for a second.
        time.sleep(1.2)

    def _has_all_or_nudged(self) -> bool:
        if self.has_all():
            return True
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_logical_emit_message(true, 'tests', '')")
        return False

    def pause(self) -> None:
        self.ask("SELECT pg_wal_replay_pause() IS NULL")
        eventually(lambda: self.ask("SELECT pg_get_wal_replay_pause_state()") == "paused")

    def resume(self) -> None:
        self.ask("SELECT pg_wal_replay_resume() IS NULL")


@pytest.fixture(scope="session")
def second_server(django_db_setup: None) -> Iterator[Replica]:
    folder = Path(tempfile.mkdtemp(prefix="khen-thuong-replica-", dir="/tmp"))
    server = Server(folder)
    try:
        server.follow(_primary())
        yield Replica(server)
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _primary() -> str:
    told = connection.settings_dict
    return f"postgres://{told['USER']}:{told['PASSWORD']}@{told['HOST']}:{told['PORT']}/postgres"


@pytest.fixture
def replica(second_server: Replica) -> Iterator[Replica]:
    """The replica, running and in step again afterwards."""
    yield second_server
    if not (second_server.server.folder / "data" / "postmaster.pid").exists():
        second_server.server.launch()
    second_server.resume()


@pytest.fixture(scope="session")
def object_server() -> Iterator[ObjectServer]:
    with running_object_server() as running:
        yield running


StartMachine = Callable[..., WebMachine]


@pytest.fixture(scope="session")
def start_machine(
    second_server: Replica, object_server: ObjectServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[StartMachine]:
    """Starts a web machine on the same database, replica and object storage; settings may differ."""
    running: list[WebMachine] = []

    def start(name: str, **environment: str) -> WebMachine:
        settings = {
            "DATABASE_URL": _test_database(),
            "REPLICA_DATABASE_URL": second_server.url,
            "REPLICA_MAX_LAG_S": str(MAX_LAG_S),
            **object_server.environment,
            **environment,
        }
        running.append(WebMachine(tmp_path_factory.mktemp(name), **settings))
        return running[-1]

    yield start
    for machine in running:
        machine.end()


def _test_database() -> str:
    return database_url()


@pytest.fixture(scope="session")
def machines(start_machine: StartMachine) -> tuple[WebMachine, WebMachine]:
    """Two machines that share a database and an object storage, and no folder."""
    both = start_machine("one"), start_machine("two")
    for machine in both:
        machine.wait()
    return both


def let_sign_in(*users: User) -> None:
    """Give people the tests' password."""
    for user in users:
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])


@pytest.fixture(autouse=True)
def _same_day(frozen_day: Callable[[date], None]) -> None:
    """The day that the web machines play, too."""


@pytest.fixture
def cast() -> Cast:
    """A province's units, and a person for every desk, who may sign in."""
    made = make_cast()
    let_sign_in(*made.people.values())
    return made


@pytest.fixture
def browser_of(machines: tuple[WebMachine, WebMachine]) -> Callable[[User], Browser]:
    """A browser in which somebody is signed in."""

    def signed_in(user: User) -> Browser:
        browser = Browser()
        answer = browser.sign_in(user, machines[0])
        assert answer.status_code == 200, answer.text[-2000:]
        assert answer.url.endswith("/"), answer.url
        return browser

    return signed_in
