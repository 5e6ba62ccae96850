"""The request as pages behind the sign-in get it."""

from django import http
from django_htmx.middleware import HtmxDetails

from core.models import User


class HttpRequest(http.HttpRequest):
    """Django's own, with what the middleware sees to: somebody signed in, and htmx's headers are read.

    It serves the type checker; Django makes the requests. A page open to all takes Django's class.
    """

    user: User
    htmx: HtmxDetails
