"""Opening and ending polls, and the member's ballot.

Nothing here writes to the session or leaves a message about a ballot: what a member sees after casting is what the urn
says. The page that hands out a token knows who asks; the address that takes a paper does not (`nameless`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from core.proofs import needs_fresh_proof
from core.requests import HttpRequest
from core.verbs import carry_out
from core.view_marks import nameless, never_resent
from councils.exceptions import BeingCounted
from councils.forms import AnotherRoundForm, ClosePollForm, EqualsForm, PaperForm, PollsForm, ReasonForm
from councils.live import moment_of_poll
from councils.models import AgendaItem, Meeting, Participation, Poll
from councils.permissions import check_can_cast, check_is_chair
from councils.selectors.agenda import findings_in_words, nominee_line
from councils.selectors.meetings import meetings_for_pages, state_of
from councils.selectors.papers import (
    Turnout,
    has_voted,
    my_paper,
    polls_for_pages,
    polls_together,
    turnout_of,
)
from councils.selectors.voting import award_label
from councils.services import (
    agree_to_close,
    annul_poll,
    close_poll,
    hand_out_ballot,
    let_result_stand,
    open_poll,
    open_polls,
    put_in_urn,
)
from councils.views.answers import live, mark_of, nothing_new, settled
from councils.views.meetings import refused_page
from nominations.models import Dossier


@require_POST
@needs_fresh_proof
def poll_open(request: HttpRequest, pk: int) -> HttpResponse:
    """The chair opens the poll on an item."""
    item = get_object_or_404(_items(request), pk=pk)
    open_poll(item=item, actor=request.user)
    messages.success(request, _("The poll on dossier %(code)s is open.") % {"code": item.dossier.code})
    return redirect(item.meeting)


@require_POST
@needs_fresh_proof
def polls_open(request: HttpRequest, pk: int) -> HttpResponse:
    """The chair opens a poll on several items, which stand on one paper, or another round on items that were voted on.

    The round among equals names itself by a hidden field, since it asks for the same as any other.
    """
    meeting = get_object_or_404(meetings_for_pages(request.user), pk=pk)
    check_is_chair(request.user, meeting)
    state = state_of(meeting)
    kind = "again" if "again_because" in request.POST else "polls"
    form: PollsForm = PollsForm(request.POST, rows=state.waiting)
    if kind == "again":
        form = AnotherRoundForm(request.POST, rows=state.voted_on)
    if "equals" in request.POST:
        kind, form = "equals", EqualsForm(request.POST, rows=state.equals)
    return carry_out(
        request,
        form,
        lambda typed: open_polls(
            actor=request.user, breaks_tie=kind == "equals", **{**typed, "items": list(typed["items"])}
        ),
        done=lambda polls: (
            ngettext(
                "The poll is open on %(count)s item.",
                "The poll is open on %(count)s items on one paper.",
                len(polls),
            )
            % {"count": len(polls)}
        ),
        go_to=meeting,
        page=lambda status: refused_page(request, pk, kind, form, status),
    )


@require_POST
def result_stands(request: HttpRequest, pk: int) -> HttpResponse:
    """The chair lets the result of an earlier round stand where a further one was void."""
    item = get_object_or_404(_items(request), pk=pk)
    tally = let_result_stand(item=item, actor=request.user)
    messages.success(
        request, _("The earlier result stands: %(result)s.") % {"result": tally.get_result_display()}
    )
    return redirect(item.meeting)


def _items(request: HttpRequest) -> QuerySet[AgendaItem]:
    return AgendaItem.objects.filter(meeting__in=Meeting.objects.visible_to(request.user)).select_related(
        "meeting__chair__user", "meeting__council__movement", "dossier"
    )


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
        together = polls_together(request.user, poll)
        if len(together) > 1 and not all(one.is_void for one in together):
            return _("The poll is closed; the results are on the agenda below.")
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
    form = ReasonForm(request.POST)
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
    """The member's paper on a phone, with the tokens that it is cast with; once it is cast, that it is in the urn."""
    moment = moment_of_poll(pk)
    poll = settled(_poll(request, pk))
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
    form = PaperForm.sent(request.POST)
    if form.lacks_a_choice:
        return render(request, "councils/paper.html", {"form": form, "poll_pk": pk}, status=422)
    for cast in form.papers():
        put_in_urn(**cast)
    return redirect("councils:ballot", pk)


def _poll(request: HttpRequest, pk: int) -> Poll:
    """The poll that an address names, with its meeting; what its page shows is read with all polls on the paper."""
    polls = Poll.objects.visible_to(request.user).select_related("agenda_item__meeting")
    return get_object_or_404(polls, pk=pk)


@dataclass(frozen=True)
class PaperLine:
    """One dossier on the paper, as the member sees it who holds it."""

    turnout: Turnout
    right: Participation | None
    token: str
    """Empty when none is to be had: the paper is in the urn, or being counted, or the poll has ended."""
    is_being_counted: bool
    can_read: bool
    award: str

    @property
    def poll(self) -> Poll:
        return self.turnout.poll

    @property
    def item(self) -> AgendaItem:
        return self.poll.agenda_item

    @property
    def nominee(self) -> str:
        return nominee_line(self.item.dossier)

    @property
    def findings(self) -> Sequence[str]:
        """The first figures that decided it."""
        return findings_in_words(self.item)[:2]

    @property
    def is_recused(self) -> bool:
        return self.right is not None and self.right.is_recused

    @property
    def is_in_the_urn(self) -> bool:
        if self.poll.is_open:
            return (
                self.right is not None
                and self.right.is_on_device
                and not self.token
                and not self.is_being_counted
            )
        return has_voted(self.right)


def ballot_context(request: HttpRequest, poll: Poll) -> dict[str, Any]:
    """The dossiers on the paper, the person's right in each with its token, and the turnout."""
    polls = polls_together(request.user, poll)
    poll = next(one for one in polls if one.pk == poll.pk)
    rights = {right.poll_id: right for right in my_paper(request.user, polls).rights}
    if not any(right.is_on_device for right in rights.values()):
        check_can_cast(request.user, rights.get(poll.pk))
    item = poll.agenda_item
    readable = Dossier.objects.visible_to(request.user).filter(agenda_items__meeting=item.meeting_id)
    opens = set(readable.values_list("pk", flat=True))
    lines = [_line(request, one, rights.get(one.pk), one.agenda_item.dossier_id in opens) for one in polls]
    waiting = {f"-{line.item.position}" if len(lines) > 1 else "": line for line in lines if line.token}
    return {
        "poll": poll,
        "item": item,
        "meeting": item.meeting,
        "item_count": item.meeting.items.count(),
        "lines": lines,
        "turnouts": [line.turnout for line in lines],
        "is_in_the_urn": any(line.is_in_the_urn for line in lines) and not waiting,
        "is_being_counted": any(line.is_being_counted for line in lines),
        "form": _paper(waiting) if waiting else None,
    }


def _paper(waiting: dict[str, PaperLine]) -> PaperForm:
    form = PaperForm(
        initial={f"token{name}": line.token for name, line in waiting.items()}, names=list(waiting)
    )
    if len(waiting) > 1 or "" not in waiting:
        form.about = dict(waiting)
    return form


def _line(request: HttpRequest, poll: Poll, right: Participation | None, can_read: bool) -> PaperLine:
    token, is_being_counted = "", False
    if poll.is_open and right is not None and right.is_on_device:
        try:
            token = hand_out_ballot(poll=poll, actor=request.user)
        except BeingCounted:
            is_being_counted = True
    plan = poll.agenda_item.meeting.council.movement.plan
    award = award_label(plan, poll.agenda_item.dossier.award)
    return PaperLine(turnout_of(poll), right, token, is_being_counted, can_read, award)


@never_cache
@require_GET
def poll_turnout(request: HttpRequest, pk: int) -> HttpResponse:
    """How many have voted, for the pages that show it live; 204 when that has not changed."""
    moment = moment_of_poll(pk)
    if unchanged := nothing_new(request, moment):
        return unchanged
    poll = settled(_poll(request, pk))
    if not request.htmx:
        return redirect(poll.agenda_item.meeting)
    turnouts = [turnout_of(one) for one in polls_together(request.user, poll)]
    context = {"poll": poll, "turnouts": turnouts, "mark": mark_of(request, moment)}
    return live(request, "councils/ballot.html", "turnout", context)
