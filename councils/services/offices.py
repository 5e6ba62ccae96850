"""Passing an office of a meeting from one person to another, while the meeting and its polls go on."""

from typing import Any

from django.utils.translation import gettext as _

from core import audit, clock
from core.exceptions import InvalidRequest, NotAllowed, StaleState
from core.models import User
from core.services import service
from core.text import nfc
from councils.enums import LEADING, PASSED_ON, MeetingOffice, PassingStatus
from councils.events import Event
from councils.models import CouncilMember, Meeting, Passing, Teller
from councils.offices import offices_in, who_may_hold
from councils.permissions import check_can_consent, check_can_pass_offices, check_is_running
from councils.services.locks import lock_meeting


@service
def pass_office(
    *,
    meeting: Meeting,
    office: MeetingOffice,
    to_member: CouncilMember,
    reason: str,
    actor: User,
    instead_of: CouncilMember | None = None,
    next_secretary: CouncilMember | None = None,
) -> Passing:
    """The office goes to another member, at once; what was begun in it goes on, an open poll included.

    The chair passes the chair to a chair or deputy chair of the council; when the chair is lost, a deputy chair takes
    it over. The secretary can only ask to lead: that waits for the leadership's consent (`consent_to_lead`), and names
    who keeps the record then. `instead_of` leaves the counting team. Raises NotAllowed and InvalidRequest.
    """
    locked = lock_meeting(meeting)
    check_can_pass_offices(actor, locked)
    check_is_running(locked)
    reason = nfc(reason).strip()
    _check_passing(locked, office, to_member, reason)
    passing = Passing(
        meeting=locked,
        office=office,
        from_member=_holder(locked, office, instead_of),
        to_member=to_member,
        next_secretary=next_secretary,
        reason=reason,
        asked_by=actor,
        asked_at=clock.now(),
    )
    if office == MeetingOffice.CHAIR and to_member.office not in LEADING:
        return _ask(passing, actor)
    _check_who_passes(locked, office, to_member, actor)
    passing.status, passing.settled_by, passing.settled_at = PassingStatus.DONE, actor, clock.now()
    passing.next_secretary = None
    passing.save()
    _carry_out(passing)
    audit.record(Event.OFFICE_PASSED, actor=actor, subject=locked, **_facts(passing))
    return passing


@service
def consent_to_lead(*, passing: Passing, actor: User, consents: bool) -> Passing:
    """The leadership consents that the secretary leads from now on, or does not. Raises StaleState when it is settled."""
    locked = lock_meeting(passing.meeting)
    check_can_consent(actor, locked)
    passing = Passing.objects.select_related(
        "to_member__user", "next_secretary__user", "from_member__user"
    ).get(pk=passing.pk)
    if not passing.is_waiting:
        raise StaleState(_("This request has been settled already."))
    check_is_running(locked)
    passing.meeting = locked
    passing.status = PassingStatus.DONE if consents else PassingStatus.REFUSED
    passing.settled_by, passing.settled_at = actor, clock.now()
    passing.save(update_fields=["status", "settled_by", "settled_at"])
    if consents:
        _carry_out(passing)
    event = Event.OFFICE_PASSED if consents else Event.OFFICE_NOT_PASSED
    audit.record(event, actor=actor, subject=locked, **_facts(passing))
    return passing


def _check_passing(meeting: Meeting, office: MeetingOffice, to_member: CouncilMember, reason: str) -> None:
    if office not in PASSED_ON:
        raise InvalidRequest(
            _("A vice-chair's office comes with the seat and is not passed on."), _("Choose another office.")
        )
    if not reason:
        raise InvalidRequest(
            _("The reason is empty."), _("Say why the office passes; it stands in the minutes.")
        )
    if not who_may_hold(meeting).filter(pk=to_member.pk).exists():
        raise InvalidRequest(
            _("%(person)s is not a member of the council on the day of the meeting.") % {"person": to_member},
            _("Choose somebody from the roll."),
        )
    if office in offices_in(meeting, to_member.user_id):
        raise InvalidRequest(
            _("%(person)s holds this office already.") % {"person": to_member}, _("Choose somebody else.")
        )
    if office == MeetingOffice.SECRETARY and to_member.pk == meeting.chair_id:
        raise InvalidRequest(
            _("One person cannot both chair a meeting and keep its record."), _("Choose another secretary.")
        )
    if office == MeetingOffice.CHAIR and to_member.pk == meeting.secretary_id and to_member.office in LEADING:
        raise InvalidRequest(
            _("%(person)s keeps the record of this meeting, and one person cannot do both.")
            % {"person": to_member},
            _("Pass the record on to another member first, then the chair."),
        )
    if office == MeetingOffice.TELLER and to_member.pk == meeting.chair_id:
        raise InvalidRequest(
            _("The chair cannot count the ballots too."), _("Choose other members for the counting team.")
        )


def _check_who_passes(meeting: Meeting, office: MeetingOffice, to_member: CouncilMember, actor: User) -> None:
    """The chair gives the chair away, and a deputy chair takes it; other offices are named by any of the three."""
    if office != MeetingOffice.CHAIR or meeting.chair.user_id == actor.pk:
        return
    if to_member.user_id != actor.pk:
        raise NotAllowed(
            _("The chair is passed on by the chair, %(chair)s, or taken over by a deputy chair in person.")
            % {"chair": meeting.chair},
            _("Ask the deputy chair to do it with their own account."),
        )


def _ask(passing: Passing, actor: User) -> Passing:
    """The secretary asks to lead, and waits."""
    meeting = passing.meeting
    if passing.to_member_id != meeting.secretary_id:
        raise InvalidRequest(
            _(
                "%(person)s is neither chair nor deputy chair of the council, nor the secretary of the meeting."
            )
            % {"person": passing.to_member},
            _("Choose a deputy chair, or have the secretary ask to lead."),
        )
    if meeting.secretary.user_id != actor.pk:
        raise NotAllowed(
            _("The secretary asks to lead in person."), _("Ask %(person)s.") % {"person": meeting.secretary}
        )
    keeper = passing.next_secretary
    if keeper is None or not who_may_hold(meeting).filter(pk=keeper.pk).exists():
        raise InvalidRequest(
            _("Somebody else must keep the record while the secretary leads."),
            _("Choose a member from the roll who keeps it."),
        )
    if keeper.pk in {passing.to_member_id, meeting.chair_id}:
        raise InvalidRequest(
            _("One person cannot both chair a meeting and keep its record."), _("Choose another secretary.")
        )
    if meeting.passings.filter(status=PassingStatus.WAITING).exists():
        raise StaleState(_("A request to lead this meeting waits already."))
    passing.status = PassingStatus.WAITING
    passing.save()
    audit.record(Event.OFFICE_ASKED_FOR, actor=actor, subject=meeting, **_facts(passing))
    return passing


def _holder(
    meeting: Meeting, office: MeetingOffice, instead_of: CouncilMember | None
) -> CouncilMember | None:
    if office == MeetingOffice.CHAIR:
        return meeting.chair
    if office == MeetingOffice.SECRETARY:
        return meeting.secretary
    if instead_of is not None and not meeting.tellers.filter(member=instead_of, released_at=None).exists():
        raise InvalidRequest(
            _("%(person)s is not on the counting team.") % {"person": instead_of},
            _("Choose from its members."),
        )
    return instead_of


def _carry_out(passing: Passing) -> None:
    meeting, now = passing.meeting, clock.now()
    if passing.office == MeetingOffice.TELLER:
        leaving = meeting.tellers.filter(member=passing.from_member, released_at=None)
        # Whoever takes the head's place heads the team.
        is_head = leaving.filter(is_head=True).exists()
        leaving.update(released_at=now)
        Teller.objects.create(meeting=meeting, member=passing.to_member, named_at=now, is_head=is_head)
        return
    if passing.office == MeetingOffice.SECRETARY:
        meeting.secretary = passing.to_member
    else:
        meeting.chair = passing.to_member
        if passing.next_secretary is not None:
            meeting.secretary = passing.next_secretary
        # Whoever leads does not count.
        meeting.tellers.filter(member=passing.to_member, released_at=None).update(released_at=now)
    meeting.save(update_fields=["chair", "secretary"])


def _facts(passing: Passing) -> dict[str, Any]:
    return {
        "office": str(passing.office),
        "from_member": passing.from_member_id,
        "to_member": passing.to_member_id,
        "next_secretary": passing.next_secretary_id,
        "reason": passing.reason,
    }
