"""The right person: found by code, number or name in this order; what contradicts is another person or a question."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from core.personal_numbers import digest, open_sealed
from registry.enums import RowState
from registry.models import (
    DistinctHouseholds,
    Household,
    HouseholdCode,
    HouseholdStatus,
    ImportFile,
)
from registry.services.imports import answer_questions, confirm_file
from registry.services.members import add_member
from registry.services.people import create_household, create_individual
from tests.factories import Cast, UnitFactory
from tests.integration.registry.import_steps import (
    confirmed,
    counts,
    found,
    load,
    questions,
    reasons,
    rows_of,
    staged_text,
)

pytestmark = pytest.mark.django_db

ClientOf = Callable[[str], Any]
NUMBER, OTHER = "060066000111", "060066000222"


@pytest.fixture(autouse=True)
def _run_tasks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Inside a test's transaction nothing commits: what would run after commit runs at once."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda call, *args, **kwargs: call())


def staged(cast: Cast, head: list[Any], *rows: list[Any], who: str = "commune", **options: Any) -> ImportFile:
    return load("households", [head, *rows], cast[who], **options)


def answered(cast: Cast, file: ImportFile, **answers: str) -> ImportFile:
    """The file read again with answers by the number of the row: `r5="another"`."""
    given = {f"0:{key.removeprefix('r')}": value for key, value in answers.items()}
    answer_questions(import_file=file, answers=given, actor=cast["commune"])
    file.refresh_from_db()
    return file


def household(cast: Cast, name: str = "Mang Văn Sáu", number: str = "", **facts: Any) -> Household:
    return create_household(
        facts={"unit": cast.commune, "name": name, **facts}, statuses={2023: "poor"}, citizen_number=number
    )


def notes_of(file: ImportFile) -> dict[int, list[str]]:
    states = (RowState.NEW, RowState.CHANGED, RowState.UNCHANGED)
    rows = [row for state in states for row in rows_of(file, state)]
    return {row.number: [note.code for note in row.notes] for row in rows if row.notes}


CODED = ["Mã hộ", "Chủ hộ", "Năm sinh", "Số CCCD", "Kết quả 2024"]


def test_two_households_of_one_name_with_two_codes_are_two(cast: Cast) -> None:
    head = ["Chủ hộ", "Mã hộ", "Phân loại hộ"]
    rows = [["MANG VĂN SÁU", 56, "Hộ cận nghèo"], ["MANG VĂN SÁU", 91, "Hộ nghèo"]]

    confirmed(staged(cast, head, *rows, year=2024), cast["commune"])
    again = staged(cast, head, *rows, year=2024)

    codes = HouseholdCode.objects.order_by("code").values_list("code", "year", "unit_id", "household__name")
    assert list(codes) == [
        ("56", 2024, cast.commune.pk, "Mang Văn Sáu"),
        ("91", 2024, cast.commune.pk, "Mang Văn Sáu"),
    ]
    assert counts(again) == (0, 0, 2, 0)
    assert not Household.objects.filter(code__in=("56", "91")).exists()


def test_a_code_of_another_commune_or_year_is_no_sign(cast: Cast) -> None:
    other = UnitFactory(name="Xã Phan Sơn", parent=cast.district, admin_type="xa")
    head = ["Xã", "Mã hộ", "Chủ hộ", "Năm sinh", "Năm", "Phân loại hộ"]
    confirmed(
        staged(cast, head, [cast.commune.name, 56, "Lê Văn Tám", 1960, 2023, "HN"], who="district"),
        cast["district"],
    )

    later = staged(
        cast,
        head,
        [cast.commune.name, 56, "Mang Thị Lan", 1970, 2024, "HN"],
        [other.name, 56, "Bố Thị Ba", 1966, 2023, "HN"],
        who="district",
    )

    assert (counts(later), questions(later)) == ((2, 0, 0, 0), {})
    confirmed(later, cast["district"])
    assert Household.objects.count() == 3
    assert HouseholdCode.objects.filter(code="56").count() == 3


def test_one_household_bears_a_code_a_year(cast: Cast) -> None:
    head = ["Mã hộ", "Chủ hộ", "Năm sinh", "Năm", "Phân loại hộ"]

    confirmed(
        staged(
            cast,
            head,
            [56, "Lê Văn Tám", 1960, 2023, "HN"],
            [56, "Lê Văn Tám", 1960, 2024, "CN"],
            ["012", "Mang Thị Lan", 1970, 2024, "CN"],
        ),
        cast["commune"],
    )

    household = Household.objects.get(name="Lê Văn Tám")
    assert list(household.office_codes.values_list("year", "code")) == [(2024, "56"), (2023, "56")]
    assert list(household.statuses.values_list("year", "status")) == [(2023, "poor"), (2024, "near_poor")]
    assert HouseholdCode.objects.get(household__name="Mang Thị Lan").code == "12"


def test_a_number_that_contradicts_means_another_person(cast: Cast) -> None:
    head = ["Chủ hộ", "Năm sinh", "Số CCCD", "Phân loại hộ"]
    confirmed(staged(cast, head, ["Bố Thị Ba", 1966, NUMBER, "HN"], year=2024), cast["commune"])

    second = staged(cast, head, ["Bố Thị Ba", 1966, OTHER, "CN"], year=2023)
    confirmed(second, cast["commune"])

    assert set(Household.objects.values_list("citizen_number_digest", flat=True)) == {
        digest(NUMBER),
        digest(OTHER),
    }
    assert list(HouseholdStatus.objects.values_list("year", "status").order_by("year")) == [
        (2023, "near_poor"),
        (2024, "poor"),
    ]


def test_what_is_missing_contradicts_nothing_and_is_filled(cast: Cast) -> None:
    known = household(cast, birth_year=1966)
    head = ["Chủ hộ", "Năm sinh", "Số CCCD", "Mã hộ", "2024"]

    file = staged(cast, head, ["MANG VĂN SÁU", 1966, NUMBER, 56, "HN"])
    confirmed(file, cast["commune"])
    bare = staged(cast, ["Chủ hộ", "Năm sinh", "2025"], ["Mang Văn Sáu", 1966, "HN"])
    confirmed(bare, cast["commune"])

    known.refresh_from_db()
    assert open_sealed(known.citizen_number_sealed) == NUMBER
    assert known.office_codes.get().code == "56"
    assert Household.objects.count() == 1
    assert known.statuses.count() == 3


@pytest.mark.parametrize("is_own", [True, False], ids=["the register's code", "the office's code"])
def test_the_same_code_with_another_heads_number_is_always_asked(cast: Cast, is_own: bool) -> None:
    known = household(cast, number=NUMBER, birth_year=1966)
    HouseholdCode.objects.create(household=known, unit=cast.commune, year=2024, code="56")
    code = known.code if is_own else 56

    file = staged(cast, CODED, [code, "Mang Văn Sáu", 1966, OTHER, "HN"])

    assert questions(file) == {2: "code_of_other_head"}
    (row,) = rows_of(file, RowState.ASKED)
    assert [choice.value for choice in row.choices] == [f"new_head:{known.pk}", "wrong_code", "another"]
    numbers = next(side for side in row.sides if side.label == "citizen_number")
    assert (open_sealed(numbers.in_file), open_sealed(numbers.in_register)) == (OTHER, NUMBER)
    confirmed(file, cast["commune"])
    known.refresh_from_db()
    assert (known.citizen_number_digest, Household.objects.count()) == (digest(NUMBER), 1)


def test_a_new_head_takes_the_household_over(cast: Cast) -> None:
    known = household(cast, number=NUMBER, birth_year=1966)

    file = staged(cast, CODED, [known.code, "Mang Thị Lan", "", OTHER, "HN"])
    confirmed(answered(cast, file, r2=f"new_head:{known.pk}"), cast["commune"])

    known.refresh_from_db()
    assert (known.name, known.birth_year, known.citizen_number_digest) == (
        "Mang Thị Lan",
        None,
        digest(OTHER),
    )
    assert Household.objects.count() == 1


def test_a_wrong_code_leaves_the_other_signs_to_find_the_household(cast: Cast) -> None:
    wrong, right = household(cast, "Lê Văn Tám", NUMBER), household(cast, "Mang Thị Lan", OTHER)

    file = staged(cast, CODED, [wrong.code, "Mang Thị Lan", "", OTHER, "CN"])
    file = answered(cast, file, r2="wrong_code")
    assert "code_left_out" in notes_of(file)[2]
    confirmed(file, cast["commune"])

    assert dict(right.statuses.values_list("year", "status")) == {2023: "poor", 2024: "near_poor"}
    assert wrong.statuses.count() == 1


def test_another_household_is_remembered_and_not_asked_about_again(cast: Cast) -> None:
    known = household(cast, number=NUMBER, birth_year=1966)
    row = [known.code, "Mang Thị Lan", 1970, OTHER, "HN"]

    confirmed(answered(cast, staged(cast, CODED, row), r2="another"), cast["commune"])
    again = staged(cast, CODED, row)

    other = Household.objects.exclude(pk=known.pk).get()
    pair = DistinctHouseholds.objects.get()
    assert (pair.first_id, pair.second_id, pair.said_by) == (known.pk, other.pk, cast["commune"])
    assert other.code != known.code
    assert (questions(again), counts(again)) == ({}, (0, 0, 1, 0))


def test_the_number_of_a_member_asks_whether_the_head_is_new(cast: Cast) -> None:
    known = household(cast, number=NUMBER)
    facts = {"name": "Mang Thị Lan", "birth_year": 1970, "is_woman": True, "relationship_to_head": "spouse"}
    add_member(household=known, facts=facts, citizen_number=OTHER)

    file = staged(cast, CODED, ["", "Mang Thị Lan", 1970, OTHER, "HN"])

    assert questions(file) == {2: "number_of_member"}


def test_a_number_under_another_name_or_another_code_is_asked(cast: Cast) -> None:
    known = household(cast, number=NUMBER, birth_year=1966)
    HouseholdCode.objects.create(household=known, unit=cast.commune, year=2024, code="56")

    named = staged(cast, CODED, ["", "Lê Thị Bảy", 1980, NUMBER, "HN"])
    coded = staged(cast, CODED, [57, "Mang Văn Sáu", 1966, NUMBER, "HN"])

    assert questions(named) == {2: "number_of_other_name"}
    assert questions(coded) == {2: "number_under_other_code"}
    confirmed(answered(cast, named, r2="wrong_number"), cast["commune"])
    assert Household.objects.get(name="Lê Thị Bảy").citizen_number_digest == ""
    confirmed(answered(cast, coded, r2=f"same:{known.pk}"), cast["commune"])
    assert known.office_codes.get().code == "57"


def test_villages_tell_namesakes_apart(cast: Cast) -> None:
    head = ["Chủ hộ", "Năm sinh", "Thôn", "2024"]
    rows = [["Lê Văn Tám", 1960, "Thôn 1", "HN"], ["Lê Văn Tám", 1960, "thôn 02", "CN"]]

    confirmed(staged(cast, head, *rows), cast["commune"])
    again = staged(cast, head, *reversed(rows))

    assert Household.objects.count() == 2
    assert counts(again) == (0, 0, 2, 0)


def test_rows_that_nothing_tells_apart_are_asked(cast: Cast) -> None:
    head = ["Chủ hộ", "Năm sinh", "2024"]
    rows = [["Lê Văn Tám", 1960, "HN"], ["LÊ VĂN TÁM", 1960, "HN"], ["Lê Văn Tám", 1960, "CN"]]

    file = staged(cast, head, *rows)

    assert questions(file) == {3: "row_repeated", 4: "row_contradicts"}
    file = answered(cast, file, r3="same_in_file", r4="another")
    assert (questions(file), counts(file)) == ({}, (2, 0, 1, 0))
    confirmed(file, cast["commune"])
    assert Household.objects.count() == 2
    assert DistinctHouseholds.objects.count() == 1
    # Whoever reads the file again finds both as they stand; only the row written twice is asked about.
    again = staged(cast, head, *rows)
    assert (counts(again), questions(again)) == ((0, 0, 2, 0), {3: "may_be_several"})


def test_one_household_for_every_apostrophe(cast: Cast) -> None:
    names = ["K' Brêl", "K’ Brêl", "K‘ Brêl", "Kʼ Brêl", "K` Brêl", "K'Brêl", "K´ Brêl", "K′ Brêl"]

    file = staged(cast, ["Chủ hộ", "Năm sinh", "2024"], *[[name, 1970, "HN"] for name in names])
    confirmed(file, cast["commune"])

    assert Household.objects.get().name == "K' Brêl"
    assert set(questions(file).values()) == {"row_repeated"}


def test_a_list_with_a_row_a_year_and_no_birth_tells_one_household(cast: Cast) -> None:
    head = ["Chủ hộ", "Năm", "Phân loại"]
    rows = [["Lê Văn Tám", 2023, "HN"], ["Lê Văn Tám", 2024, "CN"]]

    confirmed(staged(cast, head, *rows), cast["commune"])
    again = staged(cast, head, *rows)
    later = staged(cast, head, ["Lê Văn Tám", 2025, "CN"], ["Lê Văn Tám", 2022, "HN"])

    assert Household.objects.get().statuses.count() == 2
    assert counts(again) == (0, 0, 2, 0)
    assert questions(later) == {2: "may_be_same", 3: "answered_above"}


def test_rows_that_could_all_be_one_record_are_all_asked(cast: Cast) -> None:
    household(cast, birth_year=1966)
    head = ["Chủ hộ", "Năm sinh", "Số CCCD", "2024"]
    rows = [["Mang Văn Sáu", 1966, number, "HN"] for number in (NUMBER, OTHER)]

    file = staged(cast, head, *rows)

    assert questions(file) == {2: "several_rows_may_be", 3: "several_rows_may_be"}


def test_a_later_row_of_the_file_adds_what_an_earlier_one_lacks(cast: Cast) -> None:
    head = ["Chủ hộ", "Năm sinh", "Số CCCD", "Địa chỉ", "Năm", "Phân loại"]

    confirmed(
        staged(
            cast,
            head,
            ["Lê Văn Tám", 1960, "", "", 2023, "HN"],
            ["Lê Văn Tám", 1960, "060060000123", "Số 5", 2024, "CN"],
        ),
        cast["commune"],
    )

    found = Household.objects.get()
    assert (found.address, open_sealed(found.citizen_number_sealed)) == ("Số 5", "060060000123")
    assert found.statuses.count() == 2


def test_a_refused_row_makes_nobody_and_a_later_one_makes_the_household_whole(cast: Cast) -> None:
    head = ["Chủ hộ", "Năm sinh", "Địa chỉ", "Năm", "Phân loại"]

    file = staged(
        cast, head, ["Lê Văn Tám", 1960, "Số 5", 2023, "không rõ"], ["Lê Văn Tám", 1960, "", 2024, "CN"]
    )
    confirmed(file, cast["commune"])

    assert reasons(file) == {2: ["status_unknown"]}
    found = Household.objects.get()
    assert (found.birth_year, found.unit, found.address) == (1960, cast.commune, "")


def test_names_are_cleaned_and_the_cleaning_is_shown(cast: Cast) -> None:
    head = ["Chủ hộ", "Năm sinh", "2024"]

    file = staged(
        cast,
        head,
        ["1. Lê Văn Cả", 1970, "HN"],
        ["LÊ VĂN HAI", 1975, "HN"],
        ["Ông Lê Văn Tám (đã mất)", 1971, "HN"],
        ["Lê Văn A\nVợ: Trần Thị B", 1972, "HN"],
        ["Ðặng Văn Ðức", 1973, "HN"],
        ["Nguyễn\u00adThị\u200bMai", 1974, "HN"],
        ['\'=HYPERLINK("http://x")', 1966, "HN"],
        ["12345", 1970, "HN"],
        ["-", 1970, "HN"],
        ["A" * 200, 1970, "HN"],
        ["#N/A", 1970, "HN"],
    )
    notes = notes_of(file)
    confirmed(file, cast["commune"])

    assert dict(Household.objects.values_list("birth_year", "name")) == {
        1970: "Lê Văn Cả",
        1975: "Lê Văn Hai",
        1971: "Lê Văn Tám",
        1972: "Lê Văn A",
        1973: "Đặng Văn Đức",
        1974: "Nguyễn Thị Mai",
    }
    assert notes == {
        2: ["cleaned_list_number"],
        3: ["cleaned_case_proposed"],
        4: ["cleaned_title", "cleaned_remark"],
        5: ["cleaned_second_person"],
        6: ["cleaned_d_stroke"],
        7: ["cleaned_invisible"],
    }
    assert Household.objects.get(birth_year=1971).note == "đã mất"
    assert Household.objects.get(birth_year=1972).note == "Vợ: Trần Thị B"
    assert set(reasons(file)) == {8, 9, 10, 11, 12}


def test_numbers_of_cells_are_completed_kept_apart_or_set_aside(cast: Cast) -> None:
    head = ["Chủ hộ", "Năm sinh", "Số CCCD", "2024"]

    file = staged(
        cast,
        head,
        ["Nguyễn Ánh Một", 1970, 60070001234, "HN"],
        ["Nguyễn Ánh Hai", 1970, "060070001235", "HN"],
        ["Nguyễn Ánh Ba", 1950, "260123456", "HN"],
        ["Nguyễn Ánh Bốn", 1951, "6.0071E+10", "HN"],
        ["Nguyễn Ánh Năm", 1951, 60070001236, "HN"],
        ["Nguyễn Ánh Sáu", 1951, "060.070.001.237", "HN"],
        ["Nguyễn Ánh Bảy", 1951, "Chưa có", "HN"],
        ["Nguyễn Ánh Tám", 1951, "060070001238 (cấp 2021)", "HN"],
        ["Nguyễn Ánh Chín", 1951, 6007000123, "HN"],
    )
    notes = notes_of(file)
    text = staged_text()
    confirmed(file, cast["commune"])

    assert counts(file) == (9, 0, 0, 0)
    people = {one.name.rpartition(" ")[2]: one for one in Household.objects.all()}
    opened = {
        name: open_sealed(one.citizen_number_sealed)
        for name, one in people.items()
        if one.citizen_number_sealed
    }
    assert opened == {
        "Một": "060070001234",
        "Hai": "060070001235",
        "Sáu": "060070001237",
        "Tám": "060070001238",
    }
    assert open_sealed(people["Ba"].old_number_sealed) == "260123456"
    assert people["Tám"].note == "cấp 2021"
    assert notes == {
        2: ["citizen_completed"],
        4: ["citizen_old"],
        5: ["citizen_scientific"],
        6: ["citizen_year_differs"],
        9: ["citizen_remark"],
        10: ["citizen_ten_digits"],
    }
    assert not [
        number for number in ("60070001234", "260123456", "60070001236", "6007000123") if number in text
    ]


def test_old_numbers_support_and_never_decide(cast: Cast) -> None:
    head = ["Chủ hộ", "Số CCCD", "2024"]
    confirmed(staged(cast, head, ["Lê Văn Tám", "260123456", "HN"]), cast["commune"])

    other = staged(cast, head, ["Mang Thị Lan", "260123456", "HN"])
    same = staged(cast, ["Chủ hộ", "Năm sinh", "Số CCCD", "2024"], ["Lê Văn Tám", 1960, "260123456", "CN"])

    assert counts(other) == (1, 0, 0, 0)
    assert questions(same) == {2: "may_be_same"}
    assert "old_number" in [side.label for side in rows_of(same, RowState.ASKED)[0].sides]


def test_a_preview_shows_the_last_digits_before_and_after(cast: Cast, client_of: ClientOf) -> None:
    known = household(cast, number=NUMBER, birth_year=1966)
    file = staged(cast, CODED, [known.code, "Mang Thị Lan", 1970, OTHER, "HN"])
    client = client_of("commune")

    asked = client.get(reverse("registry:import_file", args=[file.pk])).content.decode()
    answered(cast, file, r2=f"new_head:{known.pk}")
    changed = client.get(reverse("registry:import_file", args=[file.pk])).content.decode()

    for page in (asked, changed):
        assert "•••••••••111" in page
        assert "•••••••••222" in page
        assert NUMBER not in page
        assert OTHER not in page


def test_a_stale_answer_writes_nothing(cast: Cast) -> None:
    known = household(cast, number=NUMBER, birth_year=1966)
    file = staged(cast, CODED, [known.code, "Mang Thị Lan", 1970, OTHER, "HN"])

    answered(cast, file, r2="new_head:999999")

    assert questions(file) == {2: "code_of_other_head"}
    confirm_file(import_file=file, actor=cast["commune"], skip_refused=True)
    assert Household.objects.count() == 1


@pytest.mark.parametrize("standing", ["HN", "CN"])
@pytest.mark.parametrize("sign", ["Số CCCD", "Mã hộ"])
def test_a_namesake_with_a_sign_after_one_without_is_asked_not_refused(
    cast: Cast, sign: str, standing: str
) -> None:
    value = NUMBER if sign == "Số CCCD" else "56"
    head = ["Chủ hộ", "Năm sinh", sign, "Kết quả 2024"]
    rows = [["Mang Văn Sáu", 1966, "", "HN"], ["Mang Văn Sáu", 1966, value, standing]]

    file = staged(cast, head, *rows)

    assert questions(file) == {3: "row_repeated" if standing == "HN" else "row_contradicts"}
    confirmed(answered(cast, file, r3="another"), cast["commune"])
    assert sorted(bool(one.citizen_number_digest) for one in Household.objects.all()) == [
        False,
        sign == "Số CCCD",
    ]


def test_a_name_typed_without_marks_is_the_same_name(cast: Cast) -> None:
    known = household(cast, "Lê Văn Một", birth_year=1960)
    head = ["Chủ hộ", "Năm sinh", "Năm", "Phân loại"]

    file = staged(cast, head, ["LE VAN MOT", 1960, 2024, "CN"], ["Lê Văn Một", 1960, 2025, "CN"])

    assert counts(file) == (2, 0, 0, 0)
    confirmed(file, cast["commune"])
    assert Household.objects.get() == known
    known.refresh_from_db()
    assert known.name == "Lê Văn Một"


def test_marks_are_taken_from_a_later_row_and_not_lost_to_one(cast: Cast) -> None:
    head = ["Chủ hộ", "Năm sinh", "Năm", "Phân loại"]

    confirmed(
        staged(cast, head, ["LE VAN MOT", 1960, 2024, "CN"], ["Lê Văn Một", 1960, 2023, "HN"]),
        cast["commune"],
    )

    assert Household.objects.get().name == "Lê Văn Một"


def test_a_name_without_marks_that_may_be_of_two_is_asked(cast: Cast) -> None:
    household(cast, "Lê Văn Một", birth_year=1960)
    household(cast, "Lê Văn Mốt", birth_year=1960)

    file = staged(cast, ["Chủ hộ", "Năm sinh", "2024"], ["LE VAN MOT", 1960, "CN"])

    assert questions(file) == {2: "may_be_several"}


def test_each_namesake_of_the_file_can_be_chosen(cast: Cast) -> None:
    head = ["Chủ hộ", "Năm sinh", "Số CCCD", "Năm", "Phân loại"]
    rows = [["Mang Văn Sáu", 1966, number, 2023, "HN"] for number in (NUMBER, OTHER)]

    file = staged(cast, head, *rows, ["Mang Văn Sáu", 1966, "", 2024, "CN"])

    (asked,) = rows_of(file, RowState.ASKED)
    values = [one.value for one in asked.choices]
    assert len(set(values)) == len(values) == 3
    confirmed(answered(cast, file, r4=values[1]), cast["commune"])
    later = HouseholdStatus.objects.get(year=2024).household
    assert later.citizen_number_digest == digest(OTHER)


@pytest.mark.parametrize("kind", ["households", "individuals"])
def test_a_number_that_stands_outside_the_area_is_said(cast: Cast, kind: str) -> None:
    facts = {"unit": cast.other_commune, "name": "Mang Sáu"}
    if kind == "households":
        create_household(facts=facts, citizen_number=NUMBER)
    else:
        create_individual(facts=facts, citizen_number=NUMBER)
    head = ["Họ và tên", "Năm sinh", "Số CCCD", "Kết quả 2024" if kind == "households" else "Chức vụ"]
    rows = [["Mang Văn Sáu", 1966, NUMBER, "HN"], ["Lê Văn Tám", 1966, OTHER, "HN"]]

    file = load(kind, [head, *rows], cast["commune"])

    assert counts(file) == (2, 0, 0, 0)
    assert found(file, "number_elsewhere") == [(2,)]


@pytest.mark.parametrize(
    "titles",
    [
        [["THÔN {n}"], ["DANH SÁCH HỘ NGHÈO, HỘ CẬN NGHÈO NĂM 2024"]],
        [["DANH SÁCH HỘ NGHÈO THÔN {n} NĂM 2024"]],
        [["Thôn {n}, xã Phan Điền"], ["DANH SÁCH HỘ NGHÈO NĂM 2024"]],
    ],
)
def test_the_village_of_a_title_holds_for_its_rows(cast: Cast, titles: list[list[str]]) -> None:
    head = ["STT", "Họ và tên chủ hộ", "Năm sinh", "Phân loại hộ"]
    for number, standing in (("1", "HN"), ("2", "CN")):
        lines = [[line[0].format(n=number)] for line in titles]
        rows = [*lines, head, [1, "Lê Văn Tám", 1970, standing]]
        confirmed(load("households", rows, cast["commune"]), cast["commune"])

    assert sorted(one.address for one in Household.objects.all()) == ["Thôn 1", "Thôn 2"]


@pytest.mark.parametrize(
    "title",
    ["DANH SÁCH HỘ NGHÈO THÔN ĐẶC BIỆT KHÓ KHĂN NĂM 2024", "HỘ NGHÈO CÁC THÔN, KHU PHỐ TRONG XÃ NĂM 2024"],
)
def test_a_title_that_names_no_village_says_none(cast: Cast, title: str) -> None:
    head = ["STT", "Họ và tên chủ hộ", "Năm sinh", "Phân loại hộ"]

    confirmed(
        load("households", [[title], head, [1, "Lê Văn Tám", 1970, "HN"]], cast["commune"]), cast["commune"]
    )

    assert Household.objects.get().address == ""


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_villages_of_headings_count_among_namesakes(cast: Cast, order: tuple[int, int]) -> None:
    household(cast, "Lê Văn Tám", birth_year=1970)
    head = ["STT", "Họ và tên chủ hộ", "Năm sinh", "Kết quả 2024"]
    rows = [
        row
        for number in order
        for row in (["I", f"Thôn {number}", "", ""], [1, "Lê Văn Tám", 1970, "HN" if number == 1 else "CN"])
    ]

    file = staged(cast, head, *rows)

    assert questions(file) == {3: "several_rows_may_be", 5: "several_rows_may_be"}


def test_a_row_of_another_communes_heading_rivals_nobody(cast: Cast) -> None:
    household(cast, "Lê Văn Tám", birth_year=1970)
    head = ["STT", "Họ và tên chủ hộ", "Năm sinh", "Số CCCD", "Kết quả 2024"]
    rows = [
        ["I", "Xã Phan Điền", "", "", ""],
        [1, "Lê Văn Tám", 1970, NUMBER, "HN"],
        ["II", cast.other_commune.name, "", "", ""],
        [1, "Lê Văn Tám", 1970, OTHER, "HN"],
    ]

    assert questions(staged(cast, head, *rows, who="reviewer")) == {}


def test_a_row_whose_number_is_anothers_claims_nobody(cast: Cast) -> None:
    household(cast, "Lê Văn Tám", birth_year=1970)
    household(cast, "Lê Văn Tám", number=OTHER, birth_year=1970)
    head = ["Chủ hộ", "Năm sinh", "Số CCCD", "2024"]

    file = staged(cast, head, ["Lê Văn Tám", 1970, NUMBER, "HN"], ["Lê Văn Tám", 1970, OTHER, "HN"])

    assert questions(file) == {}
    confirmed(file, cast["commune"])
    assert Household.objects.count() == 2


def test_a_row_that_fills_a_record_keeps_no_namesake_of_the_file_out(cast: Cast) -> None:
    """The new row was told from the record by the number that an earlier row gives it."""
    known = household(cast, birth_year=1966)
    head = ["Chủ hộ", "Năm sinh", "Số CCCD", "2024"]
    file = staged(cast, head, *[["Mang Văn Sáu", 1966, number, "HN"] for number in (NUMBER, OTHER)])

    file = answered(cast, file, r2=f"same:{known.pk}")
    confirmed(file if not questions(file) else answered(cast, file, r3="another"), cast["commune"])

    assert sorted(Household.objects.values_list("citizen_number_digest", flat=True)) == sorted(
        [digest(NUMBER), digest(OTHER)]
    )


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_two_rows_that_claim_one_year_of_a_record_are_both_asked(cast: Cast, order: tuple[int, int]) -> None:
    known = household(cast, birth_year=1966)
    head = ["Chủ hộ", "Năm sinh", "Năm", "Phân loại"]
    pair = [["Mang Văn Sáu", 1966, 2024, "HN"], ["Mang Văn Sáu", 1966, 2024, "CN"]]

    file = staged(cast, head, *[pair[at] for at in order])

    assert questions(file) == {2: "several_rows_may_be", 3: "several_rows_may_be"}
    poor, near = order.index(0) + 2, order.index(1) + 2
    confirmed(
        answered(cast, file, **{f"r{poor}": "another", f"r{near}": f"same:{known.pk}"}), cast["commune"]
    )
    assert known.statuses.get(year=2024).status == "near_poor"
    assert Household.objects.count() == 2


def test_a_row_written_twice_or_a_year_each_asks_nothing_of_a_record(cast: Cast) -> None:
    household(cast, birth_year=1966)
    head = ["Chủ hộ", "Năm sinh", "Năm", "Phân loại"]

    years = staged(cast, head, ["Mang Văn Sáu", 1966, 2024, "HN"], ["Mang Văn Sáu", 1966, 2022, "HN"])
    twice = staged(cast, head, *[["Mang Văn Sáu", 1966, 2024, "HN"]] * 2)

    assert questions(years) == {}
    assert questions(twice) == {3: "row_repeated"}


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2), (2, 0, 1)])
def test_of_a_row_a_year_the_last_year_says_what_a_household_is_like(
    cast: Cast, order: tuple[int, ...]
) -> None:
    head = ["Chủ hộ", "Năm sinh", "Địa chỉ", "DTTS", "Khoản vay", "Năm", "Phân loại"]
    rows = [
        ["Mang Văn Sáu", 1966, "Số 1", "không", "", 2022, "HN"],
        ["Mang Văn Sáu", 1966, "Số 2", "", "", 2023, "HN"],
        ["Mang Văn Sáu", 1966, "Số 1", "có", "", 2024, "CN"],
    ]

    file = staged(cast, head, *[rows[at] for at in order])
    confirmed(file, cast["commune"])

    found = Household.objects.get()
    assert (found.address, found.is_minority, found.statuses.count()) == ("Số 1", True, 3)


def test_of_a_row_a_year_what_repeats_a_year_later_holds_again(cast: Cast) -> None:
    head = ["Chủ hộ", "Năm sinh", "Địa chỉ", "Năm", "Phân loại"]
    rows = [["Mang Văn Sáu", 1966, f"Số {no}", year, "HN"] for no, year in ((1, 2022), (2, 2023), (1, 2024))]

    confirmed(staged(cast, head, *rows), cast["commune"])

    assert Household.objects.get().address == "Số 1"


def test_a_line_that_names_no_known_village_ends_the_one_above(cast: Cast) -> None:
    head = ["STT", "Chủ hộ", "Năm sinh", "2024"]
    rows = [["", "Thôn 1", "", ""], [1, "Lê Văn Một", 1960, "HN"], [2, "Lê Văn Hai", "", ""]]
    below = [["", "Đồng Lớn", "", ""], [3, "Lê Văn Ba", 1963, "HN"], [4, "Lê Văn Bốn", 1964, "HN"]]

    file = staged(cast, head, *rows, *below, ["", "Người lập biểu", "", ""])

    assert notes_of(file) == {6: ["village_ended"]}
    confirmed(file, cast["commune"])
    addresses = dict(Household.objects.values_list("name", "address"))
    assert addresses == {"Lê Văn Một": "Thôn 1", "Lê Văn Ba": "", "Lê Văn Bốn": ""}


def test_a_numbered_line_among_villages_is_a_village(cast: Cast) -> None:
    head = ["STT", "Chủ hộ", "Năm sinh", "2024"]
    rows = [["I", "Thôn 1", "", ""], [1, "Lê Văn Một", 1960, "HN"], [2, "Lê Văn Hai", "", ""]]
    below = [["II", "Đồng Lớn", "", ""], [1, "Lê Văn Ba", 1963, "HN"]]

    confirmed(staged(cast, head, *rows, *below), cast["commune"])

    addresses = dict(Household.objects.values_list("name", "address"))
    assert addresses == {"Lê Văn Một": "Thôn 1", "Lê Văn Ba": "Đồng Lớn"}
