"""Starting a nomination: round, award and kind of nominee first, then the nominee."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from core.exceptions import InvalidRequest
from core.requests import HttpRequest
from core.verbs import carry_out
from criteria.selectors import lang
from nominations import permissions
from nominations.enums import Status
from nominations.forms.filing import HouseholdQuickForm, IndividualQuickForm, PersonQuickForm, SubjectForm
from nominations.models import AwardRound, Dossier
from nominations.selectors.filing import open_rounds
from nominations.selectors.nominees import (
    find_nominees,
    may_add_people,
    nominating_units,
    nominee_field,
    nominees_of,
)
from nominations.services import dossiers as writing
from nominations.views.filing import edit_url, steps_line
from registry.forms import PlainForm
from registry.models import Household, Individual
from registry.selectors.duplicates import Sought, find_duplicates


def start(request: HttpRequest) -> HttpResponse:
    """Round, award and kind of nominee; then the nominee. What was chosen stands in the address."""
    permissions.check_can_nominate(request.user)
    units, rounds = nominating_units(request.user), list(open_rounds(request.user))
    asked = request.POST if request.method == "POST" else request.GET
    award_round = _round_asked_for(asked, rounds)
    is_chosen = award_round is not None and "award" in asked and "change" not in asked
    form = SubjectForm(
        asked if is_chosen else None,
        initial=request.GET.dict(),
        units=units,
        rounds=open_rounds(request.user),
        award_round=award_round,
    )
    if not form.is_bound or not form.is_valid():
        context = {"form": form, "steps": steps_line("subject"), "has_rounds": bool(rounds)}
        return render(request, "nominations/start.html", context, status=422 if form.is_bound else 200)
    chosen = form.cleaned_data
    if request.method == "POST" and "nominee" in request.POST:
        return _start_chosen(request, chosen)
    if request.method == "POST":
        return _start_new_person(request, chosen)
    return _picker(request, chosen)


def _round_asked_for(asked: Mapping[str, str], rounds: Sequence[AwardRound]) -> AwardRound | None:
    """The round in the address, or the only one that is open."""
    wanted = next((one for one in rounds if str(one.pk) == asked.get("award_round")), None)
    return wanted or (rounds[0] if len(rounds) == 1 else None)


def _picker(
    request: HttpRequest,
    chosen: dict[str, Any],
    quick: PersonQuickForm | None = None,
    status: int = 200,
    refused_form: PlainForm | None = None,
) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:100]
    nominees, total = find_nominees(words=words, **chosen)
    asked = {key: str(getattr(value, "pk", value)) for key, value in chosen.items()}
    plan = chosen["award_round"].plan
    context = {
        "chosen": chosen,
        "asked": asked,
        "award_label": plan.awards[chosen["award"]].label(lang()),
        "subject_label": plan.subjects[chosen["subject"]].label(lang()),
        "words": words,
        "nominees": nominees,
        "total": total,
        "quick": quick or _quick_form(request, chosen),
        "refused_form": refused_form,
        "back": f"{reverse('nominations:start')}?{urlencode({**asked, 'change': 1})}",
        "steps": steps_line("nominee"),
    }
    return render(request, "nominations/nominee.html", context, status=status)


def _quick_form(request: HttpRequest, chosen: dict[str, Any], data: Any = None) -> PersonQuickForm | None:
    forms = {"household": HouseholdQuickForm, "individual": IndividualQuickForm}
    make = forms.get(chosen["subject"])
    if make is None or not may_add_people(request.user):
        return None
    return make(data, unit=chosen["unit"], prefix="new")


def _start_chosen(request: HttpRequest, chosen: dict[str, Any]) -> HttpResponse:
    wanted = request.POST.get("nominee", "")
    nominee = get_object_or_404(nominees_of(chosen["unit"], chosen["subject"]), pk=_key(wanted))
    nomination = writing.Nomination(
        chosen["award_round"], chosen["award"], chosen["subject"], nominee, chosen["unit"]
    )
    form = PlainForm(request.POST)
    return carry_out(
        request,
        form,
        lambda typed: _start_or_find(request, nomination),
        done=lambda begun: begun.sentence,
        go_to=lambda begun: edit_url(begun.dossier, "achievement"),
        page=lambda status: _picker(request, chosen, status=status, refused_form=form),
    )


@dataclass(frozen=True)
class _Begun:
    dossier: Dossier
    sentence: str


def _start_or_find(request: HttpRequest, nomination: writing.Nomination) -> _Begun:
    """A new draft, or the one that a first press of the same button has just made."""
    try:
        dossier = writing.start_dossier(nomination=nomination, actor=request.user)
    except InvalidRequest:
        twin = (
            Dossier.objects.live()
            .filter(
                created_by=request.user,
                status=Status.DRAFT,
                award_round=nomination.award_round,
                award=nomination.award,
                **{nominee_field(nomination.subject): nomination.nominee},
            )
            .first()
        )
        if twin is None:
            raise
        return _Begun(twin, _("This nomination was already started; here it is."))
    return _Begun(dossier, _started(dossier))


def _started(dossier: Dossier) -> str:
    return _("Draft %(code)s started. It is kept as you go.") % {"code": dossier.code}


def _key(text: str) -> int:
    """The number of a row; 0, which no row has, for anything else that was sent."""
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def _start_new_person(request: HttpRequest, chosen: dict[str, Any]) -> HttpResponse:
    quick = _quick_form(request, chosen, request.POST)
    if quick is None:
        return _picker(request, chosen)
    if quick.is_valid():
        _refuse_known(request, chosen["subject"], quick)
    return carry_out(
        request,
        quick,
        lambda typed: writing.start_for_new_person(
            award_round=chosen["award_round"],
            award=chosen["award"],
            nominating_unit=chosen["unit"],
            person=writing.NewPerson(chosen["subject"], quick.facts()),
            actor=request.user,
        ),
        done=_started,
        go_to=lambda dossier: edit_url(dossier, "achievement"),
        page=lambda status: _picker(request, chosen, quick, status),
    )


def _refuse_known(request: HttpRequest, subject: str, quick: PersonQuickForm) -> None:
    """Say in the form that the new person may be in the register already, and where to compare."""
    facts = quick.facts()
    sought = Sought(facts["name"], facts.get("birth_year"), facts["unit"])
    model = Household if subject == "household" else Individual
    matches = find_duplicates(model, sought, user=request.user)
    if not matches:
        return
    codes = ", ".join(match.person.code for match in matches.seen)
    quick.add_error(
        None,
        _(
            "A person of this name is recorded here already (%(codes)s). Choose them from the list. "
            "If this is another person, enter them under “Data”, where the records can be compared."
        )
        % {"codes": codes or _("outside your area")},
    )
