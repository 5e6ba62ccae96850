"""Files handed in, and pages of their staged rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet

from core.permissions import allowed
from registry.enums import Role, RowState
from registry.imports import Importer, kinds
from registry.imports.importer import BATCH_ROWS
from registry.imports.staged import RefusedRow, read_rows
from registry.models import ImportFile, StagedBatch
from registry.scopes import handed_in_under
from registry.selectors.desks import desks_of

PAGE_ROWS = 50


def kinds_open_to(user: Any) -> list[type[Importer]]:
    """The kinds of files that the person may load."""
    return [importer for importer in kinds().values() if allowed_to_load(importer, user)]


def allowed_to_load(importer: type[Importer], user: Any) -> bool:
    """Whether the person may load files of the kind."""
    return allowed(importer.check, user)


def files_seen(user: Any) -> QuerySet[ImportFile]:
    """Files that the person, or whoever sat at their desk before, handed in; the provincial desk sees its province's.

    A list of people may hold citizen numbers as it came, which the reviewer may see and the lead need not. Lists of
    accounts are nobody's but the administrator's.
    """
    files = ImportFile.objects.filter(kind__in=kinds()).select_related("created_by", "stored_file", "unit")
    of_accounts = [code for code, importer in kinds().items() if Role.ADMINISTRATOR in importer.keepers]
    impersonal = [code for code, importer in kinds().items() if not importer.has_personal_data]
    of_reviewer = handed_in_under(user, Role.REVIEWER) & ~Q(kind__in=of_accounts)
    of_lead = handed_in_under(user, Role.LEAD) & Q(kind__in=impersonal)
    return files.filter(Q(created_by__in=desks_of(user)) | of_reviewer | of_lead)


class StagedPages:
    """Staged rows of one state, page by page, without reading more batches than a page needs."""

    def __init__(self, import_file: ImportFile, state: str) -> None:
        self._file = import_file
        self._state = state
        self._count = int(import_file.counts.get(state, 0))

    def page(self, number: Any) -> Page[Any]:
        """The page of the number, or the nearest there is."""
        rows: Any = _Rows(self._file, self._state, self._count)
        return Paginator(rows, PAGE_ROWS).get_page(number)


class _Rows:
    """A sequence of staged rows for the paginator: batches of a state hold equally many rows, but for the last."""

    def __init__(self, import_file: ImportFile, state: str, count: int) -> None:
        self._state = state
        self._batches = StagedBatch.objects.filter(import_file=import_file, state=state).order_by("position")
        self._count = count

    def __len__(self) -> int:
        return self._count

    def count(self) -> int:
        """How many rows there are."""
        return self._count

    def __getitem__(self, wanted: slice) -> list[Any]:
        first, last = wanted.start, wanted.stop
        batches = self._batches[first // BATCH_ROWS : (last - 1) // BATCH_ROWS + 1]
        rows = [row for batch in batches for row in read_rows(self._state, batch.rows)]
        skipped = first // BATCH_ROWS * BATCH_ROWS
        return rows[first - skipped : last - skipped]


def refused_rows(import_file: ImportFile) -> Iterator[RefusedRow]:
    """Every refused row, in the file's order."""
    batches = StagedBatch.objects.filter(import_file=import_file, state=RowState.REFUSED).order_by("position")
    for batch in batches.iterator(chunk_size=10):
        yield from read_rows(RowState.REFUSED, batch.rows)
