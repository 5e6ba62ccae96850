"""The words of offices as data: headings of columns and what cells stand for, each group with its source."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from core.yaml_files import read_yaml
from registry.enums import IndividualRole, PolicyLoan, PovertyStatus, Registration, Relationship

DATA = Path(__file__).resolve().parents[1] / "data"
# What a row is to its household's head where it is the head itself.
HEAD = "head"
_YES_NO = ("yes", "no")
# What words of a kind may stand for.
MEANINGS: Mapping[str, Collection[str]] = {
    "standing": PovertyStatus.values,
    "registration": Registration.values,
    "loan": PolicyLoan.values,
    "capacity": IndividualRole.values,
    "relationship": (HEAD, *Relationship.values),
    "yes_no": _YES_NO,
    "tick": _YES_NO,
    "sex": ("woman", "man"),
    "blank": ("nothing",),
    "blank_text": ("nothing",),
    "blank_citizen_number": ("nothing",),
}


class WordsError(ValueError):
    """A file of words is not as it should be; names the file, the key, and what is expected there."""

    def __init__(self, file: str, key: str, expected: str) -> None:
        super().__init__(f"{file}: {key or 'the whole file'}: {expected}")
        self.file = file
        self.key = key
        self.expected = expected


@dataclass(frozen=True, slots=True)
class KindOfWords:
    """The words of one kind: written form -> meaning, and those that have more meanings than one."""

    words: Mapping[str, str] = field(default_factory=dict)
    doubtful: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


_NO_WORDS = KindOfWords()


def headings(*keys: str) -> tuple[str, ...]:
    """How offices head a column, as they write it; several keys give the words of each."""
    known = _headings()
    return tuple(dict.fromkeys(words for key in keys for words in known[key]))


def words_of(kind: str) -> KindOfWords:
    """The words of a kind."""
    return _words().get(kind, _NO_WORDS)


@lru_cache(maxsize=1)
def _headings() -> dict[str, tuple[str, ...]]:
    return read_headings(DATA / "headings.yaml")


@lru_cache(maxsize=1)
def _words() -> dict[str, KindOfWords]:
    return read_words(DATA / "words.yaml")


def read_headings(path: Path) -> dict[str, tuple[str, ...]]:
    """Column -> its headings; raises ``WordsError``."""
    found: dict[str, list[str]] = defaultdict(list)
    for group in _groups(path, {"source", "headings"}):
        for name, listed in group.mapping("headings"):
            found[name.value] += [one.text() for one in listed.items()]
    return {name: tuple(dict.fromkeys(words)) for name, words in found.items()}


def read_words(path: Path) -> dict[str, KindOfWords]:
    """Kind -> its words; raises ``WordsError``."""
    words: dict[str, dict[str, str]] = {kind: {} for kind in MEANINGS}
    doubtful: dict[str, dict[str, tuple[str, ...]]] = {kind: {} for kind in MEANINGS}
    for group in _groups(path, {"source", "kind", "words", "doubtful"}):
        kind = group.need("kind").one_of(MEANINGS)
        for name, listed in group.mapping("words"):
            meaning = name.one_of(MEANINGS[kind])
            for one in listed.items():
                if words[kind].setdefault(one.text(), meaning) != meaning:
                    raise one.fail(
                        f"a word with one meaning; another group has it as {words[kind][one.text()]}"
                    )
        for name, listed in group.mapping("doubtful", optional=True):
            doubtful[kind][name.value] = tuple(one.one_of(MEANINGS[kind]) for one in listed.items())
    return {kind: KindOfWords(words[kind], doubtful[kind]) for kind in MEANINGS}


@dataclass(frozen=True, slots=True)
class _Node:
    """A value of the file and the key that leads to it."""

    file: str
    key: str
    value: Any

    def fail(self, expected: str) -> WordsError:
        return WordsError(self.file, self.key, expected)

    def text(self) -> str:
        if not isinstance(self.value, str) or not self.value.strip():
            raise self.fail(f"expected words in quotes, found {self.value!r}")
        return self.value

    def one_of(self, choices: Collection[str]) -> str:
        if self.value not in choices:
            raise self.fail(f"expected one of {', '.join(choices)}, found {self.value!r}")
        return str(self.value)

    def items(self) -> list[_Node]:
        if not isinstance(self.value, list) or not self.value:
            raise self.fail(f"expected a list, found {self.value!r}")
        return [_Node(self.file, f"{self.key}[{at}]", value) for at, value in enumerate(self.value)]

    def need(self, name: str) -> _Node:
        if name not in self.value:
            raise _Node(self.file, f"{self.key}.{name}", None).fail("expected a value, and there is none")
        return _Node(self.file, f"{self.key}.{name}", self.value[name])

    def mapping(self, name: str, *, optional: bool = False) -> Iterator[tuple[_Node, _Node]]:
        """The names and values under a key, each with the key that leads to it."""
        if optional and name not in self.value:
            return
        node = self.need(name)
        if not isinstance(node.value, dict) or not node.value:
            raise node.fail(f"expected names with their values, found {node.value!r}")
        for one, value in node.value.items():
            key = f"{node.key}.{one}"
            yield _Node(self.file, key, one), _Node(self.file, key, value)


def _groups(path: Path, keys: set[str]) -> Iterator[_Node]:
    try:
        loaded = read_yaml(path)
    except yaml.YAMLError as error:
        raise WordsError(path.name, "", f"expected YAML: {error}") from error
    for group in _Node(path.name, "", loaded).items():
        if not isinstance(group.value, dict):
            raise group.fail(f"expected a group with its source, found {group.value!r}")
        for key in group.value:
            if key not in keys:
                raise _Node(path.name, f"{group.key}.{key}", None).fail(
                    f"expected one of {', '.join(sorted(keys))}"
                )
        group.need("source").text()
        yield group
