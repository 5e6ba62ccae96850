"""Background work through django-tasks; without a live worker it runs in the request."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from core.models import ChoreRun, WorkerHeartbeat

ALIVE_FOR = timedelta(seconds=45)
TRY_AGAIN_AFTER = timedelta(hours=1)

logger = logging.getLogger(__name__)

_chores: list[Callable[[], object]] = []
_daily: dict[str, Callable[[], object]] = {}


def beat(name: str) -> None:
    """Say that the worker is alive."""
    WorkerHeartbeat.objects.update_or_create(name=name, defaults={"seen_at": timezone.now()})


def every_beat(chore: Callable[[], object]) -> None:
    """Have something looked after at every heartbeat, such as work whose worker died."""
    _chores.append(chore)


def every_day(name: str, chore: Callable[[], object]) -> None:
    """Have something done once a day, by whichever heartbeat comes first; long work hands itself to the worker.

    One that fails, or whose heartbeat died, is tried again after an hour, so it has to be idempotent.
    """
    _daily[name] = chore


def do_chores() -> None:
    """Look after what apps asked for."""
    for chore in _chores:
        chore()
    for name, chore in _daily.items():
        if _claim(name):
            _do_once_today(name, chore)


def _claim(name: str) -> bool:
    """Whether the chore is still to be done today and nobody else has it in hand."""
    now, today = timezone.now(), timezone.localdate()
    run, _made = ChoreRun.objects.get_or_create(name=name)
    if run.done_on == today:
        return False
    idle = Q(tried_at=None) | Q(tried_at__lt=now - TRY_AGAIN_AFTER)
    return bool(ChoreRun.objects.filter(idle, name=name, tried_at=run.tried_at).update(tried_at=now))


def _do_once_today(name: str, chore: Callable[[], object]) -> None:
    try:
        chore()
    except Exception as error:
        logger.exception("The daily chore %s failed and is tried again in an hour.", name)
        ChoreRun.objects.filter(name=name).update(failure=f"{type(error).__name__}: {error}")
        return
    ChoreRun.objects.filter(name=name).update(done_on=timezone.localdate(), failure="")


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
