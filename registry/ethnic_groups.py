"""The peoples of Vietnam by their names and spellings, and which of them are minorities. What is unknown is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from core.text import fold, match_key, nfc
from core.yaml_files import read_yaml

_FILE = Path(__file__).parent / "data" / "ethnic_groups.yaml"
_LEADS = re.compile(r"(?:dân\s+tộc|d\.?\s*tộc|dt|người)[\s:.]+", re.IGNORECASE)
_ANY_MINORITY = frozenset(("dtts", "dt thieu so", "dan toc thieu so", "thieu so", "dan toc it nguoi"))
_LONGEST_NAME = 4
_RELATIVES = frozenset(("me", "cha", "bo", "vo", "chong", "con"))
_BESIDE = re.compile(r"\(([^()]*)\)")


@dataclass(frozen=True, slots=True)
class EthnicGroups:
    """The list: the name of each people by each of its spellings, with their marks and, where unique, without."""

    names: tuple[str, ...]
    majority: str
    by_spelling: Mapping[str, str]
    by_bare_spelling: Mapping[str, str]


@lru_cache(maxsize=1)
def ethnic_groups() -> EthnicGroups:
    """The peoples as the project's file lists them. Raises ValueError where a spelling stands under two peoples."""
    listed = read_yaml(_FILE)
    by_spelling: dict[str, str] = {}
    bare: dict[str, set[str]] = {}
    for name, spelling in _spellings(listed["peoples"]):
        known = by_spelling.setdefault(_key(spelling), name)
        if known != name:
            raise ValueError(f"{_FILE.name}: {spelling} stands under {known} and {name}")
        bare.setdefault(_bare(spelling), set()).add(name)
    return EthnicGroups(
        names=tuple(one["name"] for one in listed["peoples"]),
        majority=listed["majority"],
        by_spelling=by_spelling,
        by_bare_spelling={key: next(iter(names)) for key, names in bare.items() if len(names) == 1},
    )


@lru_cache(maxsize=2048)
def read_people(text: str) -> str | None:
    """The people that a text names, or None where the spelling is unknown and somebody must be asked.

    Blind to capitals, spaces, hyphens and the sign used for an apostrophe. Marks count (``Lao`` is not ``Lào``),
    except in a text that was typed without any, as long as it fits one people only.
    """
    text = nfc(text)
    outside = _LEADS.sub("", _BESIDE.sub(" ", text).strip(), count=1)
    people = _named(outside)
    beside = {one for remark in _BESIDE.findall(text) for one in _mentioned(remark)} - {people}
    return None if beside else people


def is_minority(text: str) -> bool | None:
    """Whether a people, named in any spelling, is an ethnic minority: all are but the Kinh. None where unknown.

    "DTTS" says so without naming the people.
    """
    if fold(text) in _ANY_MINORITY:
        return True
    people = read_people(text)
    return None if people is None else people != ethnic_groups().majority


def _named(text: str) -> str | None:
    groups, key = ethnic_groups(), _key(text)
    people = groups.by_spelling.get(key)
    if people is None and key == _bare(text):
        people = groups.by_bare_spelling.get(key)
    return people


def _mentioned(remark: str) -> Iterator[str]:
    """The peoples that a remark mentions: "lai Chăm" means more than one, and a mother's says nothing of her child."""
    words = remark.split()
    if words and fold(words[0]) in _RELATIVES:
        return
    for first in range(len(words)):
        for last in range(first + 1, min(first + _LONGEST_NAME, len(words)) + 1):
            people = _named(" ".join(words[first:last]))
            if people is not None:
                yield people


def _spellings(peoples: list[dict[str, object]]) -> Iterator[tuple[str, str]]:
    for one in peoples:
        name, also = one["name"], one.get("also", [])
        for spelling in (name, *also):  # type: ignore[misc]
            yield str(name), str(spelling)


def _key(text: str) -> str:
    # Twice: where the words are joined, their tones move to the end of the whole.
    return match_key(match_key(text).replace(" ", ""))


def _bare(text: str) -> str:
    return fold(text).replace(" ", "")
