"""Lists of people put forward for their own work, by agencies, communes and districts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core import personal_numbers
from core.spreadsheets import cells
from core.spreadsheets.problems import CellProblem
from core.spreadsheets.tables import ListTable
from core.text import match_key
from registry.enums import IndividualRole
from registry.imports import words
from registry.imports.bodies import Bodies
from registry.imports.columns import OfficeField, OfficeResource
from registry.imports.importer import Context, register
from registry.imports.office_words import headings
from registry.imports.people_columns import (
    Homes,
    birth_year_column,
    citizen_number_column,
    code_column,
    commune_column,
    district_column,
    village_column,
)
from registry.imports.people_known import FOUND_BY, KnownPeople
from registry.imports.records import Record, RecordImporter
from registry.imports.records_writing import Codes, RecordWriting
from registry.models import ImportFile, Individual
from registry.permissions_imports import INDIVIDUAL_KEEPERS, check_can_import_individuals
from registry.unit_names import VILLAGE_TYPES, parse_name

CODE_LETTER = "C"
_PLAIN_FACTS = ("name", "birth_year", "position", "role", "is_woman")


class IndividualResource(OfficeResource):
    """The columns of a list of individuals."""

    code = code_column(_("Code of the individual"), "individual.code")
    name = OfficeField(
        "name",
        _("Full name"),
        read=cells.read_text,
        headings=headings("individual.name"),
        required=True,
        needed=True,
        limit=120,
        help_text=_("Needed in every row."),
        example="Trần Văn Bình",
    )
    birth_year = birth_year_column()
    sex = OfficeField(
        "is_woman",
        _("Sex"),
        words=words.SEX_WORDS,
        write=lambda value: _now("woman") if value else _now("man"),
        headings=headings("individual.sex"),
        help_text=_("woman or man"),
        example="Nữ",
    )
    woman = OfficeField(
        "is_woman",
        _("Woman"),
        words=words.YES_NO_WORDS,
        headings=headings("individual.woman"),
        is_exported=False,
        help_text=_("yes or no"),
    )
    citizen_number = citizen_number_column()
    place = OfficeField(
        "unit__full_name",
        _("Works or lives at"),
        read=cells.read_text,
        headings=headings("individual.place"),
        decisive=True,
        help_text=_(
            "An agency, enterprise or commune of the register. A commune may have its own column instead."
        ),
        example="Hội Nông dân tỉnh",
    )
    village = village_column(is_exported=False)
    commune = commune_column(is_exported=False)
    district = district_column(is_exported=False)
    position = OfficeField(
        "position",
        _("Position"),
        read=cells.read_text,
        headings=headings("individual.position"),
        blanks=("blank", "blank_text"),
        limit=160,
        example="Chủ tịch Hội Nông dân xã",
    )
    capacity = OfficeField(
        "role",
        _("Capacity"),
        words=words.CAPACITY_WORDS,
        write=lambda value: str(IndividualRole(value).label),
        headings=headings("individual.capacity"),
        help_text=_("cadre, civil servant, public employee, works on poverty reduction, another person"),
        example="Công chức",
    )

    parts: ClassVar = {"name": (headings("individual.family_name"), headings("individual.given_name"))}

    class Meta:
        model = Individual
        fields = (
            *("code", "name", "birth_year", "sex", "woman", "citizen_number", "place", "village", "commune"),
            *("district", "position", "capacity"),
        )


class KnownIndividuals(KnownPeople):
    """Looks a row's person up as all people are."""

    model = Individual
    facts = (*FOUND_BY, "position", "role", "is_woman", "citizen_number_digest")


class IndividualWriting(RecordWriting):
    """Writes individuals; a new one gets the next code of the unit."""

    model = Individual
    same = ("name_folded", "birth_year")

    def __init__(self, staged: ImportFile, actor: Any) -> None:
        super().__init__(staged, actor)
        self._codes = Codes(Individual, CODE_LETTER)

    def prepare(self, records: list[Individual]) -> None:
        """Give codes and fill the searched columns."""
        for one in records:
            one.code = one.code or self._codes.next_for(one.unit_id)
            one.fill_stored_columns()


@register
class IndividualImporter(RecordImporter):
    """Individuals where they work or live."""

    code = "individuals"
    label = _("Individuals")
    explanation = _("Lists of people who are put forward for their own work, with where they work or live.")
    resource = IndividualResource
    model = Individual
    writing = IndividualWriting
    keepers = INDIVIDUAL_KEEPERS
    asks = frozenset({"unit"})
    has_personal_data = True
    not_in_template = frozenset({"woman"})
    labels = {
        "unit": _("Works or lives at"),
        "role": _("Capacity"),
        "is_woman": _("woman"),
        "citizen_number_digest": _("Citizen number"),
    }
    check = staticmethod(check_can_import_individuals)

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._homes = Homes(context)
        self._bodies = Bodies(context.day, self._homes.places, context.unit_ids, context.province_id)
        self._known = KnownIndividuals(context.unit_ids, self._homes.places)

    def begin(self, at: int, table: ListTable) -> None:
        """Turn to a sheet."""
        super().begin(at, table)
        self._homes.begin(table.titles, table.sheet.name)

    def take_heading(self, cells: Sequence[Any]) -> bool:
        """A district, commune or village heads the people below it."""
        return self._homes.take_heading(cells)

    def record(self, number: int, said: dict[str, Any]) -> Record:
        """The person of the code, of the citizen number, or of the name, year of birth and unit; or a new one."""
        self._homes.remarks.clear()
        code = said.get("code", "")
        known = self._known.coded(code) if code else None
        if (known is not None and not {"place", "commune", "village"} & said.keys()) or (
            known is not None and self._is_home(known.unit_id, said.get("place", ""))
        ):
            unit_id = known.unit_id
        else:
            unit_id = self._unit(said)
        where = self._bodies.name_of(unit_id)
        if known is None:
            known = self._known.alike(said, unit_id, where)
        facts = self._facts(said)
        notes = tuple(self._homes.remarks)
        if known is None:
            ref = self.reference(number)
            self._known.add(said, unit_id, ref)
            facts |= {"unit": unit_id, "code": code}
            return Record(ref, said["name"], where, (unit_id,), None, facts, notes)
        if isinstance(known.ref, str):
            return Record(known.ref, said["name"], where, (unit_id,), None, {})
        places = self._homes.places
        # A list that names the commune alone moves nobody out of a village.
        facts["unit"] = known.unit_id if places.commune_of(known.unit_id) == unit_id else unit_id
        recorded = {**known.facts, "unit": known.unit_id}
        if recorded["citizen_number_digest"] == facts.get("citizen_number_digest"):
            facts.pop("citizen_number_sealed", None)
        return Record(known.ref, said["name"], where, (known.unit_id, unit_id), recorded, facts, notes)

    def _facts(self, said: dict[str, Any]) -> dict[str, Any]:
        """The person's own facts as the model holds them; what the row leaves empty changes nothing."""
        renamed = {"capacity": "role", "sex": "is_woman", "woman": "is_woman"}
        facts = {renamed.get(name, name): value for name, value in said.items()}
        facts = {name: facts[name] for name in _PLAIN_FACTS if name in facts}
        number = said.get("citizen_number")
        if number:
            facts["citizen_number_digest"] = personal_numbers.digest(number)
            facts["citizen_number_sealed"] = personal_numbers.seal(number)
        return facts

    def _is_home(self, unit_id: int, text: str) -> bool:
        """Whether the cell says where the person is recorded already, as an export writes it."""
        return bool(text) and match_key(text) == match_key(self._bodies.name_of(unit_id))

    def _unit(self, said: dict[str, Any]) -> int:
        """The body or place that the row names; what is written of a body is never taken for a commune's name."""
        text = said.get("place", "")
        district = said.get("district", "")
        if not text:
            own = self._bodies.only_own()
            if own is not None and "commune" not in said:
                return own.id
            return self._homes.of(said.get("commune", ""), district, said.get("village", ""))[0]
        try:
            return self._named(text, district, said.get("village", ""))
        except CellProblem as problem:
            problem.params.setdefault("column", "place")
            raise

    def _named(self, text: str, district: str, village: str) -> int:
        body = self._bodies.one(text)
        if body is not None:
            if not self._bodies.keeps(body.id):
                raise CellProblem("unit_outside_area", value=text)
            return body.id
        first, _comma, rest = text.partition(",")
        if rest and parse_name(first).type in VILLAGE_TYPES:
            return self._homes.of(rest.strip(), district, first)[0]
        place = self._bodies.place(text, district)
        if isinstance(place, int):
            if not self._bodies.keeps(place):
                raise CellProblem("unit_outside_area", value=text)
            return place
        if place is not None:
            is_commune = place.kind == "commune"
            return self._homes.of(place.name, district, village)[0] if is_commune and village else place.id
        try:
            return self._homes.of(text, district, village)[0]
        except CellProblem as problem:
            raise (self._bodies.unknown(text) if problem.code == "unit_unknown" else problem) from problem
