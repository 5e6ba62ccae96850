"""The case pack: all findings, judgements and waivers of each item, and for each reader only the items that are open."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pikepdf
import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from core.exceptions import NotAllowed
from core.files import PDF, adopt, store_bytes
from core.models import User
from councils.case_pack import case_pack
from councils.models import AgendaItem, CouncilMember, Meeting
from councils.services import close_meeting, declare_interests, open_meeting, settle_interest, take_item_off
from councils.services.interests import Answer
from criteria.engine import Status as FindingStatus
from nominations.models import Dossier, Evaluation, Judgement, Paper, SupplementRequest, Waiver
from registry.enums import Role
from registry.models import UnitRole
from reports.case_pack import SHEET, context_of, render_case_pack
from reports.rendering import render_html
from tests.factories.files import pdf_bytes
from tests.integration.councils.building import (
    LONG_AGO,
    House,
    declare_all,
    eligible_dossier,
    invite,
    planned_meeting,
)

pytestmark = pytest.mark.django_db

WHY = "Cháu ruột của chủ hộ"


@pytest.fixture
def meeting(house: House, full_results: Callable[[], None]) -> Meeting:
    """In preparation with three items, the members invited, nobody has declared."""
    made = planned_meeting(house, [eligible_dossier(house, number) for number in (1, 2, 3)])
    full_results()
    invite(house, made)
    return made


def _as(user: Any) -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(user)
    return client


def _text(answer: HttpResponse) -> str:
    return " ".join(answer.content.decode().split())


def _item(meeting: Meeting, position: int) -> AgendaItem:
    return AgendaItem.objects.select_related("meeting", "dossier", "evaluation").get(
        meeting=meeting, position=position
    )


def _say(meeting: Meeting, seat: CouncilMember, **interests: bool) -> None:
    """`item_1=True` declares an interest in the first item."""
    answers = [
        Answer(_item(meeting, int(name[-1])), has_interest=has, reason=WHY if has else "")
        for name, has in interests.items()
    ]
    declare_interests(meeting=meeting, member=seat, answers=answers, actor=seat.user)


def _positions(meeting: Meeting, user: User) -> list[int]:
    return [case.item.position for case in case_pack(meeting, User.objects.get(pk=user.pk)).cases]


def _html(meeting: Meeting, user: User) -> str:
    """What the PDF of a reader is drawn from."""
    with translation.override("vi"):
        found = context_of(case_pack(meeting, User.objects.get(pk=user.pk)), user)
    return " ".join(render_html(SHEET, found).split())


PAGE, FILE = "councils:case_pack", "reports:case_pack"


def _page(meeting: Meeting, user: User) -> str:
    return _text(_as(user).get(reverse(PAGE, args=[meeting.pk])))


# Who reads which items


def test_a_member_reads_only_items_on_which_no_interest_was_declared(house: House, meeting: Meeting) -> None:
    seat = house.members[2]
    assert _positions(meeting, seat.user) == [], "nothing before the declaration"

    _say(meeting, seat, item_1=False, item_2=True)

    assert _positions(meeting, seat.user) == [1]
    page, pdf = _page(meeting, seat.user), _html(meeting, seat.user)
    for shown in (page, pdf):
        assert "HS-2025-0001" in shown
        for other in ("HS-2025-0002", "HS-2025-0003", "Nguyễn Văn 2", "Nguyễn Văn 3"):
            assert other not in shown, other


def test_nothing_is_read_before_the_invitation(house: House, full_results: Callable[[], None]) -> None:
    meeting = planned_meeting(house, [eligible_dossier(house)])
    full_results()
    declare_all(meeting)
    assert _positions(meeting, house.member) == []
    assert "papers open when the members are invited" in _page(meeting, house.member)

    invite(house, meeting)

    assert _positions(meeting, house.member) == [1]


def test_a_ruling_closes_an_item_too(house: House, meeting: Meeting) -> None:
    seat = house.members[3]
    User.objects.filter(pk=seat.user_id).update(full_name="Nguyễn Văn 2", name_folded="nguyen van 2")
    _say(meeting, seat, item_1=False, item_2=False, item_3=False)
    assert _positions(meeting, seat.user) == [1, 2, 3]

    settle_interest(
        item=_item(meeting, 2), member=seat, is_recused=True, reason="Trùng tên", actor=house.secretary
    )

    assert _positions(meeting, seat.user) == [1, 3]


def test_a_role_of_the_province_gives_a_member_nothing_beyond_the_seat(
    house: House, meeting: Meeting
) -> None:
    seat = house.members[2]
    UnitRole.objects.create(user=seat.user, role=Role.REVIEWER, unit=house.council.unit, starts_on=LONG_AGO)
    _say(meeting, seat, item_1=True, item_2=False)

    assert _positions(meeting, seat.user) == [2]
    # Control: the same role without a seat reads all.
    assert _positions(meeting, house.reviewer) == [1, 2, 3]


def test_an_item_that_comes_again_is_not_opened_by_what_was_declared_of_it_before(
    house: House, meeting: Meeting
) -> None:
    seat = house.members[2]
    opened = open_meeting(meeting=meeting, actor=house.chair)
    declare_all(opened)
    for position in (1, 2, 3):
        take_item_off(item=_item(opened, position), reason="Hoãn", actor=house.chair)
    close_meeting(meeting=opened, conclusion="Hoãn", actor=house.chair)
    again = planned_meeting(house, [Dossier.objects.get(code="HS-2025-0001")])
    invite(house, again)

    assert _positions(opened, seat.user) == [1, 2, 3]
    assert _positions(again, seat.user) == []
    _say(again, seat, item_1=False)
    assert _positions(again, seat.user) == [1]


@pytest.mark.parametrize("who", ["reviewer", "lead", "auditor"])
def test_who_runs_or_inspects_the_movement_reads_all(house: House, meeting: Meeting, who: str) -> None:
    assert _positions(meeting, getattr(house, who)) == [1, 2, 3]


def test_outsiders_find_neither_page_nor_file(house: House, meeting: Meeting) -> None:
    for name in (PAGE, FILE):
        assert _as(house.outsider).get(reverse(name, args=[meeting.pk])).status_code == 404
        assert Client().get(reverse(name, args=[meeting.pk])).status_code == 302


def test_a_file_of_nothing_is_refused_with_what_to_do(house: House, meeting: Meeting) -> None:
    with pytest.raises(NotAllowed, match="No item of this meeting is open to you"):
        render_case_pack(meeting=meeting, reader=house.member)

    assert _as(house.member).get(reverse(FILE, args=[meeting.pk])).status_code == 403
    assert reverse(FILE, args=[meeting.pk]) not in _page(meeting, house.member)


def test_links_to_the_pack_stand_where_it_opens(house: House, meeting: Meeting) -> None:
    seat, link = house.members[2], reverse(PAGE, args=[meeting.pk])
    assert link not in _text(_as(seat.user).get(meeting.get_absolute_url()))

    _say(meeting, seat, item_1=False, item_2=True)

    page = _text(_as(seat.user).get(meeting.get_absolute_url()))
    assert f"{link}#item-{_item(meeting, 1).pk}" in page
    assert f"{link}#item-{_item(meeting, 2).pk}" not in page
    assert reverse(FILE, args=[meeting.pk]) in _page(meeting, seat.user)


# What it says


def _finding(meeting: Meeting, status: FindingStatus) -> dict[str, Any]:
    found = _item(meeting, 1).evaluation.result["findings"]
    return next(one for one in found if one["status"] == status.value and not one["children"])


def test_every_finding_stands_with_clause_and_sentence_whatever_its_status(
    house: House, meeting: Meeting
) -> None:
    evaluation = _item(meeting, 1).evaluation
    statuses = ["met", "not_met", "missing", "judgement", "waived"]
    findings = [one for one in evaluation.result["findings"] if one["status"] != "not_applicable"]
    for number, one in enumerate(findings):
        one["status"] = statuses[number % len(statuses)]
        one["sentence"] = {"vi": f"Câu số {number}", "en": f"Sentence number {number}"}
    assert len(findings) >= len(statuses)
    Evaluation.objects.filter(pk=evaluation.pk).update(result=evaluation.result)

    page, pdf = _page(meeting, house.reviewer), _html(meeting, house.reviewer)

    for number, one in enumerate(findings):
        assert f"Sentence number {number}" in page
        assert one["cite"]["en"] in page
        assert f"Câu số {number}" in pdf
        assert one["cite"]["vi"] in pdf
        assert one["label"]["vi"] in pdf


def test_judgements_and_waivers_say_who_why_and_by_which_paper(house: House, meeting: Meeting) -> None:
    item = _item(meeting, 1)
    criteria = [one["criterion"] for one in item.evaluation.result["findings"]]
    before = item.evaluation.created_at - timedelta(hours=1)
    Judgement.objects.create(
        dossier=item.dossier,
        criterion=criteria[0],
        verdict="met",
        note="Xem biên bản xã",
        made_by=house.reviewer,
        made_at=before,
    )
    stored = store_bytes(content=pdf_bytes("Giấy"), name="a.pdf", content_type=PDF, actor=house.lead)
    adopt(stored)
    paper = Paper.objects.create(
        dossier=item.dossier, kind="waiver_paper", file=stored, uploaded_by=house.lead, uploaded_at=before
    )
    Waiver.objects.create(
        dossier=item.dossier,
        criterion=criteria[1],
        authority="province-chairman",
        reason="Hộ bị thiên tai",
        paper=paper,
        document_number="123/UBND-VX",
        dated_on=before.date(),
        made_by=house.lead,
        made_at=before,
    )
    SupplementRequest.objects.create(
        dossier=item.dossier,
        reason="Thiếu xác nhận",
        due_on=before.date(),
        asked_by=house.reviewer,
        asked_at=before,
    )

    page, pdf = _page(meeting, house.auditor), _html(meeting, house.auditor)

    for shown in (page, pdf):
        for said in (
            "Xem biên bản xã",
            str(house.reviewer),
            "Hộ bị thiên tai",
            "123/UBND-VX",
            str(house.lead),
            "Thiếu xác nhận",
        ):
            assert said in shown, said
    assert "Chủ tịch UBND tỉnh" in pdf
    assert reverse("nominations:paper_download", args=[paper.pk]) in page


def test_what_was_judged_after_the_appraisal_is_not_in_it(house: House, meeting: Meeting) -> None:
    item = _item(meeting, 1)
    Judgement.objects.create(
        dossier=item.dossier,
        criterion=item.evaluation.result["findings"][0]["criterion"],
        verdict="not_met",
        note="Nhận xét sau này",
        made_by=house.reviewer,
        made_at=item.evaluation.created_at + timedelta(days=1),
    )

    assert "Nhận xét sau này" not in _page(meeting, house.auditor)


def test_texts_of_the_records_become_no_markup(house: House, meeting: Meeting) -> None:
    Dossier.objects.filter(code="HS-2025-0001").update(award_citation='<img src="x"><b>đậm</b>')

    for shown in (_page(meeting, house.auditor), _html(meeting, house.auditor)):
        assert "&lt;img src=" in shown
        assert "<b>đậm" not in shown


@pytest.mark.slow  # starts the renderer
def test_the_file_is_a_pdf_with_a_page_for_each_open_item_and_the_readers_name(
    house: House, meeting: Meeting
) -> None:
    _say(meeting, house.members[2], item_1=False, item_2=True, item_3=False)

    answer = _as(house.member).get(reverse(FILE, args=[meeting.pk]))

    pdf = pikepdf.open(io.BytesIO(answer.content))
    assert answer["Content-Type"] == PDF
    assert answer["Cache-Control"] == "private, no-store"
    assert len(pdf.pages) >= 3, "contents and two items"
    assert f"Tài liệu in cho {house.member.full_name}" in _html(meeting, house.member)


@pytest.mark.parametrize("items", [1, 6])
def test_the_pack_costs_the_same_for_few_items_and_many(
    house: House, items: int, full_results: Callable[[], None]
) -> None:
    made = planned_meeting(house, [eligible_dossier(house, number) for number in range(1, items + 1)])
    full_results()
    invite(house, made)
    declare_all(made)
    reader = User.objects.get(pk=house.member.pk)
    meeting = Meeting.objects.select_related("council__movement", "council__unit").get(pk=made.pk)

    with CaptureQueriesContext(connection) as queries, translation.override("vi"):
        pack = case_pack(meeting, reader)
        context_of(pack, reader)

    assert len(pack.cases) == items
    assert len(queries) == 9
