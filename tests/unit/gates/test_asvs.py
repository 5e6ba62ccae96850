"""The list of ASVS says something of every requirement of levels 1 and 2, and its tests exist."""

from __future__ import annotations

import ast
import csv
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
# How many requirements of levels 1 and 2 each chapter of version 5.0.0 has.
CHAPTERS = {
    1: 27,
    2: 11,
    3: 19,
    4: 10,
    5: 9,
    6: 35,
    7: 18,
    8: 7,
    9: 7,
    10: 29,
    11: 14,
    12: 9,
    13: 13,
    14: 9,
    15: 13,
    16: 16,
    17: 7,
}


@cache
def rows() -> list[dict[str, str]]:
    with (ROOT / "docs/asvs.csv").open(encoding="utf-8") as source:
        return list(csv.DictReader(source))


@cache
def functions_of(path: str) -> frozenset[str]:
    """The names of tests in a file, those in classes included; none where there is no such file."""
    file = ROOT / path
    if not file.is_file():
        return frozenset()
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def is_there(test: str) -> bool:
    path, _parted, name = test.partition("::")
    return name.startswith("test_") and name in functions_of(path)


def test_every_requirement_is_there_once() -> None:
    numbers = [row["number"] for row in rows()]

    assert len(numbers) == len(set(numbers))
    assert all(re.fullmatch(r"v5\.0\.0-\d+\.\d+\.\d+", number) for number in numbers)
    assert Counter(int(number.removeprefix("v5.0.0-").split(".")[0]) for number in numbers) == CHAPTERS


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["number"])
def test_each_says_what_holds(row: dict[str, str]) -> None:
    assert row["level"] in {"1", "2"}
    assert len(row["matter"]) > 10
    if row["applies"] == "no":
        assert row["why_not"]
        assert not row["state"] + row["test"]
        return
    assert row["applies"] == "yes"
    assert row["state"] in {"met", "not met"}
    assert row["how"] or row["test"], "it says neither how nor by which test"
    if row["state"] == "not met":
        assert len(row["how"]) > 30
        assert not row["test"], "what is not met has no test that shows it"
    assert not row["test"] or is_there(row["test"]), f"there is no {row['test']}"


def test_a_test_that_is_not_there_is_found() -> None:
    assert is_there("tests/unit/gates/test_asvs.py::test_a_test_that_is_not_there_is_found")
    assert not is_there("tests/unit/gates/test_asvs.py::test_an_invented_one")
    assert not is_there("tests/unit/gates/no_such_file.py::test_anything")


def test_files_that_it_names_exist() -> None:
    named = {
        word for row in rows() for word in re.findall(r"\b(?:docs|core|deploy)/[\w./-]+\.\w+", row["how"])
    }

    assert len(named) > 5
    assert [word for word in sorted(named) if not (ROOT / word).is_file()] == []


def test_the_page_names_exactly_what_is_not_met() -> None:
    page = (ROOT / "docs/asvs.md").read_text(encoding="utf-8")

    named = set(re.findall(r"\*\*(v5\.0\.0-[\d.]+)\*\*", page))

    assert named == {row["number"] for row in rows() if row["state"] == "not met"}
