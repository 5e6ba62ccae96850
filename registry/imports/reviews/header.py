"""Finding a review table in a sheet by the words of its header, whatever stands above it and in what order."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from core.spreadsheets.sheets import Table
from registry.imports.reviews.columns import column_meaning, names_unit
from registry.review_figures import LACKS

_SEARCHED_ROWS = 40
_HEADER_DEPTH = 3
REQUIRED = ("unit", "households", "poor", "near_poor")
_NUMBERING = re.compile(r"\(?\s*(?:[0-9]{1,2}(?:\.0)?|[a-zA-Z])\s*\)?(?:\s*=.*)?")


@dataclass(frozen=True, slots=True)
class Header:
    """Where the table starts and which columns hold what; rows are counted from zero.

    A figure that stands in two columns, for the poor and for the near-poor, is their sum. `notes` are codes of
    what the header has and a review cannot use.
    """

    row: int
    first_data_row: int
    columns: dict[str, tuple[int, ...]]
    notes: tuple[str, ...] = ()


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
    found: dict[str, list[int]] = {}
    for position, label in enumerate(labels):
        meaning = column_meaning(label)
        if meaning:
            found.setdefault(meaning, []).append(position)
    _tell_places(found)
    lacks, notes = _take_lacks(found)
    missing = tuple(name for name in REQUIRED if name not in found)
    repeated = tuple(name for name, positions in found.items() if len(positions) > 1)
    if missing or repeated:
        return HeaderFault(missing, repeated)
    first = index + depth
    while first < len(table.cells) and _is_numbering(table.cells[first]):
        first += 1
    columns = {name: (positions[0],) for name, positions in found.items()}
    return Header(index, first, columns | lacks, notes)


def _tell_places(found: dict[str, list[int]]) -> None:
    """In a table of villages their column names the rows, and the column of units names their communes."""
    if "village" in found:
        if "unit" in found:
            found["commune"] = found.pop("unit")
        found["unit"] = found["village"]
    elif "unit" not in found and "commune" in found:
        found["unit"] = found.pop("commune")


def _take_lacks(found: dict[str, list[int]]) -> tuple[dict[str, tuple[int, ...]], tuple[str, ...]]:
    """The columns of each lacked service, taken out of those found, and what could not be used of them.

    Counts by the twelve indicators do not add up to services, and counts of the poor alone are no whole: such
    columns are left aside with a note, since a review without lacks is a review all the same.
    """
    indicators = found.pop("lack_indicator", [])
    lacks: dict[str, tuple[int, ...]] = {}
    notes = ["lacks_by_indicator"] if indicators else []
    for name in LACKS:
        whole = found.pop(name, [])
        parts = [found.pop(f"{group}_{name}", []) for group in ("poor", "near_poor")]
        if indicators:
            continue
        if len(whole) == 1 and not any(parts):
            lacks[name] = (whole[0],)
        elif not whole and all(len(part) == 1 for part in parts):
            lacks[name] = (parts[0][0], parts[1][0])
        elif whole or any(parts):
            notes.append("lacks_unclear")
    return lacks, tuple(dict.fromkeys(notes))


def _depth(table: Table, index: int) -> int:
    """How many rows the header takes: rows of words alone, under a unit column that stays empty."""
    unit = next((at for at, cell in enumerate(table.cells[index]) if names_unit(str(cell))), None)
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


def _filled(row: Iterable[Any]) -> list[Any]:
    return [cell for cell in row if str(cell).strip()]


def _is_numbering(row: list[Any]) -> bool:
    """Whether the row only numbers the columns: 1 2 3, (1) (2) (3), A B 1 2."""
    cells = [str(cell).strip() for cell in _filled(row)]
    if len(cells) < 3 or not all(_NUMBERING.fullmatch(cell) for cell in cells):
        return False
    numbers = [int(found.group()) for cell in cells if (found := re.search(r"[0-9]{1,2}", cell))]
    return all(later == number + 1 for number, later in pairwise(numbers))
