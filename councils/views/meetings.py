"""Preparing a meeting, the chair's console, the members' page and the hall screen."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import clock
from core.permissions import allowed
from core.requests import HttpRequest
from core.verbs import carry_out, posted
from councils.enums import SMALL_GROUP
from councils.exceptions import UrnAway, UrnLost
from councils.forms import (
    AgendaForm,
    AnnulForm,
    ClosePollForm,
    ConclusionForm,
    MeetingForm,
    ReasonForm,
)
from councils.interests import interests_of, items_to_declare
from councils.models import AgendaItem, Council, Meeting, Participation
from councils.permissions import (
    check_can_agree_to_close,
    check_can_consent,
    check_can_end,
    check_can_prepare,
    check_can_see_interests,
    check_can_take_off,
    check_can_take_roll,
    check_is_chair,
    check_is_not_over,
    check_is_open,
    check_is_planned,
)
from councils.records import may_keep_notes
from councils.selectors import (
    MeetingState,
    agenda_rows,
    award_label,
    eligible_dossiers,
    has_voted,
    meetings_for_pages,
    participation_of,
    state_of,
    waiting_request,
)
from councils.services import (
    change_meeting,
    close_meeting,
    open_meeting,
    prepare_meeting,
    set_agenda,
    take_item_off,
)
from councils.views.answers import live, settled
from nominations.models import Dossier
from registry.forms import PlainForm


def _meeting(request: HttpRequest, pk: int) -> Meeting:
    return get_object_or_404(meetings_for_pages(request.user), pk=pk)


def meeting_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Prepare a meeting of a council."""
    council = get_object_or_404(Council.objects.visible_to(request.user), pk=pk)
    check_can_prepare(request.user, council)
    form = MeetingForm(posted(request), council=council)
    context = {"form": form, "council": council}
    return carry_out(
        request,
        form,
        lambda typed: prepare_meeting(council=council, particulars=form.particulars(), actor=request.user),
        done=_("The meeting is prepared. Choose its agenda next."),
        go_to=lambda meeting: reverse("councils:agenda", args=[meeting.pk]),
        page=lambda status: render(request, "councils/meeting_form.html", context, status=status),
    )


def meeting_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a meeting that has not opened."""
    meeting = _meeting(request, pk)
    check_can_prepare(request.user, meeting.council)
    check_is_planned(meeting)
    form = MeetingForm(posted(request), council=meeting.council, meeting=meeting)
    context = {"form": form, "council": meeting.council, "meeting": meeting}
    return carry_out(
        request,
        form,
        lambda typed: change_meeting(meeting=meeting, particulars=form.particulars(), actor=request.user),
        done=_("The meeting is changed."),
        go_to=meeting,
        page=lambda status: render(request, "councils/meeting_form.html", context, status=status),
    )


def agenda(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose and order the dossiers of a meeting that has not opened."""
    meeting = _meeting(request, pk)
    check_can_prepare(request.user, meeting.council)
    check_is_planned(meeting)
    chosen = [row.dossier for row in agenda_rows(meeting)]
    form = AgendaForm(posted(request), chosen=chosen, eligible=list(eligible_dossiers(meeting.council)))
    plan = meeting.council.movement.plan
    opens = set(
        Dossier.objects.visible_to(request.user)
        .filter(pk__in=[dossier.pk for dossier in form.choosable])
        .values_list("pk", flat=True)
    )
    rows = [
        {
            **row,
            "award": award_label(plan, row["dossier"].award),
            "opens": row["dossier"].pk in opens,
        }
        for row in form.rows()
    ]
    context = {"form": form, "meeting": meeting, "rows": rows}
    return carry_out(
        request,
        form,
        lambda typed: set_agenda(meeting=meeting, dossiers=form.dossiers(), actor=request.user),
        done=lambda items: _("The agenda is saved; it has %(count)s items.") % {"count": len(items)},
        go_to=meeting,
        page=lambda status: render(request, "councils/agenda.html", context, status=status),
    )


def meeting_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The meeting for everybody who may know of it; chair and secretary find their tools there."""
    meeting = _meeting(request, pk)
    context = meeting_context(request, meeting)
    fragment = live(request, "councils/meeting_detail.html", "now", context, context["version"])
    return fragment or render(request, "councils/meeting_detail.html", context)


def refused_page(request: HttpRequest, pk: int, name: str, form: PlainForm, status: int) -> HttpResponse:
    """The meeting's page, as the meeting stands now, with the form that was refused."""
    context = meeting_context(request, _meeting(request, pk), {name: form})
    return render(request, "councils/meeting_detail.html", context, status=status)


def meeting_context(
    request: HttpRequest, meeting: Meeting, bound: dict[str, PlainForm] | None = None
) -> dict[str, Any]:
    """The state of the meeting, the person's own ballot, and what the person may do now."""
    bound = dict(bound or {})
    user, state = request.user, _settled_state(meeting)
    current = state.current
    mine = participation_of(user, current.turnout.poll) if current and current.turnout else None
    i_voted = _is_in_the_urn(mine)
    is_chair = allowed(check_is_chair, user, meeting)
    is_open = allowed(check_is_open, meeting)
    is_planned = allowed(check_is_planned, meeting)
    voted = "voted" if i_voted else ""
    can_end = is_open and allowed(check_can_end, user, meeting)
    closes_poll = can_end and current is not None
    closes_meeting = can_end and current is None and not state.waiting
    return {
        "meeting": meeting,
        "state": state,
        "version": f"{state.version}{voted}",
        "participation": mine,
        "i_voted": i_voted,
        "can_agree": is_open and current is not None and allowed(check_can_agree_to_close, user, meeting),
        "small_group": state.fewest_voting <= SMALL_GROUP,
        "readable": _readable(user, meeting),
        **_interests(request, meeting),
        "annul_form": (closes_poll and bound.pop("annul", None)) or AnnulForm(),
        "can_prepare": is_planned and allowed(check_can_prepare, user, meeting.council),
        "can_open": is_planned and is_chair and meeting.held_on == clock.today(),
        "can_take_roll": is_open and allowed(check_can_take_roll, user, meeting),
        "can_keep_notes": may_keep_notes(user, meeting),
        "can_lead": is_open and is_chair,
        "can_end": can_end,
        "asked_to_lead": waiting_request(meeting) if is_open else None,
        "can_consent": is_open and allowed(check_can_consent, user, meeting),
        "close_form": (closes_meeting and bound.pop("close", None)) or ConclusionForm(),
        "close_poll_form": (closes_poll and bound.pop("close_poll", None)) or ClosePollForm(),
        "refused_form": next(iter(bound.values()), None),
    }


def _readable(user: Any, meeting: Meeting) -> Any:
    """Keys of the dossiers on the agenda that the person may open; asked when the list is drawn."""
    dossiers = Dossier.objects.visible_to(user).filter(agenda_items__meeting=meeting)
    return SimpleLazyObject(lambda: set(dossiers.values_list("pk", flat=True)))


def _interests(request: HttpRequest, meeting: Meeting) -> dict[str, Any]:
    """What waits of declarations, for the member and for who keeps the record; not part of what comes live."""
    if request.htmx or not allowed(check_is_not_over, meeting):
        return {}
    shown: dict[str, Any] = {"to_declare": items_to_declare(request.user).filter(meeting=meeting).count()}
    if allowed(check_can_see_interests, request.user, meeting):
        shown["interests"] = interests_of(meeting)
    return shown


def _settled_state(meeting: Meeting) -> MeetingState:
    """The meeting as it stands; a poll whose urn was lost ends here as void."""
    state = state_of(meeting)
    turnout = state.current.turnout if state.current else None
    if turnout is not None and not turnout.is_known and settled(turnout.poll).is_void:
        return state_of(meeting)
    return state


def _is_in_the_urn(mine: Participation | None) -> bool:
    """Whether the person's paper is in; where the urn does not say, the page leads to the ballot, which says why."""
    try:
        return has_voted(mine)
    except (UrnAway, UrnLost):
        return False


@require_POST
def meeting_open(request: HttpRequest, pk: int) -> HttpResponse:
    """The chair opens the meeting; the roll comes next."""
    meeting = open_meeting(meeting=_meeting(request, pk), actor=request.user)
    messages.success(request, _("The meeting is open. Take the roll next."))
    return redirect("councils:roll", meeting.pk)


@require_POST
def meeting_close(request: HttpRequest, pk: int) -> HttpResponse:
    """The chair closes the meeting with its conclusion."""
    meeting = _meeting(request, pk)
    form = ConclusionForm(request.POST)
    return carry_out(
        request,
        form,
        lambda typed: close_meeting(meeting=meeting, conclusion=typed["conclusion"], actor=request.user),
        done=_("The meeting is closed."),
        go_to=meeting,
        page=lambda status: refused_page(request, pk, "close", form, status),
    )


def item_take_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an item off the agenda of a meeting in session, with a reason."""
    item = get_object_or_404(
        AgendaItem.objects.filter(meeting__in=Meeting.objects.visible_to(request.user)).select_related(
            "meeting__chair__user", "meeting__secretary__user", "meeting__council__movement", "dossier"
        ),
        pk=pk,
    )
    check_can_take_off(request.user, item.meeting)
    form = ReasonForm(posted(request))
    context = {"form": form, "item": item, "meeting": item.meeting}
    return carry_out(
        request,
        form,
        lambda typed: take_item_off(item=item, reason=typed["reason"], actor=request.user),
        done=_("Dossier %(code)s is off the agenda and eligible again.") % {"code": item.dossier.code},
        go_to=item.meeting,
        page=lambda status: render(request, "councils/take_off.html", context, status=status),
    )


def hall(request: HttpRequest, pk: int) -> HttpResponse:
    """The screen in the hall: turnout while a poll is open, the result when it has closed, no personal data."""
    meeting = _meeting(request, pk)
    state = _settled_state(meeting)
    context = {"meeting": meeting, "state": state, "version": state.version}
    return live(request, "councils/hall.html", "now", context, state.version) or render(
        request, "councils/hall.html", context
    )
