"""The finder's figures: a small register is built and opened as the measurement does, and the worse one counts."""

from typing import Any

import pytest

from benchmarks import finder
from benchmarks.database import KINDS
from benchmarks.finder_pages import open_finder
from benchmarks.finder_register import build
from registry.models import Household, Unit


@pytest.mark.slow  # builds and opens a register of some hundred households
@pytest.mark.django_db
def test_the_measurement_opens_every_page() -> None:
    counts = build(0.02)

    measured = open_finder()

    assert counts["Household"] == Household.objects.count() == 600
    assert Unit.objects.filter(kind="village").count() == 14
    assert measured["queries"] <= finder.MOST_QUERIES
    assert measured["seconds"] < finder.MOST_SECONDS
    assert measured["elapsed"] > 0


def test_the_plain_figures_are_the_worse_of_both_databases(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {
        ("sqlite", 1): {"queries": 14, "seconds": 1.0, "elapsed": 2.5},
        ("sqlite", 2): {"queries": 14, "seconds": 2.0, "elapsed": 2.5},
        ("postgresql", 1): {"queries": 13, "seconds": 2.0, "elapsed": 2.5},
        ("postgresql", 2): {"queries": 13, "seconds": 3.0, "elapsed": 2.5},
    }

    def measured(kind: str, scale: int) -> dict[str, Any]:
        return told[kind, scale]

    monkeypatch.setattr(finder, "_measured", measured)

    figures = {figure["name"]: figure for figure in finder.measure_finder()}

    assert {name: figure["value"] for name, figure in figures.items()} == {
        "finder.sqlite.queries": 14,
        "finder.postgresql.queries": 13,
        "finder.queries": 14,
        "finder.sqlite.seconds": 1.0,
        "finder.postgresql.seconds": 2.0,
        "finder.seconds": 2.0,
        "finder.sqlite.elapsed": 2.5,
        "finder.postgresql.elapsed": 2.5,
        "finder.elapsed": 2.5,
        "finder.sqlite.growth": 2.0,
        "finder.postgresql.growth": 1.5,
        "finder.growth": 2.0,
    }
    assert all(figure["better"] == "lower" for figure in figures.values())
    assert KINDS == ("sqlite", "postgresql")
