"""Citizen numbers on screen: searched in the body of a request, shown one at a time, kept by no cache."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from registry.forms.numbers import NumberSearchForm
from registry.models import HouseholdMember
from registry.permissions_people import check_can_search_number
from registry.selectors.numbers import find_by_number
from registry.services.numbers import see_number
from registry.views.person_kinds import HOUSEHOLDS, PERSON_KINDS


@require_POST
@never_cache
def number_search(request: HttpRequest) -> HttpResponse:
    """Whose citizen number this is, among the records that the person sees."""
    check_can_search_number(request.user)
    form = NumberSearchForm(request.POST)
    hits = find_by_number(form.cleaned_data["number"], request.user) if form.is_valid() else None
    context = {"form": form, "hits": hits}
    return render(request, "registry/number_search.html", context, status=422 if form.errors else 200)


@require_POST
@never_cache
def person_number(request: HttpRequest, kind: str, pk: int, *, is_old: bool = False) -> HttpResponse:
    """The citizen number of a household's head or of an individual, or the old one."""
    person = get_object_or_404(PERSON_KINDS[kind].seen_by(request.user), pk=pk)
    return _shown(request, person, person, is_old=is_old)


@require_POST
@never_cache
def member_number(request: HttpRequest, pk: int, member: int, *, is_old: bool = False) -> HttpResponse:
    """The citizen number of a household's member, or the old one."""
    household = get_object_or_404(HOUSEHOLDS.seen_by(request.user), pk=pk)
    found = get_object_or_404(HouseholdMember.objects.filter(household=household), pk=member)
    found.household = household
    return _shown(request, found, household, is_old=is_old)


def _shown(request: HttpRequest, person: Any, record: Any, *, is_old: bool) -> HttpResponse:
    number = see_number(person=person, actor=request.user, is_old=is_old)
    groups = [number[start : start + 3] for start in range(0, len(number), 3)]
    return render(
        request,
        "registry/number_shown.html",
        {"person": person, "record": record, "number": " ".join(groups), "is_old": is_old},
    )
