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
from councils.forms import (
    BY_PLAN_NOW,
    MOVED,
    NOT_TICKED,
    AdjournForm,
    AgendaForm,
    AnotherRoundForm,
    ClosePollForm,
    ConclusionForm,
    EqualsForm,
    MeetingForm,
    PollsForm,
    ReasonForm,
)
from councils.interests import interests_of, items_open_to, items_to_declare
from councils.invitations import latest_invitation
from councils.kinds import KIND_WORDS
from councils.live import Moment, moment_of
from councils.models import AgendaItem, Council, Meeting
from councils.papers import papers_now
from councils.permissions import (
    check_can_adjourn,
    check_can_agree_to_close,
    check_can_consent,
    check_can_end,
    check_can_enter_batch,
    check_can_prepare,
    check_can_record_papers,
    check_can_see_batches,
    check_can_see_interests,
    check_can_take_off,
    check_can_take_roll,
    check_is_chair,
    check_is_not_over,
    check_is_open,
    check_is_planned,
    check_is_running,
)
from councils.records import may_keep_notes
from councils.selectors.agenda import agenda_rows
from councils.selectors.choosing import dossiers_for
from councils.selectors.meetings import MeetingState, meetings_for_pages, state_of, waiting_request
from councils.selectors.papers import my_paper
from councils.services import (
    adjourn_meeting,
    change_meeting,
    close_meeting,
    open_meeting,
    prepare_meeting,
    resume_meeting,
    set_agenda,
    take_item_off,
)
from councils.ties import equals_among
from councils.views.answers import live, mark_of, nothing_new, settled
from nominations.models import AwardRound, Dossier
from nominations.permissions_province import check_can_see_selection
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
    context = {
        "form": form,
        "council": meeting.council,
        "meeting": meeting,
        "is_invited_to": latest_invitation(meeting) is not None,
    }
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
    plan = meeting.council.movement.plan
    chosen = [row.dossier for row in agenda_rows(meeting)]
    form = AgendaForm(posted(request), plan=plan, chosen=chosen, eligible=list(dossiers_for(meeting.council)))
    asked = request.POST.get("move", "")
    if asked and form.is_valid():
        new = form.rearranged(asked)
        form = AgendaForm(plan=plan, chosen=new.chosen, eligible=new.rest)
        return _agenda_page(request, meeting, form, 200, said=new.said, asked=asked)
    return carry_out(
        request,
        form,
        lambda typed: set_agenda(meeting=meeting, dossiers=form.dossiers(), actor=request.user),
        done=lambda items: _("The agenda is saved; it has %(count)s items.") % {"count": len(items)},
        go_to=meeting,
        page=lambda status: _agenda_page(request, meeting, form, status),
    )


def _agenda_page(
    request: HttpRequest, meeting: Meeting, form: AgendaForm, status: int, said: str = "", asked: str = ""
) -> HttpResponse:
    """The form; after a button that moved an item, what is `said` of it and the button, which keeps the focus."""
    dossiers = Dossier.objects.filter(pk__in=[dossier.pk for dossier in form.choosable])
    context = {
        "form": form,
        "meeting": meeting,
        "rows": form.rows(),
        "opens": set(dossiers.visible_to(request.user).values_list("pk", flat=True)),
        "said": said,
        "asked": asked,
        "kind": KIND_WORDS[meeting.council.serves],
        "words": {"moved": MOVED, "by_plan": BY_PLAN_NOW, "not_ticked": NOT_TICKED},
    }
    return render(request, "councils/agenda.html", context, status=status)


def meeting_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The meeting for everybody who may know of it; chair and secretary find their tools there."""
    moment = moment_of(pk)
    if unchanged := nothing_new(request, moment):
        return unchanged
    context = meeting_context(request, _meeting(request, pk), moment=moment)
    return live(request, "councils/meeting_detail.html", "now", context)


def refused_page(request: HttpRequest, pk: int, name: str, form: PlainForm, status: int) -> HttpResponse:
    """The meeting's page, as the meeting stands now, with the form that was refused."""
    context = meeting_context(request, _meeting(request, pk), {name: form})
    return render(request, "councils/meeting_detail.html", context, status=status)


def meeting_context(
    request: HttpRequest,
    meeting: Meeting,
    bound: dict[str, PlainForm] | None = None,
    moment: Moment | None = None,
) -> dict[str, Any]:
    """The state of the meeting, the person's own ballot, and what the person may do now.

    The moment was read before the meeting; without one the screen asks for its live part at once.
    """
    bound = dict(bound or {})
    user, state = request.user, _settled_state(meeting)
    current = state.current
    is_chair = allowed(check_is_chair, user, meeting)
    is_open = allowed(check_is_open, meeting)
    is_planned = allowed(check_is_planned, meeting)
    can_end = is_open and allowed(check_can_end, user, meeting)
    closes_poll = can_end and current is not None
    closes_meeting = can_end and current is None and not state.waiting and not state.came_back
    papers = []
    if is_open and current and allowed(check_can_see_batches, user, meeting):
        may_enter = allowed(check_can_enter_batch, user, meeting)
        polls = [row.turnout.poll for row in state.being_held if row.turnout]
        papers = [(poll, papers_now(poll, may_enter=may_enter)) for poll in polls]
    return {
        "meeting": meeting,
        "state": state,
        "mark": mark_of(request, moment),
        "mine": my_paper(user, [row.turnout.poll for row in state.being_held if row.turnout]),
        "papers": papers,
        "can_record_papers": is_open and allowed(check_can_record_papers, user, meeting),
        "can_agree": is_open and current is not None and allowed(check_can_agree_to_close, user, meeting),
        "small_group": state.fewest_voting <= SMALL_GROUP,
        "readable": _readable(user, meeting),
        "pack_items": _pack_items(user, meeting),
        **_preparing(request, meeting),
        **_interests(request, meeting),
        "annul_form": (closes_poll and bound.pop("annul", None)) or ReasonForm(),
        "can_prepare": is_planned and allowed(check_can_prepare, user, meeting.council),
        "can_open": is_planned and is_chair and meeting.held_on == clock.today(),
        "can_take_roll": is_open and allowed(check_can_take_roll, user, meeting),
        "can_keep_notes": may_keep_notes(user, meeting),
        "can_lead": is_open and is_chair,
        "can_end": can_end,
        "asked_to_lead": waiting_request(meeting) if is_open else None,
        "can_consent": is_open and allowed(check_can_consent, user, meeting),
        "polls_form": bound.pop("polls", None) or PollsForm(rows=state.waiting),
        "equals_form": bound.pop("equals", None)
        or SimpleLazyObject(lambda: _equals_form(state, lead=is_open and is_chair)),
        "again_form": bound.pop("again", None) or AnotherRoundForm(rows=state.voted_on),
        "can_adjourn": current is None and _may_adjourn(user, meeting),
        "adjourn_form": bound.pop("adjourn", None) or AdjournForm(),
        "close_form": (closes_meeting and bound.pop("close", None)) or ConclusionForm(),
        "close_poll_form": (closes_poll and bound.pop("close_poll", None)) or ClosePollForm(),
        "refused_form": next(iter(bound.values()), None),
    }


def _equals_form(state: MeetingState, *, lead: bool) -> EqualsForm | None:
    """For the chair, where the items hold all the equals of a last place; the equals of the first such quota are ticked.

    Asked when the tools are drawn.
    """
    rows = state.equals if lead and state.current is None else []
    here = {row.dossier.pk for row in rows}
    found = next((keys for keys in equals_among([row.dossier for row in rows]) if keys <= here), None)
    return EqualsForm(rows=rows, equals=found) if found else None


def _may_adjourn(user: Any, meeting: Meeting) -> bool:
    return allowed(check_is_running, meeting) and allowed(check_can_adjourn, user, meeting)


def _readable(user: Any, meeting: Meeting) -> Any:
    """Keys of the dossiers on the agenda that the person may open; asked when the list is drawn."""
    dossiers = Dossier.objects.visible_to(user).filter(agenda_items__meeting=meeting)
    return SimpleLazyObject(lambda: set(dossiers.values_list("pk", flat=True)))


def _pack_items(user: Any, meeting: Meeting) -> Any:
    """Keys of the items whose summary the person reads; asked when the page is drawn."""
    return SimpleLazyObject(lambda: set(items_open_to(user, meeting).values_list("pk", flat=True)))


def _preparing(request: HttpRequest, meeting: Meeting) -> dict[str, Any]:
    """Whether members were invited, and who looks after it; not part of what comes live."""
    if request.htmx:
        return {}
    return {
        "is_invited_to": latest_invitation(meeting) is not None,
        "can_invite": allowed(check_can_prepare, request.user, meeting.council),
        "selections": _selections(request.user, meeting),
    }


def _selections(user: Any, meeting: Meeting) -> list[AwardRound]:
    """Rounds of the agenda's dossiers whose quotas, order and equals the person reads."""
    rounds = AwardRound.objects.filter(dossiers__agenda_items__meeting=meeting).distinct()
    rows = list(rounds.select_related("movement__unit").order_by("year", "pk"))
    return [one for one in rows if allowed(check_can_see_selection, user, one)]


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
    unknown = [row.turnout.poll for row in state.being_held if row.turnout and not row.turnout.is_known]
    is_void = [settled(poll).is_void for poll in unknown]
    return state_of(meeting) if any(is_void) else state


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


@require_POST
def meeting_adjourn(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop the meeting until another day, or give an adjourned one another day."""
    meeting = _meeting(request, pk)
    check_can_adjourn(request.user, meeting)
    form = AdjournForm(request.POST)
    return carry_out(
        request,
        form,
        lambda typed: adjourn_meeting(meeting=meeting, actor=request.user, **typed),
        done=_("The meeting is adjourned. Its agenda and its results stand."),
        go_to=meeting,
        page=lambda status: refused_page(request, pk, "adjourn", form, status),
    )


@require_POST
def meeting_resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an adjourned meeting up again; the roll comes next."""
    meeting = resume_meeting(meeting=_meeting(request, pk), actor=request.user)
    messages.success(request, _("The meeting goes on. Take the roll next."))
    return redirect("councils:roll", meeting.pk)


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
        done=_("Dossier %(code)s is off the agenda, and another meeting can take it up.")
        % {"code": item.dossier.code},
        go_to=item.meeting,
        page=lambda status: render(request, "councils/take_off.html", context, status=status),
    )


def hall(request: HttpRequest, pk: int) -> HttpResponse:
    """The screen in the hall: turnout while a poll is open, the result when it has closed, no personal data."""
    moment = moment_of(pk)
    if unchanged := nothing_new(request, moment):
        return unchanged
    meeting = _meeting(request, pk)
    context = {
        "meeting": meeting,
        "state": _settled_state(meeting),
        "mark": mark_of(request, moment),
    }
    return live(request, "councils/hall.html", "now", context)
