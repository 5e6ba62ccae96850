"""Browser journeys: Chromium of the system, both widths, people signed in by cookie."""

import os
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.conf import LazySettings
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, ViewportSize
from pytest_django.live_server_helper import LiveServer

from tests.e2e.browsing import NARROW, TELL_REFUSALS, WIDE, Walk

# Playwright keeps an event loop in the test's thread, which Django takes for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
STEP_LIMIT_MS = 30_000

SignIn = Callable[..., Page]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": [*FLAGS, *as_root]}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {
        **browser_context_args,
        "locale": "vi-VN",
        "timezone_id": "Asia/Ho_Chi_Minh",
        "reduced_motion": "reduce",
    }


@pytest.fixture(autouse=True)
def _the_played_day(frozen_day: Callable[[date], None]) -> None:
    """Journeys play 2025-12-15, as the demonstration does."""


@pytest.fixture(autouse=True)
def _slow_machines_are_no_pause(settings: LazySettings) -> None:
    """A long journey on a busy machine is not asked again who walks it; the sign-in's own tests ask."""
    settings.FRESH_PROOF_MINUTES = settings.SESSION_IDLE_MINUTES = 240


@pytest.fixture(params=[WIDE, NARROW], ids=["1280px", "360px"])
def viewport(request: pytest.FixtureRequest) -> Iterator[ViewportSize]:
    """Both widths: a test that takes this fixture runs once at each."""
    Walk.at_both_widths = True
    yield request.param
    Walk.at_both_widths = False


def _signed_in_cookie(user: Any, address: str) -> dict[str, str]:
    client = Client()
    client.force_login(user)
    name = django_settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": address}


@pytest.fixture
def sign_in(live_server: LiveServer, new_context: Callable[..., BrowserContext]) -> Iterator[SignIn]:
    """Open a browser of its own for a person: `page = sign_in(user, viewport=NARROW)`.

    Addresses are relative to the live server (`page.goto("/ho-so/")`). The test fails at its end when one of
    the pages threw a script error or broke the content security policy.
    """
    faults: list[str] = []

    def hear(page: Page, message: ConsoleMessage) -> None:
        # A refused form answers 4xx on purpose, which Chromium tells as an error. What the policy refuses is
        # told by the script above, which leaves out axe's own doings.
        expected = ("Failed to load resource", "Content Security Policy")
        if message.type == "error" and not any(words in message.text for words in expected):
            faults.append(f"{page.url}: {message.text}")

    def watch(page: Page) -> None:
        page.set_default_timeout(STEP_LIMIT_MS)
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        page.on("console", lambda message: hear(page, message))

    def open_browser(user: Any = None, viewport: ViewportSize = WIDE, **options: Any) -> Page:
        context = new_context(base_url=live_server.url, viewport=viewport, **options)
        context.add_init_script(TELL_REFUSALS)
        context.on("page", watch)
        if user is not None:
            context.add_cookies([_signed_in_cookie(user, live_server.url)])  # type: ignore[list-item]
        return context.new_page()

    yield open_browser
    assert not faults, "\n".join(faults)
