"""How a file is opened, and what it then is: what was said of it as a whole goes in, its sheets come out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from core.legacy_encodings import Encoding
from core.spreadsheets.sheets import RowSource


class OddRows(StrEnum):
    """Rows that a reader of the cells takes for plain ones, and that the office may want left out."""

    HIDDEN = "hidden"
    STRUCK = "struck"


@dataclass(frozen=True, slots=True)
class Opening:
    """Whether a file passed its checks before, the encoding to read its old fonts' letters in, rows to leave out."""

    is_checked: bool = False
    encoding: Encoding | None = None
    leave_out: frozenset[OddRows] = frozenset()


@dataclass(frozen=True, slots=True)
class LegacyText:
    """Letters of an old font in a file: how they are coded, the font if one says so, and cells before and after."""

    encoding: Encoding
    font: str
    examples: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Book:
    """A file as it was opened: its visible sheets, the names of the others, and whether its letters are an old font's.

    `legacy` is told of the cells as they stand in the file, converted or not.
    """

    filename: str
    sheets: tuple[RowSource, ...]
    hidden_sheets: tuple[str, ...] = ()
    legacy: LegacyText | None = None
