"""The invitation to a meeting of a council (giấy mời họp)."""

from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.exceptions import NotAllowed
from councils.enums import MeetingStatus
from councils.models import Meeting
from councils.permissions import check_can_prepare
from reports.documents.invitation.context import context_of
from reports.documents.meeting_records import has_reader, issuer_of, records
from reports.kinds import Kind, Layout


def check_can_issue(actor: Any, meeting: Meeting) -> None:
    """Whoever prepares the meeting invites to it, before it is opened."""
    check_can_prepare(actor, meeting.council)
    check_can_preview(meeting)
    if meeting.status != MeetingStatus.PLANNED:
        raise NotAllowed(_("The meeting has been opened, so nobody is invited to it any more."))


def check_can_preview(meeting: Meeting) -> None:
    """An invitation says what is decided on, so the agenda stands first."""
    if not meeting.items.exists():
        raise NotAllowed(_("The agenda of this meeting is empty."), _("Put dossiers on the agenda first."))


KIND = Kind(
    folder=Path(__file__).parent,
    label=gettext_lazy("Invitation (giấy mời)"),
    layout=Layout.DECREE,
    records=records,
    symbol="GM",
    issuer_of=issuer_of,
    context_of=context_of,
    check_can_issue=check_can_issue,
    check_can_preview=check_can_preview,
    has_reader=has_reader,
)
