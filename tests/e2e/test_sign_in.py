"""Signing in by the form, at both widths, by mouse and by keyboard alone."""

import pytest
from playwright.sync_api import ViewportSize, expect

from core.models import User
from tests.e2e.browsing import check_axe, check_no_sideways_scroll
from tests.e2e.conftest import SignIn

PASSWORD = "a long and quiet word"


@pytest.fixture
def officer(transactional_db: None) -> User:
    return User.objects.create_user("officer", PASSWORD, full_name="Nguyễn Thị Hoa")


def test_sign_in_refuses_a_wrong_password_and_lets_the_right_one_in(
    officer: User, sign_in: SignIn, viewport: ViewportSize
) -> None:
    page = sign_in(viewport=viewport)
    page.goto("/")
    expect(page.locator("h1")).to_have_count(1)
    check_axe(page)
    check_no_sideways_scroll(page)

    page.locator("input[name=username]").fill("officer")
    page.locator("input[name=password]").fill("a wrong one")
    page.keyboard.press("Enter")
    expect(page.locator("input[name=username]")).to_have_value("officer")
    check_axe(page)

    page.locator("input[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).not_to_have_url("dang-nhap")
    expect(page.get_by_text("Nguyễn Thị Hoa").first).to_be_attached()
    check_axe(page)
    check_no_sideways_scroll(page)
