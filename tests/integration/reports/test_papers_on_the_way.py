"""The papers between filing and decision: appraisal report, filing letter, invitation, reminder; who issues which."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.exceptions import NotAllowed, Refusal
from core.files import read_bytes
from nominations.enums import RoundStatus
from nominations.models import AwardRound, Dossier, FilingSet
from registry.enums import Role
from reports.kinds import Subject, kinds
from reports.models import IssuedDocument
from reports.selectors import find_subject
from reports.services import issue_document
from tests.factories.registry import UnitFactory, officer
from tests.integration.councils.building import House, build_house, eligible_dossier, planned_meeting
from tests.integration.reports.conftest import AT


def words_of(document: IssuedDocument) -> str:
    return " ".join(read_bytes(document.file).decode().split())


def test_the_appraisal_report_names_findings_and_conclusion(
    undrawn_documents: None, dossiers: list[Dossier], people: dict[str, Any]
) -> None:
    subject = find_subject("appraisal", dossiers[0].code)
    with pytest.raises(NotAllowed):
        issue_document(subject=subject, actor=people["officer"])

    document = issue_document(subject=subject, actor=people["reviewer"])

    text = words_of(document)
    assert str(document) == "01/BC-SLĐTBXH"
    assert f"Kết quả thẩm định hồ sơ {dossiers[0].code}" in text
    assert "Kết luận:" in text
    assert "Kết quả họp xét" not in text


def test_there_is_no_report_before_the_conclusion(dossiers: list[Dossier]) -> None:
    dossiers[0].evaluations.all().delete()

    with pytest.raises(NotAllowed, match=r"not concluded|chưa có kết luận"):
        kinds()["appraisal"].check_can_preview(dossiers[0])


@pytest.fixture
def filing_set(dossiers: list[Dossier], people: dict[str, Any]) -> FilingSet:
    made = FilingSet.objects.create(
        award_round=dossiers[0].award_round, unit=dossiers[0].nominating_unit, created_at=AT
    )
    Dossier.objects.filter(pk=dossiers[0].pk).update(filing_set=made)
    return kinds()["filing_letter"].records().get(pk=made.pk)


def test_a_body_keeps_its_own_letter_with_its_own_number(
    undrawn_documents: None, filing_set: FilingSet, people: dict[str, Any]
) -> None:
    subject = Subject(kinds()["filing_letter"], filing_set)
    with pytest.raises(NotAllowed):
        issue_document(subject=subject, number=118, day=AT.date(), actor=people["reviewer"])

    document = issue_document(subject=subject, number=118, day=AT.date(), actor=people["officer"])

    text = words_of(document)
    assert str(document) == "118/TTr-UBND"
    assert "Ủy ban nhân dân xã Phan Điền đã tổ chức xét chọn" in text
    assert "<td>Sở Lao động - Thương binh và Xã hội.</td>" in text
    assert "HS-2025-0001" in text
    assert "HS-2025-0002" not in text


def test_an_unfiled_letter_is_nobody_elses_business(
    undrawn_documents: None, filing_set: FilingSet, people: dict[str, Any]
) -> None:
    stranger = officer(Role.COMMUNE_OFFICER, UnitFactory(kind="commune", admin_type="xa", name="Xã Khác"))
    answers = []
    for user in (people["officer"], people["reviewer"], stranger):
        client = Client()
        client.force_login(user)
        answers.append(
            client.get(reverse("reports:preview", args=["filing_letter", filing_set.pk])).status_code
        )

    assert answers == [200, 404, 404]


def test_the_reminder_names_who_has_not_filed(
    undrawn_documents: None, dossiers: list[Dossier], people: dict[str, Any]
) -> None:
    award_round = kinds()["reminder"].records().get(pk=dossiers[0].award_round_id)
    home = award_round.movement.unit or dossiers[0].nominating_unit.parent
    late = UnitFactory(kind="district", admin_type="huyen", name="Huyện Chưa Nộp", parent=home)
    done = UnitFactory(kind="district", admin_type="huyen", name="Huyện Đã Nộp", parent=home)
    FilingSet.objects.create(
        award_round=award_round, unit=done, filed_on=AT.date(), filed_by=people["officer"], created_at=AT
    )
    subject = Subject(kinds()["reminder"], award_round)

    document = issue_document(subject=subject, actor=people["reviewer"])

    text = words_of(document)
    assert str(document) == "01/SLĐTBXH-VP"
    assert f"Ủy ban nhân dân huyện {late.name.removeprefix('Huyện ')}" in text
    assert "Đã Nộp" not in text
    AwardRound.objects.filter(pk=award_round.pk).update(status=RoundStatus.CLOSED, closed_on=AT.date())
    award_round.refresh_from_db()
    with pytest.raises(Refusal):
        issue_document(subject=subject, actor=people["reviewer"])


@pytest.fixture
def house(db: None, frozen_day: Any) -> House:
    return build_house()


def test_the_invitation_names_members_day_and_place(undrawn_documents: None, house: House) -> None:
    meeting = planned_meeting(house, [eligible_dossier(house)])
    subject = Subject(kinds()["invitation"], kinds()["invitation"].records().get(pk=meeting.pk))
    with pytest.raises(NotAllowed):
        issue_document(subject=subject, actor=house.outsider)

    document = issue_document(subject=subject, actor=house.secretary)

    text = words_of(document)
    assert str(document) == "01/GM-HĐXKT"
    for expected in ("08 giờ 30", "Phòng họp số 2", "01 hồ sơ đề nghị tặng", house.member.full_name):
        assert expected in text


def test_nobody_is_invited_to_an_empty_agenda(house: House) -> None:
    meeting = planned_meeting(house, [])

    with pytest.raises(NotAllowed, match=r"empty|chưa có nội dung"):
        kinds()["invitation"].check_can_preview(meeting)


def test_a_place_dates_its_papers_at_home(filing_set: FilingSet) -> None:
    office = kinds()["filing_letter"].issuer_of(filing_set, date(2025, 12, 1))

    assert (office.place, office.superior, office.on_behalf) == ("Phan Điền", "", "Ủy ban nhân dân")
