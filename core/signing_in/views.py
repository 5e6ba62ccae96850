"""Signing in: by password, with a second proof, by one click in the demonstration; signing out; proving anew."""

from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import navigation, requests, sessions
from core.exceptions import Hidden
from core.passkeys import place_of
from core.proofs import KEY_QUESTION, ask_unless_proven, passkey_question
from core.selectors import demo_accounts
from core.services import factors, throttle
from core.services.sign_in import holder_of_password, record_failure, record_sign_out
from core.signing_in.arriving import arrive, arrive_with_second, next_page, waiting
from core.signing_in.forms import CodeForm, SignInForm
from core.verbs import posted
from core.view_marks import open_before_second_factor, open_while_idle


@login_not_required
def sign_in(request: requests.HttpRequest) -> HttpResponse:
    """The sign-in page; the demonstration lists its accounts beside the form."""
    if request.user.is_authenticated and request.method == "GET" and "next" not in request.GET:
        return redirect(settings.LOGIN_REDIRECT_URL)
    form = SignInForm(posted(request))
    if request.method != "POST":
        return _sign_in_page(request, form, 200)
    if not form.is_valid():
        return _sign_in_page(request, form, 422)
    try:
        user = holder_of_password(**form.cleaned_data, address=sessions.address_of(request))
    except throttle.TooMany as refusal:
        form.add_error(None, refusal.sentence)
        return _too_many(_sign_in_page(request, form, refusal.status_code), refusal)
    if user is None:
        form.add_error(
            None, _("Account name and password do not belong together. Mind capital letters in both.")
        )
        return _sign_in_page(request, form, 422)
    return arrive(request, user, way="password", go_to=next_page(request))


def _sign_in_page(request: HttpRequest, form: SignInForm, status: int) -> HttpResponse:
    accounts = [
        {"username": user.username, "role": navigation.person_line(user) or user.position}
        for user in demo_accounts()
    ]
    context = {
        "form": form,
        "next": next_page(request),
        "demo_accounts": accounts,
        "demo_password": settings.DEMO_PASSWORD,
        "single_sign_on": settings.OIDC_ISSUER and (settings.OIDC_NAME or _("single sign-on")),
    }
    return render(request, "registration/login.html", context, status=status)


def _too_many(response: HttpResponse, refusal: throttle.TooMany) -> HttpResponse:
    response["Retry-After"] = str(refusal.minutes * 60)
    return response


@login_not_required
def second_step(request: HttpRequest) -> HttpResponse:
    """The second proof: a code of the app, a recovery code, or a passkey."""
    found = waiting(request)
    if found is None:
        return redirect("login")
    user, held = found
    form = CodeForm(posted(request))
    error = ""
    if request.method == "POST":
        answer = request.POST.get("passkey-answer", "")
        try:
            throttle.take(throttle.CODE, str(user.pk))
        except throttle.TooMany as refusal:
            form.add_error(None, refusal.sentence)
            return _too_many(_second_page(request, user, form, refusal.status_code), refusal)
        second = _second_proof(request, user, form, answer)
        if second:
            throttle.forget(throttle.CODE, str(user.pk))
            return arrive_with_second(request, user, held, second=second)
        record_failure(username=user.username, address=sessions.address_of(request), step="second")
        error = (
            _("The passkey's answer is not good. Try again, or type a code.")
            if answer
            else _(
                "The code is not good now, or was used already. Type the one that the app shows at this moment."
            )
        )
        form.add_error(None if answer else "code", error)
    return _second_page(request, user, form, 422 if error else 200)


def _second_proof(request: HttpRequest, user: Any, form: CodeForm, answer: str) -> str:
    """Which second proof was given; empty for none."""
    if answer:
        state = request.session.pop(KEY_QUESTION, None)
        good = factors.accept_passkey(user=user, place=place_of(request), state=state, answer=answer)
        return "passkey" if good else ""
    return factors.accept_code(user=user, code=form.cleaned_data["code"]) if form.is_valid() else ""


def _second_page(request: HttpRequest, user: Any, form: CodeForm, status: int) -> HttpResponse:
    if "code" in form.errors and request.POST.get("passkey-answer"):
        del form.errors["code"]  # the field was left empty on purpose
    context = {"form": form, "passkey_question": passkey_question(request, user), "person": user}
    return render(request, "registration/second_step.html", context, status=status)


@login_not_required
@require_POST
def sign_in_as_demo(request: HttpRequest) -> HttpResponse:
    """One click in the demonstration signs in as one of its invented people."""
    if settings.APP_ENV != "demo":
        raise Hidden
    user = get_object_or_404(demo_accounts(), username=request.POST.get("account", "")[:60])
    return arrive(request, user, way="demonstration", go_to=next_page(request))


@open_while_idle
@require_POST
def sign_out(request: requests.HttpRequest) -> HttpResponse:
    """End the sign-in of this browser."""
    if request.user.is_authenticated:
        record_sign_out(user=request.user)
    logout(request)
    response = redirect("login")
    # Whoever sits down next finds nothing of the last person; cookies stay, since the language is one.
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


@open_while_idle
def proof(request: requests.HttpRequest) -> HttpResponseBase:
    """Prove anew who one is, after a pause, and go on where one was."""
    if sessions.idle_seconds_left(request) > 0 and request.method != "POST":
        return redirect(next_page(request))
    question = ask_unless_proven(request, was_idle=True)
    return question or redirect(next_page(request))


@open_while_idle
@require_GET
def time_left(request: requests.HttpRequest) -> JsonResponse:
    """Seconds until the person is asked anew, and until the sign-in ends; asking is no sign of life."""
    return JsonResponse(
        {"idle": sessions.idle_seconds_left(request), "absolute": sessions.absolute_seconds_left(request)}
    )


@open_before_second_factor
@require_POST
def stay(request: requests.HttpRequest) -> HttpResponse:
    """A sign of life: the warning's button."""
    return HttpResponse(status=204)
