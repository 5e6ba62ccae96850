"""Members of a household: added, corrected, removed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.verbs import carry_out, posted
from registry.forms.members import MemberForm
from registry.models import Household, HouseholdMember
from registry.permissions import check_can_edit_household
from registry.services.members import add_member, remove_member, update_member


def member_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter somebody who lives in the household."""
    household = _household(request, pk)
    form = MemberForm(posted(request), user=request.user)

    def write(typed: dict[str, Any]) -> None:
        add_member(household=household, actor=request.user, **form.given)

    return _answer(request, household, form, write, _("New member"))


def member_edit(request: HttpRequest, pk: int, member: int) -> HttpResponse:
    """Correct a member."""
    household = _household(request, pk)
    found = _member(household, member)
    form = MemberForm(posted(request), user=request.user, member=found)

    def write(typed: dict[str, Any]) -> None:
        update_member(member=found, actor=request.user, **form.given)

    return _answer(request, household, form, write, _("Edit member"), found)


@require_POST
def member_remove(request: HttpRequest, pk: int, member: int) -> HttpResponse:
    """Take a member off the household."""
    household = _household(request, pk)
    remove_member(member=_member(household, member), actor=request.user)
    messages.success(request, _("The member was removed."))
    return redirect(household)


def _household(request: HttpRequest, pk: int) -> Household:
    households = Household.objects.visible_to(request.user).current().select_related("unit__parent")
    household: Household = get_object_or_404(households, pk=pk)
    check_can_edit_household(request.user, household.unit)
    return household


def _member(household: Household, pk: int) -> HouseholdMember:
    member = get_object_or_404(HouseholdMember.objects.filter(household=household), pk=pk)
    member.household = household
    return member


def _answer(
    request: HttpRequest, household: Household, form: MemberForm, write: Any, heading: str, member: Any = None
) -> HttpResponse:
    context = {"form": form, "household": household, "member": member, "heading": heading}
    return carry_out(
        request,
        form,
        write,
        done=lambda _given: form.said,
        go_to=household,
        page=lambda status: render(request, "registry/member_form.html", context, status=status),
    )
