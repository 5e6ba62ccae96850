"""Turns of several hands at one council, meeting or poll, always taken in this order.

SQLite ignores `select_for_update`; the IMMEDIATE mode of the settings gives the lock there.
"""

from councils.models import Council, Meeting, Poll


def lock_council(pk: int) -> None:
    """Whoever changes seats, or reads them for a roll, takes their turn."""
    Council.objects.select_for_update().get(pk=pk)


def lock_meeting(meeting: Meeting) -> Meeting:
    """The meeting as it is now, held until the transaction ends.

    It is locked first and read with its people afterwards: PostgreSQL joins before it waits, and a meeting whose chair
    changed meanwhile would match no chair and be gone.
    """
    Meeting.objects.select_for_update().get(pk=meeting.pk)
    return Meeting.objects.select_related("council__movement", "chair__user", "secretary__user").get(
        pk=meeting.pk
    )


def lock_poll(pk: int) -> Poll:
    """The poll as it is now, held until the transaction ends.

    Whatever ends a poll begins here, so each sees the other's work whole or not at all.
    """
    return Poll.objects.select_for_update(of=("self",)).get(pk=pk)
