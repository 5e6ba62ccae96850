"""Every code of a review's readers has a sentence, and every sentence has its words."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import core.spreadsheets
import registry.imports.reviews
from core.spreadsheets.problems import WorkbookError
from registry.imports.reviews import sentences
from registry.imports.reviews.resource import FIGURE_LABELS, ReviewFileResource
from registry.imports.sentences import (
    FILE_PROBLEMS,
    FINDINGS,
    PROBLEMS,
    file_sentence,
    finding_sentence,
    remark_sentence,
)
from registry.imports.staged import Finding, Remark
from registry.review_figures import FIGURES, RATES, STARTS

PARAMS = {"figure": "poor", "whole": "poverty", "columns": ("unit", "poor"), "near": "Xã Phan Sơn"}
FOLDERS = [Path(module.__file__ or "").parent for module in (registry.imports.reviews, core.spreadsheets)]
SOURCE = "".join(
    path.read_text() for folder in FOLDERS for path in folder.glob("*.py") if path.name != "tables.py"
)


def _params(template: str) -> dict[str, Any]:
    return {name: PARAMS.get(name, 1234) for name in re.findall(r"%\((\w+)\)s", template)}


@pytest.mark.parametrize("code", sentences.PROBLEMS)
def test_every_remark_reads_as_a_sentence(code: str) -> None:
    sentence = remark_sentence(Remark(code, "poor", _params(str(PROBLEMS[code]))), "Hộ nghèo")

    assert sentence.endswith((".", "…"))
    assert "%(" not in sentence


@pytest.mark.parametrize("code", sentences.FINDINGS)
def test_every_finding_reads_as_a_sentence(code: str) -> None:
    params = {"unit": "Xã Phan Sơn", **_params(str(FINDINGS[code]))}

    sentence = finding_sentence(Finding(code, "Biểu 1", 5, params), names_sheet=True)

    assert sentence.endswith((".", "…"))
    assert {"Biểu 1", "5", "Xã Phan Sơn"} <= set(re.split(r"[”“,:] ?|\bdòng |\brow ", sentence)) | {"Biểu 1"}
    assert "%(" not in sentence


@pytest.mark.parametrize("code", FILE_PROBLEMS)
def test_every_refused_file_gets_a_sentence(code: str) -> None:
    sentence = file_sentence(WorkbookError(code, **_params(str(FILE_PROBLEMS[code]))))

    assert sentence.endswith((".", "…"))
    assert "%(" not in sentence


def test_figures_and_amounts_are_worded() -> None:
    params = {"figure": "poor", "old": 52665, "new": 3000, "before": 2023, "year": 2024}

    sentence = finding_sentence(Finding("half_in_a_year", "Biểu", 5, params), names_sheet=False)

    assert "52.665" in sentence
    assert "3.000" in sentence
    assert "2023" in sentence
    assert str(FIGURE_LABELS["poor"]) in sentence


def test_every_code_in_the_readers_has_its_sentence() -> None:
    noted = {
        level: set(re.findall(rf'"{level}",\s*"(\w+)"', SOURCE)) for level in ("error", "warning", "note")
    }
    raised = set(re.findall(r'WorkbookError\(\s*"(\w+)"', SOURCE))
    numbers = set(re.findall(r'NumberProblem\(\s*"(\w+)"', SOURCE))

    assert (noted["error"] | noted["note"] | numbers) - {"warning", "note"} <= set(PROBLEMS)
    assert noted["warning"] - {"note"} <= set(FINDINGS)
    assert raised <= set(FILE_PROBLEMS)
    assert {*FIGURES, *RATES, *STARTS.values()} <= set(FIGURE_LABELS)
    assert {*FIGURES, *RATES} <= set(ReviewFileResource.columns())
