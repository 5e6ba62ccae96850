"""Files handed in: kept, read into staged rows outside any long transaction, then loaded whole or set aside."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.core.files import File
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_tasks import task

from core import audit, clock, files, jobs
from core.bulk import without_collecting
from core.exceptions import InvalidRequest, StaleState
from core.file_names import plain_name
from core.services import service
from core.spreadsheets.container import MAX_FILE_BYTES, check_container, content_type_of
from core.spreadsheets.problems import WorkbookError
from core.text import nfc
from core.uploads.checking import store_upload
from registry.enums import ImportStatus, RowState
from registry.exceptions import FileRefused
from registry.imports import kinds
from registry.imports.desk import refused_rows
from registry.imports.file_answers import (
    FileQuestion,
    encoding_questions,
    merged_answers,
    odd_row_questions,
    opened,
    waits_for_answer,
)
from registry.imports.importer import (
    BATCH_ROWS,
    Context,
    Importer,
    ImportOptions,
    batched,
    unit_ids_kept,
)
from registry.imports.records_writing import hold_as_shown, people_shown
from registry.imports.sentences import file_sentence
from registry.imports.staged import (
    MARKS,
    Finding,
    RefusedRow,
    StagedRow,
    packed,
    read_rows,
)
from registry.models import ImportFile, StagedBatch
from registry.statuses import OPEN, WAITING

# So many batches are written at a time: short transactions, and progress to show.
_FLUSHED_BATCHES = 10
_KEPT_FINDINGS = 50
# A reading that says nothing for so long is nobody's any more: its worker died, and another takes it up.
LEASE = timedelta(seconds=60)
# So long after a lease ended nobody begins again, while the one who was asked to may still be starting.
_GRACE = timedelta(seconds=15)


@service(unaudited="a file that waits changes no fact; loading it is audited")
def receive_file(
    *, kind: str, upload: File, options: ImportOptions, actor: Any, decision_file: File | None = None
) -> ImportFile:
    """Keep an uploaded file, with the decision behind it where one came along, and have it read into staged rows.

    Raises ``NotAllowed`` for a kind that is not the person's to load, ``InvalidRequest`` for a file that cannot be
    opened safely or answers that cannot stand together.
    """
    _check(kind, options, actor)
    content = upload.read(MAX_FILE_BYTES + 1)
    name = plain_name(upload.name or "")
    try:
        check_container(content, name)
    except WorkbookError as error:
        raise InvalidRequest(file_sentence(error)) from error
    if decision_file is not None:
        paper = store_upload(upload=decision_file, types={files.PDF: ".pdf"}, actor=actor)
        files.adopt(paper)
        options = replace(options, given={**options.given, "decision_file": str(paper.pk)})
    staged = _new_file(kind, name, content, options, actor)
    _store(staged, content)
    jobs.run_after_commit(read_into_staging, import_id=staged.pk)
    return staged


def _check(kind: str, options: ImportOptions, actor: Any) -> None:
    kinds()[kind].check(actor)
    kinds()[kind].check_options(options, actor)


def _new_file(kind: str, name: str, content: bytes, options: ImportOptions, actor: Any) -> ImportFile:
    return ImportFile.objects.create(
        kind=kind,
        status=ImportStatus.READING,
        file_name=name,
        sha256=hashlib.sha256(content).hexdigest(),
        year=options.year,
        unit_id=options.unit_id,
        recognised_on=options.recognised_on,
        document=nfc(options.document),
        options={"given": dict(options.given)},
        created_by=actor,
        created_at=clock.now(),
    )


def _store(staged: ImportFile, content: bytes) -> None:
    """Keep the bytes with the file's row."""
    stored = files.store_bytes(
        content=content,
        name=staged.file_name,
        content_type=content_type_of(content),
        actor=staged.created_by,
    )
    files.adopt(stored)
    staged.stored_file = stored
    staged.save(update_fields=["stored_file"])


@dataclass(frozen=True)
class FilePreview:
    """What loading a file would do: rows by state, those that stay out, and what was found."""

    file_name: str
    counts: Mapping[str, Any]
    refused: Sequence[RefusedRow]
    findings: Sequence[Finding]
    sheets: Sequence[str]

    @property
    def to_write(self) -> int:
        """Rows that would change the register."""
        return int(self.counts[RowState.NEW]) + int(self.counts[RowState.CHANGED])

    @property
    def left_out(self) -> int:
        """Rows that stay out until they are mended or answered."""
        return int(self.counts[RowState.REFUSED]) + int(self.counts[RowState.ASKED])


@service
def load_file(
    *,
    kind: str,
    content: bytes,
    filename: str,
    options: ImportOptions,
    actor: Any = None,
    skip_refused: bool = False,
    trial: bool = False,
) -> FilePreview:
    """Read a file and load it in one go, for whoever has no page to look at it first.

    On `trial`, and where the register holds all of it already, nothing is kept. Raises ``FileRefused`` when rows are
    refused, unless `skip_refused` leaves those out, and ``InvalidRequest`` for a file that cannot be used.
    """
    _check(kind, options, actor)
    name = plain_name(filename)
    staged = _new_file(kind, name, content, options, actor)
    try:
        check_container(content, name)
        stage_content(staged, content)
    except WorkbookError as error:
        raise InvalidRequest(file_sentence(error)) from error
    if _waits(staged):
        raise InvalidRequest(
            _("Nothing was loaded: a question about the file waits for its answer."),
            _("Hand the file in on the page “Load files”, where the question can be answered."),
        )
    preview = FilePreview(
        name,
        staged.counts,
        list(refused_rows(staged)),
        [Finding(*one) for one in staged.options["findings"]],
        staged.options["sheets"],
    )
    importer = kinds()[kind]
    skips = skip_refused and preview.to_write and not importer.is_loaded_whole
    if not trial and preview.left_out and not skips:
        raise FileRefused(*_refusal(preview.left_out, importer), preview)
    if trial or not preview.to_write:
        transaction.set_rollback(True)
        audit.nothing_changed()
        return preview
    _store(staged, content)
    confirm_file(import_file=staged, actor=actor, skip_refused=skip_refused)
    return preview


@task()
def read_into_staging(import_id: int) -> None:
    """Read a kept file into staged rows; begins again where a crash left a part.

    Whoever reads holds the file by a lease, renewed while rows are staged: a second worker leaves it alone, and after a
    crash the next one may take it up.
    """
    if not _take_up(import_id=import_id):
        return
    staged = ImportFile.objects.select_related("created_by", "stored_file").get(pk=import_id)
    if staged.stored_file is None:
        return
    try:
        stage_content(staged, files.read_bytes(staged.stored_file))
    except WorkbookError as error:
        _fail(staged=staged, error=error)
    except Exception:
        # A fault of ours must not leave the person before a page that waits forever.
        _fail(staged=staged, error=WorkbookError("reading_failed"))
        raise


@service(unaudited="who reads a file is no fact of the register")
def _take_up(*, import_id: int) -> bool:
    """Take the reading of a file that nobody reads now; False when it is not to be read, or is somebody's."""
    free = ImportFile.objects.filter(pk=import_id, status=ImportStatus.READING).filter(_unleased())
    return bool(free.update(leased_until=clock.now() + LEASE))


def _unleased() -> Q:
    return Q(leased_until=None) | Q(leased_until__lte=clock.now())


@service(unaudited="who reads a file is no fact of the register")
def take_up_stalled() -> int:
    """Have files read whose reading broke off or never began; how many there were.

    Called by pages that show such a file and by the worker's supervisor; however often, one reading is started.
    """
    now = clock.now()
    never_begun = Q(leased_until=None, created_at__lt=now - LEASE)
    stalled = ImportFile.objects.filter(
        Q(leased_until__lt=now - _GRACE) | never_begun, status=ImportStatus.READING
    )
    taken = 0
    for key, lease in stalled.values_list("pk", "leased_until"):
        taken += ImportFile.objects.filter(pk=key, leased_until=lease).update(leased_until=now)
        jobs.run_after_commit(read_into_staging, import_id=key)
    return taken


@without_collecting()
def stage_content(staged: ImportFile, content: bytes) -> None:
    """Plan every row of the file and stage it; raises ``WorkbookError`` for a file without such a table.

    Nothing is planned of a file whose letters may have to be converted, before somebody says whether.
    """
    importer_class = kinds()[staged.kind]
    book = opened(content, staged.file_name, staged.answers)
    questions = encoding_questions(book)
    if waits_for_answer(questions, staged.answers):
        _begin(staged=staged, rows_total=0)
        _finish(staged=staged, batches=[], counts=Counter(), questions=questions)
        return
    told = importer_class.told_for(staged)
    lists = importer_class.lists_in(book, told)
    questions += odd_row_questions(table.sheet for table in lists.tables)
    context = Context(
        lists,
        ImportOptions.of(staged),
        staged.created_by,
        importer_class.keepers,
        staged.answers,
        told,
        book.hidden_sheets,
    )
    importer = importer_class(context)
    _begin(staged=staged, rows_total=sum(table.row_count for table in lists.tables))
    counts: Counter[str] = Counter()
    waiting: list[StagedBatch] = []
    rows_read = 0
    for position, (state, rows) in enumerate(batched(importer.planned(), BATCH_ROWS)):
        counts[state] += len(rows)
        rows_read += len(rows)
        waiting.append(StagedBatch(import_file=staged, state=state, position=position, rows=packed(rows)))
        if len(waiting) >= _FLUSHED_BATCHES:
            if not _stage(staged=staged, batches=waiting, rows_read=rows_read):
                return
            waiting = []
    if not counts:
        raise WorkbookError("list_empty", sheet=lists.tables[0].sheet.name)
    if importer.marked:
        marks = packed([*importer.marked.values()])
        waiting.append(StagedBatch(import_file=staged, state=MARKS, position=0, rows=marks))
    _finish(staged=staged, batches=waiting, counts=counts, questions=questions, importer=importer)


def _waits(staged: ImportFile) -> bool:
    """Whether somebody must answer about the file as a whole before anything of it is loaded."""
    return waits_for_answer(staged.options.get("file_questions", ()), staged.answers)


@service(unaudited="staged rows change no fact")
def _begin(*, staged: ImportFile, rows_total: int) -> None:
    StagedBatch.objects.filter(import_file=staged).delete()
    ImportFile.objects.filter(pk=staged.pk).update(rows_total=rows_total, rows_read=0)


@service(unaudited="staged rows change no fact")
def _stage(*, staged: ImportFile, batches: list[StagedBatch], rows_read: int) -> bool:
    """Write some batches and how far reading is; False when the file was set aside meanwhile."""
    going = ImportFile.objects.filter(pk=staged.pk, status=ImportStatus.READING).update(
        rows_read=rows_read, leased_until=clock.now() + LEASE
    )
    if going:
        StagedBatch.objects.bulk_create(batches)
    return bool(going)


@service(unaudited="staged rows change no fact")
def _finish(
    *,
    staged: ImportFile,
    batches: list[StagedBatch],
    counts: Counter[str],
    questions: list[FileQuestion],
    importer: Importer | None = None,
) -> None:
    findings = importer.findings if importer else []
    found = Counter(one.code for one in findings)
    done = {
        "counts": {str(state): counts[state] for state in RowState.values} | {"found": dict(found)},
        "options": {**(_beside_rows(importer) if importer else staged.options), "file_questions": questions},
        "rows_read": sum(counts.values()),
        "status": ImportStatus.STAGED,
        "leased_until": None,
    }
    if ImportFile.objects.filter(pk=staged.pk, status=ImportStatus.READING).update(**done):
        StagedBatch.objects.bulk_create(batches)
    staged.refresh_from_db(fields=list(done))


def _beside_rows(importer: Importer) -> dict[str, Any]:
    """What pages and loading must know of a file beside its rows."""
    return {
        "given": dict(importer.context.options.given),
        "unit_ids": sorted(importer.unit_ids),
        "findings": _kept_findings(importer.findings),
        "headings": importer.headings,
        "sheets": [table.sheet.name for table in importer.context.lists.tables],
        **importer.noted,
    }


def _kept_findings(findings: Iterable[Finding]) -> list[Finding]:
    """So many of each code as a person reads; their number stands in the counts."""
    of_code: Counter[str] = Counter()
    kept = []
    for one in findings:
        of_code[one.code] += 1
        if of_code[one.code] <= _KEPT_FINDINGS:
            kept.append(one)
    return kept


@service(unaudited="a file that cannot be read changes no fact")
def _fail(*, staged: ImportFile, error: WorkbookError) -> None:
    problem = json.dumps({"code": error.code, "params": error.params}, ensure_ascii=False, default=str)
    ImportFile.objects.filter(pk=staged.pk, status=ImportStatus.READING).update(
        status=ImportStatus.FAILED, problem=problem, leased_until=None
    )


@service
def confirm_file(*, import_file: ImportFile, actor: Any, skip_refused: bool = False) -> ImportFile:
    """Load a staged file as its preview showed it: all of its rows, or none.

    With refused rows nothing is loaded unless `skip_refused`. Raises ``StaleState`` when the file was loaded or set
    aside before, or when its records changed since the preview.
    """
    importer = kinds()[import_file.kind]
    importer.check(actor)
    _claim(import_file, ImportStatus.CONFIRMED)
    if _waits(import_file):
        raise InvalidRequest(
            _("Nothing was loaded: a question about the file waits for its answer."),
            _("Answer it on the file's page. The file is then read, and you see what it would change."),
        )
    refused = import_file.counts.get(RowState.REFUSED, 0) + import_file.counts.get(RowState.ASKED, 0)
    if refused and (importer.is_loaded_whole or not skip_refused):
        raise InvalidRequest(*_refusal(refused, importer))
    _check_area(import_file, importer, actor)
    if not any(import_file.counts.get(state) for state in (RowState.NEW, RowState.CHANGED)):
        audit.nothing_changed()
        return import_file
    hold_as_shown(people_shown(import_file))
    with without_collecting():
        told = importer.write(import_file, _to_write(import_file), actor)
    written = StagedBatch.objects.filter(import_file=import_file)
    written.exclude(state__in=(RowState.REFUSED, RowState.ASKED)).delete()
    audit.record(
        "registry.file_imported",
        actor=actor,
        subject=import_file,
        kind=import_file.kind,
        file=import_file.file_name,
        sha256=import_file.sha256,
        counts=import_file.counts,
        **told,
    )
    return import_file


@service(unaudited="a staged file changes no fact, and neither does setting it aside")
def discard_file(*, import_file: ImportFile, actor: Any) -> None:
    """Set a file aside and forget its staged rows. Raises ``StaleState`` when it no longer waits."""
    kinds()[import_file.kind].check(actor)
    _claim(import_file, ImportStatus.DISCARDED)
    StagedBatch.objects.filter(import_file=import_file).delete()


@service(unaudited="an answer changes no fact before the file is loaded, which is audited")
def answer_questions(*, import_file: ImportFile, answers: Mapping[str, str], actor: Any) -> None:
    """Keep what the office says that nobody else can know, and have the file read again.

    Answers about rows are kept by `row_key`, those about the file by the key of their question. An empty answer takes
    an earlier one back. Raises ``StaleState`` when the file no longer waits.
    """
    kinds()[import_file.kind].check(actor)
    kept = ImportFile.objects.select_for_update().filter(pk=import_file.pk, status__in=WAITING).first()
    if kept is None:
        raise StaleState(_("This file is being read, or was loaded or set aside before."))
    kept.answers = merged_answers(kept.answers, answers)
    kept.save(update_fields=["answers"])
    read_again(import_file=kept, actor=actor)


@service(unaudited="reading a file again changes no fact")
def read_again(*, import_file: ImportFile, actor: Any) -> None:
    """Read a waiting file anew: its records changed since the preview, or reading was cut off.

    Raises ``StaleState`` when it was loaded or set aside, or is being read just now.
    """
    kinds()[import_file.kind].check(actor)
    cut_off = Q(status=ImportStatus.READING) & Q(leased_until__lt=clock.now())
    waiting = Q(status__in=WAITING)
    if not ImportFile.objects.filter(cut_off | waiting, pk=import_file.pk).update(
        status=ImportStatus.READING, rows_read=0, problem="", leased_until=None
    ):
        raise StaleState(_("This file is being read, or was loaded or set aside before."))
    StagedBatch.objects.filter(import_file=import_file).delete()
    jobs.run_after_commit(read_into_staging, import_id=import_file.pk)


def _refusal(left_out: int, importer: type[Importer]) -> tuple[str, str]:
    said = ngettext(
        "Nothing was loaded: %(count)s row must be mended first.",
        "Nothing was loaded: %(count)s rows must be mended first.",
        left_out,
    )
    if importer.is_loaded_whole:
        return said % {"count": left_out}, _("Mend the rows that are named and send the file again.")
    return said % {"count": left_out}, _("Mend the refused rows, or choose to load the other rows.")


def _to_write(import_file: ImportFile) -> Iterator[tuple[str, list[StagedRow]]]:
    """The staged batches, new rows first, since later rows may speak of households that they make."""
    for state in (RowState.NEW, RowState.CHANGED):
        batches = StagedBatch.objects.filter(import_file=import_file, state=state).order_by("position")
        # Some batches at a time by their keys: a cursor held open would outlive a refusal's rollback.
        keys = list(batches.values_list("pk", flat=True))
        for first in range(0, len(keys), _FLUSHED_BATCHES):
            some = batches.filter(pk__in=keys[first : first + _FLUSHED_BATCHES])
            for kept in some.values_list("rows", flat=True):
                yield state, read_rows(state, kept)


def _check_area(import_file: ImportFile, importer: type[Importer], actor: Any) -> None:
    """Roles end: whoever confirms must still keep every unit that the file writes to."""
    kept = unit_ids_kept(actor, importer.keepers)
    if kept is not None and set(import_file.options.get("unit_ids", ())) - kept:
        raise InvalidRequest(
            _("The file holds records outside your area."), _("Let somebody load it who keeps that area.")
        )


def _claim(import_file: ImportFile, status: str) -> None:
    """Take the file out of waiting, or say that another hand did."""
    waiting = (ImportStatus.STAGED,) if status == ImportStatus.CONFIRMED else OPEN
    changed = ImportFile.objects.filter(pk=import_file.pk, status__in=waiting).update(
        status=status, confirmed_at=clock.now()
    )
    if changed != 1:
        raise StaleState(
            _("This file was loaded or set aside before."), _("Open the list of files to see what holds now.")
        )
    import_file.refresh_from_db()
