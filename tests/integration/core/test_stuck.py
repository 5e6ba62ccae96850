"""What is stuck: seen by the administrator alone, without personal data, and tried again on demand."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from core import jobs
from core.jobs import LEFT_BY_WORKER, beat
from core.models import AuditEntry, ChoreRun, OutboxMessage
from core.navigation import work_of
from core.outbox import send_outbox
from core.stuck import stuck_jobs, stuck_mail
from registry.services.imports import read_into_staging
from tests.factories import Cast, make_cast
from tests.integration.core.job_samples import note

pytestmark = pytest.mark.django_db

PAGE = "/viec-ket/"
ADDRESS = "nguyen.van.an@example.vn"


@pytest.fixture
def cast(frozen_day: Callable[[date], None]) -> Cast:
    return make_cast()


@pytest.fixture
def administrator(cast: Cast) -> Client:
    return signed_in(cast["administrator"])


def signed_in(user) -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(user)
    return client


def stuck_letter(**fields) -> OutboxMessage:
    return OutboxMessage.objects.create(
        **{
            "key": f"letter:{ADDRESS}:{OutboxMessage.objects.count()}",
            "recipient": ADDRESS,
            "subject": "HS-2025-0001",
            "body": "Kính gửi ông An",
            "created_at": timezone.now(),
            "attempts": 10,
            "stuck_at": timezone.now(),
            "failure": f"SMTPRecipientsRefused: {{'{ADDRESS}': (550, b'no')}}",
            **fields,
        }
    )


def failed_job(**fields) -> DBTaskResult:
    job = DBTaskResult.objects.get(pk=note.enqueue(path=f"/tmp/{ADDRESS}").id)  # noqa: S108 -- never run
    DBTaskResult.objects.filter(pk=job.pk).update(
        **{
            "status": "FAILED",
            "worker_ids": ["w"] * 5,
            "exception_class_path": "builtins.ValueError",
            "traceback": f"ValueError: {ADDRESS}",
            **fields,
        }
    )
    return job


@pytest.mark.parametrize("name", ["commune", "district", "reviewer", "lead", "auditor"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_others_are_refused_and_see_no_way_there(cast: Cast, name: str, method: str) -> None:
    client = signed_in(cast[name])
    stuck_letter()

    answer = getattr(client, method)(PAGE, {"all": "1"})

    assert answer.status_code == 403
    assert "seen to by the administrator" in answer.content.decode()
    assert OutboxMessage.objects.get().stuck_at is not None
    assert PAGE not in client.get("/").content.decode()


def test_the_page_says_what_happened_and_nothing_of_people(administrator: Client) -> None:
    stuck_letter()
    stuck_letter(stuck_at=None, next_try_at=timezone.now(), failure="TimeoutError: timed out")
    stuck_letter(stuck_at=None, failure="")
    failed_job()
    failed_job(exception_class_path=LEFT_BY_WORKER)
    ChoreRun.objects.create(name="files", tried_at=timezone.now(), failure=f"OSError: {ADDRESS}")

    page = administrator.get(PAGE).content.decode()

    for words in (
        "The mail server refuses the address.",
        "The mail server did not answer in time.",
        "Its sender died in the middle.",
        "A fault of ours (ValueError): tell support.",
        "Its worker died or hung.",
        "Reading stored files back",
        "Given up",
    ):
        assert words in page, words
    assert ADDRESS not in page
    assert "ông An" not in page
    assert "HS-2025-0001" not in page


@pytest.mark.parametrize("item_count", [1, 30])
def test_however_much_is_stuck_the_page_asks_as_often(
    administrator: Client, item_count: int, django_assert_num_queries
) -> None:
    for _number in range(item_count):
        stuck_letter()
        failed_job()
    administrator.get(PAGE)

    with django_assert_num_queries(9):
        administrator.get(PAGE)


def test_nothing_stuck_is_said(administrator: Client) -> None:
    OutboxMessage.objects.create(key="waits", recipient=ADDRESS, created_at=timezone.now())
    note.enqueue(path="/dev/null")

    page = administrator.get(PAGE).content.decode()

    assert page.count("Nothing is stuck here") == 2
    assert "Try all again" not in page


def test_the_worker_is_said_to_live_to_hang_or_never_to_have_been(administrator: Client) -> None:
    assert "No background worker was ever seen" in administrator.get(PAGE).content.decode()
    beat("worker")
    assert "The background worker is at work" in administrator.get(PAGE).content.decode()
    failed_job(status="RUNNING", started_at=timezone.now() - timedelta(hours=1))
    assert "is not at work or hangs" in administrator.get(PAGE).content.decode()


def test_one_mail_is_tried_again_and_leaves(
    administrator: Client, django_capture_on_commit_callbacks
) -> None:
    chosen, other = stuck_letter(), stuck_letter()

    with django_capture_on_commit_callbacks(execute=True):
        answer = administrator.post(PAGE, {"key": f"mail:{chosen.pk}"}, follow=True)

    assert "1 thing is tried again now." in answer.content.decode()
    assert len(mail.outbox) == 1
    chosen.refresh_from_db()
    other.refresh_from_db()
    assert chosen.sent_at is not None
    assert chosen.stuck_at is None
    assert other.stuck_at is not None
    assert AuditEntry.objects.filter(event="mail.tried_again").count() == 1


def test_one_job_is_tried_again_with_all_its_attempts(administrator: Client) -> None:
    chosen, other = failed_job(), failed_job()

    administrator.post(PAGE, {"key": f"job:{chosen.pk}"})

    chosen.refresh_from_db()
    other.refresh_from_db()
    assert (chosen.status, chosen.worker_ids, other.status) == ("READY", [], "FAILED")
    assert AuditEntry.objects.filter(event="jobs.tried_again").count() == 1
    assert [one.key for one in stuck_jobs()] == [f"job:{other.pk}"]


def test_all_is_tried_again(administrator: Client) -> None:
    stuck_letter()
    failed_job()

    administrator.post(PAGE, {"all": "1"})

    assert stuck_mail() == stuck_jobs() == []


@pytest.mark.parametrize("key", ["mail:x", "mail:", "job:1", "job", "other:1", "mail:999999", "mail:²"])
def test_what_is_stuck_no_more_is_left_alone(administrator: Client, key: str) -> None:
    stuck_letter()

    answer = administrator.post(PAGE, {"key": key}, follow=True)

    assert "Nothing was tried again" in answer.content.decode()
    assert OutboxMessage.objects.get().stuck_at is not None
    assert not AuditEntry.objects.filter(event="mail.tried_again").exists()


def test_sent_mail_and_done_jobs_are_never_tried_again(administrator: Client) -> None:
    sent = stuck_letter(stuck_at=None, sent_at=timezone.now())
    done = failed_job(status="SUCCESSFUL")
    running = failed_job(status="RUNNING", started_at=timezone.now())

    for key in (f"mail:{sent.pk}", f"job:{done.pk}", f"job:{running.pk}"):
        administrator.post(PAGE, {"key": key})
    administrator.post(PAGE, {"all": "1"})

    assert send_outbox.call() == 0
    assert set(DBTaskResult.objects.values_list("status", flat=True)) == {"SUCCESSFUL", "RUNNING"}


def test_the_home_page_leads_there_while_something_was_given_up(cast: Cast) -> None:
    assert PAGE not in [item.url for item in work_of(cast["administrator"])]

    stuck_letter()

    assert PAGE in [item.url for item in work_of(cast["administrator"])]
    assert PAGE not in [item.url for item in work_of(cast["lead"])]


def test_every_job_and_daily_work_has_a_name_for_people() -> None:
    named = {name for name, label in jobs._labels.items() if str(label) != name}

    assert {send_outbox.module_path, read_into_staging.module_path, "audit-head", "files"} <= named
    assert set(jobs._daily) <= named
