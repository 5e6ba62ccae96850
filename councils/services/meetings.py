"""Preparing, opening and closing a meeting."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core import audit, clock
from core.exceptions import InvalidRequest, NotAllowed, StaleState
from core.models import User
from core.services import service
from core.text import nfc
from councils.enums import LEADING, MeetingStatus, PassingStatus
from councils.events import Event
from councils.kinds import KIND_WORDS
from councils.models import Attendance, Council, CouncilMember, Meeting, Teller
from councils.permissions import (
    check_can_end,
    check_can_prepare,
    check_is_chair,
    check_is_open,
    check_is_planned,
)
from councils.records import CONCLUSION, mark_of, tidy_note
from councils.selectors.agenda import agenda_rows
from councils.selectors.meetings import open_polls_of
from councils.services.invitations import tell_of_change
from councils.services.locks import lock_council, lock_meeting
from councils.services.standing import evaluate_anew


@dataclass(frozen=True)
class Particulars:
    """When and where a meeting is held, and who leads and records it."""

    title: str
    held_on: date
    starts_at: time
    place: str
    chair: CouncilMember
    secretary: CouncilMember
    tellers: Sequence[CouncilMember] = ()
    """The counting team; when nobody is named, the secretary counts."""


@service
def prepare_meeting(*, council: Council, particulars: Particulars, actor: User) -> Meeting:
    """A meeting in preparation, with an empty agenda."""
    check_can_prepare(actor, council)
    _check_particulars(council, particulars)
    meeting = Meeting(council=council, status=MeetingStatus.PLANNED, created_at=clock.now())
    _fill(meeting, particulars)
    meeting.save()
    _name_tellers(meeting, particulars.tellers)
    audit.record(
        Event.MEETING_PREPARED,
        actor=actor,
        subject=meeting,
        council=council.pk,
        **_facts(meeting),
        tellers=[seat.pk for seat in particulars.tellers],
    )
    return meeting


@service
def change_meeting(*, meeting: Meeting, particulars: Particulars, actor: User) -> Meeting:
    """Other particulars for a meeting that has not opened; members who were told otherwise are invited anew."""
    check_can_prepare(actor, meeting.council)
    lock_council(meeting.council_id)
    locked = lock_meeting(meeting)
    check_is_planned(locked)
    _check_particulars(locked.council, particulars)
    _fill(locked, particulars)
    locked.save()
    _name_tellers(locked, particulars.tellers)
    audit.record(
        Event.MEETING_CHANGED,
        actor=actor,
        subject=locked,
        **_facts(locked),
        tellers=[seat.pk for seat in particulars.tellers],
    )
    tell_of_change(locked, actor)
    return locked


@service
def open_meeting(*, meeting: Meeting, actor: User) -> Meeting:
    """The meeting is in session; its roll lists the members of the day, nobody present yet."""
    # Seats end under the same lock, so that nobody whose seat has ended stands on the roll.
    lock_council(meeting.council_id)
    locked = lock_meeting(meeting)
    check_is_chair(actor, locked)
    if locked.status != MeetingStatus.PLANNED:
        raise StaleState(_("This meeting has already been opened."))
    if locked.held_on != clock.today():
        raise NotAllowed(
            _("The meeting is set for %(day)s, and today is %(today)s.")
            % {
                "day": date_format(locked.held_on, "SHORT_DATE_FORMAT"),
                "today": date_format(clock.today(), "SHORT_DATE_FORMAT"),
            },
            _("Open it on its day, or ask the secretary to change the day first."),
        )
    if not locked.items.exists():
        raise NotAllowed(
            _("The agenda is empty, so there is nothing to vote on."),
            str(KIND_WORDS[locked.council.serves].empty_agenda),
        )
    members = list(locked.council.members.on(locked.held_on))
    Attendance.objects.bulk_create(Attendance(meeting=locked, member=member) for member in members)
    locked.status, locked.opened_at = MeetingStatus.OPEN, clock.now()
    locked.save(update_fields=["status", "opened_at"])
    evaluate_anew(meeting=locked, actor=actor)
    audit.record(
        Event.MEETING_OPENED,
        actor=actor,
        subject=locked,
        members=len(members),
        roll=sorted(member.pk for member in members),
        checks=dict(locked.items.values_list("dossier__code", "evaluation_id")),
    )
    return locked


@service
def close_meeting(*, meeting: Meeting, conclusion: str, actor: User) -> Meeting:
    """The meeting is over; every item was voted on, taken off, or withdrawn by its nominator.

    Whoever holds an office of the meeting may close it. A request to lead it that still waits ends with it.
    """
    locked = lock_meeting(meeting)
    check_can_end(actor, locked)
    check_is_open(locked)
    if open_polls_of(locked):
        raise NotAllowed(_("A poll is still open."), _("Close the poll, then close the meeting."))
    waiting = [row for row in agenda_rows(locked) if row.is_waiting or row.came_back]
    if waiting:
        raise NotAllowed(
            _("Item %(position)s, %(code)s, has neither been voted on nor taken off the agenda.")
            % {"position": waiting[0].item.position, "code": waiting[0].dossier.code},
            _("Vote on each item or take it off, then close the meeting."),
        )
    if not conclusion.strip():
        raise InvalidRequest(
            _("The conclusion is empty."), _("Write what the meeting concluded; it stands in the minutes.")
        )
    locked.status, locked.closed_at, locked.conclusion = (
        MeetingStatus.CLOSED,
        clock.now(),
        tidy_note(conclusion),
    )
    locked.save(update_fields=["status", "closed_at", "conclusion"])
    locked.passings.filter(status=PassingStatus.WAITING).update(
        status=PassingStatus.REFUSED, settled_by=actor, settled_at=locked.closed_at
    )
    audit.record(
        Event.MEETING_CLOSED,
        actor=actor,
        subject=locked,
        items=locked.items.count(),
        marks={CONCLUSION: mark_of(locked.conclusion)},
    )
    return locked


def _fill(meeting: Meeting, particulars: Particulars) -> None:
    meeting.title = nfc(particulars.title).strip()
    meeting.held_on = particulars.held_on
    meeting.starts_at = particulars.starts_at
    meeting.place = nfc(particulars.place).strip()
    meeting.chair = particulars.chair
    meeting.secretary = particulars.secretary


def _facts(meeting: Meeting) -> dict[str, Any]:
    return {
        "title": meeting.title,
        "held_on": meeting.held_on.isoformat(),
        "starts_at": meeting.starts_at.isoformat("minutes"),
        "place": meeting.place,
        "chair": meeting.chair_id,
        "secretary": meeting.secretary_id,
    }


def _name_tellers(meeting: Meeting, tellers: Sequence[CouncilMember]) -> None:
    """Before the meeting opens, the counting team is simply who is named."""
    meeting.tellers.exclude(member__in=tellers).delete()
    known = set(meeting.tellers.values_list("member_id", flat=True))
    Teller.objects.bulk_create(
        Teller(meeting=meeting, member=seat, named_at=clock.now()) for seat in tellers if seat.pk not in known
    )


def _check_particulars(council: Council, particulars: Particulars) -> None:
    if particulars.held_on < clock.today():
        raise InvalidRequest(_("The day of the meeting has passed."), _("Choose today or a later day."))
    seated = set(council.members.on(particulars.held_on).values_list("pk", flat=True))
    for seat in (particulars.chair, particulars.secretary, *particulars.tellers):
        if seat.pk not in seated:
            raise InvalidRequest(
                _("%(person)s does not sit on this council on the day of the meeting.") % {"person": seat},
                _("Choose members whose seat holds on that day."),
            )
    if particulars.chair.office not in LEADING:
        raise InvalidRequest(
            _("%(person)s is neither chair nor deputy chair of the council.") % {"person": particulars.chair},
            _("Choose the chair or a deputy chair to lead the meeting."),
        )
    if particulars.chair.pk == particulars.secretary.pk:
        raise InvalidRequest(
            _("One person cannot both chair a meeting and keep its record."), _("Choose another secretary.")
        )
    if particulars.chair in particulars.tellers:
        raise InvalidRequest(
            _("The chair cannot count the ballots too."), _("Choose other members for the counting team.")
        )
