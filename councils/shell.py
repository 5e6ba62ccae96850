"""What councils add to the menu, the work list and the sight of dossiers."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.log_names import register_log_name
from core.navigation import NavItem, Panel, WorkItem, register, register_panel, register_work
from core.permissions import allowed
from councils.enums import MeetingStatus, Office, PassingStatus, PollStatus, Serves
from councils.exceptions import UrnAway, UrnLost
from councils.interests import dossiers_open_to, items_to_declare
from councils.models import (
    AgendaItem,
    Council,
    CouncilMember,
    Invitation,
    Meeting,
    Participation,
    Passing,
)
from councils.permissions import (
    check_can_consent,
    check_can_keep_council,
    check_can_set_base_rule,
    check_can_set_up_council,
    check_can_set_voting_rule,
)
from councils.querysets import has_seat, has_unit_council, sees_councils, sits_on_a_council
from councils.records import records_waiting_for
from councils.selectors.papers import has_voted
from councils.selectors.seats import seat_line, seats_left, seats_staying
from councils.services.locks import show_dossier_anew
from councils.ties import rounds_of_council, tallies_by_dossier, ways_to_part
from councils.words import words_of_councils
from nominations.selectors.selection import register_tallies, register_tie_way
from nominations.services.moving import register_told
from nominations.unit_councils import register_words
from nominations.visibility import register_reason, register_selection_reader
from registry.enums import Role, UnitKind
from registry.log_walls import register_log_place
from registry.permissions_accounts import register_guarded
from registry.rights import Right, register_rights
from registry.role_writing import register_other_door
from registry.scopes import accounts_of, scope_of
from registry.selectors.desks import Staying, hand_overs, register_staying
from registry.services.passing_on import register_obstacle


def install() -> None:
    """Register with the shell, with the log and with the sight of dossiers."""
    register_log_place("councils.council", "unit__")
    register_log_place("councils.councilmember", "council__unit__")
    register_log_place("councils.meeting", "council__unit__")
    register_log_place("councils.poll", "agenda_item__meeting__council__unit__")
    register_log_name("councils.council", "{name}")
    register_log_name("councils.meeting", "{title}, {held_on:%d/%m/%Y}")
    register_log_name("councils.poll", "{agenda_item__dossier__code}")
    register(
        NavItem(
            gettext_lazy("Councils and meetings"),
            "councils:list",
            "people",
            group=20,
            order=50,
            visible=lambda user: sees_councils(user) or has_seat(user),
        )
    )
    register_work(work_of_members)
    register_reason(dossiers_open_to)
    register_tallies(tallies_by_dossier)
    register_selection_reader(rounds_of_council)
    register_tie_way(ways_to_part)
    register_told(show_dossier_anew)
    register_words(words_of_councils)
    register_obstacle(seat_of_account)
    register_guarded(sits_on_a_council)
    register_other_door(sits_on_a_council)
    register_staying(seats_that_stay)
    register_panel(seats_of_predecessors)
    register_work(work_of_seats_left)
    register_work(work_of_consent)
    register_rights(
        gettext_lazy("Councils"),
        Right(gettext_lazy("Set up a council and name its members"), check_can_set_up_council),
        Right(
            gettext_lazy("Set up the province's emulation and commendation council and name its members"),
            check_can_set_up_council,
            lambda probe: (probe.places[UnitKind.PROVINCE], Serves.PROVINCE),
        ),
        Right(
            gettext_lazy("Record a council's own threshold"),
            check_can_set_voting_rule,
            lambda probe: (Council(unit=probe.places[UnitKind.PROVINCE]),),
        ),
        Right(
            gettext_lazy("Record who counts in the base of a council's votes"),
            check_can_set_base_rule,
            lambda probe: (Council(unit=probe.places[UnitKind.PROVINCE]),),
        ),
        Right(
            gettext_lazy("Set up the council of the own unit, name its members, prepare its meetings"),
            check_can_set_up_council,
            lambda probe: (probe.own, Serves.UNIT),
        ),
    )


def seat_of_account(user: Any) -> str:
    """A seat is a person's by decision, and passes to no other account; empty when there is none, today or later."""
    seat = seats_staying(user).first()
    if seat is None:
        return ""
    return _("%(person)s sits on “%(council)s” with this account.") % {
        "person": user,
        "council": seat.council,
    }


def seats_that_stay(person: Any, reader: Any) -> Iterator[Staying]:
    """A desk passes and a seat does not: the person's seats, with their pages for whoever sees them."""
    seen = set(CouncilMember.objects.visible_to(reader).filter(user=person.pk).values_list("pk", flat=True))
    for seat in seats_staying(person):
        yield Staying(seat_line(seat), seat.get_absolute_url() if seat.pk in seen else "")


def work_of_seats_left(user: Any) -> Iterator[WorkItem]:
    """Seats of people who handed their desk over: whoever names members has a decision made, or leaves them."""
    names_members = any(
        allowed(check_can_set_up_council, user, None, kind) for kind in (Serves.SELECTION, Serves.PROVINCE)
    )
    if not names_members and not has_unit_council(user):
        return
    for left in seats_left(hand_overs()):
        if not allowed(check_can_keep_council, user, left.seat.council):
            continue
        yield WorkItem(
            title=_("Have a decision end the seat, or leave it: %(seat)s") % {"seat": left.words},
            detail=_("%(successor)s takes over the desk; a seat passes by decision alone.")
            % {"successor": left.handed.successor},
            url=left.seat.get_absolute_url(),
            button=_("Look at the seat"),
            due_on=left.handed.on,
        )


def work_of_consent(user: Any) -> Iterator[WorkItem]:
    """Secretaries who ask to lead a meeting that is going on: whoever consents of such a council does, or does not."""
    if not scope_of(user).has(Role.LEAD, Role.STANDING_BODY) and not has_unit_council(user):
        return
    waiting = Passing.objects.filter(
        status=PassingStatus.WAITING, meeting__in=Meeting.objects.visible_to(user)
    ).select_related("meeting__council__unit", "meeting__secretary", "to_member__user")
    for passing in waiting:
        if not allowed(check_can_consent, user, passing.meeting):
            continue
        yield WorkItem(
            title=_("%(person)s asks to lead the meeting") % {"person": passing.to_member},
            detail=f"{passing.meeting}: {passing.reason}",
            url=reverse("councils:offices", args=[passing.meeting_id]),
            button=_("Answer"),
            due_on=clock.today(),
            weight=-10,
        )


def seats_of_predecessors(user: Any) -> Iterator[Panel]:
    """What a successor did not get with the desk."""
    rows = seats_left(hand_overs().filter(successor__in=accounts_of(user))) if user.pk else []
    if rows:
        yield Panel("councils/seats_of_predecessors.html", {"rows": rows}, order=15)


def work_of_members(user: Any) -> Iterator[WorkItem]:
    """Open ballots first, then meetings that wait for the person."""
    seats = {seat.council_id: seat for seat in CouncilMember.objects.filter(user=user).on(clock.today())}
    if not seats:
        return
    yield from _ballots(user)
    yield from _signatures(user)
    meetings = (
        Meeting.objects.filter(council__in=seats)
        .exclude(status=MeetingStatus.CLOSED)
        .annotate(
            is_invited_to=Exists(Invitation.objects.filter(meeting=OuterRef("pk"))),
            has_items=Exists(AgendaItem.objects.filter(meeting=OuterRef("pk"))),
        )
        .select_related("council", "chair")
        .prefetch_related("adjournments")
    )
    to_declare = set(items_to_declare(user).values_list("meeting", flat=True))
    for meeting in meetings:
        if meeting.pk in to_declare:
            yield _declaration_work(meeting)
        yield from _meeting_work(meeting, seats[meeting.council_id], user)


def _ballots(user: Any) -> Iterator[WorkItem]:
    waiting = Participation.objects.filter(
        member__user=user,
        is_present=True,
        is_recused=False,
        on_paper="",
        has_voted=False,
        poll__status=PollStatus.OPEN,
    ).select_related("poll__agenda_item__dossier", "poll__agenda_item__meeting")
    papers: dict[str, list[Participation]] = {}
    for row in waiting.order_by("poll__agenda_item__position", "pk"):
        if not _is_done(row):
            papers.setdefault(row.poll.sheet, []).append(row)
    for rows in papers.values():
        item = rows[0].poll.agenda_item
        title = _("Cast your ballot on dossier %(code)s") % {"code": item.dossier.code}
        if len(rows) > 1:
            title = _("Cast your ballot on %(count)s dossiers") % {"count": len(rows)}
        yield WorkItem(
            title=title,
            detail=str(item.meeting),
            url=reverse("councils:ballot", args=[rows[0].poll_id]),
            button=_("Vote"),
            due_on=clock.today(),
            weight=-10,
        )


def _signatures(user: Any) -> Iterator[WorkItem]:
    """Records of meetings that wait for the person's signature, or for an answer to the other signer."""
    for waiting in records_waiting_for(user):
        words = _("Sign: %(record)s") if not waiting.is_reopening else _("Asked to reopen: %(record)s")
        yield WorkItem(
            title=words % {"record": waiting.record.label},
            detail=str(waiting.meeting),
            url=reverse("reports:issue", args=[waiting.record.value, waiting.meeting.pk]),
            button=_("Look at it"),
        )


def _is_done(row: Participation) -> bool:
    """Whether nothing waits any more: the paper is in, or the poll's urn is lost. An urn that is away says nothing."""
    try:
        return has_voted(row)
    except UrnLost:
        return True
    except UrnAway:
        return False


def _declaration_work(meeting: Meeting) -> WorkItem:
    return WorkItem(
        title=_("Declare your interests before you read the dossiers"),
        detail=str(meeting),
        url=reverse("councils:declare", args=[meeting.pk]),
        button=_("Declare"),
        due_on=meeting.held_on,
        weight=-5,
    )


def _meeting_work(meeting: Any, seat: CouncilMember, user: Any) -> Iterator[WorkItem]:
    """What a meeting that is not over asks of a member; before the invitation nothing but of its officers."""
    title, detail, url = _("You are invited to the meeting"), str(meeting), meeting.get_absolute_url()
    button = _("Look at it")
    is_chair = meeting.chair.user_id == user.pk
    if meeting.status == MeetingStatus.OPEN:
        title = _("Lead the meeting") if is_chair else _("Take part in the meeting")
        button = _("Go to the meeting")
    elif meeting.status == MeetingStatus.ADJOURNED:
        title = _("The meeting is adjourned and goes on")
    elif is_chair:
        title = _("Open the meeting on its day")
    elif not meeting.is_invited_to and seat.office == Office.SECRETARY:
        title, button = _("Prepare the agenda of the meeting"), _("Prepare")
        if meeting.has_items:
            title, button = _("Invite the members to the meeting"), _("Invite")
            url = reverse("councils:invitation", args=[meeting.pk])
    elif not meeting.is_invited_to:
        return
    else:
        button = _("Read")
        detail = _("%(meeting)s: %(hour)s, %(day)s, %(place)s") % {
            "meeting": meeting,
            "hour": f"{meeting.starts_at:%H:%M}",
            "day": date_format(meeting.held_on, "d/m/Y"),
            "place": meeting.place,
        }
    yield WorkItem(title=title, detail=detail, url=url, button=button, due_on=meeting.next_day)
