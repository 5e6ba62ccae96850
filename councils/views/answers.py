"""The live part of a page, which several pages of a meeting share, and polls whose urn was lost."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from core.requests import HttpRequest
from councils.models import Poll
from councils.selectors import is_lost
from councils.services import void_lost_poll


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


def settled(poll: Poll) -> Poll:
    """The poll, ended as void when its urn was lost: whoever looks first ends it."""
    if poll.is_open and is_lost(poll):
        void_lost_poll(poll=poll)
        poll.refresh_from_db(fields=["status", "closed_at", "void_cause", "void_reason"])
    return poll
