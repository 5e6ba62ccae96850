"""Background work through django-tasks; without a live worker it runs in the request.

A job that fails is tried again after a growing pause. One whose worker died or hangs is given to another when its
lease is over, and a hanging worker ends itself, so that its supervisor starts it anew. After the last attempt a job is
stuck until somebody has it tried again. How often it was tried is how many workers took it.
"""

import faulthandler
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from core.models import ChoreRun, WorkerHeartbeat

ALIVE_FOR = timedelta(seconds=45)
TRY_AGAIN_AFTER = timedelta(hours=1)
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120))
LIMIT = len(PAUSES) + 1
# So long a job may take; then its worker ends itself.
LEASE = timedelta(minutes=15)
_GRACE = timedelta(seconds=30)
# A worker looks every second: when nothing runs and a job waits for so long, none looks.
UNTOUCHED_FOR = timedelta(minutes=2)
LEFT_BY_WORKER = "core.jobs.LeftByWorker"
"""What stands in place of a fault when the last worker died or hung."""

logger = logging.getLogger(__name__)

_chores: list[Callable[[], object]] = []
_daily: dict[str, Callable[[], object]] = {}
_labels: dict[str, str | Promise] = {}


def beat(name: str) -> None:
    """Say that the worker is alive."""
    WorkerHeartbeat.objects.update_or_create(name=name, defaults={"seen_at": timezone.now()})


def every_beat(chore: Callable[[], object]) -> None:
    """Have something looked after at every heartbeat, such as work whose worker died."""
    _chores.append(chore)


def every_day(name: str, chore: Callable[[], object], label: str | Promise = "") -> None:
    """Have something done once a day, by whichever heartbeat comes first; long work hands itself to the worker.

    One that fails, or whose heartbeat died, is tried again after an hour, so it has to be idempotent.
    """
    _daily[name] = chore
    _labels[name] = label or name


def register_job(task: Any, label: str | Promise) -> None:
    """Say how a task is called where people read what is stuck."""
    _labels[task.module_path] = label


def label_of(name: str) -> str | Promise:
    """What a task, by its path, or daily work, by its name, is called; the bare name when no app has said it."""
    return _labels.get(name, name.rpartition(".")[2])


def do_chores() -> None:
    """Look after what apps asked for."""
    for chore in _chores:
        try:
            chore()
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            logger.exception("Work of the heartbeat failed and is tried again at the next one.")
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
    """Whether a worker was seen lately, and does what it is there for."""
    seen = WorkerHeartbeat.objects.filter(seen_at__gte=timezone.now() - ALIVE_FOR).exists()
    return seen and not worker_hangs()


def worker_hangs() -> bool:
    """Whether a job outlives its lease, or waits although nothing runs."""
    now = timezone.now()
    if DBTaskResult.objects.running().filter(started_at__lt=now - LEASE).exists():
        return True
    untouched = DBTaskResult.objects.ready().filter(enqueued_at__lt=now - UNTOUCHED_FOR)
    rested = Q(run_after=get_date_max()) | Q(run_after__lt=now - UNTOUCHED_FOR)
    return untouched.filter(rested).exists() and not DBTaskResult.objects.running().exists()


def run_after_commit(task: Any, **arguments: Any) -> None:
    """Hand a task to the worker after commit, or run it in the request when no worker lives.

    Tasks are idempotent: a crash may run one twice. What was committed stands whatever becomes of the task: one that
    fails in the request waits for a worker, and a queue that cannot be reached leaves a line in the journal.
    """

    def start() -> None:
        if worker_is_alive():
            task.enqueue(**arguments)
        elif task.using(backend="in_request").enqueue(**arguments).status == TaskResultStatus.FAILED:
            task.using(run_after=timezone.now() + PAUSES[0]).enqueue(**arguments)

    transaction.on_commit(start, robust=True)


def is_waiting(task: Any) -> bool:
    """Whether the task waits for a worker already."""
    return DBTaskResult.objects.filter(status=TaskResultStatus.READY, task_path=task.module_path).exists()


def take_up_left_jobs() -> int:
    """Give jobs whose worker died or hangs to another one; how many. Called at every heartbeat."""
    over = DBTaskResult.objects.running().filter(started_at__lt=timezone.now() - LEASE - _GRACE)
    return sum(_try_later(job, left_by_worker=True) for job in over)


def rest_after_failure(task_result: Any, **_signal: Any) -> None:
    """Let a job that failed in a worker wait for its next attempt, unless this was the last one."""
    job = getattr(task_result, "db_result", None)
    if job is None:
        return
    faulthandler.cancel_dump_traceback_later()
    if job.status == TaskResultStatus.FAILED:
        _try_later(job, left_by_worker=False)


def end_when_hanging(task_result: Any, **_signal: Any) -> None:
    """Have a worker print where it stands and end when the job outlives its lease, even if nothing moves in it."""
    if getattr(task_result, "db_result", None) is not None:
        faulthandler.dump_traceback_later(LEASE.total_seconds(), exit=True)


def _try_later(job: DBTaskResult, *, left_by_worker: bool) -> bool:
    """Put the job back with a pause, or leave it failed after the last attempt; False when another hand was first."""
    attempts = len(job.worker_ids)
    mine = DBTaskResult.objects.filter(pk=job.pk, status=job.status, started_at=job.started_at)
    if attempts < LIMIT:
        pause = PAUSES[max(attempts - 1, 0)]
        return bool(mine.update(status=TaskResultStatus.READY, run_after=timezone.now() + pause))
    if not left_by_worker:
        return False
    return bool(
        mine.update(
            status=TaskResultStatus.FAILED, finished_at=timezone.now(), exception_class_path=LEFT_BY_WORKER
        )
    )


def forget_done(older_than: timedelta = timedelta(days=14)) -> int:
    """Remove the rows of jobs that were done long ago; how many. What failed stays until somebody has seen to it."""
    done = DBTaskResult.objects.filter(status=TaskResultStatus.SUCCESSFUL)
    count, _models = done.filter(finished_at__lt=timezone.now() - older_than).delete()
    return count
