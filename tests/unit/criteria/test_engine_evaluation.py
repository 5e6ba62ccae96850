"""What the engine returns beyond statuses: order, refusals, edge days, votes, quotas and prizes."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from criteria.engine import (
    BallotError,
    Facts,
    NoValue,
    PriorAward,
    Status,
    UnknownScope,
    check_quotas,
    compile_rules,
    decide_ballot,
    evaluate,
    prize_amount,
)
from criteria.selectors import default_plan, get_plan

DAY = date(2024, 12, 10)


def facts(kind: str = "household", award: str = "province_certificate", **more: object) -> Facts:
    return Facts.from_dict(
        {
            "award": award,
            "round": {"kind": "annual", "year": 2024},
            "submitted_on": DAY,
            "nominee": {"kind": kind},
            **more,
        }
    )


def test_findings_stand_in_reading_order_with_parts_after_their_composite():
    result = evaluate(default_plan(), facts())

    assert [finding.criterion for finding in result.findings][:7] == [
        "household-merit", "household-own-escape", "household-registered", "household-loan",
        "household-escape", "household-initiative", "household-helping",
    ]  # fmt: skip
    merit = result.finding("household-merit")
    assert [part.criterion for part in result.parts_of(merit)] == [
        "household-own-escape",
        "household-helping",
    ]
    assert result.finding("household-loan").parent == "household-own-escape"
    assert merit.is_top_level
    assert merit.kind == "any_of"
    assert merit.children == ("household-own-escape", "household-helping")
    assert "household-own-escape" not in [finding.criterion for finding in result.top_level]
    assert result.finding("district-poverty") is None


def test_for_the_prime_minister_the_own_way_out_is_top_level():
    result = evaluate(default_plan(), facts(award="pm_certificate"))

    assert "household-own-escape" in [finding.criterion for finding in result.top_level]
    assert result.finding("household-merit") is None
    assert result.finding("household-helping") is None


@pytest.mark.parametrize(
    ("judgements", "waivers", "refused"),
    [
        ({"nothing": "met"}, (), [("judgement", "nothing", "unknown")]),
        ({"district-poverty": "met"}, (), [("judgement", "district-poverty", "unknown")]),
        ({"household-merit": "met"}, (), [("judgement", "household-merit", "composite")]),
        ({"household-helping": "perhaps"}, (), [("judgement", "household-helping", "value")]),
        ({"deadline": "not_met"}, (), [("judgement", "deadline", "no_judgement_asked")]),
        ({"household-helping": "met"}, (), []),
        ({}, ("nothing",), [("waiver", "nothing", "unknown")]),
        ({}, ("deadline", "deadline"), [("waiver", "deadline", "nothing_failed")]),
        ({}, ("no-hold",), [("waiver", "no-hold", "not_waivable")]),
        ({"a": "met"}, ("b",), [("judgement", "a", "unknown"), ("waiver", "b", "unknown")]),
    ],
)
def test_acts_without_effect_are_listed_with_their_reason(judgements, waivers, refused):
    plain = evaluate(default_plan(), facts())

    result = evaluate(default_plan(), facts(), judgements, waivers)

    assert [(item.act, item.criterion, item.reason) for item in result.refused] == refused
    assert all(
        item.sentence("vi").endswith(".") and item.sentence("en").endswith(".") for item in result.refused
    )
    if refused:
        assert [finding.status for finding in result.findings] == [
            finding.status for finding in plain.findings
        ]


def test_rules_may_be_compiled_beforehand():
    plan = default_plan()
    rules = compile_rules(plan, "province_certificate", "household", "annual")

    assert evaluate(plan, facts(), rules=rules).to_dict() == evaluate(plan, facts()).to_dict()


@pytest.mark.parametrize("kind", ["district", "village"])
def test_a_round_in_the_baseline_year_has_nothing_to_compare(kind):
    reviews = {2021: {"households": 9, "poor": 5, "near_poor": 0}}
    early = facts(
        round={"kind": "annual", "year": 2021},
        submitted_on=date(2021, 12, 1),
        nominee={"kind": kind, "reviews": reviews},
    )

    finding = evaluate(default_plan(), early).finding(f"{kind}-household-fall")

    assert (finding.status, finding.reason) == (Status.MISSING, "missing.no_year")
    assert finding.waivable is False


def test_an_effective_waiver_is_not_refused():
    late = facts(submitted_on=date(2024, 12, 31))

    result = evaluate(default_plan(), late, waivers=["deadline"])

    assert result.refused == ()
    assert result.finding("deadline").status is Status.WAIVED
    assert result.finding("deadline").waiver_authority == "provincial-lead"
    assert not result.finding("deadline").can_be_waived
    assert evaluate(default_plan(), late).finding("deadline").can_be_waived


@pytest.mark.parametrize(
    "unknown", [{"award": "medal"}, {"kind": "district"}, {"round": {"kind": "weekly", "year": 2026}}]
)
def test_what_the_plan_does_not_know_is_refused(unknown):
    asked = {"award": "provincial_flag", "kind": "commune", **unknown}
    with pytest.raises(UnknownScope, match="it knows"):
        evaluate(get_plan("mau-khong-cap-huyen"), facts(**asked))


def test_a_filing_day_before_every_figure_asks_to_check_the_day():
    result = evaluate(default_plan(), facts(kind="individual", submitted_on=date(2015, 12, 1)))

    finding = result.finding("deadline")
    assert finding.status is Status.MISSING
    assert finding.reason == "missing.no_value"
    assert "01/12/2015" in finding.sentence("vi")
    assert "Dossiers are filed before" in finding.sentence("en")


def test_one_decision_recorded_twice_is_revoked_when_either_record_says_so():
    prior = PriorAward("province_certificate", "binh-thuan-2021-2025", 2024, date(2024, 5, 1), "5/QĐ-UBND")
    same = replace(prior, decision=" 5/qđ-ubnd", revoked=True)

    result = evaluate(default_plan(), replace(facts(), prior_awards=(prior, same)))

    assert result.finding("distinct-achievement").status is Status.MET


def test_a_confirmation_recorded_as_not_required_is_not_missing():
    dossier = {
        "confirmations": ["tax", "social_insurance", "environment"],
        "not_required": {"labour_safety": "lý do"},
    }

    result = evaluate(default_plan(), facts("enterprise", "pm_certificate", dossier=dossier))

    finding = result.finding("enterprise-confirmations")
    assert (finding.status, finding.reason) == (Status.MET, "met.excused")
    assert "an toàn lao động" in finding.sentence("vi")


@given(baseline=st.integers(0, 5000), latest=st.integers(0, 5000))
def test_the_needed_fall_is_the_smallest_that_meets(baseline, latest):
    def finding(now: int):
        reviews = {
            2021: {"households": 9000, "poor": baseline, "near_poor": 0},
            2024: {"households": 9000, "poor": now, "near_poor": 0},
        }
        checked = facts("village", nominee={"kind": "village", "reviews": reviews})
        return evaluate(default_plan(), checked).finding("village-household-fall")

    found = finding(latest)
    needed = found.figures["needed_fall"]

    assert (found.status is Status.MET) == (2 * (baseline - latest) > baseline)
    if baseline:
        assert finding(latest - needed).status is Status.MET
        assert needed == 0 or finding(latest - needed + 1).status is Status.NOT_MET


def test_a_ballot_cites_threshold_and_quorum():
    result = decide_ballot(default_plan(), "pm_certificate", DAY, 15, 10, 12, 3, 0)

    assert result.to_dict()["threshold"] == "80"
    assert result.present_required == 10
    assert [used["id"] for used in result.to_dict()["parameters"]] == ["threshold-pm", "quorum"]


def test_a_councils_own_threshold_replaces_the_plans():
    result = decide_ballot(default_plan(), "medal", DAY, 9, 9, 6, 3, 0, threshold=Decimal("66.6"))

    assert (result.required, result.result) == (6, "recommended")


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ((0, 0, 0, 0, 0), "at least one member"),
        ((3, 4, 0, 0, 0), "4 members are present"),
        ((3, 3, -1, 0, 0), "negative: agree"),
        ((3, 3, 2, 1, 1), "4 papers"),
    ],
)
def test_impossible_counts_are_refused(counts, words):
    with pytest.raises(BallotError, match=words):
        decide_ballot(default_plan(), "pm_certificate", DAY, *counts)


@pytest.mark.parametrize(
    ("recused", "agree", "words"),
    [(3, 0, "3 members take no part"), (-1, 0, "negative: recused"), (1, 3, "only 2 of 3 members take part")],
)
def test_impossible_counts_of_those_who_take_no_part_are_refused(recused, agree, words):
    with pytest.raises(BallotError, match=words):
        decide_ballot(default_plan(), "pm_certificate", DAY, 3, 3, agree, 0, 0, recused=recused)


def test_those_who_take_no_part_leave_the_base_by_a_rule_alone_and_the_quorum_never():
    counts = (11, 11, 8, 1, 0)
    kept = decide_ballot(default_plan(), "pm_certificate", DAY, *counts, recused=1)
    left = decide_ballot(default_plan(), "pm_certificate", DAY, *counts, recused=1, recused_leave_base=True)

    assert (kept.required, kept.result, left.required, left.result) == (
        9,
        "not_recommended",
        8,
        "recommended",
    )
    assert kept.present_required == left.present_required == 8


def test_an_award_without_a_threshold_is_refused():
    with pytest.raises(UnknownScope, match="no voting threshold"):
        decide_ballot(default_plan(), "medal", DAY, 3, 3, 3, 0, 0)


def test_quota_lines_say_what_is_used_and_left():
    result = check_quotas(default_plan(), "province_certificate", "annual", {"commune": 4, "household": 12})

    assert [(line.id, line.used, line.most, line.left) for line in result.lines] == [
        ("province-collective", 4, 10, 6),
        ("province-individual", 12, 10, 0),
    ]
    assert result.to_dict()["violations"] == ["province-individual"]
    assert result.to_dict()["lines"][0]["label"] == {"vi": "Tập thể", "en": "Collectives"}
    assert result.lines[0].clause == "III.2.b"


@pytest.mark.parametrize(
    ("award", "round_kind", "counts"),
    [("medal", "annual", {}), ("pm_certificate", "weekly", {}), ("pm_certificate", "final", {"club": 1})],
)
def test_quotas_of_what_the_plan_does_not_know_are_refused(award, round_kind, counts):
    with pytest.raises(UnknownScope):
        check_quotas(default_plan(), award, round_kind, counts)


def test_a_quota_before_its_start_does_not_speak():
    assert check_quotas(default_plan(), "pm_certificate", "final", {}, date(2020, 1, 1)).lines == ()


def test_a_prize_cites_its_figures_and_marks_assumptions():
    prize = prize_amount(default_plan(), "province_certificate", "household", date(2023, 8, 1))

    assert [used["id"] for used in prize.to_dict()["parameters"]] == [
        "coefficient-province", "factor-household", "base-salary", "prize-rounding",
    ]  # fmt: skip
    assert prize.to_dict()["assumptions"] == ["factor-household"]


@pytest.mark.parametrize(("award", "kind"), [("medal", "household"), ("pm_certificate", "club")])
def test_a_prize_of_what_the_plan_does_not_know_is_refused(award, kind):
    with pytest.raises(UnknownScope):
        prize_amount(default_plan(), award, kind, DAY)


def test_a_prize_before_the_first_figures_is_refused():
    with pytest.raises(NoValue):
        prize_amount(default_plan(), "pm_certificate", "household", date(2010, 1, 1))
