"""Uploaded plans: the list, the upload, the report with what changes, and the second person's word."""

import io

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core import clock
from core.file_names import name_for
from core.permissions import allowed
from core.proofs import needs_fresh_proof
from core.requests import HttpRequest
from core.verbs import carry_out, posted
from nominations.forms.plans import InForceForm, PlanUploadForm, RefusePlanForm
from nominations.models import PlanUpload, PlanUploadFile
from nominations.permissions_province import (
    check_can_see_plans,
    check_can_settle_plan,
    check_can_upload_plan,
)
from nominations.selectors.plans import compared, faults_of, row_of, upload_rows
from nominations.services import plans as services
from registry.forms import PlainForm


def plan_uploads(request: HttpRequest) -> HttpResponse:
    """Plans that were uploaded in the person's province, and what came of each."""
    check_can_see_plans(request.user)
    context = {
        "rows": upload_rows(request.user),
        "may_upload": allowed(check_can_upload_plan, request.user),
    }
    return render(request, "nominations/plan_uploads.html", context)


def plan_upload_new(request: HttpRequest) -> HttpResponse:
    """Hand in a plan with its cases; its page then tells what examining it found."""
    check_can_upload_plan(request.user)
    form = PlanUploadForm(posted(request), request.FILES or None, user=request.user)
    return carry_out(
        request,
        form,
        lambda typed: services.upload_plan(
            unit=typed["province"],
            plan_file=typed["plan"],
            case_files=typed["cases"],
            note=typed["note"],
            actor=request.user,
        ),
        done=_examined,
        go_to=lambda upload: upload,
        page=lambda status: render(
            request, "nominations/plan_upload_new.html", {"form": form}, status=status
        ),
    )


def _examined(upload: PlanUpload) -> str:
    """A word where all is well; what is wrong is told by the page itself."""
    return _("The plan passes. A second person reads it now and puts it in force.") if upload.passes else ""


def plan_upload(request: HttpRequest, pk: int) -> HttpResponse:
    """One uploaded plan: its report, what it changes, and the forms of the second person."""
    return _page(request, _upload(request, pk))


def _upload(request: HttpRequest, pk: int) -> PlanUpload:
    rows = PlanUpload.objects.visible_to(request.user)
    related = ("version", "uploaded_by", "unit", "ruling__actor")
    return get_object_or_404(rows.select_related(*related), pk=pk)


def _page(
    request: HttpRequest, upload: PlanUpload, bound: PlainForm | None = None, status: int = 200
) -> HttpResponse:
    row, changes = row_of(upload), compared(upload)
    is_waiting = row.state == "waiting"
    may_settle = is_waiting and allowed(check_can_settle_plan, request.user, upload)
    initial = {
        "effective_on": clock.today(),
        "compared_with": changes.before_hash if changes else "",
    }
    context = {
        "upload": upload,
        "row": row,
        "files": upload.files.defer("content"),
        "faults": faults_of(upload),
        "compared": changes,
        "is_waiting": is_waiting,
        "may_settle": may_settle,
        "is_own": upload.uploaded_by_id == request.user.pk,
        "in_force_form": bound if isinstance(bound, InForceForm) else InForceForm(initial=initial),
        "refuse_form": bound if isinstance(bound, RefusePlanForm) else RefusePlanForm(),
        "refused_form": None if may_settle else bound,
    }
    return render(request, "nominations/plan_upload.html", context, status=status)


@needs_fresh_proof
def plan_put_in_force(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Let an uploaded plan hold from a day on."""
    upload = _upload(request, pk)
    if request.method != "POST":
        return redirect(upload)
    form = InForceForm(request.POST)
    return carry_out(
        request,
        form,
        lambda typed: services.put_in_force(
            upload=upload,
            compared_with=typed["compared_with"],
            effective_on=typed["effective_on"],
            paper=typed["paper"],
            actor=request.user,
        ),
        done=lambda ruling: (
            _("The plan is in force from %(day)s.") % {"day": ruling.effective_on.strftime("%d/%m/%Y")}
        ),
        go_to=upload,
        page=lambda status: _page(request, _upload(request, pk), form, status),
    )


def plan_refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Say why an uploaded plan is not put in force."""
    upload = _upload(request, pk)
    if request.method != "POST":
        return redirect(upload)
    form = RefusePlanForm(request.POST)
    return carry_out(
        request,
        form,
        lambda typed: services.refuse_plan(upload=upload, reason=typed["reason"], actor=request.user),
        done=_("The plan is refused. Whoever uploaded it reads the reason on its page."),
        go_to=upload,
        page=lambda status: _page(request, _upload(request, pk), form, status),
    )


@require_safe
def plan_file(request: HttpRequest, pk: int) -> FileResponse:
    """A file of an uploaded plan, byte by byte as it came."""
    visible = PlanUpload.objects.visible_to(request.user)
    file = get_object_or_404(PlanUploadFile.objects.filter(upload__in=visible), pk=pk)
    response = FileResponse(
        io.BytesIO(bytes(file.content)),
        as_attachment=True,
        filename=name_for(file.name, (".yaml", ".yml")),
        content_type="application/yaml",
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response
