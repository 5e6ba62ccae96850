"""Figures of requests and faults for Prometheus: counted only where the settings let somebody read them.

Labels hold names from the code (views, methods, kinds of faults), never an address, an account or a number. Ballots
are counted under no name: when one was cast is nobody's business.

gunicorn's processes each write into a file of their own below `PROMETHEUS_MULTIPROC_DIR` (deploy/gunicorn.conf.py),
and whichever is asked adds them up. A process is known by its place among the workers and not by its number: a worker
that takes another's place goes on in its file, so that files do not pile up.
"""

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import Error
from django.http import HttpRequest, HttpResponse

from core.view_marks import is_never_resent

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry, Counter, Histogram

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
PLACE = "METRICS_PLACE"
"""Where gunicorn tells a worker which place it has."""
UNNAMED = "unnamed"
_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
_SECONDS = (0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)


@dataclass(frozen=True)
class Instruments:
    """What is counted in this process."""

    registry: "CollectorRegistry"
    requests: "Counter"
    seconds: "Histogram"
    database_errors: "Counter"
    replica_reads: "Counter"


def are_on() -> bool:
    """Whether the settings let anybody read the figures."""
    return bool(settings.METRICS_TOKEN or settings.METRICS_ADDRESSES)


@lru_cache(maxsize=1)
def instruments() -> Instruments:
    """The counters of this process, made at the first count."""
    import prometheus_client  # noqa: PLC0415 -- only where figures are read
    from prometheus_client import values  # noqa: PLC0415 -- only where figures are read

    if os.environ.get(FOLDER):
        of_several: Any = values.MultiProcessValue
        values.ValueClass = of_several(process_identifier=_place)
    registry = prometheus_client.CollectorRegistry()
    return Instruments(
        registry=registry,
        requests=prometheus_client.Counter(
            "khen_thuong_requests",
            "Answered requests by view, method and class of the answer's status.",
            ("view", "method", "status"),
            registry=registry,
        ),
        seconds=prometheus_client.Histogram(
            "khen_thuong_request_seconds",
            "How long requests took, by view.",
            ("view",),
            buckets=_SECONDS,
            registry=registry,
        ),
        database_errors=prometheus_client.Counter(
            "khen_thuong_database_errors",
            "Requests that a fault of the database ended, by its kind.",
            ("kind",),
            registry=registry,
        ),
        replica_reads=prometheus_client.Counter(
            "khen_thuong_replica_reads",
            "Pages that may be read from the replica: whether it answered, or why the primary did.",
            ("answer",),
            registry=registry,
        ),
    )


def _place() -> str:
    """This process among its neighbours; two that run at the same time never have the same."""
    return os.environ.get(PLACE) or f"pid{os.getpid()}"


def count_replica_read(answer: str) -> None:
    """Count a page that may lag: `replica`, or why the primary answered (`away`, `late`, `own_write`, `failed`)."""
    if are_on():
        instruments().replica_reads.labels(answer).inc()


def count_database_error(sender: Any = None, **_signal: Any) -> None:
    """Count a fault of the database that a request ended with. Connected to Django's `got_request_exception`."""
    error = sys.exc_info()[1]
    if are_on() and isinstance(error, Error):
        instruments().database_errors.labels(type(error).__name__).inc()


class MetricsMiddleware:
    """Counts each request and how long it took, the middleware below it included."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not are_on():
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        view = _name_of(request)
        method = request.method if request.method in _METHODS else "other"
        counted = instruments()
        counted.requests.labels(view, method, f"{response.status_code // 100}xx").inc()
        counted.seconds.labels(view).observe(time.perf_counter() - began)
        return response


def _name_of(request: HttpRequest) -> str:
    """The view's name as the map of addresses has it."""
    match = request.resolver_match
    if match is None or is_never_resent(match.func):
        return UNNAMED
    return match.view_name or UNNAMED
