"""The minutes of a council's meeting (biên bản họp)."""

from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.exceptions import NotAllowed
from councils.enums import MeetingStatus
from councils.models import Meeting
from councils.querysets import has_seat
from reports.documents.minutes.context import context_of, symbol_of
from reports.documents.readers import reads_for_the_province
from reports.kinds import Kind


def records() -> QuerySet[Meeting]:
    """Meetings with their council and officers."""
    return Meeting.objects.select_related(
        "council__movement", "council__unit__parent__parent", "chair__user", "secretary__user"
    )


def check_can_issue(actor: Any, meeting: Meeting) -> None:
    """Minutes are issued by those who sign them."""
    if actor.pk not in {meeting.chair.user_id, meeting.secretary.user_id}:
        raise NotAllowed(
            _("The minutes are issued by the secretary or the chair of this meeting."),
            _("Ask the secretary, %(secretary)s.") % {"secretary": meeting.secretary},
        )
    check_can_preview(meeting)


def check_can_preview(meeting: Meeting) -> None:
    """Minutes exist once the meeting is closed: nothing of a running vote may be printed."""
    if meeting.status != MeetingStatus.CLOSED:
        raise NotAllowed(
            _("The meeting is not closed, so there are no minutes yet."),
            _("The chair closes the meeting when all votes are counted."),
        )


def has_reader(user: Any) -> bool:
    """Whoever reads for the province, and whoever sits on a council."""
    return reads_for_the_province(user) or has_seat(user)


KIND = Kind(
    folder=Path(__file__).parent,
    label=gettext_lazy("Minutes of the meeting"),
    records=records,
    symbol_of=symbol_of,
    context_of=context_of,
    check_can_issue=check_can_issue,
    check_can_preview=check_can_preview,
    has_reader=has_reader,
)
