"""Reading a review table into rows, in the layouts that offices send."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from openpyxl.utils import get_column_letter

from core.spreadsheets.header_rows import shown
from core.spreadsheets.problems import CellProblem
from core.spreadsheets.tables import ListTable
from core.spreadsheets.totals import is_total
from core.text import fold, tidy
from registry.imports.columns import ColumnReader
from registry.imports.reviews.header import ReviewHeader, numbers_columns, year_named
from registry.imports.reviews.resource import ReviewFileResource
from registry.imports.reviews.rows import Issue, Level, ReviewRow, ReviewSheet, Role
from registry.review_figures import FIGURES, LACK_PARTS, NEEDED, RATES, STARTS, Figures
from registry.unit_names import COMMUNE_TYPES, DISTRICT_TYPES, VILLAGE_TYPES, parse_name

_PERIOD = re.compile(r"\bchuan (?:ho )?ngheo\b.*\bgiai doan (20[0-9]{2}) (20[0-9]{2})\b")
_SHEET_YEAR = re.compile(r"(?:nam )?(20[0-9]{2})")
_ROMAN = re.compile(r"[IVX]{1,6}\.?")
# "X. Sông Lũy" is a commune and no tenth heading.
_LIST_NUMBER = re.compile(
    r"(?:[0-9]{1,3}(?:\.[0-9]{1,3})+\s+|(?:[0-9]{1,3}|(?P<roman>(?!X[.)])[IVX]{1,6}))[.)]+\s*|[a-zđ]\)\s*)(?=[^\d\s])"
)
_DIGITS = re.compile(r"[^\w]*[0-9][0-9.,\s%)]*")
_CODE = re.compile(r"([0-9]{1,5})(?:\.0)?")
_GROUP = re.compile(r"(?:khu vuc )?(?:thanh thi|do thi|nong thon)\b")
# What a row counts where a column or the row itself says it: everything but households is left aside.
_HOUSEHOLDS = re.compile(r"(?:tong )?(?:so )?ho(?: gia dinh| dan cu| dan)?")
_PERSONS = re.compile(r"(?:tong )?(?:so )?(?:nhan khau|khau|nguoi)\b")
_NAMED_TYPES = COMMUNE_TYPES | DISTRICT_TYPES | VILLAGE_TYPES
_SHOWN_WORDS, _EXAMPLES = 80, 3
# “Trong đó: hộ DTTS”: a row that counts a part of the unit above it.
_MINORITY_PART = re.compile(
    r"(?:trong do )?(?:la )?(?:tong )?(?:so )?(?:ho )?(?:la )?(?:nguoi )?(?:dong bao )?(?:dtts|dan toc thieu so|nguoi dtts)"
)
_PART = re.compile(r"trong do\b")
_MINORITIES = {
    "minority_households": "households",
    "poor_minority": "poor",
    "near_poor_minority": "near_poor",
}
# Lacks of one group are read as those of both are.
_WHOLE_OF_PART = {part: whole for whole, parts in LACK_PARTS.items() for part in parts}


def read_sheet(table: ListTable) -> ReviewSheet:
    """The rows of a review table with figures, its year, and what is wrong row by row."""
    return _Reader(table).read()


@dataclass(slots=True)
class _Line:
    """One row of the sheet below its header; `text` names its unit, `mark` is its ordinal."""

    number: int
    cells: Sequence[Any]
    text: str
    mark: str


class _Reader:
    """One pass over the rows below a header; keeps the district and the commune that the rows stand under."""

    def __init__(self, table: ListTable) -> None:
        self.table = table
        self.columns = table.header.columns
        fields = ReviewFileResource.columns()
        self.readers = {
            name: ColumnReader(name, fields[_field_of(name)])
            for name in self.columns
            if _field_of(name) in fields
        }
        self.issues: list[Issue] = []
        self.rows: list[ReviewRow] = []
        self.headings: list[int] = []
        self.district = self.commune = self.group = ""
        self.heading: _Line | None = None
        # The row of persons read last: where persons come first, the row of households below bears no name.
        self.persons: _Line | None = None
        self.lines = [self._line(number, cells) for number, cells in table.rows()]
        self.counted_at = self._counted_at()

    def read(self) -> ReviewSheet:
        header = self.table.header
        self._note_header(header)
        self._leave_out_headings()
        last = self._last_with_figures()
        self._note_unread(self.lines[: last + 1])
        self.of_villages = "village" in self.columns or any(
            parse_name(line.text).type in VILLAGE_TYPES for line in self.lines[: last + 1]
        )
        for line in self.lines[: last + 1]:
            self._read_line(line)
        self._head(None)
        for line in self.lines[last + 1 :]:
            self._pass_over(line)
        titles = self.table.titles
        periods = {f"{found[1]}-{found[2]}" for line in titles for found in _PERIOD.finditer(fold(line))}
        return ReviewSheet(
            name=self.table.sheet.name,
            header_row=header.row + 1,
            titles=titles,
            year=self._year(),
            period=periods.pop() if len(periods) == 1 else "",
            columns=tuple(self.columns),
            rows=tuple(self.rows),
            issues=tuple(self.issues),
            of_villages=self.of_villages,
            headings=tuple(self.headings),
        )

    def _note_header(self, header: Any) -> None:
        for code, words in header.notes if isinstance(header, ReviewHeader) else ():
            params = {"columns": words} if words else {}
            self.issues.append(Issue("warning", code, self.table.sheet.name, header.row + 1, "", params))

    def _note_unread(self, lines: Sequence[_Line]) -> None:
        """Name the columns that hold something and that a review does not read, or that nothing heads."""
        header = self.table.header
        if not isinstance(header, ReviewHeader):
            return
        told = {
            label for code, labels in header.notes if code == "columns_aside" for label in labels.split(", ")
        }
        read = {*self.columns.values(), self.counted_at}
        at_of = {at: label for at, label in enumerate(header.labels) if at not in read and label not in told}
        headed = []
        for at, label in at_of.items():
            held = dict.fromkeys(
                shown(line.cells[at])[:_SHOWN_WORDS] for line in lines if at < len(line.cells)
            )
            examples = [text for text in held if text][:_EXAMPLES]
            if examples and label:
                headed.append(label)
            elif examples:
                params = {"column": get_column_letter(at + 1), "text": "; ".join(examples)}
                self._tell("column_unheaded", **params)
        if headed:
            self._tell("columns_unused", columns="; ".join(dict.fromkeys(headed)))

    def _tell(self, code: str, **params: Any) -> None:
        """Something to know of the sheet as a whole."""
        self.issues.append(Issue("warning", code, self.table.sheet.name, None, "", params))

    def _year(self) -> int | None:
        named = (year_named(line) for line in self.table.titles)
        found = next((year for year in named if year is not None), None)
        of_sheet = _SHEET_YEAR.fullmatch(fold(self.table.sheet.name))
        header = self.table.header
        of_columns = header.year if isinstance(header, ReviewHeader) else None
        return found or (int(of_sheet[1]) if of_sheet else of_columns)

    def _line(self, number: int, cells: Sequence[Any]) -> _Line:
        """The row with its unit's name, which may stand in the column of ordinals where cells are merged."""
        mark, text = self._text(cells, "ordinal"), self._text(cells, "unit")
        if not text and any(char.isalpha() for char in mark) and not _ROMAN.fullmatch(mark):
            mark, text = "", mark
        numbered = _LIST_NUMBER.match(text)
        if numbered:
            mark, text = mark or numbered["roman"] or "", text[numbered.end() :]
        return _Line(number, cells, text, mark)

    def _leave_out_headings(self) -> None:
        """Leave out the header and the titles where they stand again on a further page, and say so."""
        titles = {fold(line) for line in self.table.titles}
        kept = []
        for line in self.lines:
            if numbers_columns(line.cells):
                continue
            if self.table.is_heading(line.number, line.cells) or self._words(line) in titles:
                self._note(line, "warning", "heading_repeated", text=_first_words(line.cells))
            else:
                kept.append(line)
        self.lines = kept

    def _counted_at(self) -> int | None:
        """The column that says what each row counts: headed so, or known by its words."""
        if "counted" in self.columns:
            return self.columns["counted"]
        taken = set(self.columns.values())
        width = max((len(line.cells) for line in self.lines), default=0)
        for at in set(range(width)) - taken:
            words = {fold(str(line.cells[at])) for line in self.lines if at < len(line.cells)} - {""}
            persons = {one for one in words if _PERSONS.fullmatch(one)}
            if persons and words - persons and all(map(_HOUSEHOLDS.fullmatch, words - persons)):
                return at
        return None

    def _last_with_figures(self) -> int:
        """Where the table ends: signatures, dates and notes below it are words, without number or ordinal."""
        last = -1
        for at, line in enumerate(self.lines):
            named = parse_name(line.text).type in _NAMED_TYPES
            numbered = bool(line.mark and line.text)
            counted = any(_DIGITS.fullmatch(self._text(line.cells, name)) for name in self._figure_columns())
            if named or numbered or counted:
                last = at
        return last

    def _read_line(self, line: _Line) -> None:
        if self._take_part(line):
            return
        counted = self._counted(line)
        if counted:
            self._note(line, "warning", "persons_row", counted=counted)
            self.persons = line
            return
        line, self.persons = self._named_above(line), None
        role = self._role(line)
        if not self._has_figures(line):
            if role in {"district", "group"}:
                self.headings.append(line.number)
                self._stand_under(role, line.text)
            elif self.of_villages and line.text and role in {"commune", "unknown"}:
                self._head(line)
            elif role == "unknown":
                self._note(line, "warning", "row_ignored")
            else:
                self._read_figures(line, role)
            return
        self._read_figures(line, role)

    def _read_figures(self, line: _Line, role: Role) -> None:
        if not line.text:
            self._note(line, "error", "name_missing")
            return
        self._stand_under(role, line.text)
        if role == "district" or (role == "commune" and self.of_villages):
            self.headings.append(line.number)
        self.heading = None
        above = parse_name(self._text(line.cells, "above")).type
        own = {"district": DISTRICT_TYPES, "commune": COMMUNE_TYPES}
        said = {
            name: self._text(line.cells, name) or (self._text(line.cells, "above") if above in types else "")
            for name, types in own.items()
        }
        self.rows.append(
            ReviewRow(
                row=line.number,
                role=role,
                text=line.text,
                code=self._code(line),
                district=said["district"] or self.district,
                figures=self._figures(line),
                rates=self._rates(line),
                commune=said["commune"] or self.commune,
                group=self.group,
                starts={
                    name: count
                    for name, at in STARTS.items()
                    if (count := self._optional(line, at)) is not None
                },
                parts={
                    name: count
                    for name in _WHOLE_OF_PART
                    if (count := self._optional(line, name)) is not None
                },
            )
        )

    def _take_part(self, line: _Line) -> bool:
        """Whether the row counts a part of the unit above it; ethnic minorities are taken as that unit's."""
        words = fold(self._text_at(line, self.counted_at)) or fold(line.text)
        is_of_minorities = bool(_MINORITY_PART.fullmatch(words))
        if not self._has_figures(line) or not (is_of_minorities or _PART.match(words)):
            return False
        above = self.rows[-1] if self.rows and self.heading is None else None
        if not is_of_minorities or above is None or above.figures is None:
            self._note(line, "warning", "part_row")
            return True
        own = replace(line, number=above.row, text=above.text)
        counts = {
            part: count
            for part, whole in _MINORITIES.items()
            if getattr(above.figures, part) is None
            and (count := self._optional(own, whole, part)) is not None
        }
        figures = self._possible(own, replace(above.figures, **counts))
        self.rows[-1] = replace(above, figures=figures)
        self._note(line, "warning", "minority_row", above=above.text)
        return True

    def _counted(self, line: _Line) -> str:
        """What the row counts where that is not households; empty where it is."""
        own = fold(line.text)
        if _PERSONS.fullmatch(own):
            return line.text
        said = self._text_at(line, self.counted_at)
        words = fold(said)
        if "counted" in self.columns and words and not _HOUSEHOLDS.fullmatch(words):
            return said
        return said if _PERSONS.fullmatch(words) else ""

    def _named_above(self, line: _Line) -> _Line:
        """The row with its unit's name where that stands beside the persons counted in the row before."""
        persons, at = self.persons, self.counted_at
        if line.text or persons is None or at is None or _PERSONS.fullmatch(fold(persons.text)):
            return line
        is_of_households = at < len(line.cells) and _HOUSEHOLDS.fullmatch(fold(str(line.cells[at])))
        return replace(line, text=persons.text, mark=line.mark or persons.mark) if is_of_households else line

    def _head(self, line: _Line | None) -> None:
        """Take words without figures for the commune of the villages below them; say so when none follow."""
        if self.heading is not None:
            self._note(self.heading, "warning", "row_ignored")
        self.heading = line
        if line is not None:
            self.headings.append(line.number)
        self._stand_under("commune", line.text if line else "")

    def _stand_under(self, role: Role, text: str) -> None:
        """Keep a district's or, in a table of villages, a commune's row as the heading of those below it."""
        if role == "district":
            self.district, self.commune = text, ""
        elif role == "commune":
            self.commune = text
        elif role in {"group", "total"}:
            self.group = text if role == "group" else ""

    def _role(self, line: _Line) -> Role:
        if is_total(line.text):
            return "total"
        if _GROUP.match(fold(line.text)):
            return "group"
        type_ = parse_name(line.text).type
        if type_ in VILLAGE_TYPES:
            return "village"
        if type_ in COMMUNE_TYPES:
            return "commune"
        if type_ in DISTRICT_TYPES or _ROMAN.fullmatch(line.mark):
            return "district"
        return "total" if type_ == "tinh" else "unknown"

    def _figures(self, line: _Line) -> Figures | None:
        """The row's counts, or None after naming every cell that keeps the row out."""
        counts: dict[str, int | None] = {}
        sound = True
        for name in FIGURES:
            if name not in NEEDED:
                counts[name] = self._optional(line, name)
                continue
            value = self._read(line, name)
            if isinstance(value, CellProblem):
                code = "number_missing" if value.code == "cell_missing" else value.code
                self._note(line, "error", code, column=name, **value.params)
                sound = False
            else:
                counts[name] = value
        return self._possible(line, Figures(**counts)) if sound else None

    def _possible(self, line: _Line, figures: Figures) -> Figures | None:
        """The figures without those that cannot be; None where the review itself cannot be."""
        if not figures.is_possible:
            counts = {name: getattr(figures, name) for name in NEEDED}
            self._note(line, "error", "poor_over_households", **counts)
            return None
        for part, whole in list(figures.impossible_parts()):
            params = {"amount": getattr(figures, part), "whole": whole, "total": getattr(figures, whole)}
            self._note(line, "note", "part_over_whole", column=part, **params)
            figures = replace(figures, **{part: None})
        return figures

    def _optional(self, line: _Line, name: str, called: str = "") -> int | None:
        """A count that the row can do without: set aside with a note where it cannot be read.

        `called` is the figure that it is, where that is not the one of its column.
        """
        value = self._read(line, name)
        if isinstance(value, CellProblem) and value.code == "cell_missing":
            return None
        if isinstance(value, CellProblem):
            aside = {"aside": True} if value.code == "cell_error" else {}
            code = value.code if aside else "count_aside"
            self._note(line, "note", code, column=called or _field_of(name), **value.params, **aside)
            return None
        return None if value is None else int(value)

    def _rates(self, line: _Line) -> dict[str, Decimal]:
        rates = {}
        for name in RATES:
            value = self._read(line, name)
            if isinstance(value, CellProblem):
                self._note(line, "note", value.code, column=name, **value.params)
            elif value is not None:
                rates[name] = value
        return rates

    def _read(self, line: _Line, name: str) -> Any:
        at = self.columns.get(name)
        if at is None or name not in self.readers:
            return None
        return self.readers[name].read(line.cells[at] if at < len(line.cells) else "")

    def _code(self, line: _Line) -> str:
        written = self._text(line.cells, "code")
        found = _CODE.fullmatch(written)
        if written and not found:
            self._note(line, "note", "code_unreadable", column="code", value=written)
        return found[1] if found else ""

    def _figure_columns(self) -> list[str]:
        return [
            name
            for name in self.readers
            if name in FIGURES or name in _WHOLE_OF_PART or name in STARTS.values()
        ]

    def _has_figures(self, line: _Line) -> bool:
        return any(self._text(line.cells, name) for name in self._figure_columns())

    def _words(self, line: _Line) -> str:
        return fold(" ".join(str(cell) for cell in line.cells if str(cell).strip()))

    def _text(self, cells: Sequence[Any], column: str) -> str:
        at = self.columns.get(column)
        if at is None or at >= len(cells):
            return ""
        return tidy(str(cells[at]))

    def _text_at(self, line: _Line, at: int | None) -> str:
        return str(line.cells[at]).strip() if at is not None and at < len(line.cells) else ""

    def _pass_over(self, line: _Line) -> None:
        params = {"text": _first_words(line.cells)}
        self.issues.append(Issue("warning", "passed_over", self.table.sheet.name, line.number, "", params))

    def _note(self, line: _Line, level: Level, code: str, *, column: str = "", **params: Any) -> None:
        self.issues.append(Issue(level, code, self.table.sheet.name, line.number, line.text, params, column))


def _field_of(name: str) -> str:
    """The column of the resource by which a figure's cells are read."""
    return _WHOLE_OF_PART.get(name, name)


def _first_words(cells: Sequence[Any]) -> str:
    words = next((str(cell).strip() for cell in cells if str(cell).strip()), "")
    return "".join(char for char in words[:_SHOWN_WORDS] if char.isprintable())
