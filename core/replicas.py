"""Reading from a streaming replica of PostgreSQL: only where a view says so, and never older than its reader's own work.

A view marked `reads_may_lag` reads from the replica when it is asked by GET. Everything else asks the primary: what
judges, writes or locks, what stands in a transaction, and who somebody is and may do (`keep_on_primary`). Three things
lead a marked view back to the primary: the replica is away, it is more than `REPLICA_MAX_LAG_S` behind, or it has not
replayed yet what this browser wrote.

What a browser wrote last is kept as the primary's place in its write-ahead log, in a signed cookie. A row in the
database would be one more trace next to a ballot (docs/threat-model.md), and a bound of time alone would hold people
on the primary for longer than needed, or shorter. The cookie also ends by time: when it is older than the replica may
be late, whatever it names was replayed.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from itertools import chain
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import DEFAULT_DB_ALIAS, Error, connections, models
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from core import metrics
from core.view_marks import is_never_resent

REPLICA = "replica"
COOKIE = "written"
CHECK_EVERY_S = 1.0
"""So long one look at the replica counts, in each process."""
AWAY_FOR_S = 15.0
"""So long a replica that failed is left alone: trying it may take seconds, which people would wait for."""
READ_AT_ONCE = 16 * 1024
"""So many bytes of an answer that is sent piece by piece are read before it begins."""
ASKED_OF_PRIMARY = """
    SELECT pg_current_wal_lsn(), extract(epoch FROM clock_timestamp()),
           (SELECT system_identifier FROM pg_control_system())"""
ASKED_OF_REPLICA = """
    SELECT pg_is_in_recovery(), pg_last_wal_replay_lsn(), extract(epoch FROM pg_last_xact_replay_timestamp()),
           (SELECT system_identifier FROM pg_control_system())"""
_SALT = "core.replicas"
# Where the primary could not say how far it is: later than anything.
_END_OF_LOG = "FFFFFFFF/FFFFFFFF"

logger = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponseBase)


@dataclass
class _Asking:
    """What is known of the request at hand."""

    written: int
    """The place in the log that the browser's own work reaches; 0 when it wrote nothing lately."""
    wrote: bool = False


@dataclass(frozen=True)
class Standing:
    """How a replica was found: `late_s` is the most that it may be behind, None where that cannot be said."""

    is_usable: bool
    replayed: int = 0
    late_s: float | None = None


_asking: ContextVar[_Asking | None] = ContextVar("core.replicas.asking", default=None)
_reads_replica: ContextVar[bool] = ContextVar("core.replicas.reads_replica", default=False)
_kept_on_primary: set[str] = set()


def is_configured() -> bool:
    """Whether the settings name a replica."""
    return REPLICA in settings.DATABASES


def keep_on_primary(*labels: str) -> None:
    """Have models always read from the primary, such as `registry.unitrole`: a right that was taken away ends at once."""
    _kept_on_primary.update(labels)


class ReplicaRouter:
    """Sends a query to the replica inside `reads_may_lag`, and to the primary everywhere else."""

    def db_for_read(self, model: type[models.Model], **hints: Any) -> str | None:
        if _is_elsewhere(hints.get("instance")):
            return None
        if not _reads_replica.get() or model._meta.label_lower in _kept_on_primary:
            return DEFAULT_DB_ALIAS
        # A transaction is there to judge or write: all of it sees one state of things.
        return DEFAULT_DB_ALIAS if connections[DEFAULT_DB_ALIAS].in_atomic_block else REPLICA

    def db_for_write(self, model: type[models.Model], **hints: Any) -> str | None:
        return None if _is_elsewhere(hints.get("instance")) else DEFAULT_DB_ALIAS

    def allow_relation(self, one: models.Model, other: models.Model, **hints: Any) -> bool | None:
        ours = {DEFAULT_DB_ALIAS, REPLICA, None}
        return True if {one._state.db, other._state.db} <= ours else None

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        return False if db == REPLICA else None


def _is_elsewhere(instance: models.Model | None) -> bool:
    """Whether a row comes from another database of ours, such as the frozen moment of a backup."""
    return instance is not None and instance._state.db not in {DEFAULT_DB_ALIAS, REPLICA, None}


def reads_may_lag(view: Callable[P, R]) -> Callable[P, R]:
    """Answer a GET from the replica where there is one; when it fails meanwhile, answer anew from the primary.

    For pages that show and neither judge nor write. `request` is the view's first argument, or a method's second.
    """

    @wraps(view)
    def answer(*args: P.args, **kwargs: P.kwargs) -> R:
        request = next(part for part in args[:2] if isinstance(part, HttpRequest))
        if request.method not in {"GET", "HEAD"} or not _may_read_replica():
            return view(*args, **kwargs)
        try:
            with reading_from_replica():
                response = _completed(view(*args, **kwargs))
        except Error as error:
            _leave_replica(error)
            return view(*args, **kwargs)
        metrics.count_replica_read("replica")
        return response

    answer.reads_may_lag = True  # type: ignore[attr-defined]
    return answer


@contextmanager
def reading_from_replica() -> Iterator[None]:
    """Send reads to the replica, whatever its state; `reads_may_lag` asks about that before."""
    token = _reads_replica.set(True)
    try:
        yield
    finally:
        _reads_replica.reset(token)


def _completed(response: R) -> R:
    """The answer with all that is read for it, also what Django would read only after the view."""
    render = getattr(response, "render", None)
    if render is not None:
        render()
    elif isinstance(response, StreamingHttpResponse) and not isinstance(response, FileResponse):
        response.streaming_content = _from_replica(iter(response))
    return response


def _from_replica(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces, the first of them read now: most of what can fail fails here, while the primary can still answer."""
    first: list[bytes] = []
    while sum(map(len, first)) < READ_AT_ONCE and (piece := next(pieces, None)) is not None:
        first.append(piece)

    def rest() -> Iterator[bytes]:
        while True:
            with reading_from_replica():
                piece = next(pieces, None)
            if piece is None:
                return
            yield piece

    return chain(first, rest())


def _may_read_replica() -> bool:
    """Whether the replica is there, close behind, and knows what this browser wrote."""
    asking = _asking.get()
    if asking is None or not is_configured():
        return False
    found = standing()
    if not found.is_usable:
        why = "away"
    elif found.late_s is None or found.late_s > settings.REPLICA_MAX_LAG_S:
        why = "late"
    elif asking.wrote or found.replayed < asking.written:
        why = "own_write"
    else:
        return True
    metrics.count_replica_read(why)
    return False


_found = Standing(False)
_looked_at = float("-inf")
_away_until = float("-inf")


def standing(*, anew: bool = False) -> Standing:
    """How the replica stands, looked at once a second in each process; never raises for the replica's sake."""
    global _found, _looked_at
    now = time.monotonic()
    if not anew and now < _away_until:
        return Standing(False)
    if anew or now - _looked_at >= CHECK_EVERY_S:
        _found = _look()
        _looked_at = now
    return _found


def _look() -> Standing:
    """Both servers asked, the primary first: what it had reached by then is what the replica is measured by."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(ASKED_OF_PRIMARY)
        reached, now, ours = cursor.fetchone()
    try:
        with connections[REPLICA].cursor() as cursor:
            cursor.execute(ASKED_OF_REPLICA)
            recovers, replayed, last_commit, theirs = cursor.fetchone()
    except Error as error:
        _mark_away(str(error))
        return Standing(False)
    if not recovers or theirs != ours:
        _mark_away("REPLICA_DATABASE_URL names a server that is no replica of the primary")
        return Standing(False)
    place = place_of(replayed)
    if place >= place_of(reached):
        return Standing(True, place, 0.0)
    # All that was committed up to that moment is there; the clock is the primary's on both sides.
    late_s = None if last_commit is None else max(0.0, float(now) - float(last_commit))
    return Standing(True, place, late_s)


def place_of(lsn: str) -> int:
    """A place in the write-ahead log, such as `16/B374D848`, as a number that grows. Raises ValueError."""
    upper, lower = lsn.split("/")
    return (int(upper, 16) << 32) + int(lower, 16)


def _leave_replica(error: Error) -> None:
    """Note that a page was answered anew; a replica that only cut off one query stays in use."""
    metrics.count_replica_read("failed")
    if connections[REPLICA].is_usable():
        logger.warning("The replica did not finish a query, and the primary was asked: %s", error)
    else:
        _mark_away(str(error))


def _mark_away(why: str) -> None:
    """Ask the primary for a while, and say so once in that time."""
    global _away_until
    logger.error("The replica is away, and the primary is asked instead: %s", why)
    _away_until = time.monotonic() + AWAY_FOR_S
    # A connection that broke may fail in closing, too.
    with suppress(Error):
        connections[REPLICA].close()


def forget_standing() -> None:
    """Look anew at the next question, and take back that the replica is away."""
    global _looked_at, _away_until
    _looked_at = _away_until = float("-inf")


def note_write() -> None:
    """Say that the request at hand wrote, whatever its method; services do."""
    asking = _asking.get()
    if asking is not None:
        asking.wrote = True


class ReplicaMiddleware:
    """Lets people read what they wrote: gives their browser the place in the log that it reached, and takes it back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not is_configured():
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asking = _Asking(
            _written_by(request), wrote=request.method not in {"GET", "HEAD", "OPTIONS", "TRACE"}
        )
        token = _asking.set(asking)
        try:
            response = self.get_response(request)
            if asking.wrote and not _is_ballot(request):
                _remember(response)
            return response
        finally:
            _asking.reset(token)


def _is_ballot(request: HttpRequest) -> bool:
    """Whether the place would tell when a ballot was cast; pages of a poll ask the primary anyway."""
    match = request.resolver_match
    return match is not None and is_never_resent(match.func)


def _cookie_age_s() -> int:
    """Longer than a replica that is in use may be behind, and than clocks of web machines may differ."""
    return int(2 * settings.REPLICA_MAX_LAG_S) + 60


def _written_by(request: HttpRequest) -> int:
    told = request.get_signed_cookie(COOKIE, default="", salt=_SALT, max_age=_cookie_age_s())
    try:
        return place_of(told) if told else 0
    except ValueError:
        return 0


def _remember(response: HttpResponse) -> None:
    """Give the browser the place that its work reaches."""
    try:
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            # Not what was written out: with asynchronous commits that lies before the commit.
            cursor.execute("SELECT pg_current_wal_insert_lsn()")
            reached = str(cursor.fetchone()[0])
    except Error:
        reached = _END_OF_LOG
    response.set_signed_cookie(
        COOKIE,
        reached,
        salt=_SALT,
        max_age=_cookie_age_s(),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
