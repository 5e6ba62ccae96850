"""A browser's session: whose it is, how long it lasts, and how fresh the person's proof is.

When a person last did something is kept in a signed cookie and not in the database, which would remember it next to
their ballot (docs/threat-model.md).
"""

import re
from datetime import UTC, datetime
from time import time
from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends import db
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import get_random_string

SEEN_EVERY_S = 20
_SEEN = "core.sessions.seen"

# Words of browsers and systems in what a browser says of itself, the more special first.
_BROWSERS = (
    ("Cốc Cốc", "coc_coc"),
    ("Edge", "Edg"),
    ("Opera", "OPR/"),
    ("Samsung Internet", "SamsungBrowser"),
    ("Firefox", "Firefox|FxiOS"),
    ("Chrome", "Chrome|CriOS"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("macOS", "Mac OS"),
    ("Linux", "Linux"),
)


class SessionStore(db.SessionStore):
    """Django's sessions in the database, in rows that know whose they are."""

    @classmethod
    def get_model_class(cls) -> Any:
        from core.models import BrowserSession  # noqa: PLC0415 -- apps must be loaded first

        return BrowserSession

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row: Any = super().create_model_instance(data)
        row.user_id = data.get(SESSION_KEY)
        if "signed_in_at" in data:
            row.signed_in_at = datetime.fromtimestamp(data["signed_in_at"], UTC)
        row.address = data.get("address", "")
        row.device = data.get("device", "")
        return row


def begin(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    """Mark a new sign-in, which is a proof too: whatever signs a person in, Django's signal leads here."""
    now = time()
    request.session.update(
        {
            "signed_in_at": now,
            "proven_at": now,
            "seen_mark": get_random_string(12),
            "address": address_of(request),
            "device": device_in(request.headers.get("User-Agent", "")),
        }
    )


def is_strong(request: HttpRequest) -> bool:
    """Whether a second factor was given at sign-in, or was set up since."""
    return bool(request.session.get("strong"))


def make_strong(request: HttpRequest) -> None:
    """Mark that a second factor was given."""
    request.session["strong"] = True


def renew_proof(request: HttpRequest) -> None:
    """Mark that the person has just proven anew who they are."""
    request.session["proven_at"] = time()


def has_fresh_proof(request: HttpRequest) -> bool:
    """Whether the person proved lately who they are."""
    return bool(time() - request.session.get("proven_at", 0) < settings.FRESH_PROOF_MINUTES * 60)


def absolute_seconds_left(request: HttpRequest) -> int:
    """Until the person has to sign in anew, whatever they do; negative when it is over."""
    return int(request.session.get("signed_in_at", 0) + settings.SESSION_HOURS * 3600 - time())


def idle_seconds_left(request: HttpRequest) -> int:
    """Until the person is asked anew if they do nothing; negative when that is over."""
    return int(_last_seen(request) + settings.SESSION_IDLE_MINUTES * 60 - time())


def _last_seen(request: HttpRequest) -> float:
    marks = request.session
    return float(max(_seen_in_cookie(request), marks.get("proven_at", 0), marks.get("signed_in_at", 0)))


def _seen_in_cookie(request: HttpRequest) -> float:
    try:
        mark, moment = signing.loads(request.COOKIES.get(settings.SEEN_COOKIE_NAME, ""), salt=_SEEN)
    except (signing.BadSignature, ValueError, TypeError):
        return 0
    return float(moment) if mark == request.session.get("seen_mark") else 0


def say_seen(request: HttpRequest, response: HttpResponse) -> None:
    """Let the browser remember that the person was just here."""
    if time() - _seen_in_cookie(request) < SEEN_EVERY_S:
        return
    response.set_cookie(
        settings.SEEN_COOKIE_NAME,
        signing.dumps([request.session.get("seen_mark"), int(time())], salt=_SEEN),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def address_of(request: HttpRequest) -> str:
    """The network address that a request comes from; behind our proxy, the one that the proxy saw."""
    if settings.BEHIND_PROXY:
        # The proxy adds at the end what it saw itself; what stands before was sent and may be invented.
        return request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()[:45]
    return str(request.META.get("REMOTE_ADDR", ""))[:45]


def device_in(agent: str) -> str:
    """Browser and system in what a browser says of itself, such as "Firefox · Windows"; empty when it says neither."""
    found = [
        next((name for name, words in table if re.search(words, agent)), "")
        for table in (_BROWSERS, _SYSTEMS)
    ]
    return " · ".join(name for name in found if name)


def go_on_with_new_password(request: HttpRequest) -> None:
    """Keep this browser signed in after its person changed their password."""
    request.session[HASH_SESSION_KEY] = request.user.get_session_auth_hash()  # type: ignore[union-attr]
    renew_proof(request)
