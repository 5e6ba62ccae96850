"""Reviews in the browser: who reported, how units compare, which total is right, a year restated."""

from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import Page, ViewportSize, expect

from registry.enums import SuccessionKind
from registry.models import PovertyReview, RollUpNote
from tests.e2e.browsing import look, send
from tests.e2e.conftest import SignIn
from tests.factories import Cast, make_cast
from tests.factories.registry import PovertyReviewFactory, UnitFactory, UnitSuccessionFactory


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
