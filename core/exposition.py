"""The page that Prometheus reads: what was counted, and how much waits, for whoever the settings let in."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address, ip_network
from os import environ
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import Error
from django.db.models import Count, Min
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django_tasks_db.models import DBTaskResult

from core import metrics, replicas
from core.models import OutboxMessage, WorkerHeartbeat
from core.sessions import address_of

if TYPE_CHECKING:
    from prometheus_client import Metric

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def may_read(request: HttpRequest) -> bool:
    """Whether the request shows the token, or comes from one of the addresses."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if settings.METRICS_TOKEN and scheme.lower() == "bearer":
        return constant_time_compare(token.strip(), settings.METRICS_TOKEN)
    try:
        address = ip_address(address_of(request))
    except ValueError:
        return False
    return any(address in ip_network(network) for network in settings.METRICS_ADDRESSES)


def exposition() -> bytes:
    """All figures in Prometheus' own form; what the database cannot say is left out."""
    from prometheus_client import CollectorRegistry, generate_latest  # noqa: PLC0415 -- only where figures are read
    from prometheus_client.multiprocess import MultiProcessCollector  # noqa: PLC0415 -- only where figures are read

    told = CollectorRegistry()
    told.register(_Waiting())
    if environ.get(metrics.FOLDER):
        of_all_processes: Any = MultiProcessCollector
        of_all_processes(told)
        return generate_latest(told)
    return generate_latest(metrics.instruments().registry) + generate_latest(told)


@dataclass(frozen=True)
class _Queue:
    """How much waits, and since when the first of it."""

    count: int
    since: datetime | None


class _Waiting:
    """Figures of the moment, read when they are asked for."""

    def collect(self) -> Iterator["Metric"]:
        from prometheus_client.core import GaugeMetricFamily  # noqa: PLC0415 -- only where figures are read

        for name, (text, value) in figures().items():
            yield GaugeMetricFamily(f"khen_thuong_{name}", text, value=value)


def figures() -> dict[str, tuple[str, float]]:
    """By name: what the figure is, and how much."""
    try:
        found = {"database_up": ("Whether the database answers.", 1.0), **_of_the_database()}
    except Error:
        found = {"database_up": ("Whether the database answers.", 0.0)}
    if replicas.is_configured() and found["database_up"][1]:
        standing = replicas.standing()
        found["replica_up"] = ("Whether the replica answers and follows.", float(standing.is_usable))
        if standing.late_s is not None:
            found["replica_lag_seconds"] = ("The most that the replica is behind.", standing.late_s)
    return found


def _of_the_database() -> dict[str, tuple[str, float]]:
    ready = DBTaskResult.objects.ready()
    jobs = _Queue(**ready.aggregate(count=Count("pk"), since=Min("enqueued_at")))
    unsent = OutboxMessage.objects.filter(sent_at=None).exclude(recipient="")
    mail = _Queue(**unsent.aggregate(count=Count("pk"), since=Min("created_at")))
    found = {
        "jobs_waiting": ("Jobs that wait for a worker.", float(jobs.count)),
        "jobs_oldest_seconds": ("How long the first of them waits.", _age(jobs.since)),
        "mail_waiting": ("Mail that was not sent yet.", float(mail.count)),
        "mail_oldest_seconds": ("How long the first of it waits.", _age(mail.since)),
    }
    seen: Any = WorkerHeartbeat.objects.order_by("-seen_at").values_list("seen_at", flat=True).first()
    if seen is not None:
        found["worker_seen_seconds"] = ("How long ago a worker was seen.", _age(seen))
    return found


def _age(since: datetime | None) -> float:
    return 0.0 if since is None else max(0.0, (timezone.now() - since).total_seconds())
