"""Reading stored files back: a part every day, so that each is compared with its hash at least once a week."""

import logging
from collections.abc import Iterable
from datetime import timedelta

from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django_tasks import task

from core.files import differs
from core.jobs import run_after_commit
from core.models import StoredFile
from core.services import note_file_checked

EVERY_DAYS = 7
AT_ONCE = 200

logger = logging.getLogger(__name__)


def files_to_check() -> QuerySet[StoredFile]:
    """Files in their lasting place: those never read back first, then those read longest ago."""
    kept = StoredFile.objects.exclude(adopted_at=None)
    return kept.order_by(F("checked_at").asc(nulls_first=True), "created_at", "pk")


def check_now(files: Iterable[StoredFile]) -> list[StoredFile]:
    """Read files back and remember what that showed; those whose bytes differ or are gone."""
    found = []
    for stored in files:
        changed = differs(stored)
        note_file_checked(stored=stored, differs=changed)
        if changed:
            logger.error("The stored file %s differs from its hash or is gone.", stored.storage_name)
            found.append(stored)
    return found


def part_of_a_day() -> int:
    """How many files are read today: a seventh, and all whose week is over because days were missed."""
    week_ago = timezone.now() - timedelta(days=EVERY_DAYS)
    overdue = Q(checked_at__lt=week_ago) | Q(checked_at=None, created_at__lt=week_ago)
    return max(-(-files_to_check().count() // EVERY_DAYS), files_to_check().filter(overdue).count())


def check_files_of_the_day() -> None:
    """Hand the day's part to the worker."""
    run_after_commit(check_files, left=part_of_a_day())


@task()
def check_files(left: int) -> int:
    """Read back `left` files; how many of this turn differ.

    Works through a few hundred and hands the rest on, so that mail and imports get their turn between.
    """
    taken = list(files_to_check()[: min(left, AT_ONCE)])
    found = check_now(taken)
    if left > AT_ONCE:
        run_after_commit(check_files, left=left - AT_ONCE)
    return len(found)
