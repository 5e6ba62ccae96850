"""Reads of the foundations."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.events import Event
from core.models import AuditEntry, StoredFile, User
from core.navigation import WorkItem, event_label
from core.permissions import allowed, check_can_read_audit


def demo_accounts() -> QuerySet[User]:
    """Accounts that the demonstration offers on its sign-in page; none elsewhere."""
    if settings.APP_ENV != "demo":
        return User.objects.none()
    return User.objects.filter(is_demo=True, is_active=True).order_by("pk")


def damaged_files(user: Any) -> list[WorkItem]:
    """Stored files that were found changed or gone: work for those who read the log."""
    if not allowed(check_can_read_audit, user):
        return []
    count = StoredFile.objects.exclude(differs_since=None).count()
    if not count:
        return []
    title = ngettext(
        "%(count)s stored file was found changed or gone",
        "%(count)s stored files were found changed or gone",
        count,
    )
    return [
        WorkItem(
            title % {"count": count},
            _("Bring it back from a backup; the log says when it was found."),
            f"{reverse('core:audit')}?event={Event.FILE_DIFFERS}",
            _("Open the log"),
        )
    ]


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
