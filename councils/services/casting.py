"""Casting a ballot in two steps that share nothing: a blind token to a person, and a paper with a token from nobody.

Neither writes to the database, and neither leaves an entry in the log, on purpose: an entry per vote would tell who
voted when. The urn alone knows which tokens are used, and keeps of a paper its choice's counter.
"""

from core.models import User
from councils.enums import Choice
from councils.models import Poll
from councils.permissions import check_can_cast
from councils.selectors.papers import participation_of, place_of
from councils.urn import client
from councils.urn.client import CastAnswer


def hand_out_ballot(*, poll: Poll, actor: User) -> str:
    """The member's token in an open poll, the same one until it is used; empty when the paper is in the urn.

    Raises NotAllowed for those without a ballot, BeingCounted, UrnLost and UrnAway.
    """
    participation = participation_of(actor, poll)
    check_can_cast(actor, participation)
    assert participation is not None  # noqa: S101 -- the check above refuses None; this tells the type checker
    return client.token_for(place_of(poll), participation.member_id)


def put_in_urn(*, token: str, choice: str) -> CastAnswer:
    """Put one paper in. Of a token the first paper counts; every later one changes nothing. Raises UrnAway."""
    return client.deposit(token, Choice(choice))
