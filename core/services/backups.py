"""What the log says of backups: whoever inspects the record sees which copies of it were made and brought back."""

from core import audit
from core.events import Event
from core.services import service


@service
def note_backup_made(*, name: str, sha256: str, seq: int, damaged: int) -> None:
    """A backup was written; `seq` is the newest entry that it holds."""
    audit.record(
        Event.BACKUP_MADE,
        actor=None,
        subject="core.auditentry",
        file=name,
        sha256=sha256,
        seq=seq,
        damaged=damaged,
    )


@service
def note_backup_restored(*, name: str, made_at: str, seq: int) -> None:
    """This database was brought back from a backup; entries after `seq` come after it."""
    audit.record(
        Event.BACKUP_RESTORED, actor=None, subject="core.auditentry", file=name, made_at=made_at, seq=seq
    )
