"""Finding each row's unit in the register: by code, else by name within its district, as of the year's end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from registry.imports.reviews.register import Register
from registry.imports.reviews.rows import Issue, Matched, MatchedRow, ReviewRow, ReviewSheet
from registry.imports.reviews.sums import check_rates, check_sums
from registry.imports.reviews.villages import VillageRows
from registry.review_figures import Figures
from registry.selectors.units import UnitRef
from registry.unit_names import COMMUNE_TYPES, parse_name, speaks_of_province


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
    matching = _Matching(sheet, Register(units, year), year)
    return matching.run()


@dataclass(slots=True)
class _Matching:
    sheet: ReviewSheet
    register: Register
    year: int
    issues: list[Issue] = field(default_factory=list)
    found: dict[int, UnitRef] = field(default_factory=dict)
    districts: dict[str, UnitRef] = field(default_factory=dict)

    def run(self) -> Matched:
        for row in self.sheet.rows:
            if row.role == "district":
                self._match_district(row)
        of_villages = self.sheet.of_villages
        for row in self.sheet.rows:
            if row.role == "commune" or (row.role == "unknown" and not of_villages):
                self._match_commune(row)
        villages = VillageRows(self.sheet, self.register, self.found, self.issues)
        if of_villages:
            villages.match()
        self._match_total()
        self._tell_former_selves()
        self._refuse_duplicates()
        self._warn_of_dissolved()
        if of_villages:
            villages.match_total()
            villages.warn_of_absent()
        else:
            self._warn_of_absent()
        refused = {issue.row for issue in self.issues if issue.level == "error"}
        rows = tuple(
            self._matched(row, row.figures)
            for row in self.sheet.rows
            if row.row in self.found and row.figures is not None and row.row not in refused
        )
        self.issues += check_sums(self.sheet, self.found, refused)
        self.issues += check_rates(self.sheet)
        every = sorted([*self.sheet.issues, *self.issues], key=lambda issue: issue.row or 0)
        return Matched(rows, tuple(every))

    def _matched(self, row: ReviewRow, figures: Figures) -> MatchedRow:
        unit = self.found[row.row]
        above_villages = self.sheet.of_villages and unit.kind != "village"
        return MatchedRow(row.row, unit, figures, row.text, row.starts, above_villages)

    def _match_district(self, row: ReviewRow) -> None:
        unit = self.register.district(row.text)
        if unit is None:
            self._note(row, "error", "district_unknown", suggestions=self._near(row, self.register.districts))
            return
        self.found[row.row] = unit
        self.districts[row.text] = unit

    def _match_commune(self, row: ReviewRow) -> None:
        if row.code:
            self._match_code(row)
            return
        district = self.districts.get(row.district) or (
            self.register.district(row.district) if row.district else None
        )
        among = self.register.communes_in(district)
        same = self.register.named(parse_name(row.text), among)
        if len(same) == 1:
            self.found[row.row] = same[0]
        elif same:
            districts = ", ".join(sorted({unit.district_name for unit in same}))
            self._note(row, "error", "unit_ambiguous", districts=districts)
        elif row.role == "unknown" and self.register.district(row.text) is not None:
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
        whole = not self.sheet.of_villages and listed == {
            unit.id for unit in self.register.districts if unit.parent_id == province.id
        }
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
        return self.register.near(row.text, among)

    def _note(self, row: ReviewRow, level: Any, code: str, **params: Any) -> None:
        self.issues.append(Issue(level, code, self.sheet.name, row.row, row.text, params))


def is_commune_name(text: str) -> bool:
    """Whether the words name a commune-level unit by its kind."""
    return parse_name(text).type in COMMUNE_TYPES
