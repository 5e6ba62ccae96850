"""A poll from opening to result: thresholds, quorum, who may, refusals, what is written."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from core.exceptions import InvalidRequest, NotAllowed, Refusal, StaleState
from core.models import AuditEntry
from councils.enums import Choice, PollResult, PollStatus
from councils.exceptions import PollAlreadyClosed, UrnMismatch
from councils.models import Ballot, Participation, Poll, VotingRule
from councils.selectors import findings_in_words, required_by, state_of, voting_basis
from councils.services import (
    CastAnswer,
    cast_ballot,
    casting,
    close_poll,
    open_poll,
    take_item_off,
    take_roll,
)
from councils.shell import tallies_by_dossier
from nominations.enums import Status
from nominations.models import Dossier
from tests.integration.councils.building import (
    DAY,
    House,
    build_house,
    cast_all,
    counts,
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

    tally = close_poll(poll=poll, actor=house.chair)

    assert tally.result == result
    assert (tally.agree, tally.disagree, tally.blank) == (
        choices.count(AGREE),
        choices.count(DISAGREE),
        choices.count(BLANK),
    )
    assert tally.unreturned == 9 - len(choices)
    assert Dossier.objects.get().status == status
    poll.refresh_from_db()
    assert (poll.status, poll.wrapped_private_key) == (PollStatus.CLOSED, "")
    assert sorted(Ballot.objects.values_list("choice", flat=True)) == sorted(choices)
    assert not Ballot.objects.exclude(sealed="").exists()


def test_proposals_learn_how_many_agreed_once_a_poll_is_closed(house: House) -> None:
    poll = poll_in(house, meeting_in_session(house))
    cast_all(house, poll, [AGREE] * 8 + [DISAGREE])
    dossier = Dossier.objects.get()
    assert tallies_by_dossier([dossier.pk]) == {}

    close_poll(poll=poll, actor=house.chair)

    assert tallies_by_dossier([dossier.pk]) == {dossier.pk: (8, 9)}


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


def test_members_who_left_end_a_poll_without_result(house: House) -> None:
    poll = poll_in(house, meeting_in_session(house))
    cast_all(house, poll, [AGREE] * 9)

    tally = close_poll(poll=poll, actor=house.chair, still_present=5)

    assert (tally.result, tally.has_quorum) == (PollResult.NO_QUORUM, False)
    assert Dossier.objects.get().status == Status.ELIGIBLE


@pytest.mark.parametrize("still_present", [-1, 10])
def test_an_impossible_recount_is_refused_and_changes_nothing(house: House, still_present: int) -> None:
    poll = poll_in(house, meeting_in_session(house))

    with pytest.raises(InvalidRequest):
        close_poll(poll=poll, actor=house.chair, still_present=still_present)

    poll.refresh_from_db()
    assert poll.is_open


def test_a_withdrawn_dossier_stays_withdrawn_when_its_poll_closes(house: House) -> None:
    poll = poll_in(house, meeting_in_session(house))
    cast_all(house, poll, [AGREE] * 9)
    Dossier.objects.update(status=Status.WITHDRAWN)

    tally = close_poll(poll=poll, actor=house.chair)

    assert tally.result == PollResult.RECOMMENDED
    assert Dossier.objects.get().status == Status.WITHDRAWN


def test_a_second_sending_changes_nothing(house: House) -> None:
    poll = poll_in(house, meeting_in_session(house))
    first = cast_ballot(poll=poll, choice=AGREE, actor=house.member)
    before = list(Ballot.objects.values())

    second = cast_ballot(poll=poll, choice=DISAGREE, actor=house.member)

    assert (first, second) == (CastAnswer.IN_THE_URN, CastAnswer.ALREADY_IN_THE_URN)
    assert list(Ballot.objects.values()) == before
    assert counts(poll) == (1, 1)


def test_a_resend_after_closing_is_still_answered_kindly(house: House) -> None:
    poll = poll_in(house, meeting_in_session(house))
    cast_all(house, poll, [AGREE] * 9)
    close_poll(poll=poll, actor=house.chair)

    answer = cast_ballot(poll=poll, choice=DISAGREE, actor=house.member)

    assert answer == CastAnswer.ALREADY_IN_THE_URN
    assert Ballot.objects.filter(choice=AGREE).count() == 9


def test_a_hand_that_comes_second_leaves_no_paper(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    poll = poll_in(house, meeting_in_session(house))
    monkeypatch.setattr(casting, "mark_voted", lambda participation: False)

    answer = cast_ballot(poll=poll, choice=AGREE, actor=house.member)

    assert answer == CastAnswer.ALREADY_IN_THE_URN
    assert counts(poll) == (0, 0)


def _closed(house: House, poll: Poll) -> None:
    close_poll(poll=poll, actor=house.chair)


@pytest.mark.parametrize(
    ("actor", "before", "sentence"),
    [
        ("outsider", None, "You are not a member of this council"),
        ("reviewer", None, "You are not a member of this council"),
        ("lead", None, "You are not a member of this council"),
        ("auditor", None, "You are not a member of this council"),
        ("absent", None, "You were marked absent"),
        ("member", _closed, "This poll has been closed"),
    ],
)
def test_casting_is_refused_with_a_sentence(
    house: House, actor: str, before: Callable[[House, Poll], None] | None, sentence: str
) -> None:
    poll = poll_in(house, meeting_in_session(house, absent=1))
    person = house.members[-1].user if actor == "absent" else getattr(house, actor)
    if before:
        before(house, poll)

    with pytest.raises(NotAllowed, match=sentence):
        cast_ballot(poll=poll, choice=AGREE, actor=person)

    assert counts(poll) == (0, 0)


VERBS: dict[str, Callable[[House, Any], Any]] = {
    "open_poll": lambda house, actor: open_poll(item=_item(), actor=actor),
    "close_poll": lambda house, actor: close_poll(poll=poll_in(house, _item().meeting), actor=actor),
    "take_roll": lambda house, actor: take_roll(meeting=_item().meeting, present=house.members, actor=actor),
    "take_item_off": lambda house, actor: take_item_off(item=_item(), reason="thiếu giấy", actor=actor),
}
ALLOWED = {
    "open_poll": {"chair"},
    "close_poll": {"chair"},
    "take_roll": {"chair", "secretary"},
    "take_item_off": {"chair", "secretary"},
}
CAST = ("chair", "secretary", "member", "reviewer", "lead", "auditor", "outsider")


def _item() -> Any:
    return Dossier.objects.get().agenda_items.get()


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
    close_poll(poll=poll, actor=house.chair)
    with pytest.raises(StaleState):
        poll_in(house, meeting, position=1)
    with pytest.raises(PollAlreadyClosed):
        close_poll(poll=poll, actor=house.chair)

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


def test_the_roll_stands_while_a_poll_is_open(house: House) -> None:
    meeting = meeting_in_session(house)
    poll_in(house, meeting)

    with pytest.raises(NotAllowed):
        take_roll(meeting=meeting, present=house.members[:6], actor=house.chair)

    assert meeting.attendances.filter(is_present=True).count() == 9


def test_an_urn_that_does_not_add_up_is_not_counted(house: House) -> None:
    poll = poll_in(house, meeting_in_session(house))
    cast_all(house, poll, [AGREE] * 3)
    Participation.objects.filter(poll=poll, has_voted=True).first().delete()

    with pytest.raises(UrnMismatch) as refused:
        close_poll(poll=poll, actor=house.chair)

    assert isinstance(refused.value, Refusal)
    poll.refresh_from_db()
    assert poll.is_open
    assert Ballot.objects.exclude(sealed="").count() == 3


def test_closing_and_opening_are_in_the_log_and_ballots_are_not(house: House) -> None:
    poll = poll_in(house, meeting_in_session(house))
    opened = AuditEntry.objects.filter(event="poll.opened").count()
    before = AuditEntry.objects.count()
    cast_all(house, poll, [AGREE] * 9)
    after = AuditEntry.objects.count()

    close_poll(poll=poll, actor=house.chair)

    assert (opened, after - before) == (1, 0)
    assert AuditEntry.objects.filter(event="poll.closed").count() == 1


@pytest.mark.parametrize("members", [9, 15])
def test_closing_costs_the_same_for_any_council(db: None, members: int) -> None:
    house = build_house(members)
    poll = poll_in(house, meeting_in_session(house))
    cast_all(house, poll, [AGREE] * members)

    with CaptureQueriesContext(connection) as queries:
        close_poll(poll=poll, actor=house.chair)

    assert len(queries) <= 34
