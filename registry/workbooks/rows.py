"""What a review workbook becomes: rows, figures and issues, free of any file format and of Django."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

Level = Literal["error", "warning"]
Role = Literal["commune", "district", "total", "unknown"]

# The counts of a review in the order in which offices print them.
FIGURES = (
    "households",
    "minority_households",
    "poor",
    "poor_minority",
    "near_poor",
    "near_poor_minority",
)
RATES = ("poor_rate", "near_poor_rate", "poverty_rate")


class WorkbookError(Exception):
    """The file as a whole cannot be used; ``code`` and ``params`` name the sentence in ``messages``."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing to know about one row: an error keeps the row out, a warning does not."""

    level: Level
    code: str
    sheet: str
    row: int | None
    unit: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Figures:
    """The counts of one unit at one year-end; None where the file has no such column or cell."""

    households: int
    poor: int
    near_poor: int
    minority_households: int | None = None
    poor_minority: int | None = None
    near_poor_minority: int | None = None

    def rate(self, name: str) -> Decimal | None:
        """The exact rate in percent, None for a unit without households."""
        if self.households == 0:
            return None
        part = {
            "poor_rate": self.poor,
            "near_poor_rate": self.near_poor,
            "poverty_rate": self.poor + self.near_poor,
        }[name]
        return Decimal(part) * 100 / Decimal(self.households)


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One row with figures as it stands in the sheet; ``figures`` is None when an error keeps it out."""

    row: int
    role: Role
    text: str
    code: str
    district: str
    figures: Figures | None
    rates: dict[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReviewSheet:
    """A review workbook read: its rows in order, and what was noticed while reading.

    ``period`` is the period of the poverty standard as its title names it, ``2022-2025``; empty if it does not.
    """

    name: str
    header_row: int
    titles: tuple[str, ...]
    year: int | None
    year_row: int | None
    period: str
    columns: tuple[str, ...]
    rows: tuple[ReviewRow, ...]
    issues: tuple[Issue, ...]


@dataclass(frozen=True, slots=True)
class UnitRef:
    """The little of a register unit that matching needs; dates are inclusive, None means open."""

    id: Any
    name: str
    kind: str
    type: str = ""
    parent_id: Any = None
    district_name: str = ""
    gso_code: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    successor_ids: tuple[Any, ...] = ()

    def exists_on(self, day: date) -> bool:
        """Whether the unit exists on the day."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )


@dataclass(frozen=True, slots=True)
class MatchedRow:
    """A row that belongs to a unit of the register and may be written."""

    row: int
    unit: UnitRef
    figures: Figures
    text: str


@dataclass(frozen=True, slots=True)
class Matched:
    """What a sheet means for the register: rows to write, and every issue of reading and matching."""

    rows: tuple[MatchedRow, ...]
    issues: tuple[Issue, ...]

    @property
    def errors(self) -> tuple[Issue, ...]:
        """The issues that keep rows, or the whole file, out."""
        return tuple(issue for issue in self.issues if issue.level == "error")

    @property
    def warnings(self) -> tuple[Issue, ...]:
        """The issues to look at that keep nothing out."""
        return tuple(issue for issue in self.issues if issue.level == "warning")

    def of_kind(self, kind: str) -> tuple[MatchedRow, ...]:
        """The matched rows of units of one kind."""
        return tuple(row for row in self.rows if row.unit.kind == kind)


def round_rate(rate: Decimal, places: int = 2) -> Decimal:
    """The rate as offices print it: rounded half up."""
    return rate.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
