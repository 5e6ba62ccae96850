"""Reviews: coverage and list, a workbook's upload, its preview, and loading it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
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
from core.exporting import ExportableList
from core.files import read_bytes
from core.permissions import allowed
from core.spreadsheets.problems import WorkbookError
from core.spreadsheets.writing import workbook_response
from registry import list_exports
from registry.enums import ImportStatus
from registry.exceptions import ReviewsRefused
from registry.forms import ReviewFilterForm, ReviewUploadForm
from registry.imports.files import refused_review_sheet
from registry.imports.reviews.messages import COLUMN_LABELS, error_sentence, issue_place, issue_sentence
from registry.imports.reviews.planning import PlannedRow, ReviewPlan, plan_reviews
from registry.imports.reviews.rows import Issue
from registry.list_exports import REVIEW_HEAD
from registry.models import ImportFile, PovertyReview
from registry.permissions import check_can_import_reviews
from registry.resources import ReviewResource
from registry.review_figures import FIGURES
from registry.selectors import import_files_seen, review_years, reviews_for_export, reviews_for_list
from registry.selectors.reviews.listing import narrowed
from registry.selectors.reviews.roll_up import roll_up_rows
from registry.services import confirm_review_file, discard_review_file, stage_review_file

PAGE_SIZE = 30
_SHOWN = frozenset({"households", "poor", "near_poor"})
EXPORT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


class ReviewListView(ExportableList):
    """The figures of one year, with the way to who reported, to totals that differ and to comparisons."""

    template_name = "registry/review_list.html"
    context_object_name = "reviews"
    paginate_by = PAGE_SIZE

    def get_queryset(self) -> list[PovertyReview]:
        self.years = review_years()
        self.form = ReviewFilterForm(self._asked(), years=self.years)
        chosen = self.form.cleaned_data if self.form.is_valid() else {}
        self.year = chosen.get("year") or (self.years[0] if self.years else clock.today().year)
        # The year's reviews are read once, for the list and for the count of totals that differ.
        self.reviews = list(reviews_for_list(self.request.user, year=self.year))
        return narrowed(self.reviews, words=chosen.get("q", ""), kind=chosen.get("kind", ""))

    def _asked(self) -> dict[str, str]:
        """The address's filters, with the newest year where none is named."""
        asked = {name: value for name, value in self.request.GET.items() if name in {"year", "q", "kind"}}
        if self.years:
            asked.setdefault("year", str(self.years[0]))
        return asked

    def export_name(self) -> str:
        return f"ra-soat-{self.year}"

    def export_head(self) -> list[Any]:
        return REVIEW_HEAD

    def export_rows(self, queryset: list[PovertyReview]) -> Iterator[list[Any]]:
        return list_exports.review_export(queryset)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        rows = roll_up_rows(user, self.year, reviews=self.reviews)
        return super().get_context_data(
            form=self.form,
            year=self.year,
            differing=len(rows),
            states=Counter(row.state for row in rows),
            files=import_files_seen(user)[:10],
            can_import=allowed(check_can_import_reviews, user),
            **kwargs,
        )


class ReviewImportView(FormView):
    """Hand in a workbook; the next page shows what it would change."""

    template_name = "registry/review_import.html"
    form_class = ReviewUploadForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        check_can_import_reviews(request.user)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def get_initial(self) -> dict[str, Any]:
        return {"year": clock.today().year}

    def form_valid(self, form: ReviewUploadForm) -> HttpResponse:
        chosen = form.cleaned_data
        try:
            staged = stage_review_file(
                upload=chosen["file"],
                year=chosen["year"],
                recognised_on=chosen["recognised_on"],
                document=chosen["document"],
                actor=self.request.user,
            )
        except InvalidRequest as refusal:
            form.add_error("file", str(refusal.message))
            return self.form_invalid(form)
        return redirect("registry:review_import_preview", pk=staged.pk)


def _staged(request: HttpRequest, pk: int) -> ImportFile:
    check_can_import_reviews(request.user)
    return get_object_or_404(import_files_seen(request.user), pk=pk)


@require_GET
def review_import_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """What loading the staged workbook would do, row by row; nothing is written."""
    return _show_preview(request, _staged(request, pk))


def _show_preview(
    request: HttpRequest, staged: ImportFile, refusal: str = "", status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "staged": staged,
        "is_open": staged.status == ImportStatus.STAGED,
        "refusal": refusal,
    }
    if context["is_open"]:
        try:
            plan = plan_reviews(
                content=read_bytes(staged.stored_file),
                filename=staged.file_name,
                year=staged.year,
                actor=request.user,
            )
        except WorkbookError as error:
            context["refusal"] = error_sentence(error)
        else:
            context |= _plan_context(plan)
    return render(request, "registry/review_import_preview.html", context, status=status)


def _plan_context(plan: ReviewPlan) -> dict[str, Any]:
    return {
        "plan": plan,
        "counts": plan.counts,
        "errors": _sentences(plan.errors),
        "warnings": _sentences(plan.warnings),
        "changed": [
            {"row": row, "changes": [(COLUMN_LABELS[name], old, new) for name, old, new in row.changes]}
            for row in plan.with_state("changed")
        ],
        "new": [(row, _other_figures(row)) for row in plan.with_state("new")],
        "has_refused_rows": any(issue.row is not None for issue in plan.errors),
        "can_load": bool(plan.to_write) and not plan.errors,
        "can_load_rest": bool(plan.to_write) and bool(plan.errors),
    }


def _other_figures(row: PlannedRow) -> list[tuple[Any, int]]:
    """What a row says beyond households, poor and near-poor."""
    values = ((name, getattr(row.figures, name)) for name in FIGURES if name not in _SHOWN)
    return [(COLUMN_LABELS[name], value) for name, value in values if value is not None]


def _sentences(issues: Iterable[Issue]) -> list[dict[str, str]]:
    return [{"place": issue_place(issue), "sentence": issue_sentence(issue)} for issue in issues]


@require_GET
def review_import_refused(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The refused rows of a staged workbook, with a reason each, to mend and hand in again."""
    staged = _staged(request, pk)
    if staged.status != ImportStatus.STAGED or staged.stored_file is None or staged.year is None:
        raise Http404
    content = read_bytes(staged.stored_file)
    try:
        plan = plan_reviews(content=content, filename=staged.file_name, year=staged.year, actor=request.user)
    except WorkbookError as error:
        raise Http404 from error
    reasons: dict[int, str] = {}
    for issue in plan.errors:
        if issue.row is not None:
            reasons[issue.row] = f"{reasons.get(issue.row, '')} {issue_sentence(issue)}".strip()
    if not reasons:
        raise Http404
    sheet = refused_review_sheet(content, staged.file_name, reasons)
    return workbook_response([sheet], f"dong-bi-tu-choi-{staged.pk}")


@require_POST
def review_import_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Load the staged workbook; `skip_errors` leaves refused rows out."""
    staged = _staged(request, pk)
    try:
        plan = confirm_review_file(
            import_file=staged, actor=request.user, skip_errors=bool(request.POST.get("skip_errors"))
        )
    except ReviewsRefused as refusal:
        staged.refresh_from_db()
        return _show_preview(request, staged, str(refusal.message), status=422)
    written = len(plan.to_write)
    messages.success(
        request,
        ngettext("%(count)s row was loaded.", "%(count)s rows were loaded.", written) % {"count": written}
        if written
        else _("The file holds what the register holds already. Nothing was changed."),
    )
    return redirect("registry:reviews")


@require_POST
def review_import_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the staged workbook aside."""
    discard_review_file(import_file=_staged(request, pk), actor=request.user)
    messages.info(request, _("The file was set aside. Nothing was changed."))
    return redirect("registry:reviews")


@require_GET
def review_export(request: HttpRequest) -> HttpResponse:
    """A year's reviews as a file, within the person's area."""
    format_name, year = request.GET.get("format", "xlsx"), request.GET.get("year", "")
    if format_name not in EXPORT_TYPES or not year.isdecimal() or len(year) != 4:
        raise Http404
    dataset = ReviewResource().export(reviews_for_export(year=int(year), user=request.user))
    response = HttpResponse(dataset.export(format_name), content_type=EXPORT_TYPES[format_name])
    response["Content-Disposition"] = f'attachment; filename="ra-soat-{year}.{format_name}"'
    return response
