"""Whom nothing but the order of rows would tell apart: what rows and records show of people of one name.

A row that names nobody for certain must not go to whichever namesake happens to stand above it. Where two people of
one name stand in the file or the register and the row could be either's, it is asked about.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import combinations
from typing import Any, NamedTuple

from core import personal_numbers
from core.personal_numbers import NumberKind
from core.spreadsheets import cells
from core.spreadsheets.cells import CellsAt
from core.spreadsheets.headers import Header
from core.spreadsheets.problems import CellProblem
from core.spreadsheets.tables import Lists
from core.text import fold
from registry.imports.identity import are_two_names, differ
from registry.imports.people_columns import heading_of, is_called_village, unknown_heading, village_in
from registry.imports.places import Places, village_written
from registry.person_words import clean_person

_COLUMNS = ("name", "birth_year", "citizen_number", "code", "year", "village", "commune", "district")
# Columns that tell of a household's members: what differs in them tells no two households apart.
_OF_MEMBERS = frozenset({"head_number", "member_number", "member_name", "relationship", "sex"})

# What a heading of one kind of place ends.
_INSIDE = {"district": ("commune", "village"), "commune": ("village",), "village": ()}


class Trace(NamedTuple):
    """What a row or a record shows of somebody: what is missing says nothing.

    `number` is a digest, `codes` are those of offices with their years (None: the list's own), `own_code` is the
    register's, `village` as two writings of it have it in common.
    """

    name: str
    birth_year: int | None = None
    number: str = ""
    own_code: str = ""
    codes: frozenset[tuple[int | None, str]] = frozenset()
    village: str = ""


def contradict(first: Trace, second: Trace) -> bool:
    """Whether two traces are of two people."""
    return (
        are_two_names(first.name, second.name)
        or differ(first.birth_year, second.birth_year)
        or differ(first.number, second.number)
        or differ(first.own_code, second.own_code)
        or differ(first.village, second.village)
        or _have_two_codes(first, second)
    )


def _have_two_codes(first: Trace, second: Trace) -> bool:
    """Whether an office gave them two codes for one year."""
    years = {year for year, _code in first.codes} & {year for year, _code in second.codes}
    return any(
        {code for one, code in first.codes if one == year}.isdisjoint(
            code for one, code in second.codes if one == year
        )
        for year in years
    )


def may_be_several(seen: Trace, traces: Iterable[Trace]) -> bool:
    """Whether somebody of whom so much is seen could be either of two different people."""
    fitting = {one for one in traces if not contradict(one, seen)}
    return any(contradict(first, second) for first, second in combinations(fitting, 2))


class _Row(NamedTuple):
    """A row of the file: its cells of `_COLUMNS`, the years of which it tells (None: the list's own), and a checksum
    of all that it says.
    """

    cells: Sequence[Any]
    years: frozenset[int | None]
    content: int


class Rivals:
    """What the rows of a file show of people, by their names; read only when a name alone would decide."""

    def __init__(self, lists: Lists, places: Places, is_own: Callable[[str], bool]) -> None:
        """`is_own` says whether a code is the register's."""
        self._lists = lists
        self._places = places
        self._is_own = is_own
        self._communes: dict[tuple[str, str], int | None] = {}

    def of(self, name: str, commune_id: int, year: int | None) -> set[Trace]:
        """Traces of the name in a commune, marks apart; `year` is that of a list whose rows name none."""
        return {self._trace(row.cells, year) for row in self._of(name, commune_id)}

    def claim_it_both(self, name: str, commune_id: int, year: int | None, traces: Collection[Trace]) -> bool:
        """Whether two rows that are of none but these traces say different things of one year."""
        told: dict[int | None, int] = {}
        for row in self._of(name, commune_id):
            if row.years and self._trace(row.cells, year) in traces:
                for one in row.years:
                    if told.setdefault(one, row.content) != row.content:
                        return True
        return False

    def _of(self, name: str, commune_id: int) -> Iterator[_Row]:
        return (
            one for one in self._rows.get(fold(name), ()) if self._commune_of(one.cells) in {None, commune_id}
        )

    @cached_property
    def _rows(self) -> dict[str, list[_Row]]:
        """Folded name -> every row of the name."""
        found: dict[str, list[_Row]] = defaultdict(list)
        names: dict[Any, str] = {}
        for row in self._cells():
            written = row.cells[0]
            if written not in names:
                names[written] = fold(clean_person(str(written)).name)
            found[names[written]].append(row)
        # Nobody rivals a name that stands once.
        return {name: rows for name, rows in found.items() if len(rows) > 1}

    def _cells(self) -> Iterator[_Row]:
        """Each row; of village, commune and district what a heading or the title says, where its cells are silent."""
        for table in self._lists.tables:
            at = [table.header.columns.get(one, -1) for one in _COLUMNS]
            above = {"village": village_in(table.titles), "commune": "", "district": ""}
            if is_called_village(table.sheet.name):
                above["village"] = table.sheet.name
            telling, is_below_village = _Telling(table.header), False
            for _number, row in table.rows():
                heading = heading_of(row)
                if heading is None and is_below_village and (unknown := unknown_heading(row)):
                    heading = "village", unknown[0] if unknown[1] else ""
                if heading is not None:
                    is_below_village = heading[0] == "village"
                    # A place ends what lies inside the one before it.
                    kind, text = heading
                    above |= dict.fromkeys(_INSIDE[kind], "") | {kind: text}
                    continue
                told = [row[one] if 0 <= one < len(row) else "" for one in at]
                if told[0]:
                    for place, said in above.items():
                        told[_COLUMNS.index(place)] = told[_COLUMNS.index(place)] or said
                    yield _Row(told, telling.years(row), telling.content(row))

    def _trace(self, row: Sequence[Any], list_year: int | None) -> Trace:
        name, born, number, code, year, village, *_place = row
        birth_year = _year(born)
        code = str(cells.read_text(code)) if code not in ("", None) else ""
        own = code if code and self._is_own(code) else ""
        of_office = {(_year(year) or list_year, office_code(code))} if code and not own else ()
        return Trace(
            clean_person(str(name)).name,
            birth_year,
            _digest(number, birth_year),
            own,
            frozenset(of_office),
            village_written(str(village)) if village else "",
        )

    def _commune_of(self, row: Sequence[Any]) -> int | None:
        """The commune that the row itself names; None where it names none, or one that nobody knows."""
        written = (str(row[-2]).strip(), str(row[-1]).strip())
        if not written[0]:
            return None
        if written not in self._communes:
            try:
                self._communes[written] = self._places.commune(*written).id
            except CellProblem:
                self._communes[written] = None
        return self._communes[written]


class _Telling:
    """What the rows of a table say, and of which years."""

    def __init__(self, header: Header) -> None:
        columns = header.columns
        own = [at for name, at in columns.items() if name not in _OF_MEMBERS]
        marked = [(mark.year, mark.at) for mark in header.marks]
        self._years = [*header.years.items(), *marked]
        self._own_year = [columns[name] for name in ("year", "reviewed_on") if name in columns]
        # Where members have rows of their own, a head's name stands in several.
        self._is_of_members = bool(_OF_MEMBERS - {"sex"} & columns.keys())
        self._content = CellsAt([*own, *(at for _year, at in self._years)])

    def years(self, cells_: Sequence[Any]) -> frozenset[int | None]:
        """The years of which a row tells; none where its rows are of members."""
        if self._is_of_members:
            return frozenset()
        own = (_year(cells_[at]) for at in self._own_year if at < len(cells_))
        of_row = next((one for one in own if one), None)
        filled = {
            year or of_row for year, at in self._years if at < len(cells_) and cells_[at] not in ("", None)
        }
        return frozenset(filled if self._years else {of_row})

    def content(self, cells_: Sequence[Any]) -> int:
        """A checksum of the row's columns, members' apart."""
        return hash(tuple(self._content.of(cells_)))


def office_code(code: str) -> str:
    """An office's code as two writings of it have it in common: leading zeros say nothing."""
    return code.lstrip("0") or "0" if code.isdecimal() else code


def _digest(cell: Any, birth_year: int | None) -> str:
    if cell in ("", None):
        return ""
    read = personal_numbers.complete(cell, birth_year=birth_year, is_woman=None)
    return personal_numbers.digest(read.number) if read.kind == NumberKind.CITIZEN else ""


def _year(cell: Any) -> int | None:
    try:
        return cells.read_year(cell)
    except CellProblem:
        return None
