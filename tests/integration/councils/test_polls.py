"""A poll from opening to result: thresholds, quorum, who may, refusals, what is written."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from core.exceptions import InvalidRequest, NotAllowed, Refusal, StaleState
from core.models import AuditEntry
from councils.enums import Choice, PollResult, PollStatus, VoidCause
from councils.exceptions import BeingCounted, PollAlreadyClosed, UrnAway, UrnMismatch
from councils.models import Ballot, Participation, Poll, Tally, VotingRule
from councils.selectors.agenda import findings_in_words
from councils.selectors.meetings import state_of
from councils.selectors.voting import required_by, voting_basis
from councils.services import (
    CastAnswer,
    agree_to_close,
    annul_poll,
    close_poll,
    hand_out_ballot,
    open_poll,
    polls,
    put_in_urn,
    take_item_off,
    take_roll,
    void_lost_poll,
)
from councils.shell import tallies_by_dossier
from councils.urn import client
from criteria.engine.preference import Agreement
from nominations.enums import Status
from nominations.models import Dossier
from nominations.selectors.selection import CouncilTallies
from tests.integration.councils.building import (
    DAY,
    House,
    build_house,
    cast,
    cast_all,
    close,
    counts,
    lose_urn,
    meeting_in_session,
    poll_in,
)

AGREE, DISAGREE, BLANK = Choice.AGREE, Choice.DISAGREE, Choice.BLANK


@pytest.mark.parametrize(("members", "required"), [(9, 8), (11, 9), (15, 12)])
def test_eighty_percent_of_all_members_is_rounded_up(db: None, members: int, required: int) -> None:
    house = build_house(members)

    poll = poll_in(house, meeting_in_session(house))

    assert (poll.threshold, required_by(poll)) == (80, required)
    assert poll.threshold_basis


@pytest.mark.parametrize(
    ("choices", "result", "status"),
    [
        ([AGREE] * 8 + [DISAGREE], PollResult.RECOMMENDED, Status.RECOMMENDED),
        ([AGREE] * 7 + [DISAGREE] * 2, PollResult.NOT_RECOMMENDED, Status.NOT_RECOMMENDED),
        ([AGREE] * 7 + [BLANK], PollResult.NOT_RECOMMENDED, Status.NOT_RECOMMENDED),
        ([AGREE] * 7, PollResult.NOT_RECOMMENDED, Status.NOT_RECOMMENDED),
    ],
    ids=[
        "at the threshold",
        "one under",
        "blank papers stay in the base",
        "unreturned papers stay in the base",
    ],
)
def test_result_goes_to_the_dossier(
    house: House, choices: list[Choice], result: PollResult, status: Status
) -> None:
    poll = poll_in(house, meeting_in_session(house))
    cast_all(house, poll, choices)

    tally = close(house, poll)
    assert tally is not None

    assert tally.result == result
    assert (tally.agree, tally.disagree, tally.blank) == (
        choices.count(AGREE),
        choices.count(DISAGREE),
        choices.count(BLANK),
    )
    assert tally.unreturned == 9 - len(choices), "all nine had a ballot"
    assert Dossier.objects.get().status == status
    poll.refresh_from_db()
    assert poll.status == PollStatus.CLOSED
    assert sorted(Ballot.objects.values_list("choice", flat=True)) == sorted(choices)


def test_proposals_learn_how_many_agreed_once_a_poll_is_closed(house: House) -> None:
    poll = poll_in(house, meeting_in_session(house))
    cast_all(house, poll, [AGREE] * 8 + [DISAGREE])
    dossier = Dossier.objects.get()
    assert tallies_by_dossier([dossier.pk]) == {}

    close(house, poll)

    assert tallies_by_dossier([dossier.pk]) == {dossier.pk: CouncilTallies(Agreement(8, 9))}


def test_a_councils_own_threshold_holds_from_its_day(house: House) -> None:
    for starts_on, percent in ((date(2024, 1, 1), 70), (DAY, 90), (date(2025, 12, 16), 60)):
        VotingRule.objects.create(
            council=house.council,
            award="province_certificate",
            threshold=percent,
            starts_on=starts_on,
            legal_basis=f"Quy chế {percent}",
        )

    poll = poll_in(house, meeting_in_session(house))

    assert (poll.threshold, poll.threshold_basis, required_by(poll)) == (90, "Quy chế 90", 9)


@pytest.mark.parametrize(("absent", "has_quorum"), [(3, True), (4, False)])
def test_two_thirds_of_all_members_are_the_quorum(house: House, absent: int, has_quorum: bool) -> None:
    meeting = meeting_in_session(house, absent=absent)

    quorum = state_of(meeting).quorum

    assert (quorum.present_required, quorum.is_met) == (6, has_quorum)
    if not has_quorum:
        with pytest.raises(NotAllowed, match="5 of 9 members are present and the quorum is 6"):
            poll_in(house, meeting)
        assert not Poll.objects.exists()


def test_too_few_papers_make_a_poll_void_and_open_nothing(house: House) -> None:
    meeting = meeting_in_session(house)
    poll = poll_in(house, meeting)
    cast_all(house, poll, [AGREE] * 5)

    assert close(house, poll) is None

    poll.refresh_from_db()
    assert (poll.status, poll.void_cause) == (PollStatus.VOID, VoidCause.TOO_FEW)
    assert not Tally.objects.exists()
    assert not Ballot.objects.exists()
    assert not Participation.objects.filter(has_voted=True).exists()
    assert Dossier.objects.get().status == Status.ON_AGENDA
    assert poll_in(house, meeting).is_open, "the item can be voted on again"


def test_control_with_one_paper_more_the_same_poll_counts(house: House) -> None:
    poll = poll_in(house, meeting_in_session(house))
    cast_all(house, poll, [AGREE] * 6)

    tally = close(house, poll)

    assert tally is not None
    assert (tally.agree, tally.result) == (6, PollResult.NOT_RECOMMENDED)


def test_a_poll_closes_with_every_ballot_or_the_word_of_two(house: House) -> None:
    poll = poll_in(house, meeting_in_session(house))
    cast_all(house, poll, [AGREE] * 8)

    for said in (False, True):
        with pytest.raises(NotAllowed, match="1 ballot that was handed out is not in the urn"):
            close_poll(poll=poll, actor=house.chair, without_the_rest=said)
    with pytest.raises(NotAllowed, match="second person"):
        agree_to_close(poll=poll, actor=house.chair)
    agree_to_close(poll=poll, actor=house.secretary)
    agree_to_close(poll=poll, actor=house.secretary)
    with pytest.raises(NotAllowed, match="not in the urn yet"):
        close_poll(poll=poll, actor=house.secretary, without_the_rest=True)
    with pytest.raises(NotAllowed):
        close_poll(poll=poll, actor=house.chair)

    assert counts(poll) == (8, 8)
    assert cast(poll, house.members[8].user, AGREE) == CastAnswer.IN_THE_URN, (
        "a refused closing takes papers again"
    )
    tally = close_poll(poll=poll, actor=house.chair)
    assert tally is not None
    assert tally.agree == 9
    assert AuditEntry.objects.filter(event="poll.rest_agreed").count() == 1


@pytest.mark.parametrize("who", ["outsider", "reviewer", "lead", "auditor", "member", "absent"])
def test_who_does_not_count_agrees_to_nothing(house: House, who: str) -> None:
    poll = poll_in(house, meeting_in_session(house, absent=1))
    person = house.members[-1].user if who == "absent" else getattr(house, who)

    with pytest.raises(NotAllowed):
        agree_to_close(poll=poll, actor=person)

    poll.refresh_from_db()
    assert poll.rest_agreed_by is None


def test_the_chair_annuls_a_poll_and_nothing_of_it_is_known(house: House) -> None:
    meeting = meeting_in_session(house)
    poll = poll_in(house, meeting)
    cast_all(house, poll, [AGREE] * 9)
    with pytest.raises(InvalidRequest):
        annul_poll(poll=poll, reason=" ", actor=house.chair)
    with pytest.raises(NotAllowed):
        annul_poll(poll=poll, reason="Mất điện", actor=house.member)

    annul_poll(poll=poll, reason="Mất điện", actor=house.chair)

    poll.refresh_from_db()
    assert (poll.void_cause, poll.void_reason) == (VoidCause.ANNULLED, "Mất điện")
    assert not Ballot.objects.exists()
    with pytest.raises(PollAlreadyClosed):
        annul_poll(poll=poll, reason="Mất điện", actor=house.chair)
    with pytest.raises(PollAlreadyClosed):
        close_poll(poll=poll, actor=house.chair)
    again = poll_in(house, meeting)
    cast_all(house, again, [AGREE] * 9)
    assert close(house, again) is not None
    row = state_of(meeting).rows[0]
    assert row.turnout is not None
    assert (row.turnout.poll, row.void_polls) == (again, [poll])


def test_a_poll_whose_urn_is_lost_is_void_when_it_is_closed(house: House) -> None:
    meeting = meeting_in_session(house)
    poll = poll_in(house, meeting)
    cast_all(house, poll, [AGREE] * 9)
    lose_urn(poll)

    assert close_poll(poll=poll, actor=house.chair) is None

    poll.refresh_from_db()
    assert poll.void_cause == VoidCause.URN_LOST
    assert not void_lost_poll(poll=poll_in(house, meeting)), "a poll whose urn stands goes on"


def test_a_closing_that_failed_after_the_count_is_done_again_and_takes_no_paper_between(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    poll = poll_in(house, meeting_in_session(house))
    cast_all(house, poll, [AGREE] * 8)
    agree_to_close(poll=poll, actor=house.secretary)
    with monkeypatch.context() as broken:
        broken.setattr(polls, "write_count", lambda *arguments: 1 / 0)
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            close_poll(poll=poll, actor=house.chair, without_the_rest=True)

    with pytest.raises(BeingCounted):
        hand_out_ballot(poll=poll, actor=house.members[8].user)
    tally = close_poll(poll=poll, actor=house.chair, without_the_rest=True)

    assert tally is not None
    assert (tally.agree, tally.unreturned) == (8, 1)


def test_an_urn_that_is_away_stops_the_vote_and_no_page(house: House, settings: LazySettings) -> None:
    meeting = meeting_in_session(house)
    poll = poll_in(house, meeting)
    cast_all(house, poll, [AGREE] * 2)
    settings.URN_ADDRESS = "/nowhere/urn.sock"

    for act in (
        lambda: hand_out_ballot(poll=poll, actor=house.member),
        lambda: put_in_urn(token="x", choice=AGREE),
        lambda: close_poll(poll=poll, actor=house.chair),
        lambda: void_lost_poll(poll=poll),
    ):
        with pytest.raises(UrnAway, match="urn cannot be reached"):
            act()
    turnout = state_of(meeting).rows[0].turnout
    poll.refresh_from_db()

    assert turnout is not None
    assert turnout.cast is None
    assert poll.is_open


def test_a_withdrawn_dossier_stays_withdrawn_when_its_poll_closes(house: House) -> None:
    poll = poll_in(house, meeting_in_session(house))
    cast_all(house, poll, [AGREE] * 9)
    Dossier.objects.update(status=Status.WITHDRAWN)

    tally = close(house, poll)
    assert tally is not None

    assert tally.result == PollResult.RECOMMENDED
    assert Dossier.objects.get().status == Status.WITHDRAWN


def test_a_second_sending_changes_nothing(house: House) -> None:
    poll = poll_in(house, meeting_in_session(house))
    token = hand_out_ballot(poll=poll, actor=house.member)
    assert hand_out_ballot(poll=poll, actor=house.member) == token, "the same ballot until it is used"

    answers = [put_in_urn(token=token, choice=choice) for choice in (AGREE, DISAGREE, AGREE)]

    assert answers == [CastAnswer.IN_THE_URN, CastAnswer.ALREADY_IN_THE_URN, CastAnswer.ALREADY_IN_THE_URN]
    assert hand_out_ballot(poll=poll, actor=house.member) == ""
    assert counts(poll) == (1, 1)
    cast_all(house, poll, [AGREE] * 9)
    tally = close(house, poll)
    assert tally is not None
    assert (tally.agree, tally.disagree) == (9, 0)


def test_a_paper_after_closing_is_in_no_urn(house: House, django_capture_on_commit_callbacks: Any) -> None:
    poll = poll_in(house, meeting_in_session(house))
    cast_all(house, poll, [AGREE] * 8)
    token = hand_out_ballot(poll=poll, actor=house.members[8].user)
    with django_capture_on_commit_callbacks(execute=True):
        close(house, poll)

    assert put_in_urn(token=token, choice=DISAGREE) == CastAnswer.UNKNOWN
    assert Ballot.objects.count() == 8


def test_a_made_up_token_puts_nothing_in(house: House) -> None:
    poll = poll_in(house, meeting_in_session(house))

    assert put_in_urn(token="a" * 43, choice=AGREE) == CastAnswer.UNKNOWN
    assert counts(poll) == (0, 0)


@pytest.mark.parametrize(
    ("actor", "sentence"),
    [
        ("outsider", "You are not a member of this council"),
        ("reviewer", "You are not a member of this council"),
        ("lead", "You are not a member of this council"),
        ("auditor", "You are not a member of this council"),
        ("absent", "You were marked absent"),
    ],
)
def test_casting_is_refused_with_a_sentence(house: House, actor: str, sentence: str) -> None:
    poll = poll_in(house, meeting_in_session(house, absent=1))
    person = house.members[-1].user if actor == "absent" else getattr(house, actor)

    with pytest.raises(NotAllowed, match=sentence):
        cast(poll, person, AGREE)

    assert counts(poll) == (0, 0)


VERBS: dict[str, Callable[[House, Any], Any]] = {
    "open_poll": lambda house, actor: open_poll(item=_item(), actor=actor),
    "close_poll": lambda house, actor: close_poll(poll=_full_poll(house), actor=actor),
    "annul_poll": lambda house, actor: annul_poll(poll=_full_poll(house), reason="Mất điện", actor=actor),
    "agree_to_close": lambda house, actor: agree_to_close(poll=_full_poll(house), actor=actor),
    "take_roll": lambda house, actor: take_roll(meeting=_item().meeting, present=house.members, actor=actor),
    "take_item_off": lambda house, actor: take_item_off(item=_item(), reason="thiếu giấy", actor=actor),
}
ALLOWED = {
    "open_poll": {"chair"},
    "close_poll": {"chair", "secretary"},
    "annul_poll": {"chair", "secretary"},
    "agree_to_close": {"secretary"},
    "take_roll": {"chair", "secretary"},
    "take_item_off": {"chair", "secretary"},
}
CAST = ("chair", "secretary", "member", "reviewer", "lead", "auditor", "outsider")


def _item() -> Any:
    return Dossier.objects.get().agenda_items.get()


def _full_poll(house: House) -> Poll:
    poll = poll_in(house, _item().meeting)
    cast_all(house, poll, [AGREE] * 9)
    return poll


@pytest.mark.walk
@pytest.mark.parametrize("who", CAST)
@pytest.mark.parametrize("verb", sorted(VERBS))
def test_who_may_do_what_in_session(house: House, verb: str, who: str) -> None:
    meeting_in_session(house)

    if who in ALLOWED[verb]:
        VERBS[verb](house, getattr(house, who))
    else:
        with pytest.raises(NotAllowed) as refused:
            VERBS[verb](house, getattr(house, who))
        assert len(str(refused.value)) > 20


def test_one_poll_at_a_time_and_once_an_item(house: House) -> None:
    meeting = meeting_in_session(house, items=2)
    poll = poll_in(house, meeting, position=1)

    with pytest.raises(NotAllowed):
        poll_in(house, meeting, position=2)
    cast_all(house, poll, [AGREE] * 9)
    close(house, poll)
    with pytest.raises(StaleState):
        poll_in(house, meeting, position=1)
    with pytest.raises(PollAlreadyClosed):
        close(house, poll)

    assert poll_in(house, meeting, position=2).is_open


def test_an_item_taken_off_cannot_be_voted_on(house: House) -> None:
    meeting = meeting_in_session(house)
    take_item_off(item=_item(), reason="Cần xác minh thêm", actor=house.secretary)

    assert Dossier.objects.get().status == Status.ELIGIBLE
    with pytest.raises(NotAllowed):
        poll_in(house, meeting)
    with pytest.raises(StaleState):
        take_item_off(item=_item(), reason="Cần xác minh thêm", actor=house.secretary)


def test_a_withdrawn_dossier_is_not_voted_on_and_does_not_hold_up_the_meeting(house: House) -> None:
    meeting = meeting_in_session(house)
    Dossier.objects.update(status=Status.WITHDRAWN)

    with pytest.raises(NotAllowed, match="no longer on the agenda"):
        poll_in(house, meeting)

    state = state_of(meeting)
    assert state.rows[0].is_withdrawn
    assert not state.waiting
    assert state.current is None


def test_an_award_without_any_threshold_is_refused(house: House) -> None:
    with pytest.raises(InvalidRequest, match="give a threshold"):
        voting_basis(house.council, house.council.movement.plan, "unknown_award", DAY)


@pytest.mark.parametrize(("language", "sentence"), [("vi", "Giảm 12 hộ"), ("en", "Down by 12 households")])
def test_members_read_the_figures_that_decided(house: House, language: str, sentence: str) -> None:
    item = meeting_in_session(house).items.select_related("evaluation").get()
    met = {"kind": "computed", "status": "met", "figures": {"fall": 12}}
    words = {"vi": "Giảm 12 hộ", "en": "Down by 12 households"}
    item.evaluation.result = {
        "findings": [met | {"sentence": words}, met | {"status": "not_met", "sentence": words}]
    }

    with translation.override(language):
        assert findings_in_words(item) == [sentence]


def test_whoever_leaves_while_a_poll_is_open_keeps_the_ballot(house: House) -> None:
    meeting = meeting_in_session(house)
    poll = poll_in(house, meeting)

    take_roll(meeting=meeting, present=house.members[:6], actor=house.chair)
    cast_all(house, poll, [AGREE] * 9)
    tally = close_poll(poll=poll, actor=house.chair)

    assert tally is not None
    assert tally.agree == 9
    poll.refresh_from_db()
    assert (poll.present_count, poll.ballots_count, poll.present_at_close) == (9, 9, 6)


def test_a_poll_is_not_closed_without_a_quorum_and_can_be_when_members_are_back(house: House) -> None:
    meeting = meeting_in_session(house)
    poll = poll_in(house, meeting)
    cast_all(house, poll, [AGREE] * 9)
    take_roll(meeting=meeting, present=house.members[:5], actor=house.chair)

    with pytest.raises(NotAllowed, match="5 of 9 members are present now and the quorum is 6"):
        close_poll(poll=poll, actor=house.chair)
    assert counts(poll) == (9, 9)
    assert not Ballot.objects.exists()
    take_roll(meeting=meeting, present=house.members[:6], actor=house.chair)

    assert close_poll(poll=poll, actor=house.chair) is not None


def test_turnout_is_counted_over_ballots_handed_out(house: House) -> None:
    meeting = meeting_in_session(house, absent=2)
    poll = poll_in(house, meeting)
    cast_all(house, poll, [AGREE] * 7)
    turnout = state_of(meeting).rows[0].turnout
    assert turnout is not None
    assert (turnout.cast, turnout.expected, turnout.missing) == (7, 7, 0)

    tally = close_poll(poll=poll, actor=house.chair)

    assert tally is not None
    assert tally.unreturned == 0, "those who are absent returned nothing late"


def test_an_urn_that_does_not_add_up_is_not_counted(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    poll = poll_in(house, meeting_in_session(house))
    cast_all(house, poll, [AGREE] * 9)
    with monkeypatch.context() as forged:
        forged.setattr(client, "freeze", lambda place: client.Papers(9, [1, 2]))
        with pytest.raises(UrnMismatch) as refused:
            close_poll(poll=poll, actor=house.chair)

    assert isinstance(refused.value, Refusal)
    poll.refresh_from_db()
    assert poll.is_open
    assert close_poll(poll=poll, actor=house.chair) is not None


def test_closing_and_opening_are_in_the_log_and_ballots_are_not(house: House) -> None:
    poll = poll_in(house, meeting_in_session(house))
    opened = AuditEntry.objects.filter(event="poll.opened").count()
    before = AuditEntry.objects.count()
    cast_all(house, poll, [AGREE] * 9)
    after = AuditEntry.objects.count()

    close(house, poll)

    assert (opened, after - before) == (1, 0)
    assert AuditEntry.objects.filter(event="poll.closed").count() == 1


@pytest.mark.parametrize("members", [9, 15])
def test_closing_costs_the_same_for_any_council(db: None, members: int) -> None:
    house = build_house(members)
    poll = poll_in(house, meeting_in_session(house))
    cast_all(house, poll, [AGREE] * members)

    with CaptureQueriesContext(connection) as queries:
        close(house, poll)

    assert len(queries) <= 34
