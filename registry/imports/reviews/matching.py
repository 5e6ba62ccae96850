"""Finding each row's unit in the register: by code, else by name within its district, as of the year's end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from registry.imports.reviews.register import Register
from registry.imports.reviews.rows import Issue, Matched, MatchedRow, ReviewRow, ReviewSheet
from registry.imports.reviews.sums import check_rates, check_sums, whole_totals
from registry.imports.reviews.villages import VillageRows
from registry.review_figures import Figures
from registry.selectors.units import UnitRef
from registry.unit_names import parse_name, speaks_of_province


def match_units(sheets: Sequence[ReviewSheet], units: Iterable[UnitRef], year: int) -> Matched:
    """The rows of all sheets that may be written for the year, with every issue in the order of sheets and rows.

    A unit dissolved before the year's end still matches, with a warning, since its figures count towards its
    successor's.
    """
    register = Register(units, year)
    matchings = [_Matching(sheet, register, year) for sheet in sheets]
    rows = [row for matching in matchings for row in matching.run()]
    issues = [issue for matching in matchings for issue in matching.every_issue()]
    return Matched(tuple(rows), (*issues, *_absent(matchings, register)))


def _absent(matchings: Sequence[_Matching], register: Register) -> list[Issue]:
    """Units that one looks for among those of the sheets and that have no row in any of them, by their place."""
    present = {unit.id for matching in matchings for unit in matching.found.values()}
    absent: dict[tuple[str, str], list[str]] = defaultdict(list)
    for matching in matchings:
        for unit in matching.expected():
            former = register.predecessors[unit.id]
            is_told = unit.id in present or (former and all(one.id in present for one in former))
            if not is_told and register.lives(unit):
                present.add(unit.id)
                absent[matching.sheet.name, unit.district_name].append(unit.name)
    return [
        Issue("warning", "unit_absent", sheet, None, "", {"place": place, "absent": ", ".join(names)})
        for (sheet, place), names in absent.items()
    ]


@dataclass(slots=True)
class _Matching:
    sheet: ReviewSheet
    register: Register
    year: int
    issues: list[Issue] = field(default_factory=list)
    found: dict[int, UnitRef] = field(default_factory=dict)
    districts: dict[str, UnitRef] = field(default_factory=dict)
    titled: UnitRef | None = None

    def __post_init__(self) -> None:
        titles, name = self.sheet.titles, self.sheet.name
        self.titled = self.register.district_of_titles(titles) or self.register.district(name)

    def run(self) -> list[MatchedRow]:
        """The rows of the sheet that may be written."""
        of_villages = self.sheet.of_villages
        for row in self.sheet.rows:
            if row.role == "district":
                self._match_district(row)
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
        self._say_sums()
        refused = {issue.row for issue in self.issues if issue.level == "error"}
        self.issues += check_sums(self.sheet, self.found, refused)
        self.issues += check_rates(self.sheet)
        return [
            self._matched(row, row.figures)
            for row in self.sheet.rows
            if row.row in self.found and row.figures is not None and row.row not in refused
        ]

    def every_issue(self) -> list[Issue]:
        """What reading and matching found, in the order of the rows."""
        return sorted([*self.sheet.issues, *self.issues], key=lambda issue: issue.row or 0)

    def expected(self) -> list[UnitRef]:
        """Units that belong to the same places as those of the sheet: the villages of its communes, else communes."""
        found = self.found.values()
        if self.sheet.of_villages:
            communes = {unit.parent_id for unit in found if unit.kind == "village"}
            return [unit for commune in communes for unit in self.register.villages[commune]]
        covered = {unit.id for unit in found if unit.kind == "district"}
        covered |= {unit.parent_id for unit in found if unit.kind == "commune"}
        return [unit for unit in self.register.communes if unit.parent_id in covered]

    def _matched(self, row: ReviewRow, figures: Figures) -> MatchedRow:
        unit = self.found[row.row]
        above_villages = self.sheet.of_villages and unit.kind != "village"
        return MatchedRow(
            row.row, unit, figures, row.text, row.starts, above_villages, row.parts, self.sheet.name
        )

    def _match_district(self, row: ReviewRow) -> None:
        unit = self.register.district(row.text)
        if unit is None:
            self._note(row, "error", "district_unknown", near=self._near(row, self.register.districts))
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
        if len(same) > 1 and self.titled is not None:
            same = [unit for unit in same if unit.parent_id == self.titled.id] or same
        if len(same) == 1:
            self.found[row.row] = same[0]
        elif same:
            districts = ", ".join(sorted({unit.district_name for unit in same}))
            self._note(row, "error", "unit_of_several", districts=districts)
        elif row.role == "unknown" and self.register.district(row.text) is not None:
            self._match_district(row)
        else:
            self._note_unmatched(row, among, district)

    def _note_unmatched(self, row: ReviewRow, among: list[UnitRef], district: UnitRef | None) -> None:
        params: dict[str, Any] = {"near": self._near(row, among), "year": self.year}
        if district is None:
            self._note(row, "error", "commune_unknown", **params)
        else:
            self._note(row, "error", "commune_unknown_in_district", district=district.name, **params)

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
            self._note(row, "error", "unit_of_several", districts=agreeing[0].district_name)
        else:
            self._note(row, "error", "code_of_other", value=row.code, other=same[0].name)

    def _match_total(self) -> None:
        """A row of totals is the province's when it says so, or when all districts stand in the sheet."""
        province = self._province()
        if province is None:
            return
        listed = {unit.id for unit in self.found.values() if unit.kind == "district"}
        whole = not self.sheet.of_villages and listed == {
            unit.id for unit in self.register.districts if unit.parent_id == province.id
        }
        everything = whole_totals(self.sheet) if whole else []
        own = [
            row
            for row in self.sheet.rows
            if row.role == "total" and (row in everything or speaks_of_province(row.text))
        ]
        if own:
            self.found[own[0].row] = province

    def _say_sums(self) -> None:
        """Name the subtotals and totals that are nobody's figure: they are only compared with their rows."""
        told = {issue.row for issue in self.issues if issue.code == "total_compared_only"}
        for row in self.sheet.rows:
            if row.role in {"group", "total"} and row.row not in self.found and row.row not in told:
                self._note(row, "warning", "sum_compared")

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
            groups = {row.group for row in rows} - {""}
            # In tables by urban and rural areas a district stands in both, with a part of its figures in each.
            code = "unit_parted" if len(groups) == len(rows) else "unit_twice"
            for row in rows if len(rows) > 1 else ():
                others = ", ".join(str(other.row) for other in rows if other is not row)
                self._note(row, "error", code, rows=others)

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

    def _near(self, row: ReviewRow, among: Sequence[UnitRef]) -> str:
        return self.register.near(parse_name(row.text), among)

    def _note(self, row: ReviewRow, level: Any, code: str, **params: Any) -> None:
        self.issues.append(Issue(level, code, self.sheet.name, row.row, row.text, params))
