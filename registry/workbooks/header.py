"""Finding a review table in a sheet by the words of its header, whatever stands above it and in what order."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from core.text import fold
from registry.workbooks.container import Table

_SEARCHED_ROWS = 40
_HEADER_DEPTH = 3
REQUIRED = ("unit", "households", "poor", "near_poor")
_NUMBERING = re.compile(r"\(?\s*(?:[0-9]{1,2}(?:\.0)?|[a-zA-Z])\s*\)?(?:\s*=.*)?")
_MINORITY = re.compile(r"\b(?:dtts|dan toc thieu so|dan toc)\b")
_PERSONS = re.compile(r"\b(?:khau|nhan khau|nguoi)\b")
_RATE = re.compile(r"\bt[yi] le\b|%")
_UNIT = re.compile(r"\b(?:don vi|dia ban|dia phuong|xa phuong thi tran|ten xa)\b")
_DISTRICT = re.compile(r"^(?:ten )?(?:huyen|cap huyen|huyen thi xa thanh pho)$")
_CODE = re.compile(r"^(?:ma(?: so| dvhc| don vi| xa| gso| tctk)*|dvhc)\b")
_HOUSEHOLDS = re.compile(r"\b(?:tong so ho|so ho dan|tong ho|ho dan cu)\b")


@dataclass(frozen=True, slots=True)
class Header:
    """Where the table starts and which column holds what; rows are counted from zero."""

    row: int
    first_data_row: int
    columns: dict[str, int]


@dataclass(frozen=True, slots=True)
class HeaderFault:
    """The nearest thing to a header and what it lacks, for the sentence that refuses the file."""

    missing: tuple[str, ...]
    repeated: tuple[str, ...]


def find_header(table: Table) -> Header | HeaderFault:
    """The header of a review table, or what the best candidate lacks."""
    best = HeaderFault(REQUIRED, ())
    for index in range(min(len(table.cells), _SEARCHED_ROWS)):
        if len(_filled(table.cells[index])) < 3:
            continue
        found = _header_at(table, index)
        if isinstance(found, Header):
            return found
        if len(found.missing) + len(found.repeated) < len(best.missing) + len(best.repeated):
            best = found
    return best


def _header_at(table: Table, index: int) -> Header | HeaderFault:
    depth = _depth(table, index)
    labels = _labels(table, index, depth)
    columns: dict[str, int] = {}
    repeated: list[str] = []
    for position, label in enumerate(labels):
        meaning = column_meaning(label)
        if meaning and meaning in columns:
            repeated.append(meaning)
        elif meaning:
            columns[meaning] = position
    missing = tuple(name for name in REQUIRED if name not in columns)
    if missing or repeated:
        return HeaderFault(missing, tuple(dict.fromkeys(repeated)))
    first = index + depth
    while first < len(table.cells) and _is_numbering(table.cells[first]):
        first += 1
    return Header(index, first, columns)


def _depth(table: Table, index: int) -> int:
    """How many rows the header takes: rows of words alone, under a unit column that stays empty."""
    unit = next((at for at, cell in enumerate(table.cells[index]) if _UNIT.search(fold(str(cell)))), None)
    depth = 1
    while depth < _HEADER_DEPTH and index + depth < len(table.cells) and unit is not None:
        row = table.cells[index + depth]
        below = row[unit] if unit < len(row) else ""
        words = _filled(row)
        if str(below).strip() or not words or not all(isinstance(cell, str) for cell in words):
            break
        if _is_numbering(row) or any(re.search(r"\d{2,}", str(cell)) for cell in words):
            break
        depth += 1
    return depth


def _labels(table: Table, index: int, depth: int) -> list[str]:
    """Each column's words from top to bottom, merged cells counted for every column that they span."""
    width = max(len(row) for row in table.cells[index : index + depth])
    rows = [_spread(table, index + step, width, last=step == depth - 1) for step in range(depth)]
    return [" / ".join(dict.fromkeys(row[at] for row in rows if row[at])) for at in range(width)]


def _spread(table: Table, index: int, width: int, *, last: bool) -> list[str]:
    cells = [str(cell).strip() for cell in table.cells[index]]
    cells += [""] * (width - len(cells))
    if table.merged:
        for (top, left), (bottom, right) in table.merged:
            if top <= index <= bottom and top == index:
                cells[left : right + 1] = [cells[left]] * (min(right, width - 1) - left + 1)
    elif not last:
        # Formats without merged ranges leave the spanned cells empty: the words to the left hold on
        # wherever the row below has words of its own.
        below = [str(cell).strip() for cell in table.cells[index + 1]] + [""] * width
        for at in range(1, width):
            if not cells[at] and below[at]:
                cells[at] = cells[at - 1]
    return cells


def column_meaning(label: str) -> str | None:
    """What a column holds by its words, or None for a column that a review does not need."""
    words = fold(label.replace("%", " ty le "))
    if not words or _PERSONS.search(words):
        return None
    near = "can ngheo" in words
    poor = bool(re.search(r"\bho ngheo\b|\bngheo\b", words.replace("can ngheo", "")))
    if _RATE.search(words):
        return _rate_meaning(words, poor=poor, near=near)
    if poor and near:
        return None
    if near or poor:
        name = "near_poor" if near else "poor"
        return f"{name}_minority" if _MINORITY.search(words) else name
    if _HOUSEHOLDS.search(words):
        return "minority_households" if _MINORITY.search(words) else "households"
    if _MINORITY.search(words) and re.search(r"\bho\b", words):
        return "minority_households"
    if words in {"stt", "tt", "so tt", "so thu tu"}:
        return "ordinal"
    if _CODE.search(words):
        return "code"
    if _DISTRICT.search(words):
        return "district"
    return "unit" if _UNIT.search(words) and "tinh" not in words.split()[-1:] else None


def _rate_meaning(words: str, *, poor: bool, near: bool) -> str | None:
    if _MINORITY.search(words):
        return None
    if "da chieu" in words or (poor and near):
        return "poverty_rate"
    if near:
        return "near_poor_rate"
    return "poor_rate" if poor else None


def _filled(row: Iterable[Any]) -> list[Any]:
    return [cell for cell in row if str(cell).strip()]


def _is_numbering(row: list[Any]) -> bool:
    """Whether the row only numbers the columns: 1 2 3, (1) (2) (3), A B 1 2."""
    cells = [str(cell).strip() for cell in _filled(row)]
    if len(cells) < 3 or not all(_NUMBERING.fullmatch(cell) for cell in cells):
        return False
    numbers = [int(found.group()) for cell in cells if (found := re.search(r"[0-9]{1,2}", cell))]
    return all(later == number + 1 for number, later in pairwise(numbers))
