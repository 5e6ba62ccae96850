"""Household lists as communes keep them: one row a household with its years beside it, or one row a year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from core import personal_numbers
from core.spreadsheets.cells import shown_day
from core.spreadsheets.problems import CellProblem
from core.spreadsheets.tables import ListTable
from core.spreadsheets.totals import is_total, is_total_row
from core.text import match_key
from registry.enums import Registration, RowState
from registry.imports.columns import ColumnReader
from registry.imports.households_columns import HouseholdResource
from registry.imports.households_known import KnownHouseholds
from registry.imports.households_showing import changes_shown
from registry.imports.households_writing import write_households
from registry.imports.importer import Context, ListImporter, ShownChange, register
from registry.imports.members import NUMBERS, KnownMembers, MemberRows
from registry.imports.people_columns import Homes
from registry.imports.people_known import KnownPerson
from registry.imports.records_writing import newest_of
from registry.imports.staged import (
    Change,
    MemberChange,
    Planned,
    Remark,
    StagedRow,
    Standing,
    StandingChange,
    set_aside,
)
from registry.imports.standings import COLUMNS, Problems, StandingsReader
from registry.models import Household, HouseholdMember, ImportFile
from registry.permissions import PEOPLE_KEEPERS, check_can_import_households

_UNSEEN: Any = object()
_PLAIN_FACTS = ("name", "birth_year", "address", "is_minority", "policy_loan_source")


@dataclass(slots=True)
class _Target:
    """The household that rows with the same cells speak of, as the file has described it so far."""

    ref: int | str
    name: str
    place: str
    unit_id: int
    row: int
    facts: dict[str, Change] | None
    recorded: dict[int, Standing]
    said: dict[int, tuple[int, str]] = field(default_factory=dict)
    is_minority: bool | None = None
    # Whether its rows say nothing of it but a name, and what else they say was set aside.
    is_bare: bool = False
    # What is said of the household's cells with the first of its rows that is taken.
    notes: list[Remark] = field(default_factory=list)


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
            *("head_number", "member_number"),
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
        self._known = KnownHouseholds(context.unit_ids, self._homes.places)
        self._by_cells: dict[tuple[Any, ...], _Target | Problems | None] = {}
        self._by_ref: dict[int | str, _Target] = {}
        self._known_members: KnownMembers | None = None
        self._members: MemberRows | None = None
        self._asides: list[Remark] = []

    def begin(self, at: int, table: ListTable) -> None:
        """Turn to a sheet."""
        super().begin(at, table)
        self._homes.begin(table.titles, table.sheet.name)
        if self._homes.village_of_sheet:
            self.find("village_of_sheet", None, village=self._homes.village_of_sheet)
        self._by_cells.clear()
        self._status = self.readers.get("status") or self.reader("status")
        self._standings = StandingsReader(self.context, table, self.readers, self._status)
        own = {name: at for name, at in self.positions.items() if name not in NUMBERS}
        self._of_facts = [(name, at) for name, at in own.items() if name not in COLUMNS]
        self._fact_positions = tuple(at for _name, at in self._of_facts)
        if self._standings.of_list:
            self.find("standing_of_list", None, standing=self._standings.of_list)
        self._members = self._member_rows(table) if MemberRows.are_in(table) else None
        named_at = self.positions["name"]
        self._evidence = tuple(one for one in (*own.values(), *self._standings.positions) if one != named_at)

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
        return self._members.heads(lambda number, cells: self.pass_over(number, cells, "heading_repeated"))

    def _planned_rows(self, table: ListTable) -> Iterator[Planned]:
        """Every row of the sheet; the members of a household that stays out stay out with it."""
        for planned in super()._planned_rows(table):
            yield planned
            if self._members is not None and planned[0] == RowState.REFUSED:
                yield from self._refused_members(planned[1].number)

    def _refused_members(self, head: int) -> Iterator[Planned]:
        of_head = self._members.of_head.get(head, ()) if self._members else ()
        for number, cells in of_head:
            problem = CellProblem("member_of_refused", row=head)
            yield self.refused(number, self._shown_name(cells), [("", problem)])

    def plan(self, number: int, cells: Sequence[Any]) -> Planned | None:
        """What loading this row would do; None for a row that only heads or closes a group."""
        width = len(cells)
        evidence = self._evidence
        if evidence and not any(at < width and cells[at] not in ("", None) for at in evidence):
            return self._pass_over(number, cells)
        key = tuple([cells[at] if at < width else "" for at in self._fact_positions])
        target = self._by_cells.get(key, _UNSEEN)
        if target is _UNSEEN:
            target = self._identify(number, cells)
            if target is None:
                return None
            self._by_cells[key] = target
        if isinstance(target, list):
            return self.refused(number, self._shown_name(cells), target)
        return self._plan_for(target, number, cells)

    def _plan_for(self, target: _Target, number: int, cells: Sequence[Any]) -> Planned:
        problems: Problems = []
        standings: list[StandingChange] = []
        changed = False
        said = self._standings.read(cells, problems)
        notes: list[Remark] = []
        if said:
            # What cannot be known of one year keeps no other year out.
            notes += [set_aside(*one) for one in problems]
            problems = []
        for year, status, column in said:
            before = target.said.get(year)
            if before is not None:
                code = "row_repeated" if before[1] == status else "row_contradicts"
                problems.append((column, CellProblem(code, row=before[0])))
                continue
            target.said[year] = (number, status)
            day, document = self._standings.recognition(year, cells, notes)
            recorded = target.recorded.get(year)
            if recorded is None:
                day = day or self._standings.default_day(year)
                standings.append(StandingChange(year, status, day, document or "", None))
            elif _differs(recorded, status, day, document):
                changed = True
                day, document = day or recorded.recognised_on, document or recorded.document
                standings.append(StandingChange(year, status, day, document, recorded))
        if not said and not problems and target.is_bare:
            problems = [one.as_problem() for one in target.notes]
        if problems:
            return self.refused(number, self._shown_name(cells), problems)
        facts, target.facts = target.facts, None
        if self._standings.says_minority and target.is_minority is None:
            target.is_minority = True
            facts = {**(facts or {}), "is_minority": Change(None, True)}
        notes, target.notes = [*target.notes, *notes], []
        members: Sequence[MemberChange] = ()
        if self._members is not None:
            members = self._members.changes(target.ref, number, notes)
        self.unit_ids.add(target.unit_id)
        row = StagedRow(
            *(self.sheet, number, target.ref, target.name, target.place, facts, standings or None),
            notes,
            members,
        )
        if not facts and not standings and not members:
            return RowState.UNCHANGED, row
        changed = changed or (bool(facts or members) and not isinstance(target.ref, str))
        return (RowState.CHANGED if changed else RowState.NEW), row

    def _shown_name(self, cells: Sequence[Any]) -> str:
        name = self.readers["name"].read(cells[self.positions["name"]])
        return name if isinstance(name, str) else ""

    def _pass_over(self, number: int, cells: Sequence[Any]) -> None:
        """A row without facts heads a group, closes one, or is a signature; what it heads is kept in mind."""
        if self._homes.take_heading(cells):
            self._by_cells.clear()
            self.headings.append((self.sheet, number))
            return
        self.pass_over(number, cells)

    def _identify(self, number: int, cells: Sequence[Any]) -> Any:
        """The household that the row speaks of, known or new, or everything that keeps the row out."""
        if self.table.header.repeats(cells):
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
        is_bare = bool(self._asides) and said.keys() <= {"name"}
        try:
            target = self._target(number, said)
        except CellProblem as problem:
            return [(problem.params.pop("column", ""), problem)]
        target.is_bare = is_bare
        target.notes = [*target.notes, *self._asides, *self._homes.remarks]
        return target

    def _said(self, cells: Sequence[Any]) -> tuple[dict[str, Any], Problems]:
        """What the row's cells say of the household itself, and what keeps the row out; other cells are set aside."""
        said: dict[str, Any] = {}
        problems: Problems = []
        self._asides = []
        for name, at in self._of_facts:
            reader = self.readers[name]
            value = reader.read(cells[at]) if at < len(cells) else None
            if value.__class__ is not CellProblem:
                if value not in (None, ""):
                    said[name] = value
            elif reader.field.decisive:
                problems.append((name, value))
            else:
                self._asides.append(set_aside(name, value))
        self._settle_minority(said)
        if "sex" in said:
            said["is_woman"] = said.pop("sex")
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
        """Whether the row is of totals; people's names that could head one are few, so few are looked at."""
        name = self._shown_name(cells)
        return is_total(name) if name[:1] in "TtCc" and name else not name and is_total_row(cells)

    def _target(self, number: int, said: dict[str, Any]) -> _Target:
        code = said.get("code", "")
        known = self._known.coded(code) if code else None
        if known is not None and not {"commune", "village"} & said.keys():
            unit_id, address = known.unit_id, ""
        else:
            unit_id, address = self._homes.of(
                said.get("commune", ""), said.get("district", ""), said.get("village", "")
            )
        if address and "address" not in said:
            said["address"] = address
        if known is None:
            known = self._known.alike(said, unit_id, self._homes.places.full_name(unit_id))
        if known is None:
            return self._new(number, said, unit_id)
        return self._recorded(number, said, known, unit_id)

    def _new(self, number: int, said: dict[str, Any], unit_id: int) -> _Target:
        facts = {name: Change(None, value) for name, value in self._facts(said, None).items()}
        facts["unit"] = Change(None, unit_id)
        place = self._homes.places.by_id[unit_id].full_name
        ref = self.reference(number)
        self._known.add(said, unit_id, ref)
        target = _Target(ref, said["name"], place, unit_id, number, facts, {})
        target.is_minority = said.get("is_minority")
        self._by_ref[ref] = target
        return target

    def _recorded(self, number: int, said: dict[str, Any], known: KnownPerson, unit_id: int) -> _Target:
        earlier = self._by_ref.get(known.ref)
        if earlier is not None:
            return earlier
        facts: dict[str, Change] = {}
        recorded = known.facts
        for name, value in self._facts(said, known).items():
            old = recorded.get(name)
            # Another spelling of one name (tone placement, capitals) is no change.
            if old != value and not (name == "name" and match_key(str(old)) == match_key(value)):
                facts[name] = Change(old, value)
        if not self._same_home(known.unit_id, unit_id):
            facts["unit"] = Change(known.unit_id, unit_id)
        place = self._homes.places.full_name(unit_id)
        target = _Target(
            known.ref, said["name"], place, unit_id, number, facts or None, self._known.standings(known)
        )
        target.is_minority = said.get("is_minority", recorded.get("is_minority"))
        self._by_ref[known.ref] = target
        return target

    def _same_home(self, recorded: int, said: int) -> bool:
        """A file that names the commune alone does not move a household out of its village."""
        return recorded == said or self._homes.places.commune_of(recorded) == said

    def _facts(self, said: dict[str, Any], known: KnownPerson | None) -> dict[str, Any]:
        """The household's own facts as the model holds them; what the row leaves empty changes nothing."""
        facts = {name: said[name] for name in _PLAIN_FACTS if name in said}
        if known is None and said.get("code"):
            facts["code"] = said["code"]
        if "policy_loan" in said:
            facts["policy_loan"] = str(said["policy_loan"])
        registration = said.get("registration")
        if registration == Registration.NEVER:
            facts |= {"registration": str(Registration.NEVER), "registered_on": None}
        elif registration == Registration.REGISTERED:
            if known is None or not known.facts.get("registered_on"):
                raise CellProblem("registered_without_day", column="registration")
        elif registration:
            if registration > self.context.day.isoformat():
                raise CellProblem("day_future", value=shown_day(registration), column="registration")
            facts |= {"registration": str(Registration.REGISTERED), "registered_on": registration}
        number = said.get("citizen_number")
        if number:
            digest = personal_numbers.digest(number)
            if known is None or known.facts.get("citizen_number_digest") != digest:
                facts["citizen_number_digest"] = digest
                facts["citizen_number_sealed"] = personal_numbers.seal(number)
        return facts

    @classmethod
    def write(
        cls, staged: ImportFile, batches: Iterable[tuple[str, list[StagedRow]]], actor: Any
    ) -> Mapping[str, Any]:
        """Write the new and changed rows; raises ``StaleState`` when the register changed since the preview."""
        write_households(staged, batches)
        return {}

    @classmethod
    def changes_shown(cls, rows: list[StagedRow]) -> list[list[ShownChange]]:
        """For each staged row of a page, its cells old and new as a person reads them."""
        return changes_shown(rows)


def _differs(recorded: Standing, status: str, day: str | None, document: str | None) -> bool:
    return (
        recorded.status != status
        or (day is not None and recorded.recognised_on != day)
        or (bool(document) and recorded.document != document)
    )
