"""Who was invited to a meeting, when and by whom, who is to be told otherwise, and the meeting as a calendar file."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from functools import cached_property

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from core.calendar_files import CalendarEvent, calendar_file
from councils.interests import seats_at
from councils.models import CouncilMember, Invitation, Invitee, Meeting


@dataclass(frozen=True)
class InvitedLine:
    """A member who sits at the meeting, with the invitation that holds; None when none went to the member yet."""

    member: CouncilMember
    invitee: Invitee | None

    @property
    def to_be_told(self) -> bool:
        """Whether the member gets no mail, so that somebody has to pass the invitation on."""
        return not (self.invitee.by_mail if self.invitee else self.member.user.email)


@dataclass(frozen=True)
class Invited:
    """The invitations of a meeting, the first one first, and how its members stand to the latest."""

    invitations: list[Invitation]
    members: list[CouncilMember]

    @property
    def latest(self) -> Invitation | None:
        return self.invitations[-1] if self.invitations else None

    @cached_property
    def lines(self) -> list[InvitedLine]:
        """Everybody who sits at the meeting, by given name."""
        latest = self.latest
        holding = {
            invitee.member_id: invitee
            for invitation in self.invitations
            if latest and invitation.sequence == latest.sequence
            for invitee in invitation.invitees.all()
        }
        return [InvitedLine(member, holding.get(member.pk)) for member in self.members]

    @property
    def left(self) -> list[CouncilMember]:
        """Members to whom the latest invitation did not go."""
        return [line.member for line in self.lines if line.invitee is None]

    @property
    def to_be_told(self) -> list[CouncilMember]:
        """Members without an address, whom somebody has to tell."""
        return [line.member for line in self.lines if line.to_be_told]


def invited_to(meeting: Meeting) -> Invited:
    """The invitations of a meeting with who got them, in a constant number of queries."""
    invitations = meeting.invitations.select_related("sent_by").prefetch_related("invitees")
    return Invited(list(invitations), list(seats_at(meeting)))


def latest_invitation(meeting: Meeting) -> Invitation | None:
    """What members were last told of day, hour and place; None before the first invitation."""
    return meeting.invitations.order_by("sent_at", "pk").last()


def says_otherwise(invitation: Invitation, meeting: Meeting) -> bool:
    """Whether the meeting is held on another day, at another hour or place than members were told."""
    return (invitation.held_on, invitation.starts_at, invitation.place) != (
        meeting.held_on,
        meeting.starts_at,
        meeting.place,
    )


def no_longer_invited(meeting: Meeting, told: Invitation) -> list[CouncilMember]:
    """Members whom an invitation asked to come and who do not sit at the meeting as it is set now."""
    asked = CouncilMember.objects.filter(
        invitations__invitation__meeting=meeting, invitations__invitation__sequence=told.sequence
    )
    staying = {member.pk for member in seats_at(meeting)}
    return [member for member in asked.select_related("user") if member.pk not in staying]


def calendar_of(meeting: Meeting, invitation: Invitation, *, is_cancelled: bool = False) -> bytes:
    """The meeting as a calendar file: council, title, day, hour, place and an address, and nothing of its agenda."""
    starts = datetime.combine(invitation.held_on, invitation.starts_at, timezone.get_default_timezone())
    address = page_of(meeting)
    return calendar_file(
        CalendarEvent(
            uid=_uid(meeting),
            sequence=invitation.sequence,
            published_at=invitation.sent_at,
            starts_at=starts,
            summary=meeting.title,
            place=invitation.place,
            description=_("%(council)s. The page of the meeting: %(address)s")
            % {"council": meeting.council, "address": address},
            url=address,
            organizer=str(meeting.council),
            organizer_mail=parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
            is_cancelled=is_cancelled,
        )
    )


def page_of(meeting: Meeting) -> str:
    """The whole address of the meeting's page."""
    return f"{settings.SITE_URL}{meeting.get_absolute_url()}"


def _uid(meeting: Meeting) -> str:
    """The same for a meeting for ever, whatever the site's address becomes; no other installation has it."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"meeting:{meeting.pk}:{meeting.created_at.isoformat()}"))
