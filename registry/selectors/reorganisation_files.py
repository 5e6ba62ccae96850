"""A file of a reorganisation against the register: what each row would do, and what cannot be told."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils.translation import gettext as _

from core.exceptions import InvalidRequest
from core.text import match_key
from registry.enums import RowState, SuccessionKind
from registry.models import Unit, UnitSuccession
from registry.reorganisation_sheet import SheetRow, read_reorganisation_sheet
from registry.selectors.reorganisations import (
    Beginning,
    Decision,
    Link,
    Order,
    Place,
    Plan,
    check_decision,
    new_key,
    plan_order,
)
from registry.titles import PARENTS_OF_KIND, TITLES_OF_KIND


@dataclass(frozen=True)
class RowIssue:
    """Why a row, or the file (row 0), cannot be loaded."""

    row: int
    sentence: str


@dataclass(frozen=True)
class PlannedUnit:
    """What one row would do."""

    row: int
    name: str
    state: str
    before: tuple[str, ...] = ()
    ends: bool = False


@dataclass(frozen=True)
class FilePlan:
    """What loading a file would do, and every issue found; nothing is written yet."""

    filename: str
    sha256: str
    rows: tuple[PlannedUnit, ...]
    issues: tuple[RowIssue, ...]
    decisions: tuple[Decision, ...]
    order: Order | None
    plan: Plan | None

    @property
    def counts(self) -> dict[str, int]:
        """Rows by what happens to them."""
        counts = {state.value: 0 for state in RowState}
        for row in self.rows:
            counts[row.state] += 1
        return {**counts, "refused": len({issue.row for issue in self.issues})}

    @property
    def can_load(self) -> bool:
        """Whether loading would change the register."""
        return not self.issues and self.plan is not None and self.plan.changes_anything

    @property
    def without_predecessor(self) -> list[str]:
        """New units of which the file does not say what was before them."""
        followed = {link.successor for link in self.order.links} if self.order else set()
        return [one.name for one in self.order.begins if one not in followed] if self.order else []

    @property
    def without_successor(self) -> list[Unit]:
        """Units that the file ends and of which it names no successor."""
        if self.order is None:
            return []
        followed = {link.predecessor.pk for link in self.order.links}
        known = set(
            UnitSuccession.objects.exclude(kind=SuccessionKind.TRANSFERRED).values_list(
                "predecessor", flat=True
            )
        )
        return [unit for unit in self.order.ends if unit.pk not in followed | known]


def plan_reorganisation_file(*, content: bytes, filename: str, decision: Decision | None) -> FilePlan:
    """Read a file and compare it with the register.

    `decision` stands for rows that name none. Raises ``InvalidRequest`` for a file that cannot be used.
    """
    reading = _Reading(read_reorganisation_sheet(content, filename), decision)
    reading.run()
    order = reading.order() if not reading.issues else None
    plan = None
    if order is not None:
        try:
            for one in reading.decisions:
                check_decision(one, order.effective_on)
            plan = plan_order(order)
        except InvalidRequest as refusal:
            reading.issues.append(RowIssue(0, f"{refusal.message} {refusal.what_to_do}"))
    return FilePlan(
        filename=filename,
        sha256=hashlib.sha256(content).hexdigest(),
        rows=tuple(reading.outcomes()),
        issues=tuple(sorted(reading.issues, key=lambda issue: issue.row)),
        decisions=tuple(reading.decisions),
        order=order,
        plan=plan,
    )


@dataclass
class _Draft:
    """A unit that the file lets begin, before its parent is known."""

    row: SheetRow
    key: str


@dataclass
class _Reading:
    rows: list[SheetRow]
    decision: Decision | None
    issues: list[RowIssue] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    ends: dict[int, Unit] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    drafts: dict[str, _Draft] = field(default_factory=dict)
    begun: dict[str, Beginning] = field(default_factory=dict)
    subject: dict[int, Unit | str] = field(default_factory=dict)
    did: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    ended_rows: set[int] = field(default_factory=set)
    effective_on: date | None = None

    def run(self) -> None:
        self.by_key = {unit.key: unit for unit in Unit.objects.select_related("parent")}
        self.by_name: dict[str, list[Unit]] = defaultdict(list)
        for unit in self.by_key.values():
            self.by_name[match_key(unit.name)].append(unit)
        self.known = set(UnitSuccession.objects.values_list("predecessor_id", "successor_id"))
        self.taken = set(self.by_key) | {row["key"] for row in self.rows if row["key"]}
        self._find_day()
        if self.effective_on is None:
            return
        for row in self.rows:
            self._tell_subject(row)
        for key in list(self.drafts):
            self._begin(key, ())
        for row in self.rows:
            self._join(row)

    def _refuse(self, row: SheetRow, sentence: str) -> None:
        self.issues.append(RowIssue(row.number, sentence))

    def _find_day(self) -> None:
        days = set()
        for row in self.rows:
            try:
                begins, ends = row.day("valid_from"), row.day("valid_until")
            except ValueError:
                self._refuse(row, _("A day is written in a way that cannot be read. Write it as 01/07/2025."))
                continue
            if ends is not None:
                days.add(ends + timedelta(days=1))
            elif begins is not None:
                days.add(begins)
        if len(days) == 1:
            self.effective_on = days.pop()
        elif days:
            listed = ", ".join(day.strftime("%d/%m/%Y") for day in sorted(days))
            self.issues.append(
                RowIssue(
                    0,
                    _("The rows take effect on different days: %(days)s. Make one file for each day.")
                    % {"days": listed},
                )
            )
        elif not self.issues:
            self.issues.append(RowIssue(0, _("No row says from which day it holds.")))

    def _tell_subject(self, row: SheetRow) -> None:
        """What the row is about: a unit that ends, one that the register holds, or one that begins."""
        if any(issue.row == row.number for issue in self.issues):
            return
        if row["valid_until"]:
            self._end(row)
        elif row["key"] in self.by_key:
            self._recognise(row, self.by_key[row["key"]])
        elif row["key"] in self.drafts:
            self.subject[row.number] = row["key"]
        else:
            self._draft(row)

    def _end(self, row: SheetRow) -> None:
        unit = self.by_key.get(row["key"]) if row["key"] else None
        if unit is None:
            unit = self._named(row, row["name"], row["parent"])
        if unit is None:
            return
        if unit.valid_until is None:
            self._mark_ended(row, unit)
        elif unit.valid_until != row.day("valid_until"):
            self._refuse(
                row,
                _("%(unit)s ended on %(day)s already.")
                % {"unit": unit.full_name, "day": unit.valid_until.strftime("%d/%m/%Y")},
            )
        self.ended_rows.add(row.number)
        self.subject[row.number] = unit

    def _mark_ended(self, row: SheetRow, unit: Unit) -> None:
        if unit.pk not in self.ends:
            self.ends[unit.pk] = unit
            self.did[row.number].append("ends")

    def _recognise(self, row: SheetRow, unit: Unit) -> None:
        """A unit that was loaded before: only its predecessors may be new."""
        if row["name"] and match_key(row["name"]) != match_key(unit.name):
            self._refuse(
                row,
                _("The register holds %(unit)s under this key. Give the new unit a key of its own.")
                % {"unit": unit.full_name},
            )
        elif unit.valid_from != self.effective_on:
            self._refuse(
                row,
                _("%(unit)s exists from another day (%(day)s). Correct the day or the key.")
                % {"unit": unit.full_name, "day": unit.valid_from.strftime("%d/%m/%Y")},
            )
        else:
            self.subject[row.number] = unit

    def _draft(self, row: SheetRow) -> None:
        if not (row["name"] and row.kind and row["valid_from"]):
            self._refuse(row, _("A new unit needs its level, its name and its first day."))
            return
        if row.admin_type and row.admin_type not in TITLES_OF_KIND.get(row.kind, ()):
            self._refuse(row, _("The title does not fit the level of the unit."))
            return
        if row["admin_type"] and not row.admin_type:
            self._refuse(row, _("The title is none that a unit bears."))
            return
        same = [
            unit
            for unit in self.by_name[match_key(row["name"])]
            if unit.kind == row.kind and unit.valid_from == self.effective_on
        ]
        if not row["key"] and len(same) == 1 and self._is_parent(same[0].parent, row["parent"]):
            self.subject[row.number] = same[0]
            return
        key = row["key"] or f"row-{row.number}"
        self.drafts[key] = _Draft(row, row["key"])
        self.subject[row.number] = key
        self.did[row.number].append("begins")

    def _is_parent(self, parent: Unit | None, cell: str) -> bool:
        if parent is None or not cell:
            return parent is None and not cell
        return parent.key == cell or match_key(parent.name) == match_key(cell.split(",")[0])

    def _begin(self, key: str, above: tuple[str, ...]) -> Beginning | None:
        """The new unit of a draft; its parent, if new as well, before it."""
        if key in self.begun:
            return self.begun[key]
        row = self.drafts[key].row
        parent = self._parent(row, (*above, key))
        needs = PARENTS_OF_KIND[row.kind]
        if parent is None and needs:
            if not any(issue.row == row.number for issue in self.issues):
                self._refuse(
                    row, _("“%(cell)s” is no unit that this one can lie under.") % {"cell": row["parent"]}
                )
            return None
        own = self.drafts[key].key or new_key(parent, row["name"], self.effective_on or date.min, self.taken)
        self.begun[key] = Beginning(
            key=own,
            kind=row.kind,
            admin_type=row.admin_type,
            form=row.form,
            name=row["name"],
            gso_code=row["gso_code"],
            parent=parent,
        )
        return self.begun[key]

    def _parent(self, row: SheetRow, above: tuple[str, ...]) -> Place | None:
        cell = row["parent"]
        if not cell:
            return None
        if cell in self.by_key:
            return self.by_key[cell]
        for key, draft in self.drafts.items():
            if key not in above and (cell == key or match_key(cell) == match_key(draft.row["name"])):
                return self._begin(key, above)
        name, _comma, place = cell.partition(",")
        return self._named(row, name, place)

    def _named(self, row: SheetRow, name: str, place: str) -> Unit | None:
        """The one unit that bears a name within a place on the last day before; refused when it cannot be told."""
        last_day = (self.effective_on or date.min) - timedelta(days=1)
        found = [unit for unit in self.by_name[match_key(name)] if unit.exists_on(last_day)]
        if place.strip():
            found = [unit for unit in found if self._is_parent(unit.parent, place.strip())]
        if len(found) == 1:
            return found[0]
        words = {"name": name.strip() or "—", "place": place.strip()}
        self._refuse(
            row,
            _("“%(name)s” is several units. Add the unit above after a comma, or give its key.") % words
            if found
            else _("“%(name)s” is no unit that existed on the day before. Correct the name, or give its key.")
            % words,
        )
        return None

    def _join(self, row: SheetRow) -> None:
        """The row's predecessors end, unless they only gave land, and are joined to its unit."""
        subject = self.subject.get(row.number)
        tokens = row.predecessors
        if subject is None or not tokens:
            return
        if row.number in self.ended_rows:
            self._refuse(
                row, _("A row that ends a unit names no predecessors: they stand on the new unit's row.")
            )
            return
        successor = self.begun.get(subject) if isinstance(subject, str) else subject
        kind = self._kind(row, len(tokens))
        decision = self._decision(row)
        if successor is None or not kind or decision is None:
            return
        for token in tokens:
            name, _comma, place = token.partition(",")
            unit = self.by_key.get(token) or self._named(row, name, place)
            if unit is not None:
                self._link(row, unit, successor, kind, decision)

    def _link(self, row: SheetRow, unit: Unit, successor: Place, kind: str, decision: int) -> None:
        if isinstance(successor, Unit) and (unit.pk, successor.pk) in self.known:
            return
        last_day = (self.effective_on or date.min) - timedelta(days=1)
        if kind != SuccessionKind.TRANSFERRED:
            if unit.valid_until is None:
                self._mark_ended(row, unit)
            elif unit.valid_until != last_day:
                self._refuse(
                    row,
                    _("%(unit)s ended on %(day)s already.")
                    % {"unit": unit.full_name, "day": unit.valid_until.strftime("%d/%m/%Y")},
                )
                return
        self.links.append(Link(unit, successor, kind, row["note"], decision))
        self.did[row.number].append("joins")

    def _kind(self, row: SheetRow, count: int) -> str:
        try:
            kind = row.succession
        except ValueError:
            self._refuse(
                row,
                _("“%(word)s” is no way in which units follow each other.") % {"word": row["succession"]},
            )
            return ""
        if kind or count > 1:
            return kind or SuccessionKind.MERGED
        self._refuse(
            row,
            _(
                "With one predecessor, say how the unit followed it: merged, split, renamed, continued or transferred."
            ),
        )
        return ""

    def _decision(self, row: SheetRow) -> int | None:
        """The place of the row's decision among the file's."""
        decision = self.decision
        if row["decision_number"]:
            try:
                decided_on = row.day("decided_on")
            except ValueError:
                decided_on = None
            if decided_on is None or not row["issuer"]:
                self._refuse(row, _("A decision needs its number, its day and its issuer."))
                return None
            decision = Decision(row["decision_number"][:60], decided_on, row["issuer"][:200])
        if decision is None:
            self._refuse(row, _("The row names no decision, and none is given for the whole file."))
            return None
        if decision not in self.decisions:
            self.decisions.append(decision)
        return self.decisions.index(decision)

    def order(self) -> Order | None:
        """All that the rows ask for."""
        if self.effective_on is None:
            return None
        if not self.decisions:
            if self.decision is None and (self.ends or self.begun):
                self.issues.append(RowIssue(0, _("The file names no decision. Give one for the whole file.")))
                return None
            self.decisions = [self.decision] if self.decision else []
        return Order(
            self.effective_on,
            ends=tuple(self.ends.values()),
            begins=tuple(self.begun.values()),
            links=tuple(self.links),
            may_leave=True,
        )

    def outcomes(self) -> Iterable[PlannedUnit]:
        """What becomes of each row."""
        refused = {issue.row for issue in self.issues}
        for row in self.rows:
            subject = self.subject.get(row.number)
            name = subject.full_name if isinstance(subject, Unit) else row["name"] or row["key"]
            did = self.did.get(row.number, [])
            state = RowState.CHANGED if did else RowState.UNCHANGED
            if "begins" in did:
                state = RowState.NEW
            if row.number in refused:
                state = RowState.REFUSED
            before = tuple(
                link.predecessor.name
                for link in self.links
                if link.successor == (self.begun.get(subject) if isinstance(subject, str) else subject)
            )
            yield PlannedUnit(row.number, name, state, before, row.number in self.ended_rows)
