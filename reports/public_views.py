"""Pages for whoever holds a copy of a document: strangers too."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core.exceptions import Hidden
from core.requests import HttpRequest
from core.services import throttle
from core.sessions import address_of
from reports.forms import CodeForm, CopyForm
from reports.genuine import Answer, answer_to, tidy_code

GUESSES = throttle.Limit("document-code", 40, 15)
COPIES = throttle.Limit("document-copy", 60, 15)


@login_not_required
@require_GET
def genuine_search(request: HttpRequest) -> HttpResponse:
    """Ask for the code that stands on the paper."""
    form = CodeForm(request.GET or None)
    if form.is_bound and form.is_valid():
        return redirect("reports:genuine", code=tidy_code(form.cleaned_data["ma"]) or "-")
    return render(request, "reports/genuine_search.html", {"form": form}, status=422 if form.errors else 200)


@login_not_required
@require_http_methods(["GET", "POST"])
def genuine(request: HttpRequest, code: str) -> HttpResponse:
    """What was issued under a code; posting a copy says whether it is the same file."""
    found = _answer(request, code)
    is_same = None
    form = CopyForm()
    if request.method == "POST":
        throttle.take(COPIES, address_of(request))
        form = CopyForm(request.POST, request.FILES)
        if form.is_valid():
            is_same = found.is_same(form.cleaned_data["copy"].chunks())
    context = {"answer": found, "form": form, "is_same": is_same}
    return render(request, "reports/genuine.html", context, status=422 if form.errors else 200)


def _answer(request: HttpRequest, code: str) -> Answer:
    """Raises Hidden for a code of no document, and TooMany for who tries many."""
    found = answer_to(code)
    if found is not None:
        return found
    throttle.take(GUESSES, address_of(request))
    raise Hidden(
        _(
            "No document bears this code. Compare it with the paper letter by letter; it has 12 letters and digits."
        )
    )
