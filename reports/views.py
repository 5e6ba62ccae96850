"""Pages of documents: the register, one thing's document, preview and download."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.exceptions import NotAllowed
from core.exporting import ExportableList
from core.files import DOCX, PDF, serve
from core.permissions import allowed
from core.proofs import needs_fresh_proof
from core.replicas import reads_may_lag
from core.requests import HttpRequest
from core.verbs import carry_out, posted
from councils.models import Meeting, Reopening
from councils.permissions import check_can_name_stand_in
from councils.records import check_can_sign, check_is_closed
from councils.selectors.meetings import meetings_for_pages
from councils.services import settle_reopening
from nominations.models import Dossier
from nominations.permissions import check_can_edit
from registry.forms import PlainForm
from reports.achievement_reports import render_achievement_report
from reports.case_pack import render_case_pack
from reports.drafts import render_draft
from reports.forms import DocumentFilterForm, ReopenForm, SignForm, issue_form
from reports.kinds import Subject
from reports.models import IssuedDocument
from reports.permissions import check_can_issue, check_can_preview
from reports.selectors import (
    DocumentListResource,
    content_hash,
    document_page,
    documents_for,
    frozen_document,
    rows_of,
    signing_of,
    subject_for,
)
from reports.services import issue_document, render_preview
from reports.signing import reopen, sign_off, take_back
from reports.verifying import checks_of


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
    was_issued = bool(shown.versions) and shown.signing is None
    form = issue_form(subject, was_issued=was_issued)(posted(request))

    def page(status: int) -> HttpResponse:
        place = "form" if was_issued or subject.kind.is_numbered_elsewhere else "refused_form"
        context = {"page": shown, **_signing_context(request, subject), place: form}
        return render(request, "reports/document_detail.html", context, status=status)

    return carry_out(
        request,
        form,
        lambda typed: issue_document(subject=subject, actor=request.user, **typed),
        done=lambda document: _("Issued as number %(number)s.") % {"number": document},
        go_to=reverse("reports:issue", args=[kind, pk]),
        page=page,
    )


def _signing_context(request: HttpRequest, subject: Subject) -> dict[str, Any]:
    """What the person can do about the signatures under the subject's document; empty where it needs none."""
    state = signing_of(subject)
    if state is None:
        return {}
    shown: dict[str, Any] = {
        "my_place": state.place_of(request.user),
        "why_not_sign": "",
        "may_name_stand_in": allowed(check_can_name_stand_in, request.user, state.meeting)
        and allowed(check_is_closed, state.meeting),
    }
    try:
        check_can_sign(request.user, state)
        shown["sign_form"] = SignForm(initial={"read": content_hash(subject)})
    except NotAllowed as refusal:
        shown["why_not_sign"] = refusal.sentence
    if state.is_frozen and shown["my_place"] and state.waiting is None:
        shown["reopen_form"] = ReopenForm()
    return shown


def _signed_page(request: HttpRequest, kind: str, pk: int, status: int, **refused: PlainForm) -> HttpResponse:
    """The document's page as it stands now, with the form that was refused."""
    subject = subject_for(request.user, kind, pk)
    context = {"page": document_page(request.user, subject), **_signing_context(request, subject), **refused}
    return render(request, "reports/document_detail.html", context, status=status)


@require_POST
@needs_fresh_proof
def record_sign(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Sign a record of a meeting; the last signature issues it."""
    subject = subject_for(request.user, kind, pk)
    form = SignForm(request.POST)
    return carry_out(
        request,
        form,
        lambda typed: sign_off(subject=subject, actor=request.user, read=typed["read"]),
        done=lambda signed: (
            _("Signed. Everybody has signed now: the record is frozen as number %(number)s.")
            % {"number": signed.document}
            if signed.document
            else _("Signed. The record is frozen when the other has signed too.")
        ),
        go_to=reverse("reports:issue", args=[kind, pk]),
        page=lambda status: _signed_page(request, kind, pk, status, refused_form=form),
    )


@require_POST
def signature_take_back(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Take the own signature back while the other has not signed."""
    subject = subject_for(request.user, kind, pk)
    form = PlainForm(request.POST)
    return carry_out(
        request,
        form,
        lambda typed: take_back(subject=subject, actor=request.user),
        done=_("Your signature is taken back; the record is a draft again."),
        go_to=reverse("reports:issue", args=[kind, pk]),
        page=lambda status: _signed_page(request, kind, pk, status, refused_form=form),
    )


@require_POST
@needs_fresh_proof
def record_reopen(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Ask that a signed record be replaced; the other signer answers."""
    subject = subject_for(request.user, kind, pk)
    form = ReopenForm(request.POST)
    return carry_out(
        request,
        form,
        lambda typed: reopen(subject=subject, reason=typed["reason"], actor=request.user),
        done=_("The other signer is asked. Until they agree, the signed version stands."),
        go_to=reverse("reports:issue", args=[kind, pk]),
        page=lambda status: _signed_page(request, kind, pk, status, reopen_form=form),
    )


@require_POST
@needs_fresh_proof
def reopening_settle(request: HttpRequest, pk: int) -> HttpResponse:
    """The other signer agrees that a record be replaced, or one of the two ends the request."""
    visible = Reopening.objects.filter(meeting__in=Meeting.objects.visible_to(request.user))
    reopening = get_object_or_404(visible.select_related("meeting"), pk=pk)
    agrees = request.POST.get("answer") == "yes"
    settle_reopening(reopening=reopening, agrees=agrees, actor=request.user)
    messages.success(
        request,
        _("The record is a draft again. The signed version stays in the list below.")
        if agrees
        else _("The request is ended; the signed version stands."),
    )
    return redirect("reports:issue", reopening.record, reopening.meeting_id)


@require_GET
def meeting_recount(request: HttpRequest, pk: int) -> HttpResponse:
    """The meeting counted again from its rows, and held against what was stored, logged and signed."""
    meeting = get_object_or_404(meetings_for_pages(request.user), pk=pk)
    check_is_closed(meeting)
    # What differs is read first.
    found = sorted(checks_of(meeting), key=lambda check: check.holds)
    context = {"meeting": meeting, "checks": found, "differing": [one for one in found if not one.holds]}
    return render(request, "reports/meeting_recount.html", context)


@require_GET
def document_preview(request: HttpRequest, kind: str, pk: int) -> HttpResponseBase:
    """The document as it would read now, marked as a draft; a signed record reads as it was signed."""
    subject = subject_for(request.user, kind, pk)
    check_can_preview(subject)
    signed = frozen_document(subject)
    if signed is not None:
        return serve(signed.file, inline=True)
    response = HttpResponse(render_preview(subject=subject), content_type=PDF)
    response["Content-Disposition"] = f'inline; filename="{kind}-{pk}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_GET
def document_draft(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """The same draft as a DOCX, to be edited in Word; a signed record has none."""
    subject = subject_for(request.user, kind, pk)
    check_can_preview(subject)
    response = HttpResponse(render_draft(subject=subject), content_type=DOCX)
    response["Content-Disposition"] = f'attachment; filename="{kind}-{pk}.docx"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_GET
def document_download(request: HttpRequest, pk: int) -> FileResponse:
    """The bytes as they were issued."""
    document = get_object_or_404(IssuedDocument.objects.visible_to(request.user).for_list(), pk=pk)
    return serve(document.file, inline="inline" in request.GET)


@require_GET
def achievement_report(request: HttpRequest, code: str) -> HttpResponse:
    """The achievement report of a draft as a DOCX to fill in, for those who may write in the dossier."""
    dossier = get_object_or_404(Dossier.objects.visible_to(request.user).for_list(), code=code)
    check_can_edit(request.user, dossier)
    response = HttpResponse(render_achievement_report(dossier=dossier), content_type=DOCX)
    response["Content-Disposition"] = f'attachment; filename="bao-cao-thanh-tich-{dossier.code}.docx"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_GET
def case_pack_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The items of a meeting that are open to the reader, drawn anew for each."""
    meeting = get_object_or_404(meetings_for_pages(request.user), pk=pk)
    response = HttpResponse(render_case_pack(meeting=meeting, reader=request.user), content_type=PDF)
    response["Content-Disposition"] = f'inline; filename="ho-so-tom-tat-{pk}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response
