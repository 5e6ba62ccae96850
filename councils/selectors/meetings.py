"""A meeting at one moment, as its pages and the hall show it."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

from django.db.models import QuerySet

from councils.enums import (
    PassingStatus,
    PollStatus,
)
from councils.models import (
    Adjournment,
    Meeting,
    Passing,
    Poll,
)
from councils.selectors.agenda import AgendaGroup, AgendaRow, agenda_rows, group_label
from councils.selectors.voting import Quorum, quorum_of


def open_polls_of(meeting: Meeting) -> list[Poll]:
    """The polls that are being held, all on one paper."""
    return list(Poll.objects.filter(agenda_item__meeting=meeting, status=PollStatus.OPEN).order_by("pk"))


def waiting_request(meeting: Meeting) -> Passing | None:
    """The secretary's request to lead the meeting that waits for consent, if any."""
    return (
        meeting.passings.filter(status=PassingStatus.WAITING)
        .select_related("to_member__user", "next_secretary__user")
        .first()
    )


def meetings_for_pages(user: Any) -> QuerySet[Meeting]:
    """Meetings that the person may know of, with what their pages show."""
    return Meeting.objects.visible_to(user).select_related(
        "council__movement", "council__unit", "chair__user", "secretary__user"
    )


@dataclass(frozen=True)
class MeetingState:
    """Everything that meeting pages and the hall show of a meeting at one moment."""

    meeting: Meeting
    quorum: Quorum
    rows: list[AgendaRow]

    @cached_property
    def adjournment(self) -> Adjournment | None:
        """The adjournment that stands."""
        return self.meeting.adjournments.filter(resumed_at=None).first()

    @property
    def being_held(self) -> list[AgendaRow]:
        """The items that are being voted on, all on one paper."""
        return [row for row in self.rows if row.is_being_voted_on]

    @property
    def current(self) -> AgendaRow | None:
        """The item that is being voted on, the first of those on the paper."""
        return next(iter(self.being_held), None)

    @property
    def voted_on(self) -> list[AgendaRow]:
        """Items on which another round can be held."""
        return [row for row in self.rows if row.was_voted_on]

    @property
    def came_back(self) -> list[AgendaRow]:
        """Items of recommended dossiers that wait for a vote among equals."""
        return [row for row in self.rows if row.came_back]

    @property
    def equals(self) -> list[AgendaRow]:
        """Items that stand recommended, among which are those that only a further vote can part."""
        return [row for row in self.rows if row.may_be_parted]

    @property
    def tools(self) -> str:
        """Changes when what can be done in the meeting does: its tools are drawn anew then, and not under typing hands."""
        parts: list[Any] = [str(self.meeting.status), self.meeting.chair_id, self.meeting.secretary_id]
        parts += [
            (row.turnout.poll.pk, row.turnout.poll.rest_agreed_by_id)
            for row in self.being_held
            if row.turnout
        ]
        parts += [(row.item.pk, self.quorum.is_met) for row in self.waiting]
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]

    @property
    def waiting(self) -> list[AgendaRow]:
        return [row for row in self.rows if row.is_waiting]

    @property
    def groups(self) -> list[AgendaGroup]:
        """The agenda in its order, under headings of award and kind of nominee."""
        plan = self.meeting.council.movement.plan
        runs = groupby(self.rows, key=lambda row: group_label(plan, row.dossier))
        return [AgendaGroup(label, list(rows)) for label, rows in runs]

    @property
    def settled_count(self) -> int:
        return sum(
            not row.is_waiting and not row.is_being_voted_on and not row.came_back for row in self.rows
        )

    @property
    def fewest_voting(self) -> int:
        """How many members vote, at the least, on an item that waits."""
        return self.quorum.present - max((len(row.recusals) for row in self.waiting), default=0)

    @property
    def latest_result(self) -> AgendaRow | None:
        """The item whose poll closed last."""
        closed = [row for row in self.rows if row.turnout and row.turnout.tally]
        return max(closed, key=lambda row: row.turnout.poll.closed_at, default=None)  # type: ignore[union-attr, arg-type, return-value]


def state_of(meeting: Meeting) -> MeetingState:
    """The meeting as it stands, in a constant number of queries."""
    return MeetingState(meeting, quorum_of(meeting), agenda_rows(meeting))
