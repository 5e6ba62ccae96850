"""A council of nine on the played day."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from django.utils import translation

from tests.integration.councils.building import House, build_house


@pytest.fixture(autouse=True)
def _the_played_day(frozen_day: Callable[[date], None]) -> None:
    """Meetings are held on 2025-12-15."""


@pytest.fixture(autouse=True)
def _sentences_in_english() -> Iterator[None]:
    """Refusals are compared with the sentences that the code holds."""
    with translation.override("en"):
        yield


@pytest.fixture
def house(db: None) -> House:
    """Nine members, chair and secretary among them, and the people around the council."""
    return build_house()
