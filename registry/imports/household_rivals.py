"""Which rows of a file may mean one household: looked up only where a row could be told from it by nothing but a name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from core.person_names import clean_name
from core.spreadsheets import cells
from core.spreadsheets.problems import CellProblem
from core.spreadsheets.tables import Lists
from core.text import match_key
from registry.imports.identity import Signs

_SIGNS = ("code", "citizen_number")


class Rivals:
    """Namesakes of one year of birth in a file that bear different codes or numbers in one year's list."""

    def __init__(self, lists: Lists) -> None:
        self._lists = lists

    def of(self, signs: Signs) -> bool:
        """Whether another row of the file bears the name and year of birth, and another code or number."""
        return (match_key(signs.name), signs.birth_year) in self._rivalling

    @cached_property
    def _rivalling(self) -> set[tuple[str, int | None]]:
        borne: dict[tuple[Any, ...], set[str]] = defaultdict(set)
        names: dict[Any, str] = {}
        for name, born, year, kind, sign in self._signs():
            if name not in names:
                names[name] = match_key(clean_name(str(name)).name)
            borne[names[name], _year(born), year, kind].add(sign)
        return {(name, born) for (name, born, _list, _kind), signs in borne.items() if len(signs) > 1}

    def _signs(self) -> Iterator[tuple[Any, Any, Any, str, str]]:
        """Name, year of birth, year of the row, and what code or number stands beside, of every row that has one."""
        for table in self._lists.tables:
            at = table.header.columns
            kinds = [kind for kind in _SIGNS if kind in at]
            if not kinds:
                continue
            for _number, row in table.rows():
                name, born, year = (_cell(row, at.get(one)) for one in ("name", "birth_year", "year"))
                for kind in kinds:
                    sign = str(_cell(row, at[kind])).strip()
                    if name and sign:
                        yield name, born, year, kind, sign


def _cell(row: Any, at: int | None) -> Any:
    return row[at] if at is not None and at < len(row) else ""


def _year(cell: Any) -> int | None:
    try:
        return cells.read_year(cell)
    except CellProblem:
        return None
