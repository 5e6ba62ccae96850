"""Reading the chain back: the first entry that does not hold, what entries say, and what was blanked unsaid."""

import json
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from core.audit.chain import GENESIS, Break, sha256
from core.audit.writing import hash_of
from core.events import Event
from core.models import AuditEntry, AuditHead, AuditPayload

ERASED_ENTRIES = "entries"
"""The key under which an erasure names the entries whose content it blanked."""


@dataclass(frozen=True)
class Said:
    """What one entry says and for whom it was written; `payload` is None where it was blanked or cannot be read."""

    seq: int
    subject: str
    payload: dict[str, Any] | None
    event: str = ""
    actor: str = ""

    def differs(self, kept: Mapping[str, Any]) -> bool:
        """Whether it names another value than is kept; entries of earlier versions are held to what they name."""
        said = self.payload or {}
        return any(said.get(name, value) != value for name, value in kept.items())

    def is_by_another(self, person: int | None) -> bool:
        """Whether it was written for another person than this one; what a command did names nobody."""
        return self.actor.startswith("user:") and self.actor != f"user:{person}"


def first_break(*, since: int = 0) -> Break | None:
    """The first entry after `since` that does not hold, or None when all of them do, up to the head.

    Entry `since` itself is taken as it stands: its hash begins the part that is read.
    """
    before = AuditEntry.objects.filter(seq=since).first()
    if since and before is None:
        return Break(since, _("the entry is gone"))
    previous, expected = (before.hash, since + 1) if before else (GENESIS, 1)
    rows = AuditEntry.objects.filter(seq__gt=since).select_related("payload").order_by("seq")
    for row in rows.iterator(chunk_size=2000):
        if row.seq != expected:
            return Break(expected, _("the entry is gone"))
        if reason := _fault_of(row, previous):
            return Break(row.seq, reason)
        previous, expected = row.hash, expected + 1
    head = AuditHead.objects.filter(pk=1).first()
    if head is None:
        return None if expected == 1 else Break(expected, _("the chain's head is gone"))
    if (head.seq, head.hash) != (expected - 1, previous):
        return Break(expected, _("entries at the end are gone"))
    return None


def _fault_of(row: AuditEntry, previous: str) -> str:
    """Why an entry does not hold behind the one before it; empty when it does."""
    if row.prev_hash != previous:
        return _("it does not follow the entry before it")
    if row.hash != hash_of(row):
        return _("its text was changed after it was written")
    content = row.payload.content if hasattr(row, "payload") else None
    if content is None:
        return _("its payload is gone")
    if content != "" and sha256(content) != row.payload_hash:
        return _("its payload was changed after it was written")
    return ""


def said_by(*events: str) -> Iterator[Said]:
    """What the entries of these events say, oldest first."""
    rows = AuditPayload.objects.filter(entry__event__in=events).select_related("entry").order_by("entry_id")
    for row in rows.iterator(chunk_size=2000):
        entry = row.entry
        yield Said(entry.seq, entry.subject, _read(row.content), entry.event, entry.actor)


@dataclass(frozen=True)
class SaidOnce:
    """What entries say that are written once for each thing, by thing; the first of them is what counts.

    Whoever owns the database can put an entry at the end of the chain that fits there, so a second one for the same
    thing proves nothing: `again` holds those, each with the first.
    """

    first: dict[Hashable, Said] = field(default_factory=dict)
    again: list[tuple[Said, Said]] = field(default_factory=list)


def said_once(*events: str, of: Callable[[Said], Hashable] = lambda said: said.subject) -> SaidOnce:
    """What the entries of these events say of each thing; `of` tells which one an entry speaks of, None for no such."""
    found = SaidOnce()
    for said in said_by(*events):
        thing = of(said)
        if thing is None:
            continue
        first = found.first.setdefault(thing, said)
        if first is not said:
            found.again.append((first, said))
    return found


def _read(content: str) -> dict[str, Any] | None:
    """A content that was changed may be no JSON any more; the chain's own check names it."""
    try:
        found = json.loads(content)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def blanked_unsaid() -> list[int]:
    """Entries whose content was blanked though no later entry says so.

    An erasure cannot explain that it was blanked itself: then nothing it named is explained any more.
    """
    blank = set(AuditPayload.objects.filter(content="").values_list("entry_id", flat=True))
    for said in said_by(Event.ENTRIES_ERASED) if blank else ():
        named = (said.payload or {}).get(ERASED_ENTRIES)
        if isinstance(named, list):
            blank -= {seq for seq in named if isinstance(seq, int) and seq < said.seq}
    return sorted(blank)
