"""What a row says of a household's standing: in a column a year, in a row a year, or ticked under a standing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from core.spreadsheets.cells import CellsAt, shown_day
from core.spreadsheets.header_rows import shown
from core.spreadsheets.problems import CellProblem, WorkbookError
from core.spreadsheets.tables import ListTable
from registry.imports.columns import ColumnReader
from registry.imports.importer import Context
from registry.imports.people_columns import year_of_titles
from registry.imports.staged import Remark, StandingChange, set_aside
from registry.imports.words import STANDING_WORDS, TICK_WORDS, SaidStanding
from registry.review_days import default_recognised_on

COLUMNS = ("year", "reviewed_on", "status", "recognised_on", "document")
_FIRST_REVIEW = 2000
_CACHED = 10_000
_UNREAD: Any = object()

Problems = list[tuple[str, CellProblem]]
# Words that may lead a list's title and those that may follow the standing in it.
_TITLE = re.compile(
    r"(?:(?:phụ lục|biểu)[^:]*:\s*)?(?:(?:danh sách|ds)\s+)?(?:chi tiết\s+|tổng hợp\s+)?(?:các\s+)?"
    r"(?P<standing>hộ\s+(?:cận nghèo|nghèo|(?:mới )?thoát nghèo|không nghèo))"
    r"(?:\s*[,(–-]?\s*(?:cuối |đầu )?(?:năm|thôn|khu phố|kp|xã|phường|thị trấn|trên địa bàn|theo)\b.*)?",
    re.IGNORECASE,
)
_SHEET_YEAR = re.compile(r"(?<![0-9])(20[0-9]{2})\s*\)?\s*$")
# “II. HỘ CẬN NGHÈO (12 hộ)”: the words that head a group of rows.
_GROUP = re.compile(
    r"(?:(?:[0-9]{1,2}|[IVX]+|[A-H])\s*[.):/-]?\s+|(?:[0-9]{1,2}|[IVX]+|[A-H])[.):/-]|[-–+*]\s*)?"
    r"(?:danh sách\s+)?(?P<standing>hộ\s+(?:cận nghèo|nghèo|(?:mới )?thoát nghèo|không nghèo))"
    r"(?:\s+năm\s+20[0-9]{2})?\s*(?:[:(–-]*\s*[0-9]+\s*hộ\s*\)?)?[:.]?",
    re.IGNORECASE,
)
# Year, standing, and the column that says so.
Said = tuple[int, str, str]


class YearsOfRow(NamedTuple):
    """What a row says of years: the standings it would set, and what else there is to say of its cells."""

    changes: Sequence[StandingChange]
    is_silent: bool = False
    is_change: bool = False
    says_minority: bool = False
    asides: Sequence[Remark] = ()
    problems: Sequence[tuple[str, CellProblem]] = ()
    repeats: Sequence[tuple[str, CellProblem]] = ()
    # Year -> standing where the row says these and there is nothing else to say of it.
    plain: Mapping[int, str] | None = None


class StandingsReader:
    """Reads the standings of one file's rows; knows which year the file as a whole is for."""

    def __init__(
        self, context: Context, table: ListTable, readers: Mapping[str, ColumnReader], status: ColumnReader
    ) -> None:
        header = table.header
        self._options = context.options
        self._today = context.day
        self._status = status
        self._at = {name: header.columns.get(name, -1) for name in COLUMNS}
        self._read = {name: readers[name].read for name in COLUMNS if name in readers}
        self._years = tuple(header.years.items())
        self._marks = header.marks
        self._default_days: dict[int, str] = {}
        self.year = year_of_list(table.titles, context.options.year) or _year_of_sheet(table.sheet.name)
        # What the list as a whole is of, where no column says it.
        has_column = self._at["status"] >= 0 or self._years or self._marks
        self.of_list = None if has_column else standing_of_list(table.sheet.name, table.titles)
        self._has_column = bool(has_column)
        # Whether the words of the row read last say that the household is of an ethnic minority.
        self.says_minority = False
        self.positions = (*(at for _year, at in self._years), *(mark.at for mark in self._marks))
        # Most rows say one of a few things: what each means is worked out once.
        of_year = (self._at[name] for name in ("status", "year", "reviewed_on"))
        speaking = (*(at for at in of_year if at >= 0), *self.positions)
        recognising = (self._at[name] for name in ("recognised_on", "document"))
        self._speaking = CellsAt(speaking)
        self._telling = CellsAt((*speaking, *(at for at in recognising if at >= 0)))
        self._known: dict[tuple[Any, ...], tuple[tuple[Said, ...], tuple[Any, ...], bool]] = {}
        self._recognised: dict[tuple[Any, ...], tuple[str | None, str | None, list[Remark]]] = {}
        self._fresh: dict[tuple[Any, ...], YearsOfRow | None] = {}

    def take_heading(self, cells: Sequence[Any]) -> str | None:
        """The standing that a row heads, “II. HỘ CẬN NGHÈO”; rows below it are of that where no column says it."""
        if self._has_column:
            return None
        words = " ".join(filter(None, map(shown, cells)))
        found = _GROUP.fullmatch(words)
        standing = STANDING_WORDS.find(found["standing"]) if found else None
        if not isinstance(standing, str):
            return None
        self.of_list = standing
        self._known.clear()
        self._fresh.clear()
        return standing

    def fresh(self, cells: Sequence[Any]) -> YearsOfRow | None:
        """What the row sets for a household without a standing; None where there is more to say of its cells."""
        key = self._telling.of(cells)
        found: YearsOfRow | None = self._fresh.get(key, _UNREAD)
        if found is _UNREAD:
            if len(self._fresh) >= _CACHED:
                self._fresh.clear()
            found = self._fresh[key] = self._read_fresh(cells)
        return found

    def _read_fresh(self, cells: Sequence[Any]) -> YearsOfRow | None:
        problems: Problems = []
        notes: list[Remark] = []
        said = self.read(cells, problems)
        found = []
        for year, status, _column in said:
            day, document = self.recognition(year, cells, notes)
            found.append(StandingChange(year, status, day or self.default_day(year), document or "", None))
        plain = {one.year: one.status for one in found}
        if len(plain) < len(found) or not found or problems or notes or self.says_minority:
            return None
        return YearsOfRow(found, plain=plain)

    def read(self, cells: Sequence[Any], problems: Problems) -> Sequence[Said]:
        """Everything that the row says about years; what is wrong with it is added to `problems`."""
        key = self._speaking.of(cells)
        known = self._known.get(key)
        if known is None:
            wrong: Problems = []
            said = self._read_row(cells, wrong)
            known = tuple(said), tuple(wrong), self.says_minority
            if len(self._known) >= _CACHED:
                self._known.clear()
            self._known[key] = known
        found, faults, self.says_minority = known
        if faults:
            problems += faults
        return found

    def _read_row(self, cells: Sequence[Any], problems: Problems) -> list[Said]:
        said: list[Said] = []
        self.says_minority = False
        at = self._at["status"]
        if 0 <= at < len(cells):
            status = self._status.read(cells[at])
            if status.__class__ is str:
                year = self.row_year(cells, problems)
                if year is not None:
                    said.append((year, status, "status"))
            elif status:
                self._read_more(status, self.row_year(cells), "status", said, problems)
        for year, position in self._years:
            status = self._status.read(cells[position]) if position < len(cells) else None
            if status.__class__ is str:
                said.append((year, status, str(year)))
            elif status:
                self._read_more(status, year, str(year), said, problems)
        if self._marks:
            self._read_ticks(cells, said, problems)
        elif self.of_list:
            year = self.row_year(cells)
            if year is not None:
                said.append((year, self.of_list, "status"))
        for year, _standing, column in said:
            if not _FIRST_REVIEW <= year <= self._today.year:
                limits = {"value": year, "first": _FIRST_REVIEW, "last": self._today.year}
                problems.append((column, CellProblem("year_out_of_range", **limits)))
        return said

    def _read_more(
        self,
        status: CellProblem | SaidStanding,
        year: int | None,
        column: str,
        said: list[Said],
        problems: Problems,
    ) -> None:
        """A cell that is no standing, or one whose words say its year or a minority besides."""
        if isinstance(status, CellProblem):
            problems.append((column, status))
            return
        if status.year and year and status.year != year:
            problems.append((column, CellProblem("status_other_year", said=status.year, year=year)))
            return
        year = year or status.year
        if year is None:
            problems.append(("", CellProblem("year_missing")))
            return
        self.says_minority = self.says_minority or status.is_minority
        said.append((year, status.status, column))

    def recognition(
        self, year: int, cells: Sequence[Any], notes: list[Remark]
    ) -> tuple[str | None, str | None]:
        """Day (ISO text) and document of the recognition, where the row or, for the file's year, the form names them.

        A cell that is neither is set aside, and said so in `notes`.
        """
        width = len(cells)
        day_at, document_at = self._at["recognised_on"], self._at["document"]
        key = (
            year,
            cells[day_at] if 0 <= day_at < width else "",
            cells[document_at] if 0 <= document_at < width else "",
        )
        known = self._recognised.get(key)
        if known is None:
            if len(self._recognised) >= _CACHED:
                self._recognised.clear()
            known = self._recognised[key] = self._read_recognition(year, cells)
        day, document, said = known
        if said:
            notes += said
        return day, document

    def _read_recognition(
        self, year: int, cells: Sequence[Any]
    ) -> tuple[str | None, str | None, list[Remark]]:
        problems: Problems = []
        day = self._cell("recognised_on", cells, problems)
        if day and day > self._today.isoformat():
            problems.append(("recognised_on", CellProblem("day_future", value=shown_day(day))))
            day = None
        document = self._cell("document", cells, problems)
        if year == self.year:
            options = self._options
            day = day or (options.recognised_on.isoformat() if options.recognised_on else None)
            document = document or options.document
        return day, document, [set_aside(*one) for one in problems]

    def default_day(self, year: int) -> str:
        """The day on which the year's review counts as recognised where nobody says it."""
        day = self._default_days.get(year)
        if day is None:
            day = self._default_days[year] = default_recognised_on(year).isoformat()
        return day

    def _cell(self, name: str, cells: Sequence[Any], problems: Problems) -> Any:
        read = self._read.get(name)
        at = self._at[name]
        if read is None or at >= len(cells):
            return None
        value = read(cells[at])
        if value.__class__ is CellProblem:
            problems.append((name, value))
            return None
        return value

    def row_year(self, cells: Sequence[Any], problems: Problems | None = None) -> int | None:
        """The year of the row, its review's, or the whole list's; what is wrong with it is added to `problems`."""
        told: Problems = []
        year = self._cell("year", cells, told) or self._cell("reviewed_on", cells, told) or self.year
        if year is None and not told:
            told.append(("", CellProblem("year_missing")))
        if problems is not None and year is None:
            problems += told
        return year

    def _read_ticks(self, cells: Sequence[Any], said: list[Said], problems: Problems) -> None:
        ticked: dict[int, set[str]] = {}
        for mark in self._marks:
            cell = cells[mark.at] if mark.at < len(cells) else ""
            if cell == "" or cell is None:
                continue
            try:
                is_ticked = TICK_WORDS.read(cell)
            except CellProblem as problem:
                problems.append(("status", problem))
                continue
            year = (mark.year or self.row_year(cells, problems)) if is_ticked else None
            if year is not None:
                ticked.setdefault(year, set()).add(mark.standing)
        for year, standings in ticked.items():
            # “Tái nghèo” and “Nghèo cũ” are both poor: no contradiction.
            if len(standings) == 1:
                said.append((year, standings.pop(), "status"))
            else:
                problems.append(("status", CellProblem("ticked_twice", year=year)))


def year_of_list(titles: Sequence[str], asked: int | None) -> int | None:
    """The year that a list as a whole is for: as its title says, else as the person did.

    Raises ``WorkbookError`` where the two differ.
    """
    titled = year_of_titles(titles)
    if titled and asked and titled != asked:
        raise WorkbookError("list_year_differs", found=titled, year=asked)
    return titled or asked


def _year_of_sheet(name: str) -> int | None:
    """The year with which a sheet's name ends: “HN 2024”."""
    found = _SHEET_YEAR.search(name)
    return int(found[1]) if found else None


def standing_of_list(sheet: str, titles: Sequence[str]) -> str | None:
    """The one standing of a list that is called so, by its sheet's name or its title: “Danh sách hộ nghèo năm 2024”.

    A title that names several, or says what else the households are, decides nothing.
    """
    of_sheet = STANDING_WORDS.find(shown(sheet))
    if of_sheet is not None:
        return of_sheet if isinstance(of_sheet, str) else of_sheet.status
    for text in (sheet, *titles):
        found = _TITLE.fullmatch(shown(text))
        standing = STANDING_WORDS.find(found["standing"]) if found else None
        if isinstance(standing, str):
            return standing
    return None
