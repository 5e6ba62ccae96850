"""Words of offices: read with their marks first, asked where they have more meanings than one."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

import pytest

from core.spreadsheets.problems import CellProblem
from core.spreadsheets.vocabulary import Vocabulary
from registry.enums import PovertyStatus
from registry.imports.households_columns import HouseholdResource
from registry.imports.individuals import IndividualResource
from registry.imports.office_words import DATA, WordsError, headings, read_headings, read_words
from registry.imports.words import (
    LOAN_WORDS,
    PEOPLE_WORDS,
    REGISTRATION_WORDS,
    RELATIONSHIP_WORDS,
    SEX_WORDS,
    STANDING_WORDS,
    YES_NO_WORDS,
    SaidStanding,
    is_blank,
)


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("Hộ nghèo", PovertyStatus.POOR),
        ("NGHÈO", PovertyStatus.POOR),
        ("hn", PovertyStatus.POOR),
        ("ho ngheo", PovertyStatus.POOR),
        ("Họ nghèo", PovertyStatus.POOR),
        ("Tái nghèo", PovertyStatus.POOR),
        ("Nghèo mới", PovertyStatus.POOR),
        ("Nghèo cũ", PovertyStatus.POOR),
        ("Hộ nghèo thu nhập", PovertyStatus.POOR),
        ("Hộ nghèo không có khả năng lao động", PovertyStatus.POOR),
        ("Cận nghèo", PovertyStatus.NEAR_POOR),
        ("Cận nghèo cũ", PovertyStatus.NEAR_POOR),
        ("Cận nghèo mới", PovertyStatus.NEAR_POOR),
        ("HCN", PovertyStatus.NEAR_POOR),
        ("Mới thoát nghèo", PovertyStatus.NEWLY_ESCAPED),
        ("Hộ thoát nghèo", PovertyStatus.NEWLY_ESCAPED),
        ("Thoát cận nghèo", PovertyStatus.NEWLY_ESCAPED),
        ("Hộ không nghèo", PovertyStatus.NOT_POOR),
        ("không nghèo", PovertyStatus.NOT_POOR),
        ("Mức sống trung bình", PovertyStatus.AVERAGE),
        ("TB", PovertyStatus.AVERAGE),
        ("Hộ làm nông, lâm, ngư nghiệp có mức sống trung bình", PovertyStatus.AVERAGE),
        ("Hộ làm nông nghiệp, lâm nghiệp, ngư nghiệp có mức sống trung bình", PovertyStatus.AVERAGE),
        ("Hộ khá", PovertyStatus.WELL_OFF),
        ("Well off", PovertyStatus.WELL_OFF),
        ("-", None),
        ("  ", None),
        (None, None),
    ],
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_standings_are_read_in_offices_words(words: str | None, status: str | None, form: Any) -> None:
    cell = None if words is None else unicodedata.normalize(form, f" {words}  ")
    assert STANDING_WORDS.read(cell) == status


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("Mới thoát nghèo năm 2024", SaidStanding("newly_escaped", 2024)),
        ("HN DTTS", SaidStanding("poor", is_minority=True)),
        ("Hộ cận nghèo (DTTS)", SaidStanding("near_poor", is_minority=True)),
        ("Hộ nghèo là người DTTS năm 2023", SaidStanding("poor", 2023, is_minority=True)),
    ],
)
def test_standings_whose_words_say_more_keep_it(words: str, said: SaidStanding) -> None:
    assert STANDING_WORDS.read(words) == said


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("TN", "word_doubtful"),
        ("HTN", "word_doubtful"),
        ("không", "word_doubtful"),
        ("N1", "status_unknown"),
        ("x", "status_unknown"),
        ("thoát", "status_unknown"),
        ("nghèo cận nghèo", "status_unknown"),
        ("DTTS", "status_unknown"),
    ],
)
def test_a_standing_that_may_mean_several_is_asked(words: str, code: str) -> None:
    with pytest.raises(CellProblem) as refused:
        STANDING_WORDS.read(words)

    assert refused.value.code == code


def test_nam_is_not_nam_with_a_mark() -> None:
    assert SEX_WORDS.read("Nam") is False
    assert SEX_WORDS.read("nu") is True
    with pytest.raises(CellProblem):
        SEX_WORDS.read("Năm")
    meanings = HouseholdResource.meanings()
    assert (meanings.find("Năm"), meanings.find("Nam")) == ("year", None)
    assert meanings.find("NAM", is_bare=True) == "year"
    assert meanings.find("Năm sinh") == meanings.find("nam sinh") == "birth_year"
    assert IndividualResource.meanings().find("Nữ") == "woman"


def test_words_without_marks_are_taken_only_where_they_fit_one_meaning() -> None:
    words = Vocabulary({"Bản": "village", "Bán": "sold", "Hộ nghèo": "poor"})

    assert (words.find("Bản"), words.find("bán"), words.find("ban"), words.find("Bàn")) == (
        "village",
        "sold",
        None,
        None,
    )
    assert (words.find("HO NGHEO"), words.find("Hô nghéo")) == ("poor", "poor")


def test_signs_mean_what_their_column_says() -> None:
    assert YES_NO_WORDS.read("x") is True
    assert YES_NO_WORDS.read("-") is False
    assert REGISTRATION_WORDS.read("x") == "registered"
    assert REGISTRATION_WORDS.read("-") == REGISTRATION_WORDS.read("không") == "never"
    assert LOAN_WORDS.read("không") == "none"
    assert RELATIONSHIP_WORDS.read("-") is None
    assert is_blank("Không", ("blank_text",))
    assert not is_blank("Không")
    assert is_blank("chưa có", ("blank_citizen_number",))


def test_peoples_are_minorities_but_for_the_kinh() -> None:
    said = {words: PEOPLE_WORDS.read(words) for words in ("Kinh", "Chăm", "K'ho", "Hoa", "Rai")}
    assert said == {"Kinh": False, "Chăm": True, "K'ho": True, "Hoa": True, "Rai": True}
    with pytest.raises(CellProblem) as refused:
        PEOPLE_WORDS.read("Người Xanh")
    assert refused.value.code == "ethnicity_unknown"


def test_relations_are_told_apart() -> None:
    said = {
        words: RELATIONSHIP_WORDS.read(words) for words in ("Chủ hộ", "Vợ", "con", "Cháu ngoại", "Con dâu")
    }
    assert said == {
        "Chủ hộ": "head",
        "Vợ": "spouse",
        "con": "child",
        "Cháu ngoại": "grandchild",
        "Con dâu": "other",
    }
    with pytest.raises(CellProblem):
        RELATIONSHIP_WORDS.read("Cháu")


@pytest.mark.parametrize(
    ("text", "key", "expected"),
    [
        ("- headings: {a: [b]}", "[0].source", "there is none"),
        ("- source: x\n  headings: {a: []}", "[0].headings.a", "expected a list"),
        ("- source: x\n  headings: {a: [1]}", "[0].headings.a[0]", "expected words in quotes"),
        ("- source: x\n  heading: {a: [b]}", "[0].heading", "expected one of"),
        ("{a: 1}", "", "expected a list"),
        ("- [", "", "expected YAML"),
    ],
)
def test_a_file_of_headings_that_is_wrong_says_where(
    tmp_path: Path, text: str, key: str, expected: str
) -> None:
    path = tmp_path / "headings.yaml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(WordsError, match=r"headings\.yaml") as refused:
        read_headings(path)

    assert refused.value.key == key
    assert expected in refused.value.expected


@pytest.mark.parametrize(
    ("text", "key", "expected"),
    [
        ("- source: x\n  kind: colour\n  words: {a: [b]}", "[0].kind", "expected one of standing"),
        ("- source: x\n  kind: sex\n  words: {child: [b]}", "[0].words.child", "expected one of woman"),
        (
            "- source: x\n  kind: sex\n  words: {man: [b], woman: [b]}",
            "[0].words.woman[0]",
            "a word with one meaning",
        ),
        (
            "- source: x\n  kind: sex\n  words: {man: [b]}\n  doubtful: {c: [boy]}",
            "[0].doubtful.c[0]",
            "expected one of woman",
        ),
    ],
)
def test_a_file_of_words_that_is_wrong_says_where(tmp_path: Path, text: str, key: str, expected: str) -> None:
    path = tmp_path / "words.yaml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(WordsError, match=r"words\.yaml") as refused:
        read_words(path)

    assert refused.value.key == key
    assert expected in refused.value.expected


def test_every_heading_of_the_data_heads_a_column_of_some_list() -> None:
    used = {
        words
        for resource in (HouseholdResource, IndividualResource)
        for column in resource.columns().values()
        for words in column.headings
    }
    of_people = [
        key for key in read_headings(DATA / "headings.yaml") if key.startswith(("household.", "person."))
    ]
    parts = {"household.family_name", "household.given_name"}

    assert {key for key in of_people if not set(headings(key)) <= used} == parts
