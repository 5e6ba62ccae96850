"""The live part of a page, which several pages of a meeting share, and polls whose urn was lost."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from core.requests import HttpRequest
from councils.live import Moment
from councils.models import Poll
from councils.selectors.papers import is_lost
from councils.services import void_lost_poll


def mark_of(request: HttpRequest, moment: Moment | None) -> str:
    """The mark of a screen that shows this moment to whoever asks; empty has the screen ask for its live part at once."""
    return moment.mark_for(request.user) if moment else ""


def nothing_new(request: HttpRequest, moment: Moment | None) -> HttpResponse | None:
    """204 when the screen that asks shows this moment: answered before anything else is read. None otherwise."""
    if not request.htmx or not moment or request.GET.get("v") != mark_of(request, moment):
        return None
    return _never_kept(HttpResponse(status=204))


def live(request: HttpRequest, template: str, partial: str, context: dict[str, Any]) -> HttpResponse:
    """The whole page, or only its live part for a screen that asked for it."""
    if not request.htmx:
        return render(request, template, context)
    return _never_kept(render(request, f"{template}#{partial}", context))


def _never_kept(answer: HttpResponse) -> HttpResponse:
    answer.headers["Cache-Control"] = "no-store"
    return answer


def settled(poll: Poll) -> Poll:
    """The poll, ended as void when its urn was lost: whoever looks first ends it."""
    if poll.is_open and is_lost(poll):
        void_lost_poll(poll=poll)
        poll.refresh_from_db(fields=["status", "closed_at", "void_cause", "void_reason"])
    return poll
