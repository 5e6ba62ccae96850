"""Meetings that stop and go on on another day."""

from collections.abc import Collection
from datetime import date, datetime, time

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core import audit, clock
from core.exceptions import InvalidRequest, NotAllowed, StaleState
from core.models import User
from core.services import service
from core.text import nfc
from councils.enums import MeetingStatus, PresenceKind
from councils.events import Event
from councils.models import Adjournment, Attendance, Meeting, PresenceEvent
from councils.permissions import check_can_adjourn, check_is_running
from councils.selectors.meetings import open_polls_of
from councils.services.locks import lock_council, lock_meeting


@service
def adjourn_meeting(
    *, meeting: Meeting, reason: str, resumes_on: date, resumes_at: time, actor: User
) -> Adjournment:
    """The meeting stops and goes on with the same agenda on another day, or later on this one; everybody has left.

    An adjourned meeting gets another day this way, too. Raises NotAllowed while a poll is open, and InvalidRequest.
    """
    locked = lock_meeting(meeting)
    check_can_adjourn(actor, locked)
    check_is_running(locked)
    if open_polls_of(locked):
        raise NotAllowed(_("A poll is still open."), _("Close or annul the poll, then adjourn the meeting."))
    if not reason.strip():
        raise InvalidRequest(
            _("The reason is empty."), _("Say why the meeting is adjourned; it stands in the minutes.")
        )
    if resumes_on < clock.today():
        raise InvalidRequest(
            _("The day on which the meeting goes on has passed."), _("Choose today or a later day.")
        )
    standing = locked.adjournments.filter(resumed_at=None).first()
    adjournment = standing or Adjournment(meeting=locked, adjourned_by=actor, adjourned_at=clock.now())
    adjournment.reason = nfc(reason).strip()
    adjournment.resumes_on, adjournment.resumes_at = resumes_on, resumes_at
    adjournment.save()
    left = _all_leave(locked, actor, adjournment.adjourned_at) if standing is None else []
    if standing is None:
        locked.status = MeetingStatus.ADJOURNED
        locked.save(update_fields=["status"])
    audit.record(
        Event.MEETING_ADJOURNED,
        actor=actor,
        subject=locked,
        reason=adjournment.reason,
        resumes_on=resumes_on.isoformat(),
        resumes_at=resumes_at.isoformat(timespec="minutes"),
        at=adjournment.adjourned_at.isoformat(),
        changes={str(PresenceKind.LEFT): left},
    )
    return adjournment


def _all_leave(meeting: Meeting, actor: User, now: datetime) -> list[int]:
    """Everybody who is there leaves with the adjournment; their seats."""
    here = list(meeting.attendances.present())
    PresenceEvent.objects.bulk_create(
        PresenceEvent(attendance=row, kind=PresenceKind.LEFT, at=now, recorded_by=actor, recorded_at=now)
        for row in here
    )
    return sorted(row.member_id for row in here)


@service
def resume_meeting(*, meeting: Meeting, actor: User) -> Meeting:
    """The adjourned meeting is in session again; the roll is taken anew, and members who joined since stand on it.

    Raises NotAllowed before the day that was announced, and when who leads or records it has no seat any more.
    """
    lock_council(meeting.council_id)
    locked = lock_meeting(meeting)
    check_can_adjourn(actor, locked)
    adjournment = locked.adjournments.filter(resumed_at=None).first()
    if adjournment is None:
        raise StaleState(_("This meeting is not adjourned."), _("Look at its page for where it stands."))
    today = clock.today()
    if today < adjournment.resumes_on:
        raise NotAllowed(
            _("The meeting goes on on %(day)s, and today is %(today)s.")
            % {
                "day": date_format(adjournment.resumes_on, "SHORT_DATE_FORMAT"),
                "today": date_format(today, "SHORT_DATE_FORMAT"),
            },
            _("Resume it on that day, or announce another day first."),
        )
    seated = {seat.pk: seat for seat in locked.council.members.on(today)}
    _check_still_seated(locked, seated)
    known = set(locked.attendances.values_list("member_id", flat=True))
    joined = [seat for pk, seat in seated.items() if pk not in known]
    Attendance.objects.bulk_create(Attendance(meeting=locked, member=seat) for seat in joined)
    adjournment.resumed_at = clock.now()
    adjournment.save(update_fields=["resumed_at"])
    locked.status, locked.sits_on = MeetingStatus.OPEN, today
    locked.save(update_fields=["status", "sits_on"])
    audit.record(
        Event.MEETING_RESUMED,
        actor=actor,
        subject=locked,
        sits_on=today.isoformat(),
        joined=sorted(seat.pk for seat in joined),
    )
    return locked


def _check_still_seated(meeting: Meeting, seated: Collection[int]) -> None:
    for seat in (meeting.chair, meeting.secretary):
        if seat.pk not in seated:
            raise NotAllowed(
                _("%(person)s leads or records this meeting and has no seat on the council today.")
                % {"person": seat},
                _("Pass the office on to another member on the page “Offices”, then resume the meeting."),
            )
