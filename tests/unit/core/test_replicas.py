"""Who reads from the replica: only pages that say so, never behind their reader's own work, never an error page.

The two servers are played here; tests/machines has real ones.
"""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.exceptions import MiddlewareNotUsed
from django.db import DatabaseError, OperationalError
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.test import RequestFactory

from core import replicas
from core.models import BrowserSession, OutboxMessage, StoredFile, User
from core.replicas import ReplicaMiddleware, ReplicaRouter, Standing, place_of, reads_may_lag
from core.services import service
from core.view_marks import never_resent

IN_STEP = Standing(True, place_of("0/200"), 0.0)


class PlayedConnection:
    """A server that answers each question with the next of its rows; a row that is an exception is raised."""

    def __init__(self, *rows: Any, is_usable: bool = True) -> None:
        self.rows, self.usable, self.in_atomic_block, self.asked, self.closed = (
            list(rows),
            is_usable,
            False,
            0,
            0,
        )

    @contextmanager
    def cursor(self) -> Iterator[Any]:
        self.asked += 1
        row = self.rows.pop(0)
        if isinstance(row, Exception):
            raise row
        yield SimpleNamespace(execute=lambda *_question: None, fetchone=lambda: row)

    def is_usable(self) -> bool:
        return self.usable

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def servers(monkeypatch: pytest.MonkeyPatch) -> dict[str, PlayedConnection]:
    """A primary and a replica, about which nothing is known yet."""
    played = {"default": PlayedConnection(), "replica": PlayedConnection()}
    monkeypatch.setattr(replicas, "connections", played)
    monkeypatch.setattr(replicas, "is_configured", lambda: True)
    for name in ("_looked_at", "_away_until"):
        monkeypatch.setattr(replicas, name, float("-inf"))
    return played


@pytest.fixture
def in_step(
    servers: dict[str, PlayedConnection], monkeypatch: pytest.MonkeyPatch
) -> dict[str, PlayedConnection]:
    """A replica that has replayed up to 0/200."""
    monkeypatch.setattr(replicas, "standing", lambda: IN_STEP)
    return servers


def answered(view: Callable[..., HttpResponse], request: HttpRequest) -> HttpResponse:
    """The view's answer through the middleware."""

    def ask(request: HttpRequest) -> HttpResponse:
        request.resolver_match = SimpleNamespace(func=view)  # type: ignore[assignment]
        return view(request)

    response: HttpResponse = ReplicaMiddleware(ask)(request)
    return response


def where() -> str:
    """Where a list would be read from now."""
    return ReplicaRouter().db_for_read(StoredFile) or ""


@reads_may_lag
def listing(request: HttpRequest) -> HttpResponse:
    return HttpResponse(where())


def unmarked(request: HttpRequest) -> HttpResponse:
    return HttpResponse(where())


def said(response: Any) -> str:
    return b"".join(response).decode()


def get(cookies: dict[str, str] | None = None) -> HttpRequest:
    request = RequestFactory().get("/")
    request.COOKIES.update(cookies or {})
    return request


@pytest.mark.parametrize(("view", "place"), [(listing, "replica"), (unmarked, "default")])
def test_only_a_marked_page_is_read_from_the_replica(in_step: Any, view: Any, place: str) -> None:
    assert said(answered(view, get())) == place


def test_what_is_sent_is_judged_on_the_primary(in_step: Any) -> None:
    in_step["default"].rows = [("0/300",)]

    assert said(answered(listing, RequestFactory().post("/"))) == "default"


def test_a_page_outside_of_a_request_is_read_from_the_primary(in_step: Any) -> None:
    # Such as a view that a command calls: whose work it must show is not known.
    assert said(listing(get())) == "default"


def test_without_a_replica_nothing_changes() -> None:
    assert said(listing(get())) == "default"
    with pytest.raises(MiddlewareNotUsed):
        ReplicaMiddleware(listing)


def test_who_somebody_is_is_read_from_the_primary(in_step: Any) -> None:
    from registry.models import UnitRole  # noqa: PLC0415 -- only here

    with replicas.reading_from_replica():
        assert where() == "replica"
        kept = {ReplicaRouter().db_for_read(model) for model in (User, BrowserSession, UnitRole)}

    assert kept == {"default"}


def test_a_transaction_reads_from_the_primary(in_step: Any) -> None:
    in_step["default"].in_atomic_block = True

    assert said(answered(listing, get())) == "default"


def test_every_row_is_written_to_the_primary(in_step: Any) -> None:
    row = StoredFile()
    row._state.db = "replica"

    with replicas.reading_from_replica():
        assert ReplicaRouter().db_for_write(StoredFile, instance=row) == "default"
    # Outside, not even what belongs to a row of the replica is read from there.
    assert ReplicaRouter().db_for_read(StoredFile, instance=row) == "default"


def test_a_row_of_another_database_is_left_to_it(in_step: Any) -> None:
    row, ours = StoredFile(), OutboxMessage()
    row._state.db, ours._state.db = "backup", "replica"
    router = ReplicaRouter()

    assert router.db_for_read(StoredFile, instance=row) is None
    assert router.db_for_write(StoredFile, instance=row) is None
    assert router.allow_relation(row, ours) is None
    assert router.allow_relation(ours, OutboxMessage()) is True


def test_nothing_is_migrated_on_the_replica() -> None:
    assert ReplicaRouter().allow_migrate("replica", "core") is False
    assert ReplicaRouter().allow_migrate("default", "core") is None


@pytest.mark.parametrize(
    ("standing", "place"),
    [
        (IN_STEP, "replica"),
        (Standing(True, 1, 30.0), "replica"),
        (Standing(True, 1, 30.1), "default"),
        (Standing(True, 1, None), "default"),
        (Standing(False), "default"),
    ],
)
def test_a_replica_that_is_late_or_away_is_not_asked(
    servers: Any, monkeypatch: pytest.MonkeyPatch, settings: LazySettings, standing: Standing, place: str
) -> None:
    settings.REPLICA_MAX_LAG_S = 30
    monkeypatch.setattr(replicas, "standing", lambda: standing)

    assert said(answered(listing, get())) == place


# --- What a person wrote ---


def written(
    servers: Any, reached: Any, view: Any = unmarked, request: HttpRequest | None = None
) -> dict[str, str]:
    """The cookies that a browser gets with an answer, when the primary has reached a place in its log by then."""
    servers["default"].rows = [reached]
    response = answered(view, request or RequestFactory().post("/"))
    return {name: morsel.value for name, morsel in response.cookies.items()}


@pytest.mark.parametrize(
    ("reached", "place"), [("0/200", "replica"), ("0/201", "default"), ("1/0", "default")]
)
def test_a_browser_reads_what_it_wrote(in_step: Any, reached: str, place: str) -> None:
    cookies = written(in_step, (reached,))

    assert said(answered(listing, get(cookies))) == place
    assert said(answered(listing, get())) == "replica", "others need not wait"


def test_the_mark_ends_by_time(in_step: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    cookies = written(in_step, ("1/0",))
    monkeypatch.setattr(replicas, "_cookie_age_s", lambda: -1)

    assert said(answered(listing, get(cookies))) == "replica"


@pytest.mark.parametrize("value", ["", "1/0", "nonsense:signed", "x" * 300])
def test_a_mark_that_we_did_not_give_counts_for_nothing(in_step: Any, value: str) -> None:
    assert said(answered(listing, get({replicas.COOKIE: value}))) == "replica"


def test_a_place_that_is_none_counts_for_nothing(in_step: Any) -> None:
    cookies = written(in_step, ("nowhere",))

    assert said(answered(listing, get(cookies))) == "replica"


def test_where_the_primary_does_not_say_its_place_time_alone_counts(in_step: Any) -> None:
    cookies = written(in_step, OperationalError("away"))

    assert said(answered(listing, get(cookies))) == "default"


def test_looking_leaves_no_mark(in_step: Any) -> None:
    assert written(in_step, ("1/0",), request=get()) == {}


@pytest.mark.django_db
def test_a_page_that_writes_when_it_is_looked_at_leaves_a_mark(in_step: Any) -> None:
    @service(unaudited="a test")
    def write() -> None:
        """Whatever a service does counts as writing."""

    def writing(request: HttpRequest) -> HttpResponse:
        write()
        return HttpResponse()

    assert replicas.COOKIE in written(in_step, ("1/0",), writing, get())


def test_a_ballot_leaves_no_mark(in_step: Any) -> None:
    # The place in the log would tell afterwards, from the browser and the log, which paper it was.
    @never_resent
    def ballot(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    assert written(in_step, ("1/0",), ballot) == {}


def test_scripts_cannot_read_the_mark(in_step: Any, settings: LazySettings) -> None:
    settings.SESSION_COOKIE_SECURE = True
    in_step["default"].rows = [("1/0",)]

    morsel = answered(unmarked, RequestFactory().post("/")).cookies[replicas.COOKIE]

    assert (morsel["httponly"], morsel["secure"], morsel["samesite"]) == (True, True, "Lax")
    assert int(morsel["max-age"]) > settings.REPLICA_MAX_LAG_S


# --- What is read after the view, and what fails ---


def test_a_template_is_drawn_from_the_replica(in_step: Any) -> None:
    class Drawn(TemplateResponse):
        @property
        def rendered_content(self) -> str:
            return where()

    @reads_may_lag
    def drawing(request: HttpRequest) -> HttpResponse:
        return Drawn(request, "unused.html")

    response = answered(drawing, get())

    assert said(response) == "replica"


def test_rows_that_are_sent_as_they_are_made_come_from_the_replica(in_step: Any) -> None:
    @reads_may_lag
    def sending(request: HttpRequest) -> StreamingHttpResponse:
        return StreamingHttpResponse(f"{where()} " * 100 for _piece in range(100))

    response = answered(sending, get())

    assert where() == "default"
    assert said(response) == "replica " * 10_000
    assert where() == "default"


def test_a_file_is_left_as_it_is(in_step: Any) -> None:
    source = io.BytesIO(b"whole")

    @reads_may_lag
    def handing_out(request: HttpRequest) -> FileResponse:
        return FileResponse(source)

    response = answered(handing_out, get())

    assert response.file_to_stream is source  # type: ignore[attr-defined]
    assert said(response) == "whole"


class Breaking:
    """A page during which the replica fails, and the primary does or does not."""

    def __init__(self, *, primary_too: bool = False) -> None:
        self.asked: list[str] = []
        self.primary_too = primary_too
        self.view = reads_may_lag(self._view)

    def _view(self, request: HttpRequest) -> StreamingHttpResponse:
        return StreamingHttpResponse(self._pieces())

    def _pieces(self) -> Iterator[str]:
        self.asked.append(where())
        yield "a"
        if where() == "replica" or self.primary_too:
            raise OperationalError("server closed the connection unexpectedly")
        yield "b"


@pytest.mark.parametrize("is_usable", [True, False])
def test_a_page_during_which_the_replica_fails_is_answered_from_the_primary(
    in_step: Any, is_usable: bool
) -> None:
    in_step["replica"].usable = is_usable
    page = Breaking()

    assert said(answered(page.view, get())) == "ab"
    assert page.asked == ["replica", "default"]
    # One that only cut off a query, to replay, stays in use; one that is gone is left alone for a while.
    assert (replicas._away_until > 0) is not is_usable


def test_a_fault_of_both_is_the_primary_s(in_step: Any) -> None:
    page = Breaking(primary_too=True)

    with pytest.raises(OperationalError):
        said(answered(page.view, get()))

    assert page.asked == ["replica", "default"]


def test_other_faults_are_not_hidden(in_step: Any) -> None:
    asked: list[str] = []

    @reads_may_lag
    def faulty(request: HttpRequest) -> HttpResponse:
        asked.append(where())
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 -- the view's own
        answered(faulty, get())
    assert asked == ["replica"]


# --- How the replica stands ---

OURS, THEIRS = 7, 8


@pytest.mark.parametrize(
    ("primary", "replica", "found"),
    [
        (("0/300", 100.0, OURS), (True, "0/300", 10.0, OURS), Standing(True, 0x300, 0.0)),
        (("0/300", 100.0, OURS), (True, "0/400", 10.0, OURS), Standing(True, 0x400, 0.0)),
        (("0/300", 100.0, OURS), (True, "0/2FF", 93.0, OURS), Standing(True, 0x2FF, 7.0)),
        # A clock that is a little ahead, and a replica that replayed no commit since it started.
        (("0/300", 100.0, OURS), (True, "0/2FF", 100.5, OURS), Standing(True, 0x2FF, 0.0)),
        (("0/300", 100.0, OURS), (True, "0/2FF", None, OURS), Standing(True, 0x2FF, None)),
        # Promoted to a primary, or of another database.
        (("0/300", 100.0, OURS), (False, None, None, OURS), Standing(False)),
        (("0/300", 100.0, OURS), (True, "0/300", 10.0, THEIRS), Standing(False)),
        (("0/300", 100.0, OURS), OperationalError("could not connect"), Standing(False)),
    ],
)
def test_how_the_replica_stands(servers: Any, primary: Any, replica: Any, found: Standing) -> None:
    servers["default"].rows, servers["replica"].rows = [primary], [replica]

    assert replicas.standing() == found


def test_one_look_counts_for_a_second(servers: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    row = (True, "0/300", 10.0, OURS)
    servers["default"].rows, servers["replica"].rows = [("0/300", 100.0, OURS)] * 3, [row] * 3
    now = [1000.0]
    monkeypatch.setattr(replicas.time, "monotonic", lambda: now[0])

    for second in (1000.0, 1000.9, 1001.0, 1001.5):
        now[0] = second
        replicas.standing()
    assert servers["replica"].asked == 2
    replicas.standing(anew=True)
    assert servers["replica"].asked == 3


def test_a_replica_that_is_away_is_left_alone_for_a_while(
    servers: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    servers["default"].rows = [("0/300", 100.0, OURS)] * 3
    servers["replica"].rows = [OperationalError("refused"), (True, "0/300", 10.0, OURS)]
    now = [1000.0]
    monkeypatch.setattr(replicas.time, "monotonic", lambda: now[0])

    found = []
    for second in (1000.0, 1014.9, 1015.0):
        now[0] = second
        found.append(replicas.standing().is_usable)

    assert found == [False, False, True]
    assert (servers["replica"].asked, servers["replica"].closed) == (2, 1)


def test_a_primary_that_is_away_is_no_fault_of_the_replica(servers: Any) -> None:
    servers["default"].rows = [DatabaseError("away")]

    with pytest.raises(DatabaseError):
        replicas.standing()
    assert servers["replica"].asked == 0


def test_places_are_numbers_that_grow() -> None:
    assert place_of("0/FFFFFFFF") + 1 == place_of("1/0")
    assert place_of(replicas._END_OF_LOG) > place_of("FFFF/0")
