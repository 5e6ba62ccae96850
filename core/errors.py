"""Error pages in both languages, each with a reference that support can look up."""

import logging
import secrets

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.utils.translation import gettext as _

from core.exceptions import Hidden, Refusal

logger = logging.getLogger(__name__)


def reference() -> str:
    """A short code that joins what the person saw to what the log holds."""
    return secrets.token_hex(4).upper()


def error_page(
    request: HttpRequest,
    *,
    status: int,
    title: object,
    message: object,
    what_to_do: object = "",
    log: str = "",
) -> HttpResponse:
    """The styled page for a refused or failed request."""
    code = reference()
    level = logging.ERROR if status >= 500 else logging.INFO
    logger.log(level, "%s %s answered %s, reference %s %s", request.method, request.path, status, code, log)
    context = {
        "title": title,
        "message": message,
        "what_to_do": what_to_do,
        "reference": code,
        "status_code": status,
        "back_url": _own_referer(request),
    }
    return render(request, f"errors/{status}.html", context, status=status)


def _own_referer(request: HttpRequest) -> str:
    referer = request.headers.get("Referer", "")
    try:
        origin = f"{request.scheme}://{request.get_host()}/"
    except DisallowedHost:
        # This very page may be answering a request for a host that is not ours.
        return "/"
    return referer if referer.startswith(origin) else "/"


def refusal_response(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The page that says a refusal's sentence."""
    return error_page(
        request,
        status=refusal.status_code,
        title=refusal.title,
        message=refusal.message,
        what_to_do=refusal.what_to_do,
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(
        request,
        status=400,
        title=_("The request could not be read"),
        message=_("The browser sent something that this page cannot read."),
        what_to_do=_("Go back, reload the page and try again."),
    )


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(
        request,
        status=403,
        title=_("You may not do this"),
        message=_("Your role does not cover this page."),
        what_to_do=_("If your work needs it, ask the administrator for the role."),
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    hidden = Hidden()
    return error_page(request, status=404, title=hidden.title, message=hidden.message)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return error_page(
        request,
        status=403,
        title=_("This form has expired"),
        message=_("The form was open for too long or in another window where you signed in again."),
        what_to_do=_("Go back, copy what you typed if needed, reload the page and send it again."),
        log=reason,
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """The last resort: rendered without context processors, so that it cannot fail again."""
    code = reference()
    logger.error("%s %s failed, reference %s", request.method, request.path, code)
    context = {
        "title": _("Something went wrong on our side"),
        "message": _("The fault has been written down. Nothing was half saved."),
        "what_to_do": _("Try again in a few minutes. If it happens again, give support the reference below."),
        "reference": code,
        "status_code": 500,
        "back_url": "/",
    }
    return HttpResponse(get_template("errors/500.html").render(context), status=500)
