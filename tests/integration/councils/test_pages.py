"""Pages of councils: who sees them, what they say, what comes live, and how many queries a list costs."""

import re
from datetime import date
from typing import Any

import pytest
from django.conf import LazySettings, settings
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import navigation
from core.models import AuditEntry
from councils.enums import CASTABLE, Office
from councils.models import Meeting, Poll
from councils.selectors.papers import place_of
from councils.services import agree_to_close, close_poll, open_meeting, prepare_meeting, take_roll
from councils.urn import client as urn_client
from nominations.enums import Status
from nominations.models import Dossier
from tests.integration.councils.building import (
    House,
    build_house,
    cast_all,
    close,
    counts,
    declare_all,
    eligible_dossier,
    lose_urn,
    meeting_in_session,
    particulars,
    planned_meeting,
    poll_in,
)

LIVE = {"headers": {"HX-Request": "true"}}


def _as(user: Any) -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(user)
    return client


def _text(answer: HttpResponse) -> str:
    return " ".join(answer.content.decode().split())


def _pages(meeting: Meeting, poll: Poll | None = None) -> dict[str, str]:
    council = meeting.council_id
    found = {
        "list": reverse("councils:list"),
        "council": reverse("councils:council_detail", args=[council]),
        "meeting": reverse("councils:meeting_detail", args=[meeting.pk]),
        "hall": reverse("councils:hall", args=[meeting.pk]),
    }
    if poll:
        found["ballot"] = reverse("councils:ballot", args=[poll.pk])
        found["turnout"] = reverse("councils:poll_turnout", args=[poll.pk])
    return found


@pytest.mark.parametrize("who", ["chair", "secretary", "member", "reviewer", "lead", "auditor"])
def test_pages_have_one_heading_for_those_who_may_know(house: House, who: str) -> None:
    meeting = meeting_in_session(house)
    client = _as(getattr(house, who))

    for name, address in _pages(meeting).items():
        answer = client.get(address)
        assert answer.status_code == 200, name
        assert _text(answer).count("<h1") == 1, name
        assert '<html lang="en">' in _text(answer)


@pytest.mark.parametrize("name", ["council", "meeting", "hall", "ballot", "turnout"])
def test_outsiders_find_nothing(house: House, name: str) -> None:
    meeting = meeting_in_session(house)
    address = _pages(meeting, poll_in(house, meeting))[name]

    assert _as(house.outsider).get(address).status_code == 404
    assert Client().get(address).status_code == 302


def test_the_whole_meeting_in_the_browser(house: House) -> None:
    dossier = eligible_dossier(house)
    secretary, chair = _as(house.secretary), _as(house.chair)
    created = secretary.post(
        reverse("councils:meeting_create", args=[house.council.pk]),
        {
            "title": "Phiên họp cuối năm",
            "held_on": "2025-12-15",
            "starts_at": "08:30",
            "place": "Phòng họp",
            "chair": house.members[0].pk,
            "secretary": house.members[1].pk,
        },
    )
    meeting = Meeting.objects.get()
    assert created.url == reverse("councils:agenda", args=[meeting.pk])
    assert secretary.get(created.url).status_code == 200
    secretary.post(created.url, {f"on-{dossier.pk}": "on", f"place-{dossier.pk}": "1"})
    opened = chair.post(reverse("councils:meeting_open", args=[meeting.pk]))
    assert chair.get(opened.url).status_code == 200
    chair.post(opened.url, {"present": [member.pk for member in house.members]})
    page = chair.get(meeting.get_absolute_url())
    assert "Open the poll" in _text(page)
    for member in house.members:
        _as(member.user).post(reverse("councils:declare", args=[meeting.pk]), {})
    chair.post(reverse("councils:poll_open", args=[meeting.items.get().pk]))
    poll = Poll.objects.get()
    for member in house.members:
        assert "Your ballot is in the urn" in _text(_vote(_as(member.user), poll, "a"))
    chair.post(reverse("councils:poll_close", args=[poll.pk]))
    assert "Recommended" in _text(chair.get(meeting.get_absolute_url()))
    chair.post(reverse("councils:meeting_close", args=[meeting.pk]), {"conclusion": "Thống nhất"})

    meeting.refresh_from_db()
    assert meeting.conclusion == "Thống nhất"
    assert Dossier.objects.get().status == Status.RECOMMENDED
    assert "Thống nhất" in _text(_as(house.member).get(meeting.get_absolute_url()))


def _vote(client: Client, poll: Poll, letter: str) -> HttpResponse:
    """The page of the ballot, the paper sent from it, and the page after it."""
    page = client.get(reverse("councils:ballot", args=[poll.pk]))
    token = page.context["form"].initial["token"] if page.context["form"] else ""
    return client.post(
        reverse("councils:paper", args=[poll.pk]), {"token": token, "choice": letter}, follow=True
    )


def test_nothing_is_chosen_beforehand_and_nothing_chosen_is_refused(house: House) -> None:
    poll = poll_in(house, meeting_in_session(house))
    client, address = _as(house.member), reverse("councils:paper", args=[poll.pk])

    fresh = client.get(reverse("councils:ballot", args=[poll.pk]))
    token = {"token": fresh.context["form"].initial["token"]}
    empty, foreign = client.post(address, token), client.post(address, token | {"choice": "maybe"})

    assert "checked" not in _text(fresh)
    assert all(f'value="{choice[0]}"' in _text(fresh) for choice in CASTABLE)
    assert 'value="i"' not in _text(fresh), "only on paper is a ballot invalid"
    assert "<script>" not in _text(fresh)
    assert "no-store" in fresh.headers["Cache-Control"]
    assert (empty.status_code, foreign.status_code) == (422, 422)
    assert not empty.cookies, "other pages of this browser keep theirs"
    assert "Nothing is chosen yet" in _text(empty)
    assert token["token"] in _text(empty)
    assert counts(poll) == (0, 0)


@pytest.mark.parametrize("first", ["a", "d"])
def test_the_urn_page_names_no_choice(house: House, first: str) -> None:
    poll = poll_in(house, meeting_in_session(house))
    client = _as(house.member)
    _vote(client, poll, first)

    answer = _vote(client, poll, "b")

    assert "Your ballot is in the urn" in _text(answer)
    assert "radio" not in _text(answer)
    assert counts(poll) == (1, 1)


def test_a_paper_after_closing_leads_to_the_page_that_says_so(house: House) -> None:
    poll = poll_in(house, meeting_in_session(house))
    client, address = _as(house.members[8].user), reverse("councils:ballot", args=[poll.pk])
    token = client.get(address).context["form"].initial["token"]
    cast_all(house, poll, ["agree"] * 8)
    close(house, poll)

    answer = client.post(
        reverse("councils:paper", args=[poll.pk]), {"token": token, "choice": "d"}, follow=True
    )

    assert "no ballot of yours is in it" in _text(answer)
    assert counts(poll) == (8, 8)


def test_a_poll_whose_urn_is_lost_is_void_for_whoever_looks_first(house: House) -> None:
    meeting = meeting_in_session(house)
    poll = poll_in(house, meeting)
    cast_all(house, poll, ["agree"] * 5)
    lose_urn(poll)

    hall = _text(_as(house.secretary).get(reverse("councils:hall", args=[meeting.pk])))
    ballot = _text(_as(house.member).get(reverse("councils:ballot", args=[poll.pk])))
    page = _text(_as(house.chair).get(meeting.get_absolute_url()))

    poll.refresh_from_db()
    assert poll.is_void
    assert "5 / 9" not in hall
    assert "This poll is void" in ballot
    assert "The urn was lost before the poll was closed" in ballot
    assert "A poll was void: The urn was lost before the poll was closed" in page
    assert "Open the poll" in page
    assert AuditEntry.objects.filter(event="poll.void", actor="system").count() == 1


def test_while_the_urn_is_away_pages_stand_and_ballots_wait(house: House, settings: LazySettings) -> None:
    meeting = meeting_in_session(house)
    poll = poll_in(house, meeting)
    cast_all(house, poll, ["agree"] * 2)
    client = _as(house.member)
    token = {"token": "a" * 43, "choice": "a"}
    settings.URN_ADDRESS = "/nowhere/urn.sock"

    pages = {name: client.get(address) for name, address in _pages(meeting, poll).items()}
    paper = client.post(reverse("councils:paper", args=[poll.pk]), token)

    assert {name: page.status_code for name, page in pages.items() if page.status_code != 200} == {
        "ballot": 503,
        "turnout": 302,
    }
    assert "The urn cannot be reached just now" in _text(pages["meeting"])
    assert paper.status_code == 503
    assert "The urn cannot be reached just now" in _text(paper)
    assert 'value="a"' not in _text(paper)
    assert str(navigation.work_of(house.member)[0].title).startswith("Cast your ballot")
    poll.refresh_from_db()
    assert poll.is_open


def test_the_chair_annuls_a_poll_on_the_page(house: House) -> None:
    meeting = meeting_in_session(house)
    poll = poll_in(house, meeting)
    chair, address = _as(house.chair), reverse("councils:poll_annul", args=[poll.pk])

    empty = chair.post(address, {"reason": ""})
    done = chair.post(address, {"reason": "Mất điện hội trường"}, follow=True)

    assert empty.status_code == 422
    assert "annulled and its ballots are destroyed" in _text(done)
    assert "Annulled by the chair. Mất điện hội trường" in _text(done)
    assert "Annulled by the chair" in _text(_as(house.member).get(reverse("councils:ballot", args=[poll.pk])))


def test_ballots_that_are_missing_need_a_second_person_on_their_own_page(house: House) -> None:
    meeting = meeting_in_session(house)
    poll = poll_in(house, meeting)
    cast_all(house, poll, ["agree"] * 8)
    chair, closing = _as(house.chair), reverse("councils:poll_close", args=[poll.pk])

    alone = chair.post(closing, {"without_the_rest": "on"})
    offered = _text(_as(house.secretary).get(meeting.get_absolute_url()))
    agreed = _as(house.secretary).post(reverse("councils:poll_agree", args=[poll.pk]), follow=True)
    closed = chair.post(closing, {"without_the_rest": "on"}, follow=True)

    assert alone.status_code == 403
    assert "1 ballot that was handed out is not in the urn yet" in _text(alone)
    assert "I agree that those left will not vote" in offered
    assert "I agree that those left will not vote" not in _text(chair.get(meeting.get_absolute_url()))
    assert f"{house.secretary} has agreed that those left will not vote." in _text(agreed)
    assert "The poll is closed" in _text(closed)


@pytest.mark.parametrize(("members", "is_warned"), [(7, True), (9, False)])
def test_a_small_group_is_warned_before_a_poll_opens(db: None, members: int, is_warned: bool) -> None:
    house = build_house(members)

    page = _text(_as(house.chair).get(meeting_in_session(house).get_absolute_url()))

    assert ("the result itself shows how each voted" in page) == is_warned


def test_those_without_a_ballot_get_the_reason(house: House) -> None:
    poll = poll_in(house, meeting_in_session(house, absent=1))
    address = reverse("councils:ballot", args=[poll.pk])

    absent, reviewer = _as(house.members[-1].user).get(address), _as(house.reviewer).get(address)

    assert (absent.status_code, reviewer.status_code) == (403, 403)
    assert "You were marked absent" in _text(absent)
    assert "You are not a member" in _text(reviewer)


@pytest.mark.parametrize("name", ["meeting", "hall", "turnout"])
def test_those_who_have_voted_are_counted_of_those_present(house: House, name: str) -> None:
    meeting = meeting_in_session(house, absent=2)
    poll = poll_in(house, meeting)
    present = len(house.members) - 2
    cast_all(house, poll, ["agree"] * present)

    shown = _text(_as(house.chair).get(_pages(meeting, poll)[name], **LIVE))

    assert f"{present} / {present}" in shown
    assert f"{present} / {len(house.members)}" not in shown
    # Whoever is absent stays in the base of the result.
    assert f"of {len(house.members)} members" in shown


@pytest.mark.parametrize("name", ["meeting", "hall", "turnout"])
def test_live_parts_answer_only_when_something_changed(house: House, name: str) -> None:
    meeting = meeting_in_session(house)
    poll = poll_in(house, meeting)
    client, address = _as(house.chair), _pages(meeting, poll)[name]
    version = _version(client.get(address, **LIVE))

    same = client.get(address, {"v": version}, **LIVE)
    cast_all(house, poll, [])
    cast_all(house, poll, ["disagree", "disagree"])
    changed = client.get(address, {"v": version}, **LIVE)

    assert (same.status_code, changed.status_code) == (204, 200)
    assert "2 / 9" in _text(changed)
    assert "<html" not in _text(changed)
    assert same.headers["Cache-Control"]


def _version(answer: HttpResponse) -> str:
    return re.split('["&]', answer.content.decode().split("?v=")[1])[0]


@pytest.mark.parametrize("name", ["meeting", "hall", "turnout", "ballot"])
def test_direction_is_nowhere_before_closing(house: House, name: str) -> None:
    meeting = meeting_in_session(house)
    poll = poll_in(house, meeting)
    addresses, client = _pages(meeting, poll), _as(house.chair)
    cast_all(house, poll, ["agree"] * 5)
    agreeing = client.get(addresses[name], **LIVE).content

    place = place_of(poll)
    urn_client.destroy(place)
    again = urn_client.open_urn(place.key, [member.pk for member in house.members], poll.papers_required)
    assert again == place
    cast_all(house, poll, ["disagree"] * 5)
    disagreeing = client.get(addresses[name], **LIVE).content

    assert _without_token(agreeing) == _without_token(disagreeing)


def _without_token(content: bytes) -> list[str]:
    """The lines of a page but those that differ between any two askings: tokens, and how long the sign-in lasts."""
    own = ("csrf", 'name="token"', "data-idle")
    return [line for line in content.decode().splitlines() if not any(word in line.lower() for word in own)]


def test_closed_polls_stop_asking_and_show_the_result(house: House) -> None:
    meeting = meeting_in_session(house)
    poll = poll_in(house, meeting)
    cast_all(house, poll, ["agree"] * 8 + ["disagree"])
    close_poll(poll=poll, actor=house.chair)

    turnout = _text(_as(house.member).get(reverse("councils:poll_turnout", args=[poll.pk]), **LIVE))
    hall = _text(_as(house.member).get(reverse("councils:hall", args=[meeting.pk])))

    assert "hx-get" not in turnout
    assert "8 / 9 (88.9%)" in turnout
    assert "8 / 9" in hall
    assert "Nguyễn Văn" not in hall, "the hall reads no person's name"


def test_without_a_quorum_the_console_says_so(house: House) -> None:
    meeting = meeting_in_session(house, absent=4)

    answer = _text(_as(house.chair).get(meeting.get_absolute_url()))

    assert "Polls can be opened once the roll shows a quorum." in answer
    assert "Open the poll" not in answer


def test_a_refused_form_keeps_what_was_typed(house: House) -> None:
    answer = _as(house.secretary).post(
        reverse("councils:meeting_create", args=[house.council.pk]),
        {
            "title": "Phiên họp đã qua",
            "held_on": "2025-12-01",
            "starts_at": "08:30",
            "place": "Phòng họp",
            "chair": house.members[0].pk,
            "secretary": house.members[1].pk,
        },
    )

    assert answer.status_code == 422
    assert "The day of the meeting has passed." in _text(answer)
    assert "Phiên họp đã qua" in _text(answer)
    assert not Meeting.objects.exists()


def test_council_forms_on_the_page(house: House) -> None:
    client, council = _as(house.lead), house.council

    unknown = client.post(
        reverse("councils:member_add", args=[council.pk]),
        {"username": "khongco", "office": Office.MEMBER, "starts_on": "2025-12-15"},
    )
    client.post(
        reverse("councils:member_add", args=[council.pk]),
        {"username": house.outsider.username, "office": Office.MEMBER, "starts_on": "2025-12-15"},
    )
    client.post(
        reverse("councils:voting_rule_add", args=[council.pk]),
        {
            "award": "province_certificate",
            "threshold": "85",
            "starts_on": "2025-12-15",
            "legal_basis": "Quy chế",
        },
    )
    client.post(
        reverse("councils:council_create"),
        {"name": "Hội đồng mới", "unit": council.unit_id, "movement": council.movement_id},
    )

    assert unknown.status_code == 422
    assert "khongco" in _text(unknown)
    assert council.members.count() == 10
    assert council.voting_rules.get().threshold == 85
    assert _as(house.lead).get(reverse("councils:list")).content.decode().count("Hội đồng mới") == 1


def test_work_waits_for_members(house: House) -> None:
    meeting = meeting_in_session(house)
    poll = poll_in(house, meeting)

    before = [str(item.title) for item in navigation.work_of(house.member)]
    cast_all(house, poll, ["agree"] * 3)
    after = [str(item.title) for item in navigation.work_of(house.member)]

    assert before == ["Cast your ballot on dossier HS-2025-0001", "Take part in the meeting"]
    assert after == ["Take part in the meeting"]
    assert [str(item.title) for item in navigation.work_of(house.outsider)] == []


def test_the_secretary_changes_a_meeting_before_it_opens(house: House) -> None:
    meeting = planned_meeting(house, [eligible_dossier(house)])
    client, address = _as(house.secretary), reverse("councils:meeting_edit", args=[meeting.pk])
    fields = {
        "title": "Phiên họp dời ngày",
        "held_on": "2025-12-20",
        "starts_at": "14:00",
        "place": "Hội trường B",
        "chair": meeting.chair_id,
        "secretary": meeting.secretary_id,
    }

    shown = client.get(address)
    refused = client.post(address, fields | {"held_on": "2025-12-01"})
    changed = client.post(address, fields)

    assert meeting.place in _text(shown)
    assert refused.status_code == 422
    assert (changed.status_code, Meeting.objects.get().title) == (302, "Phiên họp dời ngày")
    assert "set for 20/12/2025, 14:00" in _text(client.get(meeting.get_absolute_url()))


def test_an_item_is_taken_off_with_a_reason(house: House) -> None:
    meeting = meeting_in_session(house)
    item = meeting.items.get()
    client, address = _as(house.secretary), reverse("councils:item_take_off", args=[item.pk])

    shown, empty = client.get(address), client.post(address, {"reason": ""})
    done = client.post(address, {"reason": "Chờ kết luận xác minh"}, follow=True)

    assert (shown.status_code, empty.status_code) == (200, 422)
    assert "Chờ kết luận xác minh" in _text(done)
    assert "Write the conclusion and close the meeting" in _text(done)
    assert _as(house.member).get(address).status_code == 403
    assert Dossier.objects.get().status == Status.ELIGIBLE


def test_too_few_ballots_end_a_poll_as_void_on_the_page(house: House) -> None:
    poll = poll_in(house, meeting_in_session(house))
    cast_all(house, poll, ["agree"] * 3)
    agree_to_close(poll=poll, actor=house.secretary)

    closed = _as(house.chair).post(
        reverse("councils:poll_close", args=[poll.pk]), {"without_the_rest": "on"}, follow=True
    )

    assert "The poll is void: Fewer ballots than a valid vote needs." in _text(closed)
    assert "3 / 9" not in _text(closed)


def test_an_unfinished_meeting_does_not_close(house: House) -> None:
    meeting = meeting_in_session(house)

    answer = _as(house.chair).post(
        reverse("councils:meeting_close", args=[meeting.pk]), {"conclusion": "Xong việc"}
    )

    assert answer.status_code == 403
    assert "Xong việc" in _text(answer)
    meeting.refresh_from_db()
    assert not meeting.closed_at


def test_absent_members_read_why_they_have_no_ballot(house: House) -> None:
    meeting = meeting_in_session(house, absent=1)
    poll_in(house, meeting)

    page = _text(_as(house.members[-1].user).get(meeting.get_absolute_url()))

    assert "You were marked absent when this poll opened" in page
    assert "to-ballot" not in page


def _fill(house: House, start: int, stop: int) -> None:
    """Meetings in preparation, and eligible dossiers."""
    for number in range(start, stop):
        planned_meeting(house, [eligible_dossier(house, 100 + number)])
        eligible_dossier(house, 200 + number)


def _query_counts(house: House, meeting: Meeting, planned: Meeting) -> dict[str, int]:
    addresses = {
        "list": reverse("councils:list"),
        "council": house.council.get_absolute_url(),
        "meeting": meeting.get_absolute_url(),
        "hall": reverse("councils:hall", args=[meeting.pk]),
        "agenda": reverse("councils:agenda", args=[planned.pk]),
    }
    counted, client = {}, _as(house.secretary)
    for name, address in addresses.items():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        counted[name] = len(queries)
    return counted


@pytest.mark.slow  # Thirty meetings and thirty items.
def test_lists_cost_the_same_queries_with_1_and_with_30_rows(db: None) -> None:
    house = build_house()
    _fill(house, 1, 2)
    # Once something is recommended, the agenda asks whether the places suffice.
    Dossier.objects.filter(pk=eligible_dossier(house, 900).pk).update(status=Status.RECOMMENDED)
    with_one = _query_counts(house, meeting_in_session(house, items=1), Meeting.objects.earliest("pk"))

    _fill(house, 2, 31)
    many = planned_meeting(house, [eligible_dossier(house, 300 + number) for number in range(30)])
    many = open_meeting(meeting=many, actor=house.chair)
    take_roll(meeting=many, present=house.members, actor=house.chair)
    declare_all(many)
    for position in (1, 2, 3):
        poll = poll_in(house, many, position)
        cast_all(house, poll, ["agree"] * 9)
        close_poll(poll=poll, actor=house.chair)
    with_thirty = _query_counts(house, many, Meeting.objects.earliest("pk"))

    assert with_thirty == with_one
    # The secretary's page also asks who has declared, what the records suggest, and whether there is an agenda to invite to
    # and anything to print a ballot paper of.
    assert with_one.pop("meeting") <= 32
    assert max(with_one.values()) <= 16


def test_the_council_names_its_chair_first_and_its_members_last(house: House) -> None:
    meeting = meeting_in_session(house)

    seats = _as(house.lead).get(_pages(meeting)["council"]).context["members"]

    offices = [seat.office for seat in seats]
    assert offices[:2] == ["chair", "secretary"]
    assert set(offices[2:]) == {"member"}


def test_the_chair_is_offered_to_open_a_meeting_on_its_day_only(house: House) -> None:
    today = prepare_meeting(council=house.council, particulars=particulars(house), actor=house.secretary)
    later = prepare_meeting(
        council=house.council,
        particulars=particulars(house, held_on=date(2025, 12, 18)),
        actor=house.secretary,
    )

    chair = _as(house.chair)
    assert "Open the meeting" in _text(chair.get(today.get_absolute_url()))
    assert "Open the meeting" not in _text(chair.get(later.get_absolute_url()))
