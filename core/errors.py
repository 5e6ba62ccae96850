"""Error pages in both languages, each with a reference that support can look up."""

import logging
import secrets
import sys
from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.utils.translation import gettext as _

from core.exceptions import Hidden, Refusal, TooLarge, Unavailable
from core.outages import refusal_for
from core.view_marks import is_never_resent

logger = logging.getLogger(__name__)
# In the names of fields whose values stand on no page.
_SECRETS = ("password", "secret", "passkey", "choice")


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
    level = logging.ERROR if status >= 500 else logging.WARNING if status == 403 else logging.INFO
    who = _who(request) if status == 403 else ""
    said = " ".join(part for part in (who, log) if part)
    logger.log(level, "%s %s answered %s, reference %s %s", request.method, request.path, status, code, said)
    context = {
        "title": title,
        "message": message,
        "what_to_do": what_to_do,
        "reference": code,
        "status_code": status,
        "back_url": _own_referer(request),
    }
    return render(request, f"errors/{status}.html", context, status=status)


def _who(request: HttpRequest) -> str:
    """Whose attempt it was, by the account's number; nobody at a ballot, where the moment is nobody's business."""
    match = request.resolver_match
    user = getattr(request, "user", None)
    if match is None or is_never_resent(match.func) or user is None or not user.is_authenticated:
        return ""
    return f"by user:{user.pk}"


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


def too_large(request: HttpRequest, size: int) -> HttpResponse:
    """The page for a sending of more bytes than are taken; asks no database, since nothing was read yet."""
    megabyte = 1024 * 1024
    return outage_page(
        request,
        TooLarge(
            _(
                "What you sent is %(size)s MB in all, and at most %(limit)s MB are taken at a time. Nothing was saved."
            )
            % {"size": size // megabyte + 1, "limit": settings.REQUEST_MAX_BYTES // megabyte},
            _("Go back and send the files in smaller parts, or scan them at a lower resolution."),
        ),
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return outage_page(
            request,
            TooLarge(
                _(
                    "What you sent has more text, fields or files than a page of ours ever asks for. Nothing was saved."
                ),
                _("Go back and send it in smaller parts."),
            ),
        )
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


def outage_page(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The page of a fault of the machine, which holds what was typed and sends it again; asks no database."""
    code = reference()
    level = logging.ERROR if refusal.status_code >= 500 else logging.INFO
    logger.log(
        level, "%s %s answered %s, reference %s", request.method, request.path, refusal.status_code, code
    )
    context = {
        "title": refusal.title,
        "message": refusal.message,
        "what_to_do": refusal.what_to_do,
        "reference": code,
        "status_code": refusal.status_code,
        "back_url": "/",
        "address": request.get_full_path(),
        "is_sending": request.method == "POST",
        "typed": _typed(request),
        "had_files": bool(getattr(request, "_files", None)),
    }
    response = HttpResponse(get_template("errors/outage.html").render(context), status=refusal.status_code)
    if isinstance(refusal, Unavailable):
        response["Retry-After"] = str(refusal.retry_after_s)
    return response


def _typed(request: HttpRequest) -> list[tuple[str, list[Any]]]:
    """What was sent and may stand on a page; nothing where a secret or a ballot is among it."""
    sent = getattr(request, "_post", None)  # only what was read already: reading may be what failed
    match = request.resolver_match
    if not sent or (match is not None and is_never_resent(match.func)):
        return []
    if any(word in name for name in sent for word in _SECRETS):
        return []
    return list(sent.lists())


def server_error(request: HttpRequest) -> HttpResponse:
    """The last resort: rendered without context processors, so that it cannot fail again."""
    outage = refusal_for(sys.exc_info()[1])
    if outage is not None:
        return outage_page(request, outage)
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
