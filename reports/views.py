"""Pages of documents: the register, one thing's document, preview and download."""

from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core.exporting import ExportableList
from core.files import PDF, serve
from core.replicas import reads_may_lag
from core.requests import HttpRequest
from core.verbs import carry_out, posted
from councils.selectors import meetings_for_pages
from registry.forms import PlainForm
from reports.case_pack import render_case_pack
from reports.forms import DocumentFilterForm, ReissueForm
from reports.models import IssuedDocument
from reports.permissions import check_can_issue, check_can_preview
from reports.selectors import (
    DocumentListResource,
    document_page,
    documents_for,
    rows_of,
    subject_for,
)
from reports.services import issue_document, render_preview


@method_decorator(reads_may_lag, name="dispatch")
class DocumentListView(ExportableList):
    """The register of issued documents, newest first."""

    template_name = "reports/document_list.html"
    paginate_by = 30
    export_resource = DocumentListResource

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


@require_http_methods(["GET", "POST"])
def document_issue(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """What was issued of one subject; posting issues it, again only with a reason."""
    subject = subject_for(request.user, kind, pk)
    shown = document_page(request.user, subject)
    if request.method == "POST":
        check_can_issue(request.user, subject)
    form = ReissueForm(posted(request)) if shown.versions else PlainForm(posted(request))

    def page(status: int) -> HttpResponse:
        place = "form" if shown.versions else "refused_form"
        return render(request, "reports/document_detail.html", {"page": shown, place: form}, status=status)

    return carry_out(
        request,
        form,
        lambda typed: issue_document(subject=subject, actor=request.user, reason=typed.get("reason", "")),
        done=lambda document: _("Issued as number %(number)s.") % {"number": document},
        go_to=reverse("reports:issue", args=[kind, pk]),
        page=page,
    )


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


@require_GET
def case_pack_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The items of a meeting that are open to the reader, drawn anew for each."""
    meeting = get_object_or_404(meetings_for_pages(request.user), pk=pk)
    response = HttpResponse(render_case_pack(meeting=meeting, reader=request.user), content_type=PDF)
    response["Content-Disposition"] = f'inline; filename="ho-so-tom-tat-{pk}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response
