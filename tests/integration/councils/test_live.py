"""Screens of a meeting that ask every two seconds: nothing new costs one read, and each change is told to all of them."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from councils import live
from councils.enums import MeetingOffice, PollStatus
from councils.live import moment_of, moment_of_poll
from councils.models import AgendaItem, Meeting, Poll, PresenceEvent
from councils.services import (
    agree_to_close,
    annul_poll,
    close_meeting,
    close_poll,
    declare_interests,
    open_meeting,
    pass_office,
    set_agenda,
    settle_interest,
    strike_presence,
    take_item_off,
    take_roll,
    void_lost_poll,
)
from councils.services.interests import Answer
from nominations.services.dossiers import withdraw_dossier
from tests.integration.councils.building import (
    House,
    build_house,
    cast_all,
    eligible_dossier,
    lose_urn,
    meeting_in_session,
    planned_meeting,
    poll_in,
)

LIVE = {"headers": {"HX-Request": "true"}}


def _as(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _revision(meeting: Meeting) -> int:
    return Meeting.objects.values_list("revision", flat=True).get(pk=meeting.pk)


def _mark(meeting: Meeting, user: Any) -> str:
    moment = moment_of(meeting.pk)
    assert moment is not None
    return moment.mark_for(user)


def _screens(meeting: Meeting, poll: Poll) -> list[str]:
    return [
        reverse("councils:meeting_detail", args=[meeting.pk]),
        reverse("councils:hall", args=[meeting.pk]),
        reverse("councils:poll_turnout", args=[poll.pk]),
    ]


def test_nothing_new_costs_one_read_beside_the_sign_in(house: House) -> None:
    meeting = meeting_in_session(house, items=3)
    poll = poll_in(house, meeting)
    client, mark = _as(house.member), _mark(meeting, house.member)
    client.get(reverse("councils:hall", args=[meeting.pk]))

    for address in _screens(meeting, poll):
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(address, {"v": mark}, **LIVE)
        tables = [query["sql"].split(" FROM ")[1].split()[0].strip('"') for query in asked]
        assert answer.status_code == 204
        assert tables[:2] == ["core_browsersession", "core_user"]
        assert len(tables) == 3, tables


def test_a_mark_serves_its_reader_and_its_meeting_alone(house: House) -> None:
    meeting = meeting_in_session(house)
    mark = _mark(meeting, house.member)
    address = reverse("councils:hall", args=[meeting.pk])

    own = _as(house.member).get(address, {"v": mark}, **LIVE)
    of_another = _as(house.chair).get(address, {"v": mark}, **LIVE)
    of_nobody_there = _as(house.outsider).get(address, {"v": mark}, **LIVE)

    assert [own.status_code, of_another.status_code, of_nobody_there.status_code] == [204, 200, 404]


def test_papers_are_told_without_a_write(house: House) -> None:
    meeting = meeting_in_session(house)
    poll_in(house, meeting)
    revision, mark = _revision(meeting), _mark(meeting, house.member)

    cast_all(house, Poll.objects.get(), ["agree"])

    assert _revision(meeting) == revision
    assert _mark(meeting, house.member) != mark


def _roll(house: House, meeting: Meeting) -> None:
    take_roll(meeting=meeting, present=house.members[:8], actor=house.secretary)


def _strike(house: House, meeting: Meeting) -> None:
    strike_presence(event=PresenceEvent.objects.order_by("pk").last(), actor=house.secretary)  # type: ignore[arg-type]


def _pass_on(house: House, meeting: Meeting) -> None:
    pass_office(
        meeting=meeting,
        office=MeetingOffice.SECRETARY,
        to_member=house.members[3],
        reason="Thư ký ốm",
        actor=house.chair,
    )


def _declare(house: House, meeting: Meeting) -> None:
    answer = Answer(AgendaItem.objects.first(), has_interest=True, reason="Anh em họ")  # type: ignore[arg-type]
    declare_interests(meeting=meeting, member=house.members[2], answers=[answer], actor=house.member)


def _take_off(house: House, meeting: Meeting) -> None:
    take_item_off(item=AgendaItem.objects.first(), reason="Cần xác minh", actor=house.chair)  # type: ignore[arg-type]


def _open_poll(house: House, meeting: Meeting) -> None:
    poll_in(house, meeting)


CHANGES = [_roll, _strike, _pass_on, _declare, _take_off, _open_poll]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__.strip("_"))
def test_each_change_of_a_meeting_is_told(house: House, change: Any) -> None:
    meeting = meeting_in_session(house)
    revision = _revision(meeting)

    change(house, meeting)

    assert _revision(meeting) > revision


def _agree(house: House, poll: Poll) -> None:
    agree_to_close(poll=poll, actor=house.secretary)


def _close(house: House, poll: Poll) -> None:
    cast_all(house, poll, ["agree"] * 9)
    close_poll(poll=poll, actor=house.chair)


def _annul(house: House, poll: Poll) -> None:
    annul_poll(poll=poll, reason="Mất điện", actor=house.chair)


def _lose(house: House, poll: Poll) -> None:
    lose_urn(poll)
    void_lost_poll(poll=poll)


@pytest.mark.parametrize(
    "change", [_agree, _close, _annul, _lose], ids=lambda change: change.__name__.strip("_")
)
def test_each_change_of_a_poll_is_told_and_its_urn_noted(house: House, change: Any) -> None:
    meeting = meeting_in_session(house)
    poll = poll_in(house, meeting)
    revision = _revision(meeting)
    assert [urn[0] for urn in Meeting.objects.get(pk=meeting.pk).open_urns] == [poll.urn_key]

    change(house, poll)

    poll.refresh_from_db()
    noted = Meeting.objects.get(pk=meeting.pk).open_urns
    assert _revision(meeting) > revision
    assert noted == ([[poll.urn_key, poll.urn_epoch]] if poll.status == PollStatus.OPEN else [])


def test_opening_and_closing_a_meeting_is_told(house: House) -> None:
    meeting = planned_meeting(house, [eligible_dossier(house)])
    revisions = [_revision(meeting)]
    set_agenda(meeting=meeting, dossiers=[eligible_dossier(house, 2)], actor=house.secretary)
    revisions.append(_revision(meeting))
    open_meeting(meeting=meeting, actor=house.chair)
    revisions.append(_revision(meeting))
    take_item_off(item=AgendaItem.objects.get(), reason="Cần xác minh", actor=house.chair)
    close_meeting(meeting=meeting, conclusion="Dời sang phiên sau", actor=house.chair)
    revisions.append(_revision(meeting))

    assert revisions == sorted(set(revisions))


def test_a_withdrawn_dossier_is_told_after_its_move_stands(
    house: House, django_capture_on_commit_callbacks: Any
) -> None:
    meeting = meeting_in_session(house)
    revision = _revision(meeting)
    dossier = AgendaItem.objects.get().dossier

    with django_capture_on_commit_callbacks() as afterwards:
        withdraw_dossier(dossier=dossier, actor=house.outsider, reason="Xin rút")
    before = _revision(meeting)
    for callback in afterwards:
        callback()

    assert (before, _revision(meeting)) == (revision, revision + 1)


def test_a_settled_interest_is_told(house: House) -> None:
    meeting = meeting_in_session(house)
    item = AgendaItem.objects.get()
    type(item.dossier).objects.filter(pk=item.dossier_id).update(
        filed_by=house.member, filed_on=clock.today()
    )
    revision = _revision(meeting)

    settle_interest(
        item=item, member=house.members[2], is_recused=True, reason="Đã nộp hồ sơ này", actor=house.secretary
    )

    assert _revision(meeting) > revision


def test_a_poll_tells_the_moment_of_its_meeting(db: None) -> None:
    house = build_house()
    meeting = meeting_in_session(house)
    poll = poll_in(house, meeting)

    assert moment_of_poll(poll.pk) == moment_of(meeting.pk)
    assert moment_of(meeting.pk + 1) is None


def test_a_lost_urn_has_the_screens_ask_anew(house: House) -> None:
    meeting = meeting_in_session(house)
    poll = poll_in(house, meeting)
    mark = _mark(meeting, house.member)

    lose_urn(poll)
    Meeting.objects.filter(pk=meeting.pk).update(open_urns=[[poll.urn_key, poll.urn_epoch]])
    answer = _as(house.member).get(reverse("councils:meeting_detail", args=[meeting.pk]), {"v": mark}, **LIVE)

    poll.refresh_from_db()
    assert answer.status_code == 200
    assert poll.is_void


def test_many_screens_are_one_question_to_the_urn_and_miss_no_paper_for_long(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    meeting = meeting_in_session(house)
    poll = poll_in(house, meeting)
    ask, questions, now = live.client.papers_in_each, [], [100.0]
    monkeypatch.setattr(live, "KEPT_S", 0.5)
    monkeypatch.setattr(live, "monotonic", lambda: now[0])
    monkeypatch.setattr(live.client, "papers_in_each", lambda places: questions.append(1) or ask(places))

    first = [_mark(meeting, house.member) for _screen in range(50)]
    cast_all(house, poll, ["agree"])
    at_once = _mark(meeting, house.member)
    now[0] += 0.5
    afterwards = _mark(meeting, house.member)

    assert len(set(first)) == 1
    assert len(questions) == 2
    assert at_once == first[0]
    assert afterwards != first[0]
