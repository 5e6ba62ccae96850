"""What cells say, read strictly: what cannot be known is refused with a code for its sentence, never guessed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import override

from core.spreadsheets.numbers import NumberProblem, read_count
from core.spreadsheets.problems import CellProblem
from core.spreadsheets.sheets import ErrorCell
from core.text import fold, tidy

_DAY_FIRST = re.compile(r"([0-9]{1,2})[/.\-\s]+([0-9]{1,2})[/.\-\s]+([0-9]{4})")
_YEAR_FIRST = re.compile(r"([0-9]{4})[/.\-]([0-9]{1,2})[/.\-]([0-9]{1,2})(?:[T ]00:00(?::00)?)?")
_MONTH = re.compile(r"(?:thang\s*)?([0-9]{1,2})[/.\-\s]+([0-9]{4})")
_YEAR = re.compile(r"(?:nam\s*)?([0-9]{4})(?:\.0)?")
_SHORT_YEAR = re.compile(r"[0-9]{1,2}[/.\-][0-9]{1,2}[/.\-][0-9]{2}")
_DAY_WORDS = re.compile(r"ngay ([0-9]{1,2}) thang ([0-9]{1,2}) nam ([0-9]{4})")
# By these somebody said that a year, a day or a word is not certain: “1960?”, “~1960”.
_DOUBT = re.compile(r"[?¿~≈±]")
# Errors of formulas as files without formulas, such as CSV, keep them.
_ERRORS = frozenset(("#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"))
# What no keyboard types and PostgreSQL cannot keep.
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_FIRST_YEAR, _LAST_YEAR = 1900, 2100


class CellsAt:
    """Picks the cells of some columns out of a row; what a short row lacks is empty. Called for every row of a file."""

    def __init__(self, positions: Sequence[int]) -> None:
        self._positions = tuple(positions)
        # Of one position this would give the cell alone.
        self._pick: Callable[[Sequence[Any]], Any] = (
            itemgetter(*self._positions) if len(self._positions) > 1 else self._of_short
        )

    def of(self, cells: Sequence[Any]) -> tuple[Any, ...]:
        """The row's cells of the columns, in their order."""
        try:
            picked: tuple[Any, ...] = self._pick(cells)
        except IndexError:
            return self._of_short(cells)
        return picked

    def _of_short(self, cells: Sequence[Any]) -> tuple[Any, ...]:
        width = len(cells)
        return tuple([cells[at] if at < width else "" for at in self._positions])


def check_no_error(value: Any) -> None:
    """Raise ``CellProblem`` for a formula's error, also where a file keeps it as text."""
    if isinstance(value, ErrorCell):
        raise CellProblem("cell_error", value=value.code)
    if isinstance(value, str) and value.lstrip()[:1] == "#" and value.strip().upper() in _ERRORS:
        raise CellProblem("cell_error", value=value.strip())


def read_certain_text(value: Any) -> str:
    """The cell's text; raises ``CellProblem`` where a sign beside it says that it is not certain."""
    text = read_text(value)
    if _DOUBT.search(text):
        raise CellProblem("cell_doubted", value=text)
    return text


def read_text(value: Any) -> str:
    """The cell's text in one spelling with single spaces; a whole number without its ``.0``.

    An error such as #N/A is neither a text nor empty: it raises ``CellProblem``.
    """
    check_no_error(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    text = tidy(str(value)) if value is not None else ""
    if _CONTROL.search(text):
        raise CellProblem("text_unprintable")
    return text[1:].lstrip() if text.startswith("'") else text


def read_day(value: Any) -> date | None:
    """A whole day: a date cell, ``01/3/2022``, ``1-3-2022``, ``ngày 1 tháng 3 năm 2022`` or ``2022-03-01``.

    A month or a year without its day, two-digit years and numbers raise ``CellProblem``.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = read_certain_text(value)
    if not text:
        return None
    if isinstance(value, (int, float)) and not _is_year(text):
        raise CellProblem("day_unreadable", value=text)
    folded = fold(text)
    found = _DAY_FIRST.fullmatch(text) or _DAY_WORDS.fullmatch(folded)
    if found:
        return _day(int(found[3]), int(found[2]), int(found[1]), text)
    found = _YEAR_FIRST.fullmatch(text)
    if found:
        return _day(int(found[1]), int(found[2]), int(found[3]), text)
    if _MONTH.fullmatch(folded) or _MONTH.fullmatch(text) or _YEAR.fullmatch(folded):
        raise CellProblem("day_incomplete", value=text)
    if _SHORT_YEAR.fullmatch(text):
        raise CellProblem("day_short_year", value=text)
    raise CellProblem("day_unreadable", value=text)


def read_day_text(value: Any) -> str | None:
    """A whole day as ISO text, which is how a staged row keeps it."""
    day = read_day(value)
    return day.isoformat() if day else None


def shown_day(value: date | str) -> str:
    """A day as people write it."""
    day = date.fromisoformat(value) if isinstance(value, str) else value
    return f"{day:%d/%m/%Y}"


def read_year(value: Any) -> int | None:
    """A year: ``2023``, ``năm 2023``; also the year of a day or month that is written whole."""
    if isinstance(value, date):
        return value.year
    text = read_certain_text(value)
    if not text:
        return None
    folded = fold(text)
    found = _YEAR.fullmatch(folded) or _MONTH.fullmatch(folded)
    if found:
        year = int(found[found.lastindex or 1])
    else:
        try:
            day = read_day(value)
        except CellProblem as problem:
            raise CellProblem("year_unreadable", value=text) from problem
        year = day.year if day else 0
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise CellProblem("year_unreadable", value=text)
    return year


def read_number(value: Any, *, dash_is_zero: bool = False) -> int | None:
    """A whole number as offices type it; a dash may say that there are none."""
    check_no_error(value)
    try:
        return read_count(value, dash_is_zero=dash_is_zero)
    except NumberProblem as problem:
        raise CellProblem(problem.code, value=problem.value) from problem


def read_word(
    value: Any, words: Mapping[str, Any], code: str, choices: type[TextChoices] | None = None
) -> Any:
    """What the cell's word stands for, None when empty; an unknown word raises ``CellProblem`` with `code`.

    The labels of `choices` are words too, in both languages: what an export wrote is read back.
    """
    text = read_text(value)
    if not text:
        return None
    folded = fold(text)
    found = words.get(folded, words.get(folded.removeprefix("ho ")))
    if found is None and choices is not None:
        found = _labels(choices).get(folded)
    if found is None:
        raise CellProblem(code, value=text)
    return found


@lru_cache(maxsize=32)
def _labels(choices: type[TextChoices]) -> dict[str, Any]:
    found = {}
    for language in ("vi", "en"):
        with override(language):
            found.update({fold(str(choice.label)): choice for choice in choices})
    return found


def _is_year(text: str) -> bool:
    return bool(_YEAR.fullmatch(text))


def _day(year: int, month: int, day: int, text: str) -> date:
    try:
        found = date(year, month, day)
    except ValueError:
        raise CellProblem("day_impossible", value=text) from None
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise CellProblem("day_impossible", value=text)
    return found
