"""Lists of villages (thôn, khu phố) of any commune: what the register lacks is entered, nothing is renamed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.spreadsheets import cells
from core.spreadsheets.cells import shown_day
from core.spreadsheets.problems import CellProblem
from core.spreadsheets.tables import ListTable
from registry.enums import AdminType, UnitKind
from registry.imports.columns import OfficeField, OfficeResource
from registry.imports.importer import Context, register
from registry.imports.office_words import headings
from registry.imports.people_columns import Homes, commune_column, district_column
from registry.imports.places import Place, village_key
from registry.imports.records import Record, RecordImporter
from registry.imports.units_writing import UnitWriting
from registry.imports.village_names import read_village_kind, village_name
from registry.models import Unit
from registry.permissions_imports import VILLAGE_KEEPERS, check_can_import_villages
from registry.unit_names import COMMUNE_TYPES, DISTRICT_TYPES, parse_name


def valid_from_column(default: Any) -> OfficeField:
    """The day from which a unit exists; `default` says what an empty cell means."""
    return OfficeField(
        "valid_from",
        _("Exists from"),
        read=cells.read_day_text,
        write=cells.shown_day,
        headings=headings("unit.valid_from"),
        help_text=default,
        example="01/01/2021",
    )


class VillageResource(OfficeResource):
    """The columns of a list of villages."""

    name = OfficeField(
        "name",
        _("Village"),
        read=cells.read_certain_text,
        headings=headings("village.name"),
        required=True,
        needed=True,
        limit=120,
        help_text=_("The village's name, with or without its title. Needed in every row."),
        example="Thôn Phú Sơn",
    )
    kind = OfficeField(
        "admin_type",
        _("Title"),
        read=read_village_kind,
        write=lambda value: str(AdminType(value).label),
        headings=headings("village.kind"),
        decisive=True,
        help_text=_("thôn or khu phố; needed where the name does not say it."),
        example="Thôn",
    )
    commune = commune_column("place.unit")
    district = district_column()
    code = OfficeField(
        "gso_code",
        _("Village code"),
        read=cells.read_text,
        headings=headings("village.code"),
        decisive=True,
        limit=10,
        help_text=_("The official code, where there is one."),
    )
    valid_from = valid_from_column(
        _("Left empty for a new village: the day from which the register knows its commune.")
    )

    class Meta:
        model = Unit
        fields = ("name", "kind", "commune", "district", "code", "valid_from")


@dataclass(slots=True)
class _Village:
    ref: int | str
    name: str
    admin_type: str
    parent_id: int
    gso_code: str
    valid_from: str


class VillageWriting(UnitWriting):
    """Writes villages."""

    kind = UnitKind.VILLAGE


@register
class VillageImporter(RecordImporter):
    """Villages under their communes."""

    code = "villages"
    label = _("Villages of communes")
    explanation = _(
        "Lists of thôn and khu phố: those that the register lacks are entered under their commune."
        " New names, mergers and divisions are recorded as reorganisations, not here."
    )
    resource = VillageResource
    model = Unit
    writing = VillageWriting
    keepers = VILLAGE_KEEPERS
    asks = frozenset({"unit"})
    labels = {"parent": _("Commune"), "admin_type": _("Title"), "gso_code": _("Village code")}
    check = staticmethod(check_can_import_villages)

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._homes = Homes(context)
        self._by_name: dict[tuple[int, str], list[_Village]] = defaultdict(list)
        self._by_code: dict[str, _Village] = {}
        living = Unit.objects.filter(kind=UnitKind.VILLAGE).on(context.day).order_by("pk")
        for pk, name, title, parent, code, since in living.values_list(
            "pk", "name", "admin_type", "parent_id", "gso_code", "valid_from"
        ):
            self._keep(_Village(pk, name, title, parent, code, since.isoformat()))

    def begin(self, at: int, table: ListTable) -> None:
        """Turn to a sheet."""
        super().begin(at, table)
        self._homes.begin(table.titles)

    def is_record(self, cells: Sequence[Any]) -> bool:
        """A village's name is a record even when nothing stands beside it; a commune's or district's is not."""
        if not self._is_named(cells):
            return super().is_record(cells)
        return parse_name(self._name(cells)).type not in COMMUNE_TYPES | DISTRICT_TYPES

    def take_heading(self, cells: Sequence[Any]) -> bool:
        """A commune or district heads the villages below it."""
        return self._homes.take_heading(cells, of_villages=False)

    def record(self, number: int, said: dict[str, Any]) -> Record:
        """The village of the commune, or a new one."""
        unit_id, _village = self._homes.of(said.get("commune", ""), said.get("district", ""), "")
        commune = self._homes.places.by_id[unit_id]
        title, name = village_name(said["name"], said.get("kind"))
        code = said.get("code", "")
        known = self._known(name, title, commune, code)
        facts: dict[str, Any] = {"gso_code": code} if code else {}
        since = said.get("valid_from")
        if known is not None:
            if since and since != known.valid_from:
                raise CellProblem(
                    "exists_from_differs", recorded=shown_day(known.valid_from), column="valid_from"
                )
            recorded = {"gso_code": known.gso_code}
            return Record(known.ref, known.name, commune.full_name, (unit_id,), recorded, facts)
        since = since or commune.valid_from.isoformat()
        self._check_since(since, commune)
        facts |= {"name": name, "admin_type": title, "parent": unit_id, "valid_from": since}
        self._keep(_Village(self.reference(number), name, title, unit_id, code, since))
        return Record(self.reference(number), name, commune.full_name, (unit_id,), None, facts)

    def _known(self, name: str, title: str, commune: Place, code: str) -> _Village | None:
        same = self._by_name[commune.id, village_key(name)]
        known = next((one for one in same if one.admin_type == title), None)
        bearer = self._by_code.get(code) if code else None
        if bearer is not None and bearer is not known:
            problem = "unit_renamed" if bearer.parent_id == commune.id else "code_of_unit"
            raise CellProblem(problem, value=code, other=bearer.name, column="code")
        if known is not None and code and known.gso_code and known.gso_code != code:
            raise CellProblem("code_differs", value=code, recorded=known.gso_code, column="code")
        recorded = [one for one in same if isinstance(one.ref, int)]
        if known is None and recorded:
            raise CellProblem("unit_retitled", other=recorded[0].name, column="name")
        return known

    def _check_since(self, since: str, commune: Place) -> None:
        if since > self.context.day.isoformat():
            raise CellProblem("day_future", value=shown_day(since), column="valid_from")
        if since < commune.valid_from.isoformat():
            day = shown_day(commune.valid_from)
            raise CellProblem(
                "day_before_parent", value=shown_day(since), unit=commune.name, day=day, column="valid_from"
            )

    def _keep(self, village: _Village) -> None:
        self._by_name[village.parent_id, village_key(village.name)].append(village)
        if village.gso_code:
            self._by_code[village.gso_code] = village
