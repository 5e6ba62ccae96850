"""How long a sign-in lasts, who still owes a second proof, and that no page stays behind in the browser."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from core import sessions
from core.permissions import needs_second_factor
from core.proofs import ask_unless_proven
from core.view_marks import (
    is_never_resent,
    is_open_before_second_factor,
    is_open_while_idle,
    may_be_stored,
)

GetResponse = Callable[[HttpRequest], HttpResponse]


class NoStoreMiddleware:
    """Tells browsers to keep no copy, unless the view said otherwise: the next person at this desk sees nothing."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not may_be_stored(request) and "no-store" not in response.headers.get("Cache-Control", ""):
            response.headers["Cache-Control"] = "no-store"
        return response


class SessionLimitsMiddleware:
    """Ends a sign-in after its hours, asks anew after a pause, and leads to the second proof whoever owes one."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "was_here", False) and request.user.is_authenticated:
            sessions.say_seen(request, response)
        return response

    def process_view(
        self, request: Any, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if not request.user.is_authenticated or not getattr(view, "login_required", True):
            return None
        if _is_over(request):
            return _signed_out(request)
        if is_open_while_idle(view):
            return None
        if sessions.idle_seconds_left(request) <= 0:
            answer = _asked_anew(request)
            if answer is not None:
                return answer
        request.was_here = True
        if (
            settings.SECOND_FACTOR_REQUIRED
            and not is_open_before_second_factor(view)
            and not sessions.is_strong(request)
            and needs_second_factor(request.user)
        ):
            return redirect("signing_in:security")
        return None


def _is_over(request: Any) -> bool:
    """Whether the hours are over. A form that was being filled in is still taken, for as long as a pause may last."""
    grace_s = settings.SESSION_IDLE_MINUTES * 60 if request.method == "POST" else 0
    return sessions.absolute_seconds_left(request) + grace_s <= 0


def _signed_out(request: Any) -> HttpResponse:
    logout(request)
    messages.info(
        request,
        _("You were signed in for %(hours)s hours, the longest that a sign-in lasts. Please sign in again.")
        % {"hours": settings.SESSION_HOURS},
    )
    return _to(request, reverse("login"))


def _asked_anew(request: Any) -> HttpResponse | None:
    """A page to prove who one is: with what was typed when a form was sent, else on its own."""
    if request.method == "POST":
        if not is_never_resent(request.resolver_match.func):
            return ask_unless_proven(request, was_idle=True)
        messages.warning(
            request, _("What you sent was not taken after so long a pause. Send it again after this page.")
        )
    return _to(request, reverse("signing_in:proof"))


def _to(request: Any, address: str) -> HttpResponse:
    """Lead there, and back to this page afterwards when it was only looked at."""
    if request.htmx:
        response = HttpResponse(status=204)
        response["HX-Refresh"] = "true"
        return response
    is_a_page = request.method == "GET" or is_never_resent(request.resolver_match.func)
    back = request.get_full_path() if is_a_page else "/"
    return redirect(f"{address}?{urlencode({'next': back})}")
