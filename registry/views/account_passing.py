"""A desk handed to a successor, two accounts of one person made one, and lists confirmed each season."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.requests import HttpRequest
from core.verbs import carry_out, posted
from registry.enums import ROLE_CONFIRMERS
from registry.forms.accounts import CallForm, HandOverForm, OtherAccountForm
from registry.forms.certification import ListForm
from registry.models import Unit
from registry.permissions_accounts import check_can_certify, check_can_change_access, check_can_see_accounts
from registry.querysets import ACCOUNT_READERS
from registry.scopes import provinces_of
from registry.selectors.accounts import account_rows
from registry.selectors.certification import people_of, progress_of, waits_for
from registry.selectors.desks import staying_with
from registry.services.certification import call_for_lists, confirm_list, settle_departure
from registry.services.passing_on import hand_over, merge_accounts
from registry.views.account_gate import changes_access
from registry.views.accounts import account_seen


@changes_access
def account_hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Pass the person's roles, and what waits at the desk, to a successor from a day on."""
    account = account_seen(request, pk)
    check_can_change_access(request.user, account)
    form = HandOverForm(
        posted(request), request.FILES or None, user=request.user, account=account, label=_("Successor")
    )
    context = {
        "heading": _("Hand over the desk"),
        "advice": _(
            "The roles of that day end the day before and begin for the successor; what waited for the one then waits"
            " for the other. Seats on councils stay: a decision names their members."
        ),
        "staying": staying_with(account.user, request.user),
        "form": form,
        "account": account,
        "back": account.get_absolute_url(),
    }
    return carry_out(
        request,
        form,
        lambda typed: hand_over(
            account=account, successor=typed["other"], on=typed["on"], actor=request.user, paper=form.paper
        ),
        done=lambda handed: (
            _("%(successor)s takes over on %(day)s.")
            % {"successor": handed.successor, "day": handed.on.strftime("%d/%m/%Y")}
        ),
        go_to=account,
        page=lambda status: render(request, "registry/account_form.html", context, status=status),
    )


@changes_access
def account_merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Close this account for another one of the same person."""
    account = account_seen(request, pk)
    check_can_change_access(request.user, account)
    form = OtherAccountForm(
        posted(request),
        request.FILES or None,
        user=request.user,
        account=account,
        label=_("Account that is kept"),
    )
    context = {
        "heading": _("Merge with the person's other account"),
        "advice": _(
            "For one person with two accounts. This account closes for good and its roles pass to the one that is"
            " kept; what was done with either counts as done by the person."
        ),
        "form": form,
        "account": account,
        "back": account.get_absolute_url(),
    }
    return carry_out(
        request,
        form,
        lambda typed: merge_accounts(
            kept=typed["other"], dropped=account, actor=request.user, paper=form.paper
        ),
        done=_(
            "The account is closed. Its roles are with the one that was kept; those at the province wait there for a"
            " second person."
        ),
        go_to=lambda _given: form.cleaned_data["other"],
        page=lambda status: render(request, "registry/account_form.html", context, status=status),
    )


def certification(request: HttpRequest) -> HttpResponse:
    """How far the districts are with confirming their lists, and the form that asks them."""
    mine = waits_for(request.user)
    paths = provinces_of(request.user, *ACCOUNT_READERS)
    if not paths and not mine:
        check_can_see_accounts(request.user)
    province = Unit.objects.get(pk=int(paths[0].strip("/"))) if paths else None
    calls = province is not None and bool(provinces_of(request.user, *ROLE_CONFIRMERS))
    form = CallForm(posted(request)) if calls else None

    def page(status: int) -> HttpResponse:
        progress = progress_of(province) if province else None
        rows = (
            [{"unit": unit, "answer": progress.answers.get(unit.pk)} for unit in progress.units]
            if progress
            else []
        )
        context = {"mine": mine, "progress": progress, "rows": rows, "form": form}
        return render(request, "registry/certification.html", context, status=status)

    if form is None or province is None:
        return page(200)
    return carry_out(
        request,
        form,
        lambda typed: call_for_lists(province=province, actor=request.user, **typed),
        done=_("Every district finds its list on its home page."),
        go_to=reverse("registry:certification"),
        page=page,
    )


@changes_access
def certify(request: HttpRequest, unit: int) -> HttpResponse:
    """Go through a unit's list of people: still right, or no longer."""
    listed = get_object_or_404(Unit.objects.select_related("parent"), pk=unit)
    call = next((call for call, mine in waits_for(request.user) if mine == listed), None)
    if call is None:
        check_can_certify(request.user, listed)
        raise Http404
    rows = account_rows(people_of(listed))
    form = ListForm(posted(request), accounts=[row.account for row in rows])

    def page(status: int) -> HttpResponse:
        context: dict[str, Any] = {
            "unit": listed,
            "call": call,
            "form": form,
            "rows": [{"row": row, "fields": form.fields_of(row.account)} for row in rows],
        }
        return render(request, "registry/certify.html", context, status=status)

    return carry_out(
        request,
        form,
        lambda _typed: confirm_list(call=call, unit=listed, answers=form.answers, actor=request.user),
        done=_("The list is confirmed. The administrator sees who has left."),
        go_to="core:home",
        page=page,
    )


@require_POST
@changes_access
def departure_settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that what a unit wrote of a person who left was looked at."""
    account = account_seen(request, pk)
    settle_departure(account=account, actor=request.user)
    messages.success(request, _("Noted: it was looked at."))
    return redirect(account)
