"""Holds on units, households and individuals: placed and ended by the desks that record them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import clock
from core.exceptions import InvalidRequest
from registry.forms.holds import HoldEndForm, HoldForm
from registry.models import Hold, Household, Individual, Unit
from registry.permissions import check_can_place_hold
from registry.selectors.merging import records_of
from registry.services.standing import end_hold, place_hold

_MODELS: dict[str, Any] = {"unit": Unit, "household": Household, "individual": Individual}


def holds(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """All holds of a unit or person, with a form that places one and a form that ends each."""
    subject = _subject(request, kind, pk)
    check_can_place_hold(request.user)
    form = HoldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            place_hold(subject=subject, actor=request.user, **form.cleaned_data)
        except InvalidRequest as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(request, _("The hold is recorded."))
            return redirect(request.path)
    return _page(request, kind, subject, form)


@require_POST
def hold_end(request: HttpRequest, kind: str, pk: int, hold: int) -> HttpResponse:
    """Record the last day of a hold."""
    subject = _subject(request, kind, pk)
    check_can_place_hold(request.user)
    found = get_object_or_404(_holds_of(kind, subject), pk=hold)
    form = HoldEndForm(request.POST, hold=found)
    if form.is_valid():
        try:
            end_hold(hold=found, actor=request.user, **form.cleaned_data)
        except InvalidRequest as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(request, _("The end of the hold is recorded."))
            return redirect(f"registry:{kind}_holds", pk=subject.pk)
    return _page(request, kind, subject, HoldForm(), ending=form, ended=found.pk)


def _subject(request: HttpRequest, kind: str, pk: int) -> Any:
    rows = _MODELS[kind].objects.visible_to(request.user)
    return get_object_or_404(rows if kind == "unit" else rows.current(), pk=pk)


def _holds_of(kind: str, subject: Any) -> Any:
    """Holds of the subject, and of records that were merged into it."""
    pks = [subject.pk] if kind == "unit" else records_of(subject)
    return Hold.objects.filter(**{f"{kind}__in": pks}).order_by("-starts_on", "-pk")


def _page(
    request: HttpRequest, kind: str, subject: Any, form: HoldForm, ending: Any = None, ended: int = 0
) -> HttpResponse:
    today = clock.today()
    rows = []
    for hold in _holds_of(kind, subject):
        is_over = hold.ends_on is not None and hold.ends_on < today
        end_form = None if is_over else ending if hold.pk == ended else HoldEndForm(hold=hold)
        rows.append(
            {
                "hold": hold,
                "is_over": is_over,
                "holds_now": hold.starts_on <= today and not is_over,
                "form": end_form,
            }
        )
    context = {"kind": kind, "subject": subject, "form": form, "rows": rows}
    status = 422 if form.errors or (ending is not None and ending.errors) else 200
    return render(request, "registry/holds.html", context, status=status)
