"""Background work through django-tasks; without a live worker it runs in the request."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.models import WorkerHeartbeat

ALIVE_FOR = timedelta(seconds=45)

_chores: list[Callable[[], object]] = []


def beat(name: str) -> None:
    """Say that the worker is alive."""
    WorkerHeartbeat.objects.update_or_create(name=name, defaults={"seen_at": timezone.now()})


def every_beat(chore: Callable[[], object]) -> None:
    """Have something looked after at every heartbeat, such as work whose worker died."""
    _chores.append(chore)


def do_chores() -> None:
    """Look after what apps asked for."""
    for chore in _chores:
        chore()


def worker_is_alive() -> bool:
    """Whether a worker was seen lately."""
    return WorkerHeartbeat.objects.filter(seen_at__gte=timezone.now() - ALIVE_FOR).exists()


def run_after_commit(task: Any, **arguments: Any) -> None:
    """Hand a task to the worker after commit, or run it in the request when no worker lives.

    Tasks are idempotent: a crash may run one twice.
    """

    def start() -> None:
        backend = "default" if worker_is_alive() else "in_request"
        task.using(backend=backend).enqueue(**arguments)

    transaction.on_commit(start)
