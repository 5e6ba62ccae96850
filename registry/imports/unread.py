"""Columns of a list that are not read: which of them hold something, so that it is said before anything is loaded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from openpyxl.utils import get_column_letter

from core.spreadsheets.cells import CellsAt
from core.spreadsheets.header_rows import shown
from core.spreadsheets.headers import Header
from registry.imports.staged import Finding

_EXAMPLES = 3
_EXAMPLE_LETTERS = 60


class UnreadColumns:
    """Looks at the columns of a sheet that no reader takes, until of each enough was seen to name it."""

    def __init__(self, header: Header) -> None:
        self._headed = {one.at: one.heading for one in header.unknown}
        self._headings = header.unread
        self._seen: dict[int, list[str]] = {}
        self._watch(header.unread)

    def _watch(self, positions: Mapping[int, Any]) -> None:
        self._left = {at: self._seen.setdefault(at, []) for at in positions}
        self._cells_in = CellsAt(list(self._left))

    def look_at(self, cells: Sequence[Any]) -> None:
        """Keep a few of the texts that stand in a record's row; called for every row of a file."""
        if not self._left or not any(found := self._cells_in.of(cells)):
            return
        for cell, examples in zip(found, self._left.values(), strict=True):
            text = shown(cell)[:_EXAMPLE_LETTERS]
            if text and text not in examples:
                examples.append(text)
        if any(len(examples) >= _EXAMPLES for examples in self._left.values()):
            self._watch({at: one for at, one in self._left.items() if len(one) < _EXAMPLES})

    def findings(self, sheet: str) -> Iterator[Finding]:
        """What to say of the sheet: headings that nobody knows, and columns without one, with examples."""
        filled = {at: self._headings[at] for at, examples in self._seen.items() if examples}
        headed = self._headed | {at: heading for at, heading in filled.items() if heading}
        if headed:
            columns = "; ".join(headed[at] for at in sorted(headed))
            yield Finding("columns_unused", sheet, None, {"columns": columns})
        for at in sorted(filled):
            if not filled[at] and not _are_ordinals(self._seen[at]):
                params = {"column": get_column_letter(at + 1), "text": "; ".join(self._seen[at])}
                yield Finding("column_unheaded", sheet, None, params)


def _are_ordinals(examples: Sequence[str]) -> bool:
    """Whether the column only numbers the rows."""
    return list(examples) == [str(number) for number in range(1, len(examples) + 1)]
