"""What a review workbook becomes: rows, figures and issues, free of any file format and of Django."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from registry.review_figures import Figures
from registry.selectors.units import UnitRef

# An error keeps the row out, a warning is listed before loading, a note stands beside the row.
Level = Literal["error", "warning", "note"]
Role = Literal["village", "commune", "district", "group", "total", "unknown"]


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing to know about one row of a sheet, or about the sheet where `row` is None."""

    level: Level
    code: str
    sheet: str
    row: int | None
    unit: str
    params: dict[str, Any] = field(default_factory=dict)
    # The column that it is about.
    column: str = ""


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One row with figures as it stands in the sheet; ``figures`` is None when an error keeps it out.

    ``district`` and ``commune`` are the headings that the row stands under; ``starts`` are counts at the start of
    the year, ``parts`` lacks of the poor and of the near-poor alone, where the sheet has them. ``group`` is the urban
    or rural group that the row stands in.
    """

    row: int
    role: Role
    text: str
    code: str
    district: str
    figures: Figures | None
    rates: dict[str, Decimal] = field(default_factory=dict)
    commune: str = ""
    starts: dict[str, int] = field(default_factory=dict)
    parts: dict[str, int] = field(default_factory=dict)
    group: str = ""


@dataclass(frozen=True, slots=True)
class ReviewSheet:
    """A review table read: its rows in order, and what was noticed while reading.

    ``period`` is the period of the poverty standard as its title names it, ``2022-2025``; empty if it does not.
    ``of_villages`` says that the rows are villages, under their communes or under the one that the title names.
    ``headings`` are rows without figures that head those below them.
    """

    name: str
    header_row: int
    titles: tuple[str, ...]
    year: int | None
    period: str
    columns: tuple[str, ...]
    rows: tuple[ReviewRow, ...]
    issues: tuple[Issue, ...]
    of_villages: bool = False
    headings: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class MatchedRow:
    """A row that belongs to a unit of the register and may be written.

    ``above_villages`` marks a commune's own figure in a file of villages: its row or the row of totals.
    """

    row: int
    unit: UnitRef
    figures: Figures
    text: str
    starts: dict[str, int] = field(default_factory=dict)
    above_villages: bool = False
    parts: dict[str, int] = field(default_factory=dict)
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Matched:
    """What sheets mean for the register: rows to write, and every issue of reading and matching."""

    rows: tuple[MatchedRow, ...]
    issues: tuple[Issue, ...]

    @property
    def errors(self) -> tuple[Issue, ...]:
        """The issues that keep rows out."""
        return tuple(issue for issue in self.issues if issue.level == "error")

    @property
    def warnings(self) -> tuple[Issue, ...]:
        """The issues to look at that keep nothing out."""
        return tuple(issue for issue in self.issues if issue.level == "warning")


def round_rate(rate: Decimal, places: int = 2) -> Decimal:
    """The rate as offices print it: rounded half up."""
    return rate.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
