"""Reviews in the browser: who reported, how units compare, which total is right, a year restated."""

from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import FilePayload, Page, ViewportSize, expect

from registry.enums import SuccessionKind
from registry.models import ImportFile, PovertyReview, RollUpNote
from tests.e2e.browsing import form_to, look, send
from tests.e2e.conftest import SignIn
from tests.factories import Cast, make_cast
from tests.factories.registry import PovertyReviewFactory, UnitFactory, UnitSuccessionFactory
from tests.integration.registry.review_forms import book, plain


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """A district of two communes that exchanged land, with figures that do not add up."""
    cast = make_cast()
    PovertyReview.objects.all().delete()
    neighbour = UnitFactory(key="phan-hoa", name="Xã Phan Hòa", parent=cast.district)
    UnitSuccessionFactory(
        predecessor=neighbour, successor=cast.commune, kind=SuccessionKind.TRANSFERRED, on=date(2024, 6, 1)
    )
    for year in (2023, 2024):
        PovertyReviewFactory(unit=cast.district, year=year, households=2000, poor=201, near_poor=200)
        for unit in (cast.commune, neighbour):
            PovertyReviewFactory(unit=unit, year=year, poor_exits=12, lacking_water=9)
    return cast


def test_overviews_are_sound(cast: Cast, sign_in: SignIn, viewport: ViewportSize) -> None:
    page = sign_in(cast["reviewer"], viewport=viewport)

    for address in (
        reverse("registry:reviews"),
        reverse("registry:review_coverage"),
        f"{reverse('registry:review_coverage')}?huyen={cast.district.pk}",
        f"{reverse('registry:review_comparison')}?huyen={cast.district.pk}",
        reverse("registry:review_unit", args=[cast.commune.pk]),
    ):
        page.goto(address)
        expect(page.locator("h1")).to_be_visible()
        look(page)


def test_a_total_is_explained(cast: Cast, sign_in: SignIn, viewport: ViewportSize) -> None:
    page = sign_in(cast["district"], viewport=viewport)
    page.goto(f"{reverse('registry:review_roll_up')}?year=2024")
    look(page)

    send(page, page.locator("main tbody .btn").first)
    look(page)
    send(page, page.locator("main button[type=submit]"))
    look(page)
    page.locator("input[name=right_side][value=summed]").check()
    page.locator("textarea[name=reason]").fill("Huyện cộng nhầm một hộ.")
    send(page, page.locator("main button[type=submit]"))

    expect(page.locator("main tbody")).to_contain_text("Huyện cộng nhầm một hộ.")
    look(page)
    assert RollUpNote.objects.get().right_side == "summed"


def _fill(page: Page, **values: str) -> None:
    for name, value in values.items():
        page.locator(f"main [name={name}]").fill(value)


def test_a_year_is_restated(cast: Cast, sign_in: SignIn, viewport: ViewportSize) -> None:
    page = sign_in(cast["district"], viewport=viewport)
    page.goto(reverse("registry:review_restate", args=[cast.commune.pk]))
    _fill(page, households="900", poor="800", near_poor="200", document="12/BC-UBND")

    send(page, page.locator("main button[type=submit]"))
    expect(page.locator(".error-summary")).to_be_visible()
    look(page)

    _fill(page, poor="80")
    send(page, page.locator("main button[type=submit]"))
    expect(page.locator("main")).to_contain_text("12/BC-UBND")
    look(page)


def test_a_workbook_is_looked_at_and_loaded(cast: Cast, sign_in: SignIn, viewport: ViewportSize) -> None:
    """A figure that falls by more than half is named first; a row to mend stays out; the rest is loaded."""
    page = sign_in(cast["district"], viewport=viewport)
    content = book(
        {
            "Biểu 1": plain(
                ["", "Huyện Bắc Bình", "", "", ""],
                [1, "Xã Phan Điền", 400, "1,000", 80],
                [2, "Xã Phan Hòa", 450, 90, "-"],
                ["", "Tổng cộng", 850, 190, 80],
            )
        }
    )
    page.goto(reverse("registry:import_upload", args=["reviews"]))
    look(page)
    page.locator("input[name=file]").set_input_files(
        FilePayload(name="ra-soat.xlsx", mimeType="application/octet-stream", buffer=content)
    )
    page.locator("input[name=year]").fill("2024")
    send(page, page.locator("main form .btn-primary"))

    expect(page.locator("main details li").first).to_contain_text("450")
    expect(page.locator("#rows")).to_contain_text("1,000")
    look(page)
    send(page, page.locator("a[href*='rows=changed']"))
    expect(page.locator("#rows")).to_contain_text("450")
    look(page)
    staged = ImportFile.objects.get()
    send(page, form_to(page, reverse("registry:import_confirm", args=[staged.pk])).locator("button"))

    look(page)
    send(page, page.locator(f".action-bar a[href='{reverse('registry:reviews')}'], main a.btn").first)
    assert PovertyReview.objects.get(unit__name="Xã Phan Hòa", year=2024).households == 450
    assert PovertyReview.objects.get(unit=cast.commune, year=2024).households == 1000
