"""The list of a council's members: who sits on it on the day of the decision, kept by who names them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.exceptions import NotAllowed, Refusal
from core.files import read_bytes
from councils.enums import Office, Serves
from councils.models import Council, CouncilMember
from registry.models import OfficeDuty, Unit
from reports.kinds import Subject, kinds
from reports.services import issue_document, render_preview

KIND = kinds()["members"]
DAY = date(2025, 12, 10)


def subject_of(council: Council) -> Subject:
    return Subject(KIND, KIND.records().get(pk=council.pk))


def text_of(content: bytes) -> str:
    return " ".join(content.decode().split())


def test_the_list_goes_with_the_decision_whose_number_is_typed(
    undrawn_documents: None, council: Council, people: dict[str, Any]
) -> None:
    document = issue_document(subject=subject_of(council), actor=people["lead"], number=96, day=DAY)

    text = text_of(read_bytes(document.file))
    assert str(document) == "96/QĐ-SLĐTBXH"
    assert "(Kèm theo Quyết định số 96/QĐ-SLĐTBXH ngày 10 tháng 12 năm 2025 của Giám đốc Sở Lao động" in text
    assert "Danh sách gồm 09 thành viên" in text
    assert text.index("Nguyễn Hữu Đạt") < text.index("Trương Thị Ánh Nguyệt") < text.index("Hồ Thị Kim Liên")
    assert "Phó Giám đốc Sở Tài chính" in text


def test_the_list_is_that_of_the_decisions_day(
    undrawn_documents: None, council: Council, people: dict[str, Any]
) -> None:
    left = council.members.get(user=people["member"])
    left.ends_on = date(2025, 12, 9)
    left.save()
    CouncilMember.objects.create(
        council=council,
        user=people["outsider"],
        office=Office.DEPUTY,
        starts_on=DAY,
        decision="95/QĐ-SLĐTBXH ngày 10/12/2025",
    )

    before = issue_document(
        subject=subject_of(council), actor=people["lead"], number=90, day=date(2025, 12, 9)
    )
    after = issue_document(
        subject=subject_of(council), actor=people["lead"], number=96, day=DAY, reason="Kiện toàn"
    )

    old, new = (text_of(read_bytes(document.file)) for document in (before, after))
    assert "Hồ Thị Kim Liên" in old
    assert "Người Ngoài" not in old
    assert "Hồ Thị Kim Liên" not in new
    # The deputy stands after the chair, with the decision that named this member alone.
    assert new.index("Nguyễn Hữu Đạt") < new.index("Người Ngoài") < new.index("Trương Thị Ánh Nguyệt")
    assert "10/12/2025 (95/QĐ-SLĐTBXH ngày 10/12/2025)" in new


@pytest.mark.parametrize(
    "name", ["chair", "secretary", "member", "auditor", "standing", "officer", "outsider"]
)
def test_only_who_names_the_members_keeps_the_list(
    council: Council, people: dict[str, Any], name: str
) -> None:
    with pytest.raises(NotAllowed, match=r"standing office|cơ quan thường trực"):
        issue_document(subject=subject_of(council), actor=people[name], number=96, day=DAY)


def test_a_draft_leaves_room_for_the_decision(undrawn_documents: None, council: Council) -> None:
    text = text_of(render_preview(subject=subject_of(council)))

    assert "/QĐ-SLĐTBXH ngày" in text
    assert "96/QĐ" not in text


def test_nobody_sits_on_it_so_there_is_no_list(council: Council, people: dict[str, Any]) -> None:
    council.members.all().delete()

    with pytest.raises(NotAllowed, match=r"Nobody sits|chưa có thành viên"):
        issue_document(subject=subject_of(council), actor=people["lead"], number=96, day=DAY)


def test_each_council_is_set_up_by_its_own_body(council: Council, units: dict[str, Unit]) -> None:
    bodies = {}
    for serves, unit in (("selection", "department"), ("unit", "commune"), ("province", "province")):
        council.serves, council.unit = Serves(serves), units[unit]
        bodies[serves] = KIND.issuer_of(council, DAY).issuer

    assert bodies == {
        "selection": "Sở Lao động - Thương binh và Xã hội",
        "unit": "Ủy ban nhân dân xã Phan Điền",
        "province": "Ủy ban nhân dân tỉnh Bình Thuận",
    }


def test_without_a_standing_office_on_the_day_it_is_said_where_to_record_it(
    council: Council, people: dict[str, Any]
) -> None:
    OfficeDuty.objects.update(ends_on=date(2025, 2, 28))

    with pytest.raises(Refusal, match=r"standing office|cơ quan thường trực"):
        issue_document(subject=subject_of(council), actor=people["lead"], number=96, day=DAY)


def test_the_button_stands_on_the_page_of_the_council(council: Council, people: dict[str, Any]) -> None:
    address = reverse("reports:issue", args=["members", council.pk])
    answers = []
    for name in ("lead", "member"):
        client = Client()
        client.force_login(people[name])
        page = client.get(council.get_absolute_url()).content.decode()
        answers.append((address in page, client.get(address).status_code))
    stranger = Client()
    stranger.force_login(people["outsider"])

    assert answers == [(True, 200), (True, 200)]
    assert stranger.get(address).status_code == 404
