"""Mail that leaves after commit and never from the demonstration; a dead server delays it and loses none.

A mail is taken with a lease, so that two senders never hold it at once. What fails is tried again after a growing
pause; after the last attempt, or a refusal for good, it is stuck until somebody has it tried again. A mail whose
delivery was confirmed never leaves again. One whose sender died between the server's yes and our note of it does, with
the same Message-ID, by which the receiving side knows it for the same.
"""

import hashlib
import logging
import smtplib
from datetime import datetime, timedelta
from email.encoders import encode_base64
from email.mime.base import MIMEBase

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django_tasks import task

from core import clock
from core.calendar_files import CALENDAR, method_of
from core.jobs import is_waiting, run_after_commit
from core.models import OutboxMessage

# A little under three days: a server may be away over a weekend.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720, 1440, 1440))
LIMIT = len(PAUSES) + 1
# Far longer than EMAIL_TIMEOUT lets one mail take.
LEASE = timedelta(minutes=10)
AT_ONCE = 200

# What Django has in place of a server: it prints a mail, or drops it, and calls it sent.
_NO_SERVER = (
    "django.core.mail.backends.console.EmailBackend",
    "django.core.mail.backends.dummy.EmailBackend",
)

logger = logging.getLogger(__name__)


def can_leave() -> bool:
    """Whether mail is handed on at all: never from the demonstration, and in production once a server is named.

    Until then it waits: printed, a one-time link would stand in the journal, and the mail would count as sent.
    """
    if settings.APP_ENV == "production":
        return settings.EMAIL_BACKEND not in _NO_SERVER
    return bool(settings.APP_ENV != "demo")


def queue_mail(
    *, key: str, recipient: str, subject: str, body: str, has_secret: bool = False, calendar: bytes = b""
) -> None:
    """Put a mail into the outbox inside the running transaction; the same key again is ignored.

    The body names the dossier and the address to open, never findings or household data. One that
    opens a door (`has_secret`) is forgotten once the mail has left. A `calendar` file goes with it.
    """
    if not recipient:
        return
    OutboxMessage.objects.get_or_create(
        key=key,
        defaults={
            "recipient": recipient,
            "subject": subject,
            "body": body,
            "has_secret": has_secret,
            "calendar": calendar.decode(),
            "created_at": clock.now(),
        },
    )
    run_after_commit(send_outbox)


def due(now: datetime) -> QuerySet[OutboxMessage]:
    """Mail that may be tried now: not sent, not stuck, in nobody's hand and not in a pause."""
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    rested = Q(next_try_at=None) | Q(next_try_at__lte=now)
    return OutboxMessage.objects.filter(free & rested, sent_at=None, stuck_at=None)


def send_due() -> None:
    """Have mail tried whose pause is over or whose sender died; called at every heartbeat."""
    if not can_leave() or is_waiting(send_outbox) or not due(timezone.now()).exists():
        return
    run_after_commit(send_outbox)


@task()
def send_outbox() -> int:
    """Send what is due over one connection; how many left.

    Stops at the first mail for which the server cannot be reached: those behind it lose no attempt.
    """
    if not can_leave():
        return 0
    sent = 0
    connection = get_connection()
    for message in due(timezone.now()).order_by("pk")[:AT_ONCE]:
        lease = _take(message)
        if lease is None:
            continue
        try:
            connection.open()
        except Exception as error:  # noqa: BLE001 -- a name or password of odd signs raises more than OSError
            logger.warning("The mail server was not reached: %s", type(error).__name__)
            _note_failure(message, lease, error)
            break
        sent += _send(message, lease, connection)
    _close(connection)
    return sent


def _take(message: OutboxMessage) -> datetime | None:
    """Hold the mail and count the attempt; until when, or None when another hand was first."""
    now = timezone.now()
    lease = now + LEASE
    taken = due(now).filter(pk=message.pk, attempts=message.attempts)
    if not taken.update(leased_until=lease, attempts=F("attempts") + 1):
        return None
    message.attempts += 1
    return lease


def _send(message: OutboxMessage, lease: datetime, connection: BaseEmailBackend) -> bool:
    """Hand one mail to the server and write down what it said; whether it took it."""
    try:
        _mail(message, connection).send()
    except Exception as error:  # noqa: BLE001 -- whatever is wrong with one mail, those behind it leave
        logger.warning("Mail %s was not sent: %s", message.pk, type(error).__name__)
        _note_failure(message, lease, error)
        _close(connection)
        return False
    OutboxMessage.objects.filter(pk=message.pk).update(
        sent_at=timezone.now(),
        stuck_at=None,
        leased_until=None,
        next_try_at=None,
        failure="",
        body="" if message.has_secret else message.body,
    )
    return True


def _mail(message: OutboxMessage, connection: BaseEmailBackend) -> EmailMessage:
    """The mail as it travels, with its calendar file unchanged to the octet."""
    mail = EmailMessage(
        message.subject,
        message.body,
        settings.DEFAULT_FROM_EMAIL,
        [message.recipient],
        connection=connection,
        headers={"Message-ID": message_id(message.key)},
    )
    if message.calendar:
        part = MIMEBase(*CALENDAR.split("/"), method=method_of(message.calendar), charset="utf-8")
        part.set_payload(message.calendar.encode())
        encode_base64(part)
        part.add_header("Content-Disposition", "attachment", filename="calendar.ics")
        mail.attach(part)
    return mail


def _note_failure(message: OutboxMessage, lease: datetime, error: Exception) -> None:
    """Let the mail rest, or leave it stuck after the last attempt or a refusal for good."""
    now = timezone.now()
    is_last = message.attempts >= LIMIT or _is_for_good(error)
    OutboxMessage.objects.filter(pk=message.pk, leased_until=lease).update(
        leased_until=None,
        next_try_at=None if is_last else now + PAUSES[message.attempts - 1],
        stuck_at=now if is_last else None,
        failure=f"{type(error).__name__}: {error}",
    )


def _is_for_good(error: Exception) -> bool:
    """Whether the server said that this recipient will never be served."""
    return isinstance(error, smtplib.SMTPRecipientsRefused) and all(
        code >= 500 for code, _words in error.recipients.values()
    )


def _close(connection: BaseEmailBackend) -> None:
    """Part from the server; after a fault the next mail gets a new connection."""
    try:
        connection.close()
    except OSError as error:
        logger.info("The mail server did not part properly: %s", type(error).__name__)


def message_id(key: str) -> str:
    """The same for every attempt of a mail, and telling nobody what its key says."""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"
