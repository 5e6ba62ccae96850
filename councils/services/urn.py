"""The urn of a poll: locking it, and rewriting it so that nothing in the database leads from a paper to a member."""

import logging
import secrets
import uuid
from collections.abc import Sequence

from django.db import connection, transaction

from councils.enums import Choice
from councils.exceptions import UrnMismatch
from councils.models import Ballot, Participation, Poll
from councils.sealing import unseal_all

logger = logging.getLogger(__name__)
_random = secrets.SystemRandom()


def lock_poll(pk: int) -> Poll:
    """The poll as it is now, held until the transaction ends.

    Casting and closing both begin here, so each sees the other's work whole or not at all.
    """
    # SQLite ignores select_for_update; IMMEDIATE mode in settings gives the lock there.
    return Poll.objects.select_for_update(of=("self",)).get(pk=pk)


def empty_and_refill(poll: Poll) -> list[Choice]:
    """The poll's choices, opened and stored again without any trace of who cast which.

    Papers and participations get new rows in random order in this one transaction: the old
    rows' transaction numbers (PostgreSQL) and positions (SQLite) told who cast when. Papers
    get new ids too, since dead rows and backups still hold the old ones beside those traces;
    there the choice stays sealed under a key that is destroyed.
    Raises UrnMismatch and BallotKeyMismatch, both before anything is written.
    """
    papers = list(Ballot.objects.filter(poll=poll))
    participations = list(Participation.objects.filter(poll=poll))
    voted = sum(participation.has_voted for participation in participations)
    if len(papers) != voted:
        raise UrnMismatch(ballots=len(papers), voted=voted)
    choices = unseal_all(poll.wrapped_private_key, [paper.sealed for paper in papers])
    Ballot.objects.filter(poll=poll).delete()
    Participation.objects.filter(poll=poll).delete()
    _refill(poll, choices, participations)
    return choices


def _refill(poll: Poll, choices: Sequence[Choice], participations: list[Participation]) -> None:
    shuffled = list(choices)
    _random.shuffle(shuffled)
    _random.shuffle(participations)
    Ballot.objects.bulk_create(Ballot(id=uuid.uuid4(), poll=poll, choice=choice) for choice in shuffled)
    Participation.objects.bulk_create(
        Participation(poll=poll, member_id=row.member_id, is_present=row.is_present, has_voted=row.has_voted)
        for row in participations
    )


def forget_old_pages_after_commit() -> None:
    """Have SQLite's write-ahead log, which still holds the sealed papers in casting order, emptied after commit."""
    if connection.vendor == "sqlite":
        transaction.on_commit(_truncate_log, robust=True)


def _truncate_log() -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        busy = cursor.fetchone()[0]
    if busy:
        logger.warning("The write-ahead log was in use when a poll closed; the next closing will empty it.")
