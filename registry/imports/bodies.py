"""Agencies and enterprises of the register, as cells name them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from core.spreadsheets.problems import CellProblem
from core.text import match_key
from registry.enums import UnitKind
from registry.imports.body_names import body_key, without_committee
from registry.imports.places import Place, Places
from registry.models import Unit
from registry.unit_names import COMMUNE_TYPES, DISTRICT_TYPES, nearest, parse_name

_PROVINCE = match_key("tỉnh")


@dataclass(frozen=True, slots=True)
class Body:
    """An agency or enterprise as matching needs it."""

    id: int
    kind: str
    name: str
    form: str
    tax_code: str
    parent_id: int | None
    seat_id: int | None
    managing_unit_id: int | None
    valid_from: date


class Bodies:
    """Agencies and enterprises of a day, found by their names."""

    def __init__(self, day: date, places: Places, mine: set[int] | None, province_id: int | None) -> None:
        """`mine` are ids of units that the person keeps, None for everybody's; `province_id` is their province."""
        self._places = places
        self._mine = mine
        self.province_id = province_id
        provinces = Unit.objects.filter(kind=UnitKind.PROVINCE).on(day).order_by("pk")
        self.provinces = {unit.pk: unit.name for unit in provinces}
        self._province = parse_name(self.provinces.get(province_id or 0, "")).bare
        kinds = (UnitKind.AGENCY, UnitKind.ENTERPRISE)
        units = Unit.objects.filter(kind__in=kinds).on(day).order_by("pk")
        self.by_id = {unit.pk: _body(unit) for unit in units}
        self._by_name: dict[str, list[Body]] = defaultdict(list)
        for unit in units:
            for name in {self.key(unit.name), self.key(unit.short_name)} - {""}:
                self._by_name[name].append(self.by_id[unit.pk])

    def key(self, text: str) -> str:
        """What writings of a body's name have in common."""
        return body_key(text, self._province)

    def named(self, text: str) -> list[Body]:
        """Every body of the name."""
        return self._by_name.get(self.key(text), [])

    def one(self, text: str) -> Body | None:
        """The body of the name, or None when there is none; raises ``CellProblem`` when there are several."""
        found = self.named(text)
        if len(found) > 1:
            choices = ", ".join(f"{one.name} ({self.name_of(one.parent_id)})" for one in found)
            raise CellProblem("unit_ambiguous", value=text, choices=choices)
        return found[0] if found else None

    def owner(self, text: str, district: str = "") -> int:
        """The body, or the place whose People's Committee is written; raises ``CellProblem`` when there is none."""
        found = self.one(text)
        if found is not None:
            return found.id
        place = self.place(text, district)
        if place is None:
            raise self.unknown(text)
        return place if isinstance(place, int) else place.id

    def place(self, text: str, district: str = "") -> Place | int | None:
        """The province, district or commune whose title, or whose People's Committee, is written; None otherwise."""
        bare = without_committee(text)
        if bare == _PROVINCE:
            return self.province_id
        kind = parse_name(bare).type
        if kind in COMMUNE_TYPES:
            return self._places.commune(bare, district)
        if kind in DISTRICT_TYPES:
            return self._places.district(bare)
        if kind == "tinh":
            key = parse_name(bare).bare
            return next((pk for pk, name in self.provinces.items() if parse_name(name).bare == key), None)
        return None

    def only_own(self) -> Body | None:
        """The person's only body, where the area is one."""
        if self._mine is None or len(self._mine) != 1:
            return None
        return self.by_id.get(next(iter(self._mine)))

    def name_of(self, unit_id: int | None) -> str:
        """The name of a body, place or province; empty for none."""
        if unit_id in self.by_id:
            return self.by_id[unit_id].name
        return self.provinces.get(unit_id or 0, "") or self._places.full_name(unit_id or 0)

    def keeps(self, unit_id: int) -> bool:
        """Whether the person keeps the unit's records."""
        return self._mine is None or unit_id in self._mine

    def unknown(self, text: str) -> CellProblem:
        """The refusal of a name that no body has, with the names most like it."""
        near = nearest(text, {one.name: one.name for one in self.by_id.values()})
        return CellProblem("unit_unknown", value=text, near=near)


def _body(unit: Unit) -> Body:
    return Body(
        id=unit.pk,
        kind=unit.kind,
        name=unit.name,
        form=unit.form,
        tax_code=unit.tax_code,
        parent_id=unit.parent_id,
        seat_id=unit.seat_id,
        managing_unit_id=unit.managing_unit_id,
        valid_from=unit.valid_from,
    )
