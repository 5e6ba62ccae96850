"""Paper ballots and written opinions: who votes so, the batches that are typed in, and the second person.

What a batch says is in the form that was sent and in the page that brings a refused one back, nowhere else: no message,
no session and no address holds it.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from core.permissions import allowed
from core.proofs import needs_fresh_proof
from core.requests import HttpRequest
from core.verbs import carry_out, posted
from councils.forms import BatchForm, PaperSeatsForm, ReasonForm, TotalsForm
from councils.models import AgendaItem, Meeting, PaperBatch, Poll
from councils.papers import batches_for_pages, batches_of, paper_choices, paper_counts
from councils.permissions import (
    check_can_confirm_batch,
    check_can_enter_batch,
    check_can_record_papers,
    check_can_see_batches,
    check_is_open,
)
from councils.selectors.agenda import nominee_line
from councils.selectors.meetings import meetings_for_pages
from councils.selectors.papers import polls_for_pages
from councils.services import (
    confirm_batch,
    enter_batch,
    name_paper_seats,
    reject_batch,
    withdraw_batch,
)
from councils.views.answers import settled


def paper_seats(request: HttpRequest, pk: int) -> HttpResponse:
    """Who votes on an item on paper; the secretary or the counting team records it, before its poll or during it."""
    items = AgendaItem.objects.filter(meeting__in=Meeting.objects.visible_to(request.user))
    item = get_object_or_404(
        items.select_related(
            "dossier__nominee_unit__parent",
            "dossier__nominee_household__unit__parent",
            "dossier__nominee_individual__unit__parent",
        ),
        pk=pk,
    )
    item.meeting = get_object_or_404(meetings_for_pages(request.user), pk=item.meeting_id)
    meeting = item.meeting
    check_can_record_papers(request.user, meeting)
    check_is_open(meeting)
    form = PaperSeatsForm(posted(request), choices=paper_choices(item))
    context = {"form": form, "item": item, "meeting": meeting, "nominee": nominee_line(item.dossier)}
    return carry_out(
        request,
        form,
        lambda typed: name_paper_seats(item=item, actor=request.user, **form.named()),
        done=lambda changed: (
            _("It is recorded who votes on paper.") if changed else _("Nothing has changed on the list.")
        ),
        go_to=meeting,
        page=lambda status: render(request, "councils/paper_seats.html", context, status=status),
    )


@never_cache
@needs_fresh_proof
def batch_list(request: HttpRequest, pk: int) -> HttpResponse:
    """The batches of a poll, and entering one while it is open."""
    poll = settled(get_object_or_404(polls_for_pages(request.user), pk=pk))
    meeting = _meeting(request, poll)
    check_can_see_batches(request.user, meeting)
    counts = paper_counts(poll)
    form = BatchForm(posted(request), counts=counts)
    may_enter = poll.is_open and allowed(check_can_enter_batch, request.user, meeting)

    def page(status: int) -> HttpResponse:
        context: dict[str, Any] = {
            "form": form,
            "poll": poll,
            "item": poll.agenda_item,
            "meeting": meeting,
            "nominee": nominee_line(poll.agenda_item.dossier),
            "counts": counts,
            "left": sum(count.left for count in counts),
            "may_enter": may_enter,
            "may_record": poll.is_open and allowed(check_can_record_papers, request.user, meeting),
            "rows": [
                {
                    "batch": batch,
                    "may_confirm": poll.is_open
                    and batch.is_waiting
                    and allowed(check_can_confirm_batch, request.user, meeting, batch),
                    "may_withdraw": may_enter and batch.is_waiting,
                }
                for batch in batches_of(poll)
            ],
        }
        return render(request, "councils/batches.html", context, status=status)

    return carry_out(
        request,
        form,
        lambda typed: enter_batch(poll=poll, kind=typed["kind"], totals=form.totals(), actor=request.user),
        done=_entered_words,
        go_to=reverse("councils:batches", args=[poll.pk]),
        page=page,
    )


def _entered_words(batch: PaperBatch) -> str:
    words = [_("The batch waits for a second person, who counts the papers and types the totals again.")]
    if batch.is_single:
        words.append(
            _("It is one paper: you and the second person know how that member voted. Keep it to yourselves.")
        )
    return " ".join(words)


@never_cache
@needs_fresh_proof
def batch_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """The second person types the totals again; the page does not show what was typed before."""
    batch = get_object_or_404(batches_for_pages(request.user), pk=pk)
    meeting = _meeting(request, batch.poll)
    check_can_confirm_batch(request.user, meeting, batch)
    poll = settled(batch.poll)
    if request.method != "POST" and not (batch.is_waiting and poll.is_open):
        return redirect("councils:batches", poll.pk)
    form = TotalsForm(posted(request))

    def act(typed: dict[str, Any]) -> str:
        told = confirm_batch(batch=batch, totals=form.totals(), actor=request.user)
        if told.is_confirmed:
            return _("The batch is in the urn: %(papers)s papers.") % {"papers": told.papers_count}
        messages.warning(
            request,
            _("The totals differed three times, so the batch is rejected. Count again and enter it anew."),
        )
        return ""

    return carry_out(
        request,
        form,
        act,
        done=lambda sentence: sentence,
        go_to=reverse("councils:batches", args=[poll.pk]),
        page=lambda status: _confirm_page(request, batch, meeting, form, ReasonForm(), status),
    )


@require_POST
def batch_reject(request: HttpRequest, pk: int) -> HttpResponse:
    """The second person does not confirm a batch, and says why."""
    batch = get_object_or_404(batches_for_pages(request.user), pk=pk)
    meeting = _meeting(request, batch.poll)
    check_can_confirm_batch(request.user, meeting, batch)
    form = ReasonForm(request.POST)
    return carry_out(
        request,
        form,
        lambda typed: reject_batch(batch=batch, reason=typed["reason"], actor=request.user),
        done=_("The batch is rejected and its totals are forgotten. It can be entered anew."),
        go_to=reverse("councils:batches", args=[batch.poll_id]),
        page=lambda status: _confirm_page(request, batch, meeting, TotalsForm(), form, status),
    )


@require_POST
def batch_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Whoever counts takes back a batch that waits."""
    batch = get_object_or_404(batches_for_pages(request.user), pk=pk)
    withdraw_batch(batch=batch, actor=request.user)
    messages.success(
        request, _("The batch is withdrawn and its totals are forgotten. It can be entered anew.")
    )
    return redirect("councils:batches", batch.poll_id)


def _confirm_page(
    request: HttpRequest,
    batch: PaperBatch,
    meeting: Meeting,
    form: TotalsForm,
    reason_form: ReasonForm,
    status: int,
) -> HttpResponse:
    context = {
        "form": form,
        "reason_form": reason_form,
        "batch": batch,
        "item": batch.poll.agenda_item,
        "meeting": meeting,
    }
    return render(request, "councils/batch_confirm.html", context, status=status)


def _meeting(request: HttpRequest, poll: Poll) -> Meeting:
    """The meeting of a poll with its people, as checks read them."""
    return get_object_or_404(meetings_for_pages(request.user), pk=poll.agenda_item.meeting_id)
