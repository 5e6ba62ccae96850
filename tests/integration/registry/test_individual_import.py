"""Lists of individuals: people are found as households are, and held to the body or commune where they work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core import personal_numbers
from core.exceptions import NotAllowed, StaleState
from registry.enums import IndividualRole, Role, RowState
from registry.models import Individual, Unit, UnitRole
from registry.services.imports import confirm_file
from registry.services.people import create_individual, update_individual
from tests.integration.registry.import_files import workbook
from tests.integration.registry.import_steps import (
    confirmed,
    counts,
    load,
    questions,
    reasons,
    rows_of,
    staged_text,
    upload,
)

pytestmark = pytest.mark.django_db

Person = Callable[..., Any]
SignedIn = Callable[..., Client]
COMMUNE = "bt.bac-binh.phan-dien"
KEEPERS = {Role.COMMUNE_OFFICER, Role.DISTRICT_OFFICER, Role.AGENCY_OFFICER, Role.REVIEWER, Role.LEAD}


@pytest.fixture(autouse=True)
def _run_tasks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Inside a test's transaction nothing commits: what would run after commit runs at once."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda call, *args, **kwargs: call())


def test_a_provinces_list_is_understood(person: Person) -> None:
    lead = person(Role.LEAD)
    content = workbook(
        [
            ["DANH SÁCH CÁ NHÂN ĐỀ NGHỊ KHEN THƯỞNG"],
            [],
            ["STT", "Họ và tên", "Năm sinh", "Giới tính", "Chức vụ", "Đơn vị", "Huyện", "Tư cách", "Số CCCD"],
            [
                1,
                "Trâ\u0300n Văn Bình",
                1975,
                "Nam",
                "Phó Giám đốc",
                "Sở LĐ-TB&XH",
                "",
                "Công chức",
                "060175000001",
            ],
            [2, "LÊ THỊ HÒA", "12/3/1980", "nữ", "Chủ tịch", "Hội Nông dân tỉnh", "", "cán bộ", ""],
            [
                3,
                "Nguyễn Văn Tám",
                1988,
                "",
                "Công chức",
                "UBND xã Phan Điền",
                "Bắc Bình",
                "người làm công tác giảm nghèo",
                "",
            ],
            [4, "Phạm Thị Lan", 1990, "", "", "X. Phan Điền", "", "khác", ""],
            [5, "Võ Văn Sáu", 1991, "", "", "UBND huyện Bắc Bình", "", "", ""],
            [6, "Võ Văn Bảy", 1991, "", "", "Sở Không Có Thật", "", "", ""],
            [7, "Võ Văn Tám", 91, "x", "", "Sở Nội vụ tỉnh", "", "thợ điện", "123"],
            [8, "LÊ THỊ HOÀ", 1980, "", "", "Hội Nông dân tỉnh Bình Thuận", "", "", ""],
        ]
    )

    staged = load("individuals", content, lead)

    assert reasons(staged) == {
        9: ["unit_unknown"],
    }
    noted = {
        row.number: [one.code for one in row.notes] for row in rows_of(staged, RowState.NEW) if row.notes
    }
    assert noted[10][:3] == ["year_unreadable", "sex_unknown", "capacity_unknown"]
    assert questions(staged) == {11: "person_repeated"}
    kept = staged_text()
    assert "Trần Văn Bình" in kept
    assert "060175000001" not in kept
    confirmed(staged, lead)
    first = Individual.objects.get(name="Trần Văn Bình")
    assert (first.unit.key, first.role, first.is_woman, first.position, first.birth_year) == (
        "bt.so-ldtbxh",
        IndividualRole.CIVIL_SERVANT,
        False,
        "Phó Giám đốc",
        1975,
    )
    assert personal_numbers.open_sealed(first.citizen_number_sealed) == "060175000001"
    assert (first.name_folded, first.code) == ("tran van binh", f"C-{first.unit_id}-00001")
    placed = dict(Individual.objects.values_list("name", "unit__key"))
    assert placed["Nguyễn Văn Tám"] == placed["Phạm Thị Lan"] == COMMUNE
    assert placed["Võ Văn Sáu"] == "bt.bac-binh"


def test_the_same_list_again_changes_nothing_and_changes_are_shown(
    person: Person, signed_in: SignedIn
) -> None:
    client = signed_in(Role.AGENCY_OFFICER)
    officer = UnitRole.objects.get().user
    rows: list[list[Any]] = [
        ["Họ và tên", "Năm sinh", "Chức vụ", "Giới tính", "CCCD"],
        ["Trần Văn Bình", 1975, "Phó ban", "nam", "060175000001"],
        ["Trần Văn Bình", 1976, "Văn thư", "", ""],
    ]
    confirmed(load("individuals", rows, officer), officer)
    assert set(Individual.objects.values_list("unit__key", flat=True)) == {"bt.hoi-nong-dan"}
    assert counts(load("individuals", rows, officer)) == (0, 0, 2, 0)
    rows[1][2] = "Trưởng ban"

    page = upload(client, "individuals", workbook(rows))

    text = page.content.decode()
    assert "Phó ban" in text
    assert "Trưởng ban" in text
    staged = page.context["staged"]
    assert rows_of(staged, RowState.CHANGED)[0].facts == {"position": ("Phó ban", "Trưởng ban")}
    client.post(reverse("registry:import_confirm", args=[staged.pk]))
    assert Individual.objects.get(birth_year=1975).position == "Trưởng ban"


def test_codes_and_numbers_find_people_and_others_stay_apart(person: Person) -> None:
    officer = person(Role.COMMUNE_OFFICER)
    here = Unit.objects.get(key=COMMUNE)
    elsewhere = Unit.objects.get(key="bt.tuy-phong.phuoc-the")
    known = create_individual(
        facts={"unit": here, "name": "Lê A", "birth_year": 1970}, citizen_number="060175000001"
    )
    unsure = create_individual(facts={"unit": here, "name": "Lê B"})
    foreign = create_individual(facts={"unit": elsewhere, "name": "Lê C"})

    staged = load(
        "individuals",
        [
            ["Mã cá nhân", "Họ và tên", "Năm sinh", "CCCD", "Chức vụ"],
            [known.code, "LÊ A", "", "", "Văn thư"],
            ["", "Lê Văn A", "", "060175000001", ""],
            ["", "Lê B", 1980, "", "x"],
            [unsure.code, "Lê B", 1980, "", ""],
            [foreign.code, "Lê C", "", "", ""],
            ["C-MOI", "Lê A", 1970, "", ""],
            ["C-MOI", "Lê D", 1971, "", ""],
        ],
        officer,
    )

    assert reasons(staged) == {6: ["code_elsewhere"], 7: ["code_of_another"]}
    assert questions(staged) == {3: "number_of_other_name", 4: "may_be_same"}
    confirmed(staged, officer)
    known.refresh_from_db()
    unsure.refresh_from_db()
    assert (known.name, known.position, unsure.birth_year) == ("Lê A", "Văn thư", 1980)
    assert Individual.objects.get(code="C-MOI").name == "Lê D"


def test_an_agencys_officer_loads_its_own_people_only(person: Person) -> None:
    officer = person(Role.AGENCY_OFFICER)

    staged = load(
        "individuals",
        [
            ["Họ và tên", "Năm sinh", "Đơn vị"],
            ["Lê A", 1970, ""],
            ["Lê B", 1970, "Sở Nội vụ"],
            ["Lê C", 1970, "Xã Phan Điền, huyện Bắc Bình"],
            ["Lê D", 1970, "Phan Điền"],
            ["Lê E", 1970, "UBND tỉnh Bình Thuận"],
        ],
        officer,
    )

    assert reasons(staged) == {
        3: ["unit_outside_area"],
        4: ["unit_outside_area"],
        5: ["unit_outside_area"],
        6: ["unit_outside_area"],
    }


def test_a_person_changed_or_entered_since_the_preview_stops_the_file(person: Person) -> None:
    officer = person(Role.COMMUNE_OFFICER)
    here = Unit.objects.get(key=COMMUNE)
    facts = {"unit": here, "name": "Lê A", "birth_year": 1970, "position": "Văn thư"}
    known = create_individual(facts=facts)
    rows = [["Họ và tên", "Năm sinh", "Chức vụ"], ["Lê A", 1970, "Chủ tịch"]]
    changed = load("individuals", rows, officer)
    new = load("individuals", [*rows, ["Lê B", 1971, "Chủ tịch"]], officer)
    update_individual(individual=known, facts={**facts, "position": "Bí thư"})
    create_individual(facts={"unit": here, "name": "LÊ B", "birth_year": 1971})

    for staged in (changed, new):
        with pytest.raises(StaleState):
            confirm_file(import_file=staged, actor=officer)

    known.refresh_from_db()
    assert (known.position, Individual.objects.count()) == ("Bí thư", 2)


@pytest.mark.parametrize("role", list(Role))
def test_who_loads_lists_of_individuals(signed_in: SignedIn, role: str) -> None:
    client = signed_in(role)
    actor = UnitRole.objects.get().user
    rows = [["Họ và tên", "Năm sinh", "Xã"], ["Lê A", 1970, "Phan Điền"]]
    page = client.get(reverse("registry:import_upload", args=["individuals"]))
    if role in KEEPERS:
        assert page.status_code == 200
        expected = ["unit_outside_area"] if role == Role.AGENCY_OFFICER else None
        assert reasons(load("individuals", rows, actor)).get(2) == expected
        return
    assert page.status_code == 403
    with pytest.raises(NotAllowed):
        load("individuals", rows, actor)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_two_rows_that_may_both_be_one_record_are_both_asked(person: Person, order: tuple[int, int]) -> None:
    unit = Unit.objects.get(key=COMMUNE)
    create_individual(facts={"unit": unit, "name": "Lê Văn Tám", "birth_year": 1970})
    rows = [["Lê Văn Tám", 1970, "Trưởng thôn"], ["Lê Văn Tám", 1970, "Bí thư chi bộ"]]
    cells = [["Họ và tên", "Năm sinh", "Chức vụ"], *[rows[at] for at in order]]

    file = load("individuals", cells, person(Role.COMMUNE_OFFICER))

    assert questions(file) == {2: "several_rows_may_be", 3: "several_rows_may_be"}
