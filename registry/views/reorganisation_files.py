"""Loading a reorganisation from a file: handed in, looked at, then loaded or set aside."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django.views.generic import FormView

from core.exceptions import InvalidRequest
from core.files import read_bytes
from registry.enums import ImportStatus
from registry.forms.reorganisation_files import ReorganisationUploadForm
from registry.models import ImportFile
from registry.permissions import check_can_reorganise
from registry.reorganisation_sheet import COLUMNS
from registry.selectors.reorganisation_files import FilePlan, plan_reorganisation_file
from registry.selectors.reorganisations import Decision
from registry.services.reorganisation_files import (
    FILE_KIND,
    confirm_reorganisation_file,
    decision_of,
    discard_reorganisation_file,
    stage_reorganisation_file,
)
from registry.views.reorganisations import preview_of


class ReorganisationLoadView(FormView):
    """Hand in a sheet; the next page shows what it would do."""

    template_name = "registry/reorganisation_load.html"
    form_class = ReorganisationUploadForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        check_can_reorganise(request.user)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(columns=[words[-1] for words in COLUMNS.values()], **kwargs)

    def form_valid(self, form: ReorganisationUploadForm) -> HttpResponse:
        facts = form.cleaned_data
        decision = None
        if facts["decision_number"]:
            decision = Decision(facts["decision_number"], facts["decided_on"], facts["issuer"])
        try:
            staged = stage_reorganisation_file(
                upload=facts["file"],
                decision=decision,
                decision_file=facts["decision_file"],
                actor=self.request.user,
            )
        except InvalidRequest as refusal:
            form.add_refusal(refusal)
            return self.form_invalid(form)
        return redirect("registry:reorganisation_load_preview", pk=staged.pk)


def _staged(request: HttpRequest, pk: int) -> ImportFile:
    check_can_reorganise(request.user)
    return get_object_or_404(ImportFile.objects.select_related("stored_file"), kind=FILE_KIND, pk=pk)


@require_GET
def reorganisation_load_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """What loading the staged sheet would do; nothing is written."""
    return _show(request, _staged(request, pk))


def _show(request: HttpRequest, staged: ImportFile, refusal: str = "", status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {"staged": staged, "is_open": staged.status == ImportStatus.STAGED}
    if context["is_open"]:
        try:
            found = plan_reorganisation_file(
                content=read_bytes(staged.stored_file),
                filename=staged.file_name,
                decision=decision_of(staged),
            )
        except InvalidRequest as problem:
            refusal = f"{problem.message} {problem.what_to_do}"
        else:
            context |= _plan_context(found)
    return render(
        request, "registry/reorganisation_load_preview.html", {**context, "refusal": refusal}, status=status
    )


def _plan_context(found: FilePlan) -> dict[str, Any]:
    effects = preview_of(found.plan) if found.plan is not None and found.can_load else {}
    return {
        "found": found,
        "counts": found.counts,
        "unknown_before": found.without_predecessor,
        "unknown_after": found.without_successor,
        **effects,
    }


@require_POST
def reorganisation_load_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Load the staged sheet."""
    staged = _staged(request, pk)
    try:
        plan = confirm_reorganisation_file(staged=staged, actor=request.user)
    except InvalidRequest as refusal:
        staged.refresh_from_db()
        return _show(request, staged, str(refusal.message), status=422)
    messages.success(
        request,
        _("The reorganisation is recorded.")
        if plan.can_load
        else _("The file holds what the register holds already. Nothing was changed."),
    )
    return redirect("registry:reorganisations")


@require_POST
def reorganisation_load_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the staged sheet aside."""
    discard_reorganisation_file(staged=_staged(request, pk), actor=request.user)
    messages.info(request, _("The file was set aside. Nothing was changed."))
    return redirect("registry:reorganisations")
