"""Appending to the chain under the lock of its head, and verifying it whole."""

from collections.abc import Iterable

from django.db import connection
from django.utils import timezone

from core.audit.chain import GENESIS, Break, canonical, entry_hash, sha256
from core.audit.recording import PendingEntry
from core.models import AuditEntry, AuditHead, AuditPayload


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
        content = canonical(entry.payload)
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


def first_break() -> Break | None:
    """The first entry that does not hold, or None when the whole chain does."""
    previous, expected = GENESIS, 1
    rows = AuditEntry.objects.select_related("payload").order_by("seq")
    for row in rows.iterator(chunk_size=2000):
        if row.seq != expected:
            return Break(expected, "the entry is gone")
        if row.prev_hash != previous:
            return Break(row.seq, "it does not follow the entry before it")
        if row.hash != hash_of(row):
            return Break(row.seq, "its text was changed after it was written")
        content = row.payload.content if hasattr(row, "payload") else None
        if content is None:
            return Break(row.seq, "its payload is gone")
        if content != "" and sha256(content) != row.payload_hash:
            return Break(row.seq, "its payload was changed after it was written")
        previous, expected = row.hash, expected + 1
    head = AuditHead.objects.filter(pk=1).first()
    if head is not None and (head.seq, head.hash) != (expected - 1, previous):
        return Break(expected, "entries at the end are gone")
    return None


def head() -> tuple[int, str]:
    """Sequence number and hash of the newest entry, as printed on minutes and exports."""
    row = AuditHead.objects.filter(pk=1).first()
    return (row.seq, row.hash) if row else (0, GENESIS)


def database_refuses_changes() -> bool:
    """Whether the append-only triggers are in place on this database."""
    query = {
        "sqlite": "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'audit_%'",
        "postgresql": "SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'audit_%%' AND tgenabled <> 'D'",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query)
        return bool(cursor.fetchone()[0] >= 3)
