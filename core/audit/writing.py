"""Appending to the chain under the lock of its head."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils import timezone

from core import clock
from core.audit.chain import GENESIS, canonical, entry_hash, sha256
from core.audit.recording import PendingEntry
from core.models import AuditEntry, AuditHead, AuditPayload

PLAYED_ON = "played_on"
"""The key under which an entry of the demonstration tells the day that was played."""


def append(entries: Iterable[PendingEntry]) -> None:
    """Write entries at the end of the chain; call last inside the transaction.

    The head row is locked for moments only. SQLite ignores select_for_update;
    IMMEDIATE mode in settings gives the lock there.
    """
    AuditHead.objects.get_or_create(pk=1, defaults={"seq": 0, "hash": GENESIS})
    head = AuditHead.objects.select_for_update().get(pk=1)
    seq, previous = head.seq, head.hash
    rows, payloads = [], []
    for entry in entries:
        seq += 1
        content = canonical(entry.payload | _played())
        row = AuditEntry(
            seq=seq,
            event=entry.event,
            subject=entry.subject,
            actor=entry.actor,
            # The wall clock, never the played day: the chain says when it really was.
            recorded_at=timezone.now().isoformat(timespec="microseconds"),
            payload_hash=sha256(content),
            prev_hash=previous,
        )
        row.hash = previous = hash_of(row)
        rows.append(row)
        payloads.append(content)
    AuditEntry.objects.bulk_create(rows)
    AuditPayload.objects.bulk_create(
        AuditPayload(entry_id=row.seq, content=content) for row, content in zip(rows, payloads, strict=True)
    )
    AuditHead.objects.filter(pk=1).update(seq=seq, hash=previous)


def _played() -> dict[str, Any]:
    day = clock.fixed_day() if settings.APP_ENV == "demo" else None
    return {} if day is None else {PLAYED_ON: day.isoformat()}


def hash_of(row: AuditEntry) -> str:
    """The hash that the row's own columns demand."""
    return entry_hash(
        seq=row.seq,
        event=row.event,
        subject=row.subject,
        actor=row.actor,
        recorded_at=row.recorded_at,
        payload_hash=row.payload_hash,
        prev_hash=row.prev_hash,
    )


def head() -> tuple[int, str]:
    """Sequence number and hash of the newest entry, as printed on documents and signed every day."""
    row = AuditHead.objects.filter(pk=1).first()
    return (row.seq, row.hash) if row else (0, GENESIS)
