"""Whether this machine can serve, for balancers and monitors: figures and yes or no, nothing about anybody.

What people cannot work without decides (`NEEDED`); a dead worker or waiting mail is shown as `degraded`, because the
pages go on without a worker and no balancer should take them away for it.
"""

import logging
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from core import replicas
from core.events import Event
from core.jobs import worker_is_alive
from core.models import AuditEntry, OutboxMessage, StoredFile, WorkerHeartbeat
from core.outbox import can_leave

logger = logging.getLogger(__name__)

LEAST_FREE_MB = 500
LATE = timedelta(minutes=15)
"""How long a job or a mail may wait before somebody should look."""
BACKUP_LATE = timedelta(hours=26)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `figure` counts seconds, megabytes or migrations, None where there is none."""

    ok: bool
    figure: int | None = None


def _database() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return Finding(cursor.fetchone() == (1,))


def _storage() -> Finding:
    """Whether a file can be written, read back and removed."""
    name = default_storage.save("incoming/readiness", ContentFile(b"ready"))
    try:
        with default_storage.open(name) as file:
            return Finding(file.read() == b"ready")
    finally:
        default_storage.delete(name)


def _disk() -> Finding:
    free = shutil.disk_usage(Path(settings.DATA_DIR)).free // 1024**2
    return Finding(free >= LEAST_FREE_MB, free)


def _migrations() -> Finding:
    loader = MigrationLoader(connection)
    waiting = len(loader.graph.nodes.keys() - loader.applied_migrations.keys())
    return Finding(waiting == 0, waiting)


def _worker() -> Finding:
    seconds = _seconds_since(
        WorkerHeartbeat.objects.order_by("-seen_at").values_list("seen_at", flat=True).first()
    )
    return Finding(worker_is_alive(), seconds)


def _jobs() -> Finding:
    """The job that waits longest."""
    waiting = DBTaskResult.objects.filter(status="READY").order_by("enqueued_at")
    return _waits(waiting.values_list("enqueued_at", flat=True).first())


def _mail() -> Finding:
    """The mail that waits longest; where no server is named all of it does, and the first steps say so."""
    if not can_leave():
        return Finding(True)
    waiting = OutboxMessage.objects.filter(sent_at=None).exclude(recipient="").order_by("created_at")
    return _waits(waiting.values_list("created_at", flat=True).first())


def _backup() -> Finding:
    """The newest backup that the log tells of, however it was made."""
    made = AuditEntry.objects.filter(event=Event.BACKUP_RECORDED).values_list("recorded_at", flat=True).last()
    seconds = _seconds_since(datetime.fromisoformat(made)) if made else None
    return Finding(seconds is not None and seconds <= BACKUP_LATE.total_seconds(), seconds)


def _files() -> Finding:
    """Whether the newest kept file lies here: with several machines, that they share one storage."""
    newest = StoredFile.objects.exclude(adopted_at=None).order_by("-adopted_at").first()
    return Finding(newest is None or default_storage.exists(newest.storage_name))


def _replica() -> Finding:
    """Whether pages may be read from the replica, and how many seconds it may be behind."""
    found = replicas.standing(anew=True)
    late_s = None if found.late_s is None else int(found.late_s)
    return Finding(found.is_usable and late_s is not None and late_s <= settings.REPLICA_MAX_LAG_S, late_s)


def _seconds_since(moment: datetime | None) -> int | None:
    return None if moment is None else max(0, int((timezone.now() - moment).total_seconds()))


def _waits(since: datetime | None) -> Finding:
    seconds = _seconds_since(since) or 0
    return Finding(seconds <= LATE.total_seconds(), seconds)


NEEDED: dict[str, Callable[[], Finding]] = {
    "database": _database,
    "storage": _storage,
    "disk": _disk,
    "migrations": _migrations,
}
WATCHED: dict[str, Callable[[], Finding]] = {
    "files": _files,
    "worker": _worker,
    "jobs": _jobs,
    "mail": _mail,
    "backup": _backup,
}


def register_watched(name: str, look: Callable[[], Finding]) -> None:
    """Have an app above tell of something of its own; what fails there is shown as degraded."""
    WATCHED[name] = look


def readiness() -> dict[str, Any]:
    """`status` (ready, degraded or unready) and `checks` by name. A check that fails counts as not ok, whatever it raised."""
    needed = {name: _looked(look) for name, look in NEEDED.items()}
    looks = WATCHED | ({"replica": _replica} if replicas.is_configured() else {})
    watched = {name: _looked(look) for name, look in looks.items()}
    if not all(finding.ok for finding in needed.values()):
        status = "unready"
    else:
        status = "ready" if all(finding.ok for finding in watched.values()) else "degraded"
    return {"status": status, "checks": {name: asdict(found) for name, found in (needed | watched).items()}}


def _looked(look: Callable[[], Finding]) -> Finding:
    try:
        return look()
    except Exception:
        logger.exception("A check of readiness failed.")
        return Finding(False)
