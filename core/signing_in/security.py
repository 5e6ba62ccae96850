"""A person's own security page: password, second proofs, and where they are signed in."""

from typing import Any

import segno
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import PasswordResetConfirmView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from core import factors, requests, sessions
from core.exceptions import InvalidRequest
from core.models import CodeApp, Passkey
from core.passkeys import ask_to_make, place_of, works_at
from core.permissions import needs_second_factor
from core.proofs import needs_fresh_proof
from core.selectors import browsers_of, has_factor, known_keys, recovery_codes_left
from core.services import factors as factor_services
from core.services.passwords import change_password, choose_password, sign_out_elsewhere
from core.signing_in.forms import (
    ChangePasswordForm,
    CodeForm,
    NewPasswordForm,
    PasskeyNameForm,
    ResetAskedForm,
)
from core.signing_in.reset import ask_for_link
from core.verbs import carry_out, posted
from core.view_marks import open_before_second_factor

_NEW_SECRET, _MAKING = "new_app_secret", "passkey_being_made"


@open_before_second_factor
def security(request: requests.HttpRequest) -> HttpResponse:
    """What protects the person's account, and the browsers in which they are signed in."""
    user = request.user
    key = request.session.session_key
    is_required = settings.SECOND_FACTOR_REQUIRED and needs_second_factor(user)
    context = {
        "app": CodeApp.objects.filter(user=user).first(),
        "passkeys": Passkey.objects.filter(user=user).order_by("pk"),
        "codes_left": recovery_codes_left(user),
        "has_factor": has_factor(user),
        "is_required": is_required,
        "must_set_up": is_required and not sessions.is_strong(request),
        "browsers": [(browser, browser.session_key == key) for browser in browsers_of(user)],
        "signs_in_once": settings.OIDC_ISSUER and not user.has_usable_password(),
        "idle_minutes": settings.SESSION_IDLE_MINUTES,
        "hours": settings.SESSION_HOURS,
    }
    return render(request, "registration/security.html", context)


@open_before_second_factor
@needs_fresh_proof
def app_add(request: requests.HttpRequest) -> HttpResponse:
    """Set up an authenticator app: show the secret, then take the first code."""
    form = CodeForm(posted(request))
    secret = factors.open_secret(request.session.get(_NEW_SECRET, "")) if request.method == "POST" else None
    if secret is None:
        secret = factors.new_secret()
        request.session[_NEW_SECRET] = factors.seal_secret(secret)

    def act(typed: dict[str, Any]) -> None:
        factor_services.add_code_app(user=request.user, secret=secret, code=typed["code"])
        request.session.pop(_NEW_SECRET)
        _go_on_strong(request)

    def page(status: int) -> HttpResponse:
        address = factors.app_address(secret, request.user.username, _("For the Poor awards"))
        context = {
            "form": form,
            "typed_secret": factors.typed_secret(secret),
            "qr": segno.make(address, error="m").svg_data_uri(scale=5, border=2),
        }
        return render(request, "registration/app_add.html", context, status=status)

    return carry_out(
        request,
        form,
        act,
        done=_(
            "The authenticator app is set up. Now keep recovery codes for the day when the phone is gone."
        ),
        go_to="signing_in:recovery_codes",
        page=page,
    )


def _go_on_strong(request: requests.HttpRequest) -> None:
    """Go on as somebody with a second proof; browsers that came in without it sign in anew."""
    sessions.make_strong(request)
    sign_out_elsewhere(user=request.user, keep=request.session.session_key)


@require_POST
@needs_fresh_proof
def app_remove(request: requests.HttpRequest) -> HttpResponse:
    """Take the authenticator app away."""
    _check_may_remove(request, others=Passkey.objects.filter(user=request.user).exists())
    factor_services.remove_code_app(user=request.user)
    messages.success(request, _("The authenticator app is removed from your account."))
    return redirect("signing_in:security")


def _check_may_remove(request: requests.HttpRequest, *, others: bool) -> None:
    if settings.SECOND_FACTOR_REQUIRED and needs_second_factor(request.user) and not others:
        raise InvalidRequest(
            _("Your role needs a second proof at sign-in, and this is the only one you have."),
            _("Set up another one first, then remove this one."),
        )


@open_before_second_factor
@needs_fresh_proof
def recovery_codes(request: requests.HttpRequest) -> HttpResponse:
    """Make recovery codes and show them, once."""
    if not has_factor(request.user):
        return redirect("signing_in:security")
    codes = factor_services.make_recovery_codes(user=request.user) if request.method == "POST" else []
    context = {"codes": codes, "codes_left": recovery_codes_left(request.user)}
    return render(request, "registration/recovery_codes.html", context)


@open_before_second_factor
@needs_fresh_proof
def passkey_add(request: requests.HttpRequest) -> HttpResponse:
    """Make a passkey in this browser."""
    form = PasskeyNameForm(posted(request))
    place = place_of(request)

    def act(typed: dict[str, Any]) -> None:
        state = request.session.pop(_MAKING, None)
        factor_services.add_passkey(
            user=request.user, name=typed["name"], place=place, state=state, answer=typed["answer"]
        )
        _go_on_strong(request)

    def page(status: int) -> HttpResponse:
        question, request.session[_MAKING] = ask_to_make(
            place,
            account=request.user.username,
            name=str(request.user),
            handle=str(request.user.pk).encode(),
            known=known_keys(request.user, place.host),
        )
        context = {"form": form, "question": question, "works_here": works_at(place.host), "host": place.host}
        return render(request, "registration/passkey_add.html", context, status=status)

    return carry_out(
        request,
        form,
        act,
        done=_("The passkey is made. Keep recovery codes for the day when the device is gone."),
        go_to="signing_in:recovery_codes",
        page=page,
    )


@require_POST
@needs_fresh_proof
def passkey_remove(request: requests.HttpRequest, pk: int) -> HttpResponse:
    """Take a passkey away."""
    key = get_object_or_404(Passkey, user=request.user, pk=pk)
    others = Passkey.objects.filter(user=request.user).exclude(pk=pk).exists()
    _check_may_remove(request, others=others or CodeApp.objects.filter(user=request.user).exists())
    factor_services.remove_passkey(user=request.user, key=key)
    messages.success(request, _("The passkey is removed from your account."))
    return redirect("signing_in:security")


@open_before_second_factor
@require_POST
def elsewhere(request: requests.HttpRequest) -> HttpResponse:
    """Sign out in all other browsers."""
    count = sign_out_elsewhere(user=request.user, keep=request.session.session_key)
    said = ngettext(
        "Signed out in %(count)s other browser.", "Signed out in %(count)s other browsers.", count
    )
    messages.success(request, said % {"count": count} if count else _("You are signed in nowhere else."))
    return redirect("signing_in:security")


@sensitive_post_parameters()
@open_before_second_factor
def password_change(request: requests.HttpRequest) -> HttpResponse:
    """A new password, by the person themselves."""
    form = ChangePasswordForm(request.user, posted(request))

    def act(typed: dict[str, Any]) -> None:
        # The key first: the changed password ends every other browser, and this one goes on under the new key.
        request.session.cycle_key()
        change_password(
            user=request.user,
            old=typed["old_password"],
            new=typed["new_password1"],
            keep=request.session.session_key,
            address=sessions.address_of(request),
        )
        sessions.go_on_with_new_password(request)

    return carry_out(
        request,
        form,
        act,
        done="",
        go_to="password_change_done",
        page=lambda status: render(
            request, "registration/password_change_form.html", {"form": form}, status=status
        ),
    )


@login_not_required
def reset_asked(request: HttpRequest) -> HttpResponse:
    """Ask for a link for a new password; the answer is the same for every name."""
    form = ResetAskedForm(posted(request))

    def act(typed: dict[str, Any]) -> None:
        ask_for_link(who=typed["who"], address=sessions.address_of(request))

    return carry_out(
        request,
        form,
        act,
        done="",
        go_to="signing_in:reset_sent",
        page=lambda status: render(request, "registration/reset_asked.html", {"form": form}, status=status),
    )


@login_not_required
def reset_sent(request: HttpRequest) -> HttpResponse:
    """What to do now that a link may be under way."""
    hours = settings.PASSWORD_RESET_TIMEOUT // 3600
    return render(request, "registration/reset_sent.html", {"hours": hours})


@method_decorator([login_not_required, sensitive_post_parameters()], name="dispatch")
class ResetView(PasswordResetConfirmView):
    """Choose a new password through the link of a mail; Django's own view, which hides the link's secret."""

    form_class = NewPasswordForm
    template_name = "registration/reset.html"
    success_url = reverse_lazy("signing_in:reset_done")

    def form_valid(self, form: Any) -> HttpResponse:
        self.request.session.pop("_password_reset_token", None)
        choose_password(user=form.user, new=form.cleaned_data["new_password1"])
        return redirect(self.get_success_url())

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


@login_not_required
def reset_done(request: HttpRequest) -> HttpResponse:
    """The new password holds."""
    return render(request, "registration/reset_done.html")
