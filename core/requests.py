"""The request as pages behind the sign-in get it."""

from django import http
from django_htmx.middleware import HtmxDetails

from core.models import User


def number_in(request: http.HttpRequest, name: str) -> int | None:
    """The whole number that the address gives under a name; None where it gives none that a database could hold."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


class HttpRequest(http.HttpRequest):
    """Django's own, with what the middleware sees to: somebody signed in, and htmx's headers are read.

    It serves the type checker; Django makes the requests. A page open to all takes Django's class.
    """

    user: User
    htmx: HtmxDetails
