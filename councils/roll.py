"""Who is there and who was, line by line: what the roll's page and the minutes read."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch

from councils.enums import HERE, PresenceKind
from councils.models import Attendance, CouncilMember, Meeting, Poll, PresenceEvent


@dataclass(frozen=True)
class RollLine:
    """A member of the council on the day of the meeting, with what was recorded of their presence."""

    attendance: Attendance
    events: tuple[PresenceEvent, ...]
    """In order of time, without what was struck out."""

    @property
    def member(self) -> CouncilMember:
        return self.attendance.member

    @property
    def state(self) -> str:
        """The kind of the latest event; empty before the roll was taken."""
        return self.events[-1].kind if self.events else ""

    @property
    def is_here(self) -> bool:
        return self.state in HERE

    @property
    def came(self) -> bool:
        """Whether the member was there at any time."""
        return any(event.kind in HERE for event in self.events)

    def between(self, start: datetime, until: datetime | None) -> "RollLine":
        """The line with what was recorded from a moment on, before another one."""
        events = (
            event
            for event in self.events
            if event.recorded_at >= start and (until is None or event.recorded_at < until)
        )
        return RollLine(self.attendance, tuple(events))

    @property
    def is_excused(self) -> bool:
        return self.state == PresenceKind.EXCUSED

    @property
    def is_known(self) -> bool:
        """Whether anything was recorded of the member."""
        return bool(self.events)

    def later_than(self, moment: datetime | None) -> tuple[PresenceEvent, ...]:
        """Comings and goings after a moment: who was late, who left, who came back."""
        return tuple(
            event
            for event in self.events
            if event.kind in {*HERE, PresenceKind.LEFT} and (moment is None or event.at > moment)
        )


def roll_of(meeting: Meeting) -> list[RollLine]:
    """All lines of a meeting's roll by given name, in two queries; none before it opened."""
    events = PresenceEvent.objects.filter(struck_at=None).order_by("at", "pk")
    rows = meeting.attendances.select_related("member__user").prefetch_related(
        Prefetch("events", events, to_attr="standing_events")
    )
    return [RollLine(row, tuple(row.standing_events)) for row in rows]


def sitting_roll(meeting: Meeting) -> list[RollLine]:
    """The roll of the day on which the meeting sits: whose seat holds then, with what was recorded since it went on."""
    since = resumed_at(meeting)
    return [
        RollLine(
            line.attendance,
            tuple(event for event in line.events if since is None or event.recorded_at >= since),
        )
        for line in roll_of(meeting)
        if line.member.ends_on is None or line.member.ends_on >= meeting.sits_on
    ]


def resumed_at(meeting: Meeting) -> datetime | None:
    """When an adjourned meeting went on, the last time; None of a meeting that was not adjourned."""
    resumed = meeting.adjournments.exclude(resumed_at=None).order_by("-resumed_at")
    return resumed.values_list("resumed_at", flat=True).first()


def presence_events(meeting: Meeting) -> list[PresenceEvent]:
    """All that was recorded of presence, the latest first, struck-out events among it.

    `can_be_struck` marks the newest that stands of each member.
    """
    rows = PresenceEvent.objects.filter(attendance__meeting=meeting)
    rows = rows.select_related("attendance__member__user", "recorded_by", "struck_by")
    events = list(rows.order_by("-at", "-pk"))
    newest: set[int] = set()
    for event in events:
        event.can_be_struck = event.struck_at is None and event.attendance_id not in newest  # type: ignore[attr-defined]
        if event.struck_at is None:
            newest.add(event.attendance_id)
    return events


def first_roll(meeting: Meeting) -> datetime | None:
    """When the first roll was taken: whoever came then was there from the beginning."""
    events = PresenceEvent.objects.filter(attendance__meeting=meeting, struck_at=None)
    return events.order_by("at").values_list("at", flat=True).first()


def least_present(meeting: Meeting) -> int | None:
    """The fewest members who were there when a counted poll opened or closed; None when none was counted."""
    polls = Poll.objects.filter(agenda_item__meeting=meeting, tally__isnull=False)
    counts = [
        count for poll in polls for count in (poll.present_count, poll.present_at_close) if count is not None
    ]
    return min(counts, default=None)
