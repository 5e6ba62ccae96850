"""The one answer of a page that hands what was typed to a service.

Done leads on with a sentence; refused brings the form back with the reason above everything typed.
"""

import logging
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from core.errors import reference
from core.exceptions import Hidden, Refusal, Unavailable
from core.outages import FAULTS, refusal_for

logger = logging.getLogger(__name__)


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, even when it is empty; None when the page was only asked for."""
    return request.POST if request.method == "POST" else None


def carry_out(
    request: HttpRequest,
    form: forms.BaseForm,
    act: Callable[[dict[str, Any]], Any],
    *,
    done: Any,
    go_to: Any,
    page: Callable[[int], HttpResponse],
) -> HttpResponse:
    """Show the form's page, or hand what was sent to a service and say what came of it.

    `act` calls the service with what was typed. `done` is the sentence that says so, empty for
    none, and `go_to` what `redirect` takes; each may be a function of what the service gave.
    `page` shows the form with the status it is given: 422 for what cannot be read, the refusal's
    own when the service turned it down. A thing that is hidden stays a 404.
    """
    if request.method != "POST":
        return page(200)
    if not form.is_valid():
        return page(422)
    try:
        given = act(form.cleaned_data)
    except Hidden:
        raise
    except Refusal as refusal:
        return _refused(request, form, refusal, page)
    except FAULTS as fault:
        outage = refusal_for(fault)
        if outage is None:
            raise
        return _refused(request, form, outage, page)
    sentence = done(given) if callable(done) else done
    if sentence:
        messages.success(request, sentence)
    return redirect(go_to(given) if callable(go_to) else go_to)


def _refused(
    request: HttpRequest, form: forms.BaseForm, refusal: Refusal, page: Callable[[int], HttpResponse]
) -> HttpResponse:
    form.add_error(None, _sentence(request, refusal))
    response = page(refusal.status_code)
    if isinstance(refusal, Unavailable):
        response["Retry-After"] = str(refusal.retry_after_s)
    return response


def _sentence(request: HttpRequest, refusal: Refusal) -> str:
    """The refusal's words; a fault of ours is logged and carries the reference that support looks up."""
    if refusal.status_code < 500:
        return refusal.sentence
    code = reference()
    logger.error("%s %s answered %s, reference %s", request.method, request.path, refusal.status_code, code)
    words = _("Reference %(code)s: give it when you ask for help.") % {"code": code}
    return f"{refusal.sentence} {words}"
