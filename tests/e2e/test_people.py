"""People in a browser: a likely duplicate confirmed, a number looked at and searched, two records merged, a hold."""

import pytest
from django.urls import reverse
from playwright.sync_api import ViewportSize, expect

from registry.models import Household
from registry.services.people import create_household
from tests.e2e.browsing import NARROW, look, send
from tests.e2e.conftest import SignIn
from tests.factories import Cast, make_cast

NUMBER = "060200001234"


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """A province with two communes and a person in every chair."""
    return make_cast()


def _households(cast: Cast, *names: str) -> list[Household]:
    return [
        create_household(
            facts={"unit": cast.commune, "name": name, "address": f"Tổ {number}"},
            statuses={2023: status},
            citizen_number=NUMBER if number == 0 else "",
        )
        for number, (name, status) in enumerate(zip(names, ("poor", "average"), strict=False))
    ]


def test_a_likely_duplicate_is_compared_and_confirmed(
    cast: Cast, sign_in: SignIn, viewport: ViewportSize
) -> None:
    _households(cast, "Mang Thị Xuân")
    page = sign_in(cast["commune"], viewport=viewport)
    page.goto(reverse("registry:household_create"))
    page.locator("input[name=name]").fill("mang thi xuan")
    page.locator("input[name=citizen_number]").fill(NUMBER)
    page.locator("select[name=unit]").select_option(str(cast.commune.pk))

    send(page, page.locator("main form .btn-primary"))
    expect(page.locator(".match-card")).to_have_count(2)
    assert NUMBER not in page.content()
    look(page)
    page.locator("input[name=is_another]").check()
    send(page, page.locator("main form .btn-primary"))

    assert Household.objects.count() == 2
    look(page)
    send(page, page.locator("form[action*='so-dinh-danh'] button"))
    expect(page.locator("main .figure")).to_have_text("060 200 001 234")
    look(page)


def test_a_number_typed_as_a_name_is_searched_out_of_sight(
    cast: Cast, sign_in: SignIn, viewport: ViewportSize
) -> None:
    _households(cast, "Mang Thị Xuân")
    page = sign_in(cast["commune"], viewport=viewport)
    page.goto(reverse("registry:households"))
    if viewport == NARROW:
        page.locator(".filters-box > summary").click()
    page.locator(".filters input[name=q]").fill("060 200 001 234")

    send(page, page.locator(".filters button[type=submit]"))

    expect(page.locator(".search-hits")).to_contain_text("Mang Thị Xuân")
    assert page.url.endswith(reverse("registry:number_search"))
    look(page)


def test_two_records_are_compared_and_merged(cast: Cast, sign_in: SignIn, viewport: ViewportSize) -> None:
    kept, _dropped = _households(cast, "Mang Thị Xuân", "Mang Thị Xuấn")
    page = sign_in(cast["commune"], viewport=viewport)
    page.goto(reverse("registry:household_duplicates"))
    look(page)

    send(page, page.locator("main form button"))
    look(page)
    send(page, page.locator("main form .btn-primary"))
    expect(page.locator("[data-error-summary]")).to_be_focused()
    look(page)
    for name in ("name", "address", "year_2023"):
        page.locator(f"input[name={name}][value=kept]").check()
    send(page, page.locator("main form .btn-primary"))

    assert page.url.endswith(kept.get_absolute_url())
    assert Household.objects.current().count() == 1
    look(page)

    send(page, page.get_by_role("button", name="Hoàn tác việc gộp"))
    assert Household.objects.current().count() == 2
    look(page)
    send(page, page.get_by_role("button", name="Bỏ xác định này"))
    page.goto(reverse("registry:household_duplicates"))
    look(page)
    send(page, page.get_by_role("button", name="Các bản ghi đã chọn là người khác nhau"))
    expect(page.locator("main .empty")).to_be_visible()


def test_members_and_holds(cast: Cast, sign_in: SignIn, viewport: ViewportSize) -> None:
    (household,) = _households(cast, "Mang Thị Xuân")
    page = sign_in(cast["reviewer"], viewport=viewport)
    page.goto(reverse("registry:member_add", args=[household.pk]))
    look(page)
    page.locator("input[name=name]").fill("Mang Văn Con")
    send(page, page.locator("main form .btn-primary"))
    expect(page.locator("main table")).to_contain_text("Mang Văn Con")
    look(page)

    page.goto(reverse("registry:household_holds", args=[household.pk]))
    page.locator("input[name=reason]").fill("Đang xác minh đơn")
    page.locator("input[name=starts_on]").fill("2025-12-01")
    send(page, page.locator("main form .btn-primary").last)
    page.locator("details.reason > summary").first.click()
    look(page)
    page.goto(household.get_absolute_url())
    look(page)
