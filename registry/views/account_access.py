"""The ways into an account: one-time links, slips on paper, and the page where a code is used."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.exceptions import Refusal
from core.requests import HttpRequest
from core.sessions import address_of
from core.verbs import carry_out, posted
from registry.enums import ImportStatus
from registry.forms.accounts import OneTimeCodeForm, TokenForm
from registry.imports.accounts import AccountImporter
from registry.imports.desk import files_seen
from registry.permissions_accounts import check_can_change_access, check_can_keep_accounts, holds_at_province
from registry.selectors.accounts import accounts_of_file, holders_at_province
from registry.services.access import Slip, open_by_code, print_slips, send_link, send_links
from registry.views.account_gate import changes_access
from registry.views.accounts import account_page, account_seen

_KEPT = "one_time_code"


@require_POST
@changes_access
def account_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Mail a one-time link."""
    account = account_seen(request, pk)
    check_can_change_access(request.user, account)
    try:
        send_link(account=account, actor=request.user)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return account_page(request, account, status=refusal.status_code)
    messages.success(
        request,
        _("A link waits in the outbox for %(address)s. It holds for 24 hours and opens once.")
        % {"address": account.user.email},
    )
    return redirect(account)


@require_POST
@changes_access
def account_slip(request: HttpRequest, pk: int) -> HttpResponse:
    """A slip with a one-time code, shown this once to be printed."""
    account = account_seen(request, pk)
    check_can_change_access(request.user, account)
    form = TokenForm(request.POST, prefix="slip")
    if not holds_at_province(account.user):
        del form.fields["token"]
    if not form.is_valid():
        return account_page(request, account, token=form, status=422)
    try:
        slips = print_slips(accounts=[account], actor=request.user, token=form.cleaned_data.get("token", ""))
    except Refusal as refusal:
        form.add_refusal(refusal)
        return account_page(request, account, token=form, status=refusal.status_code)
    return _slips(request, slips, account.get_absolute_url())


@changes_access
def slips_of_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The ways in for the people of a loaded list who have not signed in: links by mail, slips for the others."""
    check_can_keep_accounts(request.user)
    loaded = files_seen(request.user).filter(kind=AccountImporter.code, status=ImportStatus.CONFIRMED)
    staged = get_object_or_404(loaded, pk=pk)
    accounts = list(accounts_of_file(request.user, staged))
    by_mail = [one for one in accounts if one.user.email]
    guarded = holders_at_province(accounts)
    on_paper = [one for one in accounts if not one.user.email and one.pk not in guarded]
    one_by_one = [one for one in accounts if not one.user.email and one.pk in guarded]
    here = reverse("registry:account_slips", args=[pk])
    if "links" in request.POST:
        send_links(accounts=by_mail, actor=request.user)
        messages.success(request, _("The links wait in the outbox. They hold for 24 hours and open once."))
        return redirect(here)
    if request.method == "POST":
        return _slips(request, print_slips(accounts=on_paper, actor=request.user), here)
    context = {"staged": staged, "by_mail": by_mail, "on_paper": on_paper, "one_by_one": one_by_one}
    return render(request, "registry/account_slips_ask.html", context)


def _slips(request: HttpRequest, slips: list[Slip], back: str) -> HttpResponse:
    address = settings.SITE_URL.rstrip("/") + reverse("one_time_code")
    return render(request, "registry/account_slips.html", {"slips": slips, "back": back, "address": address})


@login_not_required
@changes_access
def one_time_code_link(request: HttpRequest, code: str) -> HttpResponse:
    """The address of a mailed link: the code moves out of the address before a page is shown."""
    request.session[_KEPT] = code[:40]
    return redirect("one_time_code")


@login_not_required
@changes_access
def one_time_code(request: HttpRequest) -> HttpResponse:
    """Set a password with the code of a link or a slip."""
    form = OneTimeCodeForm(posted(request), initial={"code": request.session.get(_KEPT, "")})

    def page(status: int) -> HttpResponse:
        return render(request, "registry/one_time_code.html", {"form": form}, status=status)

    answer = carry_out(
        request,
        form,
        lambda typed: open_by_code(
            username=typed["username"],
            code=typed["code"],
            password=typed["new"],
            address=address_of(request),
        ),
        done=_("Your password is set. Sign in with it."),
        go_to="login",
        page=page,
    )
    if answer.status_code == 302:
        request.session.pop(_KEPT, None)
    return answer
