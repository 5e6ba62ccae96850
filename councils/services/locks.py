"""Turns of several hands at one council, meeting or poll, always taken in this order.

SQLite ignores `select_for_update`; the IMMEDIATE mode of the settings gives the lock there.

Whoever takes a turn at a meeting changes what its screens show, so that its revision goes up here and nowhere else.
"""

from django.db.models import F

from councils.enums import MeetingStatus, PollStatus
from councils.models import Council, Meeting, Poll


def lock_council(pk: int) -> None:
    """Whoever changes seats, or reads them for a roll, takes their turn."""
    Council.objects.select_for_update().get(pk=pk)


def lock_meeting(meeting: Meeting) -> Meeting:
    """The meeting as it is now, held until the transaction ends; its screens show it anew afterwards.

    It is locked first and read with its people afterwards: PostgreSQL joins before it waits, and a meeting whose chair
    changed meanwhile would match no chair and be gone.
    """
    _show_anew(meeting.pk)
    return Meeting.objects.select_related("council__movement", "chair__user", "secretary__user").get(
        pk=meeting.pk
    )


def lock_poll(pk: int) -> Poll:
    """The poll as it is now, held until the transaction ends.

    Whatever ends a poll begins here, so each sees the other's work whole or not at all.
    """
    return Poll.objects.select_for_update(of=("self",)).get(pk=pk)


def _show_anew(meeting_pk: int) -> None:
    """Have the meeting's screens ask for what they show; holds the meeting until the transaction ends."""
    Meeting.objects.filter(pk=meeting_pk).update(revision=F("revision") + 1)


def show_dossier_anew(dossier_pk: int) -> None:
    """Have the screens of meetings that a dossier stands before show what became of it.

    Called after its move was committed: who moves a dossier holds it, and who closes a poll waits for it with the meeting
    in hand.
    """
    Meeting.objects.filter(items__dossier=dossier_pk).exclude(status=MeetingStatus.CLOSED).update(
        revision=F("revision") + 1
    )


def note_open_urns(meeting_pk: int) -> None:
    """Write beside the revision which urns hold papers, after a poll was opened or ended."""
    polls = Poll.objects.filter(agenda_item__meeting=meeting_pk, status=PollStatus.OPEN).order_by("pk")
    urns = [list(urn) for urn in polls.values_list("urn_key", "urn_epoch")]
    Meeting.objects.filter(pk=meeting_pk).update(open_urns=urns)
