"""Offices of a meeting: held by people, passed on during it, and nothing hangs on one account."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from core.exceptions import InvalidRequest, NotAllowed, StaleState
from core.models import AuditEntry
from councils.enums import MeetingOffice, Office, PassingStatus
from councils.models import CouncilMember, Meeting, Passing
from councils.offices import officers_of, offices_in
from councils.services import (
    agree_to_close,
    annul_poll,
    change_meeting,
    change_office,
    close_meeting,
    close_poll,
    consent_to_lead,
    end_seat,
    open_poll,
    pass_office,
    prepare_meeting,
    take_item_off,
    take_roll,
)
from tests.integration.councils.building import (
    House,
    cast_all,
    meeting_in_session,
    particulars,
    poll_in,
)

pytestmark = pytest.mark.django_db

CHAIR, SECRETARY, TELLER = MeetingOffice.CHAIR, MeetingOffice.SECRETARY, MeetingOffice.TELLER


@pytest.fixture
def deputy(house: House) -> CouncilMember:
    """The third member is deputy chair of the council."""
    CouncilMember.objects.filter(pk=house.members[2].pk).update(office=Office.DEPUTY)
    house.members[2].refresh_from_db()
    return house.members[2]


def _fresh(meeting: Meeting) -> Meeting:
    return Meeting.objects.select_related("council__movement", "chair__user", "secretary__user").get(
        pk=meeting.pk
    )


def _pass(
    meeting: Meeting, office: MeetingOffice, to_member: CouncilMember, actor: Any, **more: Any
) -> Passing:
    return pass_office(
        meeting=meeting, office=office, to_member=to_member, reason="Bận đột xuất", actor=actor, **more
    )


def test_a_lost_chair_is_taken_over_with_an_open_poll_and_the_meeting_goes_on(
    house: House, deputy: CouncilMember
) -> None:
    meeting = meeting_in_session(house, items=2)
    poll = poll_in(house, meeting, 1)
    cast_all(house, poll, ["agree"] * 8)

    passing = _pass(meeting, CHAIR, deputy, deputy.user)

    meeting = _fresh(meeting)
    assert (meeting.chair, passing.from_member, passing.status) == (
        deputy,
        house.members[0],
        PassingStatus.DONE,
    )
    agree_to_close(poll=poll, actor=house.secretary)
    with pytest.raises(NotAllowed):
        close_poll(poll=poll, actor=house.chair, without_the_rest=True)
    assert close_poll(poll=poll, actor=deputy.user, without_the_rest=True) is not None
    with pytest.raises(NotAllowed, match="Only the chair of this meeting"):
        poll_in(house, meeting, 2)
    second = open_poll(item=meeting.items.get(position=2), actor=deputy.user)
    cast_all(house, second, ["agree"] * 9)
    assert close_poll(poll=second, actor=house.secretary) is not None
    close_meeting(meeting=meeting, conclusion="Xong", actor=deputy.user)
    said = AuditEntry.objects.filter(event="meeting.office_passed")
    assert said.count() == 1


def test_without_a_deputy_the_secretary_asks_and_the_leadership_consents(house: House) -> None:
    meeting = meeting_in_session(house)
    poll = poll_in(house, meeting)
    cast_all(house, poll, ["agree"] * 9)
    keeper = house.members[3]

    asked = _pass(meeting, CHAIR, house.members[1], house.secretary, next_secretary=keeper)

    assert asked.is_waiting
    assert _fresh(meeting).chair == house.members[0], "asking changes nothing"
    with pytest.raises(StaleState, match="waits already"):
        _pass(meeting, CHAIR, house.members[1], house.secretary, next_secretary=keeper)
    for who in (house.secretary, house.chair, house.reviewer, house.outsider):
        with pytest.raises(NotAllowed):
            consent_to_lead(passing=asked, actor=who, consents=True)
    consent_to_lead(passing=asked, actor=house.lead, consents=True)

    meeting = _fresh(meeting)
    assert (meeting.chair, meeting.secretary) == (house.members[1], keeper)
    with pytest.raises(StaleState):
        consent_to_lead(passing=asked, actor=house.lead, consents=True)
    assert close_poll(poll=poll, actor=house.secretary) is not None


def test_a_request_that_is_turned_down_changes_nothing_and_can_be_made_again(house: House) -> None:
    meeting = meeting_in_session(house)
    asked = _pass(meeting, CHAIR, house.members[1], house.secretary, next_secretary=house.members[3])

    consent_to_lead(passing=asked, actor=house.lead, consents=False)

    assert _fresh(meeting).chair == house.members[0]
    again = _pass(meeting, CHAIR, house.members[1], house.secretary, next_secretary=house.members[3])
    assert again.is_waiting


def test_a_request_that_waits_ends_with_the_meeting(house: House) -> None:
    meeting = meeting_in_session(house)
    asked = _pass(meeting, CHAIR, house.members[1], house.secretary, next_secretary=house.members[3])
    poll = poll_in(house, meeting)
    cast_all(house, poll, ["agree"] * 9)
    close_poll(poll=poll, actor=house.chair)
    close_meeting(meeting=meeting, conclusion="Xong", actor=house.chair)

    asked.refresh_from_db()
    assert asked.status == PassingStatus.REFUSED
    with pytest.raises(StaleState):
        consent_to_lead(passing=asked, actor=house.lead, consents=True)


REFUSALS: dict[str, tuple[Callable[[House, Meeting], Any], type[Exception], str]] = {
    "chair to an ordinary member": (
        lambda house, meeting: _pass(meeting, CHAIR, house.members[5], house.chair),
        InvalidRequest,
        "neither chair nor deputy chair",
    ),
    "chair taken for somebody else": (
        lambda house, meeting: _pass(meeting, CHAIR, house.members[2], house.secretary),
        NotAllowed,
        "taken over by a deputy chair in person",
    ),
    "secretary asked for by the chair": (
        lambda house, meeting: _pass(meeting, CHAIR, house.members[1], house.chair),
        NotAllowed,
        "asks to lead in person",
    ),
    "nobody keeps the record": (
        lambda house, meeting: _pass(meeting, CHAIR, house.members[1], house.secretary),
        InvalidRequest,
        "Somebody else must keep the record",
    ),
    "the chair keeps the record": (
        lambda house, meeting: _pass(meeting, SECRETARY, house.members[0], house.chair),
        InvalidRequest,
        "cannot both chair",
    ),
    "the chair counts": (
        lambda house, meeting: _pass(meeting, TELLER, house.members[0], house.chair),
        InvalidRequest,
        "cannot count",
    ),
    "held already": (
        lambda house, meeting: _pass(meeting, SECRETARY, house.members[1], house.chair),
        InvalidRequest,
        "holds this office already",
    ),
    "a vice-chair": (
        lambda house, meeting: _pass(meeting, MeetingOffice.VICE_CHAIR, house.members[5], house.chair),
        InvalidRequest,
        "comes with the seat",
    ),
    "no reason": (
        lambda house, meeting: pass_office(
            meeting=meeting, office=TELLER, to_member=house.members[5], reason=" ", actor=house.chair
        ),
        InvalidRequest,
        "reason is empty",
    ),
    "by a member": (
        lambda house, meeting: _pass(meeting, TELLER, house.members[5], house.members[6].user),
        NotAllowed,
        "passed on by its chair",
    ),
    "by the reviewer": (
        lambda house, meeting: _pass(meeting, TELLER, house.members[5], house.reviewer),
        NotAllowed,
        "passed on by its chair",
    ),
    "for somebody not counting": (
        lambda house, meeting: _pass(
            meeting, TELLER, house.members[5], house.chair, instead_of=house.members[6]
        ),
        InvalidRequest,
        "not on the counting team",
    ),
}


@pytest.mark.parametrize("what", sorted(REFUSALS))
def test_what_is_refused(house: House, deputy: CouncilMember, what: str) -> None:
    act, kind, sentence = REFUSALS[what]
    meeting = meeting_in_session(house)

    with pytest.raises(kind, match=sentence):
        act(house, meeting)

    assert not Passing.objects.exists()


def test_the_counting_team_is_named_before_and_changes_during_the_meeting(house: House) -> None:
    team = house.members[4:6]
    meeting = prepare_meeting(
        council=house.council, particulars=particulars(house, tellers=team), actor=house.secretary
    )
    change_meeting(
        meeting=meeting, particulars=particulars(house, tellers=[house.members[4]]), actor=house.secretary
    )
    assert offices_in(_fresh(meeting), house.members[4].user.pk) == {TELLER}
    assert offices_in(_fresh(meeting), house.members[5].user.pk) == frozenset()
    with pytest.raises(InvalidRequest, match="cannot count"):
        change_meeting(
            meeting=meeting, particulars=particulars(house, tellers=[house.members[0]]), actor=house.secretary
        )

    held = meeting_in_session(house)
    _pass(held, TELLER, house.members[6], house.chair)
    _pass(held, TELLER, house.members[7], house.secretary, instead_of=house.members[6])

    counting = [officer.member for officer in officers_of(_fresh(held)) if officer.office == TELLER]
    assert counting == [house.members[7]]
    assert held.tellers.count() == 2, "who counted before stays on record"


def test_the_counting_team_agrees_records_presence_and_ends_but_opens_nothing(house: House) -> None:
    meeting = meeting_in_session(house, items=2)
    _pass(meeting, TELLER, house.members[6], house.chair)
    teller = house.members[6].user
    poll = poll_in(house, meeting)
    cast_all(house, poll, ["agree"] * 7)

    agree_to_close(poll=poll, actor=teller)
    take_roll(meeting=meeting, present=house.members[:8], actor=teller)
    annul_poll(poll=poll, reason="Mất điện", actor=teller)

    with pytest.raises(NotAllowed):
        open_poll(item=meeting.items.get(position=1), actor=teller)
    with pytest.raises(NotAllowed, match="taken off the agenda by the chair"):
        take_item_off(item=meeting.items.get(position=2), reason="Chờ xác minh", actor=teller)
    with pytest.raises(NotAllowed):
        pass_office(meeting=meeting, office=TELLER, to_member=house.members[5], reason="x", actor=teller)


def test_whoever_agreed_and_then_leads_does_not_close_on_their_own_word(
    house: House, deputy: CouncilMember
) -> None:
    meeting = meeting_in_session(house)
    _pass(meeting, TELLER, deputy, house.chair)
    poll = poll_in(house, meeting)
    cast_all(house, poll, ["agree"] * 7)
    agree_to_close(poll=poll, actor=deputy.user)
    _pass(meeting, CHAIR, deputy, deputy.user)

    with pytest.raises(NotAllowed, match="2 ballots that were handed out"):
        close_poll(poll=poll, actor=deputy.user, without_the_rest=True)

    assert offices_in(_fresh(meeting), deputy.user.pk) == {CHAIR}, "whoever leads does not count"


def _as(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def test_the_page_shows_offices_passes_them_and_asks_the_leadership(
    house: House, deputy: CouncilMember
) -> None:
    meeting = meeting_in_session(house)
    address = reverse("councils:offices", args=[meeting.pk])
    asked = _as(house.secretary).post(
        address,
        {
            "office": "chair",
            "to_member": house.members[1].pk,
            "next_secretary": house.members[3].pk,
            "reason": "Chủ tọa ốm",
        },
        follow=True,
    )
    passing = Passing.objects.get()

    refused = _as(house.secretary).post(address, {"office": "secretary", "to_member": house.members[1].pk})
    seen_by_member = _as(house.member).get(address).content.decode()
    home = _as(house.lead).get("/").content.decode()
    consenting = _as(house.lead).get(address).content.decode()
    done = _as(house.lead).post(
        reverse("councils:office_consent", args=[passing.pk]), {"answer": "yes"}, follow=True
    )

    assert "The leadership is asked to consent." in asked.content.decode()
    assert "asks to lead the meeting: Chủ tọa ốm" in asked.content.decode()
    assert refused.status_code == 422
    assert "Chủ tọa ốm" in seen_by_member
    assert "Pass the office on" in _as(deputy.user).get(address).content.decode()
    assert "Pass the office on" not in _as(house.members[5].user).get(address).content.decode()
    assert "asks to lead" in home
    assert "Do not consent" in consenting
    assert "Do not consent" not in seen_by_member
    assert f"{house.members[1]} leads the meeting now." in done.content.decode()
    assert _as(house.outsider).get(address).status_code == 404
    assert _as(house.members[5].user).post(address, {}).status_code == 403


def _meeting_counted_by(house: House, teller: CouncilMember) -> Meeting:
    return prepare_meeting(
        council=house.council,
        particulars=particulars(house, held_on=date(2025, 12, 20), tellers=[teller]),
        actor=house.secretary,
    )


def test_whose_seat_ends_before_the_meeting_counts_no_more(house: House) -> None:
    leaving = house.members[5]
    meeting = _meeting_counted_by(house, leaving)

    end_seat(member=leaving, ends_on=date(2025, 12, 20), decision="QĐ 9", actor=house.lead)
    assert offices_in(_fresh(meeting), leaving.user.pk) == {TELLER}, "the seat holds on the day"
    later = _meeting_counted_by(house, house.members[6])
    end_seat(member=house.members[6], ends_on=date(2025, 12, 19), decision="QĐ 9", actor=house.lead)

    assert offices_in(_fresh(later), house.members[6].user.pk) == frozenset()


def test_the_counting_goes_with_the_person_to_another_seat(house: House) -> None:
    teller = house.members[5]
    meeting = _meeting_counted_by(house, teller)

    seat = change_office(
        member=teller, office=Office.DEPUTY, starts_on=date(2025, 12, 18), decision="QĐ 9", actor=house.lead
    )

    assert [one.member for one in meeting.tellers.all()] == [seat]


def test_a_deputy_who_keeps_the_record_passes_it_on_before_leading(house: House) -> None:
    meeting = meeting_in_session(house)
    CouncilMember.objects.filter(pk=house.members[1].pk).update(office=Office.DEPUTY)
    deputy = CouncilMember.objects.get(pk=house.members[1].pk)

    with pytest.raises(InvalidRequest, match="one person cannot do both"):
        pass_office(
            meeting=meeting,
            office=MeetingOffice.CHAIR,
            to_member=deputy,
            reason="Chủ tọa ốm",
            actor=house.secretary,
        )
    pass_office(
        meeting=meeting,
        office=MeetingOffice.SECRETARY,
        to_member=house.members[3],
        reason="Thư ký sẽ chủ trì",
        actor=house.chair,
    )
    pass_office(
        meeting=meeting,
        office=MeetingOffice.CHAIR,
        to_member=deputy,
        reason="Chủ tọa ốm",
        actor=house.secretary,
    )

    assert Meeting.objects.get(pk=meeting.pk).chair_id == deputy.pk
