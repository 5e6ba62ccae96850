"""Household lists as communes keep them: one row a household with its years beside it, or one row a year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.spreadsheets.cells import CellsAt
from core.spreadsheets.problems import CellProblem
from core.spreadsheets.tables import ListTable
from core.spreadsheets.totals import is_total, is_total_beside
from registry.enums import RowState
from registry.imports.columns import ColumnReader
from registry.imports.households_columns import HouseholdResource
from registry.imports.households_facts import RowFacts
from registry.imports.households_finding import FileRow, HouseholdFinder
from registry.imports.households_known import KnownHouseholds
from registry.imports.households_showing import changes_shown
from registry.imports.households_telling import BY_ROW, BY_YEAR, Asked, Told, years_of
from registry.imports.households_writing import write_households
from registry.imports.identity import ANOTHER, SAME, OfficeCode, Question
from registry.imports.importer import Context, ListImporter, ShownChange, register
from registry.imports.known_person import KnownPerson
from registry.imports.marks import mark_of_code
from registry.imports.members import OF_MEMBERS, KnownMembers, MemberRows
from registry.imports.people_columns import Homes
from registry.imports.people_showing import sides_shown
from registry.imports.person_cells import person_said
from registry.imports.records_writing import newest_of
from registry.imports.staged import (
    OF_CODE,
    AskedRow,
    Marked,
    MemberChange,
    Planned,
    Remark,
    Side,
    StagedRow,
)
from registry.imports.standings import StandingsReader, YearsOfRow
from registry.models import Household, HouseholdMember, ImportFile
from registry.permissions import PEOPLE_KEEPERS, check_can_import_households

_UNSEEN: Any = object()
_SHOWN = 80


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
        self._finder = HouseholdFinder(self._homes, self._known)
        self.noted["apart"] = self._finder.apart
        self._known_members: KnownMembers | None = None
        self._members: MemberRows | None = None
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
        self._facts = RowFacts(own, self.readers, self.context.day)
        self._finder.begin(self._facts, self._standings, own)
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
        key = self._facts.cells.of(cells)
        told = self._by_cells.get(key, _UNSEEN)
        # Whose cells said more than a name says more in each of the rows that have them.
        if (told.__class__ is not Told or told.is_bare) and self._says_nothing(cells):
            self._pass_over(number, cells)
            return None
        if told is BY_YEAR:
            key = (*key, self._finder.year_of(cells))
            told = self._by_cells.get(key, _UNSEEN)
        if told is _UNSEEN or told is BY_ROW:
            told = self._identify(number, cells)
            if told is None:
                return None
            if told is BY_YEAR:
                self._by_cells[key] = BY_YEAR
                key = (*key, self._finder.year_of(cells))
                told = self._identify(number, cells, of_year=True)
            self._by_cells[key] = BY_ROW if getattr(told, "is_of_row", False) else told
        if told.__class__ is Told:
            return self._plan_for(told, number, cells)
        if isinstance(told, Asked):
            return self._wait(told, number)
        return self.refused(number, self._shown_name(cells), told)

    def _says_nothing(self, cells: Sequence[Any]) -> bool:
        """Whether the row has no fact beside a name."""
        evidence = self._evidence.of(cells)
        # Zero is evidence too, but rare enough to be looked for only where nothing else stands.
        return not any(evidence) and bool(evidence) and all(cell in ("", None) for cell in evidence)

    def _wait(self, asked: Asked, number: int) -> Planned:
        """The row with its question; a later one with the same cells waits for the same answer."""
        row = asked.row
        if number != row.number:
            params = {"row": row.number}
            row = AskedRow(self.sheet, number, row.name, row.place, "answered_above", params, (), ())
        return RowState.ASKED, row

    def _plan_for(self, told: Told, number: int, cells: Sequence[Any]) -> Planned:
        target = told.target
        years = years_of(self._standings, target, number, cells)
        if not years.plain:
            planned = self._plan_otherwise(told, years, number, cells)
            if planned is not None:
                return planned
            if years.says_minority:
                self._take_minority(told)
        takes_facts = not told.is_taken or self._finder.has_row_years
        facts = self._finder.accept(told, cells) if takes_facts else None
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
        self, told: Told, years: YearsOfRow, number: int, cells: Sequence[Any]
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

    def _plan_repeated(
        self, told: Told, repeats: Sequence[tuple[str, CellProblem]], number: int, cells: Sequence[Any]
    ) -> Planned | None:
        """A row of a year that another row told of; None where the office said that both are one household's."""
        answer = self.answer(number)
        if answer == ANOTHER:
            return self._plan_for(self._finder.another(told, self._row(number, cells)), number, cells)
        twin = self._finder.twin(told, self._row(number, cells))
        if twin:
            return self._plan_for(twin, number, cells)
        return None if answer.startswith(SAME) else self._ask_repeated(told, repeats, number, cells)

    def _take_minority(self, told: Told) -> None:
        """Words such as “HN DTTS” say so where no column does."""
        if not told.is_taken:
            told.facts.setdefault("is_minority", True)
        elif told.target.known.recorded("is_minority") is None:
            told.facts, told.is_taken = {"is_minority": True}, False

    def _ask_repeated(
        self, told: Told, repeats: Sequence[tuple[str, CellProblem]], number: int, cells: Sequence[Any]
    ) -> Planned:
        """A row of a year that another row told of already: one household written twice, or two that look alike?"""
        worst = min((one for _column, one in repeats), key=lambda one: one.code)
        question = Question(worst.code, [told.target.known], (SAME, ANOTHER), row=worst.params["row"])
        said = self._facts.read(cells)[0]
        sides = self._finder.sides(told.signs, said, question, person_said(said))
        return RowState.ASKED, question.asked(self.sheet, number, told.name, told.target.place, sides)

    def _row(self, number: int, cells: Sequence[Any]) -> FileRow:
        return FileRow(self.sheet, number, cells, self.answer(number), self.reference(number))

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
        said, problems = self._facts.read(cells)
        if problems:
            return problems
        asides, is_bare = self._facts.asides, said.keys() <= {"name"}
        try:
            told = self._finder.tell(self._row(number, cells), said, of_year=of_year)
        except CellProblem as problem:
            return [(problem.params.pop("column", ""), problem)]
        if isinstance(told, Told):
            told.notes = [*told.notes, *asides, *self._homes.remarks]
            told.is_bare, told.bare = is_bare, asides if is_bare else []
        return told

    def _is_total(self, cells: Sequence[Any]) -> bool:
        """Whether the row is of totals: their words may stand among the names, or in the column of numbers before."""
        name = self._shown_name(cells).strip()
        return is_total(name) or is_total_beside(name, cells[: self.positions["name"]] if name else cells)

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


def _printable(cell: Any) -> str:
    """What stands in a cell that holds no name, as far as it can be shown."""
    return "".join(one for one in str(cell)[:_SHOWN] if one.isprintable()).strip()
