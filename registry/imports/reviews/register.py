"""The register's units as one year's workbook needs them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from registry.imports.places import named_in_full, parse_village
from registry.selectors.units import UnitRef
from registry.unit_names import ParsedName, nearest, parse_name


class Register:
    """The register's units as one year needs them: those that existed in it, by code, name and place."""

    def __init__(self, units: Iterable[UnitRef], year: int) -> None:
        self.first_day, self.last_day = date(year, 1, 1), date(year, 12, 31)
        every = list(units)
        self.by_id = {unit.id: unit for unit in every}
        self.parsed: dict[Any, ParsedName] = {unit.id: _parsed(unit) for unit in every}
        self.predecessors: dict[Any, list[UnitRef]] = defaultdict(list)
        for unit in every:
            for successor in unit.successor_ids:
                self.predecessors[successor].append(unit)
        known = [unit for unit in every if unit.valid_from is None or unit.valid_from <= self.last_day]
        self.communes = [unit for unit in known if unit.kind == "commune"]
        self.districts = [unit for unit in known if unit.kind == "district" and self.lives(unit)]
        self.provinces = [unit for unit in known if unit.kind == "province" and self.lives(unit)]
        self.villages: dict[Any, list[UnitRef]] = defaultdict(list)
        for unit in known:
            if unit.kind == "village":
                self.villages[unit.parent_id].append(unit)

    def lives(self, unit: UnitRef) -> bool:
        """Whether the unit exists at the year's end."""
        return unit.exists_on(self.last_day)

    def named(self, name: ParsedName, among: Sequence[UnitRef]) -> list[UnitRef]:
        """The units that bear the name; those that exist at the year's end before those dissolved."""
        return self._living_first([unit for unit in among if name.means(self.parsed[unit.id])])

    def coded(self, code: str) -> list[UnitRef]:
        """The communes and districts that bear the code in the year."""
        same = [unit for unit in [*self.communes, *self.districts] if unit.gso_code.lstrip("0") == code]
        return self._living_first(same)

    def district(self, text: str) -> UnitRef | None:
        """The one district of the written name."""
        return _only(self.named(parse_name(text), self.districts))

    def commune(self, text: str) -> UnitRef | None:
        """The one commune of the written name."""
        return _only(self.named(parse_name(text), self.communes))

    def communes_in(self, district: UnitRef | None) -> list[UnitRef]:
        """The communes of a district, or all of them."""
        return [unit for unit in self.communes if district is None or unit.parent_id == district.id]

    def villages_of(self, commune: UnitRef) -> list[UnitRef]:
        """The villages of a commune, and those that its predecessors had in the year."""
        former = [one for older in self.predecessors[commune.id] for one in self.villages[older.id]]
        return [*self.villages[commune.id], *former]

    def district_of_titles(self, titles: Iterable[str]) -> UnitRef | None:
        """The one district that the lines above a table name in full."""
        return _only(self._titled(titles, "district"))

    def commune_of_titles(self, titles: Iterable[str]) -> UnitRef | None:
        """The one commune that the lines above a table name in full; a district named there tells two apart."""
        lines = list(titles)
        districts = {unit.id for unit in self._titled(lines, "district")}
        communes = self._titled(lines, "commune")
        return _only(self._living_first([one for one in communes if one.parent_id in districts] or communes))

    def _titled(self, titles: Iterable[str], kind: str) -> list[UnitRef]:
        """The units of a kind that the lines above a table name by title and name, each once."""
        named = named_in_full(" ".join(titles), self._bearing)
        return list({one.id: one for same in named for one in same if one.kind == kind}.values())

    def _bearing(self, words: str) -> list[UnitRef]:
        """The communes and districts of exactly this title and name."""
        name = parse_name(words)
        among = [*self.communes, *self.districts] if name.type else []
        return [unit for unit in among if self.parsed[unit.id] == name]

    def near(self, name: ParsedName, among: Sequence[UnitRef]) -> str:
        """The names most like the one written, nearest first, as the end of a sentence."""
        names = {self.parsed[unit.id].bare: unit.name for unit in among if self.lives(unit)}
        return nearest(name.bare, names)

    def _living_first(self, units: list[UnitRef]) -> list[UnitRef]:
        return [unit for unit in units if self.lives(unit)] or units


def _parsed(unit: UnitRef) -> ParsedName:
    return parse_village(unit.name) if unit.kind == "village" else parse_name(unit.name)


def _only(units: Sequence[UnitRef]) -> UnitRef | None:
    return units[0] if len(units) == 1 else None
