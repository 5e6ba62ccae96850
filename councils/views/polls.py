"""Opening and closing polls, and the member's ballot.

Nothing here writes to the session or leaves a message about a ballot: what a member sees after
casting follows from the participation row alone.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.proofs import needs_fresh_proof
from core.requests import HttpRequest
from core.verbs import carry_out, posted
from core.view_marks import never_resent
from councils.enums import PollResult
from councils.forms import BallotForm, ClosePollForm
from councils.models import AgendaItem, Meeting, Poll
from councils.permissions import check_can_cast
from councils.selectors import (
    award_label,
    findings_in_words,
    nominee_line,
    participation_of,
    polls_for_pages,
    turnout_of,
)
from councils.services import cast_ballot, close_poll, open_poll
from councils.views.answers import live
from councils.views.meetings import refused_page


@require_POST
@needs_fresh_proof
def poll_open(request: HttpRequest, pk: int) -> HttpResponse:
    """The chair opens the poll on an item."""
    item = get_object_or_404(
        AgendaItem.objects.filter(meeting__in=Meeting.objects.visible_to(request.user)).select_related(
            "meeting__chair__user", "meeting__council__movement", "dossier"
        ),
        pk=pk,
    )
    open_poll(item=item, actor=request.user)
    messages.success(request, _("The poll on dossier %(code)s is open.") % {"code": item.dossier.code})
    return redirect(item.meeting)


@require_POST
@needs_fresh_proof
def poll_close(request: HttpRequest, pk: int) -> HttpResponse:
    """The chair closes the poll; the result is on every screen within seconds."""
    poll = get_object_or_404(
        Poll.objects.visible_to(request.user).select_related(
            "agenda_item__dossier",
            "agenda_item__meeting__chair__user",
            "agenda_item__meeting__council__movement",
        ),
        pk=pk,
    )
    meeting = poll.agenda_item.meeting
    form = ClosePollForm(request.POST)

    def act(typed: dict[str, Any]) -> str:
        tally = close_poll(poll=poll, still_present=typed["still_present"], actor=request.user)
        if tally.result == PollResult.NO_QUORUM:
            words = _(
                "The poll is closed without a quorum. The dossier is off the agenda and eligible again."
            )
            messages.warning(request, words)
            return ""
        return _("The poll is closed: %(result)s.") % {"result": tally.get_result_display()}

    return carry_out(
        request,
        form,
        act,
        done=lambda sentence: sentence,
        go_to=meeting,
        page=lambda status: refused_page(request, meeting.pk, "close_poll", form, status),
    )


@never_cache
@never_resent
@require_http_methods(["GET", "POST"])
def ballot(request: HttpRequest, pk: int) -> HttpResponse:
    """The member's ballot on a phone. After casting, the page says that it is in the urn, never what it says."""
    poll = get_object_or_404(polls_for_pages(request.user), pk=pk)
    form = BallotForm(posted(request))
    if request.method == "POST" and form.is_valid():
        cast_ballot(poll=poll, choice=form.cleaned_data["choice"], actor=request.user)
        return redirect("councils:ballot", poll.pk)
    context = ballot_context(request, poll) | {"form": form}
    return render(request, "councils/ballot.html", context, status=422 if form.errors else 200)


def ballot_context(request: HttpRequest, poll: Poll) -> dict[str, Any]:
    """The item, the person's right in the poll, and the turnout."""
    participation = participation_of(request.user, poll)
    check_can_cast(request.user, participation)
    item = poll.agenda_item
    turnout = turnout_of(poll)
    return {
        "poll": poll,
        "item": item,
        "meeting": item.meeting,
        "item_count": item.meeting.items.count(),
        "nominee": nominee_line(item.dossier),
        "award": award_label(item.meeting.council.movement.plan, item.dossier.award),
        "findings": findings_in_words(item)[:2],
        "participation": participation,
        "turnout": turnout,
        "version": turnout.version,
    }


@never_cache
@require_GET
def poll_turnout(request: HttpRequest, pk: int) -> HttpResponse:
    """How many have voted, for the pages that show it live; 204 when that has not changed."""
    poll = get_object_or_404(polls_for_pages(request.user), pk=pk)
    turnout = turnout_of(poll)
    context = {"poll": poll, "turnout": turnout, "version": turnout.version}
    fragment = live(request, "councils/ballot.html", "turnout", context, turnout.version)
    return fragment or redirect(poll.agenda_item.meeting)
