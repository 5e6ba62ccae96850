"""Poverty reviews from workbooks: staged, looked at, then loaded whole in one transaction."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import PurePath
from typing import Any

from django.core.files import File
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import audit, clock, files
from core.exceptions import InvalidRequest, StaleState
from core.services import service
from core.spreadsheets.container import MAX_FILE_BYTES, read_tables
from core.spreadsheets.problems import WorkbookError
from core.text import nfc
from registry.enums import ImportStatus
from registry.exceptions import ReviewsRefused
from registry.imports.reviews.messages import error_sentence
from registry.imports.reviews.planning import PlannedRow, ReviewPlan, plan_reviews
from registry.models import ImportFile, PovertyReview
from registry.permissions import check_can_import_reviews
from registry.review_days import default_recognised_on
from registry.review_figures import FIGURES
from registry.selectors.reviews import FIELD_OF_FIGURE

_CONTENT_TYPES = {
    ".xlsx": files.XLSX,
    ".ods": files.ODS,
    ".csv": files.CSV,
    ".xls": "application/vnd.ms-excel",
}


@service
def import_reviews(
    *,
    content: bytes,
    filename: str,
    year: int,
    actor: Any = None,
    recognised_on: date | None = None,
    document: str = "",
    standard: str = "",
    skip_errors: bool = False,
) -> ReviewPlan:
    """Load a review workbook and give back what was done with each row.

    With any error nothing is written and ``ReviewsRefused`` names every row, unless `skip_errors` leaves those
    rows out. The same figures again change nothing. Raises ``InvalidRequest`` for a file that cannot be used.
    """
    check_can_import_reviews(actor)
    plan = _plan(content=content, filename=filename, year=year, actor=actor, standard=standard)
    _refuse_errors(plan, skip_errors=skip_errors)
    if not plan.to_write:
        audit.nothing_changed()
        return plan
    import_file = _keep_file(content, filename, year, actor)
    _write(plan, import_file, recognised_on or default_recognised_on(year), document, actor)
    return plan


@service(unaudited="a staged file changes no fact; confirming it is audited")
def stage_review_file(
    *, upload: File, year: int, actor: Any, recognised_on: date | None = None, document: str = ""
) -> ImportFile:
    """Keep an uploaded workbook for its preview. Raises ``InvalidRequest`` when it cannot be opened safely."""
    check_can_import_reviews(actor)
    content = upload.read(MAX_FILE_BYTES + 1)
    filename = _plain_name(upload.name or "")
    try:
        read_tables(content, filename)
    except WorkbookError as error:
        raise InvalidRequest(error_sentence(error)) from error
    import_file = _keep_file(content, filename, year, actor)
    import_file.recognised_on = recognised_on or default_recognised_on(year)
    import_file.document = nfc(document)
    import_file.save(update_fields=["recognised_on", "document"])
    return import_file


@service
def confirm_review_file(*, import_file: ImportFile, actor: Any, skip_errors: bool = False) -> ReviewPlan:
    """Load a staged workbook as its preview showed it.

    Raises ``StaleState`` when it was confirmed or discarded meanwhile, ``ReviewsRefused`` when rows are in error.
    """
    check_can_import_reviews(actor)
    if import_file.stored_file is None or import_file.year is None:
        raise InvalidRequest(_("This file is no longer kept."), _("Hand it in again."))
    _claim(import_file, ImportStatus.CONFIRMED)
    year = import_file.year
    plan = _plan(
        content=files.read_bytes(import_file.stored_file),
        filename=import_file.file_name,
        year=year,
        actor=actor,
    )
    _refuse_errors(plan, skip_errors=skip_errors)
    if plan.to_write:
        recognised_on = import_file.recognised_on or default_recognised_on(year)
        _write(plan, import_file, recognised_on, import_file.document, actor)
    else:
        audit.nothing_changed()
    return plan


@service(unaudited="a staged file changes no fact, and neither does discarding it")
def discard_review_file(*, import_file: ImportFile, actor: Any) -> None:
    """Set a staged workbook aside. Raises ``StaleState`` when it is no longer staged."""
    check_can_import_reviews(actor)
    _claim(import_file, ImportStatus.DISCARDED)


def _plan(**arguments: Any) -> ReviewPlan:
    try:
        return plan_reviews(**arguments)
    except WorkbookError as error:
        raise InvalidRequest(error_sentence(error)) from error


def _refuse_errors(plan: ReviewPlan, *, skip_errors: bool) -> None:
    # A file of another year has no row that could be kept: leaving errors out would load nothing and say "done".
    if not plan.errors or (skip_errors and plan.rows):
        return
    count = len(plan.errors)
    raise ReviewsRefused(
        ngettext(
            "Nothing was loaded: %(count)s thing in the file must be mended first.",
            "Nothing was loaded: %(count)s things in the file must be mended first.",
            count,
        )
        % {"count": count},
        plan,
        _("Mend the rows that are named and send the file again."),
    )


def _claim(import_file: ImportFile, status: str) -> None:
    """Take the file out of staging, or say that another hand did."""
    changed = ImportFile.objects.filter(pk=import_file.pk, status=ImportStatus.STAGED).update(
        status=status, confirmed_at=clock.now()
    )
    if changed != 1:
        raise StaleState(
            _("This file was loaded or discarded before."),
            _("Open the list of reviews to see what holds now."),
        )
    import_file.status = status


def _keep_file(content: bytes, filename: str, year: int, actor: Any) -> ImportFile:
    """The bytes in storage, and the row that refers to them."""
    name = _plain_name(filename)
    stored = files.store_bytes(
        content=content,
        name=name,
        content_type=_CONTENT_TYPES.get(PurePath(name).suffix.lower(), "application/octet-stream"),
        actor=actor,
    )
    files.adopt(stored)
    return ImportFile.objects.create(
        kind="reviews",
        year=year,
        file_name=name,
        sha256=hashlib.sha256(content).hexdigest(),
        stored_file=stored,
        created_by=actor,
        created_at=clock.now(),
    )


def _write(plan: ReviewPlan, import_file: ImportFile, recognised_on: date, document: str, actor: Any) -> None:
    """Write the changed rows in one statement a batch, close the file's row, and leave one audit entry."""
    existing = {
        review.unit_id: review
        for review in PovertyReview.objects.filter(year=plan.year, standard=plan.standard)
    }
    reviews = [
        _review(row, existing.get(row.unit_id), plan, import_file, recognised_on, document)
        for row in plan.to_write
    ]
    PovertyReview.objects.bulk_create(
        reviews,
        update_conflicts=True,
        unique_fields=["unit", "year", "standard"],
        update_fields=[*FIELD_OF_FIGURE.values(), "recognised_on", "document", "import_file"],
    )
    import_file.status = ImportStatus.CONFIRMED
    import_file.confirmed_at = clock.now()
    import_file.recognised_on = recognised_on
    import_file.document = nfc(document)
    import_file.counts = plan.counts
    # Who may open the file later: whoever sees the smallest unit that holds all its rows.
    import_file.unit_id = int(plan.reach.rstrip("/").rpartition("/")[2]) if plan.reach else None
    import_file.save(update_fields=["status", "confirmed_at", "recognised_on", "document", "counts", "unit"])
    audit.record(
        "registry.reviews_imported",
        actor=actor,
        subject=import_file,
        file=import_file.file_name,
        sha256=import_file.sha256,
        year=plan.year,
        standard=plan.standard,
        counts=plan.counts,
        changes=[
            {"unit": row.unit_id, "figure": name, "old": old, "new": new}
            for row in plan.with_state("changed")
            for name, old, new in row.changes
        ],
    )


def _review(
    row: PlannedRow,
    existing: PovertyReview | None,
    plan: ReviewPlan,
    import_file: ImportFile,
    recognised_on: date,
    document: str,
) -> PovertyReview:
    figures = {}
    for name in FIGURES:
        value = getattr(row.figures, name)
        if value is None and existing is not None:
            value = getattr(existing, FIELD_OF_FIGURE[name])
        figures[FIELD_OF_FIGURE[name]] = value
    return PovertyReview(
        unit_id=row.unit_id,
        year=plan.year,
        standard=plan.standard,
        recognised_on=recognised_on,
        document=nfc(document),
        import_file=import_file,
        **figures,
    )


def _plain_name(filename: str) -> str:
    return nfc(PurePath(filename.replace("\\", "/")).name)[:255] or "file"
