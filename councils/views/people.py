"""Who is at a meeting, and who holds which office of it."""

from datetime import datetime, time
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import clock
from core.permissions import allowed
from core.proofs import needs_fresh_proof
from core.requests import HttpRequest
from core.verbs import carry_out, posted
from councils.enums import MeetingOffice, RecordKind
from councils.forms import CountingHeadForm, PassingForm, RollForm
from councils.kinds import KIND_WORDS
from councils.models import Meeting, Passing, PresenceEvent
from councils.offices import officers_of
from councils.permissions import (
    check_can_consent,
    check_can_name_counting_head,
    check_can_pass_offices,
    check_can_take_roll,
    check_is_open,
    check_is_running,
)
from councils.records import head_of_tellers, record_state
from councils.roll import presence_events, sitting_roll
from councils.selectors.meetings import meetings_for_pages
from councils.selectors.voting import quorum_of
from councils.services import consent_to_lead, pass_office, strike_presence, take_roll


def _meeting(request: HttpRequest, pk: int) -> Meeting:
    return get_object_or_404(meetings_for_pages(request.user), pk=pk)


def roll(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is there now, and all that was recorded of it."""
    meeting = _meeting(request, pk)
    check_can_take_roll(request.user, meeting)
    check_is_open(meeting)
    form = RollForm(posted(request), lines=sitting_roll(meeting))
    context = {
        "form": form,
        "meeting": meeting,
        "quorum": quorum_of(meeting),
        "events": presence_events(meeting),
    }
    return carry_out(
        request,
        form,
        lambda typed: take_roll(
            meeting=meeting,
            present=list(typed["present"]),
            excused=list(typed["excused"]),
            at=_moment(typed["at"]),
            actor=request.user,
        ),
        done=lambda events: _("The roll is taken.") if events else _("Nothing has changed on the roll."),
        go_to=meeting,
        page=lambda status: render(request, "councils/roll.html", context, status=status),
    )


def _moment(typed: time | None) -> datetime | None:
    """A time of today, as it was typed; None for now."""
    return None if typed is None else datetime.combine(clock.today(), typed, get_current_timezone())


@require_POST
def presence_strike(request: HttpRequest, pk: int) -> HttpResponse:
    """Strike out what was recorded of somebody's presence by mistake."""
    events = PresenceEvent.objects.filter(attendance__meeting__in=Meeting.objects.visible_to(request.user))
    event = get_object_or_404(events.select_related("attendance__meeting", "attendance__member__user"), pk=pk)
    strike_presence(event=event, actor=request.user)
    messages.success(
        request, _("What was recorded of %(person)s is struck out.") % {"person": event.attendance.member}
    )
    return redirect("councils:roll", event.attendance.meeting_id)


def offices(request: HttpRequest, pk: int) -> HttpResponse:
    """Who holds the offices of the meeting, how they passed, and passing one on."""
    meeting = _meeting(request, pk)
    may_pass = allowed(check_is_running, meeting) and allowed(check_can_pass_offices, request.user, meeting)
    if request.method == "POST":
        check_is_running(meeting)
        check_can_pass_offices(request.user, meeting)
    form = PassingForm(posted(request), meeting=meeting)

    def page(status: int) -> HttpResponse:
        context: dict[str, Any] = {
            "form": form,
            "meeting": meeting,
            "kind": KIND_WORDS[meeting.council.serves],
            "may_pass": may_pass,
            "may_consent": allowed(check_is_running, meeting)
            and allowed(check_can_consent, request.user, meeting),
            "officers": officers_of(meeting),
            "head": head_of_tellers(meeting),
            "head_form": _head_form(request, meeting),
            "passings": meeting.passings.select_related(
                *("from_member__user", "to_member__user", "next_secretary__user", "asked_by", "settled_by")
            ),
        }
        return render(request, "councils/offices.html", context, status=status)

    return carry_out(
        request,
        form,
        lambda typed: pass_office(
            meeting=meeting,
            **{**typed, "office": MeetingOffice(typed["office"])},
            actor=request.user,
        ),
        done=lambda passing: (
            _("The leadership is asked to consent.")
            if passing.is_waiting
            else _("The office has passed to %(person)s.") % {"person": passing.to_member}
        ),
        go_to=lambda passing: passing.meeting,
        page=page,
    )


def _head_form(request: HttpRequest, meeting: Meeting) -> CountingHeadForm | None:
    """For those who name the head, while several count and nobody has signed the count."""
    if not allowed(check_can_name_counting_head, request.user, meeting):
        return None
    if (
        meeting.tellers.filter(released_at=None).count() < 2
        or record_state(meeting, RecordKind.COUNTING).is_begun
    ):
        return None
    return CountingHeadForm(meeting=meeting)


@require_POST
@needs_fresh_proof
def office_consent(request: HttpRequest, pk: int) -> HttpResponse:
    """The leadership consents that the secretary leads, or does not."""
    passings = Passing.objects.filter(meeting__in=Meeting.objects.visible_to(request.user))
    passing = get_object_or_404(passings.select_related("meeting"), pk=pk)
    consents = request.POST.get("answer") == "yes"
    consent_to_lead(passing=passing, actor=request.user, consents=consents)
    sentence = _("%(person)s leads the meeting now.") if consents else _("The request is turned down.")
    messages.success(request, sentence % {"person": passing.to_member})
    return redirect("councils:offices", passing.meeting_id)
