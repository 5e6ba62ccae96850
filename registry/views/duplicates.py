"""Likely duplicates of an area, and the page on which two records become one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.exceptions import Hidden
from core.verbs import carry_out, posted
from registry.forms.merging import MergeForm
from registry.merging_checks import obstacles
from registry.permissions import check_can_add_people
from registry.permissions_people import check_can_merge
from registry.selectors.duplicates import duplicate_keys, load_groups
from registry.selectors.merging import compare
from registry.services.apart import forget_apart, tell_apart
from registry.services.merging import merge_households, merge_individuals, undo_merger
from registry.views.person_kinds import PERSON_KINDS

PAGE_SIZE = 20
_MERGE: dict[str, Any] = {"household": merge_households, "individual": merge_individuals}


def duplicates(request: HttpRequest, kind: str) -> HttpResponse:
    """Groups of records that may be of one person, those of one citizen number first."""
    check_can_add_people(request.user, individuals=kind == "individual")
    model = PERSON_KINDS[kind].model
    pages = Paginator(duplicate_keys(model, request.user), PAGE_SIZE)
    page = pages.get_page(request.GET.get("page"))
    groups = load_groups(model, list(page.object_list))
    return render(
        request,
        "registry/duplicate_list.html",
        {
            "kind": kind,
            "groups": groups,
            "page_obj": page,
            "total": pages.count,
            **PERSON_KINDS[kind].list_words,
        },
    )


def merge_choice(request: HttpRequest, kind: str) -> HttpResponse:
    """From the two ticked records of a group to the page that compares them."""
    check_can_add_people(request.user, individuals=kind == "individual")
    chosen = _ticked(request)
    if len(set(chosen)) != 2:
        messages.warning(request, _("Tick exactly two records of a group to compare them."))
        return redirect(f"registry:{kind}_duplicates")
    return redirect(f"registry:{kind}_merge", pk=chosen[0], other=chosen[1])


@require_POST
def tell_apart_chosen(request: HttpRequest, kind: str) -> HttpResponse:
    """The ticked records of a group are of different people: they are not shown together again."""
    check_can_add_people(request.user, individuals=kind == "individual")
    people = PERSON_KINDS[kind].seen_by(request.user).filter(merged_into=None)
    found = list(people.filter(pk__in=_ticked(request)).order_by("pk"))
    if len(found) < 2:
        messages.warning(request, _("Tick the records that are of different people, two or more."))
    else:
        tell_apart(people=found, actor=request.user)
        messages.success(request, _("Remembered: these records are of different people."))
    return redirect(f"registry:{kind}_duplicates")


@require_POST
def forget_apart_of(request: HttpRequest, kind: str, pk: int, other: int) -> HttpResponse:
    """Take back that two records are of different people."""
    person, second = _pair(request.user, kind, pk, other)
    forget_apart(person=person, other=second, actor=request.user)
    messages.success(request, _("Taken back: the two may be shown as likely duplicates again."))
    return redirect(person)


@require_POST
def unmerge(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Take the merger of a record back."""
    dropped = get_object_or_404(PERSON_KINDS[kind].seen_by(request.user), pk=pk)
    undone = undo_merger(dropped=dropped, actor=request.user)
    messages.success(request, _("The merger was taken back; the two records count apart again."))
    return redirect(undone)


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
        return render(
            request, "registry/merge.html", {**context, **PERSON_KINDS[kind].list_words}, status=status
        )

    return carry_out(
        request,
        form,
        lambda typed: _MERGE[kind](kept=kept, dropped=dropped, take=form.take, actor=request.user),
        done=_("The two records are one now; both histories count."),
        go_to=kept,
        page=page,
    )


def _ticked(request: HttpRequest) -> list[int]:
    """Keys of the ticked records, as the list's form or a link sends them."""
    sent = request.POST if request.method == "POST" else request.GET
    return [int(pk) for pk in sent.getlist("record") if pk.isdecimal() and len(pk) < 19]


def _pair(user: Any, kind: str, pk: int, other: int) -> tuple[Any, Any]:
    """Both records, if the person sees both and they are two."""
    if pk == other:
        raise Hidden
    people = PERSON_KINDS[kind].seen_by(user)
    return get_object_or_404(people, pk=pk), get_object_or_404(people, pk=other)
