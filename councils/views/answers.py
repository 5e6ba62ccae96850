"""The live part of a page, which several pages of a meeting share."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from core.requests import HttpRequest


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
