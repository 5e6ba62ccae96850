"""Who holds which office of a meeting at this moment: the one source for pages, checks and papers."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from core import clock
from councils.enums import MeetingOffice, MeetingStatus, Office
from councils.models import CouncilMember, Meeting


@dataclass(frozen=True)
class Officer:
    """A member with an office of the meeting."""

    office: MeetingOffice
    member: CouncilMember


def officers_of(meeting: Meeting) -> list[Officer]:
    """Chair, vice-chairs, secretary and counting team of a meeting; a person may hold two of them."""
    return list(_officers(meeting))


def _officers(meeting: Meeting) -> Iterator[Officer]:
    yield Officer(MeetingOffice.CHAIR, meeting.chair)
    deputies = CouncilMember.objects.filter(council=meeting.council_id, office=Office.DEPUTY)
    # While a meeting stands adjourned, those of today take over what was lost.
    day = clock.today() if meeting.status == MeetingStatus.ADJOURNED else meeting.sits_on
    for member in deputies.on(day).exclude(pk=meeting.chair_id).select_related("user"):
        yield Officer(MeetingOffice.VICE_CHAIR, member)
    yield Officer(MeetingOffice.SECRETARY, meeting.secretary)
    for teller in meeting.tellers.filter(released_at=None).select_related("member__user"):
        yield Officer(MeetingOffice.TELLER, teller.member)


def who_may_hold(meeting: Meeting) -> QuerySet[CouncilMember]:
    """Members to whom an office may pass: those on the roll; while the meeting stands adjourned, those of today."""
    if meeting.status == MeetingStatus.ADJOURNED:
        seats: QuerySet[CouncilMember] = CouncilMember.objects.filter(council=meeting.council_id).on(
            clock.today()
        )
        return seats
    return CouncilMember.objects.filter(attendances__meeting=meeting)


def offices_in(meeting: Meeting, user_pk: int | None) -> frozenset[MeetingOffice]:
    """The offices that a person holds in a meeting; asked of the database once per meeting object."""
    return frozenset(_offices_by_user(meeting).get(user_pk or 0, ()))


def counting_office(meeting: Meeting) -> MeetingOffice:
    """Whose work counting is: the counting team's, or the secretary's where nobody is named to it."""
    held = _offices_by_user(meeting).values()
    is_named = any(MeetingOffice.TELLER in offices for offices in held)
    return MeetingOffice.TELLER if is_named else MeetingOffice.SECRETARY


def _offices_by_user(meeting: Meeting) -> dict[int, set[MeetingOffice]]:
    known: dict[int, set[MeetingOffice]] | None = meeting.__dict__.get("_offices_by_user")
    if known is None:
        known = {}
        for officer in _officers(meeting):
            known.setdefault(officer.member.user_id, set()).add(officer.office)
        meeting.__dict__["_offices_by_user"] = known
    return known
