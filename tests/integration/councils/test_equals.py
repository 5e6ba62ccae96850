"""Dossiers that are equal on the last place of a quota: the further vote, in the same meeting or a new one, and its trace."""

from collections import Counter
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.exceptions import InvalidRequest, NotAllowed
from councils.enums import Office, PollResult
from councils.models import AgendaItem, CouncilMember, Meeting, Poll, Tally
from councils.recount import recount
from councils.selectors.choosing import dossiers_for
from councils.selectors.meetings import state_of
from councils.services import (
    annul_poll,
    close_meeting,
    close_poll,
    open_meeting,
    open_polls,
    prepare_meeting,
    set_agenda,
    take_item_off,
    take_roll,
)
from councils.ties import tallies_by_dossier
from nominations.enums import Status
from nominations.models import Dossier
from nominations.selectors import proposals
from nominations.selectors.selection import groups_of
from registry.models import ZoneAssignment
from reports.documents.imprint import Imprint
from reports.documents.minutes.context import context_of
from tests.integration.councils.building import (
    DAY,
    House,
    cast_all,
    declare_all,
    meeting_in_session,
    particulars,
    person,
)
from tests.integration.suite.test_every_page import Page

WHY = "Bằng phiếu ở suất cuối"


@pytest.fixture
def _one_place(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nine of ten places are used elsewhere, and the commune of everybody is in a zone."""
    ZoneAssignment.objects.create(
        unit=house.commune, zone="II", starts_on="2021-06-04", decision="861/QĐ-TTg"
    )
    monkeypatch.setattr(proposals, "used_counts", lambda award_round, award: Counter({"individual": 9}))


pytestmark = pytest.mark.usefixtures("_one_place")


def _items(meeting: Meeting) -> list[AgendaItem]:
    return list(meeting.items.select_related("dossier").order_by("position"))


def _as(user: Any) -> Client:
    client = Client()
    client.cookies["language"] = "en"
    client.force_login(user)
    return client


def _voted(house: House, *agree: int) -> Meeting:
    """A meeting in which each item got so many of nine votes."""
    meeting = meeting_in_session(house, items=len(agree))
    _vote(house, open_polls(items=_items(meeting), actor=house.chair), *agree)
    return meeting


def _vote(house: House, polls: list[Poll], *agree: int) -> None:
    for poll, number in zip(polls, agree, strict=True):
        cast_all(house, poll, ["agree"] * number + ["disagree"] * (9 - number))
    close_poll(poll=polls[0], actor=house.chair)


def _statuses(items: list[AgendaItem]) -> list[str]:
    return [Dossier.objects.values_list("status", flat=True).get(pk=item.dossier_id) for item in items]


def _ranks(items: list[AgendaItem]) -> list[int]:
    """Ranks of the items' dossiers among those that wait for the quota."""
    dossier = Dossier.objects.select_related("award_round__movement").get(pk=items[0].dossier_id)
    groups = groups_of(dossier.award_round, dossier.award)
    ranks = {row.dossier.pk: row.number for group in groups for row in group.rows}
    return [ranks[item.dossier_id] for item in items]


def _among_equals(house: House, items: list[AgendaItem], why: str = WHY) -> list[Poll]:
    return open_polls(items=items, again_because=why, breaks_tie=True, actor=house.chair)


def test_a_further_vote_orders_equals_and_takes_nobodys_recommendation(house: House) -> None:
    meeting = _voted(house, 9, 9, 8)
    items = _items(meeting)
    assert _ranks(items) == [1, 1, 3]

    polls = _among_equals(house, items[:2])
    during = _statuses(items)
    _vote(house, polls, 3, 6)

    assert during == _statuses(items) == [Status.RECOMMENDED] * 3
    assert _ranks(items) == [2, 1, 3]
    assert [poll.turn for poll in polls] == [2, 2]
    tallies = Tally.objects.filter(poll__in=polls)
    assert {tally.result for tally in tallies} == {PollResult.RANKED}


def test_the_result_of_the_item_stays_that_of_its_vote(house: House) -> None:
    meeting = _voted(house, 9, 9)
    _vote(house, _among_equals(house, _items(meeting)), 3, 6)

    row = state_of(meeting).rows[0]

    assert row.turnout is not None
    assert row.turnout.tally is not None
    assert row.turnout.tally.agree == 9
    assert [earlier.tally.agree for earlier in row.earlier_rounds if earlier.tally] == [3]


def test_a_round_that_leaves_them_equal_is_followed_by_another(house: House) -> None:
    meeting = _voted(house, 9, 9)
    items = _items(meeting)
    _vote(house, _among_equals(house, items), 5, 5)
    assert _ranks(items) == [1, 1]

    _vote(house, _among_equals(house, items), 4, 5)

    assert _ranks(items) == [2, 1]


def test_a_later_round_on_the_dossier_itself_forgets_the_order(house: House) -> None:
    meeting = _voted(house, 9, 9)
    items = _items(meeting)
    _vote(house, _among_equals(house, items), 3, 6)

    _vote(house, open_polls(items=[items[0]], again_because="Thiếu thông tin", actor=house.chair), 8)

    votes = tallies_by_dossier([item.dossier_id for item in items])
    first, second = (votes[item.dossier_id] for item in items)
    assert (first.agreed.agree, dict(first.further)) == (8, {})
    assert (second.agreed.agree, [vote.agree for vote in second.further.values()]) == (9, [6])


def test_a_round_that_was_annulled_orders_nobody_and_can_be_held_again(house: House) -> None:
    meeting = _voted(house, 9, 9)
    items = _items(meeting)
    annul_poll(poll=_among_equals(house, items)[0], reason="Mất điện", actor=house.chair)
    assert _ranks(items) == [1, 1]
    assert _statuses(items) == [Status.RECOMMENDED] * 2

    _vote(house, _among_equals(house, items), 3, 6)

    assert _ranks(items) == [2, 1]


@pytest.mark.parametrize(
    "chosen", [[0], [0, 2], [0, 1, 2]], ids=["one of them", "another with them", "more than they are"]
)
def test_only_the_equals_are_voted_on_all_of_them(house: House, chosen: list[int]) -> None:
    items = _items(_voted(house, 9, 9, 8))

    with pytest.raises(InvalidRequest, match="not the dossiers that are equal"):
        _among_equals(house, [items[number] for number in chosen])

    assert Poll.objects.count() == 3


def test_without_a_reason_no_further_vote(house: House) -> None:
    items = _items(_voted(house, 9, 9))

    with pytest.raises(InvalidRequest, match="The reason is empty"):
        _among_equals(house, items, why="  ")


def test_where_the_order_says_who_goes_first_there_is_no_further_vote(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With two places both go up, however equal they are."""
    monkeypatch.setattr(proposals, "used_counts", lambda award_round, award: Counter({"individual": 8}))
    items = _items(_voted(house, 9, 9))

    with pytest.raises(InvalidRequest, match="not the dossiers that are equal"):
        _among_equals(house, items)


# In another meeting


def _next_meeting(house: House, dossiers: list[Dossier]) -> Meeting:
    meeting = prepare_meeting(council=house.council, particulars=particulars(house), actor=house.secretary)
    set_agenda(meeting=meeting, dossiers=dossiers, actor=house.secretary)
    return meeting


def _in_session(house: House, meeting: Meeting) -> Meeting:
    meeting = open_meeting(meeting=meeting, actor=house.chair)
    take_roll(meeting=meeting, present=house.members, actor=house.secretary)
    declare_all(meeting)
    return meeting


def test_equals_come_back_to_another_meeting_and_stay_recommended(house: House) -> None:
    first = _voted(house, 9, 9, 8)
    close_meeting(meeting=first, conclusion="Xong", actor=house.chair)
    equals = [item.dossier for item in _items(first)[:2]]
    assert {one.pk for one in dossiers_for(house.council)} == {one.pk for one in equals}

    meeting = _in_session(house, _next_meeting(house, list(dossiers_for(house.council))))
    items = _items(meeting)
    with pytest.raises(NotAllowed, match="neither been voted on nor taken off"):
        close_meeting(meeting=meeting, conclusion="Xong", actor=house.chair)
    _vote(house, _among_equals(house, items), 3, 6)
    close_meeting(meeting=meeting, conclusion="Xong", actor=house.chair)

    assert _statuses(items) == [Status.RECOMMENDED] * 2
    assert _ranks(items) == [2, 1]


def test_who_is_equal_with_nobody_does_not_come_back(house: House) -> None:
    items = _items(_voted(house, 9, 9, 8))

    with pytest.raises(NotAllowed, match="equal with no other"):
        _next_meeting(house, [Dossier.objects.for_list().get(pk=items[2].dossier_id)])


def test_an_equal_that_is_left_out_or_taken_off_stays_recommended(house: House) -> None:
    equals = [item.dossier for item in _items(_voted(house, 9, 9))]
    dossiers = [Dossier.objects.for_list().get(pk=one.pk) for one in equals]
    meeting = _next_meeting(house, dossiers)
    set_agenda(meeting=meeting, dossiers=dossiers[:1], actor=house.secretary)
    meeting = _in_session(house, meeting)

    take_item_off(item=_items(meeting)[0], reason="Đã rõ", actor=house.secretary)

    assert set(Dossier.objects.values_list("status", flat=True)) == {Status.RECOMMENDED}


# Pages and records


def test_the_chair_is_led_from_the_selection_to_the_vote(house: House) -> None:
    meeting = _voted(house, 9, 9, 8)
    items = _items(meeting)
    chair = _as(house.chair)
    selection = chair.get(reverse("nominations:selection", args=[items[0].dossier.award_round_id]))
    page = chair.get(meeting.get_absolute_url()).content.decode()
    address = reverse("councils:polls_open", args=[meeting.pk])
    typed = {"equals": "1", "items": [item.pk for item in items[:2]], "again_because": WHY}

    refused = chair.post(address, {**typed, "items": [items[0].pk]})
    opened = chair.post(address, typed, follow=True)

    words = " ".join(selection.content.decode().split())
    assert "are equal, and only 1 of them can go up" in words
    assert f'href="{meeting.get_absolute_url()}"' in words
    assert "Vote among equals" in page
    assert selection.wsgi_request.path in page
    assert refused.status_code == 422
    assert "not the dossiers that are equal" in refused.content.decode()
    assert f"Round 2: {WHY}" in " ".join(opened.content.decode().split())
    assert Poll.objects.filter(breaks_tie=True).count() == 2


@pytest.mark.parametrize(("who", "status"), [("secretary", 200), ("member", 403), ("outsider", 403)])
def test_the_selection_is_read_by_who_leads_the_council(house: House, who: str, status: int) -> None:
    meeting = _voted(house, 9)

    answer = _as(getattr(house, who)).get(
        reverse("nominations:selection", args=[_items(meeting)[0].dossier.award_round_id])
    )

    assert answer.status_code == status


def test_a_chair_whose_seat_ended_reads_it_no_more(house: House) -> None:
    award_round = _items(_voted(house, 9))[0].dossier.award_round_id
    other = person("phochutich")
    CouncilMember.objects.create(
        council=house.council, user=other, office=Office.DEPUTY, starts_on="2022-01-01", ends_on="2025-12-14"
    )

    assert _as(other).get(reverse("nominations:selection", args=[award_round])).status_code == 403


def test_minutes_tell_the_vote_and_the_further_vote_apart(house: House) -> None:
    meeting = _voted(house, 9, 9)
    _vote(house, _among_equals(house, _items(meeting)), 3, 6)
    close_meeting(meeting=meeting, conclusion="Xong", actor=house.chair)

    closed = Meeting.objects.select_related("council__movement", "council__unit").get(pk=meeting.pk)
    said = context_of(closed, Imprint("BB-HĐXKT", DAY, 3))

    items = [item for group in said["groups"] for item in group["items"]]
    assert [item["tally"]["agree"] for item in items] == [9, 9]
    assert f"bỏ phiếu thêm (vòng 2) giữa các hồ sơ bằng nhau vì {WHY}: đồng ý 3/9" in items[0]["rounds"]


def test_the_meeting_counted_again_holds(house: House) -> None:
    meeting = _voted(house, 9, 9)
    _vote(house, _among_equals(house, _items(meeting)), 3, 6)
    close_meeting(meeting=meeting, conclusion="Xong", actor=house.chair)

    checks = recount(Meeting.objects.get(pk=meeting.pk))

    assert len(checks) > 20
    assert [check for check in checks if not check.holds] == []


def test_the_console_gives_no_id_twice_with_all_its_forms(house: House) -> None:
    meeting = _voted(house, 9, 9)

    page = Page(_as(house.chair).get(meeting.get_absolute_url()).content.decode())

    assert {"equals_again_because", "again_again_because"} <= page.ids.keys()
    assert [name for name, count in page.ids.items() if count > 1] == []
