"""Roles: given, ended, confirmed by a second hand; and who may do what."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import files
from core.requests import HttpRequest
from core.verbs import carry_out, posted
from registry.enums import Role
from registry.forms.accounts import FirstLeadForm, RoleEndForm, RoleForm
from registry.models import DecidingPaper, RoleRequest, UnitRole
from registry.permissions_accounts import check_can_change_access, check_can_see_accounts
from registry.rights import rights_table
from registry.selectors.accounts import people_by_role, requests_to_settle
from registry.services.beginning import check_can_name_lead, name_first_lead
from registry.services.roles import end_role, give_role, settle_request
from registry.views.account_gate import changes_access
from registry.views.accounts import account_page, account_seen


@changes_access
def role_give(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a dated role by a paper; what reaches the province waits for its second hand."""
    account = account_seen(request, pk)
    check_can_change_access(request.user, account)
    form = RoleForm(posted(request), request.FILES or None, user=request.user)

    def page(status: int) -> HttpResponse:
        context = {
            "heading": _("Give a role"),
            "advice": _(
                "A role at the province takes a second hand: another administrator or the leadership confirms it."
            ),
            "form": form,
            "account": account,
            "back": account.get_absolute_url(),
        }
        return render(request, "registry/account_form.html", context, status=status)

    return carry_out(
        request,
        form,
        lambda typed: give_role(
            user=account.user,
            role=typed["role"],
            unit=typed["unit"],
            starts_on=typed["starts_on"],
            ends_on=typed["ends_on"],
            paper=form.paper,
            actor=request.user,
        ),
        done=lambda given: (
            _("The role waits: a second administrator or the leadership confirms it.")
            if isinstance(given, RoleRequest)
            else _("The role is given.")
        ),
        go_to=account,
        page=page,
    )


@require_POST
@changes_access
def role_end(request: HttpRequest, pk: int, role: int) -> HttpResponse:
    """Record the last day of a role."""
    account = account_seen(request, pk)
    check_can_change_access(request.user, account)
    held = get_object_or_404(
        UnitRole.objects.select_related("user__account", "unit"), user=account.user, pk=role
    )
    form = RoleEndForm(request.POST, request.FILES or None, prefix=f"role-{role}")
    return carry_out(
        request,
        form,
        lambda typed: end_role(held=held, ends_on=typed["ends_on"], paper=form.paper, actor=request.user),
        done=lambda kept: (
            _("The last day of the role is recorded.")
            if kept
            else _("The role is taken back before it began.")
        ),
        go_to=account,
        page=lambda status: account_page(request, account, ending={role: form}, status=status),
    )


@require_GET
def role_requests(request: HttpRequest) -> HttpResponse:
    """Roles that wait: those that the person settles, and for readers those that wait for somebody else."""
    mine = list(requests_to_settle(request.user))
    others = RoleRequest.objects.waiting().visible_to(request.user).exclude(pk__in=[one.pk for one in mine])
    if not mine:
        check_can_see_accounts(request.user)
    context = {
        "mine": mine,
        "others": others.select_related("user", "unit", "paper", "asked_by", "replaces__user"),
    }
    return render(request, "registry/role_requests.html", context)


@require_POST
@changes_access
def role_settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm or refuse one of them."""
    waiting = RoleRequest.objects.visible_to(request.user).select_related(
        "user", "unit", "paper", "asked_by", "replaces__user", "replaces__unit"
    )
    asked = get_object_or_404(waiting, pk=pk)
    confirms = "confirm" in request.POST
    settle_request(request=asked, confirms=confirms, actor=request.user)
    messages.success(request, _("The role is confirmed.") if confirms else _("The role is refused."))
    return redirect("core:home" if asked.by_token else "registry:role_requests")


@changes_access
def first_lead(request: HttpRequest) -> HttpResponse:
    """Name the first lead with the installer's token."""
    check_can_name_lead(request.user)
    form = FirstLeadForm(posted(request), request.FILES or None, user=request.user)

    def act(typed: dict[str, Any]) -> RoleRequest:
        return name_first_lead(
            account=typed["account"],
            unit=typed["unit"],
            starts_on=typed["starts_on"],
            actor=request.user,
            paper=form.paper,
            token=typed["token"],
        )

    def page(status: int) -> HttpResponse:
        context = {
            "heading": _("Name the first lead"),
            "advice": _(
                "Until two people can confirm roles at the province, one administrator names one lead with the"
                " installer's token. The log says that one person did it, and the lead confirms or refuses at the"
                " first sign-in."
            ),
            "form": form,
            "back": reverse("registry:accounts"),
        }
        return render(request, "registry/account_form.html", context, status=status)

    return carry_out(
        request,
        form,
        act,
        done=lambda asked: (
            _("%(person)s is named. Send a link or print a slip, and have it confirmed.")
            % {"person": asked.user}
        ),
        go_to=lambda asked: asked.user.account,
        page=page,
    )


@require_GET
def rights(request: HttpRequest) -> HttpResponse:
    """Who holds which role today, and what each role may do: asked of the permission checks themselves."""
    check_can_see_accounts(request.user)
    context = {"people": people_by_role(request.user), "roles": list(Role), "groups": rights_table()}
    return render(request, "registry/rights.html", context)


@require_GET
def deciding_paper(request: HttpRequest, pk: int, paper: int) -> HttpResponseBase:
    """The file of a paper behind a role of the account."""
    account = account_seen(request, pk)
    roles = UnitRole.objects.filter(user=account.user)
    known = {*roles.values_list("paper", flat=True), *roles.values_list("ending_paper", flat=True)}
    known |= set(account.user.role_requests.values_list("paper", flat=True))
    found = get_object_or_404(DecidingPaper.objects.filter(pk__in=known - {None}), pk=paper)
    return files.serve(found.file, inline=True)
