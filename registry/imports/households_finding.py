"""Which household a row of a list tells of: one of the register, one that an earlier row makes, or a new one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from registry.imports.households_facts import RowFacts
from registry.imports.households_known import KnownHouseholds
from registry.imports.households_telling import BY_YEAR, Asked, ByYear, Target, Told
from registry.imports.households_writing import OFFICE_CODE
from registry.imports.identity import Meant, OfficeCode, Question, Signs, all_new, changes_of
from registry.imports.known_person import KnownPerson
from registry.imports.people_columns import Homes
from registry.imports.people_known import Fits
from registry.imports.people_showing import person_sides
from registry.imports.person_cells import SaidOfPerson, person_said
from registry.imports.rivals import office_code
from registry.imports.staged import Change, Remark, Side
from registry.imports.standings import StandingsReader

_NUMBER_FACTS = ("citizen_number_digest", "citizen_number_sealed", "old_number_digest", "old_number_sealed")


class FileRow(NamedTuple):
    """A row of the file: where it stands, its cells, what the office answered to its question, and how other rows
    speak of the record that it makes.
    """

    sheet: int
    number: int
    cells: Sequence[Any]
    answer: str
    ref: str


class HouseholdFinder:
    """Finds each row's household, and keeps what rows tell of it; whom the office told apart stands in `apart`."""

    def __init__(self, homes: Homes, known: KnownHouseholds) -> None:
        self._homes = homes
        self._known = known
        self._by_ref: dict[int | str, Target] = {}
        # New household -> those that the office told it apart from.
        self.apart: dict[str, list[int | str]] = {}

    def begin(self, facts: RowFacts, standings: StandingsReader, columns: Mapping[str, int]) -> None:
        """Turn to a sheet with these columns."""
        self._facts = facts
        self._standings = standings
        # One household may bear an office's code in one year's row and another in the next.
        self.has_row_years = bool({"year", "reviewed_on"} & columns.keys())
        self.is_by_year = self.has_row_years and "code" in columns

    def tell(self, row: FileRow, said: dict[str, Any], *, of_year: bool) -> Told | Asked | ByYear:
        """What the row tells of its household, known or new, or its question.

        Raises ``CellProblem`` with its `column` where the row names no home, or a code that cannot be used. A row with
        an office's code in a list with a row a year is told anew for each year (`of_year`).
        """
        code = said.get("code", "")
        own_code = code if code and self._known.is_own(code) else ""
        own = self._known.coded(own_code) if own_code else None
        if own is not None and "commune" not in said and "village" not in said:
            unit_id, village = own.unit_id, ""
        else:
            unit_id, village = self._homes.of(
                said.get("commune", ""), said.get("district", ""), said.get("village", "")
            )
        if village and "address" not in said:
            said["address"] = village
        person = person_said(said)
        office = None
        if code and not own_code:
            if self.is_by_year and not of_year:
                return BY_YEAR
            office = self._office(code, unit_id, row, person)
        signs = Signs(
            name=person.name,
            unit_id=unit_id,
            birth_year=said.get("birth_year"),
            number=person.number_digest,
            old_number=person.old_digest,
            code=own_code,
            office=office,
            village=village,
        )
        try:
            meant = self._known.meant(signs, row.answer, self._fitting(said, person, unit_id, row))
        except Question as question:
            place = self._homes.places.full_name(unit_id)
            sides = self.sides(signs, said, question, person)
            asked = question.asked(row.sheet, row.number, person.name, place, sides)
            return Asked(asked, question.is_of_row)
        if "code" in meant.left_out:
            signs = signs.without_code()
            person.notes.append(Remark("code_left_out", "code", {"value": code}))
        if "citizen_number" in meant.left_out:
            signs = signs.without_number()
            person.leave_out_number()
        if meant.known is None:
            return self._new(row, said, person, signs, meant)
        return self._recorded(row, said, person, signs, meant)

    def _office(self, code: str, unit_id: int, row: FileRow, person: SaidOfPerson) -> OfficeCode | None:
        """The office's code with the commune and the year for which it says something."""
        year = self.year_of(row.cells)
        if year is None:
            person.notes.append(Remark("office_code_without_year", "code", {"value": code}))
            return None
        place = self._homes.places.by_id[unit_id]
        commune = place.parent_id if place.kind == "village" and place.parent_id else unit_id
        return OfficeCode(commune, year, office_code(code))

    def year_of(self, cells: Sequence[Any]) -> int | None:
        """The year that the row is for: of its own, of its list, or the last of which it tells."""
        own = self._standings.row_year(cells)
        if own is not None:
            return own
        return max((year for year, _status, _column in self._standings.read(cells, [])), default=None)

    def _fitting(self, said: dict[str, Any], person: SaidOfPerson, unit_id: int, row: FileRow) -> Fits:
        """Says of a household whether the row would change nothing of it, and tells of no year that another row told."""

        def fits(known: KnownPerson) -> bool:
            facts = self._facts.of(said, person, known)
            if changes_of(known.recorded, facts) or not self._same_home(known.unit_id, unit_id):
                return False
            recorded = self._known.standings(known)
            target = self._by_ref.get(known.ref)
            told = target.said if target else {}
            return all(
                year not in told and year in recorded and recorded[year].status == status
                for year, status, _column in self._standings.read(row.cells, [])
            )

        return fits

    def _new(
        self, row: FileRow, said: dict[str, Any], person: SaidOfPerson, signs: Signs, meant: Meant
    ) -> Told:
        facts = self._facts.of(said, person, None)
        facts["unit"] = signs.unit_id
        if signs.code:
            facts["code"] = signs.code
        ref = row.ref
        if meant.apart_from:
            self.apart[ref] = list(meant.apart_from)
        known = self._known.add(signs, ref, row.number)
        place = self._homes.places.by_id[signs.unit_id].full_name
        target = self._by_ref[ref] = Target(known, place, signs.unit_id, {})
        return Told(
            target,
            person.name,
            signs,
            facts,
            person.spelling + person.notes,
            is_by_name=not signs.are_strong,
            is_of_row=meant.is_of_row,
        )

    def _recorded(
        self, row: FileRow, said: dict[str, Any], person: SaidOfPerson, signs: Signs, meant: Meant
    ) -> Told:
        known = meant.known
        facts = self._facts.of(said, person, known)
        if meant.is_new_head:
            for name in ("birth_year", *_NUMBER_FACTS):
                facts.setdefault(name, None if name == "birth_year" else "")
        if not self._same_home(known.unit_id, signs.unit_id):
            facts["unit"] = signs.unit_id
        target = self._by_ref.get(known.ref)
        if target is None:
            known.row = row.number
            place = self._homes.places.full_name(signs.unit_id)
            target = self._by_ref[known.ref] = Target(
                known, place, signs.unit_id, self._known.standings(known)
            )
        elif not known.is_made:
            # The row that would make it was refused; this one makes it instead.
            facts.setdefault("unit", signs.unit_id)
            if known.code:
                facts.setdefault("code", known.code)
        is_by_name = meant.is_by_name or not signs.are_strong
        return Told(
            target,
            person.name,
            signs,
            facts,
            person.notes,
            is_by_name=is_by_name,
            is_of_row=meant.is_of_row,
        )

    def sides(
        self, signs: Signs, said: Mapping[str, Any], question: Question, person: SaidOfPerson
    ) -> list[Side]:
        """What the file and the register say, side by side."""
        return person_sides(signs, said, person, question.others, self._known, self._homes.places.full_name)

    def _same_home(self, recorded: int, said: int) -> bool:
        """A file that names the commune alone does not move a household out of its village."""
        return recorded == said or self._homes.places.commune_of(recorded) == said

    def twin(self, told: Told, row: FileRow) -> Told | None:
        """The other household of the register that reads like this row's and holds what the row says already."""
        said = self._said_again(told, row)
        person = person_said(said)
        known = self._known.untold(told.signs, self._fitting(said, person, told.signs.unit_id, row))
        return self._recorded(row, said, person, told.signs, Meant(known)) if known else None

    def another(self, told: Told, row: FileRow) -> Told:
        """The household of a row that reads like another row's and is not of the same household, as the office says."""
        said = self._said_again(told, row)
        meant = Meant(None, (told.target.known.ref,))
        return self._new(row, said, person_said(said), told.signs, meant)

    def _said_again(self, told: Told, row: FileRow) -> dict[str, Any]:
        said = self._facts.read(row.cells)[0]
        if told.signs.village:
            said.setdefault("address", told.signs.village)
        return said

    def accept(self, told: Told, cells: Sequence[Any]) -> dict[str, Change] | None:
        """What the row changes of its household, whose record later rows are held against."""
        target, said = told.target, told.facts
        known = target.known
        if self.has_row_years:
            year = self.year_of(cells) or 0
            if year < target.described_for:
                # A later year's row holds; an earlier one adds what is not known yet, as the marks of a name.
                said = {
                    name: value
                    for name, value in said.items()
                    if name == "name" or known.recorded(name) in (None, "")
                }
            elif told.is_taken and (year == target.described_for or told is target.described_by):
                said = {}
            if year >= target.described_for:
                target.described_for, target.described_by = year, told
        told.is_taken = True
        facts = changes_of(known.recorded, said) if known.is_made else all_new(said)
        office = self._office_change(told)
        if not known.is_made or facts:
            known.accept({name: change.new for name, change in facts.items()})
            self._known.index(known, told.signs)
        return {**facts, **office} or None

    def _office_change(self, told: Told) -> dict[str, Change]:
        """The office's code where the household has not got it yet."""
        office, known = told.signs.office, told.target.known
        if office is None:
            return {}
        codes = self._known.codes_of(known, office.unit_id, office.year)
        if office.code in codes:
            return {}
        if not self._known.office_codes.is_free(office, known):
            told.notes.append(Remark("office_code_taken", "code", {"value": office.code}))
            return {}
        self._known.office_codes.take(known, office)
        return {OFFICE_CODE: Change(min(codes, default=None), list(office))}
