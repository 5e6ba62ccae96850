"""Every executable case of the project as a test of its own."""

from pathlib import Path

import pytest

from criteria.cases import Case, CaseFileError, Mismatch, case_files, load_cases
from criteria.engine import load_plans

ROOT = Path(__file__).resolve().parents[3]
PLANS = load_plans(ROOT / "criteria" / "plans")
FOLDER = ROOT / "tests" / "cases"
CASES = [case for file in case_files([FOLDER]) for case in load_cases(file, PLANS)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.file.stem}: {case.name}")
def test_case_says_what_the_rulebook_says(case: Case):
    assert [str(mismatch) for mismatch in case.run()] == []


def test_every_criterion_of_every_plan_has_at_least_three_cases():
    named: dict[str, int] = {}
    for plan in PLANS.values():
        for file in (FOLDER / {"binh-thuan-2021-2025": "binh-thuan"}.get(plan.id, plan.id)).glob("*.yaml"):
            text = file.read_text(encoding="utf-8")
            for criterion in plan.criteria:
                named[criterion] = (
                    named.get(criterion, 0) + text.count(f" {criterion}: ") + text.count(f"{{{criterion}: ")
                )
    few = {criterion for criterion in PLANS["binh-thuan-2021-2025"].criteria if named[criterion] < 3}

    assert few == set()


DOSSIER = """
- name: A commune
  round: {kind: annual, year: 2024}
  award: province_certificate
  submitted_on: 2024-12-10
  nominee: {kind: commune, zone: I}
  expect: {outcome: incomplete}
"""


def load(tmp_path: Path, text: str) -> list[Case]:
    file = tmp_path / "case.yaml"
    file.write_text(text, encoding="utf-8")
    return load_cases(file, PLANS)


def test_the_default_plan_serves_where_none_is_named(tmp_path):
    [case] = load(tmp_path, DOSSIER)

    assert case.run() == []


@pytest.mark.parametrize(
    ("old", "new", "key", "expected"),
    [
        ("submitted_on", "submited_on", "[0].submited_on", "unknown key"),
        ("year: 2024", "year: 2024, on: 1", "[0].round.on", "unknown key"),
        ("zone: I", "zonee: I", "nominee.zonee", "unknown key"),
        ("zone: I", "role: cadre", "nominee.role", "unknown key"),
        ("zone: I", "zone: IV", "nominee.zone", "expected one of: I, II, III, none"),
        ("kind: commune, zone: I", "kind: agency, form: shop", "nominee.form", "expected one of"),
        ("year: 2024", "year: twenty", "round.year", "expected a whole number"),
        ("2024-12-10", "10/12/2024", "submitted_on", "expected a date"),
        ("award: province_certificate", "award: medal", "", "knows no award 'medal'"),
        ("outcome: incomplete", "outcome: good", "expect.outcome", "expected one of"),
        ("outcome: incomplete", "findings: {commune-zone: fine}", "expect.findings.commune-zone", "expected one of"),
        ("expect: {outcome: incomplete}", "judgements: {commune-zone: maybe}", "judgements.commune-zone", "met, not_met"),
        ("expect: {outcome: incomplete}", "name: again", "name", "expected the key once"),
        ("expect: {outcome: incomplete}", "", "expect", "the key is absent or empty"),
        ("nominee: {kind: commune, zone: I}", "", "[0]", "exactly one of the keys"),
        ("  award: province_certificate", "  plan: other\n  award: province_certificate", "plan", "expected one of"),
    ],
)  # fmt: skip
def test_a_mistake_names_file_key_and_expectation(tmp_path, old, new, key, expected):
    with pytest.raises(CaseFileError) as refused:
        load(tmp_path, DOSSIER.replace(old, new, 1))

    assert "case.yaml" in str(refused.value)
    assert key in str(refused.value)
    assert expected in str(refused.value)


@pytest.mark.parametrize("text", ["a: [", "just text", "nominee: {}", "- 5", "- {1: 2}: 3"])
def test_a_file_that_is_no_list_of_cases_is_refused(tmp_path, text):
    with pytest.raises(CaseFileError):
        load(tmp_path, text)


GIVEN = """
given:
  round: {kind: annual, year: 2024}
  award: province_certificate
  submitted_on: 2024-12-10
  nominee: {kind: commune, zone: I}
  dossier: {submission_letter: true, originals: 1}
cases:
  - name: As given
    expect: {findings: {commune-zone: met, originals: met}}
  - name: A value of its own joins and wins
    round: {year: 2023}
    submitted_on: 2023-12-10
    nominee: {zone: none, reviews: {2022: {households: 10, poor: 5, near_poor: 0}}}
    expect: {findings: {commune-zone: not_met, originals: met}}
  - name: An empty value takes a given one away
    nominee: {zone: }
    dossier:
    expect: {findings: {commune-zone: missing, originals: missing}}
"""


def test_cases_share_what_their_file_gives(tmp_path):
    assert [case.run() for case in load(tmp_path, GIVEN)] == [[], [], []]


def test_a_head_without_anything_given_is_the_list_of_its_cases(tmp_path):
    [case] = load(tmp_path, "cases:" + DOSSIER)

    assert case.run() == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("cases:", "case:", "case: unknown key; expected one of: given, cases"),
        ("  award: province", "  awards: province", "given.awards: unknown key"),
        ("year: 2024}", "year: 2024, on: 1}", "given.round.on: unknown key"),
        ("  award:", "  expect: {}\n  award:", "given.expect: unknown key"),
        ("  award:", "  name: shared\n  award:", "given.name: unknown key"),
        ("zone: I}", "zone: IV}", "given.nominee.zone: expected one of: I, II, III, none"),
        ("{year: 2023}", "{year: soon}", "cases[1].round.year: expected a whole number"),
        ("zone: none", "zonee: none", "cases[1].nominee.zonee: unknown key"),
        ("originals: 1}", "originals: one}", "given.dossier.originals: expected a whole number"),
        ("  award: province_certificate\n", "", "cases[0].award: expected a value"),
        ("    round: {year: 2023}", "    rounds: {year: 2023}", "cases[1].rounds: unknown key"),
        ("kind: commune, zone: I", "kind: agency, form: shop", "given.nominee.form: expected one of"),
        (
            "    dossier:\n",
            "    ballot: {award: commendation}\n",
            "cases[2]: expected exactly one of the keys",
        ),
        ("given:\n", "given: 5\nold:\n", "old: unknown key"),
        (GIVEN.partition("cases:")[0], "given: 5\n", "given: expected a mapping"),
        (GIVEN.partition("cases:")[2], " {a: 1}\n", "cases: expected a list"),
        (GIVEN.partition("cases:")[2], " [5]\n", "cases[0]: expected a mapping"),
    ],
)
def test_a_mistake_is_named_where_it_stands(tmp_path, old, new, expected):
    assert old in GIVEN

    with pytest.raises(CaseFileError) as refused:
        load(tmp_path, GIVEN.replace(old, new, 1))

    assert f"case.yaml: {expected}" in str(refused.value)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(CaseFileError, match="cannot be read"):
        load_cases(tmp_path / "none.yaml", PLANS)


def test_a_case_may_expect_only_some_things(tmp_path):
    text = (
        "- name: b\n  ballot: {award: pm_certificate, members: 3, present: 3, agree: 3, disagree: 0}\n  expect: {}\n"
        "- name: d\n  round: {kind: annual, year: 2024}\n  award: commendation\n  submitted_on: 2024-12-10\n"
        "  nominee: {kind: individual}\n  expect: {findings: {no-hold: met}}\n"
    )

    assert [case.run() for case in load(tmp_path, text)] == [[], []]


def test_a_mismatch_shows_lists_as_they_are_written():
    assert str(Mismatch("falls", ["4.00"], None)) == "falls: expected [4.00], got nothing"


def test_a_folder_without_cases_is_refused(tmp_path):
    with pytest.raises(CaseFileError, match="found none"):
        case_files([tmp_path])


def test_without_a_default_plan_the_plan_must_be_named(tmp_path):
    file = tmp_path / "case.yaml"
    file.write_text(DOSSIER, encoding="utf-8")

    with pytest.raises(CaseFileError, match="no plan is marked"):
        load_cases(file, {"mau-khong-cap-huyen": PLANS["mau-khong-cap-huyen"]})


@pytest.mark.parametrize(
    ("expect", "mismatch"),
    [
        ("{outcome: eligible}", "outcome: expected eligible, got incomplete"),
        ("{findings: {commune-zone: not_met}}", "commune-zone: expected not_met, got met - Thuộc khu vực I."),
        (
            "{findings: {district-poverty: met}}",
            "district-poverty: expected met, got not evaluated for this dossier",
        ),
        (
            "{figures: {commune-household-fall: {baseline: 3}}}",
            "commune-household-fall, figure baseline: expected 3, got nothing - Chưa có kết quả rà soát đầu kỳ",
        ),
        ("{figures: {originals: {required: true}}}", "originals, figure required: expected True, got 1"),
        ("{figures: {no-such: {baseline: 3}}}", "no-such: expected {'baseline': 3}, got not evaluated"),
    ],
)
def test_a_mismatch_names_criterion_expected_got_and_sentence(tmp_path, expect, mismatch):
    [case] = load(tmp_path, DOSSIER.replace("{outcome: incomplete}", expect))

    [found] = case.run()

    assert str(found).startswith(mismatch)


@pytest.mark.parametrize(
    ("text", "mismatch"),
    [
        (
            "- name: b\n  ballot: {award: pm_certificate, members: 3, present: 3, agree: 3, disagree: 0, blank: 0}\n"
            "  expect: {quorum: not_met, required: 2, result: no_quorum}\n",
            ["quorum: expected not_met, got met", "required: expected 2, got 3", "result: expected no_quorum, got recommended"],
        ),
        (
            "- name: s\n  selection: {award: province_certificate, round: {kind: annual}, chosen: {commune: 11}}\n"
            "  expect: {violations: [], shortfalls: []}\n",
            ["violations: expected [], got [province-collective]"],
        ),
        (
            "- name: p\n  prize: {award: province_certificate, nominee: individual, decided_on: 2025-08-10}\n"
            "  expect: {raw: 1, rounded: 3510000}\n",
            ["raw: expected 1, got 3510000"],
        ),
    ],
)  # fmt: skip
def test_ballots_selections_and_prizes_report_each_difference(tmp_path, text, mismatch):
    [case] = load(tmp_path, text)

    assert [str(found) for found in case.run()] == mismatch


@pytest.mark.parametrize(
    "text",
    [
        "- name: b\n  ballot: {award: pm_certificate, members: 3, present: 4, agree: 3, disagree: 0, blank: 0}\n  expect: {}\n",
        "- name: b\n  ballot: {award: medal, members: 3, present: 3, agree: 3, disagree: 0, blank: 0}\n  expect: {}\n",
        "- name: s\n  selection: {award: medal, round: {kind: annual, year: 2024}, chosen: {}}\n  expect: {}\n",
        "- name: p\n  prize: {award: province_certificate, nominee: individual, decided_on: 2010-08-10}\n  expect: {}\n",
    ],
)
def test_cases_about_what_the_plan_does_not_know_are_refused(tmp_path, text):
    with pytest.raises(CaseFileError):
        load(tmp_path, text)
