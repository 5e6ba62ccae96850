"""Several dossiers on one paper, further rounds on an item, and what each leaves in the dossier's way."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core import navigation
from core.exceptions import InvalidRequest, NotAllowed, StaleState
from councils.enums import MOST_ON_A_PAPER, PollStatus, VoidCause
from councils.exceptions import PollAlreadyClosed, UrnMismatch
from councils.models import AgendaItem, Meeting, Poll, Tally
from councils.selectors.meetings import state_of
from councils.selectors.papers import my_paper, place_of
from councils.services import (
    agree_to_close,
    annul_poll,
    close_meeting,
    close_poll,
    declare_interests,
    let_result_stand,
    open_poll,
    open_polls,
    take_item_off,
)
from councils.services import polls as poll_services
from councils.services.interests import Answer
from councils.urn import client as urn
from nominations.enums import Status
from nominations.models import Dossier
from nominations.services.dossiers import withdraw_dossier
from nominations.transitions import sources_of
from tests.integration.councils.building import (
    House,
    build_house,
    cast,
    cast_all,
    meeting_in_session,
    poll_in,
)


def _items(meeting: Meeting) -> list[AgendaItem]:
    return list(meeting.items.select_related("dossier").order_by("position"))


def _as(user: Any) -> Client:
    client = Client()
    client.cookies["language"] = "en"
    client.force_login(user)
    return client


def _status(item: AgendaItem) -> str:
    return Dossier.objects.values_list("status", flat=True).get(pk=item.dossier_id)


def _counted(house: House, meeting: Meeting, agree: int = 9) -> Tally:
    """The first item's poll, voted on by all nine."""
    poll = poll_in(house, meeting)
    cast_all(house, poll, ["agree"] * agree + ["disagree"] * (9 - agree))
    tally = close_poll(poll=poll, actor=house.chair)
    assert tally is not None
    return tally


# One paper


def test_polls_on_one_paper_are_counted_each_for_itself_and_closed_together(house: House) -> None:
    meeting = meeting_in_session(house, items=3)
    first, second = open_polls(items=_items(meeting)[:2], actor=house.chair)
    cast_all(house, first, ["agree"] * 9)
    cast_all(house, second, ["disagree"] * 9)

    tally = close_poll(poll=second, actor=house.chair)

    assert tally is not None
    assert (tally.agree, tally.disagree, Tally.objects.get(poll=first).agree) == (0, 9, 9)
    assert [_status(item) for item in _items(meeting)] == ["recommended", "not_recommended", "on_agenda"]


def test_a_ballot_that_is_missing_on_one_item_keeps_the_whole_paper_open(house: House) -> None:
    meeting = meeting_in_session(house, items=2)
    first, second = open_polls(items=_items(meeting), actor=house.chair)
    cast_all(house, first, ["agree"] * 9)
    cast_all(house, second, ["agree"] * 8)

    with pytest.raises(NotAllowed, match="1 ballot that was handed out is not in the urn"):
        close_poll(poll=first, actor=house.chair)

    # The urn that was frozen first takes papers again, or says that it has them.
    assert urn.papers_in(place_of(first)) == 9
    cast(second, house.members[8].user, "agree")
    assert close_poll(poll=first, actor=house.chair) is not None
    assert not Poll.objects.filter(status=PollStatus.OPEN).exists()


def test_what_stops_a_later_urn_lets_the_first_take_papers_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    meeting = meeting_in_session(house, items=2)
    first, second = open_polls(items=_items(meeting), actor=house.chair)
    cast_all(house, first, ["agree"] * 8)
    cast_all(house, second, ["agree"] * 8)
    agree_to_close(poll=first, actor=house.secretary)
    freeze = urn.freeze
    monkeypatch.setattr(
        poll_services.client,
        "freeze",
        lambda place: urn.Papers(8, []) if place == place_of(second) else freeze(place),
    )

    with pytest.raises(UrnMismatch):
        close_poll(poll=first, actor=house.chair, without_the_rest=True)

    assert cast(first, house.members[8].user, "agree") == urn.CastAnswer.IN_THE_URN


def test_a_second_person_agrees_for_the_whole_paper(house: House) -> None:
    meeting = meeting_in_session(house, items=2)
    first, second = open_polls(items=_items(meeting), actor=house.chair)
    cast_all(house, first, ["agree"] * 8)
    cast_all(house, second, ["agree"] * 8)

    agree_to_close(poll=second, actor=house.secretary)

    assert close_poll(poll=first, actor=house.chair, without_the_rest=True) is not None
    assert Tally.objects.count() == 2


def test_a_paper_with_too_few_ballots_on_one_item_voids_that_item_alone(house: House) -> None:
    meeting = meeting_in_session(house, items=2)
    first, second = open_polls(items=_items(meeting), actor=house.chair)
    cast_all(house, first, ["agree"] * 9)
    cast_all(house, second, ["agree"] * 2)
    agree_to_close(poll=first, actor=house.secretary)

    close_poll(poll=first, actor=house.chair, without_the_rest=True)

    second.refresh_from_db()
    assert Tally.objects.get().poll == first
    assert second.void_cause == VoidCause.TOO_FEW
    assert _status(_items(meeting)[1]) == Status.ON_AGENDA


def test_annulling_destroys_the_whole_paper_and_both_can_be_held_again(house: House) -> None:
    meeting = meeting_in_session(house, items=2)
    first, second = open_polls(items=_items(meeting), actor=house.chair)

    annul_poll(poll=second, reason="Mất điện", actor=house.chair)

    assert set(Poll.objects.values_list("status", flat=True)) == {PollStatus.VOID}
    with pytest.raises(PollAlreadyClosed):
        close_poll(poll=first, actor=house.chair)
    assert len(open_polls(items=_items(meeting), actor=house.chair)) == 2


def test_a_paper_of_its_own_is_untouched_by_another_papers_end(house: House) -> None:
    meeting = meeting_in_session(house, items=2)
    _counted(house, meeting)
    second = poll_in(house, meeting, position=2)

    with pytest.raises(PollAlreadyClosed):
        close_poll(poll=Poll.objects.order_by("pk")[0], actor=house.chair)

    second.refresh_from_db()
    assert second.is_open


def test_who_takes_no_part_in_one_item_votes_on_the_others(house: House) -> None:
    meeting = meeting_in_session(house, items=2, declared=True)
    item = _items(meeting)[0]
    declare_interests(
        meeting=meeting,
        member=house.members[2],
        answers=[Answer(item, has_interest=True, reason="Anh em họ")],
        actor=house.member,
    )
    first, second = open_polls(items=_items(meeting), actor=house.chair)

    page = _as(house.member).get(reverse("councils:ballot", args=[first.pk])).content.decode()

    assert (first.ballots_count, second.ballots_count) == (8, 9)
    assert "you take no part because of an interest" in page
    assert 'name="choice-2"' in page
    assert 'name="choice-1"' not in page


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [(0, "No item is chosen"), (MOST_ON_A_PAPER + 1, "One paper holds 20 dossiers at the most")],
)
def test_a_paper_holds_one_to_twenty_dossiers(house: House, chosen: int, sentence: str) -> None:
    meeting = meeting_in_session(house)

    with pytest.raises(InvalidRequest, match=sentence):
        open_polls(items=_items(meeting) * chosen, actor=house.chair)


# The member's paper


def _sent(page: str) -> dict[str, str]:
    return {
        part.split('value="')[0].split('"')[0]: part.split('value="')[1].split('"')[0]
        for part in page.split('<input type="hidden" name="')[1:]
        if part.startswith("token")
    }


def test_a_member_casts_one_paper_with_several_dossiers_once(house: House) -> None:
    meeting = meeting_in_session(house, items=3)
    polls = open_polls(items=_items(meeting), actor=house.chair)
    client, address = _as(house.member), reverse("councils:ballot", args=[polls[0].pk])
    tokens = _sent(client.get(address).content.decode())
    paper = {**tokens, "choice-1": "a", "choice-2": "d", "choice-3": "b"}

    sent = client.post(reverse("councils:paper", args=[polls[0].pk]), paper)
    again = client.post(reverse("councils:paper", args=[polls[0].pk]), paper)

    assert sorted(tokens) == ["token-1", "token-2", "token-3"]
    assert (sent.status_code, again.status_code) == (302, 302)
    assert [urn.papers_in(place_of(poll)) for poll in polls] == [1, 1, 1]
    assert "Your ballot is in the urn" in client.get(address).content.decode()
    # What goes over a weak line for one cast, headers of the browser's own left out.
    weight = len("&".join(f"{name}={value}" for name, value in paper.items())) + len(sent.serialize())
    assert weight < 2_000


def test_a_paper_is_one_thing_to_do_on_the_home_page(house: House) -> None:
    meeting = meeting_in_session(house, items=3)
    polls = open_polls(items=_items(meeting), actor=house.chair)

    work = [item for item in navigation.work_of(house.member) if "Cast your ballot" in str(item.title)]

    assert [str(item.title) for item in work] == ["Cast your ballot on 3 dossiers"]
    assert work[0].url == reverse("councils:ballot", args=[polls[0].pk])


def test_a_paper_that_leaves_an_item_out_is_not_cast_at_all(house: House) -> None:
    meeting = meeting_in_session(house, items=2)
    polls = open_polls(items=_items(meeting), actor=house.chair)
    client = _as(house.member)
    tokens = _sent(client.get(reverse("councils:ballot", args=[polls[0].pk])).content.decode())

    answer = client.post(reverse("councils:paper", args=[polls[0].pk]), {**tokens, "choice-1": "a"})

    assert answer.status_code == 422
    assert "Your ballot on item 2" in answer.content.decode()
    assert "Nguyễn" not in answer.content.decode()
    assert [urn.papers_in(place_of(poll)) for poll in polls] == [0, 0]


def test_the_chair_opens_a_paper_on_the_page_with_a_time_to_vote(house: House) -> None:
    meeting = meeting_in_session(house, items=3)
    address = reverse("councils:polls_open", args=[meeting.pk])
    chair, items = _as(house.chair), _items(meeting)

    nothing = chair.post(address, {"minutes": "5"})
    opened = chair.post(address, {"items": [items[0].pk, items[2].pk], "minutes": "5"}, follow=True)

    text = " ".join(opened.content.decode().split())
    assert nothing.status_code == 422
    assert "No item is chosen" in nothing.content.decode()
    assert "The poll is open on 2 items on one paper." in text
    assert "The chair means to close at" in text
    assert Poll.objects.filter(closes_by__isnull=False).count() == 2
    hall = _as(house.auditor).get(reverse("councils:hall", args=[meeting.pk])).content.decode()
    assert "2 of 3 items on one paper" in " ".join(hall.split())


def test_others_than_the_chair_open_no_paper(house: House) -> None:
    meeting = meeting_in_session(house, items=2)

    with pytest.raises(NotAllowed, match="Only the chair"):
        open_polls(items=_items(meeting), actor=house.secretary)


# Further rounds


def test_another_round_takes_the_place_of_the_first_result(house: House) -> None:
    meeting = meeting_in_session(house, items=2)
    _counted(house, meeting)
    item = _items(meeting)[0]
    assert _status(item) == Status.RECOMMENDED

    (poll,) = open_polls(items=[item], again_because="Hai hồ sơ bằng phiếu", actor=house.chair)
    between = _status(item)
    cast_all(house, poll, ["disagree"] * 9)
    close_poll(poll=poll, actor=house.chair)

    assert (poll.turn, poll.turn_reason) == (2, "Hai hồ sơ bằng phiếu")
    # While the council votes again no proposal takes the dossier up.
    assert between == Status.ON_AGENDA
    assert _status(item) == Status.NOT_RECOMMENDED
    row = state_of(meeting).rows[0]
    assert row.turnout is not None
    assert row.turnout.tally is not None
    assert (row.turnout.poll.turn, row.turnout.tally.disagree) == (2, 9)
    assert [earlier.tally.agree for earlier in row.earlier_rounds if earlier.tally] == [9]


def test_another_round_may_lift_what_was_not_recommended(house: House) -> None:
    meeting = meeting_in_session(house)
    _counted(house, meeting, agree=4)
    (poll,) = open_polls(items=_items(meeting), again_because="Thiếu thông tin", actor=house.chair)
    cast_all(house, poll, ["agree"] * 9)

    close_poll(poll=poll, actor=house.chair)

    assert _status(_items(meeting)[0]) == Status.RECOMMENDED


def test_a_round_that_was_void_is_held_again_for_the_same_reason_or_the_result_stands(house: House) -> None:
    meeting = meeting_in_session(house)
    _counted(house, meeting)
    item = _items(meeting)[0]
    (poll,) = open_polls(items=[item], again_because="Bằng phiếu", actor=house.chair)
    annul_poll(poll=poll, reason="Mất điện", actor=house.chair)
    with pytest.raises(NotAllowed, match="neither been voted on nor taken off"):
        close_meeting(meeting=meeting, conclusion="Xong", actor=house.chair)

    again = open_poll(item=item, actor=house.chair)
    assert (again.turn, again.turn_reason) == (2, "Bằng phiếu")
    annul_poll(poll=again, reason="Mất điện", actor=house.chair)
    tally = let_result_stand(item=_items(meeting)[0], actor=house.chair)

    assert tally.agree == 9
    assert _status(item) == Status.RECOMMENDED
    with pytest.raises(NotAllowed, match="No earlier result"):
        let_result_stand(item=_items(meeting)[0], actor=house.chair)


def test_what_was_voted_on_is_not_voted_on_again_without_a_reason(house: House) -> None:
    meeting = meeting_in_session(house, items=2)
    _counted(house, meeting)

    with pytest.raises(StaleState, match="Item 1 has been voted on"):
        open_poll(item=_items(meeting)[0], actor=house.chair)
    with pytest.raises(NotAllowed, match="has not been voted on in this meeting"):
        open_polls(items=[_items(meeting)[1]], again_because="Bằng phiếu", actor=house.chair)


def test_an_item_that_was_voted_on_is_not_taken_off(house: House) -> None:
    meeting = meeting_in_session(house)
    _counted(house, meeting)
    (poll,) = open_polls(items=_items(meeting), again_because="Bằng phiếu", actor=house.chair)
    annul_poll(poll=poll, reason="Mất điện", actor=house.chair)

    with pytest.raises(NotAllowed, match="A poll has been held"):
        take_item_off(item=_items(meeting)[0], reason="Thôi", actor=house.chair)


def test_a_dossier_in_a_proposal_gets_no_other_round(house: House) -> None:
    meeting = meeting_in_session(house)
    _counted(house, meeting)
    item = _items(meeting)[0]
    Dossier.objects.filter(pk=item.dossier_id).update(status=Status.PROPOSED)

    with pytest.raises(NotAllowed):
        open_polls(items=[item], again_because="Bằng phiếu", actor=house.chair)
    assert Status.PROPOSED not in sources_of("reconsider")


def test_a_withdrawn_dossier_keeps_its_first_result_in_the_record(house: House) -> None:
    meeting = meeting_in_session(house)
    _counted(house, meeting)
    item = _items(meeting)[0]
    (poll,) = open_polls(items=[item], again_because="Bằng phiếu", actor=house.chair)
    withdraw_dossier(dossier=Dossier.objects.get(pk=item.dossier_id), actor=house.outsider, reason="Xin rút")
    cast_all(house, poll, ["agree"] * 9)

    close_poll(poll=poll, actor=house.chair)

    assert _status(item) == Status.WITHDRAWN
    assert Tally.objects.count() == 2


def test_another_round_on_the_page_asks_for_its_reason(house: House) -> None:
    meeting = meeting_in_session(house)
    _counted(house, meeting)
    chair, address = _as(house.chair), reverse("councils:polls_open", args=[meeting.pk])
    item = _items(meeting)[0]

    page = chair.get(meeting.get_absolute_url()).content.decode()
    empty = chair.post(address, {"items": [item.pk], "again_because": ""})
    opened = chair.post(address, {"items": [item.pk], "again_because": "Bằng phiếu ở suất cuối"}, follow=True)

    assert "Another round" in page
    assert empty.status_code == 422
    assert "Round 2: Bằng phiếu ở suất cuối" in " ".join(opened.content.decode().split())
    ballot = _as(house.member).get(reverse("councils:ballot", args=[Poll.objects.latest("pk").pk]))
    assert "Round 2: Bằng phiếu ở suất cuối" in " ".join(ballot.content.decode().split())


# What screens say of the threshold and of the tools


@pytest.mark.parametrize(("absent", "can_reach"), [(0, True), (1, True), (2, False)])
def test_screens_say_whether_the_threshold_can_still_be_reached(
    db: None, absent: int, can_reach: bool
) -> None:
    house = build_house(9)
    meeting = meeting_in_session(house, absent=absent)
    poll_in(house, meeting)

    page = _as(house.auditor).get(reverse("councils:hall", args=[meeting.pk])).content.decode()

    # Eight of nine members must agree.
    assert ("can still be reached" in page, "cannot be reached" in page) == (can_reach, not can_reach)


@pytest.mark.parametrize(("absent", "is_warned"), [(0, False), (3, True)])
def test_a_quorum_that_one_more_would_break_is_said(house: House, absent: int, is_warned: bool) -> None:
    meeting = meeting_in_session(house, absent=absent)

    page = _as(house.chair).get(meeting.get_absolute_url()).content.decode()

    assert ("If one more member leaves, it breaks." in page) == is_warned


def test_the_chairs_tools_come_live_and_leave_what_is_typed_alone(house: House) -> None:
    meeting = meeting_in_session(house, items=2)
    chair, address = _as(house.chair), meeting.get_absolute_url()
    live = {"headers": {"HX-Request": "true"}}
    shown = state_of(meeting).tools

    same = chair.get(address, {"v": "old", "t": shown}, **live).content.decode()
    poll = poll_in(house, meeting)
    opened = chair.get(address, {"v": "old", "t": shown}, **live).content.decode()
    voting = state_of(meeting).tools
    cast(poll, house.member, "agree")
    voted = chair.get(address, {"v": "old", "t": voting}, **live).content.decode()

    assert 'id="tools"' not in same
    assert 'id="tools" hx-swap-oob="true"' in opened
    assert "Close the poll and count" in opened
    assert 'id="tools"' not in voted
    assert "1 / 9" in voted


def test_a_page_asks_the_urn_once_whether_the_paper_is_in(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A paper that comes in while the page is drawn changed half of it: the button to a ballot that was none."""
    poll = poll_in(house, meeting_in_session(house))
    answers = iter([False, True, True, True])
    monkeypatch.setattr("councils.selectors.papers.has_voted", lambda _right: next(answers))

    mine = my_paper(house.member, [poll])

    assert mine.waiting_poll == poll
    assert mine.waiting_poll == poll
    assert not mine.is_cast
