"""The ballot paper of a meeting (phiếu biểu quyết kín), for members who vote on paper or send their opinion."""

from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.exceptions import NotAllowed
from councils.enums import MeetingStatus
from councils.models import Meeting
from councils.permissions import check_can_prepare
from reports.documents.ballot_paper.context import context_of, has_anything_to_print
from reports.documents.meeting_records import has_reader, issuer_of, records
from reports.kinds import Kind, Layout


def check_can_issue(actor: Any, meeting: Meeting) -> None:
    """Whoever prepares the meeting has its papers printed; what others look at is marked as no paper to vote with."""
    check_can_prepare(actor, meeting.council)
    check_can_preview(meeting)


def check_can_preview(meeting: Meeting) -> None:
    """There is a paper while anything on the agenda waits for its poll, or is being voted on."""
    if meeting.status == MeetingStatus.CLOSED:
        raise NotAllowed(_("The meeting is closed, so no ballot paper of it is good any more."))
    if not has_anything_to_print(meeting):
        raise NotAllowed(
            _("Nothing on the agenda of this meeting waits for a poll."),
            _("Put dossiers on the agenda first."),
        )


KIND = Kind(
    folder=Path(__file__).parent,
    label=gettext_lazy("Ballot paper to print (phiếu biểu quyết)"),
    layout=Layout.INTERNAL,
    records=records,
    symbol="PBQ",
    issuer_of=issuer_of,
    context_of=context_of,
    check_can_issue=check_can_issue,
    check_can_preview=check_can_preview,
    has_reader=has_reader,
)
