"""Erasing what the registry keeps of people beyond its time: log contents about them, and lists that were handed in."""

from datetime import UTC, date, datetime, time
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from core import audit
from core.files import discard
from core.models import AuditEntry, StoredFile
from core.retention import Eraser, register_eraser
from core.services import erase_entries, service
from registry.enums import ImportStatus
from registry.events import Event
from registry.imports.importer import kinds
from registry.models import ImportFile, StagedBatch

_PEOPLE = ("registry.household:", "registry.individual:")


def install() -> None:
    """Register with the foundations."""
    register_eraser(
        "log_of_people", Eraser(lambda before: log_of_people(before).count(), erase_log_of_people)
    )
    register_eraser("handed_in_files", Eraser(lambda before: old_files(before).count(), _erase_files))


def log_of_people(before: date) -> QuerySet[AuditEntry]:
    """Log entries about households and individuals from before a day that still say something."""
    moment = timezone.make_aware(datetime.combine(before, time.min)).astimezone(UTC)
    rows = AuditEntry.objects.exclude(payload__content="")
    about = rows.filter(subject__startswith=_PEOPLE[0]) | rows.filter(subject__startswith=_PEOPLE[1])
    # Moments are kept as UTC text of one form, so they compare as text.
    return about.filter(recorded_at__lt=moment.isoformat(timespec="microseconds"))


def erase_log_of_people(before: date, basis: str, actor: Any) -> int:
    """Blank what those entries say; the log names them and the basis."""
    return erase_entries(
        entries=list(log_of_people(before).values_list("pk", flat=True)), basis=basis, actor=actor
    )


def old_files(before: date) -> QuerySet[ImportFile]:
    """Lists of people from before a day whose bytes or rows are still kept, unless somebody works on them."""
    personal = [code for code, importer in kinds().items() if importer.has_personal_data]
    done = (ImportStatus.CONFIRMED, ImportStatus.DISCARDED, ImportStatus.FAILED)
    moment = timezone.make_aware(datetime.combine(before, time.min))
    old = ImportFile.objects.filter(kind__in=personal, status__in=done, created_at__lt=moment)
    with_rows = StagedBatch.objects.values("import_file")
    return old.exclude(stored_file=None) | old.filter(pk__in=with_rows)


def _erase_files(before: date, basis: str, actor: Any) -> int:
    return erase_files(files=list(old_files(before)), basis=basis, actor=actor)


@service
def erase_files(*, files: list[ImportFile], basis: str, actor: Any) -> int:
    """Remove the bytes and the read rows of handed-in lists; their hashes and counts stay."""
    if not files:
        audit.nothing_changed()
        return 0
    keys = [file.pk for file in files]
    StagedBatch.objects.filter(import_file__in=keys).delete()
    stored = list(StoredFile.objects.filter(imports__in=keys).distinct())
    ImportFile.objects.filter(pk__in=keys).update(stored_file=None)
    for one in stored:
        discard(one)
    audit.record(Event.FILES_ERASED, actor=actor, subject="registry.importfile", files=keys, basis=basis)
    return len(keys)
