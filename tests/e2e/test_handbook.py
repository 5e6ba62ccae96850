"""The handbook in a browser: its pictures are taken from the pages, and its own pages hold at both widths.

`make pictures` takes the pictures anew. Without it the test says where a page has other words than its picture.
"""

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from playwright.sync_api import ViewportSize, expect

from core.models import User
from tests.e2e.browsing import look, send, wait_for_htmx
from tests.e2e.conftest import SignIn
from tests.e2e.handbook_pictures import SCENES, Album, _meeting_today
from tests.factories import Cast, make_cast
from tests.factories.files import stored_in

TAKE_THEM_ANEW = bool(os.environ.get("HANDBOOK_PICTURES"))


@pytest.fixture
def demonstration(
    transactional_db: None,
    settings: LazySettings,
    tmp_path: Path,
    frozen_day: Callable[[date], None],
    undrawn_documents: None,
) -> dict[str, User]:
    """The demonstration, as `make run` loads it, without its banner; its people by account name."""
    settings.DEMO_PASSWORD = "mat-khau-chay-thu"
    settings.SESSION_IDLE_MINUTES = 30  # a page says so
    settings.STORAGES = stored_in(tmp_path)
    call_command("load_register", verbosity=0)
    call_command("load_demo")
    return {user.username: user for user in User.objects.all()}


@pytest.mark.slow  # It loads the demonstration and opens every page that a chapter pictures.
def test_pages_are_as_they_were_pictured(demonstration: dict[str, User], sign_in: SignIn) -> None:
    album = Album(sign_in, demonstration)
    for scene in SCENES:
        if scene.name == "phien-hop":
            secretary = sign_in(demonstration["hd.thuky"])
            _meeting_today(secretary)
            secretary.context.close()
        page = album.show(scene)
        if TAKE_THEM_ANEW:
            wait_for_htmx(page)
            album.draw(scene, page)
        page.context.close()

    assert not album.faults, "\n".join(album.faults)
    if TAKE_THEM_ANEW:
        album.keep()
    told = "\n".join(album.differences()) if not TAKE_THEM_ANEW else ""
    assert not told, (
        f"Pages have changed since they were pictured. Read the chapter, then: make pictures\n{told}"
    )


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """A province with a person in every chair."""
    return make_cast()


def test_an_officer_finds_the_way_through_the_handbook(
    cast: Cast, sign_in: SignIn, viewport: ViewportSize
) -> None:
    page = sign_in(cast["commune"], viewport=viewport)
    page.goto("/ho-so/moi/")
    with page.context.expect_page() as opened:
        page.locator(".help-link").click()
    chapter = opened.value
    expect(chapter).to_have_url("/tro-giup/cap-xa/#lap-ho-so-de-nghi")
    expect(chapter.locator("#lap-ho-so-de-nghi")).to_be_in_viewport()
    look(chapter)

    chapter.goto("/tro-giup/")
    expect(chapter.locator("main h3 a").first).to_have_attribute("href", "/tro-giup/cap-xa/")
    look(chapter)
    chapter.locator("#handbook-q").fill("rut ho so")
    send(chapter, chapter.locator(".handbook-search button"))
    expect(chapter.locator(".handbook-found a").first).to_have_text("Rút hồ sơ")
    look(chapter)
    chapter.goto("/tro-giup/?q=xyzqw")
    expect(chapter.locator(".handbook-found li")).to_have_count(0)
    look(chapter)


def test_a_stranger_reads_how_to_get_in(cast: Cast, sign_in: SignIn, viewport: ViewportSize) -> None:
    page = sign_in(viewport=viewport)
    page.goto("/dang-nhap/")
    page.goto(str(page.locator(".help-link").get_attribute("href")))
    expect(page.locator("#dang-nhap")).to_be_visible()
    look(page)
    send(page, page.locator(".handbook__chapters a").last)
    expect(page).to_have_url("/tro-giup/truc-trac/")
    look(page)


def test_a_chapter_prints_without_the_frame_of_the_page(cast: Cast, sign_in: SignIn) -> None:
    page = sign_in(cast["commune"])
    page.goto("/tro-giup/cap-xa/")
    page.emulate_media(media="print")

    for hidden in (".side-nav", ".top-bar", ".handbook__sections", ".handbook__chapters", ".help-link"):
        expect(page.locator(hidden).first).to_be_hidden()
    expect(page.locator(".handbook__text h2").first).to_be_visible()
    expect(page.locator(".figure-card img").first).to_be_visible()
