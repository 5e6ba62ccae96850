"""Preparing a meeting, the chair's console, the members' page and the hall screen."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.permissions import allowed
from core.requests import HttpRequest
from councils.forms import AgendaForm, ClosePollForm, ConclusionForm, MeetingForm, ReasonForm, RollForm
from councils.models import AgendaItem, Council, Meeting
from councils.permissions import (
    check_can_prepare,
    check_can_take_roll,
    check_is_chair,
    check_is_open,
    check_is_planned,
)
from councils.selectors import (
    agenda_rows,
    award_label,
    eligible_dossiers,
    meetings_for_pages,
    participation_of,
    plan_of,
    state_of,
)
from councils.services import (
    change_meeting,
    close_meeting,
    open_meeting,
    prepare_meeting,
    set_agenda,
    take_item_off,
    take_roll,
)
from councils.views.answers import live, page, posted, run_form


def _meeting(request: HttpRequest, pk: int) -> Meeting:
    return get_object_or_404(meetings_for_pages(request.user), pk=pk)


def meeting_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Prepare a meeting of a council."""
    council = get_object_or_404(Council.objects.visible_to(request.user), pk=pk)
    check_can_prepare(request.user, council)
    form = MeetingForm(posted(request), council=council)
    if request.method == "POST":
        done, meeting = run_form(
            form, lambda: prepare_meeting(council=council, particulars=form.particulars(), actor=request.user)
        )
        if done:
            messages.success(request, _("The meeting is prepared. Choose its agenda next."))
            return redirect("councils:agenda", meeting.pk)
    return page(request, "councils/meeting_form.html", {"form": form, "council": council}, form)


def meeting_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a meeting that has not opened."""
    meeting = _meeting(request, pk)
    check_can_prepare(request.user, meeting.council)
    check_is_planned(meeting)
    form = MeetingForm(posted(request), council=meeting.council, meeting=meeting)
    if request.method == "POST":
        done, _changed = run_form(
            form, lambda: change_meeting(meeting=meeting, particulars=form.particulars(), actor=request.user)
        )
        if done:
            messages.success(request, _("The meeting is changed."))
            return redirect(meeting)
    context = {"form": form, "council": meeting.council, "meeting": meeting}
    return page(request, "councils/meeting_form.html", context, form)


def agenda(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose and order the dossiers of a meeting that has not opened."""
    meeting = _meeting(request, pk)
    check_can_prepare(request.user, meeting.council)
    check_is_planned(meeting)
    chosen = [row.dossier for row in agenda_rows(meeting)]
    form = AgendaForm(posted(request), chosen=chosen, eligible=list(eligible_dossiers(meeting.council)))
    if request.method == "POST":
        done, items = run_form(
            form, lambda: set_agenda(meeting=meeting, dossiers=form.dossiers(), actor=request.user)
        )
        if done:
            messages.success(
                request, _("The agenda is saved; it has %(count)s items.") % {"count": len(items)}
            )
            return redirect(meeting)
    plan = plan_of(meeting.council)
    rows = [{**row, "award": award_label(plan, row["dossier"].award)} for row in form.rows()]
    return page(request, "councils/agenda.html", {"form": form, "meeting": meeting, "rows": rows}, form)


def meeting_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The meeting for everybody who may know of it; chair and secretary find their tools there."""
    meeting = _meeting(request, pk)
    context = meeting_context(request, meeting)
    fragment = live(request, "councils/meeting_detail.html", "now", context, context["version"])
    return fragment or page(request, "councils/meeting_detail.html", context)


def meeting_context(request: HttpRequest, meeting: Meeting) -> dict[str, Any]:
    """The state of the meeting, the person's own ballot, and what the person may do now."""
    user, state = request.user, state_of(meeting)
    current = state.current
    mine = participation_of(user, current.turnout.poll) if current and current.turnout else None
    is_chair = allowed(check_is_chair, user, meeting)
    is_open = allowed(check_is_open, meeting)
    is_planned = allowed(check_is_planned, meeting)
    voted = "voted" if mine and mine.has_voted else ""
    return {
        "meeting": meeting,
        "state": state,
        "version": f"{state.version}{voted}",
        "participation": mine,
        "can_prepare": is_planned and allowed(check_can_prepare, user, meeting.council),
        "can_open": is_planned and is_chair,
        "can_take_roll": is_open and allowed(check_can_take_roll, user, meeting),
        "can_lead": is_open and is_chair,
        "close_form": ConclusionForm(),
        "close_poll_form": ClosePollForm(),
    }


def roll(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark who is present."""
    meeting = _meeting(request, pk)
    check_can_take_roll(request.user, meeting)
    check_is_open(meeting)
    form = RollForm(posted(request), meeting=meeting)
    if request.method == "POST":
        done, _none = run_form(
            form,
            lambda: take_roll(
                meeting=meeting, present=list(form.cleaned_data["present"]), actor=request.user
            ),
        )
        if done:
            messages.success(request, _("The roll is taken."))
            return redirect(meeting)
    return page(
        request,
        "councils/roll.html",
        {"form": form, "meeting": meeting, "quorum": state_of(meeting).quorum},
        form,
    )


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
    done, _closed = run_form(
        form,
        lambda: close_meeting(
            meeting=meeting, conclusion=form.cleaned_data["conclusion"], actor=request.user
        ),
    )
    if done:
        messages.success(request, _("The meeting is closed."))
        return redirect(meeting)
    context = meeting_context(request, meeting) | {"close_form": form}
    return page(request, "councils/meeting_detail.html", context, form)


def item_take_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an item off the agenda of a meeting in session, with a reason."""
    item = get_object_or_404(
        AgendaItem.objects.filter(meeting__in=Meeting.objects.visible_to(request.user)).select_related(
            "meeting__chair__user", "meeting__secretary__user", "meeting__council__movement", "dossier"
        ),
        pk=pk,
    )
    check_can_take_roll(request.user, item.meeting)
    form = ReasonForm(posted(request))
    if request.method == "POST":
        done, _item = run_form(
            form, lambda: take_item_off(item=item, reason=form.cleaned_data["reason"], actor=request.user)
        )
        if done:
            messages.success(
                request,
                _("Dossier %(code)s is off the agenda and eligible again.") % {"code": item.dossier.code},
            )
            return redirect(item.meeting)
    return page(
        request, "councils/take_off.html", {"form": form, "item": item, "meeting": item.meeting}, form
    )


def hall(request: HttpRequest, pk: int) -> HttpResponse:
    """The screen in the hall: turnout while a poll is open, the result when it has closed, no personal data."""
    meeting = _meeting(request, pk)
    state = state_of(meeting)
    context = {"meeting": meeting, "state": state, "version": state.version}
    return live(request, "councils/hall.html", "now", context, state.version) or page(
        request, "councils/hall.html", context
    )
