"""The minutes of a day on which people came late and left, offices passed and a poll was void."""

from datetime import date

import pytest

from councils.enums import MeetingOffice, Office
from councils.models import CouncilMember, Meeting
from councils.services import (
    annul_poll,
    close_meeting,
    close_poll,
    consent_to_lead,
    open_poll,
    pass_office,
    take_roll,
)
from reports.documents.imprint import Imprint
from reports.documents.minutes.context import context_of
from reports.rendering import render_html
from tests.integration.councils.building import House, cast, meeting_in_session, poll_in

pytestmark = pytest.mark.django_db


def test_minutes_tell_the_day_as_it_was(house: House) -> None:
    CouncilMember.objects.filter(pk=house.members[2].pk).update(office=Office.DEPUTY)
    deputy = CouncilMember.objects.select_related("user").get(pk=house.members[2].pk)
    meeting = meeting_in_session(house, absent=2)
    excused, late = house.members[7], house.members[8]
    take_roll(meeting=meeting, present=house.members[:7], excused=[excused], actor=house.secretary)
    pass_office(
        meeting=meeting,
        office=MeetingOffice.TELLER,
        to_member=house.members[4],
        reason="Bổ sung",
        actor=house.chair,
    )
    annul_poll(poll=poll_in(house, meeting), reason="Mất điện.", actor=house.chair)
    pass_office(
        meeting=meeting,
        office=MeetingOffice.CHAIR,
        to_member=deputy,
        reason="Chủ tọa ốm đột xuất.",
        actor=deputy.user,
    )
    take_roll(meeting=meeting, present=[*house.members[1:7], late], excused=[excused], actor=house.secretary)
    asked = pass_office(
        meeting=meeting,
        office=MeetingOffice.CHAIR,
        to_member=house.members[1],
        next_secretary=house.members[3],
        reason="Phó Chủ tịch có việc",
        actor=house.secretary,
    )
    consent_to_lead(passing=asked, actor=house.lead, consents=True)
    leads = house.secretary
    poll = open_poll(item=meeting.items.get(), actor=leads)
    for seat in (*house.members[1:7], late):
        cast(poll, seat.user, "agree")
    close_poll(poll=poll, actor=leads)
    close_meeting(meeting=meeting, conclusion="Xong", actor=leads)

    closed = Meeting.objects.select_related(
        "council__movement", "council__unit__parent__parent", "chair__user", "secretary__user"
    ).get()
    context = context_of(closed, Imprint("BB-HĐXKT", date(2025, 12, 15), 3))
    text = " ".join(render_html("minutes", context).split())

    for expected in (
        "dự họp 08 thành viên",
        f"Vắng mặt: {excused.user.full_name} (có phép).",
        f"{house.council.members.get(office=Office.CHAIR).user.full_name} rời phiên họp lúc",
        f"{late.user.full_name} có mặt lúc",
        f"Tổ kiểm phiếu: {house.members[4].user.full_name}.",
        f"nhiệm vụ kiểm phiếu giao thêm cho {house.members[4].user.full_name}. Lý do: Bổ sung.",
        f"sang {deputy.user.full_name}. Lý do: Chủ tọa ốm đột xuất.",
        f"{house.members[3].user.full_name} làm thư ký; {house.lead.full_name} đồng ý. Lý do: Phó Chủ tịch có việc.",
        "một lần bỏ phiếu không có giá trị: bị hủy (Mất điện). Phiếu đã hủy, không mở.",
        "số thành viên có mặt thấp nhất là 07.",
    ):
        assert expected in text, expected
