"""Hands that meet: one success each, clear refusals for the rest, nothing lost. Each with a control that can fail."""

from collections.abc import Callable
from threading import Barrier, Event
from typing import Any

import pytest

from core.exceptions import NotAllowed, StaleState
from councils.enums import Choice, PollStatus
from councils.exceptions import PollAlreadyClosed
from councils.models import AgendaItem, Ballot, Participation, Poll, Tally
from councils.services import CastAnswer, cast_ballot, casting, close_poll, open_poll, polls
from nominations.enums import Status
from nominations.models import Dossier, StatusChange
from tests.integration.councils.building import (
    build_house,
    counts,
    meeting_in_session,
    poll_in,
)
from tests.races import at_once

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]  # Several connections, real commits.

AGREE, DISAGREE = Choice.AGREE, Choice.DISAGREE


def _casting(poll: Poll, user: Any, choice: Choice = AGREE) -> Callable[[], Any]:
    return lambda: cast_ballot(poll=poll, choice=choice, actor=user)


@pytest.mark.race
@pytest.mark.race
def test_a_member_who_casts_twice_at_once_has_one_ballot() -> None:
    house = build_house()
    poll = poll_in(house, meeting_in_session(house))

    answers = at_once(
        *[_casting(poll, house.member, choice) for choice in (AGREE, DISAGREE, AGREE, DISAGREE)]
    )

    assert sorted(answers) == sorted([CastAnswer.IN_THE_URN] + [CastAnswer.ALREADY_IN_THE_URN] * 3)
    assert counts(poll) == (1, 1)


def test_control_without_lock_and_compare_a_member_has_two_ballots(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same harness, the guards taken out: both hands look before either has leapt."""
    house = build_house()
    poll = poll_in(house, meeting_in_session(house))
    both_looked = _meeting_of(2)

    def leap_without_comparing(participation: Participation) -> bool:
        both_looked()
        Participation.objects.filter(pk=participation.pk).update(has_voted=True)
        return True

    monkeypatch.setattr(casting, "lock_poll", lambda pk: Poll.objects.get(pk=pk))
    monkeypatch.setattr(casting, "mark_voted", leap_without_comparing)

    unguarded = cast_ballot.__wrapped__  # type: ignore[attr-defined]
    answers = at_once(*[lambda: unguarded(poll=poll, choice=AGREE, actor=house.member) for _hand in range(2)])

    assert answers == [CastAnswer.IN_THE_URN] * 2
    assert counts(poll) == (2, 1)


def _meeting_of(hands: int) -> Callable[[], None]:
    """A point that each hand passes only when all have reached it."""
    barrier = Barrier(hands)

    def arrive() -> None:
        barrier.wait(timeout=10)

    return arrive


@pytest.mark.race
@pytest.mark.race
def test_ballots_that_come_in_while_the_poll_closes_are_counted_or_refused() -> None:
    house = build_house()
    poll = poll_in(house, meeting_in_session(house))
    early, late = house.members[:4], house.members[4:]
    for member in early:
        cast_ballot(poll=poll, choice=AGREE, actor=member.user)

    closing, *answers = at_once(
        lambda: close_poll(poll=poll, actor=house.chair), *[_casting(poll, member.user) for member in late]
    )

    taken = answers.count(CastAnswer.IN_THE_URN)
    refused = [answer for answer in answers if isinstance(answer, NotAllowed)]
    assert isinstance(closing, Tally)
    assert taken + len(refused) == len(late)
    assert all("closed" in str(refusal) for refusal in refused)
    assert closing.agree == len(early) + taken
    assert counts(poll) == (closing.agree, closing.agree)
    assert not Ballot.objects.exclude(sealed="").exists()


def test_control_without_the_lock_a_ballot_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """The guards taken out: a hand that looked before the closing writes after it, and nobody counts its paper."""
    house = build_house()
    poll = poll_in(house, meeting_in_session(house))
    looked, closed = Event(), Event()

    def leap_late(participation: Participation) -> bool:
        looked.set()
        assert closed.wait(timeout=20)
        return True

    monkeypatch.setattr(casting, "lock_poll", lambda pk: Poll.objects.get(pk=pk))
    monkeypatch.setattr(casting, "mark_voted", leap_late)
    unguarded = cast_ballot.__wrapped__  # type: ignore[attr-defined]

    def close_in_between() -> Tally:
        assert looked.wait(timeout=20)
        try:
            return close_poll(poll=poll, actor=house.chair)
        finally:
            closed.set()

    answer, tally = at_once(lambda: unguarded(poll=poll, choice=AGREE, actor=house.member), close_in_between)

    assert answer == CastAnswer.IN_THE_URN
    assert (tally.agree, Ballot.objects.filter(poll=poll).count()) == (0, 1)


@pytest.mark.race
@pytest.mark.race
def test_two_closings_at_once_count_once() -> None:
    house = build_house()
    poll = poll_in(house, meeting_in_session(house))
    for member in house.members:
        cast_ballot(poll=poll, choice=AGREE, actor=member.user)

    results = at_once(*[lambda: close_poll(poll=poll, actor=house.chair) for _hand in range(3)])

    assert [type(result) for result in results].count(PollAlreadyClosed) == 2
    assert Tally.objects.get().agree == 9
    assert StatusChange.objects.filter(verb="recommend").count() == 1
    assert Dossier.objects.get().status == Status.RECOMMENDED


def test_control_without_the_lock_two_closings_both_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """The guards taken out: both hands find the poll open and both go on to open the urn."""
    house = build_house()
    poll = poll_in(house, meeting_in_session(house))
    both_looked, opened = _meeting_of(2), []

    def look(pk: int) -> Poll:
        found = Poll.objects.get(pk=pk)
        both_looked()
        return found

    def count_only(found: Poll) -> list[Choice]:
        opened.append(found.status)
        return []

    monkeypatch.setattr(polls, "lock_poll", look)
    monkeypatch.setattr(polls, "empty_and_refill", count_only)
    monkeypatch.setattr(polls, "_count", lambda *arguments: Tally())
    monkeypatch.setattr(polls, "_tell_dossier", lambda *arguments: None)
    monkeypatch.setattr(polls.audit, "record", lambda *arguments, **payload: None)
    unguarded = close_poll.__wrapped__  # type: ignore[attr-defined]

    at_once(*[lambda: unguarded(poll=poll, actor=house.chair) for _hand in range(2)])

    assert opened == [PollStatus.OPEN] * 2


@pytest.mark.race
def test_two_openings_at_once_make_one_poll() -> None:
    house = build_house()
    item = AgendaItem.objects.get(meeting=meeting_in_session(house))

    results = at_once(*[lambda: open_poll(item=item, actor=house.chair) for _hand in range(3)])

    assert [type(result) for result in results].count(StaleState) == 2
    assert Poll.objects.count() == 1
    assert Participation.objects.count() == 9
