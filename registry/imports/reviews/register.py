"""The register's units as one year's workbook needs them."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from core.text import match_key
from registry.selectors.units import UnitRef
from registry.unit_names import ParsedName, one_spelling, parse_name

_SUGGESTIONS = 3


class Register:
    """The register's units as one year needs them: those that existed in it, by code, name and place."""

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
        self.villages: dict[Any, list[UnitRef]] = defaultdict(list)
        for unit in known:
            if unit.kind == "village":
                self.villages[unit.parent_id].append(unit)

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
        return self._living_first(same)

    def coded(self, code: str) -> list[UnitRef]:
        """The communes and districts that bear the code in the year."""
        same = [unit for unit in [*self.communes, *self.districts] if unit.gso_code.lstrip("0") == code]
        return self._living_first(same)

    def district(self, text: str) -> UnitRef | None:
        """The one district of the written name."""
        among = self.named(parse_name(text), self.districts)
        return among[0] if len(among) == 1 else None

    def commune(self, text: str) -> UnitRef | None:
        """The one commune of the written name."""
        among = self.named(parse_name(text), self.communes)
        return among[0] if len(among) == 1 else None

    def communes_in(self, district: UnitRef | None) -> list[UnitRef]:
        """The communes of a district, or all of them."""
        return [unit for unit in self.communes if district is None or unit.parent_id == district.id]

    def villages_of(self, commune: UnitRef) -> list[UnitRef]:
        """The villages of a commune, and those that its predecessors had in the year."""
        former = [one for older in self.predecessors[commune.id] for one in self.villages[older.id]]
        return [*self.villages[commune.id], *former]

    def district_of_titles(self, titles: Iterable[str]) -> UnitRef | None:
        """The one district that the lines above a table name in full."""
        text = _spaced(" ".join(titles))
        named = [unit for unit in self.districts if _spaced(unit.name) in text]
        return named[0] if len(named) == 1 else None

    def commune_of_titles(self, titles: Iterable[str]) -> UnitRef | None:
        """The one commune that the lines above a table name in full; a district named there tells two apart."""
        text = _spaced(" ".join(titles))
        named = {unit.id: _spaced(unit.name) for unit in [*self.communes, *self.districts]}
        communes = [unit for unit in self.communes if named[unit.id] in text]
        # "Xã Tân" stands in "Xã Tân Hà" too: the longer name is meant.
        longest = [
            unit
            for unit in communes
            if not any(
                named[unit.id] != named[other.id] and named[unit.id] in named[other.id] for other in communes
            )
        ]
        districts = {unit.id for unit in self.districts if named[unit.id] in text}
        inside = [unit for unit in longest if unit.parent_id in districts] or longest
        found = self._living_first(inside)
        return found[0] if len(found) == 1 else None

    def near(self, text: str, among: Sequence[UnitRef]) -> str:
        """The names most like the one written, nearest first, as the end of a sentence."""
        name = parse_name(text)
        bare = {self.parsed[unit.id].bare: unit for unit in among if self.lives(unit)}
        near = difflib.get_close_matches(name.bare, list(bare), n=_SUGGESTIONS, cutoff=0.6)
        return "; ".join(bare[key].name for key in near)

    def _living_first(self, units: list[UnitRef]) -> list[UnitRef]:
        return [unit for unit in units if self.lives(unit)] or units


def _spaced(text: str) -> str:
    """The words in their one spelling, parted and framed by spaces, to be sought within each other."""
    return f" {one_spelling(match_key(text))} "
