"""A job that fails is tried again, one whose worker died or hangs is taken up, and a hanging worker counts as dead."""

import time
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from core.jobs import (
    LEASE,
    LEFT_BY_WORKER,
    LIMIT,
    PAUSES,
    UNTOUCHED_FOR,
    beat,
    run_after_commit,
    take_up_left_jobs,
    worker_is_alive,
)
from tests.integration.core.job_samples import fail, note, note_and_hang
from tests.processes import kill, start

pytestmark = pytest.mark.django_db(transaction=True)


def work() -> None:
    """Let a worker do what may be done now."""
    call_command("db_worker", batch=True, interval=0.1, startup_delay=False, verbosity=0)


def has_noted(runs: Path) -> bool:
    """Whether a job's line stands in the file: it is made before the line is written."""
    return runs.exists() and runs.read_text().endswith("\n")


def end_the_pause() -> None:
    DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now())


def left_running(*, attempts: int = 1, for_so_long: timedelta = LEASE * 2) -> DBTaskResult:
    """A job whose worker took it and said nothing more."""
    note.enqueue(path="/dev/null")
    DBTaskResult.objects.update(
        status="RUNNING", started_at=timezone.now() - for_so_long, worker_ids=["w"] * attempts
    )
    return DBTaskResult.objects.get()


def test_a_failed_job_rests_longer_each_time_and_ends_as_failed() -> None:
    fail.enqueue()
    pauses = []
    for _attempt in range(LIMIT - 1):
        work()
        job = DBTaskResult.objects.get()
        assert job.status == "READY"
        pauses.append(job.run_after - timezone.now())
        work()
        assert len(DBTaskResult.objects.get().worker_ids) == len(job.worker_ids), "it rests"
        end_the_pause()

    work()

    assert all(abs(found - said) < timedelta(seconds=30) for found, said in zip(pauses, PAUSES, strict=True))
    job = DBTaskResult.objects.get()
    assert (job.status, len(job.worker_ids)) == ("FAILED", LIMIT)
    assert job.exception_class_path == "builtins.RuntimeError"


def test_a_job_that_fails_in_the_request_waits_for_a_worker() -> None:
    with transaction.atomic():
        run_after_commit(fail)

    job = DBTaskResult.objects.get()
    assert (job.status, job.task_path) == ("READY", fail.module_path)
    assert job.run_after > timezone.now()


def test_a_job_that_is_done_in_the_request_is_done_once(tmp_path: Path) -> None:
    with transaction.atomic():
        run_after_commit(note, path=str(tmp_path / "runs"))

    assert not DBTaskResult.objects.exists()
    assert len((tmp_path / "runs").read_text().splitlines()) == 1


def test_what_was_committed_stands_when_the_queue_cannot_be_reached(monkeypatch) -> None:
    def refuse(*args, **kwargs):
        raise ConnectionError("on purpose")

    monkeypatch.setattr("core.jobs.worker_is_alive", refuse)
    with transaction.atomic():
        beat("worker")
        run_after_commit(note, path="/dev/null")

    monkeypatch.undo()
    assert worker_is_alive()


def test_a_job_within_its_lease_is_left_alone() -> None:
    left_running(for_so_long=LEASE / 2)

    assert take_up_left_jobs() == 0
    assert DBTaskResult.objects.get().status == "RUNNING"


def test_a_left_job_is_given_to_the_next_worker() -> None:
    left_running()

    assert take_up_left_jobs() == 1
    end_the_pause()
    work()

    assert DBTaskResult.objects.get().status == "SUCCESSFUL"


def test_a_job_that_killed_every_worker_is_stuck() -> None:
    left_running(attempts=LIMIT)

    assert take_up_left_jobs() == 1

    job = DBTaskResult.objects.get()
    assert (job.status, job.exception_class_path) == ("FAILED", LEFT_BY_WORKER)


@pytest.mark.slow  # starts a worker and kills it
def test_a_worker_killed_in_the_middle_loses_no_job(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    note_and_hang.enqueue(path=str(runs))
    worker = start("db_worker", "--no-startup-delay", "--interval=0.1")
    until(lambda: has_noted(runs))
    kill(worker)
    assert DBTaskResult.objects.get().status == "RUNNING"

    DBTaskResult.objects.update(started_at=timezone.now() - LEASE * 2)
    call_command("heartbeat", once=True)
    end_the_pause()
    work()

    assert DBTaskResult.objects.get(task_path=note_and_hang.module_path).status == "SUCCESSFUL"
    assert len(runs.read_text().splitlines()) == 2


@pytest.mark.slow  # starts a worker that hangs
def test_a_hanging_worker_says_where_it_stands_and_ends(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    note_and_hang.enqueue(path=str(runs))
    worker = start(
        code="""
from datetime import timedelta
from django.core.management import call_command
from core import jobs
jobs.LEASE = timedelta(seconds=1)
call_command("db_worker", interval=0.1, startup_delay=False)
"""
    )

    told, _nothing = worker.communicate(timeout=30)

    assert worker.returncode == 1
    assert "Timeout (0:00:01)!" in told
    assert "note_and_hang" in told


def test_a_worker_whose_job_outlives_its_lease_counts_as_dead() -> None:
    beat("worker")
    assert worker_is_alive()

    left_running()

    assert not worker_is_alive()


def test_a_worker_that_takes_nothing_counts_as_dead() -> None:
    beat("worker")
    note.enqueue(path="/dev/null")
    assert worker_is_alive()

    DBTaskResult.objects.update(enqueued_at=timezone.now() - UNTOUCHED_FOR * 2)

    assert not worker_is_alive()
    DBTaskResult.objects.update(run_after=timezone.now() + timedelta(minutes=5))
    assert worker_is_alive(), "a job that rests is nobody's fault"


def test_a_worker_busy_with_a_long_job_is_alive_though_others_wait() -> None:
    beat("worker")
    left_running(for_so_long=LEASE / 2)
    note.enqueue(path="/dev/null")
    DBTaskResult.objects.filter(status="READY").update(enqueued_at=timezone.now() - UNTOUCHED_FOR * 2)

    assert worker_is_alive()


def until(happened, limit_s: float = 20) -> None:
    """Wait until something is so."""
    end = time.monotonic() + limit_s
    while not happened():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("status", "days", "stays"), [("SUCCESSFUL", 15, 0), ("SUCCESSFUL", 13, 1), ("FAILED", 99, 1)]
)
def test_the_sweep_forgets_what_was_done_long_ago(status: str, days: int, stays: int) -> None:
    left_running()
    DBTaskResult.objects.update(status=status, finished_at=timezone.now() - timedelta(days=days))
    out = StringIO()

    call_command("sweep_files", stdout=out)

    assert DBTaskResult.objects.count() == stays
    assert ("1 finished jobs forgotten." in out.getvalue()) == (not stays)
