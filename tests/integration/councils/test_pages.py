"""Pages of councils: who sees them, what they say, what comes live, and how many queries a list costs."""

from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import navigation
from councils.enums import Choice, Office
from councils.models import Ballot, Meeting, Poll
from councils.services import close_poll, open_meeting, prepare_meeting, take_roll
from nominations.enums import Status
from nominations.models import Dossier
from tests.integration.councils.building import (
    House,
    build_house,
    cast_all,
    eligible_dossier,
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
    chair.post(reverse("councils:poll_open", args=[meeting.items.get().pk]))
    poll = Poll.objects.get()
    ballot = reverse("councils:ballot", args=[poll.pk])
    for member in house.members:
        answer = _as(member.user).post(ballot, {"choice": "agree"}, follow=True)
        assert "Your ballot is in the urn" in _text(answer)
    chair.post(reverse("councils:poll_close", args=[poll.pk]), {"still_present": ""})
    assert "Recommended" in _text(chair.get(meeting.get_absolute_url()))
    chair.post(reverse("councils:meeting_close", args=[meeting.pk]), {"conclusion": "Thống nhất"})

    meeting.refresh_from_db()
    assert meeting.conclusion == "Thống nhất"
    assert Dossier.objects.get().status == Status.RECOMMENDED
    assert "Thống nhất" in _text(_as(house.member).get(meeting.get_absolute_url()))


def test_nothing_is_chosen_beforehand_and_nothing_chosen_is_refused(house: House) -> None:
    poll = poll_in(house, meeting_in_session(house))
    client, address = _as(house.member), reverse("councils:ballot", args=[poll.pk])

    fresh, empty = client.get(address), client.post(address, {})
    foreign = client.post(address, {"choice": "maybe"})

    assert "checked" not in _text(fresh)
    assert all(f'value="{choice}"' in _text(fresh) for choice in Choice)
    assert "<script>" not in _text(fresh)
    assert (empty.status_code, foreign.status_code) == (422, 422)
    assert "Nothing is chosen yet" in _text(empty)
    assert not Ballot.objects.exists()


@pytest.mark.parametrize("first", ["agree", "disagree"])
def test_the_urn_page_names_no_choice(house: House, first: str) -> None:
    poll = poll_in(house, meeting_in_session(house))
    client, address = _as(house.member), reverse("councils:ballot", args=[poll.pk])
    client.post(address, {"choice": first})

    answer = client.post(address, {"choice": "blank"}, follow=True)

    assert "Your ballot is in the urn" in _text(answer)
    assert "radio" not in _text(answer)
    assert Ballot.objects.count() == 1


def test_casting_after_closing_is_refused_with_a_page(house: House) -> None:
    poll = poll_in(house, meeting_in_session(house))
    close_poll(poll=poll, actor=house.chair)

    answer = _as(house.member).post(reverse("councils:ballot", args=[poll.pk]), {"choice": "agree"})

    assert answer.status_code == 403
    assert "This poll has been closed" in _text(answer)


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
    return answer.content.decode().split("?v=")[1].split('"')[0]


@pytest.mark.parametrize("name", ["meeting", "hall", "turnout", "ballot"])
def test_direction_is_nowhere_before_closing(house: House, name: str) -> None:
    meeting = meeting_in_session(house)
    poll = poll_in(house, meeting)
    addresses, client = _pages(meeting, poll), _as(house.chair)
    cast_all(house, poll, ["agree"] * 5)
    agreeing = client.get(addresses[name], **LIVE).content

    Ballot.objects.all().delete()
    poll.participations.update(has_voted=False)
    cast_all(house, poll, ["disagree"] * 5)
    disagreeing = client.get(addresses[name], **LIVE).content

    assert _without_token(agreeing) == _without_token(disagreeing)


def _without_token(content: bytes) -> list[str]:
    return [line for line in content.decode().splitlines() if "csrf" not in line.lower()]


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
    assert "the chair closes the meeting" in _text(done)
    assert _as(house.member).get(address).status_code == 403
    assert Dossier.objects.get().status == Status.ELIGIBLE


def test_an_impossible_recount_comes_back_with_its_sentence(house: House) -> None:
    meeting = meeting_in_session(house)
    poll = poll_in(house, meeting)
    client, address = _as(house.chair), reverse("councils:poll_close", args=[poll.pk])

    refused = client.post(address, {"still_present": "12"})
    closed = client.post(address, {"still_present": "3"}, follow=True)

    assert refused.status_code == 422
    assert "so 12 cannot be left" in _text(refused)
    assert 'value="12"' in _text(refused)
    assert "closed without a quorum" in _text(closed)


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
    with_one = _query_counts(house, meeting_in_session(house, items=1), Meeting.objects.earliest("pk"))

    _fill(house, 2, 31)
    many = planned_meeting(house, [eligible_dossier(house, 300 + number) for number in range(30)])
    many = open_meeting(meeting=many, actor=house.chair)
    take_roll(meeting=many, present=house.members, actor=house.chair)
    for position in (1, 2, 3):
        poll = poll_in(house, many, position)
        cast_all(house, poll, ["agree"] * 9)
        close_poll(poll=poll, actor=house.chair)
    with_thirty = _query_counts(house, many, Meeting.objects.earliest("pk"))

    assert with_thirty == with_one
    assert max(with_one.values()) <= 12


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
