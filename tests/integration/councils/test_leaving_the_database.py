"""A poll that is open while its papers leave the database ends void, and its sealed papers go unopened."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from councils.enums import Choice, PollStatus, VoidCause
from councils.models import Ballot, Poll
from councils.services import close_poll
from tests.integration.councils.building import (
    build_house,
    cast_all,
    declare_all,
    meeting_in_session,
    poll_in,
)

pytestmark = [
    pytest.mark.slow,  # It takes the tables back to an earlier form, and forward again.
    pytest.mark.django_db(transaction=True),
]

BEFORE = ("councils", "0004_decisions_of_seats")


@pytest.fixture
def and_forward_again() -> Iterator[None]:
    yield
    _migrate_forward()


def _migrate_forward() -> None:
    """All of it: what stands on the council's tables went back with them."""
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def test_an_open_poll_becomes_void_and_a_closed_one_stays(and_forward_again: None) -> None:
    house = build_house()
    meeting = meeting_in_session(house, items=2)
    closed = poll_in(house, meeting, position=1)
    cast_all(house, closed, [Choice.AGREE] * 9)
    close_poll(poll=closed, actor=house.chair)
    still_open = poll_in(house, meeting, position=2)
    executor = MigrationExecutor(connection)
    executor.migrate([BEFORE])
    then = executor.loader.project_state([BEFORE]).apps
    then.get_model("councils", "Ballot").objects.create(poll_id=still_open.pk, sealed="x" * 40)
    then.get_model("councils", "Poll").objects.filter(pk=still_open.pk).update(wrapped_private_key="y" * 40)
    marks = then.get_model("councils", "Participation").objects.filter(poll_id=still_open.pk)
    marks.filter(pk=marks.first().pk).update(has_voted=True)

    _migrate_forward()

    ended = Poll.objects.get(pk=still_open.pk)
    assert (ended.status, ended.void_cause) == (PollStatus.VOID, VoidCause.URN_LOST)
    assert not ended.ballots.exists()
    assert not ended.participations.filter(has_voted=True).exists()
    assert Poll.objects.get(pk=closed.pk).status == PollStatus.CLOSED
    assert Ballot.objects.filter(poll=closed, choice=Choice.AGREE).count() == 9
    # Presence went back to marks and became events again: the same nine are there.
    assert meeting.attendances.present().count() == 9
    # What was declared went with the tables, and is asked for again.
    declare_all(meeting)
    assert poll_in(house, meeting, position=2).is_open
