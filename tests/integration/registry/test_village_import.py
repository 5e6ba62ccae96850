"""Lists of villages: what the register lacks is entered under its commune, nothing is renamed or guessed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.exceptions import InvalidRequest, NotAllowed, StaleState
from core.models import AuditEntry
from registry.enums import AdminType, Role, RowState, UnitKind
from registry.models import Unit, UnitRole
from registry.services.imports import confirm_file
from tests.integration.registry.import_files import workbook
from tests.integration.registry.import_steps import confirmed, counts, found, load, reasons, rows_of, upload

pytestmark = pytest.mark.django_db

Person = Callable[..., Any]
SignedIn = Callable[..., Client]
COMMUNE = "bt.bac-binh.phan-dien"
KEEPERS = {Role.COMMUNE_OFFICER, Role.DISTRICT_OFFICER, Role.REVIEWER, Role.LEAD}


@pytest.fixture(autouse=True)
def _run_tasks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Inside a test's transaction nothing commits: what would run after commit runs at once."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda call, *args, **kwargs: call())


def villages_of(key: str) -> list[tuple[str, str]]:
    villages = Unit.objects.filter(kind=UnitKind.VILLAGE, parent__key=key).order_by("pk")
    return list(villages.values_list("name", "admin_type"))


def test_a_districts_list_with_headings_and_a_merged_commune_is_understood(person: Person) -> None:
    officer = person(Role.DISTRICT_OFFICER)
    content = workbook(
        [
            ["UBND HUYỆN BẮC BÌNH"],
            ["DANH SÁCH THÔN, KHU PHỐ"],
            [],
            ["STT", "Tên thôn, khu phố", "Xã, phường, thị trấn", "Loại"],
            [1, "THÔN PHÚ SƠN", "X. Phan Điền", None],
            [2, "Tho\u0302n Tân Điền", None, None],
            [3, "Phú Hòa", None, "Thôn"],
            [4, "KP3", "TT. Chợ Lầu", None],
            [5, "Khu phố Xuân An 1", "thị trấn Chợ Lầu", None],
            [None, "Tổng cộng: 5", None, None],
            [],
            [None, "NGƯỜI LẬP BIỂU"],
        ],
        merged=["C5:C7"],
    )

    staged = load("villages", content, officer)

    assert (counts(staged), reasons(staged)) == ((5, 0, 0, 0), {})
    assert found(staged, "passed_over") == [(10, "Tổng cộng: 5"), (12, "NGƯỜI LẬP BIỂU")]
    confirmed(staged, officer)
    assert villages_of(COMMUNE) == [
        ("Thôn Phú Sơn", AdminType.THON),
        ("Thôn Tân Điền", AdminType.THON),
        ("Thôn Phú Hòa", AdminType.THON),
    ]
    assert villages_of("bt.bac-binh.cho-lau") == [
        ("Khu phố 3", AdminType.KHU_PHO),
        ("Khu phố Xuân An 1", AdminType.KHU_PHO),
    ]


def test_a_new_village_has_all_that_a_saved_unit_has(person: Person) -> None:
    officer = person(Role.COMMUNE_OFFICER)
    commune = Unit.objects.get(key=COMMUNE)
    before = AuditEntry.objects.count()

    confirmed(load("villages", [["STT", "Tên thôn"], [1, "Thôn Phú Sơn"]], officer), officer)

    village = Unit.objects.get(kind=UnitKind.VILLAGE)
    stored = (village.key, village.path, village.name_folded, village.name_sort, village.valid_from)
    assert stored[:2] == (f"{COMMUNE}.thon-phu-son", f"{commune.path}{village.pk}/")
    village.save()
    village.refresh_from_db()
    assert stored == (village.key, village.path, village.name_folded, village.name_sort, commune.valid_from)
    assert [entry.event for entry in AuditEntry.objects.order_by("seq")[before:]] == [
        "registry.file_imported"
    ]


def test_the_same_list_again_changes_nothing(person: Person) -> None:
    officer = person(Role.COMMUNE_OFFICER)
    rows = [["Tên thôn", "Mã thôn"], ["Thôn Phú Sơn", "0101"], ["Thôn Hòa Bình", "0102"]]
    confirmed(load("villages", rows, officer), officer)
    rows[2][0] = "thôn HOÀ BÌNH"

    again = load("villages", rows, officer)
    confirmed(again, officer)

    assert counts(again) == (0, 0, 2, 0)
    assert Unit.objects.filter(kind=UnitKind.VILLAGE).count() == 2


def test_a_code_that_was_unknown_is_filled_in_and_shown(person: Person, signed_in: SignedIn) -> None:
    client = signed_in(Role.COMMUNE_OFFICER)
    actor = UnitRole.objects.get().user
    confirmed(load("villages", [["STT", "Tên thôn"], [1, "Thôn Phú Sơn"]], actor), actor)

    page = upload(client, "villages", workbook([["Tên thôn", "Mã thôn"], ["Thôn Phú Sơn", "0101"]]))

    assert "0101" in page.content.decode()
    staged = page.context["staged"]
    assert rows_of(staged, RowState.CHANGED)[0].facts == {"gso_code": ("", "0101")}
    client.post(reverse("registry:import_confirm", args=[staged.pk]))
    assert Unit.objects.get(kind=UnitKind.VILLAGE).gso_code == "0101"


def test_what_cannot_be_known_is_refused_with_its_reason(person: Person) -> None:
    officer = person(Role.DISTRICT_OFFICER)
    heads = ["Tên thôn", "Loại", "Xã", "Mã thôn", "Ngày thành lập"]
    confirmed(
        load(
            "villages",
            [heads, ["Thôn 1", "", "Phan Điền", "01", ""], ["Thôn 2", "", "Phan Điền", "02", ""]],
            officer,
        ),
        officer,
    )

    staged = load(
        "villages",
        [
            heads,
            ["Phú Sơn", "", "Phan Điền", "", ""],
            ["Thôn Phú Sơn", "Khu phố", "Phan Điền", "", ""],
            ["Thôn Phú Sơn", "làng", "Phan Điền", "", ""],
            ["Khu phố 1", "", "Phan Điền", "", ""],
            ["Thôn Một", "", "Phan Điền", "01", ""],
            ["Thôn 1", "", "Phan Điền", "09", ""],
            ["Thôn 3", "", "Phan Điền", "", "01/01/2030"],
            ["Thôn 4", "", "Phan Điền", "", "01/01/1990"],
            ["Thôn 2", "", "Phan Điền", "", "02/02/2022"],
            ["Thôn 5", "", "", "", ""],
            ["Thôn 6", "", "Phan Điền", "", ""],
            ["thôn 6", "", "X. Phan Điền", "", ""],
            ["", "", "Phan Điền", "07", ""],
            ["Thôn 8", "", "Phước Thể", "", ""],
            ["Thôn 9", "", "Không Có", "", ""],
            ["Thôn 1", "", "Chợ Lầu", "02", ""],
        ],
        officer,
    )

    assert reasons(staged) == {
        2: ["village_kind_missing"],
        3: ["village_kind_differs"],
        4: ["village_kind_unknown"],
        5: ["unit_retitled"],
        6: ["unit_renamed"],
        7: ["code_differs"],
        8: ["day_future"],
        9: ["day_before_parent"],
        10: ["exists_from_differs"],
        11: ["unit_missing"],
        13: ["row_repeated"],
        14: ["cell_missing"],
        15: ["unit_outside_area"],
        16: ["unit_unknown"],
        17: ["code_of_unit"],
    }


def test_two_villages_of_one_number_in_one_file_are_two(person: Person) -> None:
    officer = person(Role.COMMUNE_OFFICER)
    names = ["Thôn 1", "Khu phố 1", "Thôn Phong Nam", "Thôn Phong Nẫm"]

    confirmed(
        load(
            "villages",
            [["TT", "Tên thôn"], *([None, name] for name in names)],
            officer,
        ),
        officer,
    )

    assert len(villages_of(COMMUNE)) == 4
    assert Unit.objects.filter(key=f"{COMMUNE}.thon-phong-nam-2021").count() == 1


def test_a_list_entered_twice_is_stopped(person: Person) -> None:
    officer = person(Role.COMMUNE_OFFICER)
    first = load("villages", [["STT", "Tên thôn"], [1, "Thôn Phú Sơn"]], officer)
    second = load("villages", [["STT", "Tên thôn"], [1, "Thôn Phú Sơn"], [2, "Thôn Khác"]], officer)
    confirmed(first, officer)

    with pytest.raises(StaleState):
        confirm_file(import_file=second, actor=officer)

    assert Unit.objects.filter(kind=UnitKind.VILLAGE).count() == 1


def test_a_commune_that_ended_since_the_preview_stops_the_file(person: Person) -> None:
    officer = person(Role.COMMUNE_OFFICER)
    staged = load("villages", [["STT", "Tên thôn"], [1, "Thôn Phú Sơn"]], officer)
    Unit.objects.filter(key=COMMUNE).update(valid_until=date(2025, 6, 30))

    with pytest.raises(StaleState):
        confirm_file(import_file=staged, actor=officer)


def test_a_role_that_ended_since_the_preview_loads_nothing(person: Person) -> None:
    officer = person(Role.COMMUNE_OFFICER)
    UnitRole.objects.create(
        user=officer,
        role=Role.COMMUNE_OFFICER,
        unit=Unit.objects.get(key="bt.bac-binh.cho-lau"),
        starts_on=date(2021, 1, 1),
    )
    staged = load("villages", [["Tên thôn", "Xã"], ["Thôn Phú Sơn", "Phan Điền"]], officer)
    UnitRole.objects.filter(user=officer, unit__key=COMMUNE).update(ends_on=date(2025, 1, 1))
    officer.__dict__.pop("_scopes")

    with pytest.raises(InvalidRequest):
        confirm_file(import_file=staged, actor=officer)


def test_who_sees_more_than_they_keep_loads_only_what_they_keep(person: Person) -> None:
    officer = person(Role.COMMUNE_OFFICER)
    province = Unit.objects.get(key="bt")
    UnitRole.objects.create(user=officer, role=Role.AUDITOR, unit=province, starts_on=date(2021, 1, 1))

    staged = load("villages", [["Tên thôn", "Xã"], ["Thôn 1", "Phan Điền"], ["Thôn 1", "Phước Thể"]], officer)

    assert reasons(staged) == {3: ["unit_outside_area"]}


@pytest.mark.parametrize("role", list(Role))
def test_who_loads_lists_of_villages(person: Person, signed_in: SignedIn, role: str) -> None:
    client = signed_in(role)
    actor = UnitRole.objects.get().user
    rows = [["Tên thôn", "Xã"], ["Thôn Phú Sơn", "Phan Điền"]]
    page = client.get(reverse("registry:import_upload", args=["villages"]))
    if role in KEEPERS:
        assert page.status_code == 200
        assert counts(load("villages", rows, actor)) == (1, 0, 0, 0)
        return
    assert page.status_code == 403
    with pytest.raises(NotAllowed):
        load("villages", rows, actor)
