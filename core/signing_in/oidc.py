"""Single sign-on by OpenID Connect, for provinces that have it: a setting, and never the maker of an account.

Authlib speaks the protocol: it checks state, nonce, PKCE, and the token's signature, issuer, audience and times.
"""

import logging
from time import time
from typing import Any

from authlib.integrations.base_client import OAuthError
from authlib.integrations.django_client import DjangoOAuth2App, OAuth
from authlib.integrations.requests_client import OAuth2Session
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from joserfc.errors import JoseError
from requests import RequestException

from core import requests, sessions
from core.errors import error_page
from core.exceptions import Hidden
from core.models import User
from core.services.sign_in import record_failure, record_proof
from core.signing_in.arriving import arrive, next_page
from core.view_marks import open_while_idle

logger = logging.getLogger(__name__)

TIMEOUT_S = 10
# A proof asked for must be made now, not be the sign-in of this morning told again.
PROOF_AGE_S = 120
_GOING_TO, _FOR_PROOF = "oidc_go_to", "oidc_for_proof"


class _StraightClient(OAuth2Session):
    """Asks the provider and goes nowhere else: an answer that sends us on is none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.max_redirects = 0


class _Client(DjangoOAuth2App):
    client_cls = _StraightClient


def _provider() -> Any:
    """The province's provider; Authlib reads the rest from its discovery document."""
    if not settings.OIDC_ISSUER:
        raise Hidden
    oauth = OAuth()
    return oauth.register(
        "province",
        client_cls=_Client,
        client_id=settings.OIDC_CLIENT_ID,
        client_secret=settings.OIDC_CLIENT_SECRET,
        server_metadata_url=f"{settings.OIDC_ISSUER}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid profile email",
            "code_challenge_method": "S256",
            "default_timeout": TIMEOUT_S,
        },
    )


@login_not_required
def begin(request: requests.HttpRequest) -> HttpResponse:
    """Lead to the provider; with `proof=1` for a fresh proof of the person who is signed in here."""
    provider = _provider()
    for_proof = request.user.is_authenticated and bool(request.GET.get("proof"))
    request.session[_FOR_PROOF] = request.user.pk if for_proof else None
    request.session[_GOING_TO] = next_page(request)
    asked = {"prompt": "login", "max_age": 0} if for_proof else {}
    try:
        response: HttpResponse = provider.authorize_redirect(request, _return_address(), **asked)
    except (RequestException, OAuthError, JoseError, ValueError, KeyError) as error:
        return _failed(request, error)
    return response


def _return_address() -> str:
    return f"{settings.SITE_URL.rstrip('/')}{reverse('signing_in:oidc_done')}"


@login_not_required
def finish(request: requests.HttpRequest) -> HttpResponse:
    """Take the provider's answer: sign in, or take the proof."""
    provider = _provider()
    try:
        claims = provider.authorize_access_token(request).get("userinfo") or {}
    except (RequestException, OAuthError, JoseError, ValueError, KeyError) as error:
        return _failed(request, error)
    account = str(claims.get(settings.OIDC_ACCOUNT_CLAIM) or "")
    user = User.objects.filter(username=account, is_active=True).first() if account else None
    for_proof = request.session.pop(_FOR_PROOF, None)
    go_to = request.session.pop(_GOING_TO, "/")
    if user is None:
        record_failure(username=account, address=sessions.address_of(request), step="single sign-on")
        return error_page(
            request,
            status=403,
            title=_("You have no account here"),
            message=_("Single sign-on knows you, but no account of this application has your name."),
            what_to_do=_("Ask your administrator to open one under the name that single sign-on uses."),
        )
    if for_proof is not None:
        return _take_proof(request, user, for_proof, claims)
    ways = {str(way) for way in claims.get("amr") or ()}
    is_strong = bool(ways & set(settings.OIDC_STRONG_AMR))
    return arrive(request, user, way="single sign-on", is_strong=is_strong, go_to=go_to)


def _take_proof(
    request: requests.HttpRequest, user: User, for_proof: int, claims: dict[str, Any]
) -> HttpResponse:
    is_same = request.user.is_authenticated and request.user.pk == user.pk == for_proof
    is_fresh = time() - float(claims.get("auth_time") or 0) < PROOF_AGE_S
    if not (is_same and is_fresh):
        record_failure(username=user.username, address=sessions.address_of(request), step="proof")
        return error_page(
            request,
            status=403,
            title=_("This was no fresh proof"),
            message=_("Single sign-on answered for somebody else, or without asking you anew."),
            what_to_do=_("Go back and type your password or a code instead."),
        )
    sessions.renew_proof(request)
    record_proof(user=user, address=sessions.address_of(request))
    return redirect("signing_in:proven")


@open_while_idle
def proven(request: requests.HttpRequest) -> HttpResponse:
    """Says that the proof is given, in the window beside the page that waits for it."""
    return render(request, "registration/proven.html")


def _failed(request: HttpRequest, error: Exception) -> HttpResponse:
    """A sentence instead of a fault: the provider is away, or the answer does not fit our question."""
    logger.warning("Single sign-on failed: %s: %s", type(error).__name__, str(error)[:200])
    return error_page(
        request,
        status=403,
        title=_("Single sign-on did not succeed"),
        message=_(
            "The province's single sign-on did not answer, refused, or gave an answer that does not fit."
        ),
        what_to_do=_("Begin again from the sign-in page. If it happens again, sign in with your password."),
    )
