"""The log as people read it: narrowed by who, what, when and which, with each thing by its code."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core.audit.recording import actor_of
from core.audit.writing import PLAYED_ON
from core.log_names import MOST_FOUND, names_of, subjects_called
from core.models import AuditEntry, SignedHead, User
from core.navigation import event_label
from core.text import fold


@dataclass(frozen=True)
class LogFilter:
    """What the log is narrowed by; an empty part narrows nothing. Days are the office's, both included."""

    which: str = ""
    who: str = ""
    event: str = ""
    since: date | None = None
    until: date | None = None
    subject: str = ""


@dataclass(frozen=True)
class LogRow:
    """An entry as people read it."""

    entry: AuditEntry
    when: datetime
    played_on: date | None
    """The day that was played, where the clock did not run freely."""
    what: str | Promise
    thing: str
    who: str


_walls: list[Callable[[Any], Q | None]] = []


def register_log_wall(wall: Callable[[Any], Q | None]) -> None:
    """Let an app say which entries a person may see of those that the log holds; None for all of them."""
    _walls.append(wall)


def is_walled(reader: Any) -> bool:
    """Whether the person sees a part of the log only."""
    return any(wall(reader) is not None for wall in _walls)


def log_entries(wanted: LogFilter, reader: Any) -> QuerySet[AuditEntry]:
    """Entries of the log that the person may see, newest first."""
    entries = AuditEntry.objects.select_related("payload").order_by("-seq")
    for wall in _walls:
        condition = wall(reader)
        if condition is not None:
            entries = entries.filter(condition)
    if wanted.subject:
        entries = entries.filter(subject=wanted.subject)
    if wanted.which:
        entries = entries.filter(subject__in=subjects_called(wanted.which))
    if wanted.who:
        entries = entries.filter(actor__in=_actors_called(wanted.who))
    if wanted.event:
        entries = entries.filter(event=wanted.event)
    # Moments are kept as the text that was hashed, all in UTC and of one form, so they compare as text.
    if wanted.since:
        entries = entries.filter(recorded_at__gte=_begins(wanted.since))
    if wanted.until:
        entries = entries.filter(recorded_at__lt=_begins(wanted.until + timedelta(days=1)))
    return entries


def _begins(day: date) -> str:
    start = timezone.make_aware(datetime.combine(day, time.min))
    return start.astimezone(UTC).isoformat(timespec="microseconds")


def _actors_called(words: str) -> list[str]:
    called = Q(name_folded__contains=fold(words)) | Q(username__iexact=words)
    people = User.objects.filter(called).values_list("pk", flat=True)
    system = [actor_of(None)] if fold(words) in fold(_("the system")) else []
    return [*(f"user:{key}" for key in people[:MOST_FOUND]), *system]


def log_rows(entries: Iterable[AuditEntry]) -> list[LogRow]:
    """Audit entries as people read them: moment, event in words, thing by its code, person."""
    entries = list(entries)
    people, things = _people_named(entries), names_of(entry.subject for entry in entries)
    return [
        LogRow(
            entry=entry,
            when=datetime.fromisoformat(entry.recorded_at),
            played_on=_played_on(entry.payload.content),
            what=event_label(entry.event),
            thing=things[entry.subject],
            who=people.get(entry.actor) or _("the system"),
        )
        for entry in entries
    ]


def _played_on(content: str) -> date | None:
    if f'"{PLAYED_ON}"' not in content:
        return None
    day = json.loads(content).get(PLAYED_ON)
    return date.fromisoformat(day) if day else None


def _people_named(entries: Iterable[AuditEntry]) -> dict[str, str]:
    ids = {int(entry.actor.removeprefix("user:")) for entry in entries if entry.actor.startswith("user:")}
    return {f"user:{user.pk}": str(user) for user in User.objects.filter(pk__in=ids)}


def last_signed() -> SignedHead | None:
    """The head that left the house last."""
    return SignedHead.objects.first()
