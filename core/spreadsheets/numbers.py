"""Numbers as Vietnamese offices type them, read strictly: what cannot be known is refused, never guessed."""

from __future__ import annotations

import math
import re
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

LARGEST_COUNT = 100_000_000

_SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f]+")
_PLAIN = re.compile(r"[0-9]{1,12}")
# One kind of separator throughout, whole groups of three, no leading zero: 1.234 or 1 234 567.
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+|[1-9][0-9]{0,2}(?: [0-9]{3})+")
# A fraction of nothing but zeros, as other programs export whole numbers: 5.0, 5,00, 1.234,0.
_ZERO_DECIMALS = re.compile(
    r"(?P<whole>[0-9]{1,12}|[1-9][0-9]{0,2}(?:\.[0-9]{3})+),0{1,2}|(?P<point>[0-9]{1,12})\.0{1,2}"
)
_COMMA_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+")
_WITH_DECIMALS = re.compile(r"[0-9]+(?:[. ][0-9]{3})*[.,][0-9]+")
_RATE = re.compile(r"(?P<whole>[0-9]{1,3})(?:[.,](?P<decimals>[0-9]{1,6}))?")
# What spreadsheet programs and phones put before a number to keep it as text.
_APOSTROPHES = "'\u2018\u2019\u02bc\u00b4`"
_DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2212"


class NumberProblem(Exception):
    """The cell holds no number that can be known; ``code`` names the sentence in ``messages``."""

    def __init__(self, code: str, value: str) -> None:
        super().__init__(code, value)
        self.code = code
        self.value = value


def read_count(value: Any, *, dash_is_zero: bool = False) -> int | None:
    """A whole number of zero or more, or None for an empty cell.

    Reads integers, floats without a fraction, and text with dots or spaces between whole groups of three
    (``1.234``, ``1 234``). A comma before three digits is refused, since it may be a decimal comma. In a column of
    counts a lone dash says that there are none. Raises ``NumberProblem``.
    """
    if isinstance(value, (bool, date, time, timedelta)):
        raise NumberProblem("number_unreadable", str(value))
    if isinstance(value, (int, float, Decimal)):
        return _count_from_number(value)
    text = _tidy(value)
    if not text:
        return None
    if dash_is_zero and not text.strip(_DASHES):
        return 0
    return _count_from_text(text)


def read_rate(value: Any) -> Decimal | None:
    """A percentage such as ``3,20``, ``3.2`` or ``3,2 %``, or None for an empty cell.

    Raises ``NumberProblem``.
    """
    if isinstance(value, (bool, date, time, timedelta)):
        raise NumberProblem("rate_unreadable", str(value))
    if isinstance(value, (int, float, Decimal)):
        if isinstance(value, float) and not math.isfinite(value):
            raise NumberProblem("rate_unreadable", str(value))
        return Decimal(str(value))
    text = _tidy(value)
    if not text:
        return None
    found = _RATE.fullmatch(text.removesuffix("%").strip())
    if found is None:
        raise NumberProblem("rate_unreadable", text)
    return Decimal(f"{found['whole']}.{found['decimals'] or '0'}")


def _count_from_number(value: int | float | Decimal) -> int:
    if isinstance(value, (float, Decimal)) and not math.isfinite(value):
        raise NumberProblem("number_unreadable", str(value))
    if value < 0:
        raise NumberProblem("number_negative", _shown(value))
    if value != int(value):
        raise NumberProblem("number_not_whole", _shown(value))
    return _bounded(int(value), _shown(value))


def _count_from_text(text: str) -> int:
    if text[0] in _DASHES and len(text) > 1:
        positive = text[1:].strip()
        if _PLAIN.fullmatch(positive) or _GROUPED.fullmatch(positive):
            raise NumberProblem("number_negative", text)
    digits = text
    zero_decimals = _ZERO_DECIMALS.fullmatch(text)
    if zero_decimals:
        digits = zero_decimals["whole"] or zero_decimals["point"]
    if _PLAIN.fullmatch(digits):
        return _bounded(int(digits), text)
    if _GROUPED.fullmatch(digits):
        return _bounded(int(digits.replace(".", "").replace(" ", "")), text)
    if _COMMA_GROUPED.fullmatch(text):
        raise NumberProblem("number_ambiguous", text)
    if _WITH_DECIMALS.fullmatch(text):
        raise NumberProblem("number_not_whole", text)
    raise NumberProblem("number_unreadable", text)


def _tidy(value: Any) -> str:
    """The text without outer spaces or the apostrophe that forces text; inner spaces become plain ones."""
    return _SPACES.sub(" ", str(value if value is not None else "")).strip().lstrip(_APOSTROPHES).strip()


def _shown(value: int | float | Decimal) -> str:
    return str(int(value)) if value == int(value) else str(value)


def _bounded(number: int, shown: str) -> int:
    if number > LARGEST_COUNT:
        raise NumberProblem("number_too_large", shown)
    return number
