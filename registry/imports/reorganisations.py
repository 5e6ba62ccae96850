"""Sheets of reorganisations: units that end, begin and follow each other by decisions, loaded whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.exceptions import InvalidRequest
from core.models import StoredFile
from core.spreadsheets.cells import shown_day
from core.spreadsheets.opening import Book
from core.spreadsheets.problems import CellProblem, WorkbookError
from core.spreadsheets.tables import Lists
from registry.enums import ReorganisationKind, RowState, SuccessionKind
from registry.exceptions import OrderRefused
from registry.imports.importer import ImportOptions, ListImporter, ShownChange, register
from registry.imports.records_writing import changed_meanwhile
from registry.imports.reorganisations_columns import ReorganisationResource
from registry.imports.reorganisations_reading import Reading, SheetRow, rows_about
from registry.imports.sentences import add_sentences
from registry.imports.staged import Change, Planned, Remark, StagedRow
from registry.imports.told import NOTHING_TOLD, Told
from registry.models import ImportFile, Unit, UnitSuccession
from registry.permissions import PROVINCE_KEEPERS, check_can_reorganise
from registry.reorganisation_writing import lock_and_plan, write_plan
from registry.selectors.reorganisations import (
    Beginning,
    Decision,
    Link,
    Order,
    Plan,
    check_decision,
    fingerprint,
    plan_order,
)

# So many are named in what is said of the whole file; each is named beside its row.
_NAMED = 12
_UNIT_FACTS = ("kind", "admin_type", "form", "gso_code")

PROBLEMS: Mapping[str, Any] = {
    "level_unknown": _("“%(value)s” is no level of units. Write one of: Cấp tỉnh, Cấp huyện, Cấp xã, Thôn."),
    "title_unknown": _("“%(value)s” is no title that a unit bears."),
    "unit_form_unknown": _("“%(value)s” is no form of a body."),
    "succession_unknown": _("“%(value)s” is no way in which units follow each other."),
    "key_of_another": _("The register holds %(unit)s under this key. Give the new unit a key of its own."),
    "exists_from_another_day": _("%(unit)s exists from another day (%(day)s). Correct the day or the key."),
    "unit_incomplete": _("A new unit needs its level, its name and its first day."),
    "title_misfits": _("The title does not fit the level of the unit."),
    "unit_ended_on": _("%(unit)s ended on %(day)s already."),
    "parent_unfit": _("“%(cell)s” is no unit that this one can lie under."),
    "unit_several": _("“%(name)s” is several units. Add the unit above after a comma, or give its key."),
    "unit_not_before": _(
        "“%(name)s” is no unit that existed on the day before. Correct the name, or give its key."
    ),
    "ending_names_predecessors": _(
        "A row that ends a unit names no predecessors: they stand on the new unit's row."
    ),
    "succession_missing": _(
        "With one predecessor, say how the unit followed it: merged, split, renamed, continued or transferred."
    ),
    "decision_incomplete": _("A decision needs its number, its day and its issuer."),
    "row_order_refused": _("%(sentence)s"),
    "decision_missing": _("The row names no decision, and none is given for the whole file."),
    "no_successor": _("What follows it is not recorded; its records stay until a later file says so."),
    "no_predecessor": _(
        "What was before it is not recorded, so no earlier figure, household or honour is its own yet."
    ),
    "goes_along": _("%(unit)s below it goes on under %(parent)s."),
    "stays_below": _("%(unit)s below it stays as it is until a successor is recorded."),
    "officer_loses": _(
        "%(person)s loses this unit; the administrator gives the role anew. Followed by: %(next)s."
    ),
    "body_rests": _("%(unit)s has its seat here or is managed from here: correct that on its own page."),
}
OF_FILES: Mapping[str, Any] = {
    "days_differ": _("The rows take effect on different days: %(days)s. Make one file for each day."),
    "no_day": _("No row says from which day it holds."),
    "no_decision": _("The file names no decision. Give one for the whole file."),
    "order_refused": _("%(sentence)s Mend the file and hand it in again."),
}
FINDINGS: Mapping[str, Any] = {
    "in_force": _("All of this is in force from %(day)s."),
    "decision_cited": _("It rests on decision %(decision)s of %(day)s, %(issuer)s."),
    "ends_open": _(
        "Units that end without a successor: %(count)s (%(names)s). Load the file again once it is known."
    ),
    "begins_open": _("New units without predecessors: %(count)s (%(names)s)."),
    "go_along": _("Units below that go on under their new parent: %(count)s (%(names)s)."),
    "stay_below": _(
        "Units left below one that ends, because it is not said where they belong: %(count)s (%(names)s)."
    ),
    "officers_lose": _(
        "Officers who lose their unit: %(count)s (%(names)s). Their roles stay at it, so they reach its records."
    ),
}


@dataclass(frozen=True)
class _Effects:
    """What a plan does besides what its rows ask for: notes by row, and the names of each sort."""

    notes: Mapping[int, list[Remark]]
    found: Mapping[str, list[str]]


@register
class ReorganisationImporter(ListImporter):
    """Units that decisions merge, split, rename or begin anew."""

    code = "reorganisations"
    label = _("Reorganisations of units")
    explanation = _("Units that a decision merges, splits, renames or begins anew.")
    resource = ReorganisationResource
    keepers = PROVINCE_KEEPERS
    asks = frozenset({"decision_number", "decided_on", "issuer", "decision_file"})
    is_loaded_whole = True
    takes_told = False
    list_url = "registry:reorganisations"
    instructions = (
        _(
            "One row for each new unit, and one row with a last day for each unit that ends and is followed by none."
        ),
        _("All rows take effect on one day. The file is loaded whole or not at all."),
    )
    check = staticmethod(check_can_reorganise)

    @classmethod
    def check_options(cls, options: ImportOptions, actor: Any) -> None:
        """A decision is given whole or not at all."""
        given = options.decision
        facts = (given.number, given.decided_on, given.issuer)
        if any(facts) and not all(facts):
            raise InvalidRequest(_("A decision needs its number, its day and its issuer."))

    @classmethod
    def headings_needed(cls) -> list[str | Promise]:
        """What the header must name at least."""
        columns = cls.resource.columns()
        return [columns["name"].label, _("first day or last day")]

    @classmethod
    def lists_in(cls, book: Book, told: Told = NOTHING_TOLD) -> Lists:
        """The sheets whose rows name units and a day; raises ``WorkbookError``."""
        needed = ", ".join(str(one) for one in cls.headings_needed())
        try:
            lists = super().lists_in(book, told)
        except WorkbookError as error:
            raise WorkbookError(error.code, **{**error.params, "columns": needed}) from error
        tables, unread = [], list(lists.unread)
        for table in lists.tables:
            heads = table.header.columns.keys()
            if {"name", "key"} & heads and {"valid_from", "valid_until"} & heads:
                tables.append(table)
            else:
                unread.append(table.sheet.name)
        if not tables:
            raise WorkbookError("no_table", filename=book.filename, columns=needed)
        return Lists(tuple(tables), tuple(unread))

    def plan(self, number: int, cells: Sequence[Any]) -> Planned | None:
        """A row alone says nothing yet: `planned` reads them together."""
        if self.table.is_heading(number, cells):
            self.pass_over(number, cells, "heading_repeated")
            return None
        said: dict[str, Any] = {}
        unread: dict[str, CellProblem] = {}
        for name, at in self.positions.items():
            value = self.readers[name].read(cells[at]) if at < len(cells) else ""
            if isinstance(value, CellProblem):
                unread[name] = value
            elif value not in (None, "", ()):
                said[name] = value
        if said.get("key") or ({"name"} < {*said, *unread}):
            self.look_at_unread(cells)
            self._rows.append(SheetRow(self.sheet, number, said, unread))
        else:
            self.pass_over(number, cells)
        return None

    def planned(self) -> Iterator[Planned]:
        """Every row of every sheet, read together: a row may rest on any other."""
        self._rows: list[SheetRow] = []
        list(super().planned())
        if not self._rows:
            return
        reading = Reading(self._rows, self._given(), self.context.unit_ids)
        plan = self._plan(reading)
        if plan is None:
            yield from (self._planned(row, reading, []) for row in self._rows)
            return
        effects = _effects(plan, self._rows, reading)
        self._note(reading, plan, effects)
        yield from (self._planned(row, reading, effects.notes.get(id(row), [])) for row in self._rows)

    def _given(self) -> Decision | None:
        given = self.context.options.decision
        if given.decided_on is None:
            return None
        paper = StoredFile.objects.filter(pk=given.file_id).first() if given.file_id else None
        return Decision(given.number, given.decided_on, given.issuer, paper)

    def _plan(self, reading: Reading) -> Plan | None:
        """The rows' order, checked as a whole; None where rows cannot be carried out, each of which says why."""
        if any(row.problems for row in self._rows):
            return None
        order = reading.order()
        self._check_decisions(reading)
        # What is left when a row is refused is looked at too: everything that is wrong is said at once.
        while not all(row.problems for row in self._rows):
            try:
                plan = plan_order(order)
            except InvalidRequest as refusal:
                about = reading.rows_of(refusal.about if isinstance(refusal, OrderRefused) else ())
                if any(row.problems for row in self._rows) and all(row.problems for row in about):
                    # It follows from a row that is refused already.
                    return None
                _refuse(about, refusal)
                order = reading.order()
            else:
                return None if any(row.problems for row in self._rows) else plan
        return None

    def _check_decisions(self, reading: Reading) -> None:
        for one in reading.decisions:
            try:
                check_decision(one, reading.effective_on)
            except InvalidRequest as refusal:
                own = [row for row in self._rows if row.said.get("decision_number") == one.number]
                _refuse(own, refusal, "decision_number")

    def _note(self, reading: Reading, plan: Plan, effects: _Effects) -> None:
        """Keep what loading needs to know, and say what the file does as a whole."""
        self.sheet_name = ""
        self.unit_ids.update(unit.pk for unit in plan.ends)
        self.noted["effective_on"] = reading.effective_on.isoformat()
        self.noted["seen"] = fingerprint(plan)
        self.noted["decisions"] = [
            [one.number, one.decided_on.isoformat(), one.issuer, str(one.file.pk) if one.file else ""]
            for one in reading.decisions
        ]
        self.find("in_force", None, day=shown_day(reading.effective_on))
        for one in reading.decisions:
            self.find(
                "decision_cited", None, decision=one.number, day=shown_day(one.decided_on), issuer=one.issuer
            )
        for code, names in effects.found.items():
            if names:
                listed = ", ".join(names[:_NAMED]) + (" …" if len(names) > _NAMED else "")
                self.find(code, None, count=len(names), names=listed)

    def _planned(self, row: SheetRow, reading: Reading, notes: list[Remark]) -> Planned:
        subject, place = row.subject, reading.place_of(row)
        name = subject.full_name if isinstance(subject, Unit) else str(row.said.get("name", ""))
        if row.problems:
            return self.refused(row.number, name, row.problems)
        facts: dict[str, Change] = {}
        if row.begins and isinstance(place, Beginning):
            facts = {fact: Change(None, getattr(place, fact)) for fact in ("key", "name", *_UNIT_FACTS)}
            parent = place.parent
            above = parent.key if isinstance(parent, Beginning) else parent.pk if parent else None
            facts |= {
                "parent": Change(None, above),
                "valid_from": Change(None, reading.effective_on.isoformat()),
            }
        if row.links:
            joined = [[one.predecessor.pk, one.kind, one.note, one.decision] for one in row.links]
            facts["joins"] = Change(None, joined)
        if row.ends:
            facts["ends"] = Change(None, [unit.pk for unit in row.ends])
            facts["last_day"] = Change(None, reading.last_day.isoformat())
        target = place.key if isinstance(place, Beginning) else place.pk if place else ""
        parent_name = place.parent.name if place and place.parent else ""
        set_aside = [Remark.of(column, problem) for column, problem in row.unread.items()]
        staged = StagedRow(
            row.sheet, row.number, target, name, parent_name, facts or None, notes=[*set_aside, *notes]
        )
        state = RowState.NEW if row.begins else RowState.CHANGED if facts else RowState.UNCHANGED
        return state, staged

    @classmethod
    def write(
        cls, staged: ImportFile, batches: Iterable[tuple[str, list[StagedRow]]], actor: Any
    ) -> Mapping[str, Any]:
        """Carry out the order of the staged rows; raises ``StaleState`` when its units changed since the preview."""
        rows = [row for _state, batch in batches for row in batch]
        kept = StoredFile.objects.in_bulk([one[3] for one in staged.options["decisions"] if one[3]])
        papers = {str(pk): paper for pk, paper in kept.items()}
        decisions = [
            Decision(number, date.fromisoformat(day), issuer, papers.get(paper))
            for number, day, issuer, paper in staged.options["decisions"]
        ]
        try:
            plan = lock_and_plan(_order_of(rows, date.fromisoformat(staged.options["effective_on"])))
        except InvalidRequest as refusal:
            # It was fit when the file was read: its units are not what they were.
            raise changed_meanwhile() from refusal
        if fingerprint(plan) != staged.options["seen"]:
            raise changed_meanwhile()
        write_plan(kind=ReorganisationKind.SEVERAL, plan=plan, decisions=decisions, actor=actor)
        return {}

    @classmethod
    def changes_shown(cls, rows: list[StagedRow]) -> list[list[ShownChange]]:
        """For each staged row of a page, what it does to units as a person reads it."""
        units = Unit.objects.select_related("parent").in_bulk({pk for row in rows for pk in _named(row)})
        names = {pk: unit.full_name for pk, unit in units.items()}
        return [list(cls._shown(row, names)) for row in rows]

    @classmethod
    def _shown(cls, row: StagedRow, names: Mapping[int, str]) -> Iterator[ShownChange]:
        facts = row.facts or {}
        columns = cls.resource.columns()
        for name in (*_UNIT_FACTS, "valid_from"):
            if name in facts and facts[name].new:
                column = columns[name]
                yield ShownChange(column.label, "", str(column.widget.render(facts[name].new)))
        for pk, kind, note, _decision in facts["joins"].new if "joins" in facts else ():
            how = ", ".join(part for part in (str(SuccessionKind(kind).label), note) if part)
            yield ShownChange(columns["predecessors"].label, "", f"{names.get(pk, '')} ({how})")
        if "ends" in facts:
            day = shown_day(facts["last_day"].new)
            ended = [names.get(pk, "") for pk in facts["ends"].new if pk != row.target]
            yield ShownChange(
                columns["valid_until"].label, "", f"{day}: {'; '.join(ended)}" if ended else day
            )


def _refuse(rows: list[SheetRow], refusal: InvalidRequest, column: str = "") -> None:
    """Say at its rows why they cannot be carried out; where it is about none of them, of the file as a whole."""
    rows = [row for row in rows if not row.problems]
    if not rows:
        raise WorkbookError("order_refused", sentence=refusal.sentence) from refusal
    for row in rows:
        row.problems.append((column, CellProblem("row_order_refused", sentence=refusal.sentence)))


def _named(row: StagedRow) -> Iterator[int]:
    facts = row.facts or {}
    yield from facts["ends"].new if "ends" in facts else ()
    yield from (one[0] for one in facts["joins"].new) if "joins" in facts else ()


def _order_of(rows: list[StagedRow], effective_on: date) -> Order:
    """The order that staged rows ask for; raises ``StaleState`` when one of their units is gone."""
    wanted = {pk for row in rows for pk in _named(row)} | {
        row.target for row in rows if isinstance(row.target, int)
    }
    parents = {(row.facts or {})["parent"].new for row in rows if "parent" in (row.facts or {})}
    wanted |= {one for one in parents if isinstance(one, int)}
    units = Unit.objects.select_related("parent").in_bulk(wanted)
    if len(units) != len(wanted):
        raise changed_meanwhile()
    facts_of = {row.target: row.facts for row in rows if row.facts and "key" in row.facts}
    begun: dict[str, Beginning] = {}

    def begin(key: str) -> Beginning:
        if key not in begun:
            said = {name: change.new for name, change in (facts_of[key] or {}).items()}
            above = said["parent"]
            parent = units[above] if isinstance(above, int) else begin(above) if above else None
            own = {name: said[name] for name in ("key", "name", *_UNIT_FACTS)}
            begun[key] = Beginning(parent=parent, **own)
        return begun[key]

    links = [
        Link(units[pk], units[row.target] if isinstance(row.target, int) else begin(row.target), *rest)
        for row in rows
        if row.facts and "joins" in row.facts
        for pk, *rest in row.facts["joins"].new
    ]
    ends = [units[pk] for row in rows if row.facts and "ends" in row.facts for pk in row.facts["ends"].new]
    begins = [begin(str(key)) for key in facts_of]
    return Order(effective_on, ends=tuple(ends), begins=tuple(begins), links=tuple(links), may_leave=True)


def _effects(plan: Plan, rows: list[SheetRow], reading: Reading) -> _Effects:
    """What follows from the plan, told at the row from which it follows."""
    notes: dict[int, list[Remark]] = {}
    about = rows_about(rows)

    def tell(unit_ids: Iterable[int], code: str, **params: str) -> None:
        row = next((about[pk] for pk in unit_ids if pk in about), None)
        if row is not None:
            notes.setdefault(id(row), []).append(Remark(code, "", params))

    def above(unit: Unit) -> list[int]:
        return [int(part) for part in reversed(unit.path.strip("/").split("/"))]

    followed = {link.predecessor.pk for link in plan.order.links} | set(
        UnitSuccession.objects.exclude(kind=SuccessionKind.TRANSFERRED).values_list("predecessor", flat=True)
    )
    successors = {link.successor for link in plan.order.links}
    ends_open = [unit for unit in plan.order.ends if unit.pk not in followed]
    begins_open = [row for row in rows if row.begins and reading.place_of(row) not in successors]
    for unit in ends_open:
        tell([unit.pk], "no_successor")
    for row in begins_open:
        notes.setdefault(id(row), []).append(Remark("no_predecessor", "", {}))
    for link in plan.carried:
        parent = link.successor.parent
        tell(
            above(link.predecessor),
            "goes_along",
            unit=link.predecessor.name,
            parent=parent.name if parent else "",
        )
    for unit in plan.left:
        tell(above(unit), "stays_below", unit=unit.name)
    for held in plan.roles:
        after = ", ".join(place.name for place in plan.successors_of(held.unit))
        tell(above(held.unit), "officer_loses", person=held.user.full_name, next=after or "—")
    for unit in plan.dependents:
        tell([pk for pk in (unit.seat_id, unit.managing_unit_id) if pk], "body_rests", unit=unit.name)
    found = {
        "ends_open": [unit.full_name for unit in ends_open],
        "begins_open": [str(row["name"]) for row in begins_open],
        "go_along": [link.predecessor.name for link in plan.carried],
        "stay_below": [unit.full_name for unit in plan.left],
        "officers_lose": [held.user.full_name for held in plan.roles],
    }
    return _Effects(notes, found)


add_sentences(problems=PROBLEMS, of_files=OF_FILES, findings=FINDINGS)
