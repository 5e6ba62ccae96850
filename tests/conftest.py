"""Fixtures of the whole suite: the played day, and a way to empty append-only tables between tests."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connections
from django.test import Client, TransactionTestCase

from core import append_only
from core.audit.triggers import lifted
from councils.urn.client import address
from councils.urn.holder import serving
from tests import emptying, kept_database
from tests.races import ROUNDS

LAYERS = ("unit", "integration", "e2e")
PLAYED_DAY = date(2025, 12, 15)


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Iterator[None]:
    """Mark each test with the layer whose folder holds it, before any is chosen by its marks; begin with the walks.

    What takes minutes and is begun last keeps one core waiting for the other. On PostgreSQL only tests run that
    ask for the database: the others have run beside SQLite and would say the same again.
    """
    tests = Path(__file__).parent
    for item in items:
        layer = item.path.relative_to(tests).parts[0]
        if layer in LAYERS:
            item.add_marker(layer)
    yield
    if connections["default"].vendor == "postgresql":
        config.hook.pytest_deselected(items=[item for item in items if not _asks_for_database(item)])
        items[:] = [item for item in items if _asks_for_database(item)]
    items.sort(key=_turn)


def _asks_for_database(item: pytest.Item) -> bool:
    asked = {"db", "transactional_db", "live_server", "django_db_setup"} & set(
        getattr(item, "fixturenames", ())
    )
    return bool(asked) or item.get_closest_marker("django_db") is not None


def _turn(item: pytest.Item) -> int:
    """Walks first. Those that empty the tables stay behind all that only roll back, the longest of them (`early`) in front."""
    mark = item.get_closest_marker("django_db")
    if mark is None or not mark.kwargs.get("transaction"):
        return 0 if item.get_closest_marker("walk") else 1
    return 2 if item.get_closest_marker("early") else 3


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each race so many times."""
    if metafunc.definition.get_closest_marker("race"):
        metafunc.fixturenames.append("race_round")
        metafunc.parametrize("race_round", range(1, ROUNDS + 1))


@pytest.fixture(scope="session")
def django_db_keepdb(request: pytest.FixtureRequest, django_db_modify_db_settings: None) -> bool:
    """Whether the run begins from a database that stands already; PostgreSQL's is made for each run."""
    if connections["default"].vendor != "sqlite":
        return bool(request.config.option.reuse_db)
    return kept_database.begin_from_kept(_test_database())


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """The test database, kept for the next run before any test writes to it."""
    if connections["default"].vendor == "sqlite":
        kept_database.keep(_test_database())


def _test_database() -> Path:
    return Path(connections["default"].settings_dict["TEST"]["NAME"])


@pytest.fixture(scope="session", autouse=True)
def _emptying_lifts_the_triggers() -> Iterator[None]:
    """Transactional tests end with empty tables, which the append-only triggers would refuse: lift them for it."""
    patch = pytest.MonkeyPatch()

    def empty_with_triggers_lifted(case: Any) -> None:
        for alias in case._databases_names(include_mirrors=False):
            with lifted(connections[alias]), append_only.lifted(connections[alias]):
                emptying.empty(connections[alias])

    patch.setattr(TransactionTestCase, "_fixture_teardown", empty_with_triggers_lifted)
    yield
    patch.undo()


@pytest.fixture(scope="session", autouse=True)
def _urn() -> Iterator[None]:
    """The urn that polls of this run's tests have their papers in, as a process beside the server would."""
    with serving(address()):
        yield


_FORM = re.compile(rb"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
# The paper of a secret ballot: its address knows no browser and reads no cookie, and its own blind token lets it in.
_NEEDS_NO_TOKEN = re.compile(rb'action="/hoi-dong/bo-phieu/\d+/phieu/"')


def forms_without_token(page: bytes) -> list[bytes]:
    """The heads of a page's posting forms that the server would refuse as forged: their token is missing."""
    return [
        head
        for head, body in _FORM.findall(page)
        if b'method="post"' in head
        and b"csrfmiddlewaretoken" not in body
        and not _NEEDS_NO_TOKEN.search(head)
    ]


@pytest.fixture(scope="session", autouse=True)
def _every_form_that_a_test_sees_has_its_token() -> Iterator[None]:
    """The test client posts without a token, so no test would notice a form that sends none."""
    patch = pytest.MonkeyPatch()
    ask = Client.request

    def ask_and_look(client: Client, **request: Any) -> Any:
        response = ask(client, **request)
        if not response.streaming and response.headers.get("Content-Type", "").startswith("text/html"):
            assert forms_without_token(response.content) == [], request["PATH_INFO"]
        return response

    patch.setattr(Client, "request", ask_and_look)
    yield
    patch.undo()


@pytest.fixture
def undrawn_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    """A document is what its template says, uncompressed and in no time: for tests of who reads it, and of what."""

    def keep_words(job: dict[str, Any], *_others: Any) -> None:
        Path(job["target"]).write_bytes(b"%PDF-1.7\n" + job["html"].encode())

    monkeypatch.setattr("reports.rendering._run", keep_words)


@pytest.fixture
def frozen_day(settings: LazySettings) -> Callable[[date], None]:
    """The clock stands at 2025-12-15, in every thread; call the fixture with another day to move it."""

    def move_to(day: date) -> None:
        settings.FIXED_TODAY = day

    move_to(PLAYED_DAY)
    return move_to
