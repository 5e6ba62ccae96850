"""Casting a ballot: the one service that leaves no entry in the log, on purpose."""

from enum import StrEnum

from django.utils.translation import gettext as _

from core.exceptions import NotAllowed
from core.models import User
from core.services import service
from councils.enums import Choice
from councils.models import Ballot, Participation, Poll
from councils.permissions import check_can_cast
from councils.sealing import seal
from councils.selectors import participation_of
from councils.services.urn import lock_poll


class CastAnswer(StrEnum):
    """What became of a ballot that was handed in; neither answer names a choice."""

    IN_THE_URN = "in_the_urn"
    ALREADY_IN_THE_URN = "already_in_the_urn"


@service(unaudited="an entry per vote would tell who voted when, and its order would lead to the papers")
def cast_ballot(*, poll: Poll, choice: str, actor: User) -> CastAnswer:
    """Put one sealed paper into the urn and mark that the member has voted, together or not at all.

    A second sending changes nothing and says so, whatever it chose. Writes to the two tables
    of the vote only. Raises NotAllowed for those without a ballot, and when the poll is closed.
    """
    locked = lock_poll(poll.pk)
    participation = participation_of(actor, locked)
    check_can_cast(actor, participation)
    assert participation is not None  # noqa: S101 -- the check above refuses None; this tells the type checker
    if participation.has_voted:
        return CastAnswer.ALREADY_IN_THE_URN
    if not locked.is_open:
        raise NotAllowed(
            _("This poll has been closed, so your ballot was not taken."),
            _("Read the result on the meeting's page."),
        )
    if not mark_voted(participation):
        return CastAnswer.ALREADY_IN_THE_URN
    Ballot.objects.create(poll=locked, sealed=seal(locked.public_key, Choice(choice)))
    return CastAnswer.IN_THE_URN


def mark_voted(participation: Participation) -> bool:
    """Whether this hand was the first: compare-and-set on the fact of having voted."""
    return Participation.objects.filter(pk=participation.pk, has_voted=False).update(has_voted=True) == 1
