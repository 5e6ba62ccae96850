"""Papers of a poll: how many are in, where they are, and what a person has to do with them."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from councils.enums import (
    SMALL_GROUP,
    PaperKind,
    PollStatus,
)
from councils.exceptions import UrnAway, UrnLost
from councils.models import (
    Participation,
    Poll,
    Tally,
)
from councils.selectors.voting import required_by
from councils.urn import client


@dataclass(frozen=True)
class Turnout:
    """What may be shown of a poll before it closes: how many papers are in, never what they say."""

    poll: Poll
    cast: int | None
    """None while the urn cannot be reached: it alone knows."""
    required: int
    tally: Tally | None

    @property
    def is_known(self) -> bool:
        return self.cast is not None

    @property
    def entitled(self) -> int:
        return self.poll.members_count

    @property
    def expected(self) -> int:
        """Ballots handed out; those who are absent stay in the base of the result."""
        return max(self.poll.ballots_count, self.cast or 0)

    @property
    def missing(self) -> int:
        """Ballots that were handed out and are not in."""
        return self.expected - (self.cast or 0)

    @property
    def is_small(self) -> bool:
        """Whether so few vote that the result may tell how each did."""
        return self.poll.ballots_count <= SMALL_GROUP

    @property
    def can_reach(self) -> bool:
        """Whether the threshold can still be reached if everybody who has a ballot agrees; papers tell no more."""
        return self.poll.ballots_count >= self.required

    @property
    def agree_share(self) -> float | None:
        """Agreeing ballots over all members; None before closing."""
        return self.tally.agree / self.poll.members_count if self.tally else None


def turnout_of(poll: Poll) -> Turnout:
    """How many papers are in, asked of the urn while the poll is open, and the result once there is one."""
    tally = getattr(poll, "tally", None)
    return Turnout(poll, tally.cast if tally else _papers_in(poll), required_by(poll), tally)


def _papers_in(poll: Poll) -> int | None:
    if not poll.is_open:
        return None
    try:
        return client.papers_in(place_of(poll))
    except (UrnAway, UrnLost):
        return None


def place_of(poll: Poll) -> client.Place:
    """Where a poll's papers are while it is open."""
    return client.Place(poll.urn_key, poll.urn_epoch)


def is_lost(poll: Poll) -> bool:
    """Whether an open poll's urn is gone with its papers; an urn that cannot be reached is not lost."""
    try:
        client.papers_in(place_of(poll))
    except UrnLost:
        return True
    except UrnAway:
        return False
    return False


def has_voted(participation: Participation | None) -> bool:
    """Whether the person's paper is in: the urn says so while the poll is open, of devices alone. Raises UrnAway, UrnLost."""
    if participation is None:
        return False
    poll = participation.poll
    if not poll.is_open:
        return participation.has_voted
    if not participation.is_on_device:
        return False
    return client.has_voted(place_of(poll), participation.member_id)


def reason_to_hold_backups(using: str) -> str:
    """The sentence that keeps a backup or an update waiting; empty when no poll is open in what the connection sees.

    The papers of an open poll are in no copy: brought back, or gone on with after an update, it would be void. One
    whose urn is lost is void already, and holds up nothing.
    """
    open_polls = Poll.objects.using(using).filter(status=PollStatus.OPEN)
    if all(is_lost(poll) for poll in open_polls):
        return ""
    return _(
        "A poll is open, and its ballots are in no copy: brought back from this moment it would be void."
    )


@dataclass(frozen=True)
class MyPaper:
    """What a person has to do with the paper that is out."""

    rights: list[Participation]

    @property
    def _on_device(self) -> list[Participation]:
        return [right for right in self.rights if right.is_on_device]

    @property
    def is_on_paper(self) -> bool:
        """Whether the counting team takes the person's paper."""
        return any(right.on_paper == PaperKind.PAPER for right in self.rights)

    @property
    def sent_opinion(self) -> bool:
        """Whether the person is absent, and a written opinion came."""
        return any(right.on_paper == PaperKind.WRITTEN for right in self.rights)

    @property
    def is_recused(self) -> bool:
        """Whether the person takes no part in anything on it."""
        return bool(self.rights) and all(right.is_recused for right in self.rights)

    @property
    def is_absent(self) -> bool:
        """Whether the person sits on the council and was not there when it opened."""
        return any(not right.is_present and not right.is_recused for right in self.rights)

    @cached_property
    def waiting_poll(self) -> Poll | None:
        """The first poll that waits for the person's ballot; where the urn does not say, its page says why.

        The urn is asked once: a paper that comes in while a page is drawn must not make it half of one kind.
        """
        return next((right.poll for right in self._on_device if not _is_in_the_urn(right)), None)

    @property
    def is_cast(self) -> bool:
        """Whether the paper is in the urn."""
        return bool(self._on_device) and self.waiting_poll is None


def my_paper(user: Any, polls: Collection[Poll]) -> MyPaper:
    """The person's rights in the open polls of one paper, in the order of the agenda."""
    if not polls:
        return MyPaper([])
    rights = Participation.objects.filter(poll__in=polls, member__user=user).select_related("poll")
    return MyPaper(list(rights.order_by("poll__agenda_item__position", "poll_id")))


def _is_in_the_urn(right: Participation) -> bool:
    try:
        return has_voted(right)
    except (UrnAway, UrnLost):
        return False


def participation_of(user: Any, poll: Poll) -> Participation | None:
    """The person's right in a poll: None for those who do not sit on the council."""
    return Participation.objects.filter(poll=poll, member__user=user).select_related("poll").first()


def polls_for_pages(user: Any) -> QuerySet[Poll]:
    """Polls that the person may know of, with what their pages show."""
    return Poll.objects.visible_to(user).select_related(
        "tally",
        "agenda_item__meeting__council__movement",
        "agenda_item__evaluation",
        "agenda_item__dossier__award_round",
        "agenda_item__dossier__nominee_unit__parent",
        "agenda_item__dossier__nominee_household__unit__parent",
        "agenda_item__dossier__nominee_individual__unit__parent",
    )


def polls_together(user: Any, poll: Poll) -> list[Poll]:
    """All polls on a poll's paper that the person may know of, in the order of the agenda."""
    polls = polls_for_pages(user).filter(agenda_item__meeting=poll.agenda_item.meeting_id, sheet=poll.sheet)
    return list(polls.defer("agenda_item__evaluation__facts").order_by("agenda_item__position", "pk"))
