"""What a review workbook becomes: rows, figures and issues, free of any file format and of Django."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

Level = Literal["error", "warning"]
Role = Literal["village", "commune", "district", "total", "unknown"]

# Basic services whose lack a review counts (Nghị định 07/2021/NĐ-CP, art. 3).
SERVICES = ("jobs", "health", "education", "housing", "water", "information")
LACKS = tuple(f"lacking_{service}" for service in SERVICES)
# What moved during the year: last year's count - exits + relapses + new = this year's count.
FLOWS = {name: (f"{name}_exits", f"{name}_relapses", f"{name}_new") for name in ("poor", "near_poor")}
# Counts at the start of the year, which are compared with last year's record and not stored.
STARTS = {"poor": "poor_start", "near_poor": "near_poor_start"}
# The counts of a review in the order in which offices print them.
FIGURES = (
    "households",
    "minority_households",
    "poor",
    "poor_minority",
    "near_poor",
    "near_poor_minority",
    *FLOWS["poor"],
    *FLOWS["near_poor"],
    *LACKS,
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
    poor_exits: int | None = None
    poor_relapses: int | None = None
    poor_new: int | None = None
    near_poor_exits: int | None = None
    near_poor_relapses: int | None = None
    near_poor_new: int | None = None
    lacking_jobs: int | None = None
    lacking_health: int | None = None
    lacking_education: int | None = None
    lacking_housing: int | None = None
    lacking_water: int | None = None
    lacking_information: int | None = None

    def after(self, start: int, name: str) -> int | None:
        """The year-end count to which a count at its start leads; None where a movement is not known."""
        exits, relapses, new = (getattr(self, flow) for flow in FLOWS[name])
        if exits is None or relapses is None or new is None:
            return None
        return start - exits + relapses + new

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
    """One row with figures as it stands in the sheet; ``figures`` is None when an error keeps it out.

    ``district`` and ``commune`` are the headings that the row stands under; ``starts`` are counts at the start of
    the year where the sheet has them.
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


@dataclass(frozen=True, slots=True)
class ReviewSheet:
    """A review workbook read: its rows in order, and what was noticed while reading.

    ``period`` is the period of the poverty standard as its title names it, ``2022-2025``; empty if it does not.
    ``of_villages`` says that the rows are villages, under their communes or under the one that the title names.
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
    of_villages: bool = False


@dataclass(frozen=True, slots=True)
class UnitRef:
    """The little of a register unit that matching needs; dates are inclusive, None means open.

    ``district_name`` is the name of the unit above: a commune's district, a village's commune.
    """

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
    """A row that belongs to a unit of the register and may be written.

    ``above_villages`` marks a commune's own figure in a file of villages: its row or the row of totals.
    """

    row: int
    unit: UnitRef
    figures: Figures
    text: str
    starts: dict[str, int] = field(default_factory=dict)
    above_villages: bool = False


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
