"""Links for a new password, sent by mail to people who forgot theirs."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import get_random_string
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _
from django_tasks import task

from core import audit
from core.events import Event
from core.jobs import run_after_commit
from core.models import User
from core.outbox import queue_mail
from core.services import service, throttle

MOST_ACCOUNTS = 5  # at one mailbox of an office


def ask_for_link(*, who: str, address: str) -> None:
    """Have links sent to whoever has this account name or mail address; says to nobody whether anybody has.

    The work is handed to the worker also when there is none to do, so that the answer takes as long either way.
    Raises TooMany for an address that asks again and again.
    """
    throttle.take(throttle.RESET_FROM_ADDRESS, address)
    people = list(_people_called(who).values_list("pk", flat=True)[:MOST_ACCOUNTS])
    with transaction.atomic():
        run_after_commit(
            send_links,
            people=people,
            address=address,
            language=translation.get_language() or settings.LANGUAGE_CODE,
        )


def _people_called(who: str) -> QuerySet[User]:
    return User.objects.filter(Q(username=who) | Q(email__iexact=who), is_active=True, is_demo=False).exclude(
        email=""
    )


@task()
def send_links(people: list[int], address: str, language: str) -> int:
    """Put one mail into the outbox for each person who has not had too many; how many."""
    sent = 0
    with translation.override(language):
        for user in User.objects.filter(pk__in=people, is_active=True):
            if not user.has_usable_password():
                continue  # signs in through single sign-on, or has not been handed a first link yet
            try:
                throttle.take(throttle.RESET_OF_ACCOUNT, str(user.pk))
            except throttle.TooMany:
                continue
            _send_link(user=user, address=address)
            sent += 1
    return sent


@service
def _send_link(*, user: User, address: str) -> None:
    audit.record(Event.PASSWORD_RESET_ASKED, actor=None, subject=user, address=address)
    path = reverse(
        "signing_in:reset",
        args=[urlsafe_base64_encode(force_bytes(user.pk)), default_token_generator.make_token(user)],
    )
    queue_mail(
        key=f"password-reset:{user.pk}:{get_random_string(12)}",
        recipient=user.email,
        subject=_("A new password for your account"),
        body=_(
            "Somebody asked for a new password for the account %(account)s. If it was you, open this address within "
            "%(hours)s hours and choose one:\n\n%(address)s\n\nIf it was not you, do nothing: your password stays as "
            "it is. Tell your administrator if it happens again."
        )
        % {
            "account": user.username,
            "hours": timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT) // timedelta(hours=1),
            "address": f"{settings.SITE_URL}{path}",
        },
        has_secret=True,
    )
