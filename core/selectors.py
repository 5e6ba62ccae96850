"""Reads of the foundations."""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.events import Event
from core.models import BrowserSession, CodeApp, Passkey, RecoveryCode, StoredFile, User
from core.navigation import WorkItem
from core.permissions import allowed, check_can_read_audit


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
