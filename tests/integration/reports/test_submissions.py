"""What a submission says beside its list: groups of the plan, quotas, prize money, and a page on each nominee."""

from datetime import date
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from core.exceptions import InvalidRequest, NotAllowed
from core.files import read_bytes
from nominations.models import Evaluation, Proposal, ProposalItem
from nominations.selectors.proposals import items_of
from nominations.services.decisions import prize_on
from registry.models import Household, Individual, OfficeDuty, Unit
from reports.documents.imprint import Imprint
from reports.documents.nominees import latest_items
from reports.documents.submissions import annexes_of, groups_of, roman
from reports.documents.summaries import MOST_CHARACTERS, summaries_of
from reports.kinds import Subject, kinds
from reports.models import IssuedDocument, NumberSeries
from reports.rendering import render_html
from reports.services import issue_document
from tests.factories.evaluations import checked

DAY = date(2025, 12, 15)


def _annexes(proposal: Proposal) -> dict[str, Any]:
    items = items_of(proposal)
    return annexes_of(proposal, items, latest_items(item.dossier for item in items), DAY)


def _of_pm(proposal: Proposal, subjects: dict[str, str]) -> Proposal:
    """The same list put forward for the Prime Minister's certificate; a collective's subject can be another."""
    Proposal.objects.filter(pk=proposal.pk).update(award="pm_certificate")
    for item in proposal.items.select_related("dossier"):
        dossier = item.dossier
        dossier.award = "pm_certificate"
        dossier.subject = subjects.get(dossier.subject, dossier.subject)
        dossier.save()
    return kinds()["pm_submission"].records().get(pk=proposal.pk)


def test_households_stand_apart_from_individuals_though_the_plan_counts_them_together(proposal) -> None:
    groups = _annexes(proposal)["groups"]

    assert [(group["numeral"], group["label"], len(group["rows"])) for group in groups] == [
        ("I", "Tập thể", 1),
        ("II", "Hộ gia đình", 1),
        ("III", "Cá nhân", 1),
    ]


def test_the_centres_list_has_the_groups_of_the_plan(proposal) -> None:
    letter = _of_pm(proposal, {"commune": "enterprise"})
    items = items_of(letter)

    labels = [group["label"] for group in groups_of(letter, items, {})]

    assert labels == ["Hộ gia đình vươn lên khá", "Doanh nghiệp hoặc tập thể khác", "Cá nhân"]


def test_nobody_is_lost_whom_no_quota_counts(proposal, monkeypatch) -> None:
    plan = proposal.award_round.plan
    monkeypatch.setattr(type(plan), "quotas_for", lambda self, award: ())

    groups = _annexes(proposal)["groups"]

    assert [group["label"] for group in groups] == ["Tập thể", "Hộ gia đình", "Cá nhân"]


def test_quotas_and_prizes_are_those_of_the_plan(proposal) -> None:
    annexes = _annexes(proposal)
    plan = proposal.award_round.plan

    assert [(row["used"], row["most"], row["left"]) for row in annexes["quotas"]] == [
        (1, 15, 14),
        (2, 15, 13),
    ]
    expected = {
        plan.subjects[subject].label.vi: prize_on(plan, "province_certificate", subject, DAY).rounded
        for subject in ("commune", "household", "individual")
    }
    assert {row["label"]: row["sum"] for row in annexes["prizes"]["rows"]} == expected
    assert annexes["prizes"]["total"] == sum(expected.values()) == 7_020_000 + 5_270_000 + 3_510_000
    assert annexes["prizes"]["unknown"] == []


def test_a_summary_has_the_figures_their_sources_and_the_series(proposal) -> None:
    commune = next(row for row in _annexes(proposal)["summaries"] if row["code"] == "HS-2025-0001")

    fall = next(one for one in commune["findings"] if one["label"].startswith("Số hộ nghèo"))
    assert fall["sentence"].startswith("Đầu kỳ 400 hộ, nay 175 hộ")
    assert fall["sources"] == "QĐ 1; QĐ 3"
    assert [(year["year"], year["poor"]) for year in commune["series"]] == [
        (2021, 400),
        (2023, 270),
        (2024, 175),
    ]
    assert commune["tally"]["agree"] == 8
    assert "Đơn vị còn hoạt động vào ngày nộp" in commune["conditions"]
    page = render_html("proposal", _printed(proposal))
    assert page.count("<svg") == 1
    assert "năm 2024: 175 hộ" in page


def test_only_a_series_that_decides_is_drawn(proposal) -> None:
    rows = {row["code"]: row for row in _annexes(proposal)["summaries"]}

    assert rows["HS-2025-0002"]["series"] == rows["HS-2025-0003"]["series"] == []


def _printed(proposal: Proposal) -> dict[str, Any]:
    kind = kinds()["proposal"]
    record = kind.records().get(pk=proposal.pk)
    return {
        **kind.context_of(record, Imprint("TTr-X", DAY, 1)),
        "record": {"seq": 1, "hash": "0" * 64},
    }


def test_a_long_achievement_ends_with_a_sentence_and_points_to_the_report(proposal) -> None:
    item = proposal.items.first()
    item.dossier.achievement = "Câu thứ nhất của báo cáo thành tích. " * 60
    item.dossier.save()

    (row,) = summaries_of([one for one in items_of(proposal) if one.pk == item.pk], {})

    assert row["is_shortened"]
    assert len(row["achievement"]) <= MOST_CHARACTERS
    assert row["achievement"].endswith("thành tích.")


def test_the_annexes_cost_the_same_for_few_nominees_and_many(proposal, units, award_round, people) -> None:
    few = _count_queries(proposal)
    original = proposal.items.get(dossier__subject="household").dossier
    for number in range(10):
        household = Household.objects.create(code=f"HO-{number}", name=f"Hộ {number}", unit=units["commune"])
        original.pk, original.code, original.nominee_household = None, f"HS-2025-1{number:03d}", household
        original.save()
        evaluation = Evaluation.objects.first()
        evaluation.pk, evaluation.dossier = None, original
        for name, value in checked("household", kind="final").items():
            setattr(evaluation, name, value)
        evaluation.save()
        ProposalItem.objects.create(
            proposal=proposal, dossier=original, evaluation=evaluation, position=10 + number
        )

    assert _count_queries(proposal) == few
    assert Individual.objects.count() == 1


def _count_queries(proposal: Proposal) -> int:
    with CaptureQueriesContext(connection) as queries:
        _annexes(proposal)
    return len(queries)


@pytest.fixture
def to_the_centre(proposal: Proposal, monkeypatch: pytest.MonkeyPatch) -> Subject:
    """The letter to the Prime Minister of a proposal whose way has come so far."""
    monkeypatch.setattr("reports.documents.pm_submission.check_reached", lambda way, step: None)
    return Subject(kinds()["pm_submission"], _of_pm(proposal, {}))


def test_the_provinces_letter_bears_the_number_that_its_office_gave(
    undrawn_documents, to_the_centre, people
) -> None:
    client = Client()
    client.cookies[django_settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(people["standing"])
    address = reverse("reports:issue", args=["pm_submission", to_the_centre.record.pk])

    page, empty = client.get(address), client.post(address)
    client.post(address, {"number": "512", "day": "2025-12-14"})

    assert 'name="number"' in page.content.decode()
    # The house's own series, of which other kinds' pages speak, has no part in it.
    assert "takes the next number" not in page.content.decode()
    assert (empty.status_code, IssuedDocument.objects.count()) == (422, 1)
    document = IssuedDocument.objects.get()
    assert (str(document), document.holder) == ("512/TTr-UBND", "bt")
    text = " ".join(read_bytes(document.file).decode().split())
    assert "Số: 512/TTr-UBND" in text
    # The day is that of the letter, not the day on which it was entered.
    assert "ngày 14 tháng 12 năm 2025" in text
    assert (document.issued_on, document.series_year) == (date(2025, 12, 14), 2025)
    assert "Kính gửi:</td><td>Thủ tướng Chính phủ." in text
    assert "TM. Ủy ban nhân dân" in text
    # The series that the house counts is not touched: the office counts its own.
    assert not NumberSeries.objects.exists()


def test_two_letters_cannot_bear_one_number(undrawn_documents, to_the_centre, people) -> None:
    issue_document(subject=to_the_centre, actor=people["standing"], number=512, day=DAY)
    with translation.override("en"):
        with pytest.raises(InvalidRequest, match="another document's"):
            issue_document(subject=to_the_centre, actor=people["standing"], reason="Sửa", number=512, day=DAY)
        with pytest.raises(InvalidRequest, match="number or the day"):
            issue_document(subject=to_the_centre, actor=people["standing"], reason="Sửa")

    again = issue_document(subject=to_the_centre, actor=people["standing"], reason="Sửa", number=530, day=DAY)

    assert (str(again), again.version) == ("530/TTr-UBND", 2)


def test_a_number_is_typed_only_where_it_is_given_elsewhere(letter, people) -> None:
    with pytest.raises(InvalidRequest):
        issue_document(subject=letter, actor=people["reviewer"], number=5, day=DAY)


@pytest.mark.parametrize("name", ["reviewer", "lead", "auditor"])
def test_only_the_standing_body_keeps_the_provinces_letter(to_the_centre, people, name) -> None:
    with pytest.raises(NotAllowed):
        issue_document(subject=to_the_centre, actor=people[name], number=512, day=DAY)


def test_a_list_that_ends_at_the_province_has_no_letter_to_the_centre(proposal, people) -> None:
    client = Client()
    client.force_login(people["standing"])

    page = client.get(proposal.get_absolute_url()).content.decode()
    preview = client.get(reverse("reports:preview", args=["pm_submission", proposal.pk]))

    assert reverse("reports:issue", args=["proposal", proposal.pk]) in page
    assert reverse("reports:issue", args=["pm_submission", proposal.pk]) not in page
    assert preview.status_code == 403


def test_the_letter_waits_for_the_provincial_councils_minutes(proposal, people) -> None:
    subject = Subject(kinds()["pm_submission"], _of_pm(proposal, {}))

    with pytest.raises(NotAllowed) as refusal:
        issue_document(subject=subject, actor=people["standing"], number=512, day=DAY)

    assert "TT-2025-0001" in str(refusal.value) or "biên bản" in str(refusal.value).lower()


@pytest.mark.slow  # starts the renderer
def test_the_sample_of_the_letter_is_drawn(tmp_path) -> None:
    call_command("render_document", "pm_submission", out=str(tmp_path / "letter.pdf"))

    assert (tmp_path / "letter.pdf").read_bytes().startswith(b"%PDF-")


def test_the_draft_decision_names_the_honoured_with_their_prizes(
    undrawn_documents, letter, proposal, people
) -> None:
    issued = issue_document(subject=letter, actor=people["reviewer"])
    client = Client()
    client.force_login(people["standing"])

    draft = client.get(reverse("reports:preview", args=["decision_draft", proposal.pk]))

    text = (
        " ".join(b"".join(draft.streaming_content).decode().split())
        if draft.streaming
        else " ".join(draft.content.decode().split())
    )
    assert f"tại Tờ trình số {issued}" in text
    assert "Tặng Bằng khen của Chủ tịch UBND tỉnh cho 01 tập thể, 01 hộ gia đình và 01 cá nhân" in text
    assert "7.020.000" in text
    assert "15.800.000 đồng" in text
    assert "Điều 3." in text


def test_nobody_issues_a_decision_here(proposal, people) -> None:
    subject = Subject(kinds()["decision_draft"], kinds()["decision_draft"].records().get(pk=proposal.pk))

    for name in ("reviewer", "lead", "standing"):
        with pytest.raises(NotAllowed):
            issue_document(subject=subject, actor=people[name])


def test_a_decision_is_drafted_by_those_who_decide_and_once_the_list_stands(proposal, people) -> None:
    kind = kinds()["decision_draft"]
    assert kind.check_can_preview(kind.records().get(pk=proposal.pk)) is None

    Proposal.objects.filter(pk=proposal.pk).update(status="draft")
    with pytest.raises(NotAllowed):
        kind.check_can_preview(kind.records().get(pk=proposal.pk))

    centre = _of_pm(proposal, {})
    with pytest.raises(NotAllowed):
        kind.check_can_preview(kind.records().get(pk=centre.pk))


def test_a_letter_of_a_day_to_come_is_refused(to_the_centre, people) -> None:
    with translation.override("en"), pytest.raises(InvalidRequest, match="still to come"):
        issue_document(subject=to_the_centre, actor=people["standing"], number=512, day=date(2025, 12, 16))


@pytest.mark.parametrize("status", ["draft", "decided", "cancelled"])
def test_the_letter_to_the_centre_is_kept_while_the_list_is_on_its_way(to_the_centre, people, status) -> None:
    Proposal.objects.filter(pk=to_the_centre.record.pk).update(status=status)
    subject = Subject(to_the_centre.kind, to_the_centre.kind.records().get(pk=to_the_centre.record.pk))

    with pytest.raises(NotAllowed):
        issue_document(subject=subject, actor=people["standing"], number=512, day=DAY)


def test_whom_the_provincial_council_refused_takes_no_place(proposal) -> None:
    items = items_of(proposal)
    refused = next(item for item in items if item.dossier.subject == "household")
    left = [item for item in items if item is not refused]

    annexes = annexes_of(proposal, left, {}, DAY, [refused.dossier.subject])

    assert [(row["used"], row["left"]) for row in annexes["quotas"]] == [(1, 14), (1, 14)]
    assert sum(annexes["counts"].values()) == 2


def test_parts_are_counted_on_past_ten() -> None:
    assert [roman(number) for number in (1, 4, 9, 10, 14, 19, 23)] == [
        "I",
        "IV",
        "IX",
        "X",
        "XIV",
        "XIX",
        "XXIII",
    ]


def test_a_waived_deadline_is_never_called_kept(proposal) -> None:
    item = proposal.items.select_related("evaluation", "dossier").get(dossier__subject="household")
    result = item.evaluation.result
    for finding in result["findings"]:
        if finding["criterion"] == "deadline":
            finding["status"] = "waived"
    item.evaluation.result = result
    item.evaluation.save()

    row = next(row for row in _annexes(proposal)["summaries"] if row["code"] == item.dossier.code)
    page = " ".join(render_html("proposal", _printed(proposal)).split())

    assert (row["papers"]["met"], len(row["papers"]["waived"])) == (row["papers"]["asked"] - 1, 1)
    own = page[page.index('id="nominee-2"') : page.index('id="nominee-3"')]
    assert "đúng thời hạn" not in own
    assert row["papers"]["waived"][0]["label"] in own


def test_a_decision_names_the_office_whose_letter_it_rests_on(
    undrawn_documents, letter, proposal, people, units, settings
) -> None:
    issued = issue_document(subject=letter, actor=people["reviewer"])
    OfficeDuty.objects.update(ends_on=date(2025, 12, 15))
    successor = Unit.objects.create(
        key="bt.so-moi",
        kind="agency",
        form="department",
        name="Sở Mới",
        parent=units["province"],
        valid_from=date(2025, 12, 16),
    )
    OfficeDuty.objects.create(
        duty="standing_office",
        province=units["province"],
        unit=successor,
        starts_on=date(2025, 12, 16),
        decision="QĐ",
    )
    settings.FIXED_TODAY = date(2025, 12, 20)
    kind = kinds()["decision_draft"]

    said = kind.context_of(kind.records().get(pk=proposal.pk), Imprint("QĐ-UBND", date(2025, 12, 20)))

    assert (said["requested_by"], said["letter"]["number"]) == (issued.issuer, str(issued))
    assert said["standing_office"] == "Sở Mới"


def test_one_province_does_not_issue_for_another(undrawn_documents, letter, proposal, people) -> None:
    elsewhere = Unit.objects.create(key="kh", kind="province", name="Tỉnh Khác", valid_from=date(2021, 1, 1))
    movement = proposal.award_round.movement
    movement.unit = elsewhere
    movement.save()

    with pytest.raises(NotAllowed):
        issue_document(
            subject=Subject(letter.kind, letter.kind.records().get(pk=proposal.pk)), actor=people["reviewer"]
        )
