"""Everyday moves: searching and filtering, mending a form, switching the language, nominating without script."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, ViewportSize, expect

from core.models import BrowserSession
from nominations.enums import Status
from nominations.models import Dossier
from registry.models import Household
from tests.e2e.browsing import look, send
from tests.e2e.conftest import SignIn
from tests.factories import Cast, HouseholdFactory, dossier_at, make_cast, running_round


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """A province with two communes, an open round and a person in every chair."""
    cast = make_cast()
    running_round()
    return cast


def _search_everywhere(page: Page, words: str, viewport: ViewportSize) -> None:
    """Ask the search box of the bar, which a phone keeps in its menu."""
    if viewport["width"] < 600:
        page.locator(".phone-menu > summary").click()
    box = page.locator("input[type=search][name=q]:visible").first
    box.fill(words)
    with page.expect_navigation():
        box.press("Enter")


def test_search_and_filters_need_no_diacritics(cast: Cast, sign_in: SignIn, viewport: ViewportSize) -> None:
    for name in ("Đặng Thị Ửng", "Mang Dũng"):
        HouseholdFactory(unit=cast.commune, name=name)
    page = sign_in(cast["reviewer"], viewport=viewport)

    page.goto("/")
    _search_everywhere(page, "phan dien", viewport)
    expect(page.locator(".search-hits").get_by_text("Xã Phan Điền").first).to_be_visible()
    look(page)

    page.goto(reverse("registry:households"))
    expect(page.locator("main tbody tr")).to_have_count(2)
    folded = page.locator(".filters-box > summary")
    if folded.is_visible():
        folded.click()
    page.locator(".filters input[name=q]").fill("dang thi ung")
    send(page, page.locator(".filters button[type=submit]"))
    expect(page.locator("main tbody tr")).to_have_count(1)
    expect(page.locator("main tbody")).to_contain_text("Đặng Thị Ửng")
    look(page)

    page.goto(f"{reverse('registry:units')}?q=khong+co+ai")
    expect(page.locator(".empty")).to_be_visible()
    look(page)
    send(page, page.locator(".filters__buttons a"))
    expect(page.locator("main tbody tr").nth(1)).to_be_visible()
    look(page)


def test_a_refused_form_leads_to_its_field_and_keeps_the_rest(
    cast: Cast, sign_in: SignIn, viewport: ViewportSize
) -> None:
    page = sign_in(cast["commune"], viewport=viewport)
    page.goto(reverse("registry:household_create"))
    page.locator("input[name=name]").fill("Mang Thị Xuân")
    page.locator("input[name=birth_year]").fill("2090")
    page.locator("select[name=unit]").select_option(str(cast.commune.pk))
    look(page)

    send(page, page.locator("main form .btn-primary"))

    expect(page.locator("[data-error-summary]")).to_be_focused()
    expect(page.locator("input[name=name]")).to_have_value("Mang Thị Xuân")
    expect(page.locator("input[name=birth_year]")).to_have_value("2090")
    expect(page.locator("select[name=unit]")).to_have_value(str(cast.commune.pk))
    look(page)
    page.locator("[data-error-summary] a[href='#id_birth_year']").click()
    expect(page.locator("input[name=birth_year]")).to_be_focused()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("1979")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert Household.objects.get().name == "Mang Thị Xuân"
    look(page)


def test_the_language_changes_in_place(cast: Cast, sign_in: SignIn, viewport: ViewportSize) -> None:
    page = sign_in(cast["reviewer"], viewport=viewport)
    address = f"{reverse('registry:units')}?q=phan"
    page.goto(address)
    heading = page.locator("h1").inner_text()
    for code in ("en", "vi"):
        if viewport["width"] < 600:
            page.locator(".phone-menu > summary").click()
        send(page, page.locator(f"form.language button[value={code}]:visible"))
        expect(page.locator("html")).to_have_attribute("lang", code)
        assert page.url.endswith(address)
        look(page)
    assert page.locator("h1").inner_text() == heading


def test_a_nomination_starts_without_script(cast: Cast, sign_in: SignIn, viewport: ViewportSize) -> None:
    page = sign_in(cast["commune"], viewport=viewport, java_script_enabled=False)
    page.goto(reverse("nominations:start"))
    page.locator("select[name=award]").select_option("province_certificate")
    page.locator("select[name=subject]").select_option("household")
    send(page, page.locator("main form .btn-primary"))

    # The page asks for the nominee; somebody who is not in the register yet is entered with a few facts.
    page.locator("input[name=new-name]").fill("Mang Thị Xuân")
    send(page, page.locator("form:has(input[name=new-name]) button"))
    page.locator("textarea[name=achievement]").fill("Vươn lên thoát nghèo.")
    send(page, page.locator("main form .btn-primary"))

    dossier = Dossier.objects.get()
    assert dossier.achievement == "Vươn lên thoát nghèo."
    assert dossier.nominee_household.name == "Mang Thị Xuân"
    expect(page.locator("main form input[type=file]").first).to_be_attached()


def test_text_is_said_to_be_kept_only_where_it_was(
    cast: Cast, sign_in: SignIn, viewport: ViewportSize
) -> None:
    dossier = dossier_at(Status.DRAFT, cast)
    page = sign_in(cast["commune"], viewport=viewport)
    page.goto(reverse("nominations:edit", args=[dossier.code]))
    state, text = page.locator("[data-autosave-state]"), page.locator("textarea[name=achievement]")

    text.fill("Hạ tỷ lệ hộ nghèo")
    expect(state).to_have_text(str(state.get_attribute("data-saved")))
    assert Dossier.objects.get(pk=dossier.pk).achievement == "Hạ tỷ lệ hộ nghèo"

    BrowserSession.objects.all().delete()
    text.fill("Hạ tỷ lệ hộ nghèo, thêm 12 hộ thoát nghèo")
    expect(state).to_have_text(str(state.get_attribute("data-signed-out")))
    assert Dossier.objects.get(pk=dossier.pk).achievement == "Hạ tỷ lệ hộ nghèo"
    look(page)
