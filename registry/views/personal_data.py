"""Pages of requests about personal data and of breaches."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django.views.generic import ListView

from core.permissions import allowed
from core.requests import HttpRequest
from core.terms import deadlines, retention
from core.verbs import carry_out, posted
from registry.enums import DataCaseKind
from registry.forms import PlainForm
from registry.forms.personal_data import CloseCaseForm, DataCaseForm
from registry.models import DataCase
from registry.permissions_personal_data import (
    check_can_close_case,
    check_can_read_cases,
    check_can_read_looks,
    check_can_read_looks_at,
    check_can_record_case,
)
from registry.selectors.looks import people_named
from registry.selectors.personal_data import case_row
from registry.services.personal_data import acknowledge_case, close_case, record_case


class DataCaseListView(ListView):
    """Matters of personal data, the newest first, with the terms that hold."""

    template_name = "registry/data_case_list.html"
    paginate_by = 30

    def get_queryset(self) -> Any:
        check_can_read_cases(self.request.user)
        return DataCase.objects.visible_to(self.request.user).select_related("closed_by")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context.update(
            rows=[case_row(case) for case in context["page_obj"]],
            kinds=[kind for kind in DataCaseKind if allowed(check_can_record_case, self.request.user, kind)],
            terms=[*deadlines().values(), *retention().values()],
            may_read_looks=allowed(check_can_read_looks, self.request.user),
        )
        return context


@require_http_methods(["GET", "POST"])
def data_case_record(request: HttpRequest, kind: str) -> HttpResponse:
    """Record a request or a breach."""
    if kind not in DataCaseKind:
        raise Http404
    check_can_record_case(request.user, kind)
    form = DataCaseForm(posted(request), kind=kind)
    context = {"form": form, "kind": DataCaseKind(kind)}
    return carry_out(
        request,
        form,
        lambda typed: record_case(kind=kind, actor=request.user, **typed),
        done=_("It is recorded, and the clock runs."),
        go_to=lambda case: case.get_absolute_url(),
        page=lambda status: render(request, "registry/data_case_form.html", context, status=status),
    )


@require_http_methods(["GET", "POST"])
def data_case(request: HttpRequest, pk: int) -> HttpResponse:
    """One matter; posting closes it."""
    check_can_read_cases(request.user)
    case = get_object_or_404(DataCase.objects.visible_to(request.user), pk=pk)
    form = CloseCaseForm(posted(request), kind=case.kind)
    return carry_out(
        request,
        form,
        lambda typed: close_case(case=case, actor=request.user, **typed),
        done=_("It is closed."),
        go_to=case.get_absolute_url(),
        page=lambda status: _page(request, case, form, PlainForm(), status),
    )


@require_POST
def data_case_acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the first answer."""
    check_can_read_cases(request.user)
    case = get_object_or_404(DataCase.objects.visible_to(request.user), pk=pk)
    form = PlainForm(request.POST)
    return carry_out(
        request,
        form,
        lambda typed: acknowledge_case(case=case, actor=request.user),
        done=_("The first answer is recorded."),
        go_to=case.get_absolute_url(),
        page=lambda status: _page(request, case, CloseCaseForm(kind=case.kind), form, status),
    )


def _page(
    request: HttpRequest, case: DataCase, form: CloseCaseForm, refused: PlainForm, status: int
) -> HttpResponse:
    may_answer = allowed(check_can_record_case, request.user, case.kind)
    context = {
        "case": case,
        "row": case_row(case),
        "form": form,
        "refused_form": refused,
        "people": people_named(case.about, request.user)
        if allowed(check_can_read_looks_at, request.user)
        else [],
        "may_close": case.is_open and allowed(check_can_close_case, request.user, case.kind),
        "may_acknowledge": case.is_open
        and case.first_due_at is not None
        and case.acknowledged_at is None
        and may_answer,
    }
    return render(request, "registry/data_case.html", context, status=status)
