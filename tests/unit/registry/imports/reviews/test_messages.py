"""Every issue has a sentence, and every sentence has its words."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

import core.spreadsheets
import registry.imports.reviews
from core.spreadsheets.problems import WorkbookError
from registry.imports.reviews.messages import (
    COLUMN_LABELS,
    FILE_MESSAGES,
    ISSUE_MESSAGES,
    error_sentence,
    issue_place,
    issue_sentence,
)
from registry.imports.reviews.rows import Issue
from registry.review_figures import FIGURES, RATES

PARAMS = {
    "figure": "poor",
    "whole": "households",
    "columns": ("unit", "poor"),
    "suggestions": ("Xã Phan Sơn",),
    "until": date(2024, 11, 30),
}


def _params(template: str) -> dict[str, object]:
    return {name: PARAMS.get(name, 7) for name in re.findall(r"%\((\w+)\)s", template)}


@pytest.mark.parametrize("code", ISSUE_MESSAGES)
def test_every_issue_reads_as_a_sentence(code: str) -> None:
    issue = Issue("error", code, "Biểu", 5, "Xã X", _params(str(ISSUE_MESSAGES[code])))

    sentence = issue_sentence(issue)

    assert sentence.endswith((".", "…"))
    assert "%(" not in sentence


@pytest.mark.parametrize("code", FILE_MESSAGES)
def test_every_refused_file_gets_a_sentence(code: str) -> None:
    sentence = error_sentence(WorkbookError(code, **_params(str(FILE_MESSAGES[code]))))

    assert sentence.endswith(".")
    assert "%(" not in sentence


def test_every_code_in_the_readers_has_its_sentence() -> None:
    folders = (Path(module.__file__ or "").parent for module in (registry.imports.reviews, core.spreadsheets))
    readers = (path for folder in folders for path in folder.glob("*.py"))
    source = "".join(path.read_text() for path in readers if path.name not in {"messages.py", "tables.py"})

    noted = set(re.findall(r'"(?:error|warning)",\s*"(\w+)"', source))
    raised = set(re.findall(r'WorkbookError\(\s*"(\w+)"', source))
    numbers = set(re.findall(r'NumberProblem\(\s*"(\w+)"', source))

    assert (noted - {"warning"}) | numbers <= set(ISSUE_MESSAGES)
    assert raised == set(FILE_MESSAGES)
    assert {*FIGURES, *RATES} <= set(COLUMN_LABELS)


def test_a_place_names_sheet_and_row() -> None:
    assert "5" in issue_place(Issue("error", "number_missing", "Biểu", 5, "Xã X"))
    assert "Biểu" in issue_place(Issue("warning", "unit_absent", "Biểu", None, "Xã X"))
