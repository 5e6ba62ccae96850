"""Reading a poverty review workbook into rows, in the layout that offices send."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import IO, Any

from core.spreadsheets.container import read_tables
from core.spreadsheets.numbers import NumberProblem, read_count, read_rate
from core.spreadsheets.problems import WorkbookError
from core.spreadsheets.sheets import Table
from core.spreadsheets.totals import is_total
from core.text import fold, nfc
from registry.imports.reviews.header import Header, HeaderFault, find_header
from registry.imports.reviews.rows import Issue, ReviewRow, ReviewSheet, Role
from registry.review_figures import FIGURES, LACKS, RATES, STARTS, Figures
from registry.unit_names import COMMUNE_TYPES, DISTRICT_TYPES, VILLAGE_TYPES, parse_name

_YEAR = re.compile(r"\bnam (20[0-9]{2})\b")
_PERIOD = re.compile(r"\bchuan (?:ho )?ngheo\b.*\bgiai doan (20[0-9]{2}) (20[0-9]{2})\b")
_ROMAN = re.compile(r"[IVX]{1,6}\.?")
_DIGITS = re.compile(r"[^\w]*[0-9][0-9.,\s%)]*")
_CODE = re.compile(r"([0-9]{1,5})(?:\.0)?")
_NAMED_TYPES = COMMUNE_TYPES | DISTRICT_TYPES | VILLAGE_TYPES
_REQUIRED = frozenset({"households", "poor", "near_poor"})
# A part of a whole may not be larger than the whole: (part, whole).
_PARTS = (
    ("minority_households", "households"),
    ("poor_minority", "poor"),
    ("near_poor_minority", "near_poor"),
)


def read_review_workbook(source: bytes | IO[bytes], filename: str) -> ReviewSheet:
    """The review table of a workbook: its rows with figures, its year, and what is wrong row by row.

    Sheets are told apart by their header words; a workbook with no review table, or with more than one, is
    refused with ``WorkbookError``, as is every file that cannot be opened safely.
    """
    tables = read_tables(source, filename)
    found = [(table, find_header(table)) for table in tables]
    usable = [(table, header) for table, header in found if isinstance(header, Header)]
    if len(usable) > 1:
        raise WorkbookError("several_tables", sheets=", ".join(table.name for table, _header in usable))
    if not usable:
        raise _no_table([header for _table, header in found if isinstance(header, HeaderFault)], filename)
    table, header = usable[0]
    return _Reader(table, header).read()


def _no_table(faults: list[HeaderFault], filename: str) -> WorkbookError:
    """The refusal that names what the nearest candidate lacks."""
    nearest = min(faults, key=lambda fault: len(fault.missing) + len(fault.repeated), default=None)
    if nearest is None or len(nearest.missing) > 2:
        return WorkbookError("no_review_table", filename=filename)
    if nearest.missing:
        return WorkbookError("columns_missing", columns=nearest.missing)
    return WorkbookError("columns_repeated", columns=nearest.repeated)


@dataclass(slots=True)
class _Reader:
    """One pass over the rows below a header; keeps the district and the commune that the rows stand under."""

    table: Table
    header: Header
    issues: list[Issue] = field(default_factory=list)
    rows: list[ReviewRow] = field(default_factory=list)
    district: str = ""
    commune: str = ""
    of_villages: bool = False
    heading: tuple[int, str] | None = None

    def read(self) -> ReviewSheet:
        cells = self.table.cells
        for code in self.header.notes:
            self.issues.append(Issue("warning", code, self.table.name, self.header.row + 1, ""))
        last = self._last_row_with_figures()
        self.of_villages = "village" in self.header.columns or any(
            self._is_village(index) for index in range(self.header.first_data_row, last + 1)
        )
        for index in range(self.header.first_data_row, last + 1):
            if any(str(cell).strip() for cell in cells[index]):
                self._read_row(index)
        self._head(None, "")
        if not self.rows and not self.issues:
            raise WorkbookError("no_rows", sheet=self.table.name)
        titles, year, year_row = self._titles()
        periods = {f"{found[1]}-{found[2]}" for line in titles for found in _PERIOD.finditer(fold(line))}
        return ReviewSheet(
            name=self.table.name,
            header_row=self.header.row + 1,
            titles=titles,
            year=year,
            year_row=year_row,
            period=periods.pop() if len(periods) == 1 else "",
            columns=tuple(self.header.columns),
            rows=tuple(self.rows),
            issues=tuple(self.issues),
            of_villages=self.of_villages,
        )

    def _last_row_with_figures(self) -> int:
        """Where the table ends: signatures, dates and notes below it are words, without number or ordinal."""
        last = self.header.first_data_row - 1
        for index in range(self.header.first_data_row, len(self.table.cells)):
            named = parse_name(self._text(index, "unit")).type in _NAMED_TYPES
            numbered = bool(self._text(index, "ordinal")) and bool(self._text(index, "unit"))
            if named or numbered or any(_DIGITS.fullmatch(self._text(index, name)) for name in FIGURES):
                last = index
        return last

    def _read_row(self, index: int) -> None:
        text = self._text(index, "unit")
        role = self._role(index, text)
        if not self._has_figures(index):
            if role == "district":
                self._stand_under(role, text)
                return
            if self.of_villages and text and role in {"commune", "unknown"}:
                self._head(index, text)
                return
            if role == "unknown":
                self._note(index, "warning", "row_ignored", text)
                return
        if not text:
            self._note(index, "error", "name_missing", "")
            return
        self._stand_under(role, text)
        self.heading = None
        figures = self._figures(index, text)
        self.rows.append(
            ReviewRow(
                row=index + 1,
                role=role,
                text=text,
                code=self._code(index, text),
                district=self._text(index, "district") or self.district,
                figures=figures,
                rates=self._rates(index, text),
                commune=self._text(index, "commune") or self.commune,
                starts=self._starts(index, text),
            )
        )

    def _head(self, index: int | None, text: str) -> None:
        """Take words without figures for the commune of the villages below them; say so when none follow."""
        if self.heading is not None:
            self._note(self.heading[0], "warning", "row_ignored", self.heading[1])
        self.heading = None if index is None else (index, text)
        self._stand_under("commune", text)

    def _stand_under(self, role: Role, text: str) -> None:
        """Keep a district's or, in a table of villages, a commune's row as the heading of those below it."""
        if role == "district":
            self.district, self.commune = text, ""
        elif role == "commune":
            self.commune = text

    def _is_village(self, index: int) -> bool:
        return parse_name(self._text(index, "unit")).type in VILLAGE_TYPES

    def _role(self, index: int, text: str) -> Role:
        if is_total(text):
            return "total"
        type_ = parse_name(text).type
        if type_ in VILLAGE_TYPES:
            return "village"
        if type_ in COMMUNE_TYPES:
            return "commune"
        if type_ in DISTRICT_TYPES or _ROMAN.fullmatch(self._text(index, "ordinal")):
            return "district"
        return "total" if type_ == "tinh" else "unknown"

    def _figures(self, index: int, text: str) -> Figures | None:
        """The row's counts, or None after naming every cell that keeps the row out."""
        counts: dict[str, int | None] = {}
        sound = True
        for name in FIGURES:
            try:
                counts[name] = self._count(index, name)
            except NumberProblem as problem:
                self._note(index, "error", problem.code, text, figure=name, value=problem.value)
                sound = False
                continue
            if counts[name] is None and name in _REQUIRED:
                self._note(index, "error", "number_missing", text, figure=name)
                sound = False
        if not sound:
            return None
        figures = Figures(**counts)  # type: ignore[arg-type]
        return figures if self._possible(index, text, figures) else None

    def _count(self, index: int, name: str) -> int | None:
        """The count of a figure; where the poor and the near-poor stand apart, of both together."""
        counts = [read_count(cell) for cell in self._cells(index, name)]
        known = [count for count in counts if count is not None]
        return sum(known) if counts and len(known) == len(counts) else None

    def _starts(self, index: int, text: str) -> dict[str, int]:
        starts = {}
        for name, column in STARTS.items():
            try:
                count = self._count(index, column)
            except NumberProblem as problem:
                self._note(index, "warning", "start_unreadable", text, figure=column, value=problem.value)
                continue
            if count is not None:
                starts[name] = count
        return starts

    def _possible(self, index: int, text: str, figures: Figures) -> bool:
        possible = True
        if figures.poor + figures.near_poor > figures.households:
            self._note(
                index,
                "error",
                "poor_over_households",
                text,
                poor=figures.poor,
                near_poor=figures.near_poor,
                households=figures.households,
            )
            possible = False
        poverty = figures.poor + figures.near_poor
        for name in LACKS:
            lacking = getattr(figures, name)
            if lacking is not None and lacking > poverty:
                self._note(
                    index, "error", "lack_over_poverty", text, figure=name, value=lacking, total=poverty
                )
                possible = False
        for part, whole in _PARTS:
            share, total = getattr(figures, part), getattr(figures, whole)
            if share is not None and share > total:
                self._note(
                    index,
                    "error",
                    "part_over_whole",
                    text,
                    figure=part,
                    value=share,
                    whole=whole,
                    total=total,
                )
                possible = False
        return possible

    def _rates(self, index: int, text: str) -> dict[str, Decimal]:
        rates = {}
        for name in RATES:
            try:
                rate = read_rate(self._cell(index, name))
            except NumberProblem as problem:
                self._note(index, "warning", problem.code, text, figure=name, value=problem.value)
                continue
            if rate is not None:
                rates[name] = rate
        return rates

    def _code(self, index: int, text: str) -> str:
        written = self._text(index, "code")
        found = _CODE.fullmatch(written)
        if written and not found:
            self._note(index, "warning", "code_unreadable", text, value=written)
        return found[1] if found else ""

    def _titles(self) -> tuple[tuple[str, ...], int | None, int | None]:
        """The lines above the header, and the year that they name with its row."""
        titles: list[str] = []
        year = year_row = None
        for index in range(self.header.row):
            line = " ".join(nfc(str(cell)).strip() for cell in self.table.cells[index] if str(cell).strip())
            if not line:
                continue
            titles.append(line)
            named = _YEAR.search(fold(line))
            if named and year is None:
                year, year_row = int(named[1]), index + 1
        return tuple(titles), year, year_row

    def _has_figures(self, index: int) -> bool:
        return any(self._text(index, name) for name in FIGURES)

    def _cells(self, index: int, column: str) -> list[Any]:
        row = self.table.cells[index]
        return [row[at] if at < len(row) else "" for at in self.header.columns.get(column, ())]

    def _cell(self, index: int, column: str) -> Any:
        return next(iter(self._cells(index, column)), "")

    def _text(self, index: int, column: str) -> str:
        return " ".join(nfc(str(self._cell(index, column))).split())

    def _note(self, index: int, level: Any, code: str, unit: str, **params: Any) -> None:
        self.issues.append(Issue(level, code, self.table.name, index + 1, unit, params))
