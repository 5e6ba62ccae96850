"""Reads of the foundations."""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.events import Event
from core.models import StoredFile, User
from core.navigation import WorkItem
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
