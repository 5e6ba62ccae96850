"""Every meeting counted again, as the page “Recount the meeting” does for one."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from core.audit.recording import subject_of
from core.proving import Flaw
from councils.enums import MeetingStatus
from councils.models import Meeting
from councils.recount import recount


def meetings_counted_otherwise() -> Iterator[Flaw]:
    """Where a meeting that was opened, counted again from its rows, differs from what was stored, logged or signed.

    A few dozen questions to the database a meeting, so it belongs to the check in full.
    """
    held = Meeting.objects.exclude(status=MeetingStatus.PLANNED).select_related("council__movement")
    for meeting in held.order_by("pk").iterator(chunk_size=200):
        where = _("The recount of the meeting %(meeting)s (%(number)s)") % {
            "meeting": meeting.title,
            "number": meeting.pk,
        }
        for check in recount(meeting, with_the_log=False):
            if not check.holds:
                yield Flaw(where, str(check).rstrip("."), subject_of(meeting))
