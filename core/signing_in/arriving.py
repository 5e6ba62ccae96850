"""The last step of every way to sign in: who may come in now, and who is asked for a second proof before."""

from time import time
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from core import sessions
from core.models import User
from core.selectors import has_factor
from core.services.sign_in import record_sign_in

_WAITING = "waiting_for_second_factor"
_WAITS_S = 10 * 60
BACKEND = "django.contrib.auth.backends.ModelBackend"


def next_page(request: HttpRequest) -> str:
    """Where the person wanted to go, when that is one of our own pages; else home."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else resolve_url(settings.LOGIN_REDIRECT_URL)


def arrive(
    request: HttpRequest, user: User, *, way: str, is_strong: bool = False, go_to: str
) -> HttpResponse:
    """Sign a person in who has given a first proof, or ask for the second one that they have set up."""
    if not is_strong and has_factor(user):
        # A new key: whoever knew the session before may not ride along.
        request.session.cycle_key()
        request.session[_WAITING] = {"user": user.pk, "way": way, "at": time(), "go_to": go_to}
        return redirect(f"{reverse('signing_in:second_step')}?{urlencode({'next': go_to})}")
    return _let_in(request, user, ways=[way], is_strong=is_strong, go_to=go_to)


def waiting(request: HttpRequest) -> tuple[User, dict[str, Any]] | None:
    """Who has given the first proof in this browser lately and still owes the second."""
    held = request.session.get(_WAITING)
    if not held or time() - held["at"] > _WAITS_S:
        return None
    user = User.objects.filter(pk=held["user"], is_active=True).first()
    return (user, held) if user else None


def arrive_with_second(
    request: HttpRequest, user: User, held: dict[str, Any], *, second: str
) -> HttpResponse:
    """Sign in a person who has given both proofs."""
    request.session.pop(_WAITING, None)
    return _let_in(request, user, ways=[held["way"], second], is_strong=True, go_to=held["go_to"])


def _let_in(
    request: HttpRequest, user: User, *, ways: list[str], is_strong: bool, go_to: str
) -> HttpResponse:
    login(request, user, backend=BACKEND)
    if is_strong:
        sessions.make_strong(request)
    request.session["ways"] = ways
    record_sign_in(user=user, ways=ways, address=sessions.address_of(request))
    return redirect(go_to)
