"""Minutes, count and recount of a meeting that was adjourned, voted on two dossiers at once, and held another round."""

from collections.abc import Callable
from datetime import date, time

import pytest

from councils.models import AgendaItem, Meeting, Tally
from councils.recount import recount
from councils.services import (
    adjourn_meeting,
    close_meeting,
    close_poll,
    open_polls,
    resume_meeting,
    take_roll,
)
from reports.documents.counting.context import context_of as counting_of
from reports.documents.imprint import Imprint
from reports.documents.minutes.context import context_of as minutes_of
from reports.rendering import render_html
from tests.integration.councils.building import House, cast_all, meeting_in_session

pytestmark = pytest.mark.django_db
NEXT = date(2025, 12, 18)


@pytest.fixture
def meeting(house: House, frozen_day: Callable[[date], None]) -> Meeting:
    """Two dossiers on one paper on the first day, the second one again on the next, with a member away."""
    meeting = meeting_in_session(house, items=2)
    items = list(AgendaItem.objects.select_related("dossier").order_by("position"))
    for poll in (first := open_polls(items=items, actor=house.chair)):
        cast_all(house, poll, ["agree"] * 8 + ["disagree"])
    close_poll(poll=first[0], actor=house.chair)
    adjourn_meeting(
        meeting=meeting, reason="Hết giờ.", resumes_on=NEXT, resumes_at=time(8), actor=house.chair
    )
    frozen_day(NEXT)
    meeting = resume_meeting(meeting=meeting, actor=house.chair)
    take_roll(meeting=meeting, present=house.members[:8], actor=house.secretary)
    item = AgendaItem.objects.select_related("dossier").get(position=2)
    (again,) = open_polls(items=[item], again_because="Bằng phiếu ở suất cuối", actor=house.chair)
    cast_all(house, again, ["agree"] * 7 + ["disagree"])
    close_poll(poll=again, actor=house.chair)
    return close_meeting(meeting=meeting, conclusion="Thống nhất.", actor=house.chair)


def _imprint() -> Imprint:
    return Imprint(symbol="BB-HĐ", day=NEXT)


def test_minutes_tell_both_days_and_the_round(house: House, meeting: Meeting) -> None:
    said = minutes_of(meeting, _imprint())
    page = " ".join(render_html("minutes", said).split())

    (words,) = said["sittings"]
    assert "phiên họp tạm ngừng (Hết giờ)" in words
    assert "ngày 18/12/2025, có mặt 08 thành viên; vắng mặt: Người thanhvien8 (không phép)." in words
    # Nobody came late or left but with the adjournment.
    assert said["movements"] == []
    assert (
        "vòng 1: đồng ý 8/9, không đồng ý 1, phiếu trắng 0; bỏ phiếu vòng 2 vì Bằng phiếu ở suất cuối" in page
    )
    assert said["items"][1]["tally"]["agree"] == 7


def test_the_count_tells_the_shared_paper_and_each_round(house: House, meeting: Meeting) -> None:
    said = counting_of(meeting, _imprint())
    page = " ".join(render_html("counting", said).split())

    assert said["count"] == 3
    assert "Các nội dung 1, 2 bỏ trên cùng một phiếu." in page
    assert "bỏ phiếu vòng 2 vì Bằng phiếu ở suất cuối." in page


def test_a_recount_finds_nothing_wrong_and_a_forged_leaving(house: House, meeting: Meeting) -> None:
    assert [str(check) for check in recount(meeting) if not check.holds] == []

    leaving = meeting.attendances.get(member=house.members[3]).events.get(kind="left")
    type(leaving).objects.filter(pk=leaving.pk).update(kind="came")

    assert any("Presence" in check.what for check in recount(meeting) if not check.holds)


def test_minutes_name_papers_that_were_invalid(house: House, meeting: Meeting) -> None:
    Tally.objects.filter(poll__agenda_item__position=1).update(invalid=2)

    page = " ".join(render_html("minutes", minutes_of(meeting, _imprint())).split())

    assert page.count("phiếu không hợp lệ.") == 1
    assert "): 02 phiếu không hợp lệ." in page
