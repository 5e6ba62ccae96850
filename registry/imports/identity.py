"""By what a row's person is told from others, what contradicts, and what only the office can decide."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from core.text import fold, match_key
from registry.imports.staged import AskedRow, Change, Choice, Side

# Answers that the office may give. The first three may name the record that they mean.
SAME, NEW_HEAD, ANOTHER = "same", "new_head", "another"
WRONG_CODE, WRONG_NUMBER = "wrong_code", "wrong_number"
# Questions about namesakes: rows that read alike may be of several of them.
_OF_ROW = frozenset({"several_rows_may_be", "may_be_several"})


class OfficeCode(NamedTuple):
    """A household's code as an office gave it: it says something in its commune and for its year only."""

    unit_id: int
    year: int
    code: str


class Signs(NamedTuple):
    """By what a row's person is found, the strongest first; empty where the row is silent.

    `code` is the register's own; numbers are digests; `village` is the village as written, where the register holds
    no villages of the commune.
    """

    name: str
    unit_id: int
    birth_year: int | None = None
    number: str = ""
    old_number: str = ""
    code: str = ""
    office: OfficeCode | None = None
    village: str = ""

    @property
    def are_strong(self) -> bool:
        """Whether a code or a number says who is meant, and not the name alone."""
        return bool(self.code or self.office or self.number)

    def without_code(self) -> Signs:
        """The signs as though no code stood in the row."""
        return self._replace(code="", office=None)

    def without_number(self) -> Signs:
        """The signs as though no number stood in the row."""
        return self._replace(number="")


class Meant(NamedTuple):
    """The record that a row means, None for a new one; from whom it was told apart; how it came about.

    `is_new_head` when the household is the same under another head; `left_out` names columns that the office called
    wrong; `is_by_name` when nothing stronger than the name, the year of birth and the village says so; `is_of_row`
    when another row with the same cells may mean somebody else.
    """

    known: Any = None
    apart_from: tuple[int | str, ...] = ()
    is_new_head: bool = False
    left_out: frozenset[str] = frozenset()
    is_by_name: bool = False
    is_of_row: bool = False


class Question(Exception):
    """Raised where two signs contradict each other, or none decides: the row waits for the office's answer.

    `others` are the records of which the row may or may not speak; `answers` those that make sense here.
    """

    def __init__(self, code: str, others: Sequence[Any], answers: Sequence[str], **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.others = others
        self.answers = answers
        self.params = params
        # The column that the answer may call wrong.
        self.wrong = "code" if WRONG_CODE in answers else "citizen_number" if WRONG_NUMBER in answers else ""

    @property
    def is_of_row(self) -> bool:
        """Whether another row with the same cells waits for an answer of its own."""
        return self.code in _OF_ROW

    def choices(self) -> list[Choice]:
        """What may be answered: one choice a record where an answer means one."""
        found = []
        for answer in self.answers:
            if answer not in {SAME, NEW_HEAD}:
                found.append(Choice(answer, None, {}))
                continue
            for one in self.others:
                code = answer if isinstance(one.ref, int) else f"{answer}_in_file"
                named = one.code or one.name
                found.append(Choice(code, one.ref, {"known": named, "name": one.name, "row": one.row}))
        return found

    def meant(self, answer: str) -> Any:
        """The record that the answer means, None when it means none of these."""
        _code, _colon, target = answer.partition(":")
        for one in self.others:
            if str(one.ref) == target or (not target and isinstance(one.ref, str)):
                return one
        return None

    def asked(self, sheet: int, number: int, name: str, place: str, sides: Sequence[Side]) -> AskedRow:
        """The row as it is staged."""
        return AskedRow(sheet, number, name, place, self.code, self.params, sides, self.choices())


def is_same_name(first: str, second: str) -> bool:
    """Whether two writings may be of one name: signs, tone placement and capitals apart."""
    return first == second or match_key(first) == match_key(second)


def are_two_names(first: str, second: str) -> bool:
    """Whether two writings are of two names; one that was typed without any diacritics may be of either."""
    if is_same_name(first, second):
        return False
    return fold(first) != fold(second) or not (_is_bare(first) or _is_bare(second))


def _is_bare(name: str) -> bool:
    return fold(name) == match_key(name)


def _is_barer(name: str, recorded: str) -> bool:
    """Whether the name only lacks the diacritics of the one that is recorded."""
    return fold(name) == fold(recorded) and _is_bare(name)


def differ(first: Any, second: Any) -> bool:
    """Whether two signs contradict each other: what is missing does not."""
    return bool(first) and bool(second) and first != second


def changes_of(recorded: Callable[[str], Any], said: Mapping[str, Any]) -> dict[str, Change]:
    """What of the said facts is not recorded so; another writing of a name is no change, and neither is no text."""
    found: dict[str, Change] = {}
    for name, value in said.items():
        old = recorded(name)
        if old == value or (old in _NOTHING and value in _NOTHING):
            continue
        if name == "name" and (is_same_name(str(old), value) or _is_barer(value, str(old))):
            continue
        found[name] = Change(old, value)
    return found


def all_new(said: Mapping[str, Any]) -> dict[str, Change]:
    """The said facts of a record that nobody recorded yet."""
    return {name: Change(None, value) for name, value in said.items()}


_NOTHING = (None, "")
