"""Strict reading of YAML and JSON: every mistake names its key and says what is expected there."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

import yaml

_FastLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
T = TypeVar("T")
MOST_DIGITS, LAST_YEAR = 15, 2200
"""A number beyond these is a slip, and a plan that counted up to it would never end."""


class WordedError(ValueError):
    """A mistake in a file, in words; `template` is the sentence before what was `found` was filled in.

    A page says the template in its reader's language.
    """

    def __init__(self, template: str, **found: object) -> None:
        self.template, self.found = template, found
        super().__init__(template.format(**found) if found else template)


class ShapeError(WordedError):
    """A value does not have the expected shape; carries the key's path and the expectation."""

    def __init__(self, key: str, template: str, **found: object) -> None:
        super().__init__(template, **found)
        self.key = key
        self.expected = str(self)
        self.args = (f"{key or 'the whole file'}: {self.expected}",)


class _Layered(dict[Any, Any]):
    """A mapping joined from two places of a file; `paths` says where each key stands."""

    def __init__(self, values: dict[Any, Any], paths: dict[Any, str]) -> None:
        super().__init__(values)
        self.paths = paths


class Lost(ShapeError):
    """What stands here needs something that could not be read; that was told, and this is no mistake of its own."""


class Faults:
    """The mistakes of one file, gathered so that whoever wrote it hears of all of them at once.

    `lost` holds ids of what could not be read: naming one of them elsewhere is no mistake.
    """

    def __init__(self) -> None:
        self.found: list[ShapeError] = []
        self.lost: set[str] = set()
        self.told = 0

    def add(self, error: ShapeError) -> None:
        """Keep a mistake once, unless it only follows from another."""
        if isinstance(error, Lost):
            return
        self.told += 1
        if all((error.key, error.expected) != (one.key, one.expected) for one in self.found):
            self.found.append(error)


_BROKEN: Any = object()
"""The value of a place whose mistake was told already."""


class Node:
    """One value of a loaded file together with the path that leads to it.

    Without `faults` the first mistake is raised. With them a mistake is gathered, reading goes on with a stand-in, and
    nothing that was read counts.
    """

    __slots__ = ("faults", "path", "value")

    def __init__(self, value: Any, path: str = "", faults: Faults | None = None) -> None:
        self.value = value
        self.path = path
        self.faults = faults

    def tell(self, error: ShapeError, instead: T) -> T:
        """Raise the mistake, or gather it and go on with a stand-in."""
        if self.faults is None:
            raise error
        self.faults.add(error)
        return instead

    def guarded(self, read: Callable[[], T]) -> T | None:
        """What `read` gives; None where that, or something in it, could not be read and mistakes are gathered."""
        if self.faults is None:
            return read()
        before = self.faults.told
        try:
            value = read()
        except ShapeError as error:
            # After a mistake in the same part, what does not fit together may follow from the stand-in.
            if self.faults.told == before:
                self.faults.add(error)
            return None
        return value if self.faults.told == before else None

    def is_lost(self, name: object) -> bool:
        """Whether something of this id could not be read, which was told."""
        return self.faults is not None and name in self.faults.lost

    def lose(self, name: object = None) -> None:
        """Remember what could not be read by its name, or this item by its id."""
        if name is None and isinstance(self.value, dict):
            name = self.value.get("id")
        if self.faults is not None and isinstance(name, str):
            self.faults.lost.add(name.strip())

    def fail(self, template: str, **found: object) -> ShapeError:
        """The error to raise here; `found` fills the template's fields."""
        if self.value is _BROKEN:
            return Lost(self.path, template, **found)
        return ShapeError(self.path, template, **found)

    def _child(self, key: object, value: Any) -> Node:
        own = f"{self.path}.{key}" if self.path else str(key)
        path = self.value.paths.get(key, own) if isinstance(self.value, _Layered) else own
        return Node(value, path, self.faults)

    def mapping(self) -> dict[Any, Any]:
        if not isinstance(self.value, dict):
            return self.tell(
                self.fail("expected a mapping of keys to values, found {found}", found=_shown(self.value)), {}
            )
        return self.value

    def only(self, *allowed: str) -> Node:
        """This mapping, after refusing any key that is not in the closed list."""
        for key in self.mapping():
            if key not in allowed:
                child = self._child(key, None)
                child.tell(
                    child.fail("unknown key; expected one of: {names}", names=", ".join(allowed)), None
                )
        return self

    def need(self, key: str) -> Node:
        """The value under a compulsory key."""
        mapping = self.mapping()
        if key not in mapping or mapping[key] is None:
            # Of what is no mapping at all that was told, and not each of its keys besides.
            child = self._child(key, None if isinstance(self.value, dict) else _BROKEN)
            child.tell(child.fail("expected a value, and the key is absent or empty"), None)
            return self._child(key, _BROKEN)
        return self._child(key, mapping[key])

    def get(self, key: str) -> Node | None:
        """The value under an optional key, or None where it is absent or empty."""
        value = self.mapping().get(key)
        return None if value is None else self._child(key, value)

    def part(self, keys: Collection[str]) -> Node:
        """This mapping with these keys only."""
        mapping = self.mapping()
        paths = {key: self._child(key, None).path for key in mapping}
        layered = _Layered({key: mapping[key] for key in mapping if key in keys}, paths)
        return Node(layered, self.path, self.faults)

    def over(self, given: Node) -> Node:
        """This mapping laid over a given one: mappings join, any other own value wins, an empty one takes away.

        What only `given` says keeps its path, so that a mistake is named where it stands.
        """
        layered = _Layered(given.mapping(), {key: given._child(key, None).path for key in given.mapping()})
        for key, value in self.mapping().items():
            below = layered.pop(key, None)
            own = layered.paths[key] = self._child(key, None).path
            if isinstance(value, dict) and isinstance(below, dict):
                value = Node(value, own).over(given._child(key, below)).value
            if value is not None or below is None:
                layered[key] = value
        return Node(layered, self.path, self.faults)

    def items(self) -> list[Node]:
        if not isinstance(self.value, list):
            return self.tell(self.fail("expected a list, found {found}", found=_shown(self.value)), [])
        return [Node(value, f"{self.path}[{index}]", self.faults) for index, value in enumerate(self.value)]

    def entries(self) -> Iterator[tuple[str, Node]]:
        for key, value in self.mapping().items():
            yield str(key), self._child(key, value)

    def entries_among(self, allowed: Collection[str], template: str) -> Iterator[tuple[str, Node]]:
        """Entries whose keys are ids of the plan; `template` says what another key is told, with the `names`."""
        for key, node in self.entries():
            if key in allowed:
                yield key, node
            elif not self.is_lost(key):
                node.tell(node.fail(template, names=", ".join(allowed)), None)

    def text(self) -> str:
        if not isinstance(self.value, str) or not self.value.strip():
            return self.tell(self.fail("expected a text, found {found}", found=_shown(self.value)), "?")
        return unicodedata.normalize("NFC", self.value).strip()

    def loose_text(self) -> str:
        """A text that a file may also write as a bare number, such as a decision's number."""
        if isinstance(self.value, int) and not isinstance(self.value, bool):
            return str(self.value)
        return self.text()

    def integer(self, minimum: int | None = None) -> int:
        if (
            not isinstance(self.value, int)
            or isinstance(self.value, bool)
            or abs(self.value) >= 10**MOST_DIGITS
        ):
            error = self.fail("expected a whole number, found {found}", found=_shown(self.value))
            return self.tell(error, minimum or 0)
        if minimum is not None and self.value < minimum:
            error = self.fail(
                "expected a whole number of at least {minimum}, found {found}",
                minimum=minimum,
                found=self.value,
            )
            return self.tell(error, minimum)
        return self.value

    def decimal(self) -> Decimal:
        """An exact number: a whole one, or a quoted decimal such as "1.5"; a float would be inexact."""
        if isinstance(self.value, int) and not isinstance(self.value, bool):
            return Decimal(self.value)
        if isinstance(self.value, str):
            try:
                number = Decimal(self.value)
            except InvalidOperation:
                number = Decimal("NaN")
            if number.is_finite() and abs(number.adjusted()) < MOST_DIGITS:
                return number
        error = self.fail(
            'expected a whole number or a quoted decimal such as "1.5", found {found}',
            found=_shown(self.value),
        )
        return self.tell(error, Decimal(0))

    def boolean(self) -> bool:
        if not isinstance(self.value, bool):
            error = self.fail("expected true or false, found {found}", found=_shown(self.value))
            return self.tell(error, False)
        return self.value

    def day(self) -> date:
        if type(self.value) is date:
            return self.value
        if isinstance(self.value, str):
            try:
                return date.fromisoformat(self.value)
            except ValueError:
                pass
        error = self.fail("expected a date such as 2024-12-29, found {found}", found=_shown(self.value))
        return self.tell(error, date(2000, 1, 1))

    def year(self) -> int:
        year = self.integer(minimum=1900)
        if year > LAST_YEAR:
            error = self.fail("expected a year of at most {last}, found {found}", last=LAST_YEAR, found=year)
            return self.tell(error, LAST_YEAR)
        return year

    def choice(self, allowed: Collection[str], *, decides: bool = False) -> str:
        """One of the names; where the rest of an item depends on it (`decides`), nothing stands in for a wrong one."""
        if isinstance(self.value, str) and self.value in allowed:
            return self.value
        if not (isinstance(self.value, str) and self.is_lost(self.value)):
            error = self.fail(
                "expected one of: {names}; found {found}", names=", ".join(allowed), found=_shown(self.value)
            )
            self.tell(error, None)
        if decides or not allowed:
            raise Lost(self.path, "expected what could be read")
        return next(iter(allowed))

    def texts(self) -> tuple[str, ...]:
        return tuple(item.text() for item in self.items())

    def by_year(self) -> Iterator[tuple[int, Node]]:
        """Entries keyed by a year, written as a number (YAML) or as its text (JSON)."""
        for key, node in self.entries():
            if not (key.isascii() and key.isdigit() and len(key) == 4):
                raise node.fail("expected a year such as 2024 as the key, found {found}", found=repr(key))
            yield int(key), node


def _shown(value: object) -> str:
    """A value as an error may show it: short, and in the words of the file."""
    if value is None:
        return "nothing"
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


class _UniqueKeyLoader(_FastLoader):
    """YAML loader that refuses a key written twice, where the plain one silently keeps the last."""


def _unique_mapping(loader: Any, node: yaml.MappingNode) -> dict[Any, Any]:
    loader.flatten_mapping(node)
    mapping: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if isinstance(key, bool):
            key = key_node.value  # YAML reads a bare `on` or `no` as a truth value; the file's word is meant
        if isinstance(key, (dict, list)):
            raise yaml.constructor.ConstructorError(
                None, None, "a mapping or a list cannot be a key", key_node.start_mark
            )
        if key in mapping:
            line = key_node.start_mark.line + 1
            raise ShapeError(str(key), "expected the key once; line {line} repeats it", line=line)
        mapping[key] = loader.construct_object(value_node, deep=True)
    return mapping


_UniqueKeyLoader.add_constructor("tag:yaml.org,2002:map", _unique_mapping)


def parse_yaml(text: str) -> Any:
    """The plain values of a YAML document; raises ``ShapeError`` for a broken one."""
    try:
        return yaml.load(text, Loader=_UniqueKeyLoader)  # noqa: S506 -- derived from the safe loader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "the text cannot be read"
        if mark is None:
            raise ShapeError("", "expected a YAML document: {problem}", problem=problem) from error
        raise ShapeError(
            "",
            "expected a YAML document near line {line}: {problem}",
            line=mark.line + 1,
            problem=problem,
        ) from error
    except ValueError as error:
        if isinstance(error, ShapeError):
            raise
        raise ShapeError("", "expected a YAML document: {problem}", problem=error) from error
