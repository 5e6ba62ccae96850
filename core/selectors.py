"""Reads of the foundations."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import AuditEntry, BrowserSession, CodeApp, Passkey, RecoveryCode, User
from core.navigation import event_label


def demo_accounts() -> QuerySet[User]:
    """Accounts that the demonstration offers on its sign-in page; none elsewhere."""
    if settings.APP_ENV != "demo":
        return User.objects.none()
    return User.objects.filter(is_demo=True, is_active=True).order_by("pk")


def known_keys(user: User, host: str) -> list[bytes]:
    """The public halves of a person's passkeys for a host."""
    keys = Passkey.objects.filter(user=user, host=host).order_by("pk")
    return [bytes(half) for half in keys.values_list("public_half", flat=True)]


def has_factor(user: User) -> bool:
    """Whether the person has a second proof set up."""
    return CodeApp.objects.filter(user=user).exists() or Passkey.objects.filter(user=user).exists()


def recovery_codes_left(user: User) -> int:
    """How many recovery codes a person has not used."""
    return RecoveryCode.objects.filter(user=user, used_at=None).count()


def browsers_of(user: User) -> QuerySet[BrowserSession]:
    """Where a person is signed in, the newest first."""
    return BrowserSession.objects.filter(user=user, expire_date__gt=timezone.now()).order_by("-signed_in_at")


def audit_rows(entries: Iterable[AuditEntry]) -> list[dict[str, Any]]:
    """Audit entries as people read them: moment, event in words, thing, person."""
    entries = list(entries)
    people = _people_named(entries)
    return [
        {
            "seq": entry.seq,
            "when": datetime.fromisoformat(entry.recorded_at),
            "what": event_label(entry.event),
            "subject": entry.subject,
            "thing": _thing_label(entry.subject),
            "who": people.get(entry.actor) or _("the system"),
        }
        for entry in entries
    ]


def _thing_label(subject: str) -> str:
    label, _colon, key = subject.partition(":")
    try:
        return f"{apps.get_model(label)._meta.verbose_name} {key}"
    except (LookupError, ValueError):
        return subject


def _people_named(entries: Iterable[AuditEntry]) -> dict[str, str]:
    ids = {int(entry.actor.removeprefix("user:")) for entry in entries if entry.actor.startswith("user:")}
    return {f"user:{user.pk}": str(user) for user in User.objects.filter(pk__in=ids)}
