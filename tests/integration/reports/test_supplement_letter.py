"""The letter that asks for a supplement: issued by the standing office while it waits, read where the dossier was made."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.exceptions import NotAllowed
from core.files import read_bytes
from nominations.enums import Status
from nominations.models import Dossier, SupplementRequest
from registry.enums import Role
from reports.kinds import Subject, kinds
from reports.services import issue_document
from tests.factories.registry import UnitFactory, officer
from tests.integration.reports.conftest import AT


@pytest.fixture
def request_(dossiers: list[Dossier], people: dict[str, Any]) -> SupplementRequest:
    dossier = dossiers[0]
    Dossier.objects.filter(pk=dossier.pk).update(status=Status.SUPPLEMENT, filed_on=AT.date())
    made = SupplementRequest.objects.create(
        dossier=dossier,
        reason="- Biên bản chưa có chữ ký;\n\n- Thiếu báo cáo thành tích.",
        due_on=date(2025, 12, 20),
        asked_by=people["reviewer"],
        asked_at=AT,
    )
    return kinds()["supplement"].records().get(pk=made.pk)


def test_the_letter_says_what_is_missing_and_until_when(
    undrawn_documents: None, request_: SupplementRequest, people: dict[str, Any]
) -> None:
    document = issue_document(subject=Subject(kinds()["supplement"], request_), actor=people["reviewer"])

    text = " ".join(read_bytes(document.file).decode().split())
    # An official letter has no kind in its symbol; what it is about stands under the number.
    assert str(document) == "01/SLĐTBXH-VP"
    for expected in (
        "V/v đề nghị bổ sung hồ sơ khen thưởng HS-2025-0001",
        "Kính gửi:",
        "Ủy ban nhân dân xã Phan Điền.",
        "- Biên bản chưa có chữ ký;",
        "ngày 20 tháng 12 năm 2025",
        "không làm thay đổi ngày nộp",
    ):
        assert expected in text


def test_nobody_asks_again_what_was_answered(
    undrawn_documents: None, request_: SupplementRequest, people: dict[str, Any]
) -> None:
    request_.answered_at, request_.answered_by = AT, people["officer"]
    request_.save()

    with pytest.raises(NotAllowed, match=r"answered already|đã được trả lời"):
        issue_document(subject=Subject(kinds()["supplement"], request_), actor=people["reviewer"])


def test_the_filing_side_reads_it_and_a_stranger_knows_of_none(
    undrawn_documents: None, request_: SupplementRequest, people: dict[str, Any]
) -> None:
    subject = Subject(kinds()["supplement"], request_)
    with pytest.raises(NotAllowed):
        issue_document(subject=subject, actor=people["officer"])
    issue_document(subject=subject, actor=people["reviewer"])
    address = reverse("reports:issue", args=["supplement", request_.pk])
    stranger = officer(Role.COMMUNE_OFFICER, UnitFactory(kind="commune", admin_type="xa", name="Xã Khác"))
    answers = []
    for user in (people["officer"], stranger):
        client = Client()
        client.force_login(user)
        answers.append(client.get(address).status_code)

    assert answers == [200, 404]
