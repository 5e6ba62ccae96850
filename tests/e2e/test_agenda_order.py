"""The agenda put in order by keys alone, by drawing, and with scripts off; what is said, and where the focus stays."""

from typing import Any

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from councils.models import Meeting
from tests.e2e.browsing import NARROW, check_axe, check_no_sideways_scroll
from tests.integration.councils.building import House, build_house, eligible_dossier, planned_meeting

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def house(transactional_db: None) -> House:
    """A council of nine with its people."""
    return build_house()


@pytest.fixture
def meeting(house: House) -> Meeting:
    """In preparation, with four households of one award on its agenda."""
    return planned_meeting(house, [eligible_dossier(house, number) for number in range(1, 5)])


def _order(page: Page) -> list[str]:
    """The last digit of each nominee's name, as the rows stand."""
    rows: list[str] = page.eval_on_selector_all(
        "[data-item]", "rows => rows.map(row => row.dataset.item.match(/Văn (\\d)/)[1])"
    )
    return rows


def _places(page: Page) -> list[str]:
    places: list[str] = page.eval_on_selector_all(
        "[data-agenda] input[type=number]", "fields => fields.map(field => field.value)"
    )
    return places


def _save(page: Page, meeting: Meeting) -> list[str]:
    with page.expect_navigation():
        page.get_by_role("button", name="Lưu chương trình").or_(
            page.get_by_role("button", name="Save the agenda")
        ).click()
    return [
        item.dossier.nominee.name[-1] for item in meeting.items.select_related("dossier__nominee_household")
    ]


def _open(house: House, meeting: Meeting, sign_in: Any, viewport: ViewportSize, **options: Any) -> Page:
    page: Page = sign_in(house.secretary, viewport=viewport, **options)
    page.goto(f"/hoi-dong/phien-hop/{meeting.pk}/noi-dung/")
    check_axe(page)
    check_no_sideways_scroll(page)
    return page


def test_keys_alone_move_items_and_the_page_says_so(
    house: House, meeting: Meeting, sign_in: Any, viewport: ViewportSize
) -> None:
    page = _open(house, meeting, sign_in, viewport)
    second_up = page.locator("[data-item]").nth(1).locator("button").first
    button = second_up.get_attribute("value")

    second_up.focus()
    page.keyboard.press("Enter")

    assert _order(page) == ["2", "1", "3", "4"]
    assert _places(page) == ["1", "2", "3", "4"]
    assert page.evaluate("document.activeElement.value") == button, "the focus goes with the row"
    expect(page.locator("[data-agenda-said]")).to_contain_text("Nguyễn Văn 2")

    # Pressed again at the top it stays, and a typed number moves a row as far as that.
    page.keyboard.press("Space")
    assert _order(page) == ["2", "1", "3", "4"]
    field = page.locator("[data-item]").nth(3).locator("input[type=number]")
    field.fill("1")
    page.keyboard.press("Tab")
    assert _order(page) == ["4", "2", "1", "3"]

    # A tick that is taken away closes the gap.
    page.locator("[data-item]").nth(1).locator("input[type=checkbox]").focus()
    page.keyboard.press("Space")
    assert _places(page) == ["1", "", "2", "3"]
    check_axe(page)
    assert _save(page, meeting) == ["4", "1", "3"]


def test_a_row_is_drawn_by_its_handle(house: House, meeting: Meeting, sign_in: Any) -> None:
    page = _open(house, meeting, sign_in, NARROW)
    # The whole list has to be in the window, or the pointer would leave it on a phone.
    page.set_viewport_size({"width": NARROW["width"], "height": 2400})
    page.locator("[data-handle]").nth(2).click()
    assert _order(page) == ["1", "2", "3", "4"], "a press alone changes nothing"
    expect(page.locator("[data-agenda-said]")).to_be_empty()
    handle = page.locator("[data-handle]").nth(2).bounding_box()
    target = page.locator("[data-item]").first.bounding_box()
    assert handle is not None
    assert target is not None

    page.mouse.move(handle["x"] + 5, handle["y"] + 5)
    page.mouse.down()
    page.mouse.move(handle["x"] + 5, target["y"] + target["height"] / 2 - 2, steps=15)
    page.mouse.up()

    assert _order(page) == ["3", "1", "2", "4"]
    expect(page.locator("[data-agenda-said]")).to_contain_text("Nguyễn Văn 3")
    assert _save(page, meeting) == ["3", "1", "2", "4"]


def test_without_scripts_the_arrows_still_move(house: House, meeting: Meeting, sign_in: Any) -> None:
    page: Page = sign_in(house.secretary, viewport=NARROW, java_script_enabled=False)
    page.goto(f"/hoi-dong/phien-hop/{meeting.pk}/noi-dung/")
    assert page.locator("[data-handle]").first.is_hidden()

    with page.expect_navigation():
        page.locator("[data-item]").nth(2).locator("button").first.click()

    moved = page.locator("[data-item]").nth(1)
    expect(moved).to_contain_text("Nguyễn Văn 3")
    expect(page.locator("[data-agenda-said]")).to_contain_text("Nguyễn Văn 3")
    assert _save(page, meeting) == ["1", "3", "2", "4"]
