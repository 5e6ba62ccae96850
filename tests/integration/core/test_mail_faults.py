"""A mail server that refuses, hangs or dies delays mail and loses none; what it confirmed never leaves again."""

import re
import socket
from collections.abc import Iterator
from datetime import timedelta
from time import monotonic

import pytest
from django.core.management import call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from core.jobs import beat
from core.models import OutboxMessage
from core.outbox import LEASE, LIMIT, PAUSES, message_id, queue_mail, send_due, send_outbox
from core.readiness import readiness
from tests.integration.core.mail_server import MailServer, mail_server
from tests.processes import kill, start
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def server(settings) -> Iterator[MailServer]:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_TIMEOUT = 0.3
    settings.EMAIL_HOST = "127.0.0.1"
    with mail_server() as running:
        settings.EMAIL_PORT = running.port
        yield running


@pytest.fixture
def dead_server(settings) -> None:
    """A port of this machine on which nobody listens."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    with socket.create_server(("127.0.0.1", 0)) as probe:
        settings.EMAIL_PORT = probe.getsockname()[1]


def letter(key: str = "one") -> OutboxMessage:
    return OutboxMessage.objects.create(
        key=key, recipient="an@example.vn", subject=key, body="Mở hồ sơ.", created_at=timezone.now()
    )


def end_the_pause() -> None:
    OutboxMessage.objects.filter(sent_at=None).update(next_try_at=timezone.now())


def test_a_dead_server_loses_nothing_and_costs_only_the_first_mail_an_attempt(dead_server: None) -> None:
    letter("one")
    letter("two")

    assert send_outbox.call() == 0

    first, second = OutboxMessage.objects.order_by("pk")
    assert (first.attempts, second.attempts) == (1, 0)
    assert first.next_try_at is not None
    assert first.next_try_at > timezone.now()
    assert "ConnectionRefusedError" in first.failure
    assert first.leased_until is first.sent_at is first.stuck_at is None


@pytest.mark.parametrize(
    ("setting", "value", "fault"),
    [
        ("EMAIL_HOST", "mail..example.vn", "UnicodeError"),
        ("EMAIL_TIMEOUT", 0, "ValueError"),
        ("EMAIL_HOST_PASSWORD", "mật khẩu", "UnicodeEncodeError"),
    ],
)
def test_a_server_set_wrongly_is_a_fault_of_the_mail_and_not_of_the_job(
    server: MailServer, settings, setting: str, value: object, fault: str
) -> None:
    server.offers_login = setting == "EMAIL_HOST_PASSWORD"
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = (
        ("an", "bi-mat") if server.offers_login else ("", "")
    )
    setattr(settings, setting, value)
    letter()

    assert send_outbox.call() == 0

    message = OutboxMessage.objects.get()
    assert message.failure.startswith(f"{fault}: ")
    assert message.leased_until is None
    assert message.next_try_at is not None


@pytest.mark.parametrize("kind", ["console", "dummy"])
def test_mail_waits_in_production_until_a_server_is_named(server: MailServer, settings, capsys, kind) -> None:
    smtp = settings.EMAIL_BACKEND
    settings.APP_ENV = "production"
    settings.EMAIL_BACKEND = f"django.core.mail.backends.{kind}.EmailBackend"
    queue_mail(
        key="a", recipient="an@example.vn", subject="Vào lần đầu", body="lien-ket-mot-lan", has_secret=True
    )
    send_due()

    assert send_outbox.call() == 0

    assert "lien-ket-mot-lan" not in capsys.readouterr().out
    waiting = OutboxMessage.objects.get()
    assert (waiting.sent_at, waiting.attempts, waiting.body) == (None, 0, "lien-ket-mot-lan")
    OutboxMessage.objects.update(created_at=timezone.now() - timedelta(hours=1))
    assert readiness()["checks"]["mail"]["ok"], "there is nothing to reach; the first steps say it"
    settings.EMAIL_BACKEND = smtp
    assert not readiness()["checks"]["mail"]["ok"]
    assert send_outbox.call() == 1


def test_mail_leaves_when_the_server_is_back(server: MailServer) -> None:
    server.behaviour = "busy"
    letter()
    assert send_outbox.call() == 0
    server.behaviour = "take"

    assert send_outbox.call() == 0, "it rests first"
    end_the_pause()
    assert send_outbox.call() == 1
    assert send_outbox.call() == 0, "what was confirmed never leaves again"

    assert len(server.received) == 1
    message = OutboxMessage.objects.get()
    assert message.sent_at is not None
    assert (message.failure, message.next_try_at, message.attempts) == ("", None, 2)


def test_pauses_grow_and_after_the_last_attempt_the_mail_is_stuck(server: MailServer) -> None:
    server.behaviour = "busy"
    letter()
    seen = []
    for _attempt in range(LIMIT - 1):
        send_outbox.call()
        seen.append(OutboxMessage.objects.get().next_try_at - timezone.now())
        end_the_pause()

    send_outbox.call()

    assert all(abs(found - said) < timedelta(seconds=30) for found, said in zip(seen, PAUSES, strict=True))
    assert list(PAUSES) == sorted(PAUSES)
    message = OutboxMessage.objects.get()
    assert message.stuck_at is not None
    assert message.attempts == LIMIT
    calls = server.calls
    assert send_outbox.call() == 0
    assert server.calls == calls, "a stuck mail is left alone"


def test_a_recipient_refused_for_good_is_stuck_at_once_and_holds_nobody_up(server: MailServer) -> None:
    server.behaviour = "refuse"
    letter("wrong address")
    send_outbox.call()
    server.behaviour = "take"
    letter("right address")

    assert send_outbox.call() == 1

    assert OutboxMessage.objects.get(key="wrong address").stuck_at is not None
    assert OutboxMessage.objects.get(key="right address").sent_at is not None


def test_a_server_that_says_nothing_is_left_after_the_timeout(server: MailServer) -> None:
    server.behaviour = "hang"
    letter("one")
    letter("two")
    began = monotonic()

    assert send_outbox.call() == 0

    assert monotonic() - began < 3
    assert OutboxMessage.objects.get(key="one").next_try_at is not None
    assert server.calls == 1, "the second does not wait for the same silence"


def test_a_server_that_dies_before_its_answer_gets_the_same_mail_again(server: MailServer) -> None:
    server.behaviour = "die"
    letter()
    assert send_outbox.call() == 0, "nothing was confirmed"
    server.behaviour = "take"
    end_the_pause()

    assert send_outbox.call() == 1

    found = [re.search(r"Message-ID: (\S+)", text).group(1) for text in server.received]
    assert found == [message_id("one")] * 2, "the receiving side knows it for the same"


def test_a_mail_that_cannot_be_written_does_not_hold_up_the_next(server: MailServer) -> None:
    broken = letter("broken")
    OutboxMessage.objects.filter(pk=broken.pk).update(subject="two\nlines")
    letter("whole")

    assert send_outbox.call() == 1

    assert "BadHeaderError" in OutboxMessage.objects.get(key="broken").failure


def test_two_senders_at_once_send_a_mail_once(server: MailServer) -> None:
    for number in range(4):
        letter(str(number))

    assert sum(at_once(send_outbox.call, send_outbox.call)) == 4

    assert len(server.received) == 4


@pytest.mark.slow  # starts a process and kills it
def test_a_sender_that_is_killed_leaves_its_mail_to_the_next(server: MailServer) -> None:
    server.behaviour = "wait"
    letter()
    sender = start(
        code="from core.outbox import send_outbox; send_outbox.call()",
        EMAIL_URL=f"smtp://127.0.0.1:{server.port}",
        EMAIL_TIMEOUT_S="20",
    )
    assert server.reached.wait(20)
    kill(sender)
    server.released.set()
    held = OutboxMessage.objects.get()
    assert held.leased_until is not None
    assert held.sent_at is None
    server.behaviour = "take"

    assert send_outbox.call() == 0, "so long it may still be in the other's hand"
    OutboxMessage.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert send_outbox.call() == 1

    assert held.leased_until - timezone.now() <= LEASE
    assert OutboxMessage.objects.get().attempts == 2
    assert {message_id("one") in text for text in server.received} == {True}


def test_the_heartbeat_has_due_mail_sent_by_the_worker_once(server: MailServer) -> None:
    beat("worker")
    letter()

    for _beat in range(3):
        send_due()

    assert DBTaskResult.objects.count() == 1, "one job waits already"
    call_command("db_worker", batch=True, interval=0.1, startup_delay=False, verbosity=0)
    assert len(server.received) == 1
    send_due()
    assert DBTaskResult.objects.count() == 1, "nothing is due"
