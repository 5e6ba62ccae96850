"""Reads of the foundations."""

from collections.abc import Iterable

from django.conf import settings
from django.db.models import QuerySet

from core.models import AuditEntry, User


def demo_accounts() -> QuerySet[User]:
    """Accounts that the demonstration offers on its sign-in page; none elsewhere."""
    if settings.APP_ENV != "demo":
        return User.objects.none()
    return User.objects.filter(is_demo=True, is_active=True).order_by("pk")


def people_named(entries: Iterable[AuditEntry]) -> dict[str, str]:
    """Names for the actors of audit entries, by the chain's `user:ID` word."""
    ids = {int(entry.actor.removeprefix("user:")) for entry in entries if entry.actor.startswith("user:")}
    return {f"user:{user.pk}": str(user) for user in User.objects.filter(pk__in=ids)}
