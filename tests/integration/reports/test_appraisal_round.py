"""The report on a round: dossiers by award and subject, what was found, which clause is not met; read at the province alone."""

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
from nominations.enums import EvaluationPurpose, Status
from nominations.models import AwardRound, Dossier, Evaluation, SupplementRequest
from registry.enums import Role
from registry.models import Household
from reports.documents.imprint import Imprint
from reports.kinds import Subject, kinds
from reports.models import IssuedDocument
from reports.services import issue_document
from tests.factories.registry import UnitFactory, officer
from tests.integration.reports.conftest import AT

KIND = kinds()["appraisal_round"]
DAY = date(2025, 12, 15)


@pytest.fixture
def appraised(dossiers: list[Dossier], people: dict[str, Any]) -> list[Dossier]:
    """The commune is eligible after a supplement, the household is not, and the woman's appraisal was reopened."""
    first, second, third = dossiers
    SupplementRequest.objects.create(
        dossier=first,
        reason="Thiếu biên bản.",
        due_on=DAY,
        asked_by=people["reviewer"],
        asked_at=AT,
        answered_by=people["officer"],
        answered_at=AT,
    )
    second.evaluations.update(outcome="not_eligible")
    for dossier, status in (
        (first, Status.ELIGIBLE),
        (second, Status.NOT_ELIGIBLE),
        (third, Status.RECEIVED),
    ):
        Dossier.objects.filter(pk=dossier.pk).update(status=status)
    return dossiers


def subject_of(award_round: AwardRound) -> Subject:
    return Subject(KIND, KIND.records().get(pk=award_round.pk))


def context_of(award_round: AwardRound) -> dict[str, Any]:
    return KIND.context_of(subject_of(award_round).record, Imprint("BC-X", DAY))


def test_the_report_counts_by_award_and_subject_and_names_each_finding(
    undrawn_documents: None, appraised: list[Dossier], award_round: AwardRound, people: dict[str, Any]
) -> None:
    document = issue_document(subject=subject_of(award_round), actor=people["reviewer"])

    text = " ".join(read_bytes(document.file).decode().split())
    assert str(document) == "01/BC-SLĐTBXH"
    for expected in (
        "đã tiếp nhận 03 hồ sơ",
        "01 hồ sơ đủ tiêu chuẩn",
        "01 hồ sơ chưa đủ tiêu chuẩn; 01 hồ sơ đang thẩm định; 01 hồ sơ đã được yêu cầu bổ sung",
        "Hồ sơ HS-2025-0001; phiếu thẩm định số",
        "; đã bổ sung",
        "(Kèm theo Báo cáo số 01/BC-SLĐTBXH",
        "Tổng cộng: 01 tập thể, 01 hộ gia đình và 01 cá nhân.",
    ):
        assert expected in text
    lines = {
        line["subject"]: (
            line["all"],
            line["eligible"],
            line["not_eligible"],
            line["pending"],
            line["supplemented"],
        )
        for part in context_of(award_round)["parts"]
        for line in part["lines"]
    }
    assert lines == {
        "Xã, phường, thị trấn": (1, 1, 0, 0, 1),
        "Hộ gia đình": (1, 0, 1, 0, 0),
        "Cá nhân": (1, 0, 0, 1, 0),
    }


def test_what_is_not_met_stands_with_its_clause(appraised: list[Dossier], award_round: AwardRound) -> None:
    context = context_of(award_round)

    # In the final round nobody of these has an earlier award of the movement.
    assert [(clause["clause"], clause["count"]) for clause in context["clauses"]] == [
        ("Kế hoạch, mục III.2.b", 1)
    ]
    rows = {row["code"]: row for group in context["groups"] for row in group["rows"]}
    (miss,) = rows["HS-2025-0002"]["not_met"]
    assert miss["clause"] == "Kế hoạch, mục III.2.b"
    assert miss["sentence"]
    assert rows["HS-2025-0001"]["not_met"] == rows["HS-2025-0003"]["not_met"] == []


def test_duplicates_and_what_did_not_come_are_told_apart(
    appraised: list[Dossier], award_round: AwardRound
) -> None:
    Dossier.objects.filter(pk=appraised[0].pk).update(status=Status.DUPLICATE)
    Dossier.objects.filter(pk=appraised[1].pk).update(status=Status.WITHDRAWN)
    Dossier.objects.filter(pk=appraised[2].pk).update(status=Status.DRAFT)

    totals = context_of(award_round)["totals"]

    assert (totals["all"], totals["duplicate"], totals["eligible"]) == (1, 1, 0)


def test_commendations_are_left_to_their_issuers(appraised: list[Dossier], award_round: AwardRound) -> None:
    Dossier.objects.filter(pk=appraised[0].pk).update(award="commendation")

    assert context_of(award_round)["totals"]["all"] == 2


def test_a_later_meeting_changes_nothing_of_what_was_found(
    appraised: list[Dossier], award_round: AwardRound
) -> None:
    Dossier.objects.filter(pk=appraised[0].pk).update(status=Status.NOT_RECOMMENDED)

    assert context_of(award_round)["totals"]["eligible"] == 1


def test_there_is_no_report_before_any_conclusion(
    appraised: list[Dossier], award_round: AwardRound, people: dict[str, Any]
) -> None:
    Evaluation.objects.filter(purpose=EvaluationPurpose.DECIDING).update(purpose=EvaluationPurpose.FILING)

    with pytest.raises(NotAllowed, match=r"concluded yet|chưa có hồ sơ nào"):
        issue_document(subject=subject_of(award_round), actor=people["reviewer"])


@pytest.mark.parametrize("name", ["standing", "auditor", "officer", "chair", "member", "outsider"])
def test_only_the_standing_office_reports(
    appraised: list[Dossier], award_round: AwardRound, people: dict[str, Any], name: str
) -> None:
    with pytest.raises(NotAllowed, match=r"standing office|cơ quan thường trực"):
        issue_document(subject=subject_of(award_round), actor=people[name])


def test_nobody_below_the_province_reads_what_was_found_of_others(
    undrawn_documents: None, appraised: list[Dossier], award_round: AwardRound, people: dict[str, Any]
) -> None:
    document = issue_document(subject=subject_of(award_round), actor=people["lead"])
    address = reverse("reports:issue", args=["appraisal_round", award_round.pk])
    elsewhere = officer(Role.REVIEWER, UnitFactory(kind="province", admin_type="tinh", name="Tỉnh Khác"))
    answers, files = {}, []
    for name, user in (
        *((one, people[one]) for one in ("lead", "auditor", "officer")),
        ("elsewhere", elsewhere),
    ):
        client = Client()
        client.force_login(user)
        page = client.get(award_round.get_absolute_url())
        file = client.get(reverse("reports:download", args=[document.pk]))
        files.append(file)
        answers[name] = (
            address in page.content.decode(),
            client.get(address).status_code,
            client.get(reverse("reports:preview", args=["appraisal_round", award_round.pk])).status_code,
            file.status_code,
        )

    assert answers == {
        "lead": (True, 200, 200, 200),
        "auditor": (True, 200, 200, 200),
        "officer": (False, 404, 404, 404),
        "elsewhere": (False, 404, 404, 404),
    }
    assert IssuedDocument.objects.visible_to(people["officer"]).count() == 0
    for file in files:
        file.close()


def test_it_costs_the_same_for_few_and_many(appraised: list[Dossier], award_round: AwardRound) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            context_of(award_round)
        return len(captured)

    queries()  # The plan is read once.
    few = queries()
    evaluation = appraised[1].evaluations.get()
    for number in range(5):
        home = Household.objects.create(
            code=f"HO-{number}", name=f"Hộ {number}", unit=appraised[1].nominee_household.unit
        )
        made = Dossier.objects.get(pk=appraised[1].pk)
        made.pk, made.code, made.nominee_household = None, f"HS-2025-1{number:03d}", home
        made.save()
        evaluation.pk, evaluation.dossier = None, made
        evaluation.save()

    assert context_of(award_round)["totals"]["not_eligible"] == 6
    assert queries() == few
