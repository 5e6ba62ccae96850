"""Household lists as communes keep them: one row a household with its years beside it, or one row a year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.spreadsheets.cells import CellsAt, shown_day
from core.spreadsheets.problems import CellProblem
from core.spreadsheets.tables import ListTable
from core.spreadsheets.totals import is_total, is_total_beside
from registry.enums import Registration, RowState
from registry.imports.columns import ColumnReader
from registry.imports.households_columns import HouseholdResource
from registry.imports.households_known import KnownHouseholds
from registry.imports.households_showing import changes_shown
from registry.imports.households_writing import OFFICE_CODE, write_households
from registry.imports.identity import ANOTHER, SAME, Meant, OfficeCode, Question, Signs, all_new, changes_of
from registry.imports.importer import Context, ListImporter, ShownChange, register
from registry.imports.marks import mark_of_code
from registry.imports.members import OF_MEMBERS, KnownMembers, MemberRows
from registry.imports.people_columns import Homes
from registry.imports.people_known import KnownPerson
from registry.imports.people_showing import person_sides, sides_shown
from registry.imports.person_cells import SaidOfPerson, person_said, with_remarks
from registry.imports.records_writing import newest_of
from registry.imports.rivals import office_code
from registry.imports.staged import (
    OF_CODE,
    AskedRow,
    Change,
    Marked,
    MemberChange,
    Planned,
    Remark,
    Side,
    StagedRow,
    Standing,
    StandingChange,
    set_aside,
)
from registry.imports.standings import COLUMNS, Problems, StandingsReader, YearsOfRow
from registry.models import Household, HouseholdMember, ImportFile
from registry.permissions import PEOPLE_KEEPERS, check_can_import_households

_UNSEEN: Any = object()
_SHOWN = 80
_NUMBER_FACTS = ("citizen_number_digest", "citizen_number_sealed", "old_number_digest", "old_number_sealed")
_PLAIN_FACTS = ("birth_year", "address", "is_minority", "policy_loan_source")


@dataclass(slots=True)
class _Target:
    """A household of which rows of the file speak, as the file has described it so far."""

    known: KnownPerson
    place: str
    unit_id: int
    recorded: dict[int, Standing]
    said: dict[int, tuple[int, str]] = field(default_factory=dict)
    # Of lists with a row a year: the last year of which a row said what the household is like, and what that row told.
    described_for: int = 0
    described_by: _Told | None = None


@dataclass(slots=True)
class _Told:
    """What rows with the same cells tell of their household; its facts and notes go with the first that is taken."""

    target: _Target
    name: str
    signs: Signs
    facts: dict[str, Any]
    notes: list[Remark]
    is_taken: bool = False
    is_by_name: bool = False
    # Whether another row with the same cells may be of another household.
    is_of_row: bool = False
    # Whether its rows say nothing else of the household than a name, and what was then set aside.
    is_bare: bool = True
    bare: list[Remark] = field(default_factory=list)


@dataclass(slots=True)
class _Asked:
    """Rows with the same cells wait for one answer, which is asked for at the first of them; or each for its own."""

    row: AskedRow
    is_of_row: bool = False


class _ByYear:
    """Rows with the same cells bear an office's code, which says something for the year of each row only."""


class _ByRow:
    """Rows with the same cells may be of several households: each is looked at for itself."""


_BY_YEAR, _BY_ROW = _ByYear(), _ByRow()


@register
class HouseholdImporter(ListImporter):
    """Households with their standings by year."""

    code = "households"
    label = _("Households with their standing by year")
    explanation = _(
        "Lists of poor, near-poor and escaped households as communes keep them: a row a household with a column"
        " a year, or a row a year."
    )
    resource = HouseholdResource
    keepers = PEOPLE_KEEPERS
    takes_standings = True
    asks = frozenset({"year", "unit", "recognised_on", "document"})
    has_personal_data = True
    not_in_template = frozenset(
        {
            *("year", "status", "reviewed_on", "ethnicity", "local_people", "sex", "relationship"),
            *("head_number", "member_number", "member_name"),
        }
    )
    instructions = (
        _("Write each year's standing under that year; more columns headed by a year may be added."),
        _("A list with one row a year instead has the columns “Year” and “Standing”."),
    )
    check = staticmethod(check_can_import_households)

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._homes = Homes(context)
        self.noted["newest"] = newest_of(Household)
        self._known = KnownHouseholds(context.unit_ids, self._homes.places, context.lists)
        self._by_cells: dict[tuple[Any, ...], Any] = {}
        self._by_ref: dict[int | str, _Target] = {}
        # New household -> those that the office told it apart from.
        self.noted["apart"] = {}
        self._known_members: KnownMembers | None = None
        self._members: MemberRows | None = None
        self._asides: list[Remark] = []
        # Rows of new households that name no standing.
        self._unsaid: list[int] = []

    def begin(self, at: int, table: ListTable) -> None:
        """Turn to a sheet."""
        super().begin(at, table)
        self._homes.begin(table.titles, table.sheet.name)
        if self._homes.village_of_sheet:
            self.find("village_of_sheet", None, village=self._homes.village_of_sheet)
        elif self._homes.village_of_title:
            self.find("village_of_title", None, village=self._homes.village_of_title)
        self._by_cells.clear()
        self._status = self.readers.get("status") or self.reader("status")
        self._standings = StandingsReader(self.context, table, self.readers, self._status)
        own = {name: at for name, at in self.positions.items() if name not in OF_MEMBERS}
        of_facts = {name: at for name, at in own.items() if name not in COLUMNS}
        self._of_facts = [(name, at, self.readers[name]) for name, at in of_facts.items()]
        self._facts_in = CellsAt([*of_facts.values()])
        # One household may bear an office's code in one year's row and another in the next.
        self._has_row_years = bool({"year", "reviewed_on"} & own.keys())
        self._is_by_year = self._has_row_years and "code" in own
        if self._standings.of_list:
            self.find("standing_of_list", None, standing=self._standings.of_list)
        self._members = self._member_rows(table) if MemberRows.are_in(table) else None
        if self._members is None and "member_name" in self.readers:
            self.find("columns_unused", None, columns=str(self.readers["member_name"].field.label))
        named_at = self.positions["name"]
        beside = (*own.values(), *self._standings.positions)
        self._evidence = CellsAt([one for one in beside if one != named_at])

    def _close(self) -> None:
        """Say also whose number stands with somebody whom the person does not see."""
        super()._close()
        for number in self._known.borne_elsewhere():
            self.find("number_elsewhere", number)

    def readers_used(self) -> Iterable[ColumnReader]:
        """Whatever read cells of the sheet; standings stand in columns a year, too."""
        return {**self.readers, "status": self._status}.values()

    def _member_rows(self, table: ListTable) -> MemberRows:
        if self._known_members is None:
            self.noted["newest_member"] = newest_of(HouseholdMember)
            self._known_members = KnownMembers(self.context.unit_ids)
        return MemberRows(table, self.readers, self._known_members)

    def rows_of(self, table: ListTable) -> Iterator[tuple[int, Sequence[Any]]]:
        """The rows to plan: where members have rows of their own, those of the heads."""
        if self._members is None:
            return table.rows()
        return self._members.heads(
            lambda number, cells: self.pass_over(number, cells, "heading_repeated"), self.look_at_unread
        )

    def _planned_rows(self, table: ListTable) -> Iterator[Planned]:
        """Every row of the sheet; the members of a household that stays out stay out with it."""
        self._unsaid = []
        if self._members is None:
            yield from super()._planned_rows(table)
        else:
            for planned in super()._planned_rows(table):
                yield planned
                if planned[0] in {RowState.REFUSED, RowState.ASKED}:
                    yield from self._refused_members(planned[1].number)
        if self._unsaid:
            self.find("standing_unsaid", None, count=len(self._unsaid), row=self._unsaid[0])

    def _refused_members(self, head: int) -> Iterator[Planned]:
        of_head = self._members.of_head.get(head, ()) if self._members else ()
        for number, cells in of_head:
            problem = CellProblem("member_of_refused", row=head)
            yield self.refused(number, self._shown_name(cells), [("", problem)])

    def plan(self, number: int, cells: Sequence[Any]) -> Planned | None:
        """What loading this row would do; None for a row that only heads or closes a group."""
        key = self._facts_in.of(cells)
        told = self._by_cells.get(key, _UNSEEN)
        # Whose cells said more than a name says more in each of the rows that have them.
        if (told.__class__ is not _Told or told.is_bare) and self._says_nothing(cells):
            self._pass_over(number, cells)
            return None
        if told is _BY_YEAR:
            key = (*key, self._year_of(cells))
            told = self._by_cells.get(key, _UNSEEN)
        if told is _UNSEEN or told is _BY_ROW:
            told = self._identify(number, cells)
            if told is None:
                return None
            if told is _BY_YEAR:
                self._by_cells[key] = _BY_YEAR
                key = (*key, self._year_of(cells))
                told = self._identify(number, cells, of_year=True)
            self._by_cells[key] = _BY_ROW if getattr(told, "is_of_row", False) else told
        if told.__class__ is _Told:
            return self._plan_for(told, number, cells)
        if isinstance(told, _Asked):
            return self._wait(told, number)
        return self.refused(number, self._shown_name(cells), told)

    def _says_nothing(self, cells: Sequence[Any]) -> bool:
        """Whether the row has no fact beside a name."""
        evidence = self._evidence.of(cells)
        # Zero is evidence too, but rare enough to be looked for only where nothing else stands.
        return not any(evidence) and bool(evidence) and all(cell in ("", None) for cell in evidence)

    def _wait(self, asked: _Asked, number: int) -> Planned:
        """The row with its question; a later one with the same cells waits for the same answer."""
        row = asked.row
        if number != row.number:
            params = {"row": row.number}
            row = AskedRow(self.sheet, number, row.name, row.place, "answered_above", params, (), ())
        return RowState.ASKED, row

    def _plan_for(self, told: _Told, number: int, cells: Sequence[Any]) -> Planned:
        target = told.target
        years = self._years_of(target, number, cells)
        if not years.plain:
            planned = self._plan_otherwise(told, years, number, cells)
            if planned is not None:
                return planned
            if years.says_minority:
                self._take_minority(told)
        facts = self._accept(told, cells) if not told.is_taken or self._has_row_years else None
        notes = told.notes
        if notes:
            told.notes = []
        if years.asides or years.repeats:
            notes = [*notes, *years.asides, *(Remark.of(*one) for one in years.repeats)]
        members: Sequence[MemberChange] = ()
        if self._members is not None:
            notes = [*notes]
            members = self._members.changes(target.known.ref, number, notes)
        self.unit_ids.add(target.unit_id)
        ref = target.known.ref
        standings = years.changes or None
        if standings is None and years.is_silent and isinstance(ref, str):
            self._unsaid.append(number)
        row = StagedRow(self.sheet, number, ref, told.name, target.place, facts, standings, notes, members)
        if not facts and not standings and not members:
            return RowState.UNCHANGED, row
        if not isinstance(ref, str):
            self._mark(ref, target.known, told.signs.office)
        is_change = years.is_change or (bool(facts or members) and not isinstance(ref, str))
        return (RowState.CHANGED if is_change else RowState.NEW), row

    def _mark(self, key: int, known: KnownPerson, office: OfficeCode | None) -> None:
        """Keep by what loading knows again whom the row means."""
        if key not in self.marked:
            self.marked[key] = Marked("household", key, known.mark)
        if office is None or office in self.marked:
            return
        if self._known.office_codes.is_recorded(known, office):
            self.marked[office] = Marked(OF_CODE, key, mark_of_code(office.year, office.code))

    def _plan_otherwise(
        self, told: _Told, years: YearsOfRow, number: int, cells: Sequence[Any]
    ) -> Planned | None:
        """A row that is refused or asked about for what it says of years, or is another household's; else None."""
        if years.repeats and told.is_by_name and not years.problems:
            planned = self._plan_repeated(told, years.repeats, number, cells)
            if planned is not None:
                return planned
        problems = years.problems
        if years.is_silent and not problems:
            problems = [one.as_problem() for one in told.bare]
        if problems or (years.repeats and not told.is_by_name):
            return self.refused(number, self._shown_name(cells), [*problems, *years.repeats])
        return None

    def _years_of(self, target: _Target, number: int, cells: Sequence[Any]) -> YearsOfRow:
        """What the row says of years, held against what is recorded and what other rows said."""
        said_before = target.said
        fresh = None if target.recorded else self._standings.fresh(cells)
        if fresh is not None and fresh.plain and said_before.keys().isdisjoint(fresh.plain):
            for year, status in fresh.plain.items():
                said_before[year] = (number, status)
            return fresh
        problems: Problems = []
        repeats: Problems = []
        standings: list[StandingChange] = []
        is_change = False
        asides: list[Remark] = []
        said = self._standings.read(cells, problems)
        if said:
            # What cannot be known of one year keeps no other year out.
            asides += [set_aside(*one) for one in problems]
            problems = []
        for year, status, column in said:
            before = said_before.get(year)
            if before is not None:
                code = "row_repeated" if before[1] == status else "row_contradicts"
                repeats.append((column, CellProblem(code, row=before[0])))
                continue
            said_before[year] = (number, status)
            day, document = self._standings.recognition(year, cells, asides)
            recorded = target.recorded.get(year)
            if recorded is None:
                day = day or self._standings.default_day(year)
                standings.append(StandingChange(year, status, day, document or "", None))
            elif _differs(recorded, status, day, document):
                is_change = True
                day, document = day or recorded.recognised_on, document or recorded.document
                standings.append(StandingChange(year, status, day, document, recorded))
        says_minority = self._standings.says_minority
        return YearsOfRow(standings, not said, is_change, says_minority, asides, problems, repeats)

    def _plan_repeated(
        self, told: _Told, repeats: Sequence[tuple[str, CellProblem]], number: int, cells: Sequence[Any]
    ) -> Planned | None:
        """A row of a year that another row told of; None where the office said that both are one household's."""
        answer = self.answer(number)
        if answer == ANOTHER:
            return self._plan_for(self._another(told, number, cells), number, cells)
        twin = self._twin(told, number, cells)
        if twin:
            return self._plan_for(twin, number, cells)
        return None if answer.startswith(SAME) else self._ask_repeated(told, repeats, number, cells)

    def _take_minority(self, told: _Told) -> None:
        """Words such as “HN DTTS” say so where no column does."""
        if not told.is_taken:
            told.facts.setdefault("is_minority", True)
        elif told.target.known.recorded("is_minority") is None:
            told.facts, told.is_taken = {"is_minority": True}, False

    def _ask_repeated(
        self, told: _Told, repeats: Sequence[tuple[str, CellProblem]], number: int, cells: Sequence[Any]
    ) -> Planned:
        """A row of a year that another row told of already: one household written twice, or two that look alike?"""
        worst = min((one for _column, one in repeats), key=lambda one: one.code)
        question = Question(worst.code, [told.target.known], (SAME, ANOTHER), row=worst.params["row"])
        said = self._said(cells)[0]
        sides = self._sides(told.signs, said, question, person_said(said))
        return RowState.ASKED, question.asked(self.sheet, number, told.name, told.target.place, sides)

    def _twin(self, told: _Told, number: int, cells: Sequence[Any]) -> _Told | None:
        """The other household of the register that reads like this row's and holds what the row says already."""
        said = self._said(cells)[0]
        if told.signs.village:
            said.setdefault("address", told.signs.village)
        person = person_said(said)
        known = self._known.untold(told.signs, self._fitting(said, person, told.signs.unit_id, cells))
        return self._recorded(number, said, person, told.signs, Meant(known)) if known else None

    def _another(self, told: _Told, number: int, cells: Sequence[Any]) -> _Told:
        """The household of a row that reads like another row's and is not of the same household, as the office says."""
        said = self._said(cells)[0]
        if told.signs.village:
            said.setdefault("address", told.signs.village)
        meant = Meant(None, (told.target.known.ref,))
        return self._new(number, said, person_said(said), told.signs, meant)

    def _accept(self, told: _Told, cells: Sequence[Any]) -> dict[str, Change] | None:
        """What the row changes of its household, whose record later rows are held against."""
        target, said = told.target, told.facts
        known = target.known
        if self._has_row_years:
            year = self._year_of(cells) or 0
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

    def _office_change(self, told: _Told) -> dict[str, Change]:
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

    def _shown_name(self, cells: Sequence[Any]) -> str:
        cell = cells[self.positions["name"]]
        name = self.readers["name"].read(cell)
        return name if isinstance(name, str) else _printable(cell)

    def _pass_over(self, number: int, cells: Sequence[Any]) -> None:
        """A row without facts heads a group, closes one, or is a signature; what it heads is kept in mind."""
        if self._homes.take_heading(cells):
            self._by_cells.clear()
            self.headings.append((self.sheet, number))
            return
        standing = self._standings.take_heading(cells)
        if standing is not None:
            self._by_cells.clear()
            self.find("standing_of_group", number, standing=standing)
            return
        self.pass_over(number, cells)

    def _identify(self, number: int, cells: Sequence[Any], *, of_year: bool = False) -> Any:
        """What the row tells of its household, known or new; its question; or everything that keeps the row out."""
        if self.table.is_heading(number, cells):
            self.pass_over(number, cells, "heading_repeated")
            return None
        if self._is_total(cells):
            self.pass_over(number, cells)
            return None
        if self._members is not None:
            if self._members.is_member(cells):
                return [("relationship", CellProblem("member_without_head"))]
            unclear = self._members.unclear(cells)
            if unclear is not None:
                return [("relationship", unclear)]
        self._homes.remarks.clear()
        said, problems = self._said(cells)
        if problems:
            return problems
        asides, is_bare = self._asides, said.keys() <= {"name"}
        try:
            told = self._tell(number, said, cells, of_year=of_year)
        except CellProblem as problem:
            return [(problem.params.pop("column", ""), problem)]
        if isinstance(told, _Told):
            told.notes = [*told.notes, *asides, *self._homes.remarks]
            told.is_bare, told.bare = is_bare, asides if is_bare else []
        return told

    def _said(self, cells: Sequence[Any]) -> tuple[dict[str, Any], Problems]:
        """What the row's cells say of the household itself, and what keeps the row out; other cells are set aside."""
        said: dict[str, Any] = {}
        problems: Problems = []
        self._asides = []
        for name, at, reader in self._of_facts:
            value = reader.read(cells[at]) if at < len(cells) else None
            if value.__class__ is not CellProblem:
                if value not in (None, ""):
                    said[name] = value
            elif reader.field.decisive:
                problems.append((name, value))
            else:
                self._asides.append(set_aside(name, value))
        self._settle_minority(said)
        return said, problems

    def _settle_minority(self, said: dict[str, Any]) -> None:
        """The people's name and the word for local peoples say whether the household is a minority, too."""
        of_people, is_local = said.pop("ethnicity", None), said.pop("local_people", None)
        if "is_minority" in said:
            if of_people is not None and of_people != said["is_minority"]:
                self._asides.append(Remark("minority_differs", "ethnicity", {}))
        elif is_local or of_people is not None:
            said["is_minority"] = bool(is_local or of_people)

    def _is_total(self, cells: Sequence[Any]) -> bool:
        """Whether the row is of totals: their words may stand among the names, or in the column of numbers before."""
        name = self._shown_name(cells).strip()
        return is_total(name) or is_total_beside(name, cells[: self.positions["name"]] if name else cells)

    def _tell(self, number: int, said: dict[str, Any], cells: Sequence[Any], *, of_year: bool) -> Any:
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
            if self._is_by_year and not of_year:
                return _BY_YEAR
            office = self._office(code, unit_id, cells, person)
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
            meant = self._known.meant(signs, self.answer(number), self._fitting(said, person, unit_id, cells))
        except Question as question:
            place = self._homes.places.full_name(unit_id)
            sides = self._sides(signs, said, question, person)
            return _Asked(question.asked(self.sheet, number, person.name, place, sides), question.is_of_row)
        if "code" in meant.left_out:
            signs = signs.without_code()
            person.notes.append(Remark("code_left_out", "code", {"value": code}))
        if "citizen_number" in meant.left_out:
            signs = signs.without_number()
            person.leave_out_number()
        if meant.known is None:
            return self._new(number, said, person, signs, meant)
        return self._recorded(number, said, person, signs, meant)

    def _office(
        self, code: str, unit_id: int, cells: Sequence[Any], person: SaidOfPerson
    ) -> OfficeCode | None:
        """The office's code with the commune and the year for which it says something."""
        year = self._year_of(cells)
        if year is None:
            person.notes.append(Remark("office_code_without_year", "code", {"value": code}))
            return None
        place = self._homes.places.by_id[unit_id]
        commune = place.parent_id if place.kind == "village" and place.parent_id else unit_id
        return OfficeCode(commune, year, office_code(code))

    def _year_of(self, cells: Sequence[Any]) -> int | None:
        """The year that the row is for: of its own, of its list, or the last of which it tells."""
        own = self._standings.row_year(cells)
        if own is not None:
            return own
        return max((year for year, _status, _column in self._standings.read(cells, [])), default=None)

    def _fitting(self, said: dict[str, Any], person: SaidOfPerson, unit_id: int, cells: Sequence[Any]) -> Any:
        """Says of a household whether the row would change nothing of it, and tells of no year that another row told."""

        def fits(known: KnownPerson) -> bool:
            facts = self._facts(said, person, known)
            if changes_of(known.recorded, facts) or not self._same_home(known.unit_id, unit_id):
                return False
            recorded = self._known.standings(known)
            target = self._by_ref.get(known.ref)
            told = target.said if target else {}
            return all(
                year not in told and year in recorded and recorded[year].status == status
                for year, status, _column in self._standings.read(cells, [])
            )

        return fits

    def _new(
        self, number: int, said: dict[str, Any], person: SaidOfPerson, signs: Signs, meant: Meant
    ) -> _Told:
        facts = self._facts(said, person, None)
        facts["unit"] = signs.unit_id
        if signs.code:
            facts["code"] = signs.code
        ref = self.reference(number)
        if meant.apart_from:
            self.noted["apart"][ref] = list(meant.apart_from)
        known = self._known.add(signs, ref, number)
        place = self._homes.places.by_id[signs.unit_id].full_name
        target = self._by_ref[ref] = _Target(known, place, signs.unit_id, {})
        return _Told(
            target,
            person.name,
            signs,
            facts,
            person.spelling + person.notes,
            is_by_name=not signs.are_strong,
            is_of_row=meant.is_of_row,
        )

    def _recorded(
        self, number: int, said: dict[str, Any], person: SaidOfPerson, signs: Signs, meant: Meant
    ) -> _Told:
        known = meant.known
        facts = self._facts(said, person, known)
        if meant.is_new_head:
            for name in ("birth_year", *_NUMBER_FACTS):
                facts.setdefault(name, None if name == "birth_year" else "")
        if not self._same_home(known.unit_id, signs.unit_id):
            facts["unit"] = signs.unit_id
        target = self._by_ref.get(known.ref)
        if target is None:
            known.row = number
            place = self._homes.places.full_name(signs.unit_id)
            target = self._by_ref[known.ref] = _Target(
                known, place, signs.unit_id, self._known.standings(known)
            )
        elif not known.is_made:
            # The row that would make it was refused; this one makes it instead.
            facts.setdefault("unit", signs.unit_id)
            if known.code:
                facts.setdefault("code", known.code)
        is_by_name = meant.is_by_name or not signs.are_strong
        return _Told(
            target,
            person.name,
            signs,
            facts,
            person.notes,
            is_by_name=is_by_name,
            is_of_row=meant.is_of_row,
        )

    def _sides(
        self, signs: Signs, said: Mapping[str, Any], question: Question, person: SaidOfPerson
    ) -> list[Side]:
        return person_sides(signs, said, person, question.others, self._known, self._homes.places.full_name)

    def _same_home(self, recorded: int, said: int) -> bool:
        """A file that names the commune alone does not move a household out of its village."""
        return recorded == said or self._homes.places.commune_of(recorded) == said

    def _facts(
        self, said: Mapping[str, Any], person: SaidOfPerson, known: KnownPerson | None
    ) -> dict[str, Any]:
        """The household's own facts as the model holds them; what the row leaves empty changes nothing."""
        facts: dict[str, Any] = {"name": person.name}
        facts |= {name: said[name] for name in _PLAIN_FACTS if name in said}
        if person.remarks:
            facts["note"] = with_remarks(known, person.remarks)
        if "policy_loan" in said:
            facts["policy_loan"] = str(said["policy_loan"])
        registration = said.get("registration")
        if registration == Registration.NEVER:
            facts |= {"registration": str(Registration.NEVER), "registered_on": None}
        elif registration == Registration.REGISTERED:
            if known is None or not known.recorded("registered_on"):
                self._set_aside("registration", CellProblem("registered_without_day"))
        elif registration and registration > self.context.day.isoformat():
            self._set_aside("registration", CellProblem("day_future", value=shown_day(registration)))
        elif registration:
            facts |= {"registration": str(Registration.REGISTERED), "registered_on": registration}
        return facts | person.number_facts(known)

    def _set_aside(self, column: str, problem: CellProblem) -> None:
        """Leave out a cell of the row at hand, and say so once."""
        aside = set_aside(column, problem)
        if aside not in self._asides:
            self._asides.append(aside)

    @classmethod
    def write(
        cls, staged: ImportFile, batches: Iterable[tuple[str, list[StagedRow]]], actor: Any
    ) -> Mapping[str, Any]:
        """Write the new and changed rows; raises ``StaleState`` when the register changed since the preview."""
        return write_households(staged, batches, actor)

    @classmethod
    def changes_shown(cls, rows: list[StagedRow]) -> list[list[ShownChange]]:
        """For each staged row of a page, its cells old and new as a person reads them."""
        return changes_shown(rows)

    @classmethod
    def sides_shown(cls, row: AskedRow) -> list[Side]:
        """The sides of a question as a person reads them, numbers by their last digits."""
        return sides_shown(row, cls.resource)


def _differs(recorded: Standing, status: str, day: str | None, document: str | None) -> bool:
    return (
        recorded.status != status
        or (day is not None and recorded.recognised_on != day)
        or (bool(document) and recorded.document != document)
    )


def _printable(cell: Any) -> str:
    """What stands in a cell that holds no name, as far as it can be shown."""
    return "".join(one for one in str(cell)[:_SHOWN] if one.isprintable()).strip()
