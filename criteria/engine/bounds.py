"""YAML that somebody handed in, looked through before it is loaded: its size, its depth, and what it unfolds to."""

from __future__ import annotations

import re
from typing import Any

import yaml

from .reading import ShapeError

MOST_BYTES = 2 * 1024 * 1024
MOST_DEPTH = 20
MOST_VALUES = 200_000
_Parser: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PLACE = re.compile(r"\[(\d+)\]")


def bounded_text(content: bytes) -> str:
    """The file's text, when it is safe to load; raises ``ShapeError``.

    Aliases are counted as what they stand for: ten lines of them can unfold into billions of values.
    """
    if len(content) > MOST_BYTES:
        raise ShapeError(
            "",
            "expected a file of at most {most} KB, found {found} KB",
            most=MOST_BYTES // 1024,
            found=len(content) // 1024 + 1,
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ShapeError(
            "", "expected a text in UTF-8; byte {place} is not", place=error.start + 1
        ) from error
    try:
        _look_through(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise ShapeError(
            "",
            "expected a YAML document near line {line}: {problem}",
            line=mark.line + 1 if mark else 1,
            problem=getattr(error, "problem", None) or str(error),
        ) from error
    return text


def _look_through(text: str) -> None:
    sizes = _Sizes()
    documents = 0
    for event in yaml.parse(text, Loader=_Parser):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise ShapeError("", "expected one document; another begins at line {line}", line=line)
        elif isinstance(event, yaml.CollectionStartEvent):
            sizes.open(event.anchor, line)
        elif isinstance(event, yaml.CollectionEndEvent):
            sizes.close(line)
        elif isinstance(event, yaml.AliasEvent):
            sizes.repeat(str(event.anchor), line)
        elif isinstance(event, yaml.ScalarEvent):
            sizes.add(event.anchor, 1, 0, line)


class _Sizes:
    """How many values and levels a file unfolds to, aliases written out, counted without unfolding anything."""

    def __init__(self) -> None:
        self._open: list[tuple[str | None, int, int]] = [(None, 0, 0)]
        self._known: dict[str, tuple[int, int]] = {}

    def open(self, anchor: str | None, line: int) -> None:
        self._open.append((anchor, 1, 0))
        _check_depth(len(self._open) - 1, line)

    def close(self, line: int) -> None:
        anchor, size, height = self._open.pop()
        self.add(anchor, size, height + 1, line)

    def repeat(self, name: str, line: int) -> None:
        if any(anchor == name for anchor, _size, _height in self._open):
            raise ShapeError("", "expected no value that holds itself; line {line} has one", line=line)
        # An alias of an anchor that was never set is left to the loader, which names it.
        self.add(None, *self._known.get(name, (1, 0)), line)

    def add(self, anchor: str | None, size: int, height: int, line: int) -> None:
        if anchor:
            self._known[anchor] = (size, height)
        around, own_size, own_height = self._open[-1]
        self._open[-1] = (around, own_size + size, max(own_height, height))
        _check_depth(len(self._open) - 1 + height, line)
        if own_size + size > MOST_VALUES:
            raise ShapeError(
                "",
                "expected at most {most} values with aliases written out; line {line} goes over it",
                most=MOST_VALUES,
                line=line,
            )


def _check_depth(depth: int, line: int) -> None:
    if depth > MOST_DEPTH:
        raise ShapeError(
            "", "expected at most {most} levels; line {line} goes deeper", most=MOST_DEPTH, line=line
        )


class Lines:
    """On which line of a file a path such as ``parameters[3].values[0].from`` stands."""

    def __init__(self, text: str) -> None:
        try:
            self._root = yaml.compose(text, Loader=_Parser)
        except yaml.YAMLError:
            self._root = None

    def of(self, path: str) -> int | None:
        """The line of the value, or of the nearest one around it that is there; None for a file that cannot be read."""
        node, rest = self._root, path
        line = None
        while node is not None:
            line = node.start_mark.line + 1
            step = _step(node, rest.removeprefix("."))
            if step is None:
                return line
            node, rest = step
        return line


def _step(node: Any, rest: str) -> tuple[Any, str] | None:
    """One value further down the path, and what is left of the path."""
    if isinstance(node, yaml.SequenceNode):
        found = _PLACE.match(rest)
        if found and int(found[1]) < len(node.value):
            return node.value[int(found[1])], rest[found.end() :]
        # A path may name an item of a list by its id.
        named = [(_id_of(item), item) for item in node.value if isinstance(item, yaml.MappingNode)]
        return _longest(named, rest)
    if isinstance(node, yaml.MappingNode):
        return _longest([(str(key.value), value) for key, value in node.value], rest)
    return None


def _id_of(item: Any) -> str:
    return next((str(value.value) for key, value in item.value if key.value == "id"), "")


def _longest(named: list[tuple[str, Any]], rest: str) -> tuple[Any, str] | None:
    fitting = [
        (name, value)
        for name, value in named
        if name and (rest == name or rest.startswith((f"{name}.", f"{name}[")))
    ]
    if not fitting:
        return None
    name, value = max(fitting, key=lambda one: len(one[0]))
    return value, rest[len(name) :]
