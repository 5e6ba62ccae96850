"""The log as people read it: narrowed by who, what, when and which, with each thing by its code."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core.audit.recording import actor_of
from core.audit.writing import PLAYED_ON
from core.log_names import MOST_FOUND, bare_names, in_words, subjects_called
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
    when: datetime | None
    """None where a hand has changed the moment into something that is none; the entry holds what stands there."""
    played_on: date | None
    """The day that was played, where the clock did not run freely."""
    what: str | Promise
    thing: str
    who: str


@dataclass(frozen=True)
class LogPage:
    """A page of the log. `before` is where the next older one begins, None where nothing is older."""

    entries: list[AuditEntry]
    before: int | None


LookThrough = Callable[[Sequence[AuditEntry]], list[AuditEntry]]
"""Those of some entries that a person may see, in their order."""

# The log only grows, so a page asks about no more of it than this, and says where to go on.
_PIECES = (200, 3800)
_LARGEST_PIECE = 2000
_walls: list[Callable[[Any], LookThrough | None]] = []


def register_log_wall(wall: Callable[[Any], LookThrough | None]) -> None:
    """Let an app say which entries a person may see of those that the log holds; None for all of them."""
    _walls.append(wall)


def is_walled(reader: Any) -> bool:
    """Whether the person sees a part of the log only."""
    return any(wall(reader) is not None for wall in _walls)


def log_page(entries: QuerySet[AuditEntry], reader: Any, *, before: int | None = None, size: int) -> LogPage:
    """Up to `size` of the entries that the person may see, from `before` on downwards.

    Behind a wall it may be fewer, or none, though older ones follow: `before` then says how far it was looked.
    """
    found: list[AuditEntry] = []
    for piece in _PIECES:
        read = list(_from(entries, before)[:piece])
        found += _seen(reader, read)
        if len(found) > size:
            return LogPage(found[:size], found[size - 1].seq)
        if len(read) < piece:
            return LogPage(found, None)
        before = read[-1].seq
    return LogPage(found, before)


def entries_seen(entries: QuerySet[AuditEntry], reader: Any) -> Iterator[AuditEntry]:
    """All of the entries that the person may see, read in pieces, so that memory stays level."""
    before = None
    while read := list(_from(entries, before)[:_LARGEST_PIECE]):
        yield from _seen(reader, read)
        before = read[-1].seq


def _from(entries: QuerySet[AuditEntry], before: int | None) -> QuerySet[AuditEntry]:
    return entries if before is None else entries.filter(seq__lt=before)


def _seen(reader: Any, entries: list[AuditEntry]) -> list[AuditEntry]:
    for wall in _walls:
        look_through = wall(reader)
        if look_through is not None:
            entries = look_through(entries)
    return entries


def log_entries(wanted: LogFilter) -> QuerySet[AuditEntry]:
    """Entries of the log that fit, newest first, of all provinces: nothing is shown of it but what a wall lets through."""
    entries = AuditEntry.objects.select_related("payload").order_by("-seq")
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


def rows_in_pieces(entries: Iterable[AuditEntry]) -> Iterator[LogRow]:
    """The same, for as many as there are, named some hundreds at a time."""
    left = iter(entries)
    while piece := list(islice(left, _LARGEST_PIECE)):
        yield from log_rows(piece)


def log_rows(entries: Iterable[AuditEntry]) -> list[LogRow]:
    """Audit entries as people read them: moment, event in words, thing by its code, person."""
    entries = list(entries)
    subjects = [entry.subject for entry in entries]
    known = bare_names([*subjects, *(_as_subject(entry.actor) for entry in entries)])
    things = in_words(subjects, known)
    return [
        LogRow(
            entry=entry,
            when=_when(entry.recorded_at),
            played_on=_played_on(entry.payload.content if hasattr(entry, "payload") else ""),
            what=event_label(entry.event),
            thing=things[entry.subject],
            who=known.get(_as_subject(entry.actor)) or _("the system"),
        )
        for entry in entries
    ]


def _when(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _played_on(content: str) -> date | None:
    """The day, where the content says one; content that a hand has changed says none and spoils no page."""
    if f'"{PLAYED_ON}"' not in content:
        return None
    try:
        return date.fromisoformat(json.loads(content)[PLAYED_ON])
    except (KeyError, TypeError, ValueError):
        return None


def _as_subject(actor: str) -> str:
    """A person as the subject of an entry is called: the log calls who acts `user:7`."""
    return f"core.{actor}"


def last_signed() -> SignedHead | None:
    """The head that left the house last."""
    return SignedHead.objects.first()
