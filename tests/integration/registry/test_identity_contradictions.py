"""A sign that is equal under another name or year of birth is a question with both sides, never an overwrite."""

from __future__ import annotations

from typing import Any

import pytest

from registry.enums import RowState
from registry.models import Household, HouseholdCode, Individual
from registry.services.imports import answer_questions
from registry.services.people import create_household, create_individual
from tests.factories import Cast
from tests.integration.registry.import_steps import confirmed, counts, load, questions, rows_of

pytestmark = pytest.mark.django_db

NUMBER = "060066000111"
HEAD = ["Mã hộ", "Chủ hộ", "Năm sinh", "Số CCCD", "Kết quả 2024"]


@pytest.fixture(autouse=True)
def _run_tasks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Inside a test's transaction nothing commits: what would run after commit runs at once."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda call, *args, **kwargs: call())


@pytest.fixture
def known(cast: Cast) -> Household:
    home = create_household(
        facts={"unit": cast.commune, "name": "Mang Văn Sáu", "birth_year": 1966}, citizen_number=NUMBER
    )
    HouseholdCode.objects.create(household=home, unit=cast.commune, year=2024, code="56")
    return home


@pytest.mark.parametrize(
    ("name", "year", "asked"),
    [
        ("Mang Văn Sáu", 1966, {}),
        ("MANG VĂN SÁU", "", {}),
        ("Mang Van Sau", 1966, {}),
        ("Lê Thị Bảy", 1966, {2: "number_of_other_name"}),
        ("Lê Thị Bảy", "", {2: "number_of_other_name"}),
        ("Trần Văn Sáu", 1966, {2: "number_of_other_name"}),
        ("Mang Văn Sậu", 1966, {2: "number_of_other_name"}),
        ("Mang Văn Sáu", 1967, {2: "number_of_other_year"}),
    ],
)
@pytest.mark.parametrize("code", ["", 56], ids=["by number", "by number and code"])
def test_a_number_under_another_name_or_year_is_asked(
    cast: Cast, known: Household, name: str, year: Any, asked: dict[int, str], code: Any
) -> None:
    file = load("households", [HEAD, [code, name, year, NUMBER, "HN"]], cast["commune"])

    assert questions(file) == asked
    assert not [
        row for row in rows_of(file, RowState.CHANGED) if {"name", "birth_year"} & set(row.facts or ())
    ]
    confirmed(file, cast["commune"])
    known.refresh_from_db()
    assert (known.name, known.birth_year) == ("Mang Văn Sáu", 1966)


def test_both_sides_are_shown_and_every_answer_is_carried_out(cast: Cast, known: Household) -> None:
    content = [HEAD, ["", "Lê Thị Bảy", 1966, NUMBER, "HN"]]
    file = load("households", content, cast["commune"])
    (row,) = rows_of(file, RowState.ASKED)
    sides = {side.label: (side.in_file, side.in_register) for side in row.sides}
    assert sides["name"] == ("Lê Thị Bảy", "Mang Văn Sáu")
    assert [choice.value for choice in row.choices] == [f"same:{known.pk}", "wrong_number", "another"]

    for answer, written in ((f"same:{known.pk}", (0, 1)), ("wrong_number", (1, 0)), ("another", (1, 0))):
        answer_questions(import_file=file, answers={"0:2": answer}, actor=cast["commune"])
        file.refresh_from_db()
        assert questions(file) == {}
        assert counts(file)[:2] == written


@pytest.mark.parametrize(
    ("name", "year", "asked"),
    [
        ("Mang Văn Sáu", "", {}),
        ("Trần Văn Sáu", 1966, {2: "code_of_other_name"}),
        ("Lê Thị Bảy", 1966, {2: "code_of_other_name"}),
        ("Mang Văn Sáu", 1980, {2: "code_of_other_year"}),
    ],
)
def test_an_offices_code_under_another_name_or_year_is_asked(
    cast: Cast, known: Household, name: str, year: Any, asked: dict[int, str]
) -> None:
    file = load("households", [HEAD, [56, name, year, "", "HN"]], cast["commune"])

    assert questions(file) == asked


def test_by_the_registers_own_code_a_year_of_birth_is_corrected(cast: Cast, known: Household) -> None:
    file = load("households", [HEAD, [known.code, "Mang Văn Sáu", 1967, "", "HN"]], cast["commune"])

    assert questions(file) == {}
    (row,) = rows_of(file, RowState.CHANGED)
    assert row.facts["birth_year"] == (1966, 1967)


def test_a_wrong_code_leads_to_the_record_that_is_chosen_next(cast: Cast, known: Household) -> None:
    right = create_household(facts={"unit": cast.commune, "name": "Lê Thị Bảy"})
    file = load("households", [HEAD, [56, "Lê Thị Bảy", 1980, "", "HN"]], cast["commune"])

    answer_questions(import_file=file, answers={"0:2": "wrong_code"}, actor=cast["commune"])
    file.refresh_from_db()
    assert questions(file) == {2: "may_be_same"}
    answer_questions(import_file=file, answers={"0:2": f"same:{right.pk}"}, actor=cast["commune"])
    file.refresh_from_db()

    assert questions(file) == {}
    (row,) = rows_of(file, RowState.CHANGED)
    assert row.target == right.pk


def test_an_individuals_number_under_another_name_is_asked(cast: Cast) -> None:
    person = create_individual(
        facts={"unit": cast.commune, "name": "Trần Văn Bình", "birth_year": 1966}, citizen_number=NUMBER
    )
    head = ["Họ và tên", "Năm sinh", "CCCD"]

    file = load("individuals", [head, ["Lê Văn Hai", 1966, NUMBER]], cast["commune"])
    other = load("individuals", [head, ["Trần Văn Bình", 1967, NUMBER]], cast["commune"])

    assert (questions(file), questions(other)) == ({2: "number_of_other_name"}, {2: "number_of_other_year"})
    confirmed(file, cast["commune"])
    assert Individual.objects.get().name == person.name


def test_one_household_for_two_apostrophes_and_a_quotation_mark(cast: Cast) -> None:
    names = ["K' Brêl", "K'' Brêl", "K''Brêl", 'K" Brêl', "K”Brêl", "K’’ Brêl"]
    head = ["Chủ hộ", "Năm sinh", "2024"]
    confirmed(load("households", [head, [names[0], 1970, "HN"]], cast["commune"]), cast["commune"])

    for name in names[1:]:
        again = load("households", [head, [name, 1970, "HN"]], cast["commune"])
        assert (questions(again), counts(again)) == ({}, (0, 0, 1, 0))
