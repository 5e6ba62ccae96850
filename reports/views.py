"""Pages of documents: the register, one thing's document, preview and download."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from django.views.generic import ListView

from core.exceptions import Refusal
from core.exporting import ExportableList
from core.files import PDF, serve
from reports.forms import DocumentFilterForm, ReissueForm
from reports.models import IssuedDocument
from reports.permissions import check_can_issue, check_can_preview
from reports.selectors import (
    DOCUMENT_HEAD,
    document_export,
    document_page,
    documents_for,
    rows_of,
    subject_for,
)
from reports.services import issue_document, render_preview


class DocumentListView(ExportableList, ListView):
    """The register of issued documents, newest first."""

    template_name = "reports/document_list.html"
    paginate_by = 30

    def get_queryset(self) -> QuerySet[IssuedDocument]:
        self.form = DocumentFilterForm(self.request.GET or None)
        kind = self.form.cleaned_data["kind"] if self.form.is_bound and self.form.is_valid() else ""
        return documents_for(self.request.user, kind)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context.update(form=self.form, rows=rows_of(context["page_obj"]))
        return context

    def export_name(self) -> str:
        return "van-ban-da-ban-hanh"

    def export_head(self) -> list[Any]:
        return DOCUMENT_HEAD

    def export_rows(self, queryset: QuerySet[IssuedDocument]) -> Iterator[list[Any]]:
        return document_export(queryset)


@require_http_methods(["GET", "POST"])
def document_issue(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """What was issued of one subject; posting issues it, again only with a reason."""
    subject = subject_for(request.user, kind, pk)
    page = document_page(request.user, subject)
    if request.method == "GET":
        return render(request, "reports/document_detail.html", {"page": page, "form": ReissueForm()})
    check_can_issue(request.user, subject)
    form = ReissueForm(request.POST)
    reason = ""
    if page.versions:
        if not form.is_valid():
            return render(request, "reports/document_detail.html", {"page": page, "form": form}, status=422)
        reason = form.cleaned_data["reason"]
    try:
        document = issue_document(subject=subject, actor=request.user, reason=reason)
    except Refusal as refusal:
        if not page.versions or refusal.status_code >= 500:
            raise
        form.add_error(None, f"{refusal.message} {refusal.what_to_do}")
        return render(
            request, "reports/document_detail.html", {"page": page, "form": form}, status=refusal.status_code
        )
    messages.success(request, _("Issued as number %(number)s.") % {"number": document})
    return redirect("reports:issue", kind, pk)


@require_GET
def document_preview(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """The document as it would read now, marked as a draft."""
    subject = subject_for(request.user, kind, pk)
    check_can_preview(subject)
    response = HttpResponse(render_preview(subject=subject), content_type=PDF)
    response["Content-Disposition"] = f'inline; filename="{kind}-{pk}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_GET
def document_download(request: HttpRequest, pk: int) -> FileResponse:
    """The bytes as they were issued."""
    document = get_object_or_404(IssuedDocument.objects.visible_to(request.user).for_list(), pk=pk)
    return serve(document.file, inline="inline" in request.GET)
