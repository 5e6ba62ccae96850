"""Names of villages as offices write them, and the name and title under which the register keeps them."""

from __future__ import annotations

import re
from typing import Any

from core.spreadsheets import cells
from core.spreadsheets.problems import CellProblem
from registry.enums import AdminType

# How the word is written out, what title it means, and how offices write it.
_TITLES = (
    ("Tổ dân phố", AdminType.KHU_PHO, ("tổ dân phố", "to dan pho", "tdp")),
    ("Khu phố", AdminType.KHU_PHO, ("khu phố", "khu pho", "kp")),
    ("Khóm", AdminType.KHU_PHO, ("khóm",)),
    ("Thôn", AdminType.THON, ("thôn", "thon")),
    ("Buôn", AdminType.THON, ("buôn",)),
    ("Bản", AdminType.THON, ("bản",)),
    ("Ấp", AdminType.THON, ("ấp",)),
)
_LEADS = tuple(
    (words, title, re.compile(rf"(?:{'|'.join(written)})(?:[\s.:]+|(?=[0-9]))(?P<rest>.+)", re.IGNORECASE))
    for words, title, written in _TITLES
)
_TITLE_OF_TYPE = {AdminType.THON: "Thôn", AdminType.KHU_PHO: "Khu phố"}
_KIND_WORDS = {
    **dict.fromkeys(("thon", "ap", "ban", "buon", "village"), AdminType.THON),
    **dict.fromkeys(("khu pho", "kp", "to dan pho", "tdp", "khom", "quarter"), AdminType.KHU_PHO),
}
_ROMAN = re.compile(r"[IVXLC]+")


def read_village_kind(value: Any) -> str | None:
    """The title that the words mean: thôn, or khu phố and what else towns call it."""
    found = cells.read_word(value, _KIND_WORDS, "village_kind_unknown")
    return None if found is None else str(found)


def village_name(text: str, kind: str | None) -> tuple[str, str]:
    """The title and the whole name: ``KP3`` is ``Khu phố 3``, ``THÔN PHÚ SƠN`` is ``Thôn Phú Sơn``.

    Raises ``CellProblem`` when neither the name nor the column says which of the two it is, or when they disagree.
    """
    for words, title, lead in _LEADS:
        found = lead.fullmatch(text)
        if not found:
            continue
        if kind and kind != title:
            raise CellProblem("village_kind_differs", value=text, column="kind")
        return str(title), f"{words} {calmed(found['rest'].strip())}"
    if not kind:
        raise CellProblem("village_kind_missing", value=text, column="name")
    return str(kind), f"{_TITLE_OF_TYPE[AdminType(kind)]} {calmed(text)}"


def calmed(text: str) -> str:
    """A name that is all capitals with a capital for each word; numbers and codes stay as they are."""
    if not text.isupper():
        return text
    return " ".join(
        word if _ROMAN.fullmatch(word) or any(one.isdigit() for one in word) else word.capitalize()
        for word in text.split()
    )
