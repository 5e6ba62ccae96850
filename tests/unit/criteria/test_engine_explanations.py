"""Sentences: what an officer reads for each finding, in both languages."""

import re
from datetime import date

import pytest

from benchmarks.engine import varied_dossiers
from criteria.engine import Facts, Status, evaluate, load_plans
from criteria.engine.checks import CHECKS
from criteria.engine.wording import FORMATS, decimal_text, decimal_text_apart, language, number
from criteria.selectors import default_plan, read_plans

SAMPLES = {
    "n": 1234, "day": "2024-12-29", "dec": "55.9", "labels": [{"vi": "nhãn", "en": "label"}],
    "counted": {"commendation": 1}, "counted_or": {"commendation": 1}, "yearly": {"2023": "-4.33", "2024": "4.00"},
    "or": [2024, 2023], "and": [2021, 2022],
}  # fmt: skip


def commune(baseline: int, latest: int, **more: object) -> Facts:
    return Facts.from_dict(
        {
            "award": "province_certificate",
            "round": {"kind": "annual", "year": 2024},
            "submitted_on": "2024-12-09",
            "nominee": {
                "kind": "commune",
                "zone": "II",
                "reviews": {
                    2021: {"households": 9000, "poor": baseline, "near_poor": 0, "source": "QĐ 2145/QĐ-UBND"},
                    2024: {"households": 9000, "poor": latest, "near_poor": 0},
                },
            },
            **more,
        }
    )


def district(*poor: int) -> Facts:
    reviews = {
        2021 + index: {"households": 1000, "poor": count, "near_poor": 0} for index, count in enumerate(poor)
    }
    return Facts.from_dict(
        {
            "award": "province_certificate",
            "round": {"kind": "annual", "year": 2024},
            "submitted_on": "2024-12-09",
            "nominee": {"kind": "district", "reviews": reviews},
        }
    )


def said(facts: Facts, criterion: str, lang: str = "vi", **acts: object) -> str:
    finding = evaluate(default_plan(), facts, **acts).finding(criterion)
    assert finding is not None
    return finding.sentence(lang)


@pytest.mark.parametrize("plan", read_plans().values(), ids=lambda plan: plan.id)
def test_every_criterion_has_a_sentence_in_both_languages_for_every_reason(plan):
    for criterion in plan.criteria.values():
        reasons = CHECKS[criterion.check].reasons if criterion.check else {"judgement": ()}
        if criterion.is_composite:
            assert all(
                f"{criterion.kind}.{status}" in plan.common
                for status in Status
                if status is not Status.WAIVED
            )
            continue
        assert set(criterion.sentences) == set(reasons)
        for sentence in criterion.sentences.values():
            for template, lang in ((sentence.vi, "vi"), (sentence.en, "en")):
                figures = {
                    name: SAMPLES.get(
                        form, ["I"] if name.endswith("s") and not name.endswith("status") else "I"
                    )
                    for _, name, form in (
                        (part[0], part[1], _format(template, part[1])) for part in template._parts
                    )
                    if name
                }
                text = template.render(figures, lang)
                assert text.endswith(".")
                assert not re.search(r"[{}]", text)


def _format(template, name):
    for part in template._parts:
        if part[1] == name:
            for key, (formatter, _) in FORMATS.items():
                if formatter is part[2]:
                    return key
    return ""


def test_a_fall_reads_as_an_official_writes_it():
    assert said(commune(388, 171), "commune-household-fall") == (
        "Đầu kỳ 388 hộ, nay 171 hộ: giảm 217 hộ (55,9%). Vượt mức yêu cầu 22 hộ."
    )


@pytest.mark.parametrize(
    ("baseline", "latest", "vi", "en"),
    [
        (2400, 1211, "chưa trên 50%. Còn phải giảm thêm 12 hộ.", "12 more must leave."),
        (2400, 1199, "giảm 1.201 hộ (50,04%). Vừa đủ mức yêu cầu.", "down 1,201 (50.04%). Just enough."),
        (100, 120, "tăng 20 hộ. Còn phải giảm thêm 71 hộ.", "up 20. 71 must leave."),
        (0, 3, "năm 2024 có 3 hộ.", "3 in 2024."),
        (0, 0, "Người thẩm định cần xem xét và ghi nhận.", "The appraiser decides."),
    ],
)
def test_falls_say_what_is_still_needed(baseline, latest, vi, en):
    facts = commune(baseline, latest)

    assert vi in said(facts, "commune-household-fall")
    assert en in said(facts, "commune-household-fall", "en")


def test_a_fall_of_3_996_points_never_reads_as_4():
    facts = Facts.from_dict(
        {
            **district().to_dict(),
            "nominee": {
                "kind": "district",
                "reviews": {
                    2021 + index: {"households": 100000, "poor": poor, "near_poor": 0}
                    for index, poor in enumerate((25000, 21004, 17000, 13000))
                },
            },
        }
    )
    finding = evaluate(default_plan(), facts).finding("district-rate-fall")

    assert finding.figures["falls"] == ["4.00", "4.00", "4.00"]
    assert finding.sentence("vi").startswith(
        "Tỷ lệ nghèo đa chiều từng năm (điểm phần trăm): 2022 giảm 3,996; 2023 giảm 4,004; 2024 giảm 4,00. "
    )
    assert finding.sentence("vi").endswith("Năm chưa đạt: 2022.")


def test_sums_and_other_standards_are_noted():
    facts = Facts.from_dict(
        {
            **commune(1, 1).to_dict(),
            "nominee": {
                "kind": "commune",
                "reviews": {2021: {"households": 9, "poor": 8, "near_poor": 0, "standard": "2016-2020"}},
                "predecessors": [
                    {
                        "name": "Xã A",
                        "reviews": {2024: {"households": 9, "poor": 3, "near_poor": 0, "source": "QĐ 7"}},
                    }
                ],
            },
        }
    )
    finding = evaluate(default_plan(), facts).finding("commune-household-fall")

    assert finding.reason == "missing.baseline"
    assert "là tổng của các đơn vị trước khi sắp xếp." in finding.sentence("vi")
    assert finding.sentence("vi").endswith("Kết quả năm 2021 theo chuẩn nghèo khác nên không được tính.")
    assert [source.to_dict() for source in finding.sources] == [
        {"year": 2024, "text": "QĐ 7", "unit": "Xã A"}
    ]


def test_findings_cite_sources_and_dated_values():
    finding = evaluate(default_plan(), commune(388, 171)).finding("commune-household-fall")

    assert [(source.year, source.text) for source in finding.sources] == [
        (2021, "QĐ 2145/QĐ-UBND"),
        (2024, None),
    ]
    assert finding.clause == "III.1.c"
    assert finding.cite("vi") == "Kế hoạch, mục III.1.c"
    assert finding.label("en") == "Poor and near-poor households fall by over 50%"
    assert finding.parameter.to_dict() == {
        "id": "household-fall-share",
        "value": "50",
        "unit": "percent",
        "start": "2021-01-01",
        "reference": {
            "vi": "Kế hoạch, mục III.1.b; Kế hoạch, mục III.1.c; Kế hoạch, mục III.1.d",
            "en": "Plan, section III.1.b; Plan, section III.1.c; Plan, section III.1.d",
        },
    }


def test_a_judgement_and_a_waiver_are_said():
    late = commune(100, 10, submitted_on="2024-12-31")

    assert said(commune(0, 0), "commune-household-fall", judgements={"commune-household-fall": "met"}) == (
        "Người thẩm định ghi nhận: đạt."
    )
    assert said(late, "deadline", waivers=["deadline"]) == (
        "Nộp ngày 31/12/2024, muộn 2 ngày (hạn cuối 29/12/2024). Chỉ xét khi được chấp nhận bằng văn bản. "
        "Đã được lãnh đạo cơ quan thường trực cấp tỉnh chấp nhận, tính như đạt."
    )
    assert said(late, "deadline") != said(late, "deadline", waivers=["deadline"])


def test_composites_name_their_parts():
    assert (
        said(district(100, 90, 80, 40), "district-poverty")
        == "Đạt nhờ: Số hộ nghèo, cận nghèo giảm trên 50%."
    )
    assert said(district(100, 90, 80, 70), "district-poverty", "en").startswith(
        "One of these is needed: Poverty rate"
    )


def test_prior_awards_say_what_is_missing():
    facts = commune(100, 10, round={"kind": "final", "year": 2025}, submitted_on="2025-06-01")

    assert said(facts, "province-final-prior-awards") == (
        "Lần khen được tính trong phong trào này: chưa có. "
        "Cần 02 Giấy khen hoặc 01 Bằng khen của Chủ tịch UBND tỉnh; "
        "còn thiếu 02 Giấy khen hoặc 01 Bằng khen của Chủ tịch UBND tỉnh."
    )


def test_prior_awards_leave_out_what_is_not_there():
    one = {"award": "commendation", "movement": "binh-thuan-2021-2025", "round_year": 2023}
    facts = commune(
        100,
        10,
        round={"kind": "final", "year": 2025},
        submitted_on="2025-06-01",
        prior_awards=[{**one, "decided_on": "2023-12-28", "decision": "15/QĐ-UBND"}],
    )

    assert "trong phong trào này: 01 Giấy khen. Cần" in said(facts, "province-final-prior-awards")


def test_a_rate_that_rose_is_never_a_negative_fall():
    facts = district(100, 150, 110, 70)

    assert "2022 tăng 5,00; 2023 giảm 4,00; 2024 giảm 4,00." in said(facts, "district-rate-fall")
    assert "2022 up 5.00; 2023 down 4.00; 2024 down 4.00." in said(facts, "district-rate-fall", "en")


def test_a_word_list_without_rise_and_fall_still_gives_the_figures():
    formatter, _group = FORMATS["yearly"]

    assert formatter({"2023": "-4.33", "2024": "4.00"}, "vi", {}) == "2023 -4,33; 2024 4,00"


def test_fixed_sentences_are_kept_and_figures_are_not_mixed_up():
    plan = load_plans("criteria/plans")["binh-thuan-2021-2025"]
    first = [
        [finding.sentence(lang) for finding in evaluate(plan, *dossier).findings for lang in ("vi", "en")]
        for dossier in varied_dossiers(plan, 150, seed=3)
    ]
    second = [
        [finding.sentence(lang) for finding in evaluate(plan, *dossier).findings for lang in ("vi", "en")]
        for dossier in varied_dossiers(plan, 150, seed=3)
    ]

    assert first == second
    assert plan.cache["sentences"]


@pytest.mark.parametrize(
    ("numerator", "denominator", "digits", "text"),
    [
        (1, 200, 2, "0.01"),
        (-1, 200, 2, "-0.01"),
        (-1, 1000, 2, "0.00"),
        (3996, 1000, 2, "4.00"),
    ],
)
def test_rounding_is_half_up(numerator, denominator, digits, text):
    assert decimal_text(numerator, denominator, digits) == text


def test_a_value_that_nears_the_limit_gets_more_digits():
    assert decimal_text_apart(4, 1, (4, 1), 2) == "4.00"
    assert decimal_text_apart(3996, 1000, (4, 1), 2) == "3.996"
    assert decimal_text_apart(4 * 10**20 - 1, 10**20, (4, 1), 2) == "4.000000000000000"


def test_languages_and_numbers():
    assert [language(code) for code in ("vi", "en", "en-gb", "fr")] == ["vi", "en", "en", "vi"]
    assert (number(1234567, "vi"), number(1234567, "en")) == ("1.234.567", "1,234,567")
    assert str(default_plan().movement) == default_plan().movement("vi")


def test_an_award_and_its_date_are_named():
    prior = {
        "award": "province_certificate", "movement": "binh-thuan-2021-2025", "round_year": 2024,
        "decided_on": date(2024, 11, 1), "decision": "4/QĐ-UBND",
    }  # fmt: skip

    assert said(commune(100, 10, prior_awards=[prior]), "distinct-achievement") == (
        "Đã nhận Bằng khen của Chủ tịch UBND tỉnh của năm 2024 (quyết định 4/QĐ-UBND, ngày 01/11/2024). "
        "Cần có thành tích của giai đoạn khác."
    )
