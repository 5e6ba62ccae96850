"""The texts of certificates: one for a dossier on which an award was given, all of a list in one go."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pypdf
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.exceptions import NotAllowed
from nominations.enums import Status
from nominations.models import Dossier, PriorAward, Proposal
from registry.models import Household, Unit
from reports.documents.imprint import Imprint
from reports.kinds import Subject, kinds
from reports.rendering import render_pdf
from reports.services import issue_document, render_preview

ONE, ALL = kinds()["certificate"], kinds()["certificate_set"]
DAY = date(2025, 12, 15)
LONG_NAME = (
    "Hợp tác xã Dịch vụ nông nghiệp tổng hợp, chăn nuôi và tiêu thụ thanh long sạch Hàm Thuận Nam " * 3
)
LONG_CITATION = "Đã vươn lên thoát nghèo bền vững, giúp nhiều hộ khác trong thôn. " * 8


def _of(kind: Any, record: Any) -> Subject:
    return Subject(kind, kind.records().get(pk=record.pk))


def text_of(subject: Subject) -> str:
    return " ".join(render_preview(subject=subject).decode().split())


def test_the_text_says_who_is_honoured_for_what_by_which_decision(
    undrawn_documents: None, decided: Proposal, dossiers: list[Dossier]
) -> None:
    text = text_of(_of(ONE, dossiers[1]))

    for expected in (
        "Chủ tịch Ủy ban nhân dân tỉnh Bình Thuận",
        '<h1 class="paper">Bằng khen</h1>',
        "Hộ gia đình Mang Thị Lựu",
        "Đã có thành tích xuất sắc trong Phong trào thi đua",
        "tổng kết giai đoạn, năm 2025",
        "Quyết định số 2711/QĐ-UBND ngày 14 tháng 12 năm 2025",
        "Bình Thuận, ngày 14 tháng 12 năm 2025",
        '<p class="post">Chủ tịch</p>',
    ):
        assert expected in text
    # Neither a seal nor a signature is drawn, and no name stands where it is to be signed.
    assert "<img" not in text
    assert "<svg" not in text


def test_the_citation_of_the_dossier_is_what_it_prints(
    undrawn_documents: None, decided: Proposal, dossiers: list[Dossier]
) -> None:
    Dossier.objects.filter(pk=dossiers[1].pk).update(award_citation="Đã giúp 05 hộ thoát nghèo.")

    text = text_of(_of(ONE, dossiers[1]))

    assert "Đã giúp 05 hộ thoát nghèo." in text
    assert "Đã có thành tích xuất sắc" not in text


def test_a_commendation_is_given_by_its_issuer(
    undrawn_documents: None, decided: Proposal, dossiers: list[Dossier]
) -> None:
    Dossier.objects.filter(pk=dossiers[1].pk).update(award="commendation", status=Status.DECIDED_BY_ISSUER)
    PriorAward.objects.filter(dossier=dossiers[1]).update(
        award="commendation", issuer="Giám đốc Sở Tài chính"
    )

    text = text_of(_of(ONE, dossiers[1]))

    assert '<h1 class="paper">Giấy khen</h1>' in text
    assert "Giám đốc Sở Tài chính" in text
    assert '<p class="post">Giám đốc</p>' in text
    # The register does not know where this giver dates its papers.
    assert "..............., ngày 14 tháng 12 năm 2025" in text
    PriorAward.objects.filter(dossier=dossiers[1]).update(issuer="Chủ tịch UBND huyện Bắc Bình")
    assert "Bắc Bình, ngày 14 tháng 12 năm 2025" in text_of(_of(ONE, dossiers[1]))


@pytest.mark.parametrize("status", [Status.PROPOSED, Status.DECLINED, Status.REVOKED])
def test_there_is_none_before_the_decision_and_none_of_an_award_taken_back(
    decided: Proposal, dossiers: list[Dossier], status: Status
) -> None:
    Dossier.objects.filter(pk=dossiers[1].pk).update(status=status)

    with pytest.raises(NotAllowed, match="HS-2025-0002"):
        ONE.check_can_preview(ONE.records().get(pk=dossiers[1].pk))


def test_the_centre_makes_its_own(decided: Proposal, dossiers: list[Dossier]) -> None:
    Dossier.objects.filter(pk=dossiers[1].pk).update(award="pm_certificate")
    Proposal.objects.filter(pk=decided.pk).update(award="pm_certificate")

    for kind, record in ((ONE, dossiers[1]), (ALL, decided)):
        with pytest.raises(NotAllowed, match=r"by the centre|Trung ương"):
            kind.check_can_preview(kind.records().get(pk=record.pk))


def test_the_set_has_the_honoured_in_the_order_of_the_list(
    undrawn_documents: None, decided: Proposal, dossiers: list[Dossier]
) -> None:
    decided.items.filter(dossier=dossiers[0]).update(position=9)

    text = text_of(_of(ALL, decided))

    assert text.count('class="certificate"') == 2
    assert text.index("Mang Thị Lựu") < text.index("Xã Phan Điền")
    assert "Trần Thị Ngữ" not in text
    PriorAward.objects.filter(dossier=dossiers[1]).update(revoked_on=DAY)
    assert "Mang Thị Lựu" not in text_of(_of(ALL, decided))


def test_there_is_no_set_before_the_decision(proposal: Proposal) -> None:
    with pytest.raises(NotAllowed, match="TT-2025-0001"):
        ALL.check_can_preview(ALL.records().get(pk=proposal.pk))


@pytest.mark.parametrize("name", ["reviewer", "lead", "standing", "officer", "outsider"])
def test_nobody_issues_a_certificate_here(
    decided: Proposal, dossiers: list[Dossier], people: dict[str, Any], name: str
) -> None:
    for subject in (_of(ONE, dossiers[1]), _of(ALL, decided)):
        with pytest.raises(NotAllowed):
            issue_document(subject=subject, actor=people[name], number=1, day=DAY)


def test_the_set_costs_the_same_for_few_and_many(decided: Proposal, dossiers: list[Dossier]) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            ALL.context_of(ALL.records().get(pk=decided.pk), Imprint("QĐ-UBND", DAY))
        return len(captured)

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
        decided.items.create(dossier=made, evaluation=dossiers[1].evaluations.get(), position=10 + number)

    assert queries() == few


def test_the_buttons_stand_on_the_pages_of_the_dossier_and_of_the_list(
    decided: Proposal, dossiers: list[Dossier], people: dict[str, Any]
) -> None:
    one = reverse("reports:issue", args=["certificate", dossiers[1].pk])
    every = reverse("reports:issue", args=["certificate_set", decided.pk])
    client = Client()
    client.force_login(people["standing"])

    assert one in client.get(dossiers[1].get_absolute_url()).content.decode()
    assert (
        one.replace(str(dossiers[1].pk), str(dossiers[2].pk))
        not in client.get(dossiers[2].get_absolute_url()).content.decode()
    )
    assert every in client.get(decided.get_absolute_url()).content.decode()
    stranger = Client()
    stranger.force_login(people["outsider"])
    assert [stranger.get(address).status_code for address in (one, every)] == [404, 404]


@pytest.mark.slow  # starts the renderer
def test_the_longest_text_stays_on_one_page(decided: Proposal, dossiers: list[Dossier]) -> None:
    dossier = dossiers[0]
    Unit.objects.filter(pk=dossier.nominee_unit_id).update(name=LONG_NAME[:160])
    Dossier.objects.filter(pk=dossier.pk).update(award_citation=LONG_CITATION[:500])
    record = ALL.records().get(pk=decided.pk)
    imprint = Imprint("QĐ-UBND", DAY)
    pages = pypdf.PdfReader(
        io.BytesIO(render_pdf("certificate_set", ALL.context_of(record, imprint), imprint))
    ).pages

    assert len(pages) == 2
    assert all(page.extract_text().count("Quyết định số") == 1 for page in pages)
    assert [one["is_long"] for one in ALL.context_of(record, imprint)["certificates"]] == [True, False]
