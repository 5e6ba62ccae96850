"""A sheet of a reorganisation against the register: what each row would do, and what cannot be told."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from core.spreadsheets.cells import shown_day
from core.spreadsheets.problems import CellProblem, WorkbookError
from core.text import fold, match_key
from registry.enums import SuccessionKind
from registry.imports.written_units import WrittenUnits
from registry.models import Unit, UnitSuccession
from registry.selectors.reorganisations import Beginning, Decision, Link, Order, Place, new_key
from registry.titles import PARENTS_OF_KIND, TITLE_IN_NAME, TITLES_OF_KIND

_ONE_DAY = timedelta(days=1)


@dataclass(slots=True)
class SheetRow:
    """One row: its cells as read, those that could not be, and what it turns out to do.

    `subject` is the unit that the row is about, or the key of one that begins.
    """

    sheet: int
    number: int
    said: Mapping[str, Any]
    unread: Mapping[str, CellProblem]
    problems: list[tuple[str, CellProblem]] = field(default_factory=list)
    subject: Unit | str | None = None
    begins: bool = False
    ends: list[Unit] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)

    def __getitem__(self, column: str) -> Any:
        """What the cell says, empty when nothing; a cell that was not asked for never keeps its row out."""
        problem = self.unread.get(column)
        if problem is not None:
            raise CellProblem(problem.code, **problem.params, column=column)
        return self.said.get(column, "")

    def day(self, column: str) -> date | None:
        """The cell's day."""
        return date.fromisoformat(self[column]) if self[column] else None

    @property
    def title(self) -> str:
        """The unit's title, as written or as the name bears it."""
        name = fold(self["name"])
        heads = [title for title, word in TITLE_IN_NAME.items() if name.startswith(fold(word) + " ")]
        return str(self["admin_type"] or max(heads, key=lambda title: len(TITLE_IN_NAME[title]), default=""))

    @property
    def level(self) -> str:
        """The unit's level, as written or as the title shows it; empty when neither tells."""
        kinds = [kind for kind, titles in TITLES_OF_KIND.items() if self.title in titles]
        return str(self["kind"] or (kinds[0] if len(kinds) == 1 else ""))


class Reading:
    """Reads the rows of one file; `decision` stands for rows that name none, `area` are units the person keeps.

    Raises ``WorkbookError`` for what concerns the file as a whole.
    """

    def __init__(self, rows: list[SheetRow], decision: Decision | None, area: set[int] | None) -> None:
        self.rows = rows
        self.decisions: list[Decision] = []
        self._given = decision
        self._area = area
        self._drafts: dict[str, SheetRow] = {}
        self._draft_of_name: dict[str, str] = {}
        self._begun: dict[str, Beginning] = {}
        self._ended: set[int] = set()
        day = self._day()
        if day is not None:
            self._read(day)

    def _read(self, day: date) -> None:
        self.effective_on = day
        self.last_day = day - _ONE_DAY
        rows = self.rows
        self._by_key = {unit.key: unit for unit in Unit.objects.select_related("parent")}
        self._by_id = {unit.pk: unit for unit in self._by_key.values()}
        self._before, self._after = WrittenUnits(self.last_day), WrittenUnits(self.effective_on)
        self._known = set(UnitSuccession.objects.values_list("predecessor_id", "successor_id"))
        self._taken = {*self._by_key, *(row.said["key"] for row in rows if row.said.get("key"))}
        self._each(self._tell_subject, rows)
        self._each(lambda row: self._begin(str(row.subject), ()), self._drafts.values())
        self._each(self._join, rows)

    def order(self) -> Order:
        """All that the rows ask for which nothing keeps out."""
        if not self.decisions and self._given is not None:
            self.decisions.append(self._given)
        if not self.decisions and (self._ended or self._begun):
            raise WorkbookError("no_decision")
        rows = [row for row in self.rows if not row.problems]
        kept = {row.subject for row in rows if isinstance(row.subject, str)}
        return Order(
            self.effective_on,
            ends=tuple(unit for row in rows for unit in row.ends),
            begins=tuple(one for subject, one in self._begun.items() if subject in kept),
            links=tuple(link for row in rows for link in row.links),
            may_leave=True,
        )

    def rows_of(self, places: Collection[Place | None]) -> list[SheetRow]:
        """The rows that name one of the units, or the unit above it; those of a new unit are the ones that begin it."""
        wanted = {one.pk for one in places if isinstance(one, Unit)}
        own = [row for row in self.rows if self.place_of(row) in places or _units_named(row) & wanted]
        if own:
            return own
        above = {int(pk) for one in places if isinstance(one, Unit) for pk in one.path.strip("/").split("/")}
        return [row for row in self.rows if _units_named(row) & above]

    def place_of(self, row: SheetRow) -> Place | None:
        """The unit that the row is about, held or beginning."""
        return self._begun.get(row.subject) if isinstance(row.subject, str) else row.subject

    def _each(self, step: Callable[[SheetRow], object], rows: Iterable[SheetRow]) -> None:
        for row in list(rows):
            if row.problems:
                continue
            try:
                step(row)
            except CellProblem as problem:
                row.problems.append((problem.params.pop("column", ""), problem))

    def _day(self) -> date | None:
        """The one day on which all rows take effect; None where no row that could be read says it."""
        days = set()
        for row in self.rows:
            row.problems += [
                (name, row.unread[name]) for name in ("valid_from", "valid_until") if name in row.unread
            ]
            if not row.problems and (row["valid_until"] or row["valid_from"]):
                last = row.day("valid_until")
                days.add(last + _ONE_DAY if last else row.day("valid_from"))
        if len(days) > 1:
            listed = ", ".join(shown_day(day) for day in sorted(day for day in days if day))
            raise WorkbookError("days_differ", days=listed)
        if not days and not any(row.problems for row in self.rows):
            raise WorkbookError("no_day")
        return days.pop() if days else None

    def _tell_subject(self, row: SheetRow) -> None:
        """What the row is about: a unit that ends, one that the register holds, or one that begins."""
        key = row["key"]
        if row["valid_until"]:
            self._end(row)
        elif key in self._by_key:
            row.subject = self._recognised(row, self._by_key[key])
        elif key in self._drafts:
            row.subject = key
        else:
            self._draft(row)
        if row["decision_number"]:
            self._decision(row)

    def _end(self, row: SheetRow) -> None:
        unit = self._by_key.get(row["key"]) or self._named(row["name"], row["parent"], "name")
        if unit.valid_until is None:
            self._mark_ended(row, unit)
        elif unit.valid_until != row.day("valid_until"):
            raise _ended_already(unit)
        row.subject = unit

    def _mark_ended(self, row: SheetRow, unit: Unit) -> None:
        if self._area is not None and unit.pk not in self._area:
            raise CellProblem("unit_outside_area", value=unit.full_name)
        if unit.pk not in self._ended:
            self._ended.add(unit.pk)
            row.ends.append(unit)

    def _recognised(self, row: SheetRow, unit: Unit) -> Unit:
        """A unit that was loaded before: only its predecessors may be new."""
        if row["name"] and match_key(row["name"]) != match_key(unit.name):
            raise CellProblem("key_of_another", unit=unit.full_name)
        if unit.valid_from != self.effective_on:
            raise CellProblem("exists_from_another_day", unit=unit.full_name, day=shown_day(unit.valid_from))
        return unit

    def _draft(self, row: SheetRow) -> None:
        name, level, title = row["name"], row.level, row.title
        if not (name and level and row["valid_from"]):
            raise CellProblem("unit_incomplete")
        if title and title not in TITLES_OF_KIND.get(level, ()):
            raise CellProblem("title_misfits", column="admin_type")
        same = [
            unit
            for unit in self._by_id.values()
            if unit.valid_from == self.effective_on
            and unit.kind == level
            and match_key(unit.name) == match_key(name)
        ]
        if not row["key"] and len(same) == 1 and self._is_parent(same[0].parent, row["parent"]):
            row.subject = same[0]
            return
        row.subject = row["key"] or f"row-{row.sheet}-{row.number}"
        row.begins = True
        self._drafts[row.subject] = row
        self._draft_of_name.setdefault(match_key(name), row.subject)

    def _is_parent(self, parent: Unit | None, cell: str) -> bool:
        if parent is None or not cell:
            return parent is None and not cell
        return parent.key == cell or match_key(parent.name) == match_key(cell.split(",")[0])

    def _begin(self, key: str, above: tuple[str, ...]) -> Beginning | None:
        """The new unit of a draft; its parent, if new as well, before it."""
        if key in self._begun:
            return self._begun[key]
        row = self._drafts[key]
        parent = self._parent(row, (*above, key))
        if parent is None and PARENTS_OF_KIND[row.level]:
            raise CellProblem("parent_unfit", cell=row["parent"], column="parent")
        own = row["key"] or new_key(parent, row["name"], self.effective_on, self._taken)
        facts = {name: row[name] for name in ("name", "form", "gso_code")}
        self._begun[key] = Beginning(key=own, kind=row.level, admin_type=row.title, parent=parent, **facts)
        return self._begun[key]

    def _parent(self, row: SheetRow, above: tuple[str, ...]) -> Place | None:
        cell = row["parent"]
        if not cell or cell in self._by_key:
            return self._by_key.get(cell)
        key = cell if cell in self._drafts else self._draft_of_name.get(match_key(cell), "")
        if key and key not in above:
            return self._begin(key, above) if not self._drafts[key].problems else None
        name, _comma, place = cell.partition(",")
        found = self._after.named(name, place) or self._before.named(name, place)
        return self._by_id[_only(found, name, "parent")]

    def _named(self, name: str, place: str, column: str) -> Unit:
        """The one unit that bears a name within a place on the last day before; raises ``CellProblem``."""
        top = self._by_key.get(place.strip())
        found = self._before.named(name, "" if top else place)
        if top is not None:
            found = [pk for pk in found if self._by_id[pk].parent_id == top.pk]
        return self._by_id[_only(found, name, column)]

    def _join(self, row: SheetRow) -> None:
        """The row's predecessors end, unless they only gave land, and are joined to its unit."""
        written = row["predecessors"]
        successor = self.place_of(row)
        if not written or successor is None:
            return
        if row["valid_until"]:
            raise CellProblem("ending_names_predecessors", column="predecessors")
        kind = row["succession"] or (SuccessionKind.MERGED if len(written) > 1 else "")
        if not kind:
            raise CellProblem("succession_missing", column="succession")
        decision = self._decision(row)
        for text in written:
            name, _comma, place = text.partition(",")
            unit = self._by_key.get(text) or self._named(name, place, "predecessors")
            self._link(row, Link(unit, successor, kind, row["note"], decision))

    def _link(self, row: SheetRow, link: Link) -> None:
        unit = link.predecessor
        if isinstance(link.successor, Unit) and (unit.pk, link.successor.pk) in self._known:
            return
        if link.kind != SuccessionKind.TRANSFERRED:
            if unit.valid_until is None:
                self._mark_ended(row, unit)
            elif unit.valid_until != self.last_day:
                raise _ended_already(unit)
        row.links.append(link)

    def _decision(self, row: SheetRow) -> int:
        """The place of the row's decision among the file's."""
        decision = self._given
        if row["decision_number"]:
            day = None if "decided_on" in row.unread else row.day("decided_on")
            if day is None or not row["issuer"]:
                raise CellProblem("decision_incomplete")
            decision = Decision(row["decision_number"], day, row["issuer"])
        if decision is None:
            raise CellProblem("decision_missing")
        if decision not in self.decisions:
            self.decisions.append(decision)
        return self.decisions.index(decision)


def _only(found: list[int], name: str, column: str) -> int:
    if len(found) != 1:
        code = "unit_several" if found else "unit_not_before"
        raise CellProblem(code, name=name.strip() or "—", column=column)
    return found[0]


def _ended_already(unit: Unit) -> CellProblem:
    return CellProblem("unit_ended_on", unit=unit.full_name, day=shown_day(unit.valid_until or date.min))


def _units_named(row: SheetRow) -> set[int]:
    """Units of the register that the row ends or lets pass into another."""
    return {unit.pk for unit in (*row.ends, *(link.predecessor for link in row.links))}


def rows_about(rows: Iterable[SheetRow]) -> dict[int, SheetRow]:
    """The row that names each unit of the register: as ending, else as a predecessor."""
    found: dict[int, SheetRow] = {}
    for row in rows:
        for unit in (*row.ends, *(link.predecessor for link in row.links)):
            found.setdefault(unit.pk, row)
    return found
