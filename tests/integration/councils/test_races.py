"""Hands that meet: one success each, clear refusals for the rest, nothing lost. Each with a control that can fail."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Event
from typing import Any

import pytest

from core import clock
from core.exceptions import InvalidRequest, NotAllowed, StaleState
from councils.enums import Choice, MeetingOffice, Office, PaperKind, PollStatus
from councils.exceptions import BallotOnPaper, BeingCounted, PollAlreadyClosed, UrnLost
from councils.models import (
    AgendaItem,
    Attendance,
    Ballot,
    CouncilMember,
    Declaration,
    Meeting,
    PaperBatch,
    Participation,
    Passing,
    Poll,
    Tally,
    Teller,
)
from councils.querysets import MemberQuerySet
from councils.selectors.papers import place_of
from councils.services import (
    CastAnswer,
    agree_to_close,
    annul_poll,
    close_poll,
    confirm_batch,
    declare_interests,
    end_seat,
    enter_batch,
    hand_out_ballot,
    name_paper_seats,
    open_meeting,
    open_poll,
    pass_office,
    polls,
    put_in_urn,
)
from councils.services import interests as interests_service
from councils.services.batches import Totals
from councils.services.interests import Answer
from councils.urn import client
from councils.urn.apart import urn_apart
from councils.urn.holder import OPEN, Holder
from nominations.enums import Status
from nominations.models import Dossier, StatusChange
from tests.integration.councils.building import (
    DAY,
    House,
    build_house,
    cast,
    cast_all,
    counts,
    eligible_dossier,
    meeting_in_session,
    planned_meeting,
    poll_in,
)
from tests.races import at_once

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]  # Several connections, real commits.

AGREE, DISAGREE = Choice.AGREE, Choice.DISAGREE


def _meeting_of(hands: int) -> Callable[[], None]:
    """A point that each hand passes only when all have reached it."""
    barrier = Barrier(hands)

    def arrive() -> None:
        barrier.wait(timeout=10)

    return arrive


@pytest.mark.race
def test_two_devices_of_one_member_put_in_one_ballot() -> None:
    house = build_house()
    poll = poll_in(house, meeting_in_session(house))

    answers = at_once(
        *[
            lambda choice=choice: cast(poll, house.member, choice)
            for choice in (AGREE, DISAGREE, AGREE, DISAGREE)
        ]
    )

    assert sorted(answers) == sorted([CastAnswer.IN_THE_URN] + [CastAnswer.ALREADY_IN_THE_URN] * 3)
    assert counts(poll) == (1, 1)


class _Looking(set[str]):
    """Tokens that both hands look up before either marks one."""

    def __init__(self, both_looked: Callable[[], None]) -> None:
        super().__init__()
        self._both_looked = both_looked

    def __contains__(self, token: object) -> bool:
        found = super().__contains__(token)
        self._both_looked()
        return found


class _NoLock:
    def __enter__(self) -> None: ...

    def __exit__(self, *error: object) -> None: ...


def test_control_without_the_lock_two_papers_of_one_token_count() -> None:
    """The same two hands at an urn whose lock is taken out: both look before either has leapt."""
    holder = Holder(lambda words: None)
    holder.answer({"do": "open", "key": "k", "seats": [1], "choices": ["agree"], "least": 1})
    urn = holder._urns["k"]
    urn.used, holder._lock = _Looking(_meeting_of(2)), _NoLock()  # type: ignore[assignment]

    answers = at_once(
        *[lambda: holder.answer({"do": "deposit", "token": urn.tokens[1], "choice": "agree"})["paper"]] * 2
    )

    assert answers == ["taken", "taken"]
    assert (urn.counts["agree"], len(urn.used)) == (2, 1)


@pytest.mark.race
def test_ballots_that_come_in_while_the_poll_closes_are_counted_or_refused() -> None:
    house = build_house()
    poll = poll_in(house, meeting_in_session(house))
    cast_all(house, poll, [AGREE] * 6)
    agree_to_close(poll=poll, actor=house.secretary)

    closing, *answers = at_once(
        lambda: close_poll(poll=poll, actor=house.chair, without_the_rest=True),
        *[lambda user=member.user: cast(poll, user, AGREE) for member in house.members[6:]],
    )

    taken = answers.count(CastAnswer.IN_THE_URN)
    late = [
        answer
        for answer in answers
        if isinstance(answer, BeingCounted | UrnLost) or answer in {CastAnswer.COUNTING, CastAnswer.UNKNOWN}
    ]
    assert isinstance(closing, Tally), closing
    assert taken + len(late) == 3, answers
    assert closing.agree == 6 + taken
    assert counts(poll) == (closing.agree, closing.agree)


def test_control_an_urn_that_takes_papers_after_the_count_loses_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """The guard taken out: the urn goes on taking papers while the count is being written, and nobody counts them."""
    house = build_house()
    written, counted, answered = polls.write_count, Event(), Event()

    def write_late(*arguments: Any) -> None:
        counted.set()
        assert answered.wait(timeout=20)
        written(*arguments)

    def cast_meanwhile() -> CastAnswer:
        assert counted.wait(timeout=20)
        try:
            return put_in_urn(token=token, choice=AGREE)
        finally:
            answered.set()

    monkeypatch.setattr(polls, "write_count", write_late)
    with urn_apart() as holder:

        def count_and_go_on(key: str, epoch: str) -> dict[str, Any]:
            told = holder._count(key, epoch)
            holder._urns[key].state = OPEN
            return told

        holder._acts["count"] = count_and_go_on
        poll = poll_in(house, meeting_in_session(house))
        cast_all(house, poll, [AGREE] * 6)
        agree_to_close(poll=poll, actor=house.secretary)
        token = hand_out_ballot(poll=poll, actor=house.members[8].user)

        tally, answer = at_once(
            lambda: close_poll(poll=poll, actor=house.chair, without_the_rest=True), cast_meanwhile
        )

    assert answer == CastAnswer.IN_THE_URN
    assert (tally.agree, Ballot.objects.filter(poll=poll).count()) == (6, 6)


@pytest.mark.race
def test_two_closings_at_once_count_once() -> None:
    house = build_house()
    poll = poll_in(house, meeting_in_session(house))
    cast_all(house, poll, [AGREE] * 9)

    results = at_once(*[lambda: close_poll(poll=poll, actor=house.chair) for _hand in range(3)])

    assert [type(result) for result in results].count(PollAlreadyClosed) == 2
    assert Tally.objects.get().agree == 9
    assert Ballot.objects.count() == 9
    assert StatusChange.objects.filter(verb="recommend").count() == 1
    assert Dossier.objects.get().status == Status.RECOMMENDED


def test_control_without_the_lock_two_closings_both_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """The guards taken out: both hands find the poll open and both go on to open the urn."""
    house = build_house()
    poll = poll_in(house, meeting_in_session(house))
    cast_all(house, poll, [AGREE] * 9)
    both_looked, opened = _meeting_of(2), []

    def look(pk: int) -> Poll:
        found = Poll.objects.get(pk=pk)
        both_looked()
        return found

    monkeypatch.setattr(polls, "lock_poll", look)
    monkeypatch.setattr(polls, "lock_meeting", lambda meeting: meeting)
    monkeypatch.setattr(polls, "_open_and_count", lambda poll, meeting, actor: opened.append(poll.status))
    unguarded = close_poll.__wrapped__  # type: ignore[attr-defined]

    answers = at_once(*[lambda: unguarded(poll=poll, actor=house.chair) for _hand in range(2)])

    assert opened == [PollStatus.OPEN] * 2, answers


@pytest.mark.race
def test_a_poll_that_is_annulled_and_closed_at_once_ends_in_one_way() -> None:
    house = build_house()
    poll = poll_in(house, meeting_in_session(house))
    cast_all(house, poll, [AGREE] * 9)

    results = at_once(
        lambda: annul_poll(poll=poll, reason="Mất điện", actor=house.chair),
        lambda: close_poll(poll=poll, actor=house.chair),
    )

    assert [type(result) for result in results].count(PollAlreadyClosed) == 1, results
    poll.refresh_from_db()
    assert Ballot.objects.count() == (0 if poll.is_void else 9)
    with pytest.raises(UrnLost):
        client.papers_in(place_of(poll))


def _interest(house: House, item: AgendaItem) -> Any:
    seat = house.members[2]
    answer = Answer(item, has_interest=True, reason="Cháu của chủ hộ")
    return declare_interests(meeting=item.meeting, member=seat, answers=[answer], actor=seat.user)


@pytest.mark.race
def test_an_interest_told_as_the_poll_opens_is_heard_or_refused() -> None:
    house = build_house()
    item = AgendaItem.objects.select_related("meeting").get(meeting=meeting_in_session(house))

    told, poll = at_once(lambda: _interest(house, item), lambda: open_poll(item=item, actor=house.chair))

    mine = poll.participations.get(member=house.members[2])
    assert mine.is_recused == (not isinstance(told, NotAllowed)), told
    assert Declaration.objects.filter(has_interest=True).count() == poll.recused_count
    assert poll.ballots_count == 9 - poll.recused_count


def test_an_interest_written_after_the_poll_has_opened_would_be_a_ballot_too_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What the meeting's lock keeps apart: the item waited when it was looked at, and no more when it was written."""
    house = build_house()
    item = AgendaItem.objects.select_related("meeting").get(meeting=meeting_in_session(house))
    check, polls_opened = interests_service._check_wait, []

    def look_then_lose_the_turn(meeting: Any, items: Any) -> None:
        check(meeting, items)
        polls_opened.append(open_poll(item=item, actor=house.chair))

    monkeypatch.setattr(interests_service, "_check_wait", look_then_lose_the_turn)
    _interest(house, item)

    (poll,) = polls_opened
    assert Declaration.objects.filter(has_interest=True).count() == 1
    assert (poll.recused_count, poll.ballots_count) == (0, 9)


@pytest.mark.race
def test_two_openings_at_once_make_one_poll() -> None:
    house = build_house()
    item = AgendaItem.objects.get(meeting=meeting_in_session(house))

    results = at_once(*[lambda: open_poll(item=item, actor=house.chair) for _hand in range(3)])

    assert [type(result) for result in results].count(StaleState) == 2
    assert Poll.objects.count() == 1
    assert Participation.objects.count() == 9


@pytest.mark.race
def test_a_chair_that_is_taken_over_while_it_closes_is_one_or_the_other() -> None:
    house = build_house()
    deputy = _deputy(house)
    meeting = meeting_in_session(house)
    poll = poll_in(house, meeting)
    cast_all(house, poll, [AGREE] * 7)
    agree_to_close(poll=poll, actor=house.secretary)

    passed, closed = at_once(
        lambda: pass_office(
            meeting=meeting,
            office=MeetingOffice.CHAIR,
            to_member=deputy,
            reason="Mất liên lạc",
            actor=deputy.user,
        ),
        lambda: close_poll(poll=poll, actor=house.chair, without_the_rest=True),
    )

    assert isinstance(passed, Passing), passed
    poll.refresh_from_db()
    if isinstance(closed, Tally):
        assert closed.agree == 7
    else:
        assert isinstance(closed, NotAllowed), closed
        assert poll.is_open
        # Nothing is lost: whoever leads now closes it.
        tally = close_poll(poll=poll, actor=deputy.user, without_the_rest=True)
        assert tally is not None
        assert tally.agree == 7
    assert Ballot.objects.count() == 7


def test_control_without_the_lock_a_chair_that_is_gone_closes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The guard taken out: the chair was read before the office passed, and closes afterwards."""
    house = build_house()
    deputy = _deputy(house)
    meeting = meeting_in_session(house)
    poll = poll_in(house, meeting)
    cast_all(house, poll, [AGREE] * 9)
    read = Meeting.objects.select_related("council__movement", "chair__user", "secretary__user").get()
    pass_office(
        meeting=meeting,
        office=MeetingOffice.CHAIR,
        to_member=deputy,
        reason="Mất liên lạc",
        actor=deputy.user,
    )

    monkeypatch.setattr(polls, "lock_meeting", lambda meeting: read)
    assert close_poll(poll=poll, actor=house.chair) is not None


def _deputy(house: House) -> CouncilMember:
    CouncilMember.objects.filter(pk=house.members[2].pk).update(office=Office.DEPUTY)
    return CouncilMember.objects.select_related("user").get(pk=house.members[2].pk)


@pytest.mark.race
def test_a_member_whose_seat_ends_today_while_a_poll_is_open_votes_once() -> None:
    house = build_house()
    poll = poll_in(house, meeting_in_session(house))
    cast_all(house, poll, [AGREE] * 8)
    leaving = house.members[8]

    ended, answer = at_once(
        lambda: end_seat(member=leaving, ends_on=DAY, decision="QĐ 9", actor=house.lead),
        lambda: cast(poll, leaving.user, DISAGREE),
    )

    assert isinstance(ended, CouncilMember), ended
    assert answer == CastAnswer.IN_THE_URN
    tally = close_poll(poll=poll, actor=house.chair)
    assert tally is not None
    assert (tally.agree, tally.disagree, tally.unreturned) == (8, 1, 0)


@pytest.mark.race
def test_nobody_whose_seat_has_ended_stands_on_a_roll() -> None:
    house = build_house()
    meeting = planned_meeting(house, [eligible_dossier(house)])
    leaving = house.members[8]

    opened, ended = at_once(
        lambda: open_meeting(meeting=meeting, actor=house.chair),
        lambda: end_seat(member=leaving, ends_on=DAY - timedelta(days=1), decision="QĐ 9", actor=house.lead),
    )

    assert isinstance(opened, Meeting), opened
    is_on_the_roll = Attendance.objects.filter(member=leaving).exists()
    assert is_on_the_roll == isinstance(ended, InvalidRequest), ended


def test_control_without_the_lock_a_seat_that_has_ended_stands_on_the_roll(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The guard taken out: the seat ends between the reading of the members and the writing of the roll."""
    house = build_house()
    meeting = planned_meeting(house, [eligible_dossier(house)])
    leaving = house.members[8]
    listed = list(house.council.members.on(DAY))
    end_seat(member=leaving, ends_on=DAY - timedelta(days=1), decision="QĐ 9", actor=house.lead)

    monkeypatch.setattr(MemberQuerySet, "on", lambda seats, day: listed)
    open_meeting(meeting=meeting, actor=house.chair)

    assert Attendance.objects.filter(member=leaving).exists()


def _on_paper(house: House, poll: Poll, seats: int = 1) -> Any:
    """The last members are put on paper while the poll is open."""
    return name_paper_seats(
        item=poll.agenda_item, paper=house.members[-seats:], written=[], actor=house.secretary
    )


@pytest.mark.race
def test_a_member_put_on_paper_while_casting_votes_in_one_way() -> None:
    house = build_house()
    poll = poll_in(house, meeting_in_session(house))
    cast_all(house, poll, [AGREE] * 8)
    last = house.members[8].user

    named, answer = at_once(lambda: _on_paper(house, poll), lambda: cast(poll, last, AGREE))

    if named is True:
        assert isinstance(answer, BallotOnPaper) or answer == CastAnswer.UNKNOWN, answer
        batch = enter_batch(poll=poll, kind=PaperKind.PAPER, totals=Totals(0, 1, 0, 0), actor=house.secretary)
        confirm_batch(batch=batch, totals=Totals(0, 1, 0, 0), actor=house.chair)
    else:
        assert isinstance(named, NotAllowed), named
        assert answer == CastAnswer.IN_THE_URN
    tally = close_poll(poll=poll, actor=house.chair)
    assert tally is not None
    assert (tally.agree, tally.disagree) == ((8, 1) if named is True else (9, 0))
    assert counts(poll) == (9, 9)


def test_control_an_urn_that_does_not_look_at_tokens_counts_a_member_twice() -> None:
    """The guard taken out: who has cast goes on paper, and both papers are counted."""
    house = build_house()
    with urn_apart() as holder:
        poll = poll_in(house, meeting_in_session(house))
        cast_all(house, poll, [AGREE] * 9)
        holder._urns[poll.urn_key].used, used = set(), holder._urns[poll.urn_key].used
        assert _on_paper(house, poll)
        holder._urns[poll.urn_key].used = used
        batch = enter_batch(poll=poll, kind=PaperKind.PAPER, totals=Totals(0, 1, 0, 0), actor=house.secretary)
        confirm_batch(batch=batch, totals=Totals(0, 1, 0, 0), actor=house.chair)

        assert client.papers_in(place_of(poll)) == 10


def _waiting_batch(house: House) -> tuple[Poll, PaperBatch]:
    """A poll in which everything is in but one batch of two, which waits for the second person."""
    meeting = meeting_in_session(house)
    item = AgendaItem.objects.select_related("meeting").get(meeting=meeting)
    name_paper_seats(item=item, paper=house.members[7:], written=[], actor=house.secretary)
    poll = poll_in(house, meeting)
    cast_all(house, poll, [AGREE] * 7)
    totals = Totals(1, 1, 0, 0)
    return poll, enter_batch(poll=poll, kind=PaperKind.PAPER, totals=totals, actor=house.secretary)


@pytest.mark.race
def test_a_batch_confirmed_while_the_poll_closes_is_counted_or_closes_nothing() -> None:
    house = build_house()
    poll, batch = _waiting_batch(house)

    confirmed, closed = at_once(
        lambda: confirm_batch(batch=batch, totals=Totals(1, 1, 0, 0), actor=house.chair),
        lambda: close_poll(poll=poll, actor=house.secretary),
    )

    assert isinstance(confirmed, PaperBatch), confirmed
    if not isinstance(closed, Tally):
        assert isinstance(closed, NotAllowed | BeingCounted), closed
        closed = close_poll(poll=poll, actor=house.secretary)
    assert closed is not None
    assert (closed.agree, closed.disagree, closed.unreturned) == (8, 1, 0)
    assert counts(poll) == (9, 9)


def test_control_a_poll_counted_while_a_batch_waits_loses_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The guard taken out: nobody looks whether a batch waits, and its papers are missing from the result."""
    house = build_house()
    poll, batch = _waiting_batch(house)
    agree_to_close(poll=poll, actor=house.secretary)
    monkeypatch.setattr(polls, "_check_no_batch_waits", lambda poll: None)

    tally = close_poll(poll=poll, actor=house.chair, without_the_rest=True)

    assert tally is not None
    assert (tally.agree, tally.disagree, tally.unreturned) == (7, 0, 2)
    with pytest.raises(PollAlreadyClosed):
        confirm_batch(batch=batch, totals=Totals(1, 1, 0, 0), actor=house.chair)


@pytest.mark.race
def test_two_second_persons_put_a_batch_in_once() -> None:
    house = build_house()
    poll, batch = _waiting_batch(house)
    Teller.objects.create(meeting=poll.agenda_item.meeting, member=house.members[3], named_at=clock.now())

    answers = at_once(
        *[
            lambda actor=actor: confirm_batch(batch=batch, totals=Totals(1, 1, 0, 0), actor=actor)
            for actor in (house.chair, house.members[3].user)
        ]
    )

    assert sorted(type(answer).__name__ for answer in answers) == ["PaperBatch", "StaleState"], answers
    assert client.papers_in(place_of(poll)) == 9


@pytest.mark.race
def test_two_batches_of_the_same_papers_do_not_both_come_in() -> None:
    house = build_house()
    meeting = meeting_in_session(house)
    item = AgendaItem.objects.select_related("meeting").get(meeting=meeting)
    name_paper_seats(item=item, paper=house.members[7:], written=[], actor=house.secretary)
    poll = poll_in(house, meeting)

    answers = at_once(
        *[
            lambda: enter_batch(
                poll=poll, kind=PaperKind.PAPER, totals=Totals(2, 0, 0, 0), actor=house.secretary
            )
        ]
        * 2
    )

    assert sorted(type(answer).__name__ for answer in answers) == ["InvalidRequest", "PaperBatch"], answers
