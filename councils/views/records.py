"""What the secretary writes for the minutes, who heads the counting team, and who signs in another's place."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.proofs import needs_fresh_proof
from core.requests import HttpRequest
from core.verbs import carry_out, posted
from councils.enums import MeetingOffice
from councils.forms import CountingHeadForm, NotesForm, StandInForm
from councils.models import Meeting
from councils.permissions import check_can_keep_notes, check_can_name_counting_head, check_can_name_stand_in
from councils.records import check_is_closed, check_notes_are_open, note_slots, stand_ins_of
from councils.selectors.meetings import meetings_for_pages
from councils.services import keep_notes, name_counting_head, name_stand_in
from councils.services.records import NotesChanged


def _meeting(request: HttpRequest, pk: int) -> Meeting:
    return get_object_or_404(meetings_for_pages(request.user), pk=pk)


def notes(request: HttpRequest, pk: int) -> HttpResponse:
    """The discussion of each item, the conclusion of each award, and of the meeting once it is closed."""
    meeting = _meeting(request, pk)
    if request.method != "POST":
        # What was sent when somebody had signed meanwhile, or taken the secretary's place, comes back with the reason.
        check_can_keep_notes(request.user, meeting)
        check_notes_are_open(meeting)
    form = NotesForm(posted(request), slots=note_slots(meeting), plan=meeting.council.movement.plan)

    def save(_typed: dict[str, Any]) -> list[str]:
        try:
            return keep_notes(meeting=meeting, typed=form.typed(), actor=request.user)
        except NotesChanged as refusal:
            form.show_saved(refusal)
            raise

    return carry_out(
        request,
        form,
        save,
        done=lambda kept: _("The notes are saved.") if kept else _("Nothing has changed in the notes."),
        go_to=reverse("councils:notes", args=[pk]),
        page=lambda status: render(
            request, "councils/notes.html", {"form": form, "meeting": meeting}, status=status
        ),
    )


@require_POST
def counting_head(request: HttpRequest, pk: int) -> HttpResponse:
    """Name who heads the counting team."""
    meeting = _meeting(request, pk)
    check_can_name_counting_head(request.user, meeting)
    form = CountingHeadForm(request.POST, meeting=meeting)
    if form.is_valid():
        member = form.cleaned_data["member"]
        name_counting_head(meeting=meeting, member=member, actor=request.user)
        messages.success(request, _("%(person)s heads the counting team.") % {"person": member})
    else:
        messages.error(request, _("Choose who heads the counting team."))
    return redirect("councils:offices", meeting.pk)


@needs_fresh_proof
def stand_in(request: HttpRequest, pk: int) -> HttpResponse:
    """The leadership names who signs the records of a closed meeting in the place of who cannot any more."""
    meeting = _meeting(request, pk)
    check_can_name_stand_in(request.user, meeting)
    check_is_closed(meeting)
    form = StandInForm(posted(request), meeting=meeting)
    context = {"form": form, "meeting": meeting, "already": stand_ins_of(meeting).values()}
    return carry_out(
        request,
        form,
        lambda typed: name_stand_in(
            meeting=meeting, **{**typed, "place": MeetingOffice(typed["place"])}, actor=request.user
        ),
        done=lambda named: (
            _("%(person)s signs the records in the place of %(absent)s now.")
            % {"person": named.member, "absent": named.absent}
        ),
        go_to=meeting,
        page=lambda status: render(request, "councils/stand_in.html", context, status=status),
    )
