"""A preview shows whom rows mean; when another hand makes them somebody else, nothing is written onto them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from core.exceptions import StaleState
from nominations.models import PriorAward
from nominations.services.rounds import start_movement
from registry.imports import records_writing
from registry.models import (
    Household,
    HouseholdCode,
    HouseholdMember,
    HouseholdStatus,
    ImportFile,
    Individual,
    Unit,
)
from registry.services.imports import confirm_file
from registry.services.members import add_member, update_member
from registry.services.merging import merge_households, merge_individuals
from registry.services.people import (
    create_household,
    create_individual,
    update_household,
    update_individual,
)
from registry.services.units import end_unit
from tests.factories import Cast, UnitFactory
from tests.factories.nominations import PLAN
from tests.integration.registry.import_steps import counts, load

pytestmark = pytest.mark.django_db

NUMBER = "060066000111"
Act = Callable[[Cast, Any], None]


@pytest.fixture(autouse=True)
def _run_tasks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Inside a test's transaction nothing commits: what would run after commit runs at once."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda call, *args, **kwargs: call())


def household(cast: Cast) -> Household:
    return create_household(
        facts={"unit": cast.commune, "name": "Mang Văn Sáu", "birth_year": 1966},
        statuses={2022: "poor"},
        actor=cast["commune"],
    )


def facts_of(person: Household | Individual, **facts: Any) -> dict[str, Any]:
    return {"unit": person.unit, "name": person.name, "birth_year": person.birth_year, **facts}


def update(cast: Cast, person: Household | Individual, number: str | None = None, **facts: Any) -> None:
    """Correct a record as its page does."""
    if isinstance(person, Household):
        update_household(household=person, facts=facts_of(person, **facts), citizen_number=number)
    else:
        update_individual(individual=person, facts=facts_of(person, **facts), citizen_number=number)


def merged(cast: Cast, person: Household | Individual) -> None:
    facts = {"unit": person.unit, "name": "Mang Sáu"}
    if isinstance(person, Household):
        merge_households(kept=create_household(facts=facts), dropped=person)
    else:
        merge_individuals(kept=create_individual(facts=facts), dropped=person)


def renamed(cast: Cast, person: Any) -> None:
    update(cast, person, name="Lê Thị Bảy")


def born_in_another_year(cast: Cast, person: Any) -> None:
    update(cast, person, birth_year=1990)


def given_a_number(cast: Cast, person: Any) -> None:
    update(cast, person, number=NUMBER)


def moved(cast: Cast, person: Any) -> None:
    other = UnitFactory(kind="commune", admin_type="xa", name="Xã Phan Lâm", parent=cast.district)
    update(cast, person, unit=other)


def of_another_village(cast: Cast, person: Any) -> None:
    update(cast, person, address="Thôn 2")


ACTS = [merged, renamed, born_in_another_year, given_a_number, moved]
HEAD = ["Chủ hộ", "Năm sinh", "Năm", "Phân loại"]


def left_as_it_is(cast: Cast, person: Any) -> None:
    update(cast, person, note="đã gọi điện")


def confirm(file: ImportFile, cast: Cast, who: str = "commune") -> None:
    confirm_file(import_file=file, actor=cast[who])


def standing_file(cast: Cast) -> ImportFile:
    """A row that adds a standing and changes no fact of its household."""
    file = load("households", [HEAD, ["Mang Văn Sáu", 1966, 2023, "CN"]], cast["commune"])
    assert counts(file) == (1, 0, 0, 0)
    return file


@pytest.mark.parametrize("act", [*ACTS, of_another_village])
def test_a_standing_is_given_to_nobody_else(cast: Cast, act: Act) -> None:
    known = household(cast)
    file = standing_file(cast)

    act(cast, known)

    with pytest.raises(StaleState):
        confirm(file, cast)
    assert not HouseholdStatus.objects.filter(year=2023).exists()


def test_what_says_nothing_of_who_somebody_is_keeps_no_file_out(cast: Cast) -> None:
    known = household(cast)
    file = standing_file(cast)

    left_as_it_is(cast, known)
    confirm(file, cast)

    assert known.statuses.get(year=2023).status == "near_poor"


def test_without_the_mark_the_standing_would_go_to_the_merged_record(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: what the check above keeps from happening."""
    known = household(cast)
    file = standing_file(cast)
    merged(cast, known)

    monkeypatch.setattr(records_writing, "are_as_shown", lambda *_args: True)
    confirm(file, cast)

    assert HouseholdStatus.objects.get(year=2023).household == known


@pytest.mark.parametrize("act", ACTS)
def test_a_changed_standing_is_given_to_nobody_else(cast: Cast, act: Act) -> None:
    known = household(cast)
    file = load("households", [HEAD, ["Mang Văn Sáu", 1966, 2022, "CN"]], cast["commune"])
    assert counts(file) == (0, 1, 0, 0)

    act(cast, known)

    with pytest.raises(StaleState):
        confirm(file, cast)
    assert set(HouseholdStatus.objects.values_list("status", flat=True)) == {"poor"}


@pytest.mark.parametrize("act", ACTS)
def test_a_fact_is_given_to_nobody_else(cast: Cast, act: Act) -> None:
    known = household(cast)
    head = ["Chủ hộ", "Năm sinh", "Địa chỉ"]
    file = load("households", [head, ["Mang Văn Sáu", 1966, "Số 5"]], cast["commune"])
    assert counts(file) == (0, 1, 0, 0)

    act(cast, known)

    with pytest.raises(StaleState):
        confirm(file, cast)
    assert not Household.objects.filter(address="Số 5").exists()


MEMBERS = ["Họ và tên", "Năm sinh", "Quan hệ với chủ hộ", "Số CCCD"]


@pytest.mark.parametrize("act", ACTS)
def test_a_member_is_entered_into_nobody_elses_household(cast: Cast, act: Act) -> None:
    known = household(cast)
    rows = [["Mang Văn Sáu", 1966, "Chủ hộ", ""], ["Mang Thị Út", 1999, "Con", ""]]
    file = load("households", [MEMBERS, *rows], cast["commune"])

    act(cast, known)

    with pytest.raises(StaleState):
        confirm(file, cast)
    assert not HouseholdMember.objects.exists()


def test_a_number_is_given_to_no_member_who_became_somebody_else(cast: Cast) -> None:
    member = add_member(household=household(cast), facts={"name": "Mang Thị Út", "birth_year": 1999})
    rows = [["Mang Văn Sáu", 1966, "Chủ hộ", ""], ["Mang Thị Út", 1999, "Con", "060199000111"]]
    file = load("households", [MEMBERS, *rows], cast["commune"])

    update_member(member=member, facts={"name": "Mang Văn Lớn", "birth_year": 1999})

    with pytest.raises(StaleState):
        confirm(file, cast)
    member.refresh_from_db()
    assert member.citizen_number_digest == ""


@pytest.mark.parametrize("act", ACTS)
def test_a_position_is_given_to_nobody_else(cast: Cast, act: Act) -> None:
    known = create_individual(facts={"unit": cast.commune, "name": "Mang Văn Sáu", "birth_year": 1966})
    head = ["Họ và tên", "Năm sinh", "Chức vụ"]
    file = load("individuals", [head, ["Mang Văn Sáu", 1966, "Phó Chủ tịch"]], cast["commune"])
    assert counts(file) == (0, 1, 0, 0)

    act(cast, known)

    with pytest.raises(StaleState):
        confirm(file, cast)
    assert not Individual.objects.filter(position="Phó Chủ tịch").exists()


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("kind", ["household", "individual"])
def test_an_award_is_given_to_nobody_else(cast: Cast, act: Act, kind: str) -> None:
    start_movement(plan_id=PLAN)
    make = create_household if kind == "household" else create_individual
    known = make(facts={"unit": cast.commune, "name": "Mang Văn Sáu", "birth_year": 1966})
    title = "Hộ ông" if kind == "household" else "Ông"
    rows = [
        ["DANH SÁCH ĐƯỢC TẶNG BẰNG KHEN NĂM 2023"],
        ["(Kèm theo Quyết định số 2150/QĐ-UBND ngày 25/12/2023 của Chủ tịch UBND tỉnh)"],
        ["STT", "Tên", "Địa chỉ"],
        [1, f"{title} Mang Văn Sáu", "xã Phan Điền, huyện Bắc Bình"],
    ]
    file = load("awards", rows, cast["reviewer"])
    assert counts(file) == (1, 0, 0, 0)

    act(cast, known)

    with pytest.raises(StaleState):
        confirm(file, cast, "reviewer")
    assert not PriorAward.objects.exists()


def test_a_code_is_given_to_no_unit_that_ended(cast: Cast) -> None:
    village = UnitFactory(kind="village", admin_type="thon", name="Thôn Tân Điền", parent=cast.commune)
    head = ["Tên thôn", "Mã thôn"]
    file = load("villages", [head, ["Thôn Tân Điền", "2301401"]], cast["commune"])
    assert counts(file) == (0, 1, 0, 0)

    end_unit(unit=village, last_day=date(2025, 1, 1), document="12/QĐ-UBND")

    with pytest.raises(StaleState):
        confirm(file, cast)
    assert not Unit.objects.filter(gso_code="2301401").exists()


@pytest.mark.parametrize("born", [1966, None])
def test_whoever_was_entered_meanwhile_is_not_entered_twice(cast: Cast, born: int | None) -> None:
    file = standing_file_of_new(cast)

    create_household(facts={"unit": cast.commune, "name": "MANG VĂN SÁU", "birth_year": born})

    with pytest.raises(StaleState):
        confirm(file, cast)
    assert Household.objects.count() == 1


def standing_file_of_new(cast: Cast) -> ImportFile:
    return load("households", [HEAD, ["Mang Văn Sáu", 1966, 2023, "CN"]], cast["commune"])


def test_a_number_entered_meanwhile_under_another_name_keeps_the_file_out(cast: Cast) -> None:
    head = ["Chủ hộ", "Năm sinh", "Số CCCD", "Kết quả 2024"]
    file = load("households", [head, ["Mang Văn Sáu", 1966, NUMBER, "HN"]], cast["commune"])

    create_household(facts={"unit": cast.commune, "name": "Mang Sáu"}, citizen_number=NUMBER)

    with pytest.raises(StaleState):
        confirm(file, cast)
    assert Household.objects.count() == 1


def test_another_person_of_the_name_keeps_no_file_out(cast: Cast) -> None:
    file = standing_file_of_new(cast)

    create_household(facts={"unit": cast.commune, "name": "Mang Văn Sáu", "birth_year": 1990})
    confirm(file, cast)

    assert Household.objects.count() == 2


def became_by_name(cast: Cast, person: Any) -> None:
    update(cast, person, name="Lê Văn Tám")


def became_by_number(cast: Cast, person: Any) -> None:
    update(cast, person, number=NUMBER, birth_year=1980)


def became_by_moving(cast: Cast, person: Any) -> None:
    update(cast, person, name="Lê Văn Tám", unit=cast.commune)


@pytest.mark.parametrize("kind", ["households", "individuals"])
@pytest.mark.parametrize("act", [became_by_name, became_by_number, became_by_moving])
def test_nobody_is_entered_beside_whoever_became_them(cast: Cast, act: Act, kind: str) -> None:
    """The record is older than the preview, and was nobody whom the file could have meant."""
    home = cast.other_commune if act is became_by_moving else cast.commune
    make = create_household if kind == "households" else create_individual
    known = make(facts={"unit": home, "name": "Mang Văn Sáu", "birth_year": 1970})
    head = ["Họ và tên", "Năm sinh", "Số CCCD", "Kết quả 2024" if kind == "households" else "Chức vụ"]
    file = load(kind, [head, ["Lê Văn Tám", 1970, NUMBER, "HN"]], cast["commune"])
    assert counts(file) == (1, 0, 0, 0)

    act(cast, known)

    with pytest.raises(StaleState):
        confirm(file, cast)
    assert type(known).objects.count() == 1


def test_namesakes_of_the_preview_keep_no_file_out(cast: Cast) -> None:
    for number in ("060070000222", "060070000333"):
        create_household(
            facts={"unit": cast.commune, "name": "Lê Văn Tám", "birth_year": 1970}, citizen_number=number
        )
    head = ["Chủ hộ", "Năm sinh", "Số CCCD", "Kết quả 2024"]
    file = load("households", [head, ["Lê Văn Tám", 1970, NUMBER, "HN"]], cast["commune"])

    confirm(file, cast)

    assert Household.objects.count() == 3


def coded_file(cast: Cast, known: Household) -> ImportFile:
    """A row that finds its household by the office's code alone."""
    HouseholdCode.objects.create(household=known, unit=cast.commune, year=2023, code="56")
    head = ["Mã hộ", "Chủ hộ", "Năm", "Phân loại"]
    return load("households", [head, ["056", "Mang Văn Sáu", 2023, "CN"]], cast["commune"])


def test_a_code_that_passed_to_another_household_keeps_the_file_out(cast: Cast) -> None:
    known, other = household(cast), create_household(facts={"unit": cast.commune, "name": "Mang Văn Sáu"})
    file = coded_file(cast, known)
    assert counts(file) == (1, 0, 0, 0)
    HouseholdCode.objects.filter(household=known).update(household=other)

    with pytest.raises(StaleState):
        confirm(file, cast)

    assert not HouseholdStatus.objects.filter(year=2023).exists()


def test_without_its_mark_a_code_would_lead_to_whoever_bore_it(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, other = household(cast), create_household(facts={"unit": cast.commune, "name": "Mang Văn Sáu"})
    file = coded_file(cast, known)
    HouseholdCode.objects.filter(household=known).update(household=other)
    monkeypatch.setattr(records_writing, "are_coded_as_shown", lambda shown: True)

    confirm(file, cast)

    assert known.statuses.filter(year=2023).exists()


def test_a_code_that_stayed_or_that_the_file_gives_keeps_no_file_out(cast: Cast) -> None:
    known = household(cast)
    HouseholdCode.objects.create(household=known, unit=cast.commune, year=2022, code="7")
    head = ["Mã hộ", "Chủ hộ", "Năm sinh", "Năm", "Phân loại"]
    rows = [["7", "Mang Văn Sáu", 1966, 2022, "CN"], ["56", "Mang Văn Sáu", 1966, 2023, "CN"]]

    confirm(load("households", [head, *rows], cast["commune"]), cast)

    assert set(known.office_codes.values_list("year", "code")) == {(2022, "7"), (2023, "56")}
