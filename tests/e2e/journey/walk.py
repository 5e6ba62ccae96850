"""One walk: each person's browser, and what every page state is held to."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, ViewportSize

from nominations.models import Dossier
from tests.e2e.browsing import look
from tests.e2e.conftest import SignIn
from tests.e2e.journey.scene import Scene

# Name a folder here to keep a picture of each state that is looked at.
SHOTS = os.environ.get("JOURNEY_SHOTS", "")


@dataclass
class Walk:
    """The people of a scene, each in a browser of their own at one width."""

    scene: Scene
    sign_in: SignIn
    viewport: ViewportSize
    _pages: dict[str, Page] = field(default_factory=dict)

    def page(self, username: str, **options: Any) -> Page:
        """The person's browser; the first call opens it, at the walk's width unless told otherwise."""
        if username not in self._pages:
            options.setdefault("viewport", self.viewport)
            self._pages[username] = self.sign_in(self.scene.people[username], **options)
        return self._pages[username]

    def leave(self, *usernames: str) -> None:
        """Close the browsers of people whose part is over."""
        for username in usernames:
            self._pages.pop(username).context.close()

    def see(self, page: Page, name: str) -> None:
        """Look at the page as it stands; `name` is the state's name in pictures."""
        if SHOTS:
            width = page.viewport_size["width"] if page.viewport_size else 0
            page.screenshot(path=Path(SHOTS) / f"journey-{name}-{width}.png", full_page=True)
            page.evaluate("scrollTo(0, 0)")  # The tall picture leaves the page scrolled past where it was.
        look(page)

    def dossier(self, which: str) -> Dossier:
        """A dossier of the journey as it stands now."""
        return Dossier.objects.get(code=self.scene.codes[which])
