"""Written opinions and paper ballots: who votes so, batches that two people type, and what is kept of them."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.conf import LazySettings, settings
from django.db import IntegrityError, connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from core.exceptions import InvalidRequest, NotAllowed, StaleState
from core.models import AuditEntry
from councils.enums import BatchStatus, Choice, MeetingOffice, PaperKind, PollResult, VoidCause
from councils.exceptions import BallotOnPaper, PollAlreadyClosed, UrnAway, UrnLost, UrnMismatch
from councils.models import (
    AgendaItem,
    Ballot,
    CouncilMember,
    Meeting,
    PaperBatch,
    PaperSeat,
    Participation,
    Poll,
    Teller,
)
from councils.papers import paper_counts, papers_now
from councils.proofs import tallies_that_differ
from councils.selectors.meetings import state_of
from councils.selectors.papers import has_voted, place_of
from councils.services import (
    CastAnswer,
    agree_to_close,
    annul_poll,
    batches,
    close_poll,
    confirm_batch,
    declare_interests,
    enter_batch,
    hand_out_ballot,
    name_paper_seats,
    open_polls,
    pass_office,
    put_in_urn,
    reject_batch,
    take_roll,
    withdraw_batch,
)
from councils.services.batches import Totals
from councils.services.interests import Answer
from councils.shell import work_of_members
from councils.urn import client as urn_client
from nominations.models import Dossier
from tests.integration.councils.building import (
    House,
    cast,
    close,
    counts,
    lose_urn,
    meeting_in_session,
    poll_in,
)

AGREE, DISAGREE, BLANK = Choice.AGREE, Choice.DISAGREE, Choice.BLANK
PAPER, WRITTEN = PaperKind.PAPER, PaperKind.WRITTEN


def totals(agree: int = 0, disagree: int = 0, blank: int = 0, invalid: int = 0) -> Totals:
    return Totals(agree, disagree, blank, invalid)


def _item(meeting: Meeting, position: int = 1) -> AgendaItem:
    return AgendaItem.objects.select_related("meeting").get(meeting=meeting, position=position)


def _name(house: House, meeting: Meeting, *, paper: Sequence[int] = (), written: Sequence[int] = ()) -> bool:
    """The secretary records who votes on paper, by the numbers of their seats."""
    return name_paper_seats(
        item=_item(meeting),
        paper=[house.members[number] for number in paper],
        written=[house.members[number] for number in written],
        actor=house.secretary,
    )


def _poll(
    house: House, *, absent: int = 2, paper: Sequence[int] = (5, 6), written: Sequence[int] = (7, 8)
) -> Poll:
    """Nine members: two absent ones sent an envelope, two who are there vote on paper, five on their devices."""
    meeting = meeting_in_session(house, absent=absent)
    _name(house, meeting, paper=paper, written=written)
    return poll_in(house, meeting)


def _batch(house: House, poll: Poll, kind: PaperKind, typed: Totals) -> PaperBatch:
    """The secretary enters, the chair confirms."""
    batch = enter_batch(poll=poll, kind=kind, totals=typed, actor=house.secretary)
    return confirm_batch(batch=batch, totals=typed, actor=house.chair)


def _cast(house: House, poll: Poll, choices: Sequence[Choice]) -> None:
    for member, choice in zip(house.members, choices, strict=False):
        assert cast(poll, member.user, choice) == CastAnswer.IN_THE_URN


def test_devices_papers_and_opinions_make_one_result(house: House) -> None:
    poll = _poll(house)
    _cast(house, poll, [AGREE] * 5)
    _batch(house, poll, PAPER, totals(agree=1, invalid=1))
    _batch(house, poll, WRITTEN, totals(agree=1, blank=1))

    tally = close_poll(poll=poll, actor=house.chair)

    assert tally is not None
    assert (tally.agree, tally.disagree, tally.blank, tally.invalid) == (7, 0, 1, 1)
    assert (tally.cast, tally.unreturned, tally.result) == (9, 0, PollResult.NOT_RECOMMENDED)
    poll.refresh_from_db()
    assert (poll.present_count, poll.ballots_count, poll.opinions_count, poll.papers_required) == (7, 9, 2, 6)
    assert sorted(Ballot.objects.values_list("choice", flat=True)) == ["agree"] * 7 + ["blank", "invalid"]
    assert counts(poll) == (9, 9)
    assert list(tallies_that_differ()) == []


def test_a_written_opinion_can_make_the_threshold_and_an_invalid_paper_stays_in_the_base(
    house: House,
) -> None:
    """Eight of nine are needed, seven are there: without the opinion it would not be reached."""
    poll = _poll(house, paper=())
    _cast(house, poll, [AGREE] * 7)
    _batch(house, poll, WRITTEN, totals(agree=1, invalid=1))

    tally = close_poll(poll=poll, actor=house.chair)

    assert tally is not None
    assert (tally.agree, tally.invalid, tally.required, tally.result) == (8, 1, 8, PollResult.RECOMMENDED)


def test_opinions_make_no_quorum_and_no_valid_vote(house: House) -> None:
    """Six are there and the quorum is six: five ballots and three opinions are eight papers, and no valid vote."""
    poll = _poll(house, absent=3, paper=(), written=(6, 7, 8))
    _cast(house, poll, [AGREE] * 5)
    _batch(house, poll, WRITTEN, totals(agree=3))

    assert close(house, poll) is None

    poll.refresh_from_db()
    assert poll.void_cause == VoidCause.TOO_FEW
    assert not Ballot.objects.exists()


def test_control_with_one_ballot_more_it_is_valid(house: House) -> None:
    poll = _poll(house, absent=3, paper=(), written=(6, 7, 8))
    _cast(house, poll, [AGREE] * 6)
    _batch(house, poll, WRITTEN, totals(agree=3))

    tally = close_poll(poll=poll, actor=house.chair)

    assert tally is not None
    assert tally.agree == 9


def test_without_a_quorum_opinions_open_no_poll(house: House) -> None:
    meeting = meeting_in_session(house, absent=4)
    _name(house, meeting, written=(5, 6, 7, 8))

    with pytest.raises(NotAllowed, match="5 of 9 members are present and the quorum is 6"):
        poll_in(house, meeting)


def test_turnout_is_counted_over_ballots_and_opinions(house: House) -> None:
    poll = _poll(house)
    meeting = poll.agenda_item.meeting
    _cast(house, poll, [AGREE] * 4)
    _batch(house, poll, PAPER, totals(agree=1))

    turnout = state_of(meeting).rows[0].turnout

    assert turnout is not None
    assert (turnout.cast, turnout.expected, turnout.missing) == (5, 9, 4)
    assert [(count.kind, len(count.seats), count.in_the_urn, count.left) for count in paper_counts(poll)] == [
        (PAPER, 2, 1, 1),
        (WRITTEN, 2, 0, 2),
    ]
    with pytest.raises(NotAllowed, match="4 ballots that were handed out are not in the urn"):
        close_poll(poll=poll, actor=house.chair)


def test_of_a_kind_that_did_not_all_come_nobody_is_marked(house: House) -> None:
    """Two have a paper and one came: whose it was is not known, and the system does not say that it is."""
    poll = _poll(house)
    _cast(house, poll, [AGREE] * 5)
    _batch(house, poll, PAPER, totals(agree=1))
    _batch(house, poll, WRITTEN, totals(agree=2))

    tally = close(house, poll)

    assert tally is not None
    assert tally.unreturned == 1
    marked = Participation.objects.filter(has_voted=True).values_list("member__user__username", flat=True)
    assert set(marked) == {f"thanhvien{number}" for number in (0, 1, 2, 3, 4, 7, 8)}


# --- Who votes on paper ---


def test_who_is_on_paper_has_no_ballot_on_a_device(house: House) -> None:
    poll = _poll(house)

    with pytest.raises(BallotOnPaper):
        hand_out_ballot(poll=poll, actor=house.members[5].user)
    with pytest.raises(NotAllowed, match="Your written opinion on this item came"):
        hand_out_ballot(poll=poll, actor=house.members[7].user)
    mine = Participation.objects.select_related("poll").get(poll=poll, member=house.members[5])
    assert not has_voted(mine)
    assert not [work for work in work_of_members(house.members[5].user) if "ballot" in work.title]
    assert [work for work in work_of_members(house.members[4].user) if "ballot" in work.title], "the control"


def test_a_member_goes_on_paper_while_the_poll_is_open_and_back(house: House) -> None:
    poll = _poll(house, paper=())
    meeting, member = poll.agenda_item.meeting, house.members[4]
    token = hand_out_ballot(poll=poll, actor=member.user)

    assert _name(house, meeting, paper=(4,), written=(7, 8))
    assert put_in_urn(token=token, choice=AGREE) == CastAnswer.UNKNOWN
    with pytest.raises(BallotOnPaper):
        hand_out_ballot(poll=poll, actor=member.user)
    assert _name(house, meeting, written=(7, 8))
    assert not _name(house, meeting, written=(7, 8)), "saving again changes nothing"
    assert cast(poll, member.user, AGREE) == CastAnswer.IN_THE_URN

    with pytest.raises(NotAllowed, match=r"thanhvien4: the ballot from the own device is in the urn already"):
        _name(house, meeting, paper=(3, 4), written=(7, 8))
    assert cast(poll, house.members[3].user, AGREE) == CastAnswer.IN_THE_URN, "nothing of it was done"
    entries = AuditEntry.objects.filter(event="meeting.paper_seats_named").order_by("seq")
    assert [json.loads(entry.payload.content)["paper"] for entry in entries] == [[], [member.pk], []]


def test_an_envelope_that_comes_while_the_poll_is_open_is_waited_for(house: House) -> None:
    poll = _poll(house, paper=(), written=())
    meeting = poll.agenda_item.meeting
    _cast(house, poll, [AGREE] * 6)
    agree_to_close(poll=poll, actor=house.secretary)

    _name(house, meeting, written=(7,))

    poll.refresh_from_db()
    assert (poll.ballots_count, poll.opinions_count, poll.rest_agreed_by) == (8, 1, None)
    with pytest.raises(NotAllowed, match="2 ballots that were handed out"):
        close_poll(poll=poll, actor=house.chair, without_the_rest=True)
    _batch(house, poll, WRITTEN, totals(agree=1))
    with pytest.raises(
        NotAllowed, match="1 paper of the kind “Written opinion” is entered, and it may be that of"
    ):
        _name(house, meeting)
    tally = close(house, poll)
    assert tally is not None
    assert (tally.agree, tally.unreturned) == (7, 1)


def test_nobody_leaves_paper_once_papers_came(house: House) -> None:
    """One of two papers is in. Whoever got a ballot on a device now might vote twice, and the other not at all."""
    poll = _poll(house)
    meeting = poll.agenda_item.meeting
    waiting = enter_batch(poll=poll, kind=PAPER, totals=totals(agree=1), actor=house.secretary)
    for paper in ((5,), (6,), (4, 5), ()):
        with pytest.raises(NotAllowed, match="1 paper of the kind “Paper ballot” is entered"):
            _name(house, meeting, paper=paper, written=(7, 8))
    assert _name(house, meeting, paper=(4, 5, 6), written=(7, 8)), "somebody more may"
    withdraw_batch(batch=waiting, actor=house.secretary)

    assert _name(house, meeting, paper=(5,), written=(7, 8))
    assert cast(poll, house.members[6].user, AGREE) == CastAnswer.IN_THE_URN


def test_saving_again_mends_an_urn_that_is_ahead_of_the_rows(house: House) -> None:
    """The urn was told and the commit failed: the rows say that the member votes on a device, and get it."""
    poll = _poll(house, paper=(), written=())
    member = house.members[4]
    urn_client.put_on_paper(place_of(poll), {member.pk: PAPER})
    with pytest.raises(BallotOnPaper):
        hand_out_ballot(poll=poll, actor=member.user)

    assert not _name(house, poll.agenda_item.meeting)

    assert cast(poll, member.user, AGREE) == CastAnswer.IN_THE_URN


def test_going_on_paper_shows_on_the_members_page(house: House) -> None:
    poll = _poll(house, paper=(), written=())
    address, client = poll.agenda_item.meeting.get_absolute_url(), _as(house.members[4].user)
    shown = client.get(address).context["mark"]
    live = {"HX-Request": "true"}
    assert client.get(f"{address}?v={shown}", headers=live).status_code == 204, "the control"

    _name(house, poll.agenda_item.meeting, paper=(4,))

    assert "You vote on paper in this poll" in _text(client.get(f"{address}?v={shown}", headers=live))


def test_whoever_is_there_when_the_poll_opens_votes_in_person(house: House) -> None:
    meeting = meeting_in_session(house, absent=2)
    _name(house, meeting, paper=(6,), written=(7, 8))
    take_roll(meeting=meeting, present=[*house.members[:6], house.members[8]], actor=house.secretary)

    poll = poll_in(house, meeting)

    assert (poll.present_count, poll.ballots_count, poll.opinions_count) == (7, 8, 1)
    on_paper = Participation.objects.exclude(on_paper="").values_list("member__user__username", "on_paper")
    assert list(on_paper) == [("thanhvien7", "written")]
    assert cast(poll, house.members[8].user, AGREE) == CastAnswer.IN_THE_URN


@pytest.mark.parametrize(
    ("paper", "written", "words"),
    [
        ((7,), (), "not here, so there is no ballot on paper"),
        ((), (3,), "here, so the vote is cast in person"),
        ((2,), (), "takes no part in this item"),
        ((3,), (3,), "ticked as present on paper and as absent"),
    ],
    ids=["absent on paper", "present in writing", "recused", "both"],
)
@pytest.mark.parametrize("is_open", [False, True], ids=["before", "while open"])
def test_nobody_has_two_ways_or_one_that_is_not_theirs(
    house: House, paper: tuple[int, ...], written: tuple[int, ...], words: str, is_open: bool
) -> None:
    meeting = meeting_in_session(house, absent=2)
    seat = house.members[2]
    declare_interests(
        meeting=meeting,
        member=seat,
        answers=[Answer(_item(meeting), has_interest=True, reason="Cháu của chủ hộ")],
        actor=seat.user,
    )
    if is_open:
        poll_in(house, meeting)

    with pytest.raises((NotAllowed, InvalidRequest), match=words):
        _name(house, meeting, paper=paper, written=written)

    assert not PaperSeat.objects.exists()


def test_an_absent_member_votes_after_a_declaration_like_any_other(house: House) -> None:
    meeting = meeting_in_session(house, absent=1, declared=False)
    item = _item(meeting)
    for seat in house.members[:8]:
        answer = Answer(item, has_interest=False)
        declare_interests(meeting=meeting, member=seat, answers=[answer], actor=seat.user)
    _name(house, meeting, written=(8,))
    with pytest.raises(NotAllowed, match="Not declared yet"):
        poll_in(house, meeting)
    _name(house, meeting)
    poll_in(house, meeting)

    with pytest.raises(NotAllowed, match="Not declared or not settled yet"):
        _name(house, meeting, written=(8,))
    assert Poll.objects.get().opinions_count == 0


def test_a_list_can_go_for_every_item_that_waits(house: House) -> None:
    meeting = meeting_in_session(house, items=3, absent=1)
    recused = house.members[8]
    declare_interests(
        meeting=meeting,
        member=recused,
        answers=[Answer(_item(meeting, 3), has_interest=True, reason="Cháu của chủ hộ")],
        actor=recused.user,
    )

    name_paper_seats(
        item=_item(meeting),
        paper=[house.members[4]],
        written=[recused],
        actor=house.secretary,
        also_waiting=True,
    )

    rows = PaperSeat.objects.order_by("item__position", "kind").values_list("item__position", "kind")
    assert list(rows) == [(1, "paper"), (1, "written"), (2, "paper"), (2, "written"), (3, "paper")]


def test_an_item_that_was_voted_on_takes_no_names(house: House) -> None:
    poll = _poll(house, paper=(), written=())
    _cast(house, poll, [AGREE] * 7)
    close_poll(poll=poll, actor=house.chair)

    with pytest.raises(NotAllowed, match="does not wait for its poll any more"):
        _name(house, poll.agenda_item.meeting, paper=(3,))


def test_a_stranger_on_the_list_is_refused(house: House) -> None:
    meeting = meeting_in_session(house)
    stranger = CouncilMember.objects.create(
        council=house.council, user=house.outsider, starts_on=clock.today()
    )

    with pytest.raises(InvalidRequest, match="not a member of the council"):
        name_paper_seats(item=_item(meeting), paper=[stranger], written=[], actor=house.secretary)


# --- Batches ---


@pytest.mark.parametrize(
    ("kind", "typed", "words"),
    [
        (PAPER, totals(), "no paper in this batch"),
        (PAPER, totals(agree=3), "You typed 3 papers.*2 can still come: 2 members vote so, and 0 papers"),
        (WRITTEN, totals(agree=2, disagree=2), "You typed 4 papers"),
    ],
)
def test_a_number_that_cannot_be_is_refused_at_entry(
    house: House, kind: PaperKind, typed: Totals, words: str
) -> None:
    poll = _poll(house)

    with pytest.raises(InvalidRequest, match=words):
        enter_batch(poll=poll, kind=kind, totals=typed, actor=house.secretary)

    assert not PaperBatch.objects.exists()


def test_what_waits_counts_towards_what_can_still_come(house: House) -> None:
    poll = _poll(house)
    enter_batch(poll=poll, kind=PAPER, totals=totals(agree=1), actor=house.secretary)

    with pytest.raises(InvalidRequest, match="1 can still come: 2 members vote so, and 1 papers are entered"):
        enter_batch(poll=poll, kind=PAPER, totals=totals(agree=2), actor=house.secretary)

    assert papers_now(poll).waiting == 1


def test_a_batch_of_one_is_never_refused_and_is_known_as_one(house: House) -> None:
    poll = _poll(house, paper=(), written=(8,))
    _cast(house, poll, [AGREE] * 7)

    batch = _batch(house, poll, WRITTEN, totals(disagree=1))
    tally = close_poll(poll=poll, actor=house.chair)

    assert batch.is_single
    assert tally is not None
    assert (tally.agree, tally.disagree) == (7, 1)
    assert poll.batches.get(papers_count=1).status == BatchStatus.CONFIRMED


def test_the_second_person_must_type_the_same(house: House) -> None:
    poll = _poll(house)
    batch = enter_batch(poll=poll, kind=PAPER, totals=totals(agree=1, blank=1), actor=house.secretary)

    with pytest.raises(InvalidRequest, match="The batch has 2 papers, and what you typed makes 1"):
        confirm_batch(batch=batch, totals=totals(agree=1), actor=house.chair)
    for typed in (totals(agree=2), totals(blank=2)):
        with pytest.raises(InvalidRequest, match="not the totals that were entered"):
            confirm_batch(batch=batch, totals=typed, actor=house.chair)
    assert urn_client.papers_in(place_of(poll)) == 0
    told = confirm_batch(batch=batch, totals=totals(disagree=2), actor=house.chair)

    assert (told.status, told.reason) == (
        BatchStatus.REJECTED,
        "The second person's totals differed three times.",
    )
    with pytest.raises(StaleState, match="does not wait any more"):
        confirm_batch(batch=batch, totals=totals(agree=1, blank=1), actor=house.chair)
    assert _batch(house, poll, PAPER, totals(agree=1, blank=1)).is_confirmed


def test_a_batch_is_withdrawn_or_rejected_and_forgotten(house: House) -> None:
    poll = _poll(house)
    first = enter_batch(poll=poll, kind=PAPER, totals=totals(agree=2), actor=house.secretary)
    withdraw_batch(batch=first, actor=house.secretary)
    second = enter_batch(poll=poll, kind=PAPER, totals=totals(agree=2), actor=house.secretary)
    with pytest.raises(InvalidRequest, match="reason is empty"):
        reject_batch(batch=second, reason=" ", actor=house.chair)
    reject_batch(batch=second, reason="Đếm thiếu một phiếu", actor=house.chair)

    assert list(PaperBatch.objects.values_list("status", "reason", "settled_by__user__username")) == [
        ("withdrawn", "", "thanhvien1"),
        ("rejected", "Đếm thiếu một phiếu", "thanhvien0"),
    ]
    for batch in (first, second):
        with pytest.raises(StaleState, match="does not wait any more"):
            withdraw_batch(batch=batch, actor=house.secretary)
        place = place_of(poll)
        assert (
            urn_client.confirm_batch(place, batch.key, totals(agree=2).counts) == urn_client.BatchAnswer.GONE
        )


def test_a_poll_is_not_counted_while_a_batch_waits(house: House) -> None:
    poll = _poll(house, paper=(), written=(8,))
    _cast(house, poll, [AGREE] * 7)
    batch = enter_batch(poll=poll, kind=WRITTEN, totals=totals(agree=1), actor=house.secretary)

    with pytest.raises(NotAllowed, match="1 batch of papers waits for a second person"):
        close_poll(poll=poll, actor=house.chair)

    assert confirm_batch(batch=batch, totals=totals(agree=1), actor=house.chair).is_confirmed, "taken again"
    assert close_poll(poll=poll, actor=house.chair) is not None
    with pytest.raises(PollAlreadyClosed):
        enter_batch(poll=poll, kind=WRITTEN, totals=totals(agree=1), actor=house.secretary)
    with pytest.raises(PollAlreadyClosed):
        withdraw_batch(batch=batch, actor=house.secretary)


@pytest.mark.parametrize("how", ["annulled", "lost"])
def test_batches_are_void_with_their_poll(house: House, how: str) -> None:
    poll = _poll(house)
    _batch(house, poll, PAPER, totals(agree=2))
    enter_batch(poll=poll, kind=WRITTEN, totals=totals(agree=2), actor=house.secretary)
    if how == "lost":
        lose_urn(poll)
        assert close_poll(poll=poll, actor=house.chair) is None
    else:
        annul_poll(poll=poll, reason="Mất điện", actor=house.chair)

    assert list(PaperBatch.objects.values_list("status", flat=True)) == ["confirmed", "void"]
    assert not Ballot.objects.exists()
    again = poll_in(house, poll.agenda_item.meeting)
    assert (again.opinions_count, again.batches.count()) == (2, 0), (
        "who votes on paper is known, and no paper"
    )


def test_a_confirmation_that_failed_after_the_urn_took_it_is_done_again_and_counts_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    poll = _poll(house, paper=(), written=(7, 8))
    _cast(house, poll, [AGREE] * 7)
    batch = enter_batch(poll=poll, kind=WRITTEN, totals=totals(agree=2), actor=house.secretary)
    with monkeypatch.context() as broken:
        broken.setattr(batches, "_settle", lambda *arguments: 1 / 0)
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            confirm_batch(batch=batch, totals=totals(agree=2), actor=house.chair)
    with pytest.raises(NotAllowed, match="waits for a second person"):
        close_poll(poll=poll, actor=house.chair)
    for take_back in (
        lambda: withdraw_batch(batch=batch, actor=house.secretary),
        lambda: reject_batch(batch=batch, reason="nhầm", actor=house.chair),
    ):
        with pytest.raises(StaleState, match="in the urn already"):
            take_back()

    assert confirm_batch(batch=batch, totals=totals(agree=2), actor=house.chair).is_confirmed

    tally = close_poll(poll=poll, actor=house.chair)
    assert tally is not None
    assert tally.agree == 9


def test_an_urn_whose_batches_are_not_those_of_the_record_is_not_counted(house: House) -> None:
    poll = _poll(house, paper=(), written=(7, 8))
    _cast(house, poll, [AGREE] * 7)
    _batch(house, poll, WRITTEN, totals(agree=2))
    PaperBatch.objects.update(papers_count=1)

    with pytest.raises(UrnMismatch):
        close_poll(poll=poll, actor=house.chair)
    PaperBatch.objects.update(papers_count=2)
    assert close_poll(poll=poll, actor=house.chair) is not None


def test_papers_that_the_urn_has_no_room_for_are_refused(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows say that there is room and the urn does not: the urn is believed."""
    poll = _poll(house)
    meeting = poll.agenda_item.meeting
    one = enter_batch(poll=poll, kind=PAPER, totals=totals(agree=2), actor=house.secretary)
    monkeypatch.setattr(batches, "_entered", lambda poll, kind: 0)
    two = enter_batch(poll=poll, kind=PAPER, totals=totals(agree=2), actor=house.secretary)
    confirm_batch(batch=one, totals=totals(agree=2), actor=house.chair)

    for act in (
        lambda: confirm_batch(batch=two, totals=totals(agree=2), actor=house.chair),
        lambda: enter_batch(poll=poll, kind=PAPER, totals=totals(agree=2), actor=house.secretary),
        lambda: _name(house, meeting, written=(7, 8)),
    ):
        with pytest.raises(StaleState, match="came into the urn meanwhile"):
            act()


def test_an_urn_that_is_away_or_lost_takes_no_batch(house: House, settings: LazySettings) -> None:
    poll = _poll(house)
    batch = enter_batch(poll=poll, kind=PAPER, totals=totals(agree=1), actor=house.secretary)
    lost = Poll.objects.get(pk=poll.pk)
    at, settings.URN_ADDRESS = settings.URN_ADDRESS, "/nowhere/urn.sock"
    acts: tuple[Callable[[], Any], ...] = (
        lambda: enter_batch(poll=poll, kind=PAPER, totals=totals(agree=1), actor=house.secretary),
        lambda: confirm_batch(batch=batch, totals=totals(agree=1), actor=house.chair),
        lambda: withdraw_batch(batch=batch, actor=house.secretary),
        lambda: _name(house, poll.agenda_item.meeting, paper=(4, 5, 6), written=(7, 8)),
    )
    for act in acts:
        with pytest.raises(UrnAway):
            act()
    settings.URN_ADDRESS = at
    lose_urn(lost)
    for act in acts:
        with pytest.raises(UrnLost):
            act()

    assert list(PaperBatch.objects.values_list("status", flat=True)) == ["waiting"]


# --- Who may ---

VERBS: dict[str, Callable[[House, Any, PaperBatch], Any]] = {
    "name": lambda house, actor, batch: name_paper_seats(
        item=batch.poll.agenda_item, paper=[], written=house.members[7:9], actor=actor
    ),
    "enter": lambda house, actor, batch: enter_batch(
        poll=batch.poll, kind=PAPER, totals=totals(agree=1), actor=actor
    ),
    "confirm": lambda house, actor, batch: confirm_batch(batch=batch, totals=totals(agree=1), actor=actor),
    "reject": lambda house, actor, batch: reject_batch(batch=batch, reason="Đếm lại", actor=actor),
    "withdraw": lambda house, actor, batch: withdraw_batch(batch=batch, actor=actor),
}
# The batch was entered by the secretary, or by the first teller where there is a team.
ALLOWED = {
    False: {
        "name": {"secretary"},
        "enter": {"secretary"},
        "confirm": {"chair"},
        "reject": {"chair"},
        "withdraw": {"secretary"},
    },
    True: {
        "name": {"secretary", "teller", "teller2"},
        "enter": {"teller", "teller2"},
        "confirm": {"chair", "secretary", "teller2"},
        "reject": {"chair", "secretary", "teller2"},
        "withdraw": {"teller", "teller2"},
    },
}
PEOPLE = ("chair", "secretary", "teller", "teller2", "member", "reviewer", "lead", "auditor", "outsider")


@pytest.mark.walk
@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("verb", sorted(VERBS))
@pytest.mark.parametrize("has_team", [False, True], ids=["secretary counts", "a team counts"])
def test_who_may_do_what_with_papers(house: House, verb: str, who: str, has_team: bool) -> None:
    poll = _poll(house, paper=(6,) if verb == "name" else (5, 6))
    people = {name: getattr(house, name) for name in PEOPLE if not name.startswith("teller")}
    people |= {"teller": house.members[3].user, "teller2": house.members[4].user}
    if has_team:
        for seat in house.members[3:5]:
            Teller.objects.create(meeting=poll.agenda_item.meeting, member=seat, named_at=clock.now())
    enters = people["teller"] if has_team else people["secretary"]
    if verb == "name":
        batch = PaperBatch(poll=poll)
    else:
        batch = enter_batch(poll=poll, kind=PAPER, totals=totals(agree=1), actor=enters)

    if who in ALLOWED[has_team][verb]:
        VERBS[verb](house, people[who], batch)
    else:
        with pytest.raises(NotAllowed) as refused:
            VERBS[verb](house, people[who], batch)
        assert len(str(refused.value)) > 20


def test_whoever_entered_a_batch_does_not_confirm_it_in_another_office(house: House) -> None:
    poll = _poll(house)
    meeting = poll.agenda_item.meeting
    batch = enter_batch(poll=poll, kind=PAPER, totals=totals(agree=1), actor=house.secretary)
    pass_office(
        meeting=meeting,
        office=MeetingOffice.TELLER,
        to_member=house.members[1],
        reason="Kiểm phiếu",
        actor=house.chair,
    )
    pass_office(
        meeting=meeting,
        office=MeetingOffice.SECRETARY,
        to_member=house.members[2],
        reason="Đổi việc",
        actor=house.chair,
    )

    with pytest.raises(NotAllowed, match="You entered this batch"):
        confirm_batch(batch=batch, totals=totals(agree=1), actor=house.members[1].user)
    with pytest.raises(IntegrityError), transaction.atomic():
        PaperBatch.objects.update(
            status="confirmed",
            settled_at=clock.now(),
            settled_by=house.members[1],
            entered_by=house.members[1],
        )


# --- What is kept ---


def test_the_log_and_the_rows_tell_numbers_and_people_and_no_split(house: House) -> None:
    poll = _poll(house)
    _batch(house, poll, PAPER, totals(disagree=2))
    batch = enter_batch(poll=poll, kind=WRITTEN, totals=totals(blank=1, invalid=1), actor=house.secretary)
    reject_batch(batch=batch, reason="Đếm lại", actor=house.chair)
    enter_batch(poll=poll, kind=WRITTEN, totals=totals(agree=2), actor=house.secretary)
    withdraw_batch(batch=PaperBatch.objects.get(status="waiting"), actor=house.secretary)

    told = [
        (entry.event, json.loads(entry.payload.content))
        for entry in AuditEntry.objects.filter(event__startswith="poll.batch").order_by("seq")
    ]
    assert [event.removeprefix("poll.batch_") for event, _payload in told] == [
        *("entered", "confirmed", "entered", "rejected", "entered", "withdrawn"),
    ]
    assert {name for _event, payload in told for name in payload} == {"batch", "kind", "papers", "reason"}
    assert {field.name for field in PaperBatch._meta.fields} == {
        *("id", "poll", "kind", "key", "papers_count", "status", "entered_by", "entered_at"),
        *("settled_by", "settled_at", "reason"),
    }


def test_no_statement_of_entering_and_confirming_holds_a_total(house: House) -> None:
    """Seventeen, thirteen, twelve and eleven are in no statement, nor is any word of a choice."""
    poll = _poll(house)
    seats = [house.members[5].pk] * 53
    typed = totals(agree=17, disagree=13, blank=12, invalid=11)
    with pytest.MonkeyPatch.context() as crowded:
        # More members than the house has, so that totals are numbers that nothing else holds.
        crowded.setattr(batches, "_check_number", lambda *arguments: None)
        crowded.setattr(urn_client, "hold_batch", lambda *arguments: urn_client.BatchAnswer.WAITING)
        crowded.setattr(urn_client, "confirm_batch", lambda *arguments: urn_client.BatchAnswer.TAKEN)
        with CaptureQueriesContext(connection) as queries:
            batch = enter_batch(poll=poll, kind=PAPER, totals=typed, actor=house.secretary)
            confirm_batch(batch=batch, totals=typed, actor=house.chair)

    said = " ".join(query["sql"] for query in queries)
    assert len(seats) == typed.papers
    assert "53" in said, "the control: the number of papers is there"
    assert not [word for word in ("agree", "disagree", "blank", "invalid") if f"'{word}'" in said]
    assert not [word for word in ('"agree"', '"disagree"') if word in said]


# --- Pages ---


def _as(user: Any, language: str = "en") -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    client.force_login(user)
    return client


def _text(answer: HttpResponse) -> str:
    return " ".join(answer.content.decode().split())


def _sent(typed: Totals, **others: Any) -> dict[str, Any]:
    return {
        "agree": typed.agree,
        "disagree": typed.disagree,
        "blank": typed.blank,
        "invalid": typed.invalid,
    } | others


@pytest.mark.slow  # A whole poll by pages, with its refusals.
def test_papers_of_a_poll_in_the_browser(house: House) -> None:
    meeting = meeting_in_session(house, absent=1)
    secretary, chair = _as(house.secretary), _as(house.chair)
    assert "Who votes on paper" in _text(secretary.get(meeting.get_absolute_url()))
    assert "Who votes on paper" not in _text(chair.get(meeting.get_absolute_url()))
    named = reverse("councils:paper_seats", args=[_item(meeting).pk])
    assert _text(secretary.get(named)).count("<h1") == 1
    assert chair.get(named).status_code == 403
    saved = secretary.post(
        named,
        {"paper": [house.members[6].pk, house.members[7].pk], "written": [house.members[8].pk]},
        follow=True,
    )
    assert "It is recorded who votes on paper." in _text(saved)
    again = secretary.post(
        named,
        {"paper": [house.members[6].pk, house.members[7].pk], "written": [house.members[8].pk]},
        follow=True,
    )
    assert "Nothing has changed on the list." in _text(again)
    poll = poll_in(house, meeting)
    _cast(house, poll, [AGREE] * 6)

    listed = reverse("councils:batches", args=[poll.pk])
    page = _text(secretary.get(listed))
    assert "Written opinion: one paper is left. You and the second person will know" in page
    assert "Enter a batch" not in _text(chair.get(listed))
    for typed, words in (
        (_sent(totals(agree=3), kind="paper"), "You typed 3 papers"),
        ({"kind": "paper", "agree": "2"}, "This field is required"),
        (_sent(totals(agree=2)), "Choose the kind of papers."),
    ):
        refused = secretary.post(listed, typed)
        assert refused.status_code in (400, 422)
        assert words in _text(refused)
    assert "not in the urn" not in _text(
        secretary.post(listed, _sent(totals(agree=1, blank=1), kind="paper"), follow=True)
    )
    entered = secretary.post(listed, _sent(totals(disagree=1), kind="written"), follow=True)
    assert "you and the second person know how that member voted" in _text(entered)
    assert chair.post(listed, _sent(totals(agree=1), kind="paper")).status_code == 403
    paper, written = PaperBatch.objects.order_by("pk")
    console = _text(chair.get(meeting.get_absolute_url()))
    assert "Batches that wait for a second person" in console
    assert "A batch of one paper came" in console

    confirm = reverse("councils:batch_confirm", args=[paper.pk])
    assert secretary.get(confirm).status_code == 403
    shown = _text(chair.get(confirm))
    assert "entered 2 papers" in shown
    assert not [name for name in ("agree", "disagree", "blank", "invalid") if f'name="{name}" value' in shown]
    differs = chair.post(confirm, _sent(totals(agree=2)))
    assert differs.status_code in (400, 422)
    assert "not the totals that were entered" in _text(differs)
    confirmed = chair.post(confirm, _sent(totals(agree=1, blank=1)), follow=True)
    assert "The batch is in the urn: 2 papers." in _text(confirmed)
    assert chair.get(confirm).url == listed

    single = reverse("councils:batch_confirm", args=[written.pk])
    assert "you and whoever entered it know how that member voted" in _text(chair.get(single))
    for _try in range(3):
        told = chair.post(single, _sent(totals(agree=1)), follow=True)
    assert "The totals differed three times" in _text(told)
    secretary.post(listed, _sent(totals(disagree=1), kind="written"))
    reject = reverse("councils:batch_reject", args=[PaperBatch.objects.latest("pk").pk])
    assert chair.post(reject, {"reason": ""}).status_code == 422
    assert "The batch is rejected" in _text(chair.post(reject, {"reason": "Đếm lại"}, follow=True))
    secretary.post(listed, _sent(totals(disagree=1), kind="written"))
    withdraw = reverse("councils:batch_withdraw", args=[PaperBatch.objects.latest("pk").pk])
    assert "The batch is withdrawn" in _text(secretary.post(withdraw, follow=True))
    secretary.post(listed, _sent(totals(disagree=1), kind="written"))
    last = reverse("councils:batch_confirm", args=[PaperBatch.objects.latest("pk").pk])
    assert "A single paper" in _text(chair.post(last, _sent(totals(disagree=1)), follow=True))

    chair.post(reverse("councils:poll_close", args=[poll.pk]))
    assert (Dossier.objects.get().status, Ballot.objects.count()) == ("not_recommended", 9)
    result = _text(
        chair.get(reverse("councils:poll_turnout", args=[poll.pk]), headers={"HX-Request": "true"})
    )
    assert "Invalid ballots" not in result
    assert "Enter a batch" not in _text(secretary.get(listed))
    assert "is already closed" in _text(secretary.post(listed, _sent(totals(agree=1), kind="paper")))


def test_invalid_ballots_are_shown_when_there_are_any(house: House) -> None:
    poll = _poll(house, paper=(6,), written=())
    _cast(house, poll, [AGREE] * 6)
    _batch(house, poll, PAPER, totals(invalid=1))
    close_poll(poll=poll, actor=house.chair)

    result = _as(house.member).get(
        reverse("councils:poll_turnout", args=[poll.pk]), headers={"HX-Request": "true"}
    )

    assert 'Invalid ballots</span> <strong class="num">1</strong>' in _text(result)


def test_members_on_paper_read_that_on_the_page_of_the_meeting(house: House) -> None:
    poll = _poll(house)
    meeting = poll.agenda_item.meeting.get_absolute_url()
    ballot = reverse("councils:ballot", args=[poll.pk])

    for seat, words in ((5, "You vote on paper in this poll"), (7, "Your written opinion on this item came")):
        client = _as(house.members[seat].user)
        assert words in _text(client.get(meeting))
        assert "Go to my ballot" not in _text(client.get(meeting))
        assert client.get(ballot).status_code == 403
    assert "Go to my ballot" in _text(_as(house.members[4].user).get(meeting)), "the control"


@pytest.mark.parametrize("who", ["member", "reviewer", "lead", "auditor", "outsider"])
def test_whoever_holds_no_office_sees_no_batch(house: House, who: str) -> None:
    poll = _poll(house)
    batch = enter_batch(poll=poll, kind=PAPER, totals=totals(agree=1), actor=house.secretary)
    client, refused = _as(getattr(house, who)), 404 if who == "outsider" else 403

    for address in (
        reverse("councils:paper_seats", args=[poll.agenda_item_id]),
        reverse("councils:batches", args=[poll.pk]),
        reverse("councils:batch_confirm", args=[batch.pk]),
    ):
        assert client.get(address).status_code == refused
    for verb in ("batch_reject", "batch_withdraw"):
        assert (
            client.post(reverse(f"councils:{verb}", args=[batch.pk]), {"reason": "x"}).status_code == refused
        )
    if who != "outsider":
        page = _text(client.get(poll.agenda_item.meeting.get_absolute_url()))
        assert "Batches that wait" not in page


@pytest.mark.parametrize("batch_count", [1, 3])
def test_the_list_of_batches_costs_the_same_for_any_number(house: House, batch_count: int) -> None:
    poll = _poll(house, absent=0, paper=(4, 5, 6, 7, 8), written=())
    for _number in range(batch_count):
        enter_batch(poll=poll, kind=PAPER, totals=totals(agree=1), actor=house.secretary)
    client = _as(house.secretary)
    client.get(reverse("councils:batches", args=[poll.pk]))

    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("councils:batches", args=[poll.pk]))

    assert len(queries) <= 20


def test_another_round_needs_another_envelope(house: House) -> None:
    poll = _poll(house, absent=1, paper=(), written=(8,))
    _cast(house, poll, [AGREE] * 8)
    _batch(house, poll, PaperKind.WRITTEN, Totals(agree=0, disagree=1, blank=0, invalid=0))
    close_poll(poll=poll, actor=house.chair)
    assert poll.opinions_count == 1, "the control"

    (again,) = open_polls(items=[poll.agenda_item], again_because="Bằng phiếu", actor=house.chair)

    assert (again.opinions_count, again.ballots_count) == (0, 8)
