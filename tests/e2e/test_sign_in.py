"""Signing in by the form and with a second proof, at both widths, by mouse, by keyboard alone, and without scripts."""

import re
from time import time

import pytest
from django.conf import LazySettings
from playwright.sync_api import Page, ViewportSize, expect

from core import factors
from core.models import BrowserSession, CodeApp, Passkey, User
from core.services import factors as factor_services
from core.sessions import SessionStore
from tests.e2e.browsing import NARROW, check_axe, check_no_sideways_scroll, look, send
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


def give_password(page: Page) -> None:
    page.goto("/dang-nhap/")
    page.locator("input[name=username]").fill("officer")
    page.locator("input[name=password]").fill(PASSWORD)
    send(page, page.locator("form[action='/dang-nhap/'] button[type=submit]"))


def now(secret: bytes) -> str:
    return factors.code_at(secret, time())


def code_now(user: User) -> str:
    secret = factors.open_secret(CodeApp.objects.get(user=user).sealed_secret)
    assert secret
    CodeApp.objects.update(last_step=0)
    return now(secret)


def make_late(user: User) -> None:
    """Let the person's last proof lie a day back."""
    for row in BrowserSession.objects.filter(user=user):
        session = SessionStore(session_key=row.session_key)
        session["proven_at"] -= 24 * 3600
        session.save()


def test_an_app_is_set_up_asked_for_and_stands_in_for_the_password(
    officer: User, sign_in: SignIn, viewport: ViewportSize
) -> None:
    page = sign_in(officer, viewport=viewport)
    page.goto("/bao-mat/")
    look(page)
    page.goto("/bao-mat/ung-dung/")
    look(page)
    words = page.locator("section code").inner_text()
    assert re.fullmatch(r"([A-Z2-7]{4} ?){8}", words)
    page.locator("input[name=code]").fill("000000")
    assert send(page, page.locator("form .btn-primary")) == 422
    look(page)
    factor_services.add_code_app(user=officer, secret=(secret := factors.new_secret()), code=now(secret))
    page.goto("/bao-mat/ma-du-phong/")
    send(page, page.locator("main form .btn-primary"))
    expect(page.locator("main li code")).to_have_count(10)
    look(page)
    page.goto("/bao-mat/")
    look(page)

    other = sign_in(viewport=viewport)
    give_password(other)
    look(other)
    other.locator("input[name=code]").fill("000000")
    send(other, other.locator("form .btn-primary"))
    look(other)
    other.locator("input[name=code]").fill(code_now(officer))
    send(other, other.locator("form .btn-primary"))
    expect(other.get_by_text("Nguyễn Thị Hoa").first).to_be_attached()

    make_late(officer)
    page.locator("form[action='/bao-mat/ung-dung/bo/'] button").click()
    expect(page.locator("input[name=proof-secret]")).to_be_visible()
    look(page)
    page.locator("input[name=proof-secret]").fill(PASSWORD)
    page.locator("input[name=proof-secret]").press("Enter")
    expect(page).to_have_url(re.compile("/bao-mat/$"))
    assert not CodeApp.objects.exists()


def test_all_of_it_works_without_scripts(officer: User, sign_in: SignIn) -> None:
    secret = factors.new_secret()
    factor_services.add_code_app(user=officer, secret=secret, code=now(secret))
    page = sign_in(viewport=NARROW, java_script_enabled=False)
    give_password(page)
    page.locator("input[name=code]").fill(code_now(officer))
    send(page, page.locator("form .btn-primary"))
    page.goto("/bao-mat/")
    make_late(officer)

    assert send(page, page.locator("form[action='/bao-mat/ung-dung/bo/'] button")) == 403
    page.locator("input[name=proof-secret]").fill(code_now(officer))
    send(page, page.locator("main form .btn-primary"))

    assert not CodeApp.objects.exists()
    expect(page.locator("[data-session]")).to_be_hidden()


def test_a_passkey_is_made_and_signs_in(officer: User, sign_in: SignIn, viewport: ViewportSize) -> None:
    page = sign_in(officer, viewport=viewport)
    authenticator = page.context.new_cdp_session(page)
    authenticator.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "usb", "hasResidentKey": False, "hasUserVerification": False}
    authenticator.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    page.goto("/bao-mat/khoa/")
    look(page)
    page.locator("input[name=name]").fill("khóa xanh")
    send(page, page.locator("[data-passkey-button]"))
    assert Passkey.objects.get().name == "khóa xanh"

    page.context.clear_cookies()
    give_password(page)
    look(page)
    send(page, page.locator("[data-passkey-button]"))
    expect(page.get_by_text("Nguyễn Thị Hoa").first).to_be_attached()
    assert Passkey.objects.get().sign_count > 1

    make_late(officer)
    page.goto("/bao-mat/")
    page.locator("form[action$='/bo/'] button").click()
    look(page)
    page.locator("[data-passkey-button]").click()
    expect(page).to_have_url(re.compile("/bao-mat/$"))
    assert not Passkey.objects.exists()


def test_a_pause_is_warned_of_and_one_press_goes_on(
    officer: User, sign_in: SignIn, viewport: ViewportSize, settings: LazySettings
) -> None:
    settings.SESSION_IDLE_MINUTES = 2
    page = sign_in(officer, viewport=viewport)
    page.goto("/tim/")
    warning = page.locator("[data-session]")
    expect(warning).to_be_visible()
    expect(warning).to_contain_text("2")
    look(page)

    settings.SESSION_IDLE_MINUTES = 30
    with page.expect_response("**/phien/giu/") as answer:
        warning.locator("button").click()

    assert answer.value.status == 204
    expect(warning).to_be_hidden()


@pytest.mark.parametrize("address", ["/mat-khau/quen/", "/mat-khau/quen/da-gui/", "/mat-khau/dat-lai/x/y/"])
def test_pages_of_the_forgotten_password(
    sign_in: SignIn, viewport: ViewportSize, address: str, transactional_db: None
) -> None:
    page = sign_in(viewport=viewport)
    page.goto(address)
    look(page)
    expect(page.locator("h1")).to_have_count(1)
