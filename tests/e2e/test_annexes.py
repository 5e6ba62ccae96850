"""Files of decisions in a browser: an annex that asks whom it means, a sheet of merged units with its effects."""

from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import ViewportSize, expect

from nominations.models import PriorAward
from nominations.services.rounds import start_movement
from registry.models import Reorganisation
from registry.services.people import create_household
from tests.e2e.browsing import look, send
from tests.e2e.conftest import SignIn
from tests.factories import Cast, make_cast
from tests.factories.nominations import PLAN
from tests.factories.registry import UnitFactory
from tests.integration.registry.import_files import workbook

ANNEX = [
    ["DANH SÁCH TẬP THỂ, CÁ NHÂN ĐƯỢC TẶNG BẰNG KHEN NĂM 2023"],
    ["(Kèm theo Quyết định số 2150/QĐ-UBND ngày 25/12/2023 của Chủ tịch UBND tỉnh Bình Thuận)"],
    [],
    ["STT", "Tên tập thể, cá nhân, hộ gia đình", "Địa chỉ, đơn vị"],
    ["I", "TẬP THỂ"],
    [1, "Nhân dân và cán bộ xã Phan Điền", "huyện Bắc Bình"],
    ["II", "HỘ GIA ĐÌNH"],
    [1, "Hộ ông Mang Dũng", "xã Phan Điền"],
]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """A province with two communes and a person in every chair."""
    return make_cast()


def test_an_annex_asks_whom_it_means(
    cast: Cast, sign_in: SignIn, viewport: ViewportSize, tmp_path: Path
) -> None:
    start_movement(plan_id=PLAN)
    for year in (1960, 1971):
        create_household(facts={"unit": cast.commune, "name": "Mang Dũng", "birth_year": year})
    kept = tmp_path / "phu-luc.xlsx"
    kept.write_bytes(workbook(ANNEX))
    page = sign_in(cast["reviewer"], viewport=viewport)

    page.goto(reverse("registry:import_upload", args=["awards"]))
    look(page)
    page.locator("input[name=file]").set_input_files(kept)
    send(page, page.locator("main form .btn-primary"))
    look(page)
    page.locator("input[type=radio]").nth(1).check()
    send(page, page.locator("main fieldset ~ p .btn-primary"))
    look(page)
    send(page, page.locator("form[action$='xac-nhan/'] .btn-primary"))

    assert PriorAward.objects.count() == 2
    assert PriorAward.objects.get(household__isnull=False).household.birth_year == 1971


def test_a_sheet_of_merged_units_shows_what_follows(
    cast: Cast, sign_in: SignIn, viewport: ViewportSize, tmp_path: Path
) -> None:
    UnitFactory(key="hai", kind="commune", admin_type="xa", name="Xã Hai", parent=cast.district)
    rows = [
        ["Tên", "Thuộc", "Từ ngày", "Đơn vị trước sắp xếp", "Đến hết ngày"],
        ["Xã Gộp", "Huyện Bắc Bình", "01/03/2025", "Xã Phan Điền; Xã Hai", ""],
    ]
    kept = tmp_path / "sap-xep.xlsx"
    kept.write_bytes(workbook(rows))
    page = sign_in(cast["lead"], viewport=viewport)

    page.goto(reverse("registry:import_upload", args=["reorganisations"]))
    look(page)
    page.locator("input[name=file]").set_input_files(kept)
    page.locator("input[name=decision_number]").fill("12/NQ-UBTVQH15")
    page.locator("input[name=decided_on]").fill("2025-02-10")
    page.locator("input[name=issuer]").fill("Ủy ban Thường vụ Quốc hội")
    send(page, page.locator("main form .btn-primary"))
    expect(page.locator("main")).to_contain_text("Xã Hai")
    look(page)
    send(page, page.locator("form[action$='xac-nhan/'] .btn-primary"))

    assert Reorganisation.objects.count() == 1
