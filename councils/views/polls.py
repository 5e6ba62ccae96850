"""Opening and ending polls, and the member's ballot.

Nothing here writes to the session or leaves a message about a ballot: what a member sees after casting is what the urn
says. The page that hands out a token knows who asks; the address that takes a paper does not (`nameless`).
"""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from core.proofs import needs_fresh_proof
from core.requests import HttpRequest
from core.verbs import carry_out
from core.view_marks import nameless, never_resent
from councils.exceptions import BeingCounted
from councils.forms import AnnulForm, ClosePollForm, PaperForm
from councils.live import moment_of_poll
from councils.models import AgendaItem, Meeting, Poll
from councils.permissions import check_can_cast
from councils.selectors import (
    award_label,
    findings_in_words,
    has_voted,
    nominee_line,
    participation_of,
    polls_for_pages,
    turnout_of,
)
from councils.services import (
    agree_to_close,
    annul_poll,
    close_poll,
    hand_out_ballot,
    open_poll,
    put_in_urn,
)
from councils.views.answers import live, mark_of, nothing_new, settled
from councils.views.meetings import refused_page
from nominations.models import Dossier


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
            "agenda_item__meeting__council__movement",
        ),
        pk=pk,
    )
    meeting = poll.agenda_item.meeting
    form = ClosePollForm(request.POST)

    def act(typed: dict[str, Any]) -> str:
        tally = close_poll(poll=poll, without_the_rest=typed["without_the_rest"], actor=request.user)
        if tally is None:
            poll.refresh_from_db()
            words = _("The poll is void: %(why)s Its ballots were destroyed unopened. It can be held again.")
            messages.warning(request, words % {"why": poll.why_void})
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


@require_POST
@needs_fresh_proof
def poll_agree(request: HttpRequest, pk: int) -> HttpResponse:
    """A second person agrees that those who have not voted will not vote."""
    poll = get_object_or_404(polls_for_pages(request.user), pk=pk)
    agree_to_close(poll=poll, actor=request.user)
    messages.success(
        request, _("You have agreed that those left will not vote. The chair can close the poll.")
    )
    return redirect(poll.agenda_item.meeting)


@require_POST
@needs_fresh_proof
def poll_annul(request: HttpRequest, pk: int) -> HttpResponse:
    """The chair annuls an open poll with a reason."""
    poll = get_object_or_404(polls_for_pages(request.user), pk=pk)
    meeting = poll.agenda_item.meeting
    form = AnnulForm(request.POST)
    return carry_out(
        request,
        form,
        lambda typed: annul_poll(poll=poll, reason=typed["reason"], actor=request.user),
        done=_("The poll is annulled and its ballots are destroyed unopened. It can be held again."),
        go_to=meeting,
        page=lambda status: refused_page(request, meeting.pk, "annul", form, status),
    )


@never_cache
@never_resent
@require_GET
def ballot(request: HttpRequest, pk: int) -> HttpResponse:
    """The member's ballot on a phone, with the token that a paper is cast with; once it is cast, that it is in the urn."""
    moment = moment_of_poll(pk)
    poll = settled(get_object_or_404(polls_for_pages(request.user), pk=pk))
    context = {**ballot_context(request, poll), "mark": mark_of(request, moment)}
    return render(request, "councils/ballot.html", context)


@never_cache
@never_resent
@nameless
@csrf_exempt  # The token is what a stranger's page cannot know.
@login_not_required
@require_POST
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes a paper from nobody in particular. The answer is the same whatever it says, and whatever became of it."""
    form = PaperForm(request.POST)
    if "choice" in form.errors:
        return render(request, "councils/paper.html", {"form": form, "poll_pk": pk}, status=422)
    if form.is_valid():
        put_in_urn(**form.cleaned_data)
    return redirect("councils:ballot", pk)


def ballot_context(request: HttpRequest, poll: Poll) -> dict[str, Any]:
    """The item, the person's right in the poll with its token, and the turnout."""
    participation = participation_of(request.user, poll)
    check_can_cast(request.user, participation)
    token, is_being_counted = "", False
    if poll.is_open:
        try:
            token = hand_out_ballot(poll=poll, actor=request.user)
        except BeingCounted:
            is_being_counted = True
    item = poll.agenda_item
    turnout = turnout_of(poll)
    return {
        "poll": poll,
        "item": item,
        "meeting": item.meeting,
        "item_count": item.meeting.items.count(),
        "can_read": Dossier.objects.visible_to(request.user).filter(pk=item.dossier_id).exists(),
        "nominee": nominee_line(item.dossier),
        "award": award_label(item.meeting.council.movement.plan, item.dossier.award),
        "findings": findings_in_words(item)[:2],
        "form": PaperForm(initial={"token": token}) if token else None,
        "is_being_counted": is_being_counted,
        "is_in_the_urn": not token and not is_being_counted if poll.is_open else has_voted(participation),
        "turnout": turnout,
    }


@never_cache
@require_GET
def poll_turnout(request: HttpRequest, pk: int) -> HttpResponse:
    """How many have voted, for the pages that show it live; 204 when that has not changed."""
    moment = moment_of_poll(pk)
    if unchanged := nothing_new(request, moment):
        return unchanged
    poll = settled(get_object_or_404(polls_for_pages(request.user), pk=pk))
    if not request.htmx:
        return redirect(poll.agenda_item.meeting)
    context = {"poll": poll, "turnout": turnout_of(poll), "mark": mark_of(request, moment)}
    return live(request, "councils/ballot.html", "turnout", context)
