"""Who is there: what is recorded of members' presence during a meeting."""

from collections.abc import Collection, Iterator
from datetime import datetime

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from core import audit, clock
from core.exceptions import InvalidRequest, NotAllowed, StaleState
from core.models import User
from core.services import service
from councils.enums import HERE, PresenceKind
from councils.events import Event
from councils.models import Attendance, CouncilMember, Meeting, Poll, PresenceEvent
from councils.permissions import check_can_take_roll, check_is_open
from councils.roll import resumed_at
from councils.selectors.voting import quorum_of
from councils.services.locks import lock_meeting


@service
def take_roll(
    *,
    meeting: Meeting,
    present: Collection[CouncilMember],
    actor: User,
    excused: Collection[CouncilMember] = (),
    at: datetime | None = None,
) -> list[PresenceEvent]:
    """Exactly these members are present from a time on (now); of the others, those excused have leave.

    One event is recorded for each member whose presence differs from what was known. A ballot that was handed out
    stays with its poll, whoever leaves meanwhile.
    """
    locked = lock_meeting(meeting)
    check_can_take_roll(actor, locked)
    check_is_open(locked)
    at = at or clock.now()
    present_ids, excused_ids = {seat.pk for seat in present}, {seat.pk for seat in excused}
    roll = list(locked.attendances.sitting(locked).with_state())
    if not present_ids | excused_ids <= {row.member_id for row in roll}:
        raise InvalidRequest(
            _("Somebody on this list is not a member of the council on the day of the meeting."),
            _("Reload the page and take the roll again."),
        )
    at = _checked_time(locked, at)
    events = list(_changes(roll, present_ids, excused_ids, at, actor))
    if not events:
        audit.nothing_changed()
        return []
    PresenceEvent.objects.bulk_create(events)
    quorum = quorum_of(locked)
    audit.record(
        Event.ROLL_TAKEN,
        actor=actor,
        subject=locked,
        members=quorum.members,
        present=quorum.present,
        has_quorum=quorum.is_met,
        at=at.isoformat(),
        changes={str(event.kind): _members_of(events, event.kind) for event in events},
    )
    return events


def _members_of(events: list[PresenceEvent], kind: str) -> list[int]:
    return sorted(event.attendance.member_id for event in events if event.kind == kind)


def _changes(
    roll: list[Attendance], present: set[int], excused: set[int], at: datetime, actor: User
) -> Iterator[PresenceEvent]:
    for row in roll:
        kind = _change(row.state, row.member_id in present, row.member_id in excused)  # type: ignore[attr-defined]
        if kind is not None:
            yield PresenceEvent(attendance=row, kind=kind, at=at, recorded_by=actor, recorded_at=clock.now())


def _change(state: str | None, is_present: bool, is_excused: bool) -> PresenceKind | None:
    """What happened to a member of whom `state` was known; None when nothing did."""
    if is_present:
        if state in HERE:
            return None
        return PresenceKind.BACK if state == PresenceKind.LEFT else PresenceKind.CAME
    if state in HERE:
        return PresenceKind.LEFT
    wanted = PresenceKind.EXCUSED if is_excused else PresenceKind.ABSENT
    return None if state in (PresenceKind.LEFT, wanted) else wanted


def _checked_time(meeting: Meeting, at: datetime) -> datetime:
    """Events come one after another, not before the day of the meeting, and none is foretold.

    A time is typed to the minute: within the minute of the latest event it becomes that event's.
    """
    if at > clock.now():
        raise InvalidRequest(
            _("The time that you entered has not come yet."), _("Enter the time it happened.")
        )
    if localtime(at).date() < meeting.sits_on:
        raise InvalidRequest(
            _("The time that you entered is before the day of the meeting."), _("Enter the time it happened.")
        )
    latest = PresenceEvent.objects.filter(attendance__meeting=meeting, struck_at=None).order_by("-at").first()
    if latest is None:
        return at
    if at < latest.at.replace(second=0, microsecond=0):
        raise InvalidRequest(
            _("Something later is recorded already, at %(time)s.")
            % {"time": f"{localtime(latest.at):%H:%M}"},
            _("Enter that time or a later one."),
        )
    return max(at, latest.at)


@service
def strike_presence(*, event: PresenceEvent, actor: User) -> None:
    """A mistaken event counts no more; it stays, struck out, with who did it.

    Raises NotAllowed when a poll was opened after it was recorded (who had a ballot rested on it), or when another
    event of the member followed.
    """
    meeting = lock_meeting(event.attendance.meeting)
    check_can_take_roll(actor, meeting)
    check_is_open(meeting)
    if Poll.objects.filter(agenda_item__meeting=meeting, opened_at__gte=event.recorded_at).exists():
        raise NotAllowed(
            _("A poll was opened after this was recorded, and who had a ballot in it rested on it."),
            _("Record what is true now; the secretary says in the conclusion what was wrong."),
        )
    since = resumed_at(meeting)
    if since is not None and event.recorded_at < since:
        raise NotAllowed(
            _("This was recorded before the meeting was adjourned, and says nothing of today."),
            _("Take the roll of today."),
        )
    newest = event.attendance.events.filter(struck_at=None).order_by("-at", "-pk").first()
    if newest is None or newest.pk != event.pk:
        raise StaleState(_("Something else was recorded of this member since."))
    changed = PresenceEvent.objects.filter(pk=event.pk, struck_at=None).update(
        struck_at=clock.now(), struck_by=actor
    )
    if changed != 1:
        raise StaleState(_("This has been struck out already."))
    audit.record(
        Event.PRESENCE_STRUCK,
        actor=actor,
        subject=meeting,
        member=event.attendance.member_id,
        kind=event.kind,
        at=event.at.isoformat(),
    )
