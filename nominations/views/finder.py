"""The finder: who qualifies, the same list as a file, and a what-if for one nominee."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core import clock
from core.exporting import FORMATS, Table, table_response
from core.replicas import reads_may_lag
from core.requests import HttpRequest
from criteria.selectors import lang
from nominations.finder.search import PEOPLE
from nominations.forms.finder import FinderForm, WhatIfForm
from nominations.list_exports import PeopleFoundResource, UnitsFoundResource
from nominations.permissions import check_can_find
from nominations.selectors.finder import ALL, find, rounds_to_look_at
from nominations.selectors.finder_rows import GROUP_LABELS, GROUP_NOTES, RowMaker, detail_of
from nominations.selectors.what_if import comparison, one_nominee
from nominations.services.finder import record_finder_export

PER_PAGE = 25


def _form(request: HttpRequest, **fixed: str) -> FinderForm | None:
    """What was asked, made to fit; None where there is no round, or nobody whom the person might look for."""
    check_can_find(request.user)
    rounds = rounds_to_look_at(request.user)
    if not rounds:
        return None
    form = FinderForm({**request.GET.dict(), **fixed}, user=request.user, rounds=rounds)
    return form if form.data["subject"] and form.data["award"] else None


@reads_may_lag
@require_safe
def finder(request: HttpRequest) -> HttpResponse:
    """Everybody of the person's area in groups; the chosen group in pages, all choices in the address."""
    form = _form(request)
    if form is None:
        return render(request, "nominations/finder.html", {"form": None})
    search = form.search
    answer = find(request.user, search, group=form.data["group"], sort=form.data["sort"])
    page = Paginator(answer.found, PER_PAGE).get_page(request.GET.get("page"))
    maker = RowMaker(request.user, search, form.units)
    context = {
        "form": form,
        "search": search,
        "answer": answer,
        "tabs": [
            *((str(one), GROUP_LABELS[one], count) for one, count in answer.offered),
            (ALL, _("All"), answer.total),
        ],
        "note": GROUP_NOTES.get(answer.chosen, ""),
        "is_people": search.subject in PEOPLE,
        "page_obj": page,
        "rows": [maker.row(one) for one in page.object_list],
        "formats": FORMATS,
        "day": clock.today(),
    }
    return render(request, "nominations/finder.html", context)


@reads_may_lag
@require_safe
def finder_export(request: HttpRequest, file_format: str) -> HttpResponseBase:
    """The chosen group as it is filtered, all pages of it, as a file."""
    form = _form(request)
    if form is None or file_format not in FORMATS:
        raise Http404
    search = form.search
    answer = find(request.user, search, group=form.data["group"], sort=form.data["sort"])
    if search.subject in PEOPLE:
        record_finder_export(
            award_round=search.award_round,
            actor=request.user,
            file_format=file_format,
            rows=len(answer.found),
            asked={**form.data, "group": answer.chosen},
        )
    name = slugify(f"{_('who qualifies')}-{search.award_round}-{search.subject}")
    maker = RowMaker(request.user, search, form.units)
    resource = PeopleFoundResource() if search.subject in PEOPLE else UnitsFoundResource()
    rows = ({"found": one, "row": maker.row(one)} for one in answer.found)
    table = Table.of(name, resource, rows, has_personal_data=search.subject in PEOPLE)
    return table_response(table, file_format, request.user)


@require_safe
def what_if(request: HttpRequest, subject: str, pk: int) -> HttpResponse:
    """One nominee's figures, free to be changed: what the check says now, and what it would say. Saves nothing."""
    chooser = _form(request, subject=subject)
    if chooser is None or chooser.data["subject"] != subject:
        raise Http404
    found, facts = one_nominee(request.user, chooser.search, pk)
    plan = chooser.search.plan
    form = WhatIfForm(request.GET if "thu" in request.GET else None, plan=plan, facts=facts)
    is_tried = form.is_bound and form.is_valid()
    context = {
        "form": form,
        "search": chooser.search,
        "found": found,
        "detail": detail_of(found),
        "award_label": plan.awards[chooser.search.award].label(lang()),
        "comparison": comparison(plan, facts, form.figures() if is_tried else None),
        "is_tried": is_tried,
    }
    return render(
        request, "nominations/what_if.html", context, status=422 if form.is_bound and not is_tried else 200
    )
