"""Units as texts of any kind of file name them: places, villages, People's Committees, bodies; one way for all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from core.spreadsheets.problems import CellProblem
from registry.imports.bodies import Bodies
from registry.imports.body_names import without_committee
from registry.imports.places import Place, Places
from registry.imports.village_names import village_name
from registry.models import Unit
from registry.unit_names import ParsedName, parse_name


@dataclass(frozen=True, slots=True)
class WrittenUnit:
    """A unit that a text means."""

    id: int
    kind: str
    name: str


class WrittenUnits:
    """The units of one day, found by what is written of them."""

    def __init__(self, day: date, province_id: int | None = None) -> None:
        self.places = Places(day, None)
        self.bodies = Bodies(day, self.places, None, province_id)

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
        found = [pk for pk, one in self.bodies.provinces.items() if _fits(name, parse_name(one))]
        found += [one.id for one in self.places.living(written)]
        found += [one.id for one in self.bodies.named(text)]
        if above.strip():
            first, _comma, rest = above.partition(",")
            tops = [self.paths[pk] for pk in self.named(first.strip(), rest.strip())]
            found = [pk for pk in found if _is_inside(self.paths[pk], tops)]
        return found

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
            raise CellProblem("unit_unknown", value=text, near="")
        return village


def _fits(name: ParsedName, unit: ParsedName) -> bool:
    return name.bare == unit.bare and name.type in {"", unit.type}


def _is_inside(path: str, tops: Iterable[str]) -> bool:
    return any(path.startswith(top) and path != top for top in tops)
