"""A meeting that stops and goes on on another day: who may, what stands, who is there, and whose seat has ended meanwhile."""

from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core import navigation
from core.exceptions import InvalidRequest, NotAllowed, StaleState
from core.models import User
from councils.enums import MeetingOffice, MeetingStatus, Office, PresenceKind
from councils.models import AgendaItem, CouncilMember, Meeting, Poll, PresenceEvent
from councils.selectors.meetings import state_of
from councils.selectors.voting import quorum_of
from councils.services import (
    adjourn_meeting,
    change_office,
    close_meeting,
    close_poll,
    declare_interests,
    end_seat,
    open_poll,
    pass_office,
    resume_meeting,
    set_base_rule,
    strike_presence,
    take_roll,
)
from councils.services.interests import Answer
from tests.integration.councils.building import (
    House,
    cast_all,
    meeting_in_session,
    person,
    planned_meeting,
    poll_in,
)

NEXT = date(2025, 12, 18)


def _as(user: Any) -> Client:
    client = Client()
    client.cookies["language"] = "en"
    client.force_login(user)
    return client


def _adjourned(house: House, items: int = 2) -> Meeting:
    """A meeting that voted on its first item and goes on three days later."""
    meeting = meeting_in_session(house, items=items)
    poll = poll_in(house, meeting)
    cast_all(house, poll, ["agree"] * 9)
    close_poll(poll=poll, actor=house.chair)
    adjourn_meeting(
        meeting=meeting, reason="Hết giờ làm việc", resumes_on=NEXT, resumes_at=time(8), actor=house.chair
    )
    return Meeting.objects.get(pk=meeting.pk)


def _resumed(house: House, day: Callable[[date], None]) -> Meeting:
    meeting = _adjourned(house)
    day(NEXT)
    return resume_meeting(meeting=meeting, actor=house.chair)


def test_a_meeting_goes_on_with_its_agenda_and_results(
    house: House, frozen_day: Callable[[date], None]
) -> None:
    meeting = _resumed(house, frozen_day)
    take_roll(meeting=meeting, present=house.members[:8], actor=house.secretary)

    second = open_poll(item=AgendaItem.objects.get(position=2), actor=house.chair)
    cast_all(house, second, ["agree"] * 8)
    close_poll(poll=second, actor=house.chair)
    closed = close_meeting(meeting=meeting, conclusion="Xong", actor=house.chair)

    assert (closed.held_on, closed.sits_on) == (date(2025, 12, 15), NEXT)
    assert [
        row.turnout.tally.agree for row in state_of(closed).rows if row.turnout and row.turnout.tally
    ] == [9, 8]
    assert second.present_count == 8


def test_everybody_has_left_and_the_roll_is_taken_anew(
    house: House, frozen_day: Callable[[date], None]
) -> None:
    meeting = _adjourned(house)
    left = PresenceEvent.objects.filter(kind=PresenceKind.LEFT).count()
    frozen_day(NEXT)
    meeting = resume_meeting(meeting=meeting, actor=house.secretary)

    assert left == 9
    assert quorum_of(meeting).present == 0
    with pytest.raises(NotAllowed, match="0 of 9 members are present"):
        open_poll(item=AgendaItem.objects.get(position=2), actor=house.chair)


def test_nothing_is_done_while_a_meeting_stands_adjourned(house: House) -> None:
    meeting = _adjourned(house)

    with pytest.raises(NotAllowed, match="The meeting is adjourned"):
        open_poll(item=AgendaItem.objects.get(position=2), actor=house.chair)
    with pytest.raises(NotAllowed, match="The meeting is adjourned"):
        take_roll(meeting=meeting, present=house.members, actor=house.secretary)
    with pytest.raises(NotAllowed, match="The meeting is adjourned"):
        close_meeting(meeting=meeting, conclusion="Xong", actor=house.chair)


def test_it_goes_on_on_its_day_and_not_before(house: House, frozen_day: Callable[[date], None]) -> None:
    meeting = _adjourned(house)
    frozen_day(date(2025, 12, 17))
    with pytest.raises(NotAllowed, match="The meeting goes on on"):
        resume_meeting(meeting=meeting, actor=house.chair)

    adjourn_meeting(
        meeting=meeting,
        reason="Họp sớm hơn",
        resumes_on=date(2025, 12, 17),
        resumes_at=time(14),
        actor=house.secretary,
    )

    assert resume_meeting(meeting=meeting, actor=house.chair).status == MeetingStatus.OPEN
    assert meeting.adjournments.count() == 1
    with pytest.raises(StaleState, match="This meeting is not adjourned"):
        resume_meeting(meeting=meeting, actor=house.chair)


def test_no_meeting_is_adjourned_while_a_poll_is_open(house: House) -> None:
    meeting = meeting_in_session(house)
    poll_in(house, meeting)

    with pytest.raises(NotAllowed, match="A poll is still open"):
        adjourn_meeting(
            meeting=meeting, reason="Hết giờ", resumes_on=NEXT, resumes_at=time(8), actor=house.chair
        )


@pytest.mark.parametrize(
    ("reason", "day", "sentence"),
    [(" ", NEXT, "The reason is empty"), ("Hết giờ", date(2025, 12, 14), "has passed")],
)
def test_an_adjournment_needs_a_reason_and_a_day_to_come(
    house: House, reason: str, day: date, sentence: str
) -> None:
    meeting = meeting_in_session(house)

    with pytest.raises(InvalidRequest, match=sentence):
        adjourn_meeting(meeting=meeting, reason=reason, resumes_on=day, resumes_at=time(8), actor=house.chair)


def test_only_who_leads_or_records_adjourns(house: House) -> None:
    meeting = meeting_in_session(house)
    planned = planned_meeting(house, [])

    with pytest.raises(NotAllowed, match="its chair, a vice-chair or its secretary"):
        adjourn_meeting(
            meeting=meeting, reason="Hết giờ", resumes_on=NEXT, resumes_at=time(8), actor=house.member
        )
    with pytest.raises(NotAllowed, match="has not been opened"):
        adjourn_meeting(
            meeting=planned, reason="Hết giờ", resumes_on=NEXT, resumes_at=time(8), actor=house.chair
        )


def test_whose_seat_ended_meanwhile_counts_no_more_and_who_joined_does(
    house: House, frozen_day: Callable[[date], None]
) -> None:
    meeting = _adjourned(house)
    CouncilMember.objects.filter(pk=house.members[8].pk).update(ends_on=date(2025, 12, 16))
    joined = CouncilMember.objects.create(
        council=house.council, user=person("moi"), office=Office.MEMBER, starts_on=date(2025, 12, 17)
    )
    frozen_day(NEXT)
    meeting = resume_meeting(meeting=meeting, actor=house.chair)
    take_roll(meeting=meeting, present=[*house.members[:8], joined], actor=house.secretary)

    assert (quorum_of(meeting).members, quorum_of(meeting).present) == (9, 9)
    # What was counted on the first day stands as it was.
    assert Poll.objects.get().members_count == 9


def test_a_lost_chair_is_passed_on_before_the_meeting_goes_on(
    house: House, frozen_day: Callable[[date], None]
) -> None:
    deputy = house.members[3]
    CouncilMember.objects.filter(pk=deputy.pk).update(office=Office.DEPUTY)
    meeting = _adjourned(house)
    CouncilMember.objects.filter(pk=house.members[0].pk).update(ends_on=date(2025, 12, 16))
    frozen_day(NEXT)

    with pytest.raises(NotAllowed, match="has no seat on the council today"):
        resume_meeting(meeting=meeting, actor=house.secretary)
    pass_office(
        meeting=meeting,
        office=MeetingOffice.CHAIR,
        to_member=CouncilMember.objects.get(pk=deputy.pk),
        reason="Chủ tọa thôi giữ chức vụ",
        actor=deputy.user,
    )

    assert resume_meeting(meeting=meeting, actor=deputy.user).chair_id == deputy.pk


def test_a_base_of_votes_of_the_second_day_holds_on_the_second_day(
    house: House, frozen_day: Callable[[date], None]
) -> None:
    set_base_rule(
        council=house.council,
        recused_leave_base=True,
        starts_on=NEXT,
        legal_basis="Quy chế 12/QC-HĐ",
        actor=house.lead,
    )
    meeting = _resumed(house, frozen_day)
    take_roll(meeting=meeting, present=house.members, actor=house.secretary)

    second = open_poll(item=AgendaItem.objects.get(position=2), actor=house.chair)

    assert (Poll.objects.order_by("pk")[0].base_basis, second.base_basis) == ("", "Quy chế 12/QC-HĐ")


def test_the_page_adjourns_tells_and_resumes(house: House, frozen_day: Callable[[date], None]) -> None:
    meeting = meeting_in_session(house)
    chair, page = _as(house.chair), meeting.get_absolute_url()
    address = reverse("councils:meeting_adjourn", args=[meeting.pk])

    empty = chair.post(address, {"reason": "", "resumes_on": "18/12/2025", "resumes_at": "08:00"})
    done = chair.post(
        address, {"reason": "Hết giờ", "resumes_on": "18/12/2025", "resumes_at": "08:00"}, follow=True
    )
    hall = _as(house.auditor).get(reverse("councils:hall", args=[meeting.pk]))
    work = [str(item.title) for item in navigation.work_of(User.objects.get(pk=house.member.pk))]
    frozen_day(NEXT)
    resumed = chair.post(reverse("councils:meeting_resume", args=[meeting.pk]), follow=True)

    assert empty.status_code == 422
    for answer in (done, hall):
        assert "The meeting is adjourned. It goes on on" in " ".join(answer.content.decode().split())
    assert any("adjourned" in title for title in work)
    assert resumed.redirect_chain[-1][0] == reverse("councils:roll", args=[meeting.pk])
    assert "Resume the meeting" not in chair.get(page).content.decode()


def test_a_seat_ends_between_two_days_and_not_before_the_last_one_that_it_sat_on(
    house: House, frozen_day: Callable[[date], None]
) -> None:
    meeting = _resumed(house, frozen_day)
    take_roll(meeting=meeting, present=house.members[:8], actor=house.secretary)

    with pytest.raises(InvalidRequest, match="is on the roll of the meeting"):
        end_seat(member=house.members[7], ends_on=date(2025, 12, 16), decision="15/QĐ", actor=house.lead)
    ended = end_seat(member=house.members[8], ends_on=date(2025, 12, 16), decision="15/QĐ", actor=house.lead)

    assert ended.ends_on == date(2025, 12, 16)


def test_a_recused_member_whose_seat_ended_meanwhile_is_taken_out_of_the_base_once(
    house: House, frozen_day: Callable[[date], None]
) -> None:
    set_base_rule(
        council=house.council,
        recused_leave_base=True,
        starts_on=NEXT,
        legal_basis="Quy chế 12/QC-HĐ",
        actor=house.lead,
    )
    meeting = meeting_in_session(house, items=2)
    second = AgendaItem.objects.get(position=2)
    answer = Answer(second, has_interest=True, reason="Anh em họ")
    declare_interests(meeting=meeting, member=house.members[8], answers=[answer], actor=house.members[8].user)
    adjourn_meeting(meeting=meeting, reason="Hết giờ", resumes_on=NEXT, resumes_at=time(8), actor=house.chair)
    CouncilMember.objects.filter(pk=house.members[8].pk).update(ends_on=date(2025, 12, 16))
    frozen_day(NEXT)
    meeting = resume_meeting(meeting=meeting, actor=house.chair)
    take_roll(meeting=meeting, present=house.members[:8], actor=house.secretary)

    poll = open_poll(item=second, actor=house.chair)

    assert (poll.members_count, poll.recused_count, poll.participations.count()) == (8, 0, 8)


def test_a_deputy_named_meanwhile_takes_over_a_lost_chair_on_the_page(
    house: House, frozen_day: Callable[[date], None]
) -> None:
    meeting = _adjourned(house)
    CouncilMember.objects.filter(pk=house.members[0].pk).update(ends_on=date(2025, 12, 16))
    deputy = CouncilMember.objects.create(
        council=house.council, user=person("phomoi"), office=Office.DEPUTY, starts_on=date(2025, 12, 17)
    )
    frozen_day(NEXT)

    answer = _as(deputy.user).post(
        reverse("councils:offices", args=[meeting.pk]),
        {"office": "chair", "to_member": deputy.pk, "reason": "Chủ tọa thôi giữ chức vụ"},
    )

    assert answer.status_code == 302
    assert resume_meeting(meeting=meeting, actor=deputy.user).chair_id == deputy.pk
    assert meeting.attendances.filter(member=deputy).exists()


def test_another_office_of_a_member_takes_along_what_was_declared_and_led(
    house: House, frozen_day: Callable[[date], None]
) -> None:
    meeting = meeting_in_session(house, items=2)
    item = AgendaItem.objects.get(position=2)
    answer = Answer(item, has_interest=True, reason="Anh em họ")
    declare_interests(meeting=meeting, member=house.members[2], answers=[answer], actor=house.member)
    adjourn_meeting(meeting=meeting, reason="Hết giờ", resumes_on=NEXT, resumes_at=time(8), actor=house.chair)
    changed = [
        change_office(
            member=CouncilMember.objects.get(pk=house.members[index].pk),
            office=office,
            starts_on=date(2025, 12, 17),
            decision="16/QĐ",
            actor=house.lead,
            position="Phó Giám đốc",
        )
        for index, office in ((2, Office.MEMBER), (1, Office.SECRETARY))
    ]
    frozen_day(NEXT)
    meeting = resume_meeting(meeting=Meeting.objects.get(pk=meeting.pk), actor=house.chair)
    here = [house.members[0], *changed, *house.members[3:]]
    take_roll(meeting=meeting, present=here, actor=house.secretary)

    poll = open_poll(item=item, actor=house.chair)

    assert meeting.secretary_id == changed[1].pk
    assert (poll.members_count, poll.recused_count, poll.ballots_count) == (9, 1, 8)
    assert poll.participations.get(is_recused=True).member_id == changed[0].pk


def test_presence_of_the_second_day_is_recorded_anew(
    house: House, frozen_day: Callable[[date], None]
) -> None:
    meeting = _resumed(house, frozen_day)
    left = PresenceEvent.objects.filter(attendance__member=house.members[8]).latest("pk")
    with pytest.raises(NotAllowed, match="before the meeting was adjourned"):
        strike_presence(event=left, actor=house.secretary)

    page = _as(house.secretary).get(reverse("councils:roll", args=[meeting.pk])).content.decode()
    take_roll(meeting=meeting, present=house.members[:8], excused=[house.members[8]], actor=house.secretary)

    assert page.count('name="excused"') == 9
    latest = PresenceEvent.objects.filter(attendance__meeting=meeting).order_by("pk")
    assert [event.kind for event in latest][-9:] == ["came"] * 8 + ["excused"]


def test_a_time_typed_to_the_minute_of_resuming_belongs_to_the_day(
    house: House, frozen_day: Callable[[date], None]
) -> None:
    meeting = _resumed(house, frozen_day)
    resumed = meeting.adjournments.get().resumed_at
    assert resumed is not None

    take_roll(
        meeting=meeting,
        present=house.members,
        at=resumed.replace(second=0, microsecond=0),
        actor=house.secretary,
    )

    assert quorum_of(meeting).present == 9
