"""Lengths of style sheets in points, the unit of everything in this package."""

import re

_LENGTH = re.compile(r"(-?\d*\.?\d+)(pt|mm|cm|in|px|em|%)?")
_POINTS = {"pt": 1.0, "mm": 72 / 25.4, "cm": 72 / 2.54, "in": 72.0, "px": 0.75}
# Width of letters in the size of the font, for a Roman face such as Times; enough to tell how wide a column must be.
_NARROW, _WIDE, _CAPITAL, _USUAL = 0.31, 0.82, 0.70, 0.49


def points(value: str, *, whole: float = 0.0, size: float = 0.0) -> float | None:
    """A length in points, or None where the sheet gives none (`auto`, `none`).

    `whole` is what a percentage is taken of, `size` the font's.
    """
    found = _LENGTH.fullmatch(value.strip())
    if found is None:
        return None
    number, unit = float(found[1]), found[2]
    if unit == "%":
        return number * whole / 100
    if unit == "em":
        return number * size
    return number * _POINTS.get(unit or "pt", 1.0)


def breadth(text: str, size: float) -> float:
    """About how wide a line of text is, rather too wide than too narrow."""
    return size * sum(_letter(letter) for letter in text)


def _letter(letter: str) -> float:
    if letter in " ijl.,:;'|!()[]-ft\u00a0":
        return _NARROW
    if letter in "mwMW":
        return _WIDE
    return _CAPITAL if letter.isupper() else _USUAL
