"""Lists of people put forward for their own work, by agencies, communes and districts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.spreadsheets import cells
from core.spreadsheets.problems import CellProblem
from core.spreadsheets.tables import ListTable
from core.text import match_key
from registry.enums import IndividualRole
from registry.imports import words
from registry.imports.became import BecameSince
from registry.imports.bodies import Bodies
from registry.imports.columns import OfficeField, OfficeResource
from registry.imports.identity import ANOTHER, SAME, Meant, Question, Signs, changes_of
from registry.imports.importer import Context, register
from registry.imports.known_person import KnownPerson
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
from registry.imports.people_showing import person_sides, sides_shown
from registry.imports.person_cells import SaidOfPerson, person_said, read_person_name, with_remarks
from registry.imports.records import Record, RecordImporter, Repeated, Waiting
from registry.imports.records_writing import (
    Codes,
    RecordWriting,
    changed_meanwhile,
    hold_homes,
    keep_apart,
    people_shown,
)
from registry.imports.staged import AskedRow, Marked, Remark, Side, StagedRow
from registry.models import DistinctIndividuals, ImportFile, Individual
from registry.permissions_imports import INDIVIDUAL_KEEPERS, check_can_import_individuals
from registry.unit_names import VILLAGE_TYPES, parse_name

CODE_LETTER = "C"
_PLAIN_FACTS = ("birth_year", "position", "role", "is_woman")


class IndividualResource(OfficeResource):
    """The columns of a list of individuals."""

    code = code_column(
        _("Code of the individual"),
        "individual.code",
        help_text=_("The register's code. Leave it empty for a new record."),
    )
    name = OfficeField(
        "name",
        _("Full name"),
        read=read_person_name,
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
    pairs = DistinctIndividuals
    letter = "C-"
    facts = (*FOUND_BY, "position", "role", "is_woman")


class IndividualWriting(RecordWriting):
    """Writes individuals; a new one gets the next code of the unit."""

    model = Individual
    same = ("name_folded",)
    is_of_people = True

    def __init__(self, staged: ImportFile, actor: Any) -> None:
        super().__init__(staged, actor)
        self._codes = Codes(Individual, CODE_LETTER)
        shown = [one.key for one in people_shown(staged)]
        apart, newest = staged.options.get("apart", {}), staged.options.get("newest")
        self._became = BecameSince(Individual, newest, self.within, apart, shown)
        self._made: dict[str, int] = {}

    def hold(self) -> Q | None:
        """Hold the bodies and communes of the file's people."""
        return hold_homes(self.staged.options.get("unit_ids", ()))

    def prepare(self, records: list[Individual]) -> None:
        """Give codes and fill the searched columns."""
        for one in records:
            one.code = one.code or self._codes.next_for(one.unit_id)
            one.fill_stored_columns()

    def check_new(self, rows: Sequence[StagedRow], records: list[Individual]) -> None:
        """Nobody of the register became one of them since the preview."""
        if self._became.any(
            (str(row.target), one, frozenset()) for row, one in zip(rows, records, strict=True)
        ):
            raise changed_meanwhile()

    def made(self, rows: Sequence[StagedRow], records: list[Individual]) -> None:
        """Keep which record each row made: the office may have told it apart from others."""
        self._made |= {str(row.target): record.pk for row, record in zip(rows, records, strict=True)}

    def finish(self) -> Mapping[str, Any]:
        """Remember whom the office told apart."""
        apart = keep_apart(DistinctIndividuals, self.staged.options.get("apart", {}), self._made, self.actor)
        return {"told_apart": apart} if apart else {}


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
        "old_number_digest": _("Old number (9 digits)"),
        "note": _("Note"),
    }
    check = staticmethod(check_can_import_individuals)

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._homes = Homes(context)
        self._bodies = Bodies(context.day, self._homes.places, context.unit_ids, context.province_id)
        self._known = KnownIndividuals(context.unit_ids, self._homes.places, context.lists)
        # New person -> those from whom the office told them apart.
        self.noted["apart"] = {}

    def begin(self, at: int, table: ListTable) -> None:
        """Turn to a sheet."""
        super().begin(at, table)
        self._homes.begin(table.titles, table.sheet.name)

    def _close(self) -> None:
        """Say also whose number stands with somebody whom the person does not see."""
        super()._close()
        for number in self._known.borne_elsewhere():
            self.find("number_elsewhere", number)

    def take_heading(self, cells: Sequence[Any]) -> bool:
        """A district, commune or village heads the people below it."""
        return self._homes.take_heading(cells)

    def record(self, number: int, said: dict[str, Any]) -> Record:
        """The person of the code, of the citizen number, or of the name, year of birth and unit; or a new one."""
        self._homes.remarks.clear()
        code = said.get("code", "")
        own = self._known.coded(code) if code and self._known.is_own(code) else None
        is_placed = bool({"place", "commune", "village"} & said.keys())
        if own is not None and (not is_placed or self._is_home(own.unit_id, said.get("place", ""))):
            unit_id = own.unit_id
        else:
            unit_id = self._unit(said)
        person = person_said(said)
        person.notes += self._homes.remarks
        if code and not self._known.is_own(code):
            person.notes.append(Remark("code_not_ours", "code", {"value": code}))
            code = ""
        signs = Signs(
            name=person.name,
            unit_id=unit_id,
            birth_year=said.get("birth_year"),
            number=person.number_digest,
            old_number=person.old_digest,
            code=code,
        )
        try:
            meant = self._known.meant(signs, self.answer(number), self._fitting(said, person, unit_id))
            if meant.known is not None and meant.known.row and meant.is_by_name:
                meant = self._repeated(number, meant.known, signs)
        except Question as question:
            sides = person_sides(signs, said, person, question.others, self._known, self._bodies.name_of)
            where = self._bodies.name_of(unit_id)
            raise Waiting(question.asked(self.sheet, number, person.name, where, sides)) from question
        if "code" in meant.left_out:
            signs = signs.without_code()
            person.notes.append(Remark("code_left_out", "code", {"value": code}))
        if "citizen_number" in meant.left_out:
            signs = signs.without_number()
            person.leave_out_number()
        return self._record(number, said, person, signs, meant)

    def _record(
        self, number: int, said: dict[str, Any], person: SaidOfPerson, signs: Signs, meant: Meant
    ) -> Record:
        where = self._bodies.name_of(signs.unit_id)
        known = meant.known
        facts = self._facts(said, person, known)
        if known is None:
            ref = self.reference(number)
            if meant.apart_from:
                self.noted["apart"][ref] = list(meant.apart_from)
            self._known.add(signs, ref, number)
            facts |= {"unit": signs.unit_id, "code": signs.code}
            notes = person.spelling + person.notes
            return Record(ref, person.name, where, (signs.unit_id,), None, facts, notes)
        known.row = known.row or number
        if isinstance(known.ref, str):
            return Record(known.ref, person.name, where, (signs.unit_id,), None, {}, person.notes)
        # A list that names the commune alone moves nobody out of a village.
        is_home = self._homes.places.commune_of(known.unit_id) == signs.unit_id
        facts["unit"] = known.unit_id if is_home else signs.unit_id
        unit_ids = (known.unit_id, signs.unit_id)
        recorded = {name: known.recorded(name) for name in facts}
        rests_on = Marked("individual", known.ref, known.mark)
        return Record(known.ref, person.name, where, unit_ids, recorded, facts, person.notes, rests_on)

    def _repeated(self, number: int, known: KnownPerson, signs: Signs) -> Meant:
        """A person whom another row names and nothing but a name tells from this one: asked, not left out in silence."""
        answer = self.answer(number)
        if answer == ANOTHER:
            return Meant(None, (known.ref,))
        if not answer.startswith(SAME):
            raise Question("person_repeated", [known], (SAME, ANOTHER), row=known.row)
        raise Repeated(known.row)

    def _fitting(self, said: dict[str, Any], person: SaidOfPerson, unit_id: int) -> Any:
        """Says of a person of whom no row has spoken whether the row would change nothing of them."""

        def fits(known: KnownPerson) -> bool:
            return (
                not known.row
                and self._homes.places.commune_of(known.unit_id) == self._homes.places.commune_of(unit_id)
                and not changes_of(known.recorded, self._facts(said, person, known))
            )

        return fits

    def _facts(self, said: dict[str, Any], person: SaidOfPerson, known: KnownPerson | None) -> dict[str, Any]:
        """The person's own facts as the model holds them; what the row leaves empty changes nothing."""
        renamed = {"capacity": "role", "sex": "is_woman", "woman": "is_woman"}
        facts = {renamed.get(name, name): value for name, value in said.items()}
        facts = {"name": person.name} | {name: facts[name] for name in _PLAIN_FACTS if name in facts}
        if person.remarks:
            facts["note"] = with_remarks(known, person.remarks)
        return facts | person.number_facts(known)

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

    @classmethod
    def sides_shown(cls, row: AskedRow) -> list[Side]:
        """The sides of a question as a person reads them, numbers by their last digits."""
        return sides_shown(row, cls.resource)
