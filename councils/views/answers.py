"""Answers that several pages share."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpResponse, QueryDict
from django.shortcuts import render

from core.exceptions import InvalidRequest, NotAllowed, StaleState
from core.requests import HttpRequest


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, even when it is empty; None when the page was only asked for."""
    return request.POST if request.method == "POST" else None


def run_form(form: forms.Form, act: Callable[[], Any]) -> tuple[bool, Any]:
    """Whether the form was valid and the service took it, and what the service gave.

    A refusal becomes the form's own error, so that nothing typed is lost.
    """
    if not form.is_valid():
        return False, None
    try:
        return True, act()
    except (NotAllowed, InvalidRequest, StaleState) as refusal:
        form.add_error(None, " ".join(str(part) for part in (refusal.message, refusal.what_to_do) if part))
        return False, None


def page(
    request: HttpRequest, template: str, context: dict[str, Any], form: forms.Form | None = None
) -> HttpResponse:
    """The page; with status 422 when its form was sent and could not be taken."""
    failed = form is not None and form.is_bound and bool(form.errors)
    return render(request, template, context, status=422 if failed else 200)


def live(
    request: HttpRequest, template: str, partial: str, context: dict[str, Any], version: str
) -> HttpResponse | None:
    """The live part of a page for htmx: nothing (204) when the screen already shows this version.

    None when the browser asked for the whole page.
    """
    if not request.htmx:
        return None
    if request.GET.get("v") == version:
        answer = HttpResponse(status=204)
    else:
        answer = render(request, f"{template}#{partial}", context)
    answer.headers["Cache-Control"] = "no-store"
    return answer
