"""The list for the ceremony: the highest award first, kinds of nominees apart, read and issued at the province."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.exceptions import NotAllowed
from core.files import read_bytes
from nominations.models import AwardRound, Dossier, PriorAward, Proposal
from registry.models import Household
from reports.documents.imprint import Imprint
from reports.kinds import Subject, kinds
from reports.services import issue_document

KIND = kinds()["ceremony"]


def subject_of(award_round: AwardRound) -> Subject:
    return Subject(KIND, KIND.records().get(pk=award_round.pk))


def parts_of(award_round: AwardRound) -> list[tuple[str, list[tuple[str, list[str]]]]]:
    """Awards with their groups and the names in them."""
    context = KIND.context_of(subject_of(award_round).record, Imprint("DS-X", date(2025, 12, 15)))
    return [
        (
            part["award"],
            [(group["label"], [row["name"] for row in group["rows"]]) for group in part["groups"]],
        )
        for part in context["parts"]
    ]


def test_the_list_says_who_is_called_up_and_leaves_room_for_who_hands_over(
    undrawn_documents: None, decided: Proposal, people: dict[str, Any]
) -> None:
    document = issue_document(subject=subject_of(decided.award_round), actor=people["standing"])

    text = " ".join(read_bytes(document.file).decode().split())
    assert str(document) == "01/DS-SLĐTBXH"
    for expected in (
        "Người trao",
        "Đã nhận (ký)",
        "2711/QĐ-UBND",
        "ngày 14/12/2025",
        "Thời gian, địa điểm trao",
    ):
        assert expected in text
    assert text.index("I. Tập thể (01)") < text.index("II. Hộ gia đình (01)")
    assert text.count('class="tick"') == 2
    # Who was declined is not called up.
    assert "Trần Thị Ngữ" not in text


def test_the_highest_award_comes_first(decided: Proposal, dossiers: list[Dossier]) -> None:
    PriorAward.objects.filter(dossier=dossiers[1]).update(award="pm_certificate")

    assert parts_of(decided.award_round) == [
        ("Bằng khen của Thủ tướng Chính phủ", [("Hộ gia đình", ["Mang Thị Lựu"])]),
        ("Bằng khen của Chủ tịch UBND tỉnh", [("Tập thể", ["Xã Phan Điền"])]),
    ]


def test_what_was_taken_back_or_is_handed_over_elsewhere_is_not_called_up(
    decided: Proposal, dossiers: list[Dossier]
) -> None:
    PriorAward.objects.filter(dossier=dossiers[0]).update(revoked_on=date(2025, 12, 15))
    PriorAward.objects.filter(dossier=dossiers[1]).update(award="commendation")

    assert parts_of(decided.award_round) == []
    with pytest.raises(NotAllowed, match=r"nothing to hand over|chưa có gì để trao"):
        KIND.check_can_preview(decided.award_round)


@pytest.mark.parametrize(
    ("name", "may"),
    [
        ("reviewer", True),
        ("lead", True),
        ("standing", True),
        ("auditor", False),
        ("officer", False),
        ("chair", False),
        ("outsider", False),
    ],
)
def test_who_prepares_the_ceremony_issues_its_list(
    undrawn_documents: None, decided: Proposal, people: dict[str, Any], name: str, may: bool
) -> None:
    subject = subject_of(decided.award_round)
    if may:
        assert issue_document(subject=subject, actor=people[name]).number == 1
    else:
        with pytest.raises(NotAllowed):
            issue_document(subject=subject, actor=people[name])


def test_the_province_reads_it_and_nobody_below(decided: Proposal, people: dict[str, Any]) -> None:
    address = reverse("reports:issue", args=["ceremony", decided.award_round_id])
    answers = {}
    for name in ("standing", "auditor", "officer", "outsider"):
        client = Client()
        client.force_login(people[name])
        page = client.get(decided.award_round.get_absolute_url())
        answers[name] = (address in page.content.decode(), client.get(address).status_code)

    assert answers == {
        "standing": (True, 200),
        "auditor": (True, 200),
        "officer": (False, 404),
        "outsider": (False, 404),
    }


def test_it_costs_the_same_for_few_and_many(decided: Proposal, dossiers: list[Dossier]) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            parts_of(decided.award_round)
        return len(captured)

    queries()  # The plan is read once.
    few = queries()
    award = PriorAward.objects.get(dossier=dossiers[1])
    for number in range(5):
        home = Household.objects.create(
            code=f"HO-{number}", name=f"Hộ {number}", unit=dossiers[1].nominee_household.unit
        )
        made = Dossier.objects.get(pk=dossiers[1].pk)
        made.pk, made.code, made.nominee_household = None, f"HS-2025-1{number:03d}", home
        made.save()
        award.pk, award.dossier, award.household = None, made, home
        award.save()

    assert queries() == few
