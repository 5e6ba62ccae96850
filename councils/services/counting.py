"""Locking a poll, and writing what the urn counted so that no row leads from a paper to a member."""

import logging
import secrets
import uuid
from collections import Counter
from collections.abc import Collection, Mapping

from django.db import transaction
from django.db.models import Q

from core.exceptions import Refusal
from councils.enums import BatchStatus, Choice
from councils.models import Ballot, Participation, Poll
from councils.selectors.papers import place_of
from councils.urn import client

logger = logging.getLogger(__name__)
_random = secrets.SystemRandom()


def write_count(poll: Poll, counts: Mapping[Choice, int], voted: Collection[int]) -> None:
    """All papers and all marks of having voted, in the one transaction that closes the poll.

    Papers come in random order under random ids, marks in one statement: every paper is as far from every member. `voted`
    are the seats whose paper came with a token; seats on paper have voted when as many papers of their kind came.
    """
    papers = [choice for choice, number in counts.items() for _paper in range(number)]
    _random.shuffle(papers)
    Ballot.objects.bulk_create(Ballot(id=uuid.uuid4(), poll=poll, choice=choice) for choice in papers)
    marked = Q(member_id__in=voted) | Q(on_paper__in=_kinds_complete(poll))
    Participation.objects.filter(marked, poll=poll).update(has_voted=True)


def _kinds_complete(poll: Poll) -> list[str]:
    """Kinds of which every paper came."""
    on_paper = poll.participations.exclude(on_paper="").values_list("on_paper", flat=True)
    batches = poll.batches.filter(status=BatchStatus.CONFIRMED).values_list("kind", "papers_count")
    came = Counter(kind for kind, papers in batches for _paper in range(papers))
    return [kind for kind, seats in Counter(on_paper).items() if came[kind] == seats]


def forget_after_commit(poll: Poll) -> None:
    """Have the urn let go of a poll that is closed or void, once the database says so for good.

    An urn that is away then keeps it, unopened or as counted, until its process ends.
    """
    place, act = place_of(poll), client.destroy if poll.is_void else client.forget

    def let_go() -> None:
        try:
            act(place)
        except Refusal as refusal:
            logger.warning("The urn did not let go of a poll that has ended: %s", type(refusal).__name__)

    transaction.on_commit(let_go)
