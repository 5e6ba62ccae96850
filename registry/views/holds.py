"""Holds on units, households and individuals: placed and ended by the desks that record them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import clock
from core.verbs import carry_out, posted
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
    form = HoldForm(posted(request))
    return carry_out(
        request,
        form,
        lambda typed: place_hold(subject=subject, actor=request.user, **typed),
        done=_("The hold is recorded."),
        go_to=request.path,
        page=lambda status: _page(request, kind, subject, form, status=status),
    )


@require_POST
def hold_end(request: HttpRequest, kind: str, pk: int, hold: int) -> HttpResponse:
    """Record the last day of a hold."""
    subject = _subject(request, kind, pk)
    check_can_place_hold(request.user)
    found = get_object_or_404(_holds_of(kind, subject), pk=hold)
    form = HoldEndForm(request.POST, hold=found)
    return carry_out(
        request,
        form,
        lambda typed: end_hold(hold=found, actor=request.user, **typed),
        done=_("The end of the hold is recorded."),
        go_to=reverse(f"registry:{kind}_holds", args=[subject.pk]),
        page=lambda status: _page(request, kind, subject, HoldForm(), {found.pk: form}, status),
    )


def _subject(request: HttpRequest, kind: str, pk: int) -> Any:
    rows = _MODELS[kind].objects.visible_to(request.user)
    return get_object_or_404(rows if kind == "unit" else rows.current(), pk=pk)


def _holds_of(kind: str, subject: Any) -> Any:
    """Holds of the subject, and of records that were merged into it."""
    pks = [subject.pk] if kind == "unit" else records_of(subject)
    return Hold.objects.filter(**{f"{kind}__in": pks}).order_by("-starts_on", "-pk")


def _page(
    request: HttpRequest,
    kind: str,
    subject: Any,
    form: HoldForm,
    ending: dict[int, HoldEndForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    """`ending` holds the form that was refused, by the key of its hold."""
    today, ending = clock.today(), dict(ending or {})
    rows = []
    for hold in _holds_of(kind, subject):
        is_over = hold.ends_on is not None and hold.ends_on < today
        rows.append(
            {
                "hold": hold,
                "is_over": is_over,
                "holds_now": hold.starts_on <= today and not is_over,
                "form": None if is_over else ending.pop(hold.pk, None) or HoldEndForm(hold=hold),
            }
        )
    context = {"kind": kind, "subject": subject, "form": form, "rows": rows}
    context["refused_form"] = next(iter(ending.values()), None)
    return render(request, "registry/holds.html", context, status=status)
