"""Lists of enterprises and of agencies: what the register lacks is entered, gaps are filled, nothing is renamed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from core.spreadsheets.cells import shown_day
from core.spreadsheets.problems import CellProblem
from core.spreadsheets.tables import ListTable
from core.text import fold
from registry.enums import UnitForm, UnitKind
from registry.imports.bodies import Bodies, Body
from registry.imports.bodies_columns import AgencyResource, EnterpriseResource, form_choices
from registry.imports.body_names import AGENCY_FORMS, ENTERPRISE_FORMS, FORM_WORDS, form_of_name
from registry.imports.importer import Context, register
from registry.imports.people_columns import Homes
from registry.imports.records import Record, RecordImporter
from registry.imports.units_writing import UnitWriting
from registry.models import Unit
from registry.permissions_imports import (
    AGENCY_KEEPERS,
    ENTERPRISE_KEEPERS,
    check_can_import_agencies,
    check_can_import_enterprises,
)
from registry.unit_names import COMMUNE_TYPES, DISTRICT_TYPES, parse_name


class EnterpriseWriting(UnitWriting):
    """Writes enterprises; two hands may not enter one name in one place."""

    kind = UnitKind.ENTERPRISE


class AgencyWriting(UnitWriting):
    """Writes agencies."""

    kind = UnitKind.AGENCY


class BodyImporter(RecordImporter):
    """What lists of agencies and of enterprises share."""

    model = Unit
    kind: ClassVar[str]
    forms: ClassVar[tuple[UnitForm, ...]]

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.homes = Homes(context)
        self.bodies = Bodies(context.day, self.homes.places, context.unit_ids, context.province_id)
        self._since = dict(Unit.objects.values_list("pk", "valid_from"))
        self._new: dict[tuple[str, int], str] = {}

    def begin(self, at: int, table: ListTable) -> None:
        """Turn to a sheet."""
        super().begin(at, table)
        self.homes.begin(table.titles)

    def is_record(self, cells: Sequence[Any]) -> bool:
        """A name may stand alone where it says the form, or where its row is numbered; “Hợp tác xã” heads a group."""
        if super().is_record(cells):
            return True
        name = self._name(cells)
        if not name or fold(name) in FORM_WORDS or parse_name(name).type in COMMUNE_TYPES | DISTRICT_TYPES:
            return False
        before = cells[: self.positions["name"]]
        return form_of_name(name) is not None or any(
            str(cell).removesuffix(".0").isdigit() for cell in before
        )

    def take_heading(self, cells: Sequence[Any]) -> bool:
        """A district or commune heads the bodies below it."""
        return self.homes.take_heading(cells, of_villages=False)

    def form_of(self, said: dict[str, Any]) -> str:
        """The form in the row, or the one that the name's first words say."""
        form = said.get("form") or form_of_name(said["name"])
        if form is None or form not in self.forms:
            raise CellProblem("form_missing", choices=form_choices(self.forms), column="form")
        return str(form)

    def in_area(self, unit_id: int) -> int:
        """The unit, when the person keeps it."""
        if not self.bodies.keeps(unit_id):
            raise CellProblem("unit_outside_area", value=self.bodies.name_of(unit_id))
        return unit_id

    def above(self, said: dict[str, Any]) -> int:
        """The commune or district in the row, the heading, the title or the form; else the whole province."""
        commune, district = said.get("commune", ""), said.get("district", "")
        if commune or not district:
            try:
                return self.homes.of(commune, district, "")[0]
            except CellProblem as problem:
                if problem.code != "unit_missing":
                    raise
        if district or self.homes.district:
            return self.homes.places.district(district or self.homes.district).id
        return self._province()

    def _province(self) -> int:
        province = self.bodies.province_id
        if province is None or not self.bodies.keeps(province):
            raise CellProblem("unit_missing", column="commune")
        return province

    def recorded(self, said: dict[str, Any], known: Body, facts: dict[str, Any]) -> Record:
        """A body that the register holds: gaps are filled and corrections shown, its beginning stays."""
        parent = self.in_area(known.parent_id or 0)
        since = said.get("valid_from")
        if since and since != known.valid_from.isoformat():
            recorded = shown_day(known.valid_from)
            raise CellProblem("exists_from_differs", recorded=recorded, column="valid_from")
        old: dict[str, Any] = {"form": known.form, "tax_code": known.tax_code}
        old |= {"seat": known.seat_id, "managing_unit": known.managing_unit_id}
        return Record(known.id, known.name, self.bodies.name_of(parent), (parent,), old, facts)

    def new(self, number: int, said: dict[str, Any], parent: int, facts: dict[str, Any]) -> Record:
        """A body that the register lacks."""
        place = self.bodies.name_of(self.in_area(parent))
        key = (self.bodies.key(said["name"]), parent)
        ref = self._new.setdefault(key, self.reference(number))
        since = said.get("valid_from") or self._since[parent].isoformat()
        if since > self.context.day.isoformat():
            raise CellProblem("day_future", value=shown_day(since), column="valid_from")
        if since < self._since[parent].isoformat():
            day = shown_day(self._since[parent])
            raise CellProblem(
                "day_before_parent", value=shown_day(since), unit=place, day=day, column="valid_from"
            )
        facts |= {"name": said["name"], "parent": parent, "valid_from": since}
        return Record(ref, said["name"], place, (parent,), None, facts)


@register
class EnterpriseImporter(BodyImporter):
    """Enterprises, cooperatives and credit institutions."""

    code = "enterprises"
    label = _("Enterprises and cooperatives")
    explanation = _(
        "Lists of enterprises, cooperatives, unions of cooperatives and credit institutions, found by tax code"
        " or by name and seat."
    )
    resource = EnterpriseResource
    writing = EnterpriseWriting
    kind = UnitKind.ENTERPRISE
    forms = ENTERPRISE_FORMS
    keepers = ENTERPRISE_KEEPERS
    asks = frozenset({"unit"})
    labels = {"parent": _("Kept under")}
    check = staticmethod(check_can_import_enterprises)

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        bodies = self.bodies.by_id.values()
        self._by_tax_code: dict[str, Body] = {one.tax_code: one for one in bodies if one.tax_code}
        self._new_tax_codes: dict[str, str] = {}

    def record(self, number: int, said: dict[str, Any]) -> Record:
        """The enterprise of the tax code, or of the name at its seat; or a new one."""
        facts: dict[str, Any] = {name: said[name] for name in ("tax_code",) if name in said}
        if "managing_unit" in said:
            facts["managing_unit"] = self._managing(said["managing_unit"])
        known = self._by_tax_code.get(said.get("tax_code", ""))
        names_place = bool({"commune", "district"} & said.keys())
        place = self.above(said) if known is None or names_place else None
        if known is None:
            known = self._named(said, place or 0)
        elif self.bodies.key(known.name) != self.bodies.key(said["name"]):
            value = said["tax_code"]
            raise CellProblem("tax_code_of_another", value=value, other=known.name, column="tax_code")
        seat = place if place is not None and place not in self.bodies.provinces else None
        if seat is not None and names_place:
            facts["seat"] = seat
        if known is not None:
            if "form" in said:
                facts["form"] = said["form"]
            return self.recorded(said, known, facts)
        if seat is not None:
            facts["seat"] = seat
        facts["form"] = self.form_of(said)
        record = self.new(number, said, place or 0, facts)
        code = said.get("tax_code")
        if code:
            # One tax code in two rows is one body, whatever the names.
            record.ref = self._new_tax_codes.setdefault(code, str(record.ref))
        return record

    def _managing(self, text: str) -> int:
        try:
            return self.bodies.owner(text)
        except CellProblem as problem:
            problem.params["column"] = "managing_unit"
            raise

    def _named(self, said: dict[str, Any], place: int) -> Body | None:
        """The enterprise of the name at the seat; raises ``CellProblem`` where it may or may not be meant."""
        code = said.get("tax_code", "")
        for one in self.bodies.named(said["name"]):
            if one.kind != self.kind:
                raise CellProblem("body_may_be", other=one.name, column="name")
            if code and one.tax_code:
                if self._is_at(one, place):
                    raise CellProblem(
                        "tax_code_differs", value=code, recorded=one.tax_code, column="tax_code"
                    )
                continue
            if self._is_at(one, place):
                return one
            if one.seat_id is None or place in self.bodies.provinces or self._holds(place, one.seat_id):
                raise CellProblem("body_may_be", other=one.name, column="name")
        return None

    def _holds(self, place: int, seat_id: int) -> bool:
        """Whether one of the two places lies in the other, so that the row may mean the same seat."""
        paths = [
            self.homes.places.by_id[one].path for one in (place, seat_id) if one in self.homes.places.by_id
        ]
        return len(paths) < 2 or paths[0].startswith(paths[1]) or paths[1].startswith(paths[0])

    def _is_at(self, one: Body, place: int) -> bool:
        return place in {one.seat_id, one.parent_id} or (
            one.seat_id is not None and self.homes.places.commune_of(one.seat_id) == place
        )


@register
class AgencyImporter(BodyImporter):
    """Agencies, organisations and public service units."""

    code = "agencies"
    label = _("Agencies and organisations")
    explanation = _(
        "Lists of departments, district offices, public service units, organisations, press and emulation"
        " clusters, each under the body or place that it belongs to."
    )
    resource = AgencyResource
    writing = AgencyWriting
    kind = UnitKind.AGENCY
    forms = AGENCY_FORMS
    keepers = AGENCY_KEEPERS
    labels = {"parent": _("Belongs to")}
    check = staticmethod(check_can_import_agencies)

    def record(self, number: int, said: dict[str, Any]) -> Record:
        """The agency of the name under its body or place; or a new one."""
        parent = self._parent(said)
        known = self._named(said, parent)
        if known is not None:
            return self.recorded(said, known, {"form": said["form"]} if "form" in said else {})
        above = parent if parent is not None else self.above(said)
        return self.new(number, said, above, {"form": self.form_of(said)})

    def _parent(self, said: dict[str, Any]) -> int | None:
        """What the row says of the place above the agency; None when it says nothing."""
        text = said.get("parent", "")
        if text:
            try:
                return self.bodies.owner(text, said.get("district", ""))
            except CellProblem as problem:
                problem.params["column"] = "parent"
                raise
        return self.above(said) if {"commune", "district"} & said.keys() else None

    def _named(self, said: dict[str, Any], parent: int | None) -> Body | None:
        same = self.bodies.named(said["name"])
        if any(one.kind != self.kind for one in same):
            raise CellProblem("body_may_be", other=same[0].name, column="name")
        if parent is None:
            return self.bodies.one(said["name"])
        here = next((one for one in same if one.parent_id == parent), None)
        # Offices of one name in two districts are two; under the province or an agency it may be the same one.
        places = self.homes.places.by_id
        unsure = [one for one in same if parent not in places or one.parent_id not in places]
        if here is None and unsure:
            raise CellProblem("body_may_be", other=unsure[0].name, column="name")
        return here
