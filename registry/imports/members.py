"""Members of households, in lists that give each of them a row below the household's head."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from core.spreadsheets.problems import CellProblem
from core.spreadsheets.tables import ListTable
from core.spreadsheets.totals import is_total
from core.text import match_key
from registry.imports.columns import ColumnReader
from registry.imports.identity import are_two_names, differ
from registry.imports.marks import OF_MEMBERS as MARKED
from registry.imports.marks import mark_of
from registry.imports.office_words import HEAD
from registry.imports.person_cells import person_said
from registry.imports.staged import Change, MemberChange, Remark, set_aside
from registry.models import HouseholdMember

Row = tuple[int, Sequence[Any]]
# Columns that say nothing of the household itself: they number or name its members.
OF_MEMBERS = frozenset({"head_number", "member_number", "member_name"})
_FACTS = (
    *("name", "birth_year", "is_woman", "relationship_to_head"),
    *("citizen_number_digest", "old_number_digest"),
)
_NUMBERS = ("citizen_number_digest", "citizen_number_sealed", "old_number_digest", "old_number_sealed")
# What a row's columns say of a member, by the names that the record has for it.
_OF_COLUMN = {
    "name": "name",
    "birth_year": "birth_year",
    "sex": "is_woman",
    "relationship": "relationship_to_head",
}


class KnownMembers:
    """Members that the register holds, and those that the file makes, by their household."""

    def __init__(self, unit_ids: set[int] | None) -> None:
        rows = HouseholdMember.objects.filter(household__merged_into=None)
        if unit_ids is not None:
            rows = rows.filter(household__unit__in=unit_ids)
        self._of: dict[int | str, list[_KnownMember]] = defaultdict(list)
        for key, household, *facts in rows.order_by("pk").values_list("pk", "household_id", *_FACTS):
            self._of[household].append(_KnownMember(key, dict(zip(_FACTS, facts, strict=True))))

    def change(self, household: int | str, said: Mapping[str, Any]) -> MemberChange | None:
        """What the row says anew of a member of the household: of one that is known, or of a new one.

        Raises ``CellProblem`` where the bearer of the row's number has another name or year of birth.
        """
        facts = {name: said[column] for column, name in _OF_COLUMN.items() if column in said}
        facts |= {name: said[name] for name in _NUMBERS if name in said}
        known = self._meant(household, facts)
        if known is None:
            known = _KnownMember(None, {})
            self._of[household].append(known)
        elif known.is_other(facts):
            raise CellProblem(
                "member_contradicts", known=known.facts["name"], year=known.facts.get("birth_year") or "–"
            )
        changes = known.changes(facts)
        known.facts |= facts
        return MemberChange(known.key, facts["name"], changes, known.mark) if changes else None

    def _meant(self, household: int | str, facts: Mapping[str, Any]) -> _KnownMember | None:
        """The member of the same number, else of the same name whose year of birth does not contradict."""
        number, year, name = (
            facts.get("citizen_number_digest"),
            facts.get("birth_year"),
            match_key(facts["name"]),
        )
        members = self._of[household]
        if number:
            for one in members:
                if one.facts.get("citizen_number_digest") == number:
                    return one
        same = [
            one
            for one in members
            if match_key(one.facts["name"]) == name
            and not (number and one.facts.get("citizen_number_digest"))
        ]
        agreeing = [one for one in same if one.facts.get("birth_year") == year]
        open_ones = [one for one in same if None in (one.facts.get("birth_year"), year)]
        found = agreeing or open_ones
        return found[0] if len(found) == 1 else None


class _KnownMember:
    """A member of the register, or one that an earlier row of the file makes (without a key)."""

    __slots__ = ("facts", "key", "mark")

    def __init__(self, key: int | None, facts: dict[str, Any]) -> None:
        self.key = key
        self.facts = facts
        self.mark = mark_of(facts[name] for name in MARKED) if key is not None else ""

    def is_other(self, said: Mapping[str, Any]) -> bool:
        """Whether name or year of birth say that somebody else is meant."""
        return are_two_names(self.facts["name"], said["name"]) or differ(
            self.facts.get("birth_year"), said.get("birth_year")
        )

    def changes(self, said: Mapping[str, Any]) -> dict[str, Change]:
        """Fact -> what stands there now, what would; another spelling of a name is no change."""
        changed = {}
        for name, value in said.items():
            old = self.facts.get(name)
            if name.endswith("_sealed") or old == value or (value == "" and old is None):
                continue
            if name == "name" and old and not are_two_names(old, value):
                continue
            changed[name] = Change(old, value)
        # Two seals of one number differ, so a seal goes with its digest.
        for number in ("citizen_number", "old_number"):
            if f"{number}_digest" in changed:
                changed[f"{number}_sealed"] = Change(None, said[f"{number}_sealed"])
        return changed


class MemberRows:
    """Tells heads and members of one sheet apart, and gathers members below their head."""

    def __init__(self, table: ListTable, readers: Mapping[str, ColumnReader], known: KnownMembers) -> None:
        self._table = table
        self._readers = readers
        self._known = known
        self._at = {name: table.header.columns[name] for name in readers}
        # Members may have a column of their own beside that of the heads, who are then repeated or left out below.
        self._named_in = "member_name" if "member_name" in readers else "name"
        # Number of a head's row -> the rows of its members.
        self.of_head: dict[int, list[Row]] = {}

    @staticmethod
    def are_in(table: ListTable) -> bool:
        """Whether the list gives members rows of their own."""
        columns = table.header.columns
        return "relationship" in columns or {"head_number", "member_number"} <= columns.keys()

    def heads(self, repeated: Any, passed: Callable[[Sequence[Any]], None]) -> Iterator[Row]:
        """The rows that are no member's; `repeated` is called with the header's own rows, `passed` with members'.

        Members of another household number than the head above them wait for their own head, and come as rows of their
        own where it does not follow.
        """
        head: Row | None = None
        waiting: list[Row] = []
        for number, cells in self._table.rows():
            if self._table.is_heading(number, cells):
                repeated(number, cells)
            elif self._closes(cells):
                # A total, the heading of a village, a signature: whoever follows is of no household above it.
                yield from [*waiting, *([head] if head else []), (number, cells)]
                head, waiting = None, []
            elif self.is_member(cells) or (head is not None and self._repeats_number(head[1], cells)):
                if head is not None and self._is_of(head[1], cells):
                    self.of_head[head[0]].append((number, cells))
                    passed(cells)
                else:
                    waiting.append((number, cells))
            else:
                if head is not None:
                    yield head
                head = number, cells
                own = [row for row in waiting if self._bears_number_of(cells, row[1])]
                self.of_head[number] = own
                for _number, one in own:
                    passed(one)
                yield from (row for row in waiting if row not in own)
                waiting = []
        yield from [*waiting, *([head] if head else [])]

    def _closes(self, cells: Sequence[Any]) -> bool:
        """Whether the row is of totals, or of nothing but words."""
        filled = [cell for cell in cells if cell not in ("", None)]
        if len(filled) == 1 and isinstance(filled[0], str):
            return True
        return any(isinstance(cell, str) and is_total(cell) for cell in filled)

    def _is_of(self, head: Sequence[Any], cells: Sequence[Any]) -> bool:
        """Whether a member's household number is that of the head above, where both have one."""
        own, above = self._read("head_number", cells), self._read("head_number", head)
        return not (own and above) or own == above

    def _bears_number_of(self, head: Sequence[Any], cells: Sequence[Any]) -> bool:
        number = self._read("head_number", cells)
        return bool(number) and number == self._read("head_number", head)

    def changes(self, household: int | str, number: int, notes: list[Remark]) -> list[MemberChange]:
        """What the rows below a head say anew of the household's members; cells set aside are added to `notes`."""
        changed = []
        for member_row, cells in self.of_head.get(number, ()):
            said = self._said(member_row, cells, notes)
            try:
                change = self._known.change(household, said) if said else None
            except CellProblem as problem:
                member = {"member": said["name"], "member_row": member_row}
                notes.append(Remark(problem.code, "citizen_number", {**problem.params, **member}))
                continue
            if change:
                changed.append(change)
        return changed

    def _said(self, number: int, cells: Sequence[Any], notes: list[Remark]) -> dict[str, Any]:
        said: dict[str, Any] = {}
        asides = []
        for name in (*_OF_COLUMN, "citizen_number"):
            if name not in self._readers:
                continue
            value = self._read(self._named_in if name == "name" else name, cells)
            if isinstance(value, CellProblem):
                asides.append((name, value))
            elif value not in (None, ""):
                said[name] = value
        if "name" not in said:
            return {}
        person = person_said(said)
        said["name"] = person.name
        said |= person.facts
        remarks = [*(set_aside(name, problem) for name, problem in asides), *person.notes]
        notes += [
            one._replace(params={**one.params, "member": person.name, "member_row": number})
            for one in remarks
        ]
        return said

    def _read(self, name: str, cells: Sequence[Any]) -> Any:
        at = self._at.get(name, -1)
        return self._readers[name].read(cells[at]) if 0 <= at < len(cells) else None

    def is_member(self, cells: Sequence[Any]) -> bool:
        """Whether the row is of a member, and of no head."""
        if not isinstance(self._read(self._named_in, cells), str):
            return False
        relationship = self._read("relationship", cells)
        if relationship and not isinstance(relationship, CellProblem):
            return bool(relationship != HEAD)
        if "head_number" in self._at:
            return not self._read("head_number", cells)
        # Words with two readings are of members; what nobody knows may be a head's.
        return isinstance(relationship, CellProblem) and relationship.code == "word_doubtful"

    def _repeats_number(self, head: Sequence[Any], cells: Sequence[Any]) -> bool:
        """Whether the row bears its household's number again: of a member, where nothing says that it is a head's."""
        number = self._read("head_number", cells)
        if (
            not number
            or isinstance(number, CellProblem)
            or not isinstance(self._read(self._named_in, cells), str)
        ):
            return False
        is_repeated: bool = number == self._read("head_number", head)
        return is_repeated and self._read("relationship", cells) != HEAD

    def unclear(self, cells: Sequence[Any]) -> CellProblem | None:
        """What keeps a row out of which nothing tells whether a head or a member stands in it."""
        relationship = self._read("relationship", cells)
        if isinstance(relationship, CellProblem) and "head_number" not in self._at:
            return relationship
        return None
