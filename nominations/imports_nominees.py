"""To whom a row of an award history was given: a household or person by code, a unit by its name on that day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from core.spreadsheets.problems import CellProblem
from core.text import match_key
from registry.enums import UnitKind
from registry.imports.bodies import Bodies
from registry.imports.body_names import without_committee
from registry.imports.places import Place, Places
from registry.imports.village_names import village_name
from registry.models import Household, Individual, Unit
from registry.unit_names import COMMUNE_TYPES, DISTRICT_TYPES, parse_name

_PEOPLE_AND_CADRES = re.compile(r"(?:nhân dân|cán bộ)(?:\s*(?:và|,)\s*)(?:nhân dân|cán bộ)\s+", re.IGNORECASE)
_ADDRESS = re.compile(r"^(?:hộ gia đình|hộ|gia đình)?\s*(?:ông|bà|anh|chị)?[\s:]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """Who was honoured; `field` is the column of the history that holds the key."""

    field: str
    id: int
    name: str
    home_id: int


@dataclass(frozen=True, slots=True)
class _Person:
    id: int
    name: str
    home_id: int
    kept: str | None


class Nominees:
    """Finds nominees; people and units are read once."""

    def __init__(self, province_id: int | None) -> None:
        self._province_id = province_id
        self._people: dict[str, dict[str, _Person]] = {}
        self._days: dict[date, tuple[Places, Bodies]] = {}
        self._paths: dict[int, str] = {}

    def coded(self, code: str, name: str) -> Found:
        """The household or person of the code, when the name beside it is theirs; raises ``CellProblem``."""
        for field in ("household", "individual"):
            person = self._coded(field).get(code)
            if person is None:
                continue
            if person.kept:
                raise CellProblem("code_merged", value=code, kept=person.kept, column="code")
            if match_key(person.name) not in {
                match_key(name),
                match_key(_ADDRESS.sub("", f"{name} ".lstrip())),
            }:
                raise CellProblem("nominee_differs", value=code, recorded=person.name, column="code")
            return Found(field, person.id, person.name, person.home_id)
        raise CellProblem("code_unknown", value=code, column="code")

    def unit(self, name: str, commune: str, district: str, day: date) -> Found:
        """The unit that the name meant on the day; raises ``CellProblem``."""
        places, bodies = self._on(day)
        text = _PEOPLE_AND_CADRES.sub("", name)
        kind = parse_name(without_committee(text)).type
        if kind in COMMUNE_TYPES | DISTRICT_TYPES or kind == "tinh":
            place = bodies.place(text, district)
            if isinstance(place, Place):
                return Found("unit", place.id, place.full_name, place.id)
            if place is not None:
                return Found("unit", place, bodies.name_of(place), place)
        if commune and (village := self._village(text, commune, district, places)):
            return Found("unit", village.id, village.full_name, village.id)
        body = bodies.one(text)
        if body is None:
            problem = bodies.unknown(name)
            raise CellProblem("nominee_unknown", **problem.params)
        return Found("unit", body.id, body.name, body.id)

    def province_of(self, unit_id: int) -> int:
        """The province in which the unit lies."""
        if not self._paths:
            self._paths = dict(Unit.objects.values_list("pk", "path"))
        return int(self._paths[unit_id].split("/")[1])

    def _village(self, text: str, commune: str, district: str, places: Places) -> Place | None:
        try:
            village_name(text, None)
        except CellProblem:
            return None
        place = places.commune(commune, district)
        village = places.village(text, place)
        if village is None:
            raise CellProblem("unit_unknown", value=text, near="")
        return village

    def _coded(self, field: str) -> dict[str, _Person]:
        if field not in self._people:
            model = Household if field == "household" else Individual
            rows = model.objects.values_list("code", "pk", "name", "unit_id", "merged_into__code")
            self._people[field] = {
                code: _Person(pk, name, home, kept)
                for code, pk, name, home, kept in rows.iterator(chunk_size=5000)
            }
        return self._people[field]

    def _on(self, day: date) -> tuple[Places, Bodies]:
        if day not in self._days:
            places = Places(day, None)
            self._days[day] = (places, Bodies(day, places, None, self._province_id))
        return self._days[day]


def subject_of(field: str, unit_kind: str = "") -> str:
    """The plan's subject of a nominee."""
    return str(UnitKind(unit_kind)) if field == "unit" else field
