"""A council of nine on the played day."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from django.utils import translation

from councils import live
from nominations.models import Dossier, Evaluation
from nominations.selectors.checks import live_results
from tests.integration.councils.building import House, build_house


@pytest.fixture(autouse=True)
def _the_played_day(frozen_day: Callable[[date], None]) -> None:
    """Meetings are held on 2025-12-15."""


@pytest.fixture(autouse=True)
def _screens_ask_the_urn_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test casts is on the screens at once."""
    monkeypatch.setattr(live, "KEPT_S", 0.0)


@pytest.fixture(autouse=True)
def _sentences_in_english() -> Iterator[None]:
    """Refusals are compared with the sentences that the code holds."""
    with translation.override("en"):
        yield


@pytest.fixture
def house(db: None) -> House:
    """Nine members, chair and secretary among them, and the people around the council."""
    return build_house()


@pytest.fixture
def full_results(db: None) -> Callable[[], None]:
    """Gives each evaluation the findings of a real check: the page of a dossier and the case pack show them."""

    def check() -> None:
        for dossier in Dossier.objects.for_list():
            result = live_results([dossier])[dossier.pk].to_dict()
            Evaluation.objects.filter(dossier=dossier).update(result=result)

    return check
