"""The set that goes to the province: which dossiers, letter and minutes, and filing it."""

from collections.abc import Sized
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from core.exceptions import StaleState
from core.exporting import ExportableList
from core.permissions import allowed
from core.replicas import reads_may_lag
from core.requests import HttpRequest
from core.verbs import carry_out, posted
from nominations import permissions
from nominations.list_exports import SetListResource
from nominations.models import AwardRound, FilingSet
from nominations.selectors.dossiers import days_to_deadline, deadline_of
from nominations.selectors.filing import (
    choosable_for,
    fileable,
    filing_bodies,
    open_rounds,
    set_rows,
    sets_for_list,
    visible_sets,
)
from nominations.selectors.papers import set_slots
from nominations.services import filing
from nominations.views.filing import paper_form, receive_from
from registry.forms import PlainForm
from registry.models import Unit


@method_decorator(reads_may_lag, name="dispatch")
class SetListView(ExportableList):
    """Sets of my area: those being prepared and those that were filed."""

    template_name = "nominations/set_list.html"
    paginate_by = 25
    context_object_name = "sets"
    export_resource = SetListResource

    def get_queryset(self) -> QuerySet[FilingSet]:
        return sets_for_list(self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            bodies=filing_bodies(self.request.user), rounds=list(open_rounds(self.request.user)), **kwargs
        )

    def export_name(self) -> str:
        return "bo-ho-so"


@require_POST
def set_open(request: HttpRequest) -> HttpResponse:
    """Begin the set of one of my bodies in an open round, or go to the one that is open."""
    unit = get_object_or_404(Unit, pk=_number(request.POST.get("unit")))
    award_round = get_object_or_404(
        AwardRound.objects.visible_to(request.user).select_related("movement"),
        pk=_number(request.POST.get("round")),
    )
    filing_set = filing.open_filing_set(unit=unit, award_round=award_round, actor=request.user)
    return redirect("nominations:set_detail", filing_set.pk)


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 12 else 0


def _load_set(request: HttpRequest, pk: int) -> FilingSet:
    return get_object_or_404(visible_sets(request.user), pk=pk)


def set_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One set: which dossiers go, what each still lacks, the letter and the minutes."""
    return _set_page(request, _load_set(request, pk))


def _set_page(
    request: HttpRequest,
    filing_set: FilingSet,
    bound: dict[str, PlainForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    bound = dict(bound or {})
    is_open = filing_set.filed_on is None
    may_change = allowed(permissions.check_can_change_set, request.user, filing_set)
    may_attach = allowed(permissions.check_can_supplement_set, request.user, filing_set)
    dossiers = choosable_for(filing_set) if is_open else fileable(filing_set)
    rows = set_rows(filing_set, dossiers)
    slots = set_slots(filing_set)
    context = {
        "filing_set": filing_set,
        "rows": rows,
        "chosen_count": sum(row.is_chosen for row in rows),
        "complete_count": sum(row.is_complete for row in rows if row.is_chosen),
        "slots": [
            {
                "slot": slot,
                "form": (bound.pop(slot.kind, None) or paper_form(slot.kind, [slot])) if may_attach else None,
            }
            for slot in slots
        ],
        "papers_missing": [slot.label for slot in slots if slot.is_compulsory and slot.paper is None],
        "days": days_to_deadline(filing_set.award_round) if is_open else None,
        "last_day": deadline_of(filing_set.award_round),
        "may_change": may_change,
        "may_attach": may_attach,
    }
    context["refused_form"] = next(iter(bound.values()), None)
    return render(request, "nominations/set_detail.html", context, status=status)


@require_POST
def set_choose(request: HttpRequest, pk: int) -> HttpResponse:
    filing_set = _load_set(request, pk)
    wanted = {_number(text) for text in request.POST.getlist("dossier")}
    chosen = [dossier for dossier in choosable_for(filing_set) if dossier.pk in wanted]
    if len(chosen) < len(wanted):
        raise StaleState(
            _("One of the dossiers ticked can no longer go into this set."),
            _("Open the set again and choose from what it lists now."),
        )
    filing.choose_dossiers(filing_set=filing_set, dossiers=chosen, actor=request.user)
    messages.success(request, _("The choice is kept."))
    return redirect("nominations:set_detail", filing_set.pk)


@require_POST
def set_paper(request: HttpRequest, pk: int) -> HttpResponse:
    filing_set = _load_set(request, pk)
    kind = request.POST.get("kind", "")[:40]
    form = paper_form(kind, set_slots(filing_set), request.POST, request.FILES)
    return receive_from(
        request,
        filing_set,
        kind,
        form,
        go_to=reverse("nominations:set_detail", args=[filing_set.pk]),
        page=lambda status: _set_page(request, _load_set(request, pk), {kind: form}, status),
    )


def set_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything once more before the set goes; then it is filed."""
    filing_set = _load_set(request, pk)
    permissions.check_can_file_set(request.user, filing_set)
    form = PlainForm(posted(request))
    expected = {_number(text) for text in request.POST.getlist("dossier")}

    def page(status: int) -> HttpResponse:
        rows = set_rows(filing_set, fileable(filing_set))
        context = {
            "filing_set": filing_set,
            "rows": rows,
            "slots": set_slots(filing_set),
            "refused_form": form,
            "days": days_to_deadline(filing_set.award_round),
            "last_day": deadline_of(filing_set.award_round),
            "lacking_count": sum(not row.is_complete for row in rows),
        }
        return render(request, "nominations/set_file.html", context, status=status)

    return carry_out(
        request,
        form,
        lambda typed: filing.file_set(filing_set=filing_set, actor=request.user, expected=expected),
        done=_filed,
        go_to=reverse("nominations:set_detail", args=[filing_set.pk]),
        page=page,
    )


def _filed(evaluations: Sized) -> str:
    done = ngettext(
        "The set was filed with one dossier.", "The set was filed with %(count)s dossiers.", len(evaluations)
    )
    return done % {"count": len(evaluations)}
