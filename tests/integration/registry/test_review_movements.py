"""Movements, lacks and villages loaded into the register, from workbooks of openpyxl and of LibreOffice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from core.models import User
from registry.enums import Role
from registry.exceptions import ReviewsRefused
from registry.imports.reviews.planning import plan_reviews
from registry.models import ImportFile, PovertyReview, Unit
from registry.services import import_reviews
from tests.factories.registry import PovertyReviewFactory, UnitFactory

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
    plan = import_reviews(content=_bytes(name), filename=name, year=2024)

    review = PovertyReview.objects.get(unit__key="bt.bac-binh.phan-son")
    assert plan.errors == ()
    assert (review.poor, review.poor_exits, review.poor_relapses, review.poor_new) == (17, 6, 1, 2)
    assert (review.near_poor_exits, review.near_poor_relapses, review.near_poor_new) == (8, 1, 2)
    assert (review.lacking_jobs, review.lacking_water, review.lacking_information) == (12, 13, 5)
    assert PovertyReview.objects.get(unit__name="Thị trấn Lương Sơn").households == 1100
    assert {issue.code for issue in plan.warnings} == {"unit_absent", "total_differs"}


def test_a_file_without_movements_keeps_those_recorded(register: None, workbook: Make) -> None:
    import_reviews(content=_bytes("bien-dong-2024.ods"), filename="a.ods", year=2024)
    rows = [("Huyện Bắc Bình", "", "", ""), ("Xã Phan Sơn", 1200, 16, 20)]

    import_reviews(content=workbook(rows, 2024), filename="b.xlsx", year=2024)

    review = PovertyReview.objects.get(unit__key="bt.bac-binh.phan-son")
    assert (review.poor, review.poor_exits, review.lacking_jobs) == (16, 6, 12)


def test_last_years_record_is_where_the_year_starts(register: None) -> None:
    PovertyReviewFactory(unit=_unit("bt.bac-binh.luong-son"), year=2023, poor=11, near_poor=15)
    # Phan Sơn's land changed in 2024, so its record of 2023 is no start of that year.
    PovertyReviewFactory(unit=_unit("bt.bac-binh.phan-son"), year=2023, poor=500, near_poor=25)

    plan = plan_reviews(content=_bytes("bien-dong-2024.ods"), filename="a.ods", year=2024)

    found = [
        (one.code, one.params["stated"], one.params["computed"])
        for one in plan.warnings
        if one.row in {10, 11}
    ]
    assert found == [("start_differs", 10, 11)]


def test_a_restated_year_is_not_overwritten(register: None, workbook: Make) -> None:
    review = PovertyReviewFactory(
        unit=_unit("bt.bac-binh.phan-son"), year=2023, is_restated=True, document="12/BC-UBND"
    )
    rows = [("Huyện Bắc Bình", "", "", ""), ("Xã Phan Sơn", 900, 5, 5)]

    plan = import_reviews(content=workbook(rows), filename="a.xlsx", year=2023)

    review.refresh_from_db()
    assert "restated_kept" in {issue.code for issue in plan.warnings}
    assert (review.households, review.is_restated) == (1000, True)


def test_villages_load_with_their_communes_total(register: None) -> None:
    villages = _villages()

    plan = import_reviews(content=_bytes("thon-phan-dien-2024.ods"), filename="thon.ods", year=2024)

    assert plan.errors == ()
    assert [PovertyReview.objects.get(unit=village).households for village in villages] == [300, 250]
    assert PovertyReview.objects.get(unit__key=PHAN_DIEN).poor == 7
    assert ImportFile.objects.get().unit == _unit(PHAN_DIEN)
    assert [row.unit_name for row in plan.rows][:1] == ["Thôn 1, Xã Phan Điền"]


def test_a_commune_officer_loads_the_own_villages_alone(person: MakePerson, workbook: Make) -> None:
    _villages()
    officer, other = person(Role.COMMUNE_OFFICER), person(Role.COMMUNE_OFFICER, "bt.bac-binh.phan-son")
    content = _bytes("thon-phan-dien-2024.ods")

    plan = import_reviews(content=content, filename="thon.ods", year=2024, actor=officer)

    assert {row.kind for row in plan.rows} == {"village"}
    assert [issue.code for issue in plan.warnings] == ["commune_compared_only"]
    with pytest.raises(ReviewsRefused) as refusal:
        import_reviews(content=content, filename="thon.ods", year=2024, actor=other)
    assert {issue.code for issue in refusal.value.plan.errors} == {"outside_area"}
    own = workbook([("Huyện Bắc Bình", "", "", ""), ("Xã Phan Điền", 900, 5, 5)], 2024)
    with pytest.raises(ReviewsRefused):
        import_reviews(content=own, filename="xa.xlsx", year=2024, actor=officer)


@pytest.mark.slow  # It reads a workbook three times.
def test_a_commune_officer_previews_and_confirms(signed_in: Callable[..., Client]) -> None:
    client = signed_in(Role.COMMUNE_OFFICER)
    villages = _villages()
    upload = SimpleUploadedFile("thon.ods", _bytes("thon-phan-dien-2024.ods"))

    preview = client.post(reverse("registry:review_import"), {"file": upload, "year": "2024"})["Location"]

    assert "Thôn 1, Xã Phan Điền" in client.get(preview).content.decode()
    client.post(reverse("registry:review_import_confirm", args=[ImportFile.objects.get().pk]))
    assert set(PovertyReview.objects.values_list("unit_id", flat=True)) == {one.pk for one in villages}


@pytest.mark.slow  # It reads a workbook twice.
def test_the_preview_shows_what_else_the_file_says(signed_in: Callable[..., Client]) -> None:
    client = signed_in(Role.DISTRICT_OFFICER)
    upload = SimpleUploadedFile("bd.ods", _bytes("bien-dong-2024.ods"))

    preview = client.post(reverse("registry:review_import"), {"file": upload, "year": "2024"})["Location"]

    assert "hộ thoát nghèo: 6" in client.get(preview).content.decode()
