"""What a row says of a household's standing: in a column a year, in a row a year, or ticked under a standing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.spreadsheets.cells import shown_day
from core.spreadsheets.problems import CellProblem
from core.spreadsheets.tables import ListTable, WorkbookError
from registry.imports.columns import ColumnReader
from registry.imports.importer import Context
from registry.imports.people_columns import year_of_titles
from registry.review_days import default_recognised_on

COLUMNS = ("year", "status", "recognised_on", "document")
_FIRST_REVIEW = 2000
_TICKS = frozenset({"x", "1", "co", "có", "v", "✓", "✔", "yes"})

Problems = list[tuple[str, CellProblem]]
# Year, standing, and the column that says so.
Said = tuple[int, str, str]


class StandingsReader:
    """Reads the standings of one file's rows; knows which year the file as a whole is for."""

    def __init__(
        self, context: Context, table: ListTable, readers: Mapping[str, ColumnReader], status: ColumnReader
    ) -> None:
        header = table.header
        self._options = context.options
        self._today = context.day
        self._status = status
        self._readers = readers
        self._at = {name: header.columns.get(name, -1) for name in COLUMNS}
        self._years = tuple(header.years.items())
        self._marks = tuple((year, standing, at) for (year, standing), at in header.marks.items())
        self._default_days: dict[int, str] = {}
        self.year = year_of_list(table.titles, context.options.year)
        self.positions = (*(at for _year, at in self._years), *(at for _year, _standing, at in self._marks))

    def read(self, cells: Sequence[Any], problems: Problems) -> list[Said]:
        """Everything that the row says about years; what is wrong with it is added to `problems`."""
        said: list[Said] = []
        at = self._at["status"]
        if 0 <= at < len(cells):
            status = self._status.read(cells[at])
            if status.__class__ is CellProblem:
                problems.append(("status", status))
            elif status:
                year = self._row_year(cells, problems)
                if year is not None:
                    said.append((year, status, "status"))
        for year, position in self._years:
            status = self._status.read(cells[position]) if position < len(cells) else None
            if status.__class__ is CellProblem:
                problems.append((str(year), status))
            elif status:
                said.append((year, status, str(year)))
        if self._marks:
            self._read_ticks(cells, said, problems)
        for year, _standing, column in said:
            if not _FIRST_REVIEW <= year <= self._today.year:
                limits = {"value": year, "first": _FIRST_REVIEW, "last": self._today.year}
                problems.append((column, CellProblem("year_out_of_range", **limits)))
        return said

    def row_year(self, cells: Sequence[Any]) -> int | None:
        """The year that the row as a whole is for, None where neither the row nor its list names one."""
        return self._cell("year", cells, []) or self.year

    def recognition(
        self, year: int, cells: Sequence[Any], problems: Problems
    ) -> tuple[str | None, str | None]:
        """Day (ISO text) and document of the recognition, where the row or, for the file's year, the form names them."""
        day = self._cell("recognised_on", cells, problems)
        if day and day > self._today.isoformat():
            problems.append(("recognised_on", CellProblem("day_future", value=shown_day(day))))
        document = self._cell("document", cells, problems)
        if year == self.year:
            options = self._options
            day = day or (options.recognised_on.isoformat() if options.recognised_on else None)
            document = document or options.document
        return day, document

    def default_day(self, year: int) -> str:
        """The day on which the year's review counts as recognised where nobody says it."""
        day = self._default_days.get(year)
        if day is None:
            day = self._default_days[year] = default_recognised_on(year).isoformat()
        return day

    def _cell(self, name: str, cells: Sequence[Any], problems: Problems) -> Any:
        at = self._at[name]
        if not 0 <= at < len(cells):
            return None
        value = self._readers[name].read(cells[at])
        if value.__class__ is CellProblem:
            problems.append((name, value))
            return None
        return value

    def _row_year(self, cells: Sequence[Any], problems: Problems) -> int | None:
        before = len(problems)
        year = self._cell("year", cells, problems) or self.year
        if year is None and len(problems) == before:
            problems.append(("", CellProblem("year_missing")))
        return year

    def _read_ticks(self, cells: Sequence[Any], said: list[Said], problems: Problems) -> None:
        ticked: dict[int, str] = {}
        for marked_year, standing, at in self._marks:
            text = str(cells[at]).strip().lower().removesuffix(".0") if at < len(cells) else ""
            if not text:
                continue
            year = marked_year or self.year
            if text not in _TICKS:
                problems.append(("status", CellProblem("tick_unreadable", value=text)))
            elif year is None:
                problems.append(("", CellProblem("year_missing")))
            elif year in ticked:
                problems.append(("status", CellProblem("ticked_twice", year=year)))
            else:
                ticked[year] = standing
                said.append((year, standing, "status"))


def year_of_list(titles: Sequence[str], asked: int | None) -> int | None:
    """The year that a list as a whole is for: as its title says, else as the person did.

    Raises ``WorkbookError`` where the two differ.
    """
    titled = year_of_titles(titles)
    if titled and asked and titled != asked:
        raise WorkbookError("list_year_differs", found=titled, year=asked)
    return titled or asked
