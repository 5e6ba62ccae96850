"""How members voted on dossiers, as the order of preference takes it, and what a council does about equals."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from core import clock
from councils.enums import LEADING, MeetingStatus, Office, PollResult, Serves
from councils.models import Council, CouncilMember, Meeting, Tally
from criteria.engine.preference import Agreement
from nominations.models import AwardRound, Dossier
from nominations.selectors.proposals import quotas_of
from nominations.selectors.selection import CouncilTallies, TieWay, groups_of
from nominations.transitions import sources_of


def tallies_by_dossier(dossiers: list[int]) -> dict[int, CouncilTallies]:
    """The last counted round on each dossier, and the later ones that only ordered equals, by their paper."""
    last: dict[int, Agreement] = {}
    further: dict[int, dict[int, Agreement]] = defaultdict(dict)
    numbers: dict[tuple[int, str], int] = {}
    for row in _counted(dossiers):
        poll, meeting, sheet, dossier, breaks_tie, agree, members = row
        if breaks_tie:
            # Papers are numbered by their first poll: all polls of one are opened together.
            further[dossier][numbers.setdefault((meeting, sheet), poll)] = Agreement(agree, members)
        else:
            last[dossier] = Agreement(agree, members)
            further[dossier].clear()
    return {dossier: CouncilTallies(agreed, dict(further[dossier])) for dossier, agreed in last.items()}


def _counted(dossiers: list[int]) -> Iterator[tuple[int, int, str, int, bool, int, int]]:
    """Counted polls of the movement's council, in the order in which they were opened. One without a quorum says nothing."""
    tallies = Tally.objects.filter(
        poll__agenda_item__dossier__in=dossiers, poll__agenda_item__standing=""
    ).exclude(result=PollResult.NO_QUORUM)
    yield from tallies.order_by("poll_id").values_list(
        "poll_id",
        "poll__agenda_item__meeting_id",
        "poll__sheet",
        "poll__agenda_item__dossier_id",
        "poll__breaks_tie",
        "agree",
        "poll__members_count",
    )


def equals_among(dossiers: Sequence[Dossier]) -> list[set[int]]:
    """Keys of those who are equal on the last place of a quota, for the rounds and awards of these dossiers."""
    asked = {(dossier.award_round_id, dossier.award): dossier.award_round for dossier in dossiers}
    return [
        set(group.edge.keys)
        for (_round, award), award_round in sorted(asked.items(), key=lambda one: one[0])
        for group in groups_of(award_round, award)
        if group.edge
    ]


def are_the_equals(dossiers: Sequence[Dossier]) -> bool:
    """Whether these are all the dossiers that are equal on the last place of one quota, and no others."""
    return {dossier.pk for dossier in dossiers} in equals_among(dossiers)


def equals_waiting(council: Council) -> list[Dossier]:
    """Dossiers of the council's movement that are equal on the last place of a quota.

    Orders are looked into where more wait for a quota than it has places.
    """
    waiting: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    found = Dossier.objects.filter(
        status__in=sources_of("propose"), award_round__movement=council.movement_id
    )
    for award_round, award, subject in found.values_list("award_round_id", "award", "subject"):
        waiting[award_round, award][subject] += 1
    rounds = AwardRound.objects.select_related("movement").in_bulk({key for key, _award in waiting})
    return [
        row.dossier
        for (key, award), subjects in sorted(waiting.items(), key=lambda one: one[0])
        if _is_short_of_places(rounds[key], award, subjects)
        for group in groups_of(rounds[key], award)
        for row in group.tied
    ]


def _is_short_of_places(award_round: AwardRound, award: str, waiting: Mapping[str, int]) -> bool:
    return any(
        sum(waiting.get(subject, 0) for subject in line.subjects) > line.left
        for line in quotas_of(award_round, award).lines
    )


def rounds_of_council(user: Any) -> Q:
    """Rounds of movements whose own council the person leads or keeps the record of, today."""
    seats = CouncilMember.objects.filter(
        user=user.pk, office__in=(*LEADING, Office.SECRETARY), council__serves=Serves.SELECTION
    )
    return Q(movement__in=seats.on(clock.today()).values("council__movement"))


def ways_to_part(user: Any, dossiers: Sequence[Dossier]) -> Iterator[TieWay]:
    """The meeting in which equals can be voted on once more, or that one has to be called."""
    keys = {dossier.pk for dossier in dossiers}
    meetings = Meeting.objects.exclude(status=MeetingStatus.CLOSED).filter(
        items__dossier__in=keys, items__taken_off_at=None, council__serves=Serves.SELECTION
    )
    for meeting in meetings.distinct().select_related("council", "chair__user").order_by("held_on", "pk"):
        here = set(meeting.items.filter(taken_off_at=None).values_list("dossier_id", flat=True))
        if keys <= here:
            is_seen = Meeting.objects.visible_to(user).filter(pk=meeting.pk).exists()
            yield TieWay(
                _("The chair, %(chair)s, opens one further poll on them in the meeting “%(meeting)s”.")
                % {"chair": meeting.chair, "meeting": meeting},
                meeting.get_absolute_url() if is_seen else "",
                _("Go to the meeting"),
            )
            return
    councils = Council.objects.visible_to(user).filter(
        movement=dossiers[0].award_round.movement_id, serves=Serves.SELECTION
    )
    council = councils.first()
    yield TieWay(
        _("No meeting has all of them on its agenda: the secretary prepares one, and puts them on it."),
        reverse("councils:council_detail", args=[council.pk]) if council else "",
        _("Go to the council"),
    )
