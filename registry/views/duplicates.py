"""Likely duplicates of an area, and the page on which two records become one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from core.exceptions import Hidden
from core.verbs import carry_out, posted
from registry.forms.merging import MergeForm
from registry.merging_checks import obstacles
from registry.models import Household, Individual
from registry.permissions import check_can_add_people
from registry.permissions_people import check_can_merge
from registry.selectors.duplicates import duplicate_keys, load_groups
from registry.selectors.merging import compare
from registry.services.merging import merge_households, merge_individuals

PAGE_SIZE = 20
_MODELS: dict[str, Any] = {"household": Household, "individual": Individual}
_MERGE: dict[str, Any] = {"household": merge_households, "individual": merge_individuals}


def duplicates(request: HttpRequest, kind: str) -> HttpResponse:
    """Groups of records that may be of one person, those of one citizen number first."""
    check_can_add_people(request.user, individuals=kind == "individual")
    pages = Paginator(duplicate_keys(_MODELS[kind], request.user), PAGE_SIZE)
    page = pages.get_page(request.GET.get("page"))
    groups = load_groups(_MODELS[kind], list(page.object_list))
    return render(
        request,
        "registry/duplicate_list.html",
        {"kind": kind, "groups": groups, "page_obj": page, "total": pages.count, **_list_of(kind)},
    )


def merge_choice(request: HttpRequest, kind: str) -> HttpResponse:
    """From the two ticked records of a group to the page that compares them."""
    check_can_add_people(request.user, individuals=kind == "individual")
    chosen = [int(pk) for pk in request.GET.getlist("record") if pk.isdecimal() and len(pk) < 19]
    if len(set(chosen)) != 2:
        messages.warning(request, _("Tick exactly two records of a group to compare them."))
        return redirect(f"registry:{kind}_duplicates")
    return redirect(f"registry:{kind}_merge", pk=chosen[0], other=chosen[1])


def merge(request: HttpRequest, kind: str, pk: int, other: int) -> HttpResponse:
    """Two records side by side: the first is kept, the second is merged into it."""
    kept, dropped = _pair(request.user, kind, pk, other)
    if kept.merged_into_id or dropped.merged_into_id:
        messages.info(request, _("These two records were merged already."))
        return redirect(kept)
    check_can_merge(request.user, kept, dropped)
    comparison = compare(kept, dropped)
    form = MergeForm(posted(request), comparison=comparison)

    def page(status: int) -> HttpResponse:
        context = {"kind": kind, "kept": kept, "dropped": dropped, "comparison": comparison, "form": form}
        context["obstacles"] = obstacles(kept, dropped, request.user)
        return render(request, "registry/merge.html", {**context, **_list_of(kind)}, status=status)

    return carry_out(
        request,
        form,
        lambda typed: _MERGE[kind](kept=kept, dropped=dropped, take=form.take, actor=request.user),
        done=_("The two records are one now; both histories count."),
        go_to=kept,
        page=page,
    )


def _pair(user: Any, kind: str, pk: int, other: int) -> tuple[Any, Any]:
    """Both records, if the person sees both and they are two."""
    people = _MODELS[kind].objects.visible_to(user).select_related("unit__parent", "merged_into")
    if pk == other:
        raise Hidden
    return get_object_or_404(people, pk=pk), get_object_or_404(people, pk=other)


def _list_of(kind: str) -> dict[str, Any]:
    if kind == "household":
        return {"list_name": _("Household records"), "list_url": "registry:households"}
    return {"list_name": _("Individuals"), "list_url": "registry:individuals"}
