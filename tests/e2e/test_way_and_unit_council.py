"""The Prime Minister's way on a proposal's page, and a district that sets up its own council and meets."""

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, ViewportSize, expect

from councils.enums import Office, Serves
from councils.models import Council, Meeting
from councils.services import open_meeting, take_roll
from nominations.models import Proposal, WayPaper
from tests.e2e.browsing import NARROW, WIDE, look, send
from tests.factories import Cast, make_cast
from tests.factories.files import pdf_bytes
from tests.integration.councils.building import declare_all, person, planned_meeting
from tests.integration.councils.unit_building import build_unit_house, unit_dossier, vote
from tests.integration.nominations.province import approved_proposal, recommended_individuals
from tests.integration.nominations.way_papers import go, take_province

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def paper(tmp_path: Path) -> str:
    """A paper to attach."""
    file = tmp_path / "to-trinh.pdf"
    file.write_bytes(pdf_bytes("tờ trình"))
    return str(file)


def _open_reason(page: Page, words: str) -> Any:
    """The form behind a button that unfolds it."""
    details = page.locator("details.reason").filter(has=page.locator("summary", has_text=words))
    if details.get_attribute("open") is None:
        details.locator("summary").click()
    return details


@pytest.mark.parametrize("viewport", [NARROW], ids=["360px"], indirect=True)
def test_papers_are_recorded_one_after_the_other_to_the_decision(
    transactional_db: None, sign_in: Any, viewport: ViewportSize, paper: str
) -> None:
    cast: Cast = make_cast()
    proposal: Proposal = approved_proposal(cast, recommended_individuals(cast, 2))
    go(cast, proposal, until="provincial_council")
    page = sign_in(cast["standing_body"], viewport=viewport)

    page.goto(proposal.get_absolute_url())
    step = page.locator("[aria-current=step]")
    expect(step).to_contain_text("Hội đồng Thi đua - Khen thưởng tỉnh")
    expect(page.locator("details.reason").filter(has_text="Ghi tờ trình của UBND tỉnh")).to_have_count(0)
    look(page)

    take_province(cast, proposal)
    page.reload()
    letter = _open_reason(page, "Ghi tờ trình của UBND tỉnh")
    letter.get_by_label("Số", exact=False).first.fill("905/TTr-UBND")
    assert send(page, letter.locator("button[type=submit]")) == 422, "no file, no signer"
    look(page)
    letter = _open_reason(page, "Ghi tờ trình của UBND tỉnh")
    expect(letter.locator("[name=province_letter-number]")).to_have_value("905/TTr-UBND")
    letter.locator("[name=province_letter-dated_on]").fill("2025-12-15")
    letter.locator("[name=province_letter-signer]").fill("Phó Chủ tịch UBND tỉnh Trần Văn Hoà")
    letter.locator("[name=province_letter-file]").set_input_files(paper)
    send(page, letter.locator("button[type=submit]"))

    sending = _open_reason(page, "Ghi việc gửi")
    sending.locator("[name=sending-dated_on]").fill("2025-12-15")
    sending.locator("[name=sending-sent_by]").select_option("post")
    sending.locator("[name=sending-number]").fill("EB123456789VN")
    sending.locator("[name=sending-file]").set_input_files(paper)
    send(page, sending.locator("button[type=submit]"))
    look(page)

    asked = page.locator("details.reason", has=page.locator("[name=supplement_asked-words]"))
    asked.locator("summary").click()
    asked.locator("[name=supplement_asked-dated_on]").fill("2025-12-15")
    asked.locator("[name=supplement_asked-words]").fill("Bổ sung xác nhận thuế của doanh nghiệp.")
    send(page, asked.locator("button[type=submit]"))
    look(page)
    # Before the answer no decision can be recorded, and the page says what is missing.
    expect(page.locator("[aria-current=step]")).to_contain_text("Chưa trả lời yêu cầu bổ sung")

    answered = page.locator("details.reason", has=page.locator("[name=supplement_answered-number]"))
    answered.locator("summary").click()
    answered.locator("[name=supplement_answered-dated_on]").fill("2025-12-15")
    answered.locator("[name=supplement_answered-number]").fill("12/UBND-KGVXNV")
    answered.locator("[name=supplement_answered-file]").set_input_files(paper)
    send(page, answered.locator("button[type=submit]"))

    assert WayPaper.objects.filter(proposal=proposal).count() == 4
    look(page)
    page.goto(reverse("nominations:decision_record", args=[proposal.code]))
    look(page)


@pytest.mark.parametrize("viewport", [WIDE], ids=["1280px"], indirect=True)
def test_a_district_sets_up_its_council_and_prepares_a_meeting(
    transactional_db: None, sign_in: Any, viewport: ViewportSize
) -> None:
    units = build_unit_house()
    page = sign_in(units.other_officer, viewport=viewport)

    page.goto(reverse("councils:list"))
    look(page)
    page.goto(reverse("councils:council_create"))
    look(page)
    page.locator("[name=name]").fill("Hội đồng Thi đua - Khen thưởng huyện Tuy Phong")
    page.locator("[name=movement]").select_option(index=1)
    page.locator("[name=decision]").fill("123/QĐ-UBND ngày 01/3/2025")
    send(page, page.get_by_role("button", name="Thành lập hội đồng"))
    council = Council.objects.get(unit=units.other_district, serves=Serves.UNIT)
    look(page)
    for number, office in enumerate((Office.CHAIR, Office.SECRETARY, Office.MEMBER)):
        user = person(f"tuyphong{number}")
        form = _open_reason(page, "Thêm thành viên")
        form.locator("[name=username]").fill(user.username)
        form.locator("[name=office]").select_option(office.value)
        form.locator("[name=starts_on]").fill("2025-03-01")
        send(page, form.locator("button[type=submit]"))
    assert council.members.count() == 3
    look(page)
    send(page, page.get_by_role("link", name="Lập phiên họp"))
    page.locator("[name=title]").fill("Phiên họp xét khen thưởng huyện Tuy Phong")
    page.locator("[name=held_on]").fill("2025-12-15")
    page.locator("[name=starts_at]").fill("08:00")
    page.locator("[name=place]").fill("Phòng họp UBND huyện")
    for office in ("chair", "secretary"):
        page.locator(f"[name={office}]").select_option(index=1 if office == "chair" else 2)
    look(page)
    send(page, page.locator("main form button[type=submit]").last)
    look(page)
    page.goto(reverse("councils:agenda", args=[council.meetings.get().pk]))
    expect(page.locator("main")).to_contain_text("Hồ sơ đang ở đơn vị")
    look(page)


@pytest.mark.parametrize("viewport", [NARROW], ids=["360px"], indirect=True)
def test_the_districts_vote_is_read_where_its_officer_files(
    transactional_db: None, sign_in: Any, viewport: ViewportSize
) -> None:
    units = build_unit_house()
    wanted, unwanted, waiting = (unit_dossier(units, number) for number in (1, 2, 3))
    meeting = planned_meeting(units.house, [])
    page = sign_in(units.officer, viewport=viewport)

    page.goto(reverse("councils:agenda", args=[meeting.pk]))
    look(page)
    for box in page.locator("tbody [type=checkbox]").all()[:2]:
        box.check()
    send(page, page.locator("main form button[type=submit]").last)
    open_meeting(meeting=Meeting.objects.get(pk=meeting.pk), actor=units.house.chair)
    take_roll(meeting=meeting, present=units.house.members, actor=units.house.secretary)
    declare_all(meeting)
    member = sign_in(units.house.member, viewport=viewport)
    member.goto(reverse("councils:case_pack", args=[meeting.pk]))
    look(member)
    vote(units, meeting, 1)
    vote(units, meeting, 2, agree=2)

    for dossier, words in ((wanted, "5/5"), (unwanted, "2/5"), (waiting, "")):
        page.goto(dossier.get_absolute_url())
        look(page)
        if words:
            expect(page.locator("main")).to_contain_text(words)
    page.goto(reverse("nominations:sets"))
    look(page)
