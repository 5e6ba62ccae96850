"""Who may issue a document, and when it can be issued at all."""

from typing import Any

from django.utils.translation import gettext as _

from core.exceptions import NotAllowed
from councils.enums import MeetingStatus
from councils.models import Meeting
from councils.querysets import has_seat
from nominations.enums import ProposalStatus
from nominations.models import Proposal
from registry.enums import Role
from registry.scopes import scope_of


def check_can_issue(actor: Any, subject: Proposal | Meeting) -> None:
    """Letters are issued by the standing office on an approved proposal, minutes by those who sign them."""
    if isinstance(subject, Proposal):
        _check_can_issue_letter(actor, subject)
    else:
        _check_can_issue_minutes(actor, subject)


def _check_can_issue_letter(actor: Any, proposal: Proposal) -> None:
    if not scope_of(actor).has(Role.REVIEWER, Role.LEAD):
        raise NotAllowed(
            _("The proposal letter is issued by the standing office."),
            _("Ask its reviewer or its leadership to issue it."),
        )
    if proposal.status not in {ProposalStatus.APPROVED, ProposalStatus.DECIDED}:
        raise NotAllowed(
            _("Proposal %(code)s is “%(status)s”; its letter is issued once the leadership has approved it.")
            % {"code": proposal.code, "status": ProposalStatus(proposal.status).label},
            _("Until then, look at the preview."),
        )


def _check_can_issue_minutes(actor: Any, meeting: Meeting) -> None:
    if actor.pk not in {meeting.chair.user_id, meeting.secretary.user_id}:
        raise NotAllowed(
            _("The minutes are issued by the secretary or the chair of this meeting."),
            _("Ask the secretary, %(secretary)s.") % {"secretary": meeting.secretary},
        )
    check_has_minutes(meeting)


def check_has_minutes(meeting: Meeting) -> None:
    """Minutes exist once the meeting is closed: nothing of a running vote may be printed."""
    if meeting.status != MeetingStatus.CLOSED:
        raise NotAllowed(
            _("The meeting is not closed, so there are no minutes yet."),
            _("The chair closes the meeting when all votes are counted."),
        )


def check_can_preview(actor: Any, subject: Proposal | Meeting) -> None:
    """Whoever may know of the proposal or the meeting may look, of a meeting only after it closed."""
    if isinstance(subject, Meeting):
        check_has_minutes(subject)


def reads_documents(user: Any) -> bool:
    """Whether the register of documents can hold anything for the person."""
    if scope_of(user).has(Role.REVIEWER, Role.LEAD, Role.STANDING_BODY, Role.AUDITOR):
        return True
    return has_seat(user)
