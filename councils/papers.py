"""What pages read of votes on paper: who votes so, what was entered, and who can."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from councils.enums import HERE, BatchStatus, PaperKind, PollStatus
from councils.interests import interests_of
from councils.models import (
    AgendaItem,
    CouncilMember,
    PaperBatch,
    Poll,
)


@dataclass(frozen=True)
class PaperCount:
    """Papers of one kind in an open poll: who votes so, and how many were entered."""

    kind: PaperKind
    seats: list[CouncilMember]
    in_the_urn: int
    waiting: int

    @property
    def left(self) -> int:
        """How many can still be entered."""
        return len(self.seats) - self.in_the_urn - self.waiting


def paper_counts(poll: Poll) -> list[PaperCount]:
    """Kinds by which somebody votes on paper in a poll, in two queries."""
    on_paper = poll.participations.exclude(on_paper="").select_related("member__user")
    rows = list(on_paper.order_by("member__name_sort", "member_id"))
    papers: Counter[tuple[str, str]] = Counter()
    for kind, status, number in poll.batches.values_list("kind", "status", "papers_count"):
        papers[kind, status] += number
    counts = [
        PaperCount(
            kind,
            [row.member for row in rows if row.on_paper == kind],
            in_the_urn=papers[kind, BatchStatus.CONFIRMED],
            waiting=papers[kind, BatchStatus.WAITING],
        )
        for kind in PaperKind
    ]
    return [count for count in counts if count.seats]


@dataclass(frozen=True)
class PapersNow:
    """What the meeting's page says of papers in an open poll: numbers alone."""

    seats: int
    in_the_urn: int
    waiting: int
    """Batches, not papers."""
    has_single: bool
    """Whether a batch of one paper came: those who enter and confirm it know that choice."""
    may_enter: bool
    """Whether whoever reads the page types papers in."""


def papers_now(poll: Poll, *, may_enter: bool = False) -> PapersNow:
    """In two queries."""
    batches = poll.batches.aggregate(
        papers=Sum("papers_count", filter=Q(status=BatchStatus.CONFIRMED)),
        waiting=Count("pk", filter=Q(status=BatchStatus.WAITING)),
        single=Count("pk", filter=Q(status__in=(BatchStatus.WAITING, BatchStatus.CONFIRMED), papers_count=1)),
    )
    seats = poll.participations.exclude(on_paper="").count()
    return PapersNow(
        seats, batches["papers"] or 0, batches["waiting"], batches["single"] > 0, may_enter=may_enter
    )


def batches_of(poll: Poll) -> QuerySet[PaperBatch]:
    """The batches of a poll in the order in which they were entered."""
    return poll.batches.select_related("entered_by__user", "settled_by__user").order_by("entered_at", "pk")


def batches_for_pages(user: Any) -> QuerySet[PaperBatch]:
    """Batches of polls that the person may know of, with what their pages show."""
    return PaperBatch.objects.filter(poll__in=Poll.objects.visible_to(user)).select_related(
        "entered_by__user",
        "poll__agenda_item__meeting__council",
        "poll__agenda_item__meeting__chair__user",
        "poll__agenda_item__meeting__secretary__user",
    )


@dataclass(frozen=True)
class PaperChoices:
    """Who can vote on an item on paper, and who does."""

    here: list[CouncilMember]
    absent: list[CouncilMember]
    kinds: dict[int, str]
    """Seats that do, with how."""


def paper_choices(item: AgendaItem) -> PaperChoices:
    """Members who take part in an item: those who are here, or were when its poll opened, and those who are not."""
    poll = item.polls.filter(status=PollStatus.OPEN).first()
    if poll is not None:
        rows = list(poll.participations.filter(is_recused=False))
        here, on_roll = {row.member_id for row in rows if row.is_present}, {row.member_id for row in rows}
        kinds = {row.member_id: row.on_paper for row in rows if row.on_paper}
    else:
        roll = list(item.meeting.attendances.sitting(item.meeting).with_state())
        here = {row.member_id for row in roll if row.state in HERE}  # type: ignore[attr-defined]
        recused = {seat.pk for seat in interests_of(item.meeting).recused(item)}
        on_roll = {row.member_id for row in roll} - recused
        kinds = dict(item.paper_seats.values_list("member_id", "kind"))
    seats = CouncilMember.objects.filter(pk__in=on_roll).select_related("user").order_by("name_sort", "pk")
    return PaperChoices(
        here=[seat for seat in seats if seat.pk in here],
        absent=[seat for seat in seats if seat.pk not in here],
        kinds=kinds,
    )
