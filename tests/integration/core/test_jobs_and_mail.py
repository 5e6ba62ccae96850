"""Background work goes to a living worker or runs at once; mail leaves after commit, once per key."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from core.jobs import beat, worker_is_alive
from core.models import OutboxMessage, WorkerHeartbeat
from core.outbox import queue_mail, send_outbox

LETTER = {"recipient": "can-bo@example.vn", "subject": "HS-2025-0001", "body": "Mở hồ sơ để xem."}


@pytest.mark.django_db(transaction=True)
def test_mail_leaves_in_the_request_when_no_worker_lives() -> None:
    with transaction.atomic():
        queue_mail(key="one", **LETTER)
        assert mail.outbox == []

    assert [message.subject for message in mail.outbox] == ["HS-2025-0001"]
    assert OutboxMessage.objects.get().sent_at is not None


@pytest.mark.django_db(transaction=True)
def test_mail_waits_for_a_living_worker_which_sends_it() -> None:
    beat("worker")
    with transaction.atomic():
        queue_mail(key="one", **LETTER)
    assert mail.outbox == []
    assert DBTaskResult.objects.count() == 1

    call_command("db_worker", batch=True, interval=0.1, startup_delay=False, verbosity=0)

    assert len(mail.outbox) == 1
    assert DBTaskResult.objects.get().status == "SUCCESSFUL"


@pytest.mark.django_db(transaction=True)
def test_the_same_key_leaves_once() -> None:
    for _turn in range(2):
        with transaction.atomic():
            queue_mail(key="one", **LETTER)

    send_outbox.call()

    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_nothing_leaves_when_the_work_is_undone() -> None:
    with transaction.atomic():
        queue_mail(key="one", **LETTER)
        transaction.set_rollback(True)

    assert mail.outbox == []
    assert not OutboxMessage.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_demonstration_sends_nothing(settings) -> None:
    settings.APP_ENV = "demo"

    with transaction.atomic():
        queue_mail(key="one", **LETTER)

    assert mail.outbox == []
    settings.APP_ENV = "test"


@pytest.mark.django_db
def test_a_worker_that_fell_silent_does_not_count() -> None:
    call_command("heartbeat", once=True)
    assert worker_is_alive()

    WorkerHeartbeat.objects.update(seen_at=timezone.now() - timedelta(minutes=2))

    assert not worker_is_alive()
