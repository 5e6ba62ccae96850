"""Strict reading of YAML and JSON: every mistake names its key and says what is expected there."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import yaml

_FastLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
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


class Node:
    """One value of a loaded file together with the path that leads to it."""

    __slots__ = ("path", "value")

    def __init__(self, value: Any, path: str = "") -> None:
        self.value = value
        self.path = path

    def fail(self, template: str, **found: object) -> ShapeError:
        """The error to raise here; `found` fills the template's fields."""
        return ShapeError(self.path, template, **found)

    def _child(self, key: object, value: Any) -> Node:
        own = f"{self.path}.{key}" if self.path else str(key)
        return Node(value, self.value.paths.get(key, own) if isinstance(self.value, _Layered) else own)

    def mapping(self) -> dict[Any, Any]:
        if not isinstance(self.value, dict):
            raise self.fail("expected a mapping of keys to values, found {found}", found=_shown(self.value))
        return self.value

    def only(self, *allowed: str) -> Node:
        """This mapping, after refusing any key that is not in the closed list."""
        for key in self.mapping():
            if key not in allowed:
                raise self._child(key, None).fail(
                    "unknown key; expected one of: {names}", names=", ".join(allowed)
                )
        return self

    def need(self, key: str) -> Node:
        """The value under a compulsory key."""
        mapping = self.mapping()
        if key not in mapping or mapping[key] is None:
            raise self._child(key, None).fail("expected a value, and the key is absent or empty")
        return self._child(key, mapping[key])

    def get(self, key: str) -> Node | None:
        """The value under an optional key, or None where it is absent or empty."""
        value = self.mapping().get(key)
        return None if value is None else self._child(key, value)

    def part(self, keys: Collection[str]) -> Node:
        """This mapping with these keys only."""
        mapping = self.mapping()
        paths = {key: self._child(key, None).path for key in mapping}
        return Node(_Layered({key: mapping[key] for key in mapping if key in keys}, paths), self.path)

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
        return Node(layered, self.path)

    def items(self) -> list[Node]:
        if not isinstance(self.value, list):
            raise self.fail("expected a list, found {found}", found=_shown(self.value))
        return [Node(value, f"{self.path}[{index}]") for index, value in enumerate(self.value)]

    def entries(self) -> Iterator[tuple[str, Node]]:
        for key, value in self.mapping().items():
            yield str(key), self._child(key, value)

    def text(self) -> str:
        if not isinstance(self.value, str) or not self.value.strip():
            raise self.fail("expected a text, found {found}", found=_shown(self.value))
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
            raise self.fail("expected a whole number, found {found}", found=_shown(self.value))
        if minimum is not None and self.value < minimum:
            raise self.fail(
                "expected a whole number of at least {minimum}, found {found}",
                minimum=minimum,
                found=self.value,
            )
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
        raise self.fail(
            'expected a whole number or a quoted decimal such as "1.5", found {found}',
            found=_shown(self.value),
        )

    def boolean(self) -> bool:
        if not isinstance(self.value, bool):
            raise self.fail("expected true or false, found {found}", found=_shown(self.value))
        return self.value

    def day(self) -> date:
        if type(self.value) is date:
            return self.value
        if isinstance(self.value, str):
            try:
                return date.fromisoformat(self.value)
            except ValueError:
                pass
        raise self.fail("expected a date such as 2024-12-29, found {found}", found=_shown(self.value))

    def year(self) -> int:
        year = self.integer(minimum=1900)
        if year > LAST_YEAR:
            raise self.fail("expected a year of at most {last}, found {found}", last=LAST_YEAR, found=year)
        return year

    def choice(self, allowed: Collection[str]) -> str:
        if not isinstance(self.value, str) or self.value not in allowed:
            raise self.fail(
                "expected one of: {names}; found {found}", names=", ".join(allowed), found=_shown(self.value)
            )
        return self.value

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
