"""Which unit a cell or a title means: by its words within the commune and district that stand beside it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TypeVar

from core.spreadsheets.problems import CellProblem
from core.text import match_key
from registry.enums import SuccessionKind, UnitKind
from registry.models import Unit, UnitSuccession
from registry.unit_names import COMMUNE_TYPES, DISTRICT_TYPES, ParsedName, nearest, one_spelling, parse_name

_VILLAGE_WORDS = tuple(
    match_key(words)
    for words in ("tổ dân phố", "khu phố", "thôn", "khóm", "buôn", "bản", "ấp", "tdp", "kp", "th", "t")
)
_VILLAGE_TITLES = {words: parse_name(f"{words} 1").type for words in _VILLAGE_WORDS}
_LEADING_ZEROS = re.compile(r"\b0+(?=[0-9])")
_IN_PARENTHESES = re.compile(r"\([^)]*\)")
_LETTERS_AND_NUMBER = re.compile(r"^(kp|tdp)(?=[0-9])")
_HOLDS_ALL = (SuccessionKind.MERGED, SuccessionKind.RENAMED, SuccessionKind.CONTINUED)
# Words of the longest title and name.
_LONGEST_NAME = 8

U = TypeVar("U")


@dataclass(frozen=True, slots=True)
class Place:
    """A unit as matching needs it."""

    id: int
    kind: str
    name: str
    full_name: str
    type: str
    bare: str
    parent_id: int | None
    path: str
    valid_from: date
    is_living: bool


class Places:
    """Communes, districts and villages of today, and those that became part of one of them."""

    def __init__(self, day: date, mine: set[int] | None) -> None:
        """`mine` are ids of units that the person sees; None for everybody's."""
        self._mine = mine
        kinds = (UnitKind.DISTRICT, UnitKind.COMMUNE, UnitKind.VILLAGE)
        units = Unit.objects.filter(kind__in=kinds, valid_from__lte=day).select_related("parent")
        self.by_id = {unit.pk: _place(unit, day) for unit in units.order_by("pk")}
        self._by_name: dict[tuple[str, str], list[Place]] = defaultdict(list)
        for place in self.by_id.values():
            self._by_name[place.kind, place.bare].append(place)
        self._successors: dict[int, list[int]] = defaultdict(list)
        links = UnitSuccession.objects.filter(kind__in=_HOLDS_ALL, on__lte=day)
        for old, new in links.values_list("predecessor_id", "successor_id"):
            self._successors[old].append(new)
        self._with_villages = {
            place.parent_id
            for place in self.by_id.values()
            if place.kind == UnitKind.VILLAGE and place.is_living
        }

    def commune(self, text: str, district: str = "") -> Place:
        """The commune of today that the words name, inside the district where one is named.

        Raises ``CellProblem`` when there is none, more than one, or it lies outside the person's area.
        """
        written, tail = _parted(text)
        district = district or tail
        name = parse_name(written)
        same = [one for one in self._by_name[UnitKind.COMMUNE, name.bare] if name.type in {"", one.type}]
        if district:
            above = {one.id for one in self._districts(district)}
            same = [one for one in same if one.parent_id in above]
        return self._in_area(self._one(text, same, UnitKind.COMMUNE), text)

    def district(self, text: str) -> Place:
        """The district of today that the words name; raises ``CellProblem`` as `commune` does."""
        return self._in_area(self._one(text, self._districts(text), UnitKind.DISTRICT), text)

    def village(self, text: str, commune: Place) -> Place | None:
        """The village of the commune, or None where the register holds no villages of it yet."""
        if commune.id not in self._with_villages:
            return None
        first, _comma, tail = text.partition(",")
        if tail and parse_name(tail).bare == commune.bare:
            text = first
        bare = village_key(text)
        same = [
            one
            for one in self._by_name[UnitKind.VILLAGE, bare]
            if one.parent_id == commune.id and one.is_living
        ]
        if len(same) == 1:
            return same[0]
        if same:
            raise CellProblem("unit_ambiguous", value=text, choices=", ".join(one.name for one in same))
        among = [
            one for one in self.by_id.values() if one.parent_id == commune.id and one.kind == UnitKind.VILLAGE
        ]
        raise CellProblem("unit_unknown", value=text, near=_near(bare, among))

    def living(self, text: str) -> list[Place]:
        """Every district, commune and village of the day that bears the name, wherever it lies."""
        name, village = parse_name(text), village_key(text)
        found = self._districts(text) + self._by_name[UnitKind.COMMUNE, name.bare]
        found += (
            [] if name.type in COMMUNE_TYPES | DISTRICT_TYPES else self._by_name[UnitKind.VILLAGE, village]
        )
        kinds = {"", "to_dan_pho", "khom", "ap"}
        return [one for one in found if one.is_living and (name.type in kinds or one.type == name.type)]

    def named_in(self, lines: Iterable[str]) -> Place | None:
        """The one commune that the lines above a list name, if they name exactly one."""
        found = {
            place.id: place
            for line in lines
            for place in self.mentioned(line)
            if place.kind == UnitKind.COMMUNE and place.is_living
        }
        return next(iter(found.values())) if len(found) == 1 else None

    def mentioned(self, line: str) -> list[Place]:
        """Districts, communes and villages whose whole title and name stand somewhere in a line of text.

        Of units of one name those that still live are meant, where there are any.
        """
        found = named_in_full(line, self._titled)
        return [one for same in found for one in [one for one in same if one.is_living] or same]

    def only_commune(self) -> Place | None:
        """The person's only commune, where the area is one."""
        if self._mine is None:
            return None
        own = [
            one
            for one in self.by_id.values()
            if one.id in self._mine and one.kind == UnitKind.COMMUNE and one.is_living
        ]
        return own[0] if len(own) == 1 else None

    def commune_of(self, unit_id: int) -> int:
        """The commune that the unit is or lies in, today's where it became part of another."""
        place = self.by_id.get(unit_id)
        if place is not None and place.kind == UnitKind.VILLAGE and place.parent_id:
            unit_id = place.parent_id
        return self._today(unit_id)

    def full_name(self, unit_id: int) -> str:
        """The unit's name with its district; empty for a body that is no commune, district or village."""
        place = self.by_id.get(unit_id)
        return place.full_name if place else ""

    def sees(self, unit_id: int) -> bool:
        """Whether the unit lies in the person's area."""
        return self._mine is None or unit_id in self._mine

    def _today(self, unit_id: int) -> int:
        seen = set()
        while unit_id not in seen:
            seen.add(unit_id)
            after = self._successors.get(unit_id, ())
            if len(after) != 1:
                break
            unit_id = after[0]
        return unit_id

    def _titled(self, words: str) -> list[Place]:
        """Places that bear exactly this title and name."""
        name = parse_name(words)
        if name.type in COMMUNE_TYPES | DISTRICT_TYPES:
            kind = UnitKind.COMMUNE if name.type in COMMUNE_TYPES else UnitKind.DISTRICT
            return [one for one in self._by_name.get((kind, name.bare), ()) if one.type == name.type]
        if name.type or words.startswith(_VILLAGE_WORDS):
            return self._by_name.get((UnitKind.VILLAGE, village_key(words)), [])
        return []

    def _districts(self, text: str) -> list[Place]:
        name = parse_name(text)
        return [one for one in self._by_name[UnitKind.DISTRICT, name.bare] if name.type in {"", one.type}]

    def _one(self, text: str, same: list[Place], kind: str) -> Place:
        living = [one for one in same if one.is_living]
        if len(living) == 1:
            return living[0]
        if len(living) > 1:
            raise CellProblem(
                "unit_ambiguous", value=text, choices=", ".join(one.full_name for one in living)
            )
        today = {self._today(one.id) for one in same}
        if len(today) == 1:
            place = self.by_id[today.pop()]
            if place.is_living:
                return place
        if same:
            raise CellProblem("unit_dissolved", value=same[0].name)
        among = [one for one in self.by_id.values() if one.kind == kind and one.is_living]
        raise CellProblem("unit_unknown", value=text, near=_near(parse_name(text).bare, among))

    def _in_area(self, place: Place, text: str) -> Place:
        if not self.sees(place.id):
            raise CellProblem("unit_outside_area", value=text)
        return place


def named_in_full(line: str, titled: Callable[[str], list[U]]) -> Iterator[list[U]]:
    """The units that a line of text names by title and name, one after the other; the longest names first.

    `titled` finds those that bear exactly some words, in the form of `match_key`.
    """
    words = match_key(line).split()
    first = 0
    while first < len(words):
        for last in range(min(len(words), first + _LONGEST_NAME), first + 1, -1):
            same = titled(" ".join(words[first:last]))
            if same:
                yield same
                first = last - 1
                break
        first += 1


def village_key(text: str) -> str:
    """What two writings of a village's name have in common: ``KP3``, ``Khu phố 03`` and ``3`` are one."""
    return parse_village(text).bare


# Files name the villages of a commune over and over.
@lru_cache(maxsize=4096)
def parse_village(text: str) -> ParsedName:
    """A village's name as `parse_name` has others: its title, empty where none is written, and the bare name."""
    key = _LETTERS_AND_NUMBER.sub(r"\1 ", match_key(_IN_PARENTHESES.sub(" ", text)))
    lead = next((words for words in _VILLAGE_WORDS if key.startswith(words + " ")), "")
    bare = _LEADING_ZEROS.sub("", one_spelling(key.removeprefix(lead).strip()))
    return ParsedName(_VILLAGE_TITLES.get(lead, ""), bare)


def village_of(line: str) -> str:
    """The part of a written address that names a village by its title; empty where none does."""
    parts = (part.strip() for part in line.split(","))
    return next((part for part in parts if match_key(part).startswith(_VILLAGE_WORDS)), "")


def village_written(text: str) -> str:
    """The village that an address names, where it is written as one is; empty for a street, a house, a part of one."""
    first = text.split(",")[0].strip()
    words = match_key(first).split(" ")
    if (
        words[0] in _NO_VILLAGES
        or len(words) > _LONGEST_VILLAGE
        or (len(words) > 1 and words[0][:1].isdigit())
    ):
        return ""
    return village_key(first)


_NO_VILLAGES = frozenset(
    match_key(word) for word in ("số", "tổ", "đội", "đường", "hẻm", "ngõ", "xóm", "nhà", "lô")
)
_LONGEST_VILLAGE = 6


def _parted(text: str) -> tuple[str, str]:
    """A commune's name and the district that follows it after a comma: ``Xã Phan Điền, huyện Bắc Bình``."""
    first, *rest = (part.strip() for part in text.split(","))
    types = [parse_name(part).type for part in rest]
    if not rest or not all(one in DISTRICT_TYPES or one == "tinh" for one in types):
        return text, ""
    return first, next((part for part, one in zip(rest, types, strict=True) if one in DISTRICT_TYPES), "")


def _place(unit: Unit, day: date) -> Place:
    bare = village_key(unit.name) if unit.kind == UnitKind.VILLAGE else parse_name(unit.name).bare
    return Place(
        id=unit.pk,
        kind=unit.kind,
        name=unit.name,
        full_name=unit.full_name,
        type=unit.admin_type,
        bare=bare,
        parent_id=unit.parent_id,
        path=unit.path,
        valid_from=unit.valid_from,
        is_living=unit.exists_on(day),
    )


def _near(bare: str, among: Iterable[Place]) -> str:
    return nearest(bare, {one.bare: one.name for one in among})
