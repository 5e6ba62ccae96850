"""Whom a row of an award history or of a list of nominees means: by code, or by name within what stands beside it.

A unit is found as any kind of file finds one. A person or household without a code is found by name inside the
address; where that leaves none or several, the row asks and nobody guesses.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from core.spreadsheets.problems import CellProblem
from core.text import fold, match_key
from registry.enums import SuccessionKind, UnitKind
from registry.imports.marks import columns_of, mark_of
from registry.imports.places import village_key, village_of
from registry.imports.staged import AskedRow, Choice, Marked
from registry.imports.written_units import Address, WrittenUnits
from registry.models import Household, Individual, Unit, UnitSuccession

UNIT, HOUSEHOLD, INDIVIDUAL = "unit", "household", "individual"
THIS_ONE, LEAVE_OUT = "this_one", "leave_out"
_MODELS: Mapping[str, Any] = {HOUSEHOLD: Household, INDIVIDUAL: Individual}
_COLLECTIVE = re.compile(r"tập\s+thể\s+", re.IGNORECASE)
# “Đảng bộ, chính quyền và nhân dân xã …” is the commune as a whole; a party committee alone is a body of its own.
_PART = r"(?:đảng\s+bộ|chính\s+quyền|các\s+đoàn\s+thể|quân|(?:toàn\s+thể\s+)?nhân\s+dân|cán\s+bộ|công\s+chức|viên\s+chức)"
_PEOPLE_AND_CADRES = re.compile(
    rf"(?:{_PART}(?:\s*(?:,|và|&|-)\s*(?:và\s+)?))*(?:nhân\s+dân|cán\s+bộ)(?:\s*(?:,|và|&|-)\s*(?:và\s+)?{_PART})*\s+"
    r"(?=(?:các\s+)?(?:dân\s+tộc\s+)?(?:xã|phường|thị\s+trấn|huyện|thị\s+xã|thành\s+phố|tỉnh|thôn|khu\s+phố)\b)",
    re.IGNORECASE,
)
_HOUSE = re.compile(r"^(?:hộ gia đình|gia đình|hộ)\b", re.IGNORECASE)
_ADDRESS = re.compile(
    r"^(?:hộ gia đình|hộ|gia đình)?\s*(?:ông|bà|anh|chị|cụ|đồng chí|đ/c)?[\s:]+", re.IGNORECASE
)
_TITLED = re.compile(r"^(?:ông|bà|anh|chị|cụ|đồng chí|đ/c)[\s:]+", re.IGNORECASE)
_BESIDE = re.compile(r"\s+(?:và|-|–)\s+(?:vợ|chồng|ông|bà)\b.*|\s*[,;(].*", re.IGNORECASE)
_WIDE = (UnitKind.PROVINCE, UnitKind.DISTRICT)
_MOST_SHOWN = 8
_ASKED_AT_ONCE = 400

QUESTION, QUESTION_NONE, QUESTION_UNIT = "nominee_several", "nominee_none", "nominee_unit_several"


@dataclass(frozen=True, slots=True)
class Found:
    """Who is meant; `field` is the column of the history that holds the key, `home_id` the unit that keeps it."""

    field: str
    id: int
    name: str
    home_id: int
    home: str = ""
    # Of a person: by it they are known again when the file is loaded.
    mark: str = ""

    @property
    def rests_on(self) -> Marked | None:
        """The person as the preview knew them; None for a unit."""
        return Marked(self.field, self.id, self.mark) if self.mark else None


@dataclass(frozen=True, slots=True)
class Written:
    """What a row says of its nominee; `field` is empty where neither a heading nor the name says what it is.

    `home` is the commune whose list it is: a village alone, or a year of birth, then tells who is meant in it.
    """

    name: str
    field: str = ""
    code: str = ""
    commune: str = ""
    district: str = ""
    address: str = ""
    birth_year: int | None = None
    home: str = ""

    @property
    def kind(self) -> str:
        """Unit, household or individual, as a heading or the name's own title says."""
        if self.field:
            return self.field
        return HOUSEHOLD if _HOUSE.match(self.name) else INDIVIDUAL if _TITLED.match(self.name) else ""

    @property
    def place(self) -> str:
        """Everything that says where."""
        return ", ".join(part for part in (self.address, self.commune, self.district) if part)


@dataclass(frozen=True, slots=True)
class _Person:
    id: int
    code: str
    name: str
    home_id: int
    birth_year: int | None
    address: str
    position: str
    mark: str
    kept: str | None


class NomineeAsked(Exception):
    """Nothing tells who is meant, or whether anybody of the register is."""

    def __init__(self, code: str, written: Written, choices: Sequence[Choice]) -> None:
        super().__init__(code)
        self.code = code
        self.written = written
        self.choices = choices

    def row(self, sheet: int, number: int) -> AskedRow:
        """The row as it waits."""
        written = self.written
        year = f" ({written.birth_year})" if written.birth_year else ""
        params = {"name": f"{written.name}{year}", "place": written.place or "–"}
        return AskedRow(sheet, number, written.name, written.place, self.code, params, (), self.choices)


class Nominees:
    """Finds nominees; people of the names of a sheet and units of a day are read once."""

    def __init__(self, province_id: int | None) -> None:
        self._province_id = province_id
        self._coded: dict[str, dict[str, _Person]] = defaultdict(dict)
        self._named: dict[str, dict[str, list[_Person]]] = {}
        self._days: dict[date, WrittenUnits] = {}
        self._units = {unit.pk: unit for unit in Unit.objects.select_related("parent")}
        self._after: dict[int, list[int]] = defaultdict(list)
        self._before: dict[int, list[int]] = defaultdict(list)
        links = UnitSuccession.objects.exclude(kind=SuccessionKind.TRANSFERRED)
        for old, new in links.values_list("predecessor_id", "successor_id"):
            self._after[old].append(new)
            self._before[new].append(old)

    def expect(self, names: Iterable[str], codes: Iterable[str]) -> None:
        """Read the people whom a sheet may mean, so that no row asks the database."""
        wanted = sorted({fold(one) for name in names for one in _names_in(name)} - {""})
        coded = sorted(set(codes) - {""})
        for field, model in _MODELS.items():
            named = self._named[field] = defaultdict(list)
            for row in _read(model, "name_folded", wanted, merged_into=None):
                named[match_key(row.name)].append(row)
            self._coded[field].update((row.code, row) for row in _read(model, "code", coded))

    def one(self, written: Written, day: date, answer: str = "") -> Found | None:
        """The nominee; None where the office answered to leave the row out.

        Raises ``CellProblem`` for what must be mended, ``NomineeAsked`` for what only the office knows.
        """
        if answer == LEAVE_OUT:
            return None
        if written.code:
            return self._of_code(written)
        if written.kind in _MODELS:
            return self._person(written, (written.kind,), day, answer)
        try:
            return self._unit(written, day, answer)
        except CellProblem as problem:
            address = self._address(written, day)
            if (
                written.kind
                or problem.code not in {"unit_unknown", "nominee_unknown"}
                or not address.unit_ids
            ):
                raise
            # Nothing says what the row is: somebody of that name at that address, or nobody.
            if not any(self._bearers(written, field) for field in _MODELS):
                raise
            return self._person(written, tuple(_MODELS), day, answer)

    def unit_of(self, found: Found) -> Unit:
        """The nominee itself where it is a unit, else the unit that keeps its record."""
        return self._units[found.id if found.field == UNIT else found.home_id]

    def province_of(self, unit_id: int) -> int:
        """The province in which the unit lies."""
        return int(self._units[unit_id].path.split("/")[1])

    def _of_code(self, written: Written) -> Found:
        """The household or person of the code, when the name beside it is theirs."""
        code = written.code
        for field in _MODELS:
            person = self._coded[field].get(code)
            if person is None:
                continue
            if person.kept:
                raise CellProblem("code_merged", value=code, kept=person.kept, column="code")
            if match_key(person.name) not in {match_key(one) for one in _names_in(written.name)}:
                raise CellProblem("nominee_differs", value=code, recorded=person.name, column="code")
            return self._found(field, person)
        raise CellProblem("code_unknown", value=code, column="code")

    def _unit(self, written: Written, day: date, answer: str) -> Found:
        """The unit that the name meant on the day."""
        units = self.on(day)
        text = _PEOPLE_AND_CADRES.sub("", _COLLECTIVE.sub("", written.name, count=1), count=1)
        address = self._address(written, day)
        commune, district = written.commune or address.commune, written.district or address.district
        try:
            unit = units.one(text, commune, district)
        except CellProblem as problem:
            if problem.code == "unit_ambiguous":
                return self._chosen_unit(written, units.named(text), answer)
            if problem.code == "unit_unknown" and not village_of(text):
                raise CellProblem("nominee_unknown", **problem.params, column="name") from problem
            problem.params.setdefault("column", "name")
            raise
        return Found(UNIT, unit.id, unit.name, unit.id, unit.name)

    def _chosen_unit(self, written: Written, among: list[int], answer: str) -> Found:
        code, _colon, target = answer.partition(":")
        units = {pk: self._units[pk].full_name for pk in among}
        if code == THIS_ONE and int(target) in units:
            return Found(UNIT, int(target), units[int(target)], int(target), units[int(target)])
        choices = [Choice(THIS_ONE, pk, {"name": name, "told": "–"}) for pk, name in units.items()]
        raise NomineeAsked(QUESTION_UNIT, written, [*choices, Choice(LEAVE_OUT, None, {})])

    def _person(self, written: Written, fields: Sequence[str], day: date, answer: str) -> Found:
        """The one household or person of the name inside the address."""
        named = [(field, one) for field in fields for one in self._bearers(written, field)]
        code, _colon, target = answer.partition(":")
        if code == THIS_ONE:
            chosen = [(field, one) for field, one in named if one.id == int(target)]
            if len(chosen) == 1:
                return self._found(*chosen[0])
        address = self._address(written, day)
        if not address.unit_ids and written.home and (written.place or written.birth_year):
            address = self.on(day).within(", ".join(part for part in (written.place, written.home) if part))
        near = self._within(named, address)
        fitting = [pair for pair in near if self._fits(pair[1], written, address)]
        exact = [pair for pair in fitting if written.birth_year and pair[1].birth_year == written.birth_year]
        # A whole district holds too many of one name for the name alone to say who is meant.
        is_narrow = all(self._units[pk].kind not in _WIDE for pk in address.unit_ids)
        for found in (fitting if is_narrow else [], exact):
            if len(found) == 1:
                return self._found(*found[0])
        raise self._question(written, near or named)

    def _question(self, written: Written, among: list[tuple[str, _Person]]) -> NomineeAsked:
        shown = among[:_MOST_SHOWN]
        choices = []
        for _field, one in shown:
            told = [
                one.code,
                str(one.birth_year or ""),
                one.address or one.position,
                self._units[one.home_id].full_name,
            ]
            params = {"name": one.name, "told": ", ".join(part for part in told if part)}
            choices.append(Choice(THIS_ONE, one.id, params))
        code = QUESTION if among else QUESTION_NONE
        return NomineeAsked(code, written, [*choices, Choice(LEAVE_OUT, None, {})])

    def _bearers(self, written: Written, field: str) -> list[_Person]:
        found: dict[int, _Person] = {}
        for name in _names_in(written.name):
            found.update((one.id, one) for one in self._named.get(field, {}).get(match_key(name), ()))
        return list(found.values())

    def _fits(self, one: _Person, written: Written, address: Address) -> bool:
        """Whether neither the year of birth nor the village contradicts."""
        if written.birth_year and one.birth_year and written.birth_year != one.birth_year:
            return False
        if not address.village:
            return True
        if self._units[one.home_id].kind == UnitKind.VILLAGE:
            return one.home_id in address.unit_ids or village_key(
                self._units[one.home_id].name
            ) == village_key(address.village)
        return not one.address or village_key(one.address.split(",")[0]) == village_key(address.village)

    def _address(self, written: Written, day: date) -> Address:
        beside = "" if written.address else _beside(written.name)
        line = ", ".join(part for part in (beside, written.place) if part)
        return self.on(day).within(line) if line else Address(())

    def _within(self, named: list[tuple[str, _Person]], address: Address) -> list[tuple[str, _Person]]:
        """Those kept inside the address: its commune, and what that followed or was followed by."""
        places = [self._units[pk] for pk in address.unit_ids]
        tops = [one.parent_id if one.kind == UnitKind.VILLAGE and one.parent_id else one.pk for one in places]
        reached = {*_linked(tops, self._after), *_linked(tops, self._before)}
        paths = tuple(self._units[pk].path for pk in reached)
        return [(field, one) for field, one in named if self._units[one.home_id].path.startswith(paths)]

    def _found(self, field: str, person: _Person) -> Found:
        home = self._units[person.home_id].full_name
        return Found(field, person.id, person.name, person.home_id, home, person.mark)

    def on(self, day: date) -> WrittenUnits:
        """The units of the day."""
        if day not in self._days:
            self._days[day] = WrittenUnits(day, self._province_id)
        return self._days[day]


def _read(model: Any, column: str, values: list[str], **only: Any) -> Iterator[_Person]:
    own, other = ("address", "position") if model is Household else ("position", "address")
    for first in range(0, len(values), _ASKED_AT_ONCE):
        rows = model.objects.filter(**{f"{column}__in": values[first : first + _ASKED_AT_ONCE]}, **only)
        facts = ("pk", "code", own, "merged_into__code", *columns_of(model))
        for pk, code, text, kept, *who in rows.order_by("pk").values_list(*facts):
            home, name, year, *_beside = who
            yield _Person(pk, code, name, home, year, mark=mark_of(who), kept=kept, **{own: text, other: ""})


def _linked(unit_ids: Iterable[int], links: Mapping[int, list[int]]) -> set[int]:
    found, waiting = set(unit_ids), list(unit_ids)
    while waiting:
        new = set(links.get(waiting.pop(), ())) - found
        found |= new
        waiting.extend(new)
    return found


def _names_in(text: str) -> set[str]:
    """The name as written, without its titles, and without whoever or whatever stands behind it."""
    bare = _ADDRESS.sub("", f"{text} ".lstrip()).strip()
    return {text, bare, _BESIDE.sub("", bare).strip()} - {""}


def _beside(text: str) -> str:
    """What stands behind a person's name in the same cell: "Ông Nguyễn Văn Khá, Phó Chủ tịch UBND xã Phan Điền"."""
    return text.partition(",")[2].strip()


def subject_of(field: str, unit_kind: str = "") -> str:
    """The plan's subject of a nominee."""
    return str(UnitKind(unit_kind)) if field == UNIT else field
