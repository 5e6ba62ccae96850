"""Rows of villages: found within the commune that they stand under or that the title names."""

from __future__ import annotations

from typing import Any

from registry.imports.places import parse_village
from registry.imports.reviews.register import Register
from registry.imports.reviews.rows import Issue, ReviewRow, ReviewSheet
from registry.imports.reviews.sums import whole_totals
from registry.selectors.units import UnitRef
from registry.unit_names import parse_name


class VillageRows:
    """One pass over a table of villages; adds what it finds to `found` and what it cannot to `issues`."""

    def __init__(
        self, sheet: ReviewSheet, register: Register, found: dict[int, UnitRef], issues: list[Issue]
    ) -> None:
        self.sheet, self.register, self.found, self.issues = sheet, register, found, issues
        # Where each commune has a sheet of its own, the sheet's name may be all that says so.
        self.titled = register.commune_of_titles(sheet.titles) or register.commune(sheet.name)
        self.above: dict[tuple[str, str], UnitRef | None] = {}
        # Under a heading, the last row that is neither a village nor a known commune: rows below it may be its own.
        self.strays: dict[tuple[str, str], str] = {}

    def match(self) -> None:
        """Find the unit of every row that is a village's."""
        for row in self._villages():
            self._match_village(row)
            if row.role == "unknown" and row.row not in self.found:
                self.strays[row.district, row.commune] = row.text

    def match_total(self) -> None:
        """The row of totals is the commune's own figure once every village of the commune stands in the table.

        A total of some of the villages is no figure of the commune; it is compared with its rows and left out.
        """
        totals = [row for row in whole_totals(self.sheet) if row.row not in self.found]
        present = {unit.id for unit in self.found.values()}
        commune = self.titled
        others = any(self._commune(row) not in {None, commune} for row in self._villages() if row.commune)
        if len(totals) != 1 or commune is None or commune.id in present or others:
            return
        living = [unit for unit in self.register.villages_of(commune) if self.register.lives(unit)]
        missing = [unit for unit in living if unit.id not in present]
        refused = {issue.row for issue in (*self.issues, *self.sheet.issues) if issue.level == "error"}
        if living and not missing and not refused:
            self.found[totals[0].row] = commune
            self._note(totals[0], "warning", "total_is_commune", commune=commune.name)
        else:
            self._note(totals[0], "warning", "total_compared_only", commune=commune.name)

    def _villages(self) -> list[ReviewRow]:
        return [row for row in self.sheet.rows if row.role in {"village", "unknown"}]

    def _match_village(self, row: ReviewRow) -> None:
        under = (row.district, row.commune)
        stray = self.strays.get(under, "")
        commune = self._commune(row) if row.commune else self.titled
        if commune is None or stray:
            code = "village_commune_unknown" if row.commune or stray else "village_commune_missing"
            self._note(row, "error", code, commune=stray or row.commune)
            return
        among = self.register.villages_of(commune)
        same = self.register.named(parse_village(row.text), among)
        if len(same) == 1:
            self.found[row.row] = same[0]
        elif same:
            self._note(row, "error", "village_ambiguous", commune=commune.name)
        elif not among:
            self._note(row, "error", "villages_not_registered", commune=commune.name)
        else:
            near, year = self.register.near(parse_village(row.text), among), self.register.last_day.year
            self._note(row, "error", "village_unknown", commune=commune.name, year=year, near=near)

    def _commune(self, row: ReviewRow) -> UnitRef | None:
        key = (row.district, row.commune)
        if key not in self.above:
            district = self.register.district(row.district) if row.district else None
            same = self.register.named(parse_name(row.commune), self.register.communes_in(district))
            titled = self.titled
            # Words that name no commune part a table whose title names it: "Vùng đồng bào dân tộc".
            is_note = not same and not parse_name(row.commune).type
            if titled is not None and (is_note or (len(same) > 1 and titled in same)):
                same = [titled]
            self.above[key] = same[0] if len(same) == 1 else None
        return self.above[key]

    def _note(self, row: ReviewRow, level: Any, code: str, **params: Any) -> None:
        self.issues.append(Issue(level, code, self.sheet.name, row.row, row.text, params))
