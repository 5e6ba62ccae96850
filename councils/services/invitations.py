"""Inviting the members to a meeting: in the application, and by mail with a calendar file."""

from collections.abc import Sequence

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core import audit, clock
from core.exceptions import NotAllowed, StaleState
from core.models import User
from core.outbox import queue_mail
from core.services import service
from councils.events import Event
from councils.interests import seats_at
from councils.invitations import (
    calendar_of,
    invited_to,
    latest_invitation,
    no_longer_invited,
    page_of,
    says_otherwise,
)
from councils.models import CouncilMember, Invitation, Invitee, Meeting
from councils.permissions import check_can_prepare, check_is_planned
from councils.services.locks import lock_council, lock_meeting

# A mail's subject; the council's name alone may be as long.
LONGEST_SUBJECT = 200


@service
def send_invitation(*, meeting: Meeting, actor: User) -> Invitation:
    """Everybody who sits at the meeting is invited; from now on members read the papers after their declaration.

    Sent again, it goes to those who were not invited yet. Raises NotAllowed while the agenda is empty or the day has
    passed, and StaleState when nobody is left.
    """
    # Seats change under the same lock, so that nobody is passed over.
    lock_council(meeting.council_id)
    locked = lock_meeting(meeting)
    check_can_prepare(actor, locked.council)
    check_is_planned(locked)
    if not locked.items.exists():
        raise NotAllowed(
            _("The agenda is empty, so there is nothing to invite the members to."),
            _("Choose the agenda, then send the invitation."),
        )
    if locked.held_on < clock.today():
        raise NotAllowed(
            _("The day of the meeting has passed."), _("Change the day, then send the invitation.")
        )
    invited = invited_to(locked)
    if not invited.left:
        raise StaleState(
            _("The invitation has been sent to every member."),
            _("Another day, hour or place of the meeting sends a new one."),
        )
    return _send(locked, invited.left, actor, sequence=invited.latest.sequence if invited.latest else 0)


def tell_of_change(meeting: Meeting, actor: User) -> Invitation | None:
    """A new invitation to everybody, when members were told another day, hour or place; None otherwise.

    Whoever was asked to come and does not sit at the meeting on its new day is told so. Called inside the service that changed the meeting and holds its council and the meeting.
    """
    told = latest_invitation(meeting)
    if told is None or not says_otherwise(told, meeting):
        return None
    gone = no_longer_invited(meeting, told)
    return _send(meeting, list(seats_at(meeting)), actor, sequence=told.sequence + 1, gone=gone)


def _send(
    meeting: Meeting,
    members: Sequence[CouncilMember],
    actor: User,
    *,
    sequence: int,
    gone: Sequence[CouncilMember] = (),
) -> Invitation:
    invitation = Invitation.objects.create(
        meeting=meeting,
        sequence=sequence,
        held_on=meeting.held_on,
        starts_at=meeting.starts_at,
        place=meeting.place,
        sent_by=actor,
        sent_at=clock.now(),
    )
    Invitee.objects.bulk_create(
        Invitee(invitation=invitation, member=member, by_mail=bool(member.user.email)) for member in members
    )
    # An official text: Vietnamese, whatever language its sender works in.
    with translation.override(settings.LANGUAGE_CODE):
        _mail(meeting, invitation, members)
        _call_off(meeting, invitation, gone)
    audit.record(
        Event.INVITATION_SENT,
        actor=actor,
        subject=meeting,
        sequence=sequence,
        held_on=meeting.held_on.isoformat(),
        starts_at=meeting.starts_at.isoformat("minutes"),
        place=meeting.place,
        members=[member.pk for member in members],
        without_mail=[member.pk for member in members if not member.user.email],
        no_longer=[member.pk for member in gone],
    )
    return invitation


def _mail(meeting: Meeting, invitation: Invitation, members: Sequence[CouncilMember]) -> None:
    """One mail a member, all alike: council, title, day, hour, place and an address, and nothing of the agenda."""
    words = _words(meeting, invitation)
    subject = _("Invitation to a meeting: %(council)s")
    opening = _("%(council)s invites you to a meeting.")
    if invitation.sequence:
        subject = _("Meeting changed: %(council)s")
        opening = _(
            "%(council)s has changed the day, the hour or the place of a meeting to which you are invited. "
            "What stands below holds now."
        )
    body = _(
        "Meeting: %(title)s\nDay: %(day)s\nHour: %(hour)s\nPlace: %(place)s\n\n"
        "Sign in, declare your interests, then read the papers: %(address)s\n\n"
        "The attached file puts the meeting into your calendar."
    )
    calendar = calendar_of(meeting, invitation)
    for member in members:
        queue_mail(
            key=f"invitation:{invitation.pk}:{member.pk}",
            recipient=member.user.email,
            subject=(subject % words)[:LONGEST_SUBJECT],
            body=f"{opening}\n\n{body}" % words,
            calendar=calendar,
        )


def _words(meeting: Meeting, invitation: Invitation) -> dict[str, str]:
    return {
        "council": " ".join(meeting.council.name.split()),
        "title": meeting.title,
        "day": date_format(invitation.held_on, "l, d/m/Y"),
        "hour": f"{invitation.starts_at:%H:%M}",
        "place": invitation.place,
        "address": page_of(meeting),
    }


def _call_off(meeting: Meeting, invitation: Invitation, members: Sequence[CouncilMember]) -> None:
    """Tell members who do not sit at the meeting on its new day that they are not asked to come any more."""
    words = _words(meeting, invitation)
    subject = _("No longer invited: %(council)s") % words
    body = _(
        "%(council)s has moved a meeting to which you were invited to %(day)s. On that day you are no member of it, so you "
        "need not come.\n\nMeeting: %(title)s\n\nThe attached file takes the meeting out of your calendar."
    )
    calendar = calendar_of(meeting, invitation, is_cancelled=True)
    for member in members:
        queue_mail(
            key=f"called-off:{invitation.pk}:{member.pk}",
            recipient=member.user.email,
            subject=subject[:LONGEST_SUBJECT],
            body=body % words,
            calendar=calendar,
        )
