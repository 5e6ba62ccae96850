"""Rows of a header as they stand: their words, what stands above each column, by what a repeated one is known."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from core.spreadsheets.sheets import CellRange
from core.text import tidy

_NUMBERING = re.compile(r"[(\[]?\s*(?:[0-9]{1,2}(?:\.0)?|[a-zA-Z])\s*[)\]]?(?:\s*=.*)?")


def line_of(cells: Sequence[Any]) -> tuple[str, ...]:
    """A row as text, without the empty cells that end it."""
    line = [shown(cell) for cell in cells]
    while line and not line[-1]:
        line.pop()
    return tuple(line)


def lines_of(header: Iterable[Sequence[Any]]) -> frozenset[tuple[str, ...]]:
    """The rows of a header by which it is known where a long list repeats it."""
    return frozenset(line for line in map(line_of, header) if len(line) > 1)


def shown(cell: Any) -> str:
    """A cell as text; a whole number without its fraction."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return tidy(str(cell)) if cell is not None else ""


def words_above(
    header: Sequence[Sequence[Any]], width: int, index: int, merged: Iterable[CellRange]
) -> list[tuple[str, ...]]:
    """For each of `width` columns the words of a header's rows above it, from top to bottom, each once.

    `index` is the header's first row, from which `merged` ranges are counted on. A merged cell's words stand above every column that it spans. Formats without merged ranges leave the spanned
    cells empty: there the words to the left hold on wherever a row below has words of its own.
    """
    rows = [[*map(shown, row), *[""] * (width - len(row))] for row in header]
    spans = [(first - index, left, right) for (first, left), (_last, right) in merged if left < right]
    spans = [span for span in spans if 0 <= span[0] < len(rows) and span[1] < width]
    for step, left, right in spans:
        stop = min(right + 1, width)
        rows[step][left:stop] = [rows[step][left]] * (stop - left)
    for step in range(len(rows) - 1) if not spans else ():
        for at in range(1, width):
            if not rows[step][at] and any(row[at] for row in rows[step + 1 :]):
                rows[step][at] = rows[step][at - 1]
    return [tuple(dict.fromkeys(row[at] for row in rows if row[at])) for at in range(width)]


def is_numbering(row: Sequence[Any]) -> bool:
    """Whether the row numbers the columns."""
    cells = [str(cell).strip() for cell in row if str(cell).strip()]
    return len(cells) >= 3 and all(_NUMBERING.fullmatch(cell) for cell in cells)
