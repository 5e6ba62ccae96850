"""The import desk: what can be loaded, a file's upload, its reading, its preview, loading it, its refused rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST
from django.views.generic import FormView

from core import clock
from core.exceptions import InvalidRequest
from core.exporting import record_export
from core.files import read_bytes
from core.spreadsheets.writing import workbook_response
from registry.enums import ImportStatus, RowState
from registry.forms.imports import ImportUploadForm
from registry.imports import Importer, kinds
from registry.imports.desk import StagedPages, files_seen, kinds_open_to, refused_rows
from registry.imports.file_answers import FileQuestion, opened, questions_kept, waits_for_answer
from registry.imports.files import column_label, refused_sheets, template_sheets
from registry.imports.importer import ShownChange
from registry.imports.sentences import (
    choice_sentence,
    file_choice_sentence,
    file_question_sentence,
    finding_sentence,
    kept_file_sentence,
    question_sentence,
    remark_sentence,
)
from registry.imports.staged import AskedRow, Finding, StagedRow, row_key
from registry.imports.told_options import may_be_told
from registry.models import ImportFile
from registry.services.imports import (
    answer_questions,
    confirm_file,
    discard_file,
    read_again,
    receive_file,
    take_up_stalled,
)

_RECENT = 20
# Tabs of the preview; the first that has rows is open.
_TABS = (RowState.ASKED, RowState.REFUSED, RowState.CHANGED, RowState.NEW, RowState.UNCHANGED)


@require_GET
def import_desk(request: HttpRequest) -> HttpResponse:
    """What may be loaded, and the files handed in lately."""
    context = {
        "kinds": kinds_open_to(request.user),
        "files": files_seen(request.user)[:_RECENT],
    }
    return render(request, "registry/import_desk.html", context)


def importer_of(kind: str) -> type[Importer]:
    importer = kinds().get(kind)
    if importer is None:
        raise Http404
    return importer


class ImportUploadView(FormView):
    """Hand in a file of one kind; the next page shows what it would change."""

    template_name = "registry/import_upload.html"
    form_class = ImportUploadForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.importer = importer_of(kwargs["kind"])
        self.importer.check(request.user)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "importer": self.importer, "user": self.request.user}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        required = self.importer.headings_needed()
        return super().get_context_data(importer=self.importer, required=required, **kwargs)

    def form_valid(self, form: ImportUploadForm) -> HttpResponse:
        try:
            staged = receive_file(
                kind=self.importer.code,
                upload=form.cleaned_data["file"],
                options=form.options,
                decision_file=form.cleaned_data.get("decision_file"),
                actor=self.request.user,
            )
        except InvalidRequest as refusal:
            form.add_error("file", str(refusal.message))
            return self.form_invalid(form)
        return redirect("registry:import_file", pk=staged.pk)


@require_GET
def import_template(request: HttpRequest, kind: str) -> HttpResponseBase:
    """An empty workbook of the kind, with instructions."""
    importer = importer_of(kind)
    importer.check(request.user)
    return workbook_response(template_sheets(importer, clock.today()), f"mau-{kind}")


def file_of(request: HttpRequest, pk: int) -> tuple[ImportFile, type[Importer]]:
    staged = get_object_or_404(files_seen(request.user), pk=pk)
    importer = kinds()[staged.kind]
    importer.check(request.user)
    return staged, importer


@require_GET
def import_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the file stands: being read, its preview, or what became of it."""
    staged, importer = file_of(request, pk)
    if staged.status == ImportStatus.READING and take_up_stalled():
        staged.refresh_from_db()
    if staged.status == ImportStatus.READING and request.htmx:  # type: ignore[attr-defined]
        return render(request, "registry/import_file.html#progress", {"staged": staged})
    if request.htmx:  # type: ignore[attr-defined]
        # Reading has ended: the whole page is another one now.
        return HttpResponse(headers={"HX-Refresh": "true"})
    return _show(request, staged, importer)


def _show(
    request: HttpRequest, staged: ImportFile, importer: type[Importer], refusal: str = "", status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "staged": staged,
        "importer": importer,
        "refusal": refusal,
        "file_questions": [_file_question(one, staged) for one in _questions(staged)],
        "waits": waits_for_answer(staged.options.get("file_questions", ()), staged.answers),
        "may_be_told": may_be_told(staged, importer),
    }
    if staged.status == ImportStatus.FAILED:
        context["problem"] = kept_file_sentence(staged.problem)
    if staged.standing.has_rows:
        context |= _preview(request, staged, importer)
    return render(request, "registry/import_file.html", context, status=status)


def _questions(staged: ImportFile) -> list[FileQuestion]:
    """What is asked about the file, as long as it may be answered."""
    if not staged.standing.is_waiting:
        return []
    return questions_kept(staged.options.get("file_questions", ()))


def _file_question(question: FileQuestion, staged: ImportFile) -> dict[str, Any]:
    return {
        "key": question.key,
        "question": file_question_sentence(question),
        "choices": [(one.value, file_choice_sentence(one)) for one in question.choices],
        "answer": question.answer(staged.answers),
        "examples": question.examples,
    }


def _preview(request: HttpRequest, staged: ImportFile, importer: type[Importer]) -> dict[str, Any]:
    counts = staged.counts
    # Of a loaded file only the refused rows are kept.
    tabs = _TABS if staged.status == ImportStatus.STAGED else (RowState.REFUSED,)
    filled = [state for state in tabs if counts.get(state)]
    asked = request.GET.get("rows", "")
    state = asked if asked in filled else (filled[0] if filled else "")
    sheets = staged.options.get("sheets", ())
    findings = [Finding(*one) for one in staged.options.get("findings", ())]
    kept_out = importer.is_loaded_whole and (counts.get(RowState.REFUSED) or counts.get(RowState.ASKED))
    context: dict[str, Any] = {
        "tabs": [(tab, RowState(tab).label, counts.get(tab, 0)) for tab in tabs],
        "state": state,
        "counts": counts,
        "refused_count": counts.get(RowState.REFUSED, 0),
        "asked_count": counts.get(RowState.ASKED, 0),
        # Rows that an earlier version refused and did not keep.
        "forgotten_count": counts.get("forgotten", 0),
        "to_load": 0 if kept_out else counts.get(RowState.NEW, 0) + counts.get(RowState.CHANGED, 0),
        "findings": [finding_sentence(one, names_sheet=len(sheets) > 1) for one in findings],
        "findings_count": sum(counts.get("found", {}).values()),
    }
    if state:
        page = StagedPages(staged, state).page(request.GET.get("page"))
        context |= {"page_obj": page, "rows": _rows(importer, state, list(page.object_list), sheets)}
    return context


def _rows(
    importer: type[Importer], state: str, rows: list[Any], sheets: Sequence[str]
) -> list[dict[str, Any]]:
    several = len(sheets) > 1
    shown = [
        {"number": row.number, "name": row.name, "sheet": sheets[row.sheet] if several else ""}
        for row in rows
    ]
    if state == RowState.REFUSED:
        return [
            {
                **head,
                "reasons": [remark_sentence(one, column_label(importer, one.column)) for one in row.problems],
            }
            for head, row in zip(shown, rows, strict=True)
        ]
    if state == RowState.ASKED:
        return [{**head, **_question(importer, row)} for head, row in zip(shown, rows, strict=True)]
    changes: list[list[ShownChange]] = importer.changes_shown(rows)
    return [
        {**head, **_changes(importer, row, cells)}
        for head, row, cells in zip(shown, rows, changes, strict=True)
    ]


def _question(importer: type[Importer], row: AskedRow) -> dict[str, Any]:
    return {
        "key": row_key(row.sheet, row.number),
        "place": row.place,
        "question": question_sentence(row),
        "sides": importer.sides_shown(row),
        # A question may be about another row of the file.
        "beside": _("In row %(row)s") % row.params if "row" in row.params else _("In the register"),
        "choices": [(one.value, choice_sentence(one)) for one in row.choices],
    }


def _changes(importer: type[Importer], row: StagedRow, cells: list[ShownChange]) -> dict[str, Any]:
    return {
        "place": row.place,
        "changes": cells,
        "notes": [remark_sentence(one, column_label(importer, one.column)) for one in row.notes],
    }


@require_POST
def import_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the office's answers to the questions of a page or about the file, and have it read with them."""
    staged, _importer_class = file_of(request, pk)
    lead = "answer-"
    answers = {
        name.removeprefix(lead): str(value) for name, value in request.POST.items() if name.startswith(lead)
    }
    answer_questions(import_file=staged, answers=answers, actor=request.user)
    messages.success(request, _("Your answers are kept. The file is read again with them."))
    return redirect("registry:import_file", pk=staged.pk)


@require_POST
def import_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Load the file as its preview showed it."""
    staged, importer = file_of(request, pk)
    try:
        done = confirm_file(
            import_file=staged, actor=request.user, skip_refused="skip_refused" in request.POST
        )
    except InvalidRequest as refusal:
        staged.refresh_from_db()
        return _show(request, staged, importer, f"{refusal.message} {refusal.what_to_do}", status=422)
    loaded = done.counts.get(RowState.NEW, 0) + done.counts.get(RowState.CHANGED, 0)
    said = ngettext("%(count)s row was loaded.", "%(count)s rows were loaded.", loaded) % {"count": loaded}
    messages.success(request, said if loaded else _("The register held all of this already."))
    return redirect("registry:import_file", pk=staged.pk)


@require_POST
def import_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the file aside."""
    staged, _importer_class = file_of(request, pk)
    discard_file(import_file=staged, actor=request.user)
    messages.success(request, _("The file was set aside. Nothing was written."))
    return redirect("registry:imports")


@require_POST
def import_read_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the file read anew."""
    staged, _importer_class = file_of(request, pk)
    read_again(import_file=staged, actor=request.user)
    return redirect("registry:import_file", pk=staged.pk)


@require_GET
def import_refused(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The refused rows as a workbook to mend and hand in again."""
    staged, importer = file_of(request, pk)
    if not staged.standing.has_rows or not staged.counts.get(RowState.REFUSED) or staged.stored_file is None:
        raise Http404
    if importer.has_personal_data and staged.created_by_id != request.user.pk:
        record_export(
            actor=request.user, name=f"dong-bi-tu-choi-{staged.pk}", filters=[], address=request.path
        )
    book = opened(read_bytes(staged.stored_file), staged.file_name, staged.answers)
    lists = importer.lists_in(book, importer.told_for(staged))
    sheets = refused_sheets(importer, lists, refused_rows(staged), staged.options.get("headings", ()))
    return workbook_response(sheets, f"dong-bi-tu-choi-{staged.pk}")
