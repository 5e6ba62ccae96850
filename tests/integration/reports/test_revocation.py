"""Papers that take an award back: the chair's draft decision, and the province's letter where the centre gave it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.exceptions import NotAllowed
from nominations.models import AwardRound, Dossier, PriorAward
from nominations.services.decisions import revoke_award
from reports.kinds import Subject, kinds
from reports.services import issue_document, render_preview

DECISION, LETTER = kinds()["revocation"], kinds()["revocation_letter"]


@pytest.fixture
def award(dossiers: list[Dossier], award_round: AwardRound) -> PriorAward:
    """The household's certificate of last year."""
    return PriorAward.objects.create(
        award="province_certificate",
        movement=award_round.movement,
        round_year=2024,
        decided_on=date(2024, 12, 27),
        decision_number="2611/QĐ-UBND",
        issuer="Chủ tịch UBND tỉnh Bình Thuận",
        household=dossiers[1].nominee_household,
        prize_amount=5_270_000,
    )


def _of(award: PriorAward, kind: Any = DECISION) -> Subject:
    return Subject(kind, kind.records().get(pk=award.pk))


def text_of(subject: Subject) -> str:
    return " ".join(render_preview(subject=subject).decode().split())


def test_the_draft_names_what_is_taken_back_from_whom(undrawn_documents: None, award: PriorAward) -> None:
    text = text_of(_of(award))

    for expected in (
        "hủy bỏ quyết định tặng Bằng khen của Chủ tịch UBND tỉnh",
        "Hộ gia đình Mang Thị Lựu",
        "tại Quyết định số 2611/QĐ-UBND ngày 27 tháng 12 năm 2024 của Chủ tịch UBND tỉnh Bình Thuận",
        "5.270.000 đồng",
        "Chủ tịch Ủy ban nhân dân tỉnh Bình Thuận",
        "Điều 3.",
    ):
        assert expected in text
    # The reason is written by hand while none is recorded.
    assert 'Lý do: <span class="by-hand">' in text


def test_what_was_recorded_stands_in_the_draft(
    undrawn_documents: None, award: PriorAward, people: dict[str, Any]
) -> None:
    revoke_award(
        award=award,
        number="12/QĐ-UBND",
        revoked_on=date(2025, 3, 1),
        reason="Kê khai sai số hộ.",
        actor=people["standing"],
    )

    assert "Lý do: Kê khai sai số hộ." in text_of(_of(award))


def test_a_certificate_of_the_centre_is_asked_back_by_letter(
    undrawn_documents: None, award: PriorAward
) -> None:
    with pytest.raises(NotAllowed, match=r"province's chair|Chủ tịch UBND tỉnh"):
        render_checked(LETTER, award)
    PriorAward.objects.filter(pk=award.pk).update(award="pm_certificate", issuer="Thủ tướng Chính phủ")

    text = text_of(_of(award, LETTER))

    assert "Kính gửi:</td><td>Thủ tướng Chính phủ." in text
    assert "TM. Ủy ban nhân dân" in text
    with pytest.raises(NotAllowed, match=r"by the centre|Trung ương"):
        render_checked(DECISION, award)


def render_checked(kind: Any, award: PriorAward) -> None:
    kind.check_can_preview(kind.records().get(pk=award.pk))


def test_who_gave_a_commendation_takes_it_back(award: PriorAward) -> None:
    PriorAward.objects.filter(pk=award.pk).update(award="commendation", issuer="Chủ tịch UBND huyện Bắc Bình")

    for kind in (DECISION, LETTER):
        with pytest.raises(NotAllowed, match="Chủ tịch UBND huyện Bắc Bình"):
            render_checked(kind, award)


@pytest.mark.parametrize("changes", [{"movement": None}, {"award": "unknown"}])
def test_nothing_is_drafted_of_an_award_that_no_plan_knows(
    award: PriorAward, changes: dict[str, Any]
) -> None:
    PriorAward.objects.filter(pk=award.pk).update(**changes)

    with pytest.raises(NotAllowed, match=r"No plan|Không có kế hoạch"):
        render_checked(DECISION, award)


@pytest.mark.parametrize("name", ["reviewer", "lead", "standing", "officer", "outsider"])
def test_nobody_issues_it_here(award: PriorAward, people: dict[str, Any], name: str) -> None:
    with pytest.raises(NotAllowed):
        issue_document(subject=_of(award), actor=people[name], number=12, day=date(2025, 12, 1))


def test_the_button_stands_where_the_award_is_revoked(
    undrawn_documents: None, award: PriorAward, people: dict[str, Any]
) -> None:
    address = reverse("reports:issue", args=["revocation", award.pk])
    client = Client()
    client.force_login(people["standing"])

    page = client.get(reverse("nominations:history_revoke", args=[award.pk])).content.decode()
    draft = client.get(address)

    assert address in page
    assert reverse("reports:issue", args=["revocation_letter", award.pk]) not in page
    assert award.get_absolute_url() in draft.content.decode()
    assert "2611" in client.get(award.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("name", "status"),
    [("lead", 200), ("auditor", 200), ("officer", 404), ("member", 404), ("outsider", 404)],
)
def test_what_is_prepared_is_read_at_the_province_alone(
    undrawn_documents: None, award: PriorAward, people: dict[str, Any], name: str, status: int
) -> None:
    client = Client()
    client.force_login(people[name])

    answers = [
        client.get(reverse(f"reports:{page}", args=["revocation", award.pk])).status_code
        for page in ("issue", "preview")
    ]

    # The officer of the commune sees the household's award, and not that it is to be taken back.
    assert answers == [status, status]
