"""Mail that leaves after commit, at most once per key, and never from the demonstration."""

import logging

from django.conf import settings
from django.core.mail import send_mail
from django.utils import timezone
from django_tasks import task

from core import clock
from core.jobs import run_after_commit
from core.models import OutboxMessage

logger = logging.getLogger(__name__)


def queue_mail(*, key: str, recipient: str, subject: str, body: str, has_secret: bool = False) -> None:
    """Put a mail into the outbox inside the running transaction; the same key again is ignored.

    The body names the dossier and the address to open, never findings or household data. One that
    opens a door (`has_secret`) is forgotten once the mail has left.
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
            "created_at": clock.now(),
        },
    )
    run_after_commit(send_outbox)


@task()
def send_outbox() -> int:
    """Send what waits; a mail is claimed first, so that it leaves at most once. How many left."""
    if settings.APP_ENV == "demo":
        return 0
    sent = 0
    for message in OutboxMessage.objects.filter(claimed_at=None).order_by("pk")[:200]:
        claimed = OutboxMessage.objects.filter(pk=message.pk, claimed_at=None).update(
            claimed_at=timezone.now()
        )
        if not claimed:
            continue
        try:
            send_mail(message.subject, message.body, settings.DEFAULT_FROM_EMAIL, [message.recipient])
        except OSError as error:
            logger.warning("Mail %s was not sent: %s", message.key, error)
            OutboxMessage.objects.filter(pk=message.pk).update(failure=str(error))
            continue
        kept = "" if message.has_secret else message.body
        OutboxMessage.objects.filter(pk=message.pk).update(sent_at=timezone.now(), body=kept)
        sent += 1
    return sent
