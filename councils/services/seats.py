"""Seats on a council: begun, ended, and passed to another office, each by a decision."""

from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from core import audit
from core.exceptions import InvalidRequest, StaleState
from core.models import User
from core.services import service
from core.text import nfc
from councils.enums import HERE, LEADING, MeetingStatus, Office
from councils.events import Event
from councils.interests import waiting_items
from councils.models import Adjournment, Council, CouncilMember, Declaration, Meeting, Ruling, Teller
from councils.permissions import check_can_keep_council
from councils.services.locks import lock_council
from registry.enums import Role
from registry.models import UnitRole


@service
def add_member(
    *,
    council: Council,
    user: User,
    office: str,
    starts_on: date,
    actor: User,
    position: str = "",
    decision: str = "",
    ends_on: date | None = None,
) -> CouncilMember:
    """A dated seat; a person holds one seat at a time, and a council has one chair at a time.

    Without a `decision`, the one that set the council up names the member. Raises InvalidRequest when the dates clash.
    """
    check_can_keep_council(actor, council)
    lock_council(council.pk)
    _check_dates(starts_on, ends_on)
    _check_opens_no_door(user, starts_on, ends_on)
    clashing = council.members.filter(Q(ends_on=None) | Q(ends_on__gte=starts_on))
    if ends_on is not None:
        clashing = clashing.filter(starts_on__lte=ends_on)
    if clashing.filter(user=user).exists():
        raise InvalidRequest(
            _("%(person)s already sits on this council in that time.") % {"person": user},
            _("End the present seat first, or choose other dates."),
        )
    chair = clashing.filter(office=Office.CHAIR).select_related("user").first()
    if office == Office.CHAIR and chair is not None:
        raise InvalidRequest(
            _("%(person)s chairs this council in that time.") % {"person": chair},
            _("End that seat first, or choose another office."),
        )
    member = CouncilMember.objects.create(
        council=council,
        user=user,
        office=office,
        position=nfc(position),
        decision=nfc(decision).strip(),
        starts_on=starts_on,
        ends_on=ends_on,
    )
    audit.record(
        Event.MEMBER_ADDED,
        actor=actor,
        subject=council,
        member=member.pk,
        user=user.pk,
        office=str(office),
        starts_on=starts_on.isoformat(),
        ends_on=ends_on.isoformat() if ends_on else "",
        position=member.position,
        decision=member.decision,
    )
    return member


def _check_opens_no_door(user: User, starts_on: date, ends_on: date | None) -> None:
    """Whoever administers accounts has no vote: the one could be used to get at the other."""
    held = UnitRole.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=starts_on), user=user, role=Role.ADMINISTRATOR
    )
    if (held.filter(starts_on__lte=ends_on) if ends_on else held).exists():
        raise InvalidRequest(
            _("%(person)s administers accounts in that time, and has no vote.") % {"person": user},
            _("Name another person, or end that role first."),
        )


@service
def end_seat(*, member: CouncilMember, ends_on: date, actor: User, decision: str = "") -> CouncilMember:
    """The seat holds until this day, included.

    Raises InvalidRequest when the person was on a meeting's roll after that day, or is to lead or record a later one,
    and StaleState when the seat was ended meanwhile.
    """
    check_can_keep_council(actor, member.council)
    lock_council(member.council_id)
    _check_dates(member.starts_on, ends_on)
    if member.ends_on is not None and ends_on > member.ends_on:
        raise InvalidRequest(
            _("This seat ends on %(day)s already.") % {"day": _shown(member.ends_on)},
            _("Begin a new seat for the person on the day after."),
        )
    led = _led_after(member, ends_on).first()
    if led is not None:
        raise InvalidRequest(
            _("%(person)s is to lead or record the meeting “%(meeting)s” on %(day)s.")
            % {"person": member, "meeting": led, "day": _shown(led.next_day)},
            _("Name somebody else for that meeting first."),
        )
    _close_seat(member, ends_on, decision)
    # Whose seat has ended counts no more; the others of the team do, or the secretary.
    _counting_after(member, ends_on).delete()
    audit.record(
        Event.MEMBER_LEFT,
        actor=actor,
        subject=member.council,
        member=member.pk,
        ends_on=ends_on.isoformat(),
        decision=member.ended_by,
    )
    return member


@service
def change_office(
    *, member: CouncilMember, office: str, starts_on: date, decision: str, actor: User, position: str = ""
) -> CouncilMember:
    """Another office for the same person from a day on: the seat ends the day before, and a new one begins.

    Meetings in preparation go with the new seat. Raises InvalidRequest when nothing changes, when the dates clash, or
    when the new office cannot lead a meeting that the person is to lead.
    """
    council = member.council
    check_can_keep_council(actor, council)
    lock_council(council.pk)
    _check_change(member, office, position, starts_on)
    last_day, until = starts_on - timedelta(days=1), member.ends_on
    meetings = list(_led_after(member, last_day))
    _check_still_leads(member, office, meetings)
    _close_seat(member, last_day, decision)
    audit.record(
        Event.MEMBER_LEFT,
        actor=actor,
        subject=council,
        member=member.pk,
        ends_on=last_day.isoformat(),
        decision=member.ended_by,
    )
    seat = add_member(
        council=council,
        user=member.user,
        office=office,
        starts_on=starts_on,
        actor=actor,
        position=position,
        decision=decision,
        ends_on=until,
    )
    _take_along(member, seat)
    for meeting in meetings:
        role = "chair" if meeting.chair_id == member.pk else "secretary"
        Meeting.objects.filter(pk=meeting.pk).update(**{role: seat})
        audit.record(Event.MEETING_CHANGED, actor=actor, subject=meeting, **{role: seat.pk})
    return seat


def _check_change(member: CouncilMember, office: str, position: str, starts_on: date) -> None:
    if office == member.office and nfc(position) == member.position:
        raise InvalidRequest(
            _("%(person)s has this office and position already.") % {"person": member},
            _("Choose another office, or leave the seat as it is."),
        )
    if starts_on <= member.starts_on:
        raise InvalidRequest(
            _("The present office began on %(day)s.") % {"day": _shown(member.starts_on)},
            _("Enter a later day for the new office."),
        )
    if member.ends_on is not None and member.ends_on < starts_on:
        raise InvalidRequest(
            _("This seat ends on %(day)s already.") % {"day": _shown(member.ends_on)},
            _("Begin a new seat for the person on the day after."),
        )


def _check_still_leads(member: CouncilMember, office: str, meetings: list[Meeting]) -> None:
    led = next((meeting for meeting in meetings if meeting.chair_id == member.pk), None)
    if led is not None and office not in LEADING:
        raise InvalidRequest(
            _(
                "%(person)s is to lead the meeting “%(meeting)s” on %(day)s, which only a chair or deputy chair may."
            )
            % {"person": member, "meeting": led, "day": _shown(led.next_day)},
            _("Name somebody else for that meeting first."),
        )


def _close_seat(member: CouncilMember, ends_on: date, decision: str) -> None:
    sat_later = Q(meeting__sits_on__gt=ends_on, events__kind__in=HERE, events__at__date__gt=ends_on)
    rolls = member.attendances.filter(Q(meeting__held_on__gt=ends_on) | sat_later).select_related("meeting")
    sat = rolls.order_by("meeting__held_on").first()
    if sat is not None:
        raise InvalidRequest(
            _("%(person)s is on the roll of the meeting of %(day)s, after the day that you entered.")
            % {"person": member, "day": _shown(sat.meeting.sits_on)},
            _("Enter that day or a later one."),
        )
    decision = nfc(decision).strip()
    changed = CouncilMember.objects.filter(pk=member.pk, ends_on=member.ends_on).update(
        ends_on=ends_on, ended_by=decision
    )
    if changed != 1:
        raise StaleState(_("The seat of %(person)s was changed meanwhile.") % {"person": member})
    member.ends_on, member.ended_by = ends_on, decision


def _take_along(former: CouncilMember, seat: CouncilMember) -> None:
    """What the person declared for meetings to come, what was decided of it, and the counting, stay the person's."""
    last_day = seat.starts_on - timedelta(days=1)
    for model in (Declaration, Ruling):
        of_items = model.objects.filter(member=former, item__in=waiting_items())
        of_items.filter(item__meeting__in=_to_come(last_day)).update(member=seat)
    _counting_after(former, last_day).update(member=seat)


def _counting_after(member: CouncilMember, day: date) -> QuerySet[Teller]:
    """Counting teams of meetings in preparation for a later day that the person is on."""
    return Teller.objects.filter(member=member, released_at=None, meeting__in=_to_come(day))


def _led_after(member: CouncilMember, day: date) -> QuerySet[Meeting]:
    """Meetings that are to be held, or to go on, on a later day, and that the person is to lead or record."""
    return _to_come(day).filter(Q(chair=member) | Q(secretary=member)).order_by("held_on", "pk")


def _to_come(day: date) -> QuerySet[Meeting]:
    """Meetings in preparation for a later day, and adjourned ones that go on on one."""
    goes_on = Adjournment.objects.filter(meeting=OuterRef("pk"), resumed_at=None, resumes_on__gt=day)
    return Meeting.objects.filter(
        Q(status=MeetingStatus.PLANNED, held_on__gt=day) | Q(Exists(goes_on), status=MeetingStatus.ADJOURNED)
    )


def _shown(day: date) -> str:
    return day.strftime("%d/%m/%Y")


def _check_dates(starts_on: date, ends_on: date | None) -> None:
    if ends_on is not None and ends_on < starts_on:
        raise InvalidRequest(
            _("The seat would end before it begins."), _("Enter a last day on or after the first day.")
        )
