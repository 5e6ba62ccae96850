"""Movements, lacks and villages loaded into the register, from workbooks of openpyxl and of LibreOffice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from core.models import User
from registry.enums import Role
from registry.exceptions import FileRefused
from registry.models import ImportFile, PovertyReview, Unit
from tests.factories.registry import PovertyReviewFactory, UnitFactory
from tests.integration.registry.import_steps import (
    finding_codes,
    load_reviews,
    refusal_codes,
    upload,
)

pytestmark = pytest.mark.usefixtures("tasks_at_once")
FILES = Path(__file__).parent / "files"
PHAN_DIEN = "bt.bac-binh.phan-dien"
Make = Callable[..., bytes]
MakePerson = Callable[..., User]


def _unit(key: str) -> Unit:
    return Unit.objects.get(key=key)


def _villages(key: str = PHAN_DIEN) -> list[Unit]:
    commune = _unit(key)
    return [
        UnitFactory(key=f"{key}.{name}", kind="village", admin_type="thon", name=name, parent=commune)
        for name in ("Thôn 1", "Thôn Bình Minh")
    ]


def _bytes(name: str) -> bytes:
    return (FILES / name).read_bytes()


@pytest.mark.parametrize("name", ["bien-dong-2024.ods", "bien-dong-2024.xlsx"])
def test_movements_and_lacks_of_a_libreoffice_file_are_kept(register: None, name: str) -> None:
    plan = load_reviews(_bytes(name), 2024, name=name)

    review = PovertyReview.objects.get(unit__key="bt.bac-binh.phan-son")
    assert plan.refused == []
    assert (review.poor, review.poor_exits, review.poor_relapses, review.poor_new) == (17, 6, 1, 2)
    assert (review.near_poor_exits, review.near_poor_relapses, review.near_poor_new) == (8, 1, 2)
    assert (review.lacking_jobs, review.lacking_water, review.lacking_information) == (12, 13, 5)
    assert PovertyReview.objects.get(unit__name="Thị trấn Lương Sơn").households == 1100
    assert finding_codes(plan) == {"unit_absent", "total_differs", "sum_compared", "passed_over"}


def test_a_file_without_movements_keeps_those_recorded(register: None, workbook: Make) -> None:
    load_reviews(_bytes("bien-dong-2024.ods"), 2024, name="a.ods")
    rows = [("Huyện Bắc Bình", "", "", ""), ("Xã Phan Sơn", 1200, 16, 20)]

    load_reviews(workbook(rows, 2024), 2024, name="b.xlsx")

    review = PovertyReview.objects.get(unit__key="bt.bac-binh.phan-son")
    assert (review.poor, review.poor_exits, review.lacking_jobs) == (16, 6, 12)


def test_last_years_record_is_where_the_year_starts(register: None) -> None:
    PovertyReviewFactory(unit=_unit("bt.bac-binh.luong-son"), year=2023, poor=11, near_poor=15)
    # Phan Sơn's land changed in 2024, so its record of 2023 is no start of that year.
    PovertyReviewFactory(unit=_unit("bt.bac-binh.phan-son"), year=2023, poor=500, near_poor=25)

    plan = load_reviews(_bytes("bien-dong-2024.ods"), 2024, name="a.ods", trial=True)

    found = [
        (one.code, one.params["stated"], one.params["computed"])
        for one in plan.findings
        if one.number in {10, 11}
    ]
    assert found == [("start_differs", 10, 11)]
    assert not PovertyReview.objects.filter(year=2024).exists()


def test_a_restated_year_is_not_overwritten(register: None, workbook: Make) -> None:
    review = PovertyReviewFactory(
        unit=_unit("bt.bac-binh.phan-son"), year=2023, is_restated=True, document="12/BC-UBND"
    )
    rows = [("Huyện Bắc Bình", "", "", ""), ("Xã Phan Sơn", 900, 5, 5)]

    plan = load_reviews(workbook(rows), 2023, name="a.xlsx")

    review.refresh_from_db()
    assert "restated_kept" in finding_codes(plan)
    assert (review.households, review.is_restated) == (1000, True)


def test_villages_load_with_their_communes_total(register: None) -> None:
    villages = _villages()

    plan = load_reviews(_bytes("thon-phan-dien-2024.ods"), 2024, name="thon.ods")

    assert plan.refused == []
    assert [PovertyReview.objects.get(unit=village).households for village in villages] == [300, 250]
    assert PovertyReview.objects.get(unit__key=PHAN_DIEN).poor == 7
    assert ImportFile.objects.get().unit == _unit(PHAN_DIEN)


def test_a_commune_officer_loads_the_own_villages_alone(person: MakePerson, workbook: Make) -> None:
    _villages()
    officer, other = person(Role.COMMUNE_OFFICER), person(Role.COMMUNE_OFFICER, "bt.bac-binh.phan-son")
    content = _bytes("thon-phan-dien-2024.ods")

    plan = load_reviews(content, 2024, name="thon.ods", actor=officer)

    assert set(PovertyReview.objects.values_list("unit__kind", flat=True)) == {"village"}
    assert [one.code for one in plan.findings] == ["commune_compared_only"]
    with pytest.raises(FileRefused) as refusal:
        load_reviews(content, 2024, name="thon.ods", actor=other)
    assert set(refusal_codes(refusal.value.preview)) == {"outside_area"}
    own = workbook([("Huyện Bắc Bình", "", "", ""), ("Xã Phan Điền", 900, 5, 5)], 2024)
    with pytest.raises(FileRefused):
        load_reviews(own, 2024, name="xa.xlsx", actor=officer)


def test_a_commune_officer_previews_and_confirms(signed_in: Callable[..., Client]) -> None:
    client = signed_in(Role.COMMUNE_OFFICER)
    villages = _villages()

    page = upload(client, "reviews", _bytes("thon-phan-dien-2024.ods"), "thon.ods", year="2024")

    text = page.content.decode()
    assert "Thôn Bình Minh" in text
    assert "Xã Phan Điền" in text
    client.post(reverse("registry:import_confirm", args=[ImportFile.objects.get().pk]))
    assert set(PovertyReview.objects.values_list("unit_id", flat=True)) == {one.pk for one in villages}


def test_the_preview_shows_what_else_the_file_says(signed_in: Callable[..., Client]) -> None:
    client = signed_in(Role.DISTRICT_OFFICER)

    page = upload(client, "reviews", _bytes("bien-dong-2024.ods"), "bd.ods", year="2024")

    assert "Hộ thoát nghèo: 6" in page.content.decode()
