"""What the log says when a backup was brought back."""

from core import audit
from core.events import Event
from core.services import service


@service
def note_backup_restored(*, name: str, made_at: str, seq: int) -> None:
    """This database was brought back from a backup; entries after `seq` come after it."""
    audit.record(Event.BACKUP_RESTORED, actor=None, subject="system", file=name, made_at=made_at, seq=seq)
