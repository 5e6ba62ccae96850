"""Finding each row's unit in the register: by code, else by name within its district, as of the year's end."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from registry.workbooks.names import COMMUNE_TYPES, ParsedName, parse_name, speaks_of_province
from registry.workbooks.rows import Issue, Matched, MatchedRow, ReviewRow, ReviewSheet, UnitRef
from registry.workbooks.sums import check_rates, check_sums

_SUGGESTIONS = 3


def match_units(sheet: ReviewSheet, units: Iterable[UnitRef], year: int) -> Matched:
    """The rows that may be written for the year, with every issue of the sheet in row order.

    A unit dissolved before the year's end still matches, with a warning, since its figures count towards its
    successor's. A file whose title names another year gives no rows at all.
    """
    if sheet.year is not None and sheet.year != year:
        issue = Issue(
            "error", "year_differs", sheet.name, sheet.year_row, "", {"found": sheet.year, "year": year}
        )
        return Matched((), (issue, *sheet.issues))
    matching = _Matching(sheet, _Register(units, year), year)
    return matching.run()


class _Register:
    """The register's units as one year needs them: those that existed in it, by code, name and district."""

    def __init__(self, units: Iterable[UnitRef], year: int) -> None:
        self.first_day, self.last_day = date(year, 1, 1), date(year, 12, 31)
        every = list(units)
        self.by_id = {unit.id: unit for unit in every}
        self.parsed: dict[Any, ParsedName] = {unit.id: parse_name(unit.name) for unit in every}
        self.predecessors: dict[Any, list[UnitRef]] = defaultdict(list)
        for unit in every:
            for successor in unit.successor_ids:
                self.predecessors[successor].append(unit)
        known = [unit for unit in every if unit.valid_from is None or unit.valid_from <= self.last_day]
        self.communes = [unit for unit in known if unit.kind == "commune"]
        self.districts = [unit for unit in known if unit.kind == "district" and self.lives(unit)]
        self.provinces = [unit for unit in known if unit.kind == "province" and self.lives(unit)]
        self.district_keys = {self.parsed[unit.id].bare: unit for unit in self.districts}

    def lives(self, unit: UnitRef) -> bool:
        """Whether the unit exists at the year's end."""
        return unit.exists_on(self.last_day)

    def named(self, name: ParsedName, among: Sequence[UnitRef]) -> list[UnitRef]:
        """The units that bear the name; those that exist at the year's end before those dissolved."""
        same = [
            unit
            for unit in among
            if self.parsed[unit.id].bare == name.bare
            and (not name.type or self.parsed[unit.id].type == name.type)
        ]
        living = [unit for unit in same if self.lives(unit)]
        return living or same

    def coded(self, code: str) -> list[UnitRef]:
        """The communes and districts that bear the code in the year."""
        same = [unit for unit in [*self.communes, *self.districts] if unit.gso_code.lstrip("0") == code]
        living = [unit for unit in same if self.lives(unit)]
        return living or same


@dataclass(slots=True)
class _Matching:
    sheet: ReviewSheet
    register: _Register
    year: int
    issues: list[Issue] = field(default_factory=list)
    found: dict[int, UnitRef] = field(default_factory=dict)
    districts: dict[str, UnitRef] = field(default_factory=dict)

    def run(self) -> Matched:
        for row in self.sheet.rows:
            if row.role == "district":
                self._match_district(row)
        for row in self.sheet.rows:
            if row.role in {"commune", "unknown"}:
                self._match_commune(row)
        self._match_total()
        self._tell_former_selves()
        self._refuse_duplicates()
        self._warn_of_dissolved()
        self._warn_of_absent()
        refused = {issue.row for issue in self.issues if issue.level == "error"}
        rows = tuple(
            MatchedRow(row.row, self.found[row.row], row.figures, row.text)
            for row in self.sheet.rows
            if row.row in self.found and row.figures is not None and row.row not in refused
        )
        self.issues += check_sums(self.sheet, self.found, refused)
        self.issues += check_rates(self.sheet)
        every = sorted([*self.sheet.issues, *self.issues], key=lambda issue: issue.row or 0)
        return Matched(rows, tuple(every))

    def _match_district(self, row: ReviewRow) -> None:
        unit = self._district(row.text)
        if unit is None:
            self._note(row, "error", "district_unknown", suggestions=self._near(row, self.register.districts))
            return
        self.found[row.row] = unit
        self.districts[row.text] = unit

    def _district(self, text: str) -> UnitRef | None:
        name = parse_name(text)
        among = self.register.named(name, self.register.districts)
        return among[0] if len(among) == 1 else None

    def _match_commune(self, row: ReviewRow) -> None:
        if row.code:
            self._match_code(row)
            return
        district = self.districts.get(row.district) or (
            self._district(row.district) if row.district else None
        )
        among = [unit for unit in self.register.communes if district is None or unit.parent_id == district.id]
        same = self.register.named(parse_name(row.text), among)
        if len(same) == 1:
            self.found[row.row] = same[0]
        elif same:
            districts = ", ".join(sorted({unit.district_name for unit in same}))
            self._note(row, "error", "unit_ambiguous", districts=districts)
        elif row.role == "unknown" and self._district(row.text) is not None:
            self._match_district(row)
        else:
            self._note_unmatched(row, among, district)

    def _note_unmatched(self, row: ReviewRow, among: list[UnitRef], district: UnitRef | None) -> None:
        params: dict[str, Any] = {"suggestions": self._near(row, among), "year": self.year}
        if district is None:
            self._note(row, "error", "unit_unknown", **params)
        else:
            self._note(row, "error", "unit_unknown_in_district", district=district.name, **params)

    def _match_code(self, row: ReviewRow) -> None:
        """A code decides, and the name must agree: codes are handed on to other units over the years."""
        same = self.register.coded(row.code.lstrip("0"))
        if not same:
            self._note(row, "error", "code_unknown", value=row.code, year=self.year)
            return
        name = parse_name(row.text)
        agreeing = [unit for unit in same if self.register.parsed[unit.id].bare == name.bare]
        if len(agreeing) == 1:
            self.found[row.row] = agreeing[0]
        elif agreeing:
            self._note(row, "error", "unit_ambiguous", districts=agreeing[0].district_name)
        else:
            self._note(row, "error", "code_of_another", value=row.code, other=same[0].name)

    def _match_total(self) -> None:
        """A row of totals is the province's when it says so, or when all districts stand in the sheet."""
        totals = [row for row in self.sheet.rows if row.role == "total"]
        province = self._province()
        if province is None:
            return
        listed = {unit.id for unit in self.found.values() if unit.kind == "district"}
        whole = listed == {unit.id for unit in self.register.districts if unit.parent_id == province.id}
        for row in totals:
            if whole or speaks_of_province(row.text):
                self.found[row.row] = province

    def _province(self) -> UnitRef | None:
        """The one province of the sheet's units; in a register of one province, that one."""
        above = {unit.parent_id for unit in self.found.values()}
        own = [unit for unit in self.register.provinces if unit.id in above] or self.register.provinces
        return own[0] if len(own) == 1 else None

    def _tell_former_selves(self) -> None:
        """A merged unit that kept a name: which of the two is meant shows in the rows around it.

        With all other merged units in the sheet too, the row is the former self's; with none, it is the
        merged unit's; with some of them, nobody can know.
        """
        present = {unit.id for unit in self.found.values()}
        for row in self.sheet.rows:
            unit = self.found.get(row.row)
            if unit is None or unit.kind != "commune" or unit.valid_from is None:
                continue
            former = self.register.predecessors[unit.id]
            own = [one for one in former if self._same_name(one, unit)]
            others = [one.id for one in former if not self._same_name(one, unit)]
            listed = [one for one in others if one in present]
            if own and listed and len(listed) == len(others):
                self.found[row.row] = own[0]
            elif own and listed:
                names = ", ".join(self.register.by_id[one].name for one in listed)
                self._note(row, "error", "former_self_unclear", others=names)

    def _same_name(self, first: UnitRef, second: UnitRef) -> bool:
        return self.register.parsed[first.id] == self.register.parsed[second.id]

    def _refuse_duplicates(self) -> None:
        by_unit: dict[Any, list[ReviewRow]] = defaultdict(list)
        for row in self.sheet.rows:
            if row.row in self.found:
                by_unit[self.found[row.row].id].append(row)
        for rows in by_unit.values():
            for row in rows if len(rows) > 1 else ():
                others = ", ".join(str(other.row) for other in rows if other is not row)
                self._note(row, "error", "unit_twice", rows=others)

    def _warn_of_dissolved(self) -> None:
        for row in self.sheet.rows:
            unit = self.found.get(row.row)
            if unit is None or self.register.lives(unit) or unit.valid_until is None:
                continue
            successors = ", ".join(
                self.register.by_id[one].name for one in unit.successor_ids if one in self.register.by_id
            )
            self._note(
                row,
                "warning",
                "unit_dissolved",
                name=unit.name,
                until=unit.valid_until,
                successors=successors,
            )

    def _warn_of_absent(self) -> None:
        """Communes of the listed districts that have no row; predecessors all listed stand for their successor."""
        present = {unit.id for unit in self.found.values()}
        covered = {unit.id for unit in self.found.values() if unit.kind == "district"}
        covered |= {unit.parent_id for unit in self.found.values() if unit.kind == "commune"}
        for unit in self.register.communes:
            if unit.parent_id not in covered or unit.id in present or not self.register.lives(unit):
                continue
            former = self.register.predecessors[unit.id]
            if former and all(one.id in present for one in former):
                continue
            self.issues.append(
                Issue(
                    "warning",
                    "unit_absent",
                    self.sheet.name,
                    None,
                    unit.name,
                    {"district": unit.district_name},
                )
            )

    def _near(self, row: ReviewRow, among: Sequence[UnitRef]) -> tuple[str, ...]:
        """The names most like the one written, nearest first."""
        name = parse_name(row.text)
        bare = {self.register.parsed[unit.id].bare: unit for unit in among if self.register.lives(unit)}
        near = difflib.get_close_matches(name.bare, list(bare), n=_SUGGESTIONS, cutoff=0.6)
        return tuple(bare[key].name for key in near)

    def _note(self, row: ReviewRow, level: Any, code: str, **params: Any) -> None:
        self.issues.append(Issue(level, code, self.sheet.name, row.row, row.text, params))


def is_commune_name(text: str) -> bool:
    """Whether the words name a commune-level unit by its kind."""
    return parse_name(text).type in COMMUNE_TYPES
