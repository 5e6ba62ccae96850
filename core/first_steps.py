"""What is still to be set up in a province: each app names its steps; the page lists them, and vanishes when all are done.

A step describes itself in one row. It links to the page where it is done only where that page is
there and open to the reader.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import navigation
from core.events import Event
from core.exceptions import NotAllowed
from core.models import AuditEntry, OutboxMessage
from core.permissions import allowed, check_can_run_the_system, role_names

READERS = frozenset({"administrator", "provincial_lead"})
_BACKUP_OLD = timedelta(days=2)
_MAIL_STUCK = timedelta(hours=1)
_SMTP = "smtp"


@dataclass(frozen=True)
class Standing:
    """How far a step is, for one reader: done or not, in words, and where it is done (empty: nowhere for them)."""

    is_done: bool
    words: str
    url: str = ""


@dataclass(frozen=True)
class Step:
    """One thing to set up; `standing` says for a person how far it is in their province."""

    label: str | Promise
    order: int
    standing: Callable[[Any], Standing]


_steps: list[Step] = []


def register_step(step: Step) -> None:
    """Add a step; apps do so when the server starts."""
    _steps.append(step)


def sees_first_steps(user: Any) -> bool:
    """The administrator and the lead set a province up."""
    return bool(role_names(user) & READERS)


def check_can_see_first_steps(user: Any) -> None:
    """The administrator and the lead alone: it says what a province lacks."""
    if not sees_first_steps(user):
        raise NotAllowed(_("The first steps are for the administrator and the leadership."))


def steps_of(user: Any) -> list[tuple[Step, Standing]]:
    """Every step with how far it is, in the order in which they are done."""
    return [(step, step.standing(user)) for step in sorted(_steps, key=lambda step: step.order)]


def first_steps_panel(user: Any) -> list[navigation.Panel]:
    """The card on the home page that leads there, while something is missing."""
    if not sees_first_steps(user):
        return []
    rows = steps_of(user)
    missing = [step for step, standing in rows if not standing.is_done]
    if not missing:
        return []
    context = {"missing": missing, "done": len(rows) - len(missing), "total": len(rows)}
    return [navigation.Panel("core/first_steps_panel.html", context, order=5)]


def mail_standing(user: Any) -> Standing:
    """Whether mail leaves: a server is set, and nothing waits in the outbox for long."""
    if settings.APP_ENV == "demo":
        return Standing(True, _("The demonstration sends no mail."))
    if _SMTP not in settings.EMAIL_BACKEND:
        return Standing(
            False, _("No mail server is set: write EMAIL_URL into the environment of the machine.")
        )
    waiting = OutboxMessage.objects.filter(sent_at=None)
    stuck = waiting.filter(created_at__lt=timezone.now() - _MAIL_STUCK).count()
    if stuck:
        page = reverse("core:stuck") if allowed(check_can_run_the_system, user) else ""
        return Standing(
            False,
            _("%(count)s mails wait for more than an hour: look at the worker's journal.") % {"count": stuck},
            page,
        )
    return Standing(True, _("A mail server is set, and nothing waits."))


def backup_standing(user: Any) -> Standing:
    """Whether a backup was recorded in the last two days."""
    if settings.APP_ENV == "demo":
        return Standing(True, _("The demonstration is made anew and needs no backup."))
    newest = AuditEntry.objects.filter(event=Event.BACKUP_RECORDED).order_by("-seq").first()
    if newest is None:
        return Standing(False, _("No backup was recorded yet: manage.py backup makes one."))
    when = datetime.fromisoformat(newest.recorded_at)
    words = _("The newest backup was recorded on %(day)s.") % {
        "day": when.astimezone().strftime("%d/%m/%Y %H:%M")
    }
    return Standing(when > timezone.now() - _BACKUP_OLD, words)


def install() -> None:
    """The steps of the machine itself."""
    register_step(Step(gettext_lazy("Mail"), 80, mail_standing))
    register_step(Step(gettext_lazy("Backup"), 90, backup_standing))
    navigation.register_panel(first_steps_panel)
