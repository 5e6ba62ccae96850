"""Units as texts of any kind of file name them: places, villages, People's Committees, bodies; one way for all."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from core.spreadsheets.problems import CellProblem
from registry.enums import UnitKind
from registry.imports.bodies import Bodies, Body
from registry.imports.body_names import without_committee
from registry.imports.places import Place, Places, village_of
from registry.imports.village_names import village_name
from registry.models import Unit
from registry.unit_names import parse_name


@dataclass(frozen=True, slots=True)
class WrittenUnit:
    """A unit that a text means."""

    id: int
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Address:
    """Where a written address leads: the narrowest units that it can mean, and the names that stand in it."""

    unit_ids: tuple[int, ...]
    commune: str = ""
    district: str = ""
    village: str = ""


class WrittenUnits:
    """The units of one day, found by what is written of them."""

    def __init__(self, day: date, province_id: int | None = None) -> None:
        self.places = Places(day, None)
        self.bodies = Bodies(day, self.places, None, province_id)
        self._lines: dict[str, Address] = {}

    @cached_property
    def paths(self) -> dict[int, str]:
        """The path of every unit."""
        return dict(Unit.objects.values_list("pk", "path"))

    def one(self, text: str, commune: str = "", district: str = "") -> WrittenUnit:
        """The unit of today, village or body that the words mean; raises ``CellProblem``.

        `commune` and `district` are what stands beside the words.
        """
        place = self.bodies.place(text, district)
        if isinstance(place, Place):
            return WrittenUnit(place.id, place.kind, place.full_name)
        if place is not None:
            return WrittenUnit(place, "province", self.bodies.name_of(place))
        village = self._village(text, commune, district)
        if village is not None:
            return WrittenUnit(village.id, village.kind, village.full_name)
        body = self.bodies.one(text)
        if body is None:
            raise self.bodies.unknown(text)
        return WrittenUnit(body.id, body.kind, body.name)

    def named(self, text: str, above: str = "") -> list[int]:
        """Every unit of the day that the words may mean, of whatever kind, inside the one above where that is named."""
        written = without_committee(text)
        name = parse_name(written)
        found = [pk for pk, one in self.bodies.provinces.items() if name.means(parse_name(one))]
        found += [one.id for one in self.places.living(written)]
        found += [one.id for one in self.bodies.named(text)]
        if above.strip():
            first, _comma, rest = above.partition(",")
            tops = [self.paths[pk] for pk in self.named(first.strip(), rest.strip())]
            found = [pk for pk in found if _is_inside(self.paths[pk], tops)]
        return found

    def within(self, line: str) -> Address:
        """Where a line of address or of a post leads: "Thôn Tân Điền, xã Phan Điền", "Phó Chủ tịch UBND xã Phan Điền"."""
        found = self._lines.get(line)
        if found is None:
            found = self._lines[line] = self._address(line)
        return found

    def _address(self, line: str) -> Address:
        places = self.places.mentioned(line)
        districts = [one for one in places if one.kind == UnitKind.DISTRICT]
        tops = [one.path for one in districts]
        communes = [
            one for one in places if one.kind == UnitKind.COMMUNE and (not tops or _is_inside(one.path, tops))
        ]
        villages = [
            one
            for one in places
            if one.kind == UnitKind.VILLAGE and one.parent_id in {commune.id for commune in communes}
        ]
        bodies = [] if villages else self._body_in(line)
        narrowest = [one.id for one in villages or bodies or communes or districts]
        district = districts[0].name if len(districts) == 1 else ""
        commune = communes[0].name if len(communes) == 1 else ""
        return Address(tuple(narrowest), commune, district, village_of(line))

    def _body_in(self, line: str) -> list[Body]:
        """The body that a part of the line ends in: "Trưởng phòng, Sở Y tế"."""
        for part in re.split(r"[,;–\n]| - ", line):
            words = part.split()
            for first in range(len(words)):
                found = self.bodies.named(" ".join(words[first:]))
                if found:
                    return found
        return []

    def _village(self, text: str, commune: str, district: str) -> Place | None:
        """The village of the commune that stands beside its name or behind a comma; None where no village is meant."""
        name, _comma, behind = text.partition(",")
        commune = commune or behind.strip()
        try:
            village_name(name.strip(), None)
        except CellProblem:
            return None
        if not commune:
            return None
        village = self.places.village(name.strip(), self.places.commune(commune, district))
        if village is None:
            raise CellProblem("unit_unknown", value=text)
        return village


def _is_inside(path: str, tops: Iterable[str]) -> bool:
    return any(path.startswith(top) and path != top for top in tops)
