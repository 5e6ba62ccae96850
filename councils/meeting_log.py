"""What the log says of one meeting: its entries that hold, read by subject, and presence as it was told when it happened."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from core.audit.chain import sha256
from core.audit.verifying import said_by
from core.audit.writing import hash_of
from core.models import AuditEntry
from councils.enums import HERE
from councils.events import Event
from councils.models import Meeting, Poll, PresenceEvent


@dataclass(frozen=True)
class Entry:
    """One entry of the log about the meeting or one of its polls."""

    seq: int
    event: str
    subject: str
    payload: dict[str, Any]


@dataclass
class MeetingLog:
    """The entries about a meeting and its polls, oldest first; `broken` are those that were changed after they were written."""

    entries: list[Entry] = field(default_factory=list)
    broken: list[int] = field(default_factory=list)

    def of(self, *events: str, subject: str = "") -> list[Entry]:
        """Entries of these events, of one subject where it is named."""
        return [entry for entry in self.entries if entry.event in events and subject in ("", entry.subject)]

    def first(self, event: str, subject: str = "") -> Entry | None:
        """The entry that was written when it happened; a second one for the same thing proves nothing."""
        return next(iter(self.of(event, subject=subject)), None)


def read_log(meeting: Meeting, polls: list[Poll]) -> MeetingLog:
    """What the log says of a meeting and its polls, in one query."""
    subjects = [f"councils.meeting:{meeting.pk}", *(f"councils.poll:{poll.pk}" for poll in polls)]
    rows = AuditEntry.objects.filter(subject__in=subjects).select_related("payload").order_by("seq")
    log = MeetingLog()
    for row in rows:
        content = row.payload.content if hasattr(row, "payload") else ""
        payload = _read(content)
        if row.hash != hash_of(row) or sha256(content) != row.payload_hash or payload is None:
            log.broken.append(row.seq)
        else:
            log.entries.append(Entry(row.seq, row.event, row.subject, payload))
    return log


def _read(content: str) -> dict[str, Any] | None:
    try:
        found = json.loads(content)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def polls_gone(codes: set[str]) -> list[int]:
    """Numbers of polls that the log says were opened on one of these dossiers, and of which there is no row any more."""
    told = {
        int(said.subject.rpartition(":")[2])
        for said in said_by(Event.POLL_OPENED)
        if (said.payload or {}).get("dossier") in codes
    }
    return sorted(told - set(Poll.objects.filter(pk__in=told).values_list("pk", flat=True)))


Told = tuple[int, str, str]
"""A member's number, what happened, and when: as the log and the rows both tell it."""


@dataclass(frozen=True)
class PresenceLine:
    """A row of presence, with the entry that told of it and the one that struck it out, where there are such."""

    event: PresenceEvent
    told_in: int | None
    struck_in: int | None

    @property
    def told(self) -> Told:
        return _told(self.event)

    def stood(self, seq: int | None, moment: datetime) -> bool:
        """Whether it counted at a moment, whose entry is `seq`: the log's order decides, and the clock where it is silent."""
        if not _is_before(self.told_in, seq, self.event.recorded_at, moment):
            return False
        struck_at = self.event.struck_at
        return struck_at is None or not _is_before(self.struck_in, seq, struck_at, moment)


def _is_before(told_in: int | None, seq: int | None, at: datetime, moment: datetime) -> bool:
    return told_in < seq if told_in is not None and seq is not None else at <= moment


def _told(event: PresenceEvent) -> Told:
    return event.attendance.member_id, event.kind, event.at.astimezone(UTC).isoformat()


@dataclass(frozen=True)
class Presence:
    """The presence of a meeting, as its rows and as the log tell it."""

    lines: list[PresenceLine]
    only_in_log: list[Told]
    only_in_rows: list[Told]
    is_told: bool
    """Whether the log tells who came and went: before presence was kept event by event it told counts alone."""

    def present_at(self, seq: int | None, moment: datetime) -> set[int]:
        """Members who were there at a moment, counted from the rows."""
        state: dict[int, str] = {}
        for line in sorted(self.lines, key=lambda line: (line.event.at, line.event.pk)):
            if line.stood(seq, moment):
                state[line.event.attendance.member_id] = line.event.kind
        return {member for member, kind in state.items() if kind in HERE}


def presence_of(meeting: Meeting, log: MeetingLog) -> Presence:
    """Rows of presence beside the entries that told of them."""
    rows = PresenceEvent.objects.filter(attendance__meeting=meeting).select_related("attendance")
    told, struck = dict(_told_rolls(log)), dict(_told_strikes(log))
    lines = []
    for event in rows.order_by("pk"):
        key = _told(event)
        struck_in = _take(struck, key) if event.struck_at is not None else None
        lines.append(PresenceLine(event, _take(told, key), struck_in))
    only_in_log = [key for key, seqs in (*told.items(), *struck.items()) for _seq in seqs]
    only_in_rows = [
        line.told
        for line in lines
        if line.told_in is None or (line.event.struck_at is not None and line.struck_in is None)
    ]
    is_told = all("changes" in entry.payload for entry in log.of(Event.ROLL_TAKEN))
    return Presence(lines, only_in_log, only_in_rows, is_told)


def _take(told: dict[Told, list[int]], key: Told) -> int | None:
    seqs = told.get(key)
    return seqs.pop(0) if seqs else None


def _told_rolls(log: MeetingLog) -> Iterator[tuple[Told, list[int]]]:
    found: dict[Told, list[int]] = {}
    for entry in (*log.of(Event.ROLL_TAKEN), *log.of(Event.MEETING_ADJOURNED)):
        for kind, members in entry.payload.get("changes", {}).items():
            for member in members:
                key = (member, kind, _moment(entry.payload["at"]))
                found.setdefault(key, []).append(entry.seq)
    yield from found.items()


def _told_strikes(log: MeetingLog) -> Iterator[tuple[Told, list[int]]]:
    found: dict[Told, list[int]] = {}
    for entry in log.of(Event.PRESENCE_STRUCK):
        key = (entry.payload["member"], entry.payload["kind"], _moment(entry.payload["at"]))
        found.setdefault(key, []).append(entry.seq)
    yield from found.items()


def _moment(words: str) -> str:
    """A time of the log, written as the rows give theirs: in UTC."""
    return datetime.fromisoformat(words).astimezone(UTC).isoformat()
