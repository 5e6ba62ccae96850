"""Reading the repeated shapes of a plan file: bilingual texts, lists by id, references to other parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol, TypeVar

from .plan import Authority, Award, Instrument, Parameter, Provision, Subject, Value
from .reading import Lost, Node
from .wording import Terms, Text


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


Item = TypeVar("Item", bound=_HasId)


AWARD_KEY = "expected an award of this plan as the key: {names}"
SUBJECT_KEY = "expected a subject of this plan as the key: {names}"


@dataclass
class Draft:
    """What has been read of a plan so far; later parts refer to it by id."""

    terms: Terms
    instruments: Mapping[str, Instrument] = field(default_factory=dict)
    provisions: Mapping[str, Provision] = field(default_factory=dict)
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    authorities: Mapping[str, Authority] = field(default_factory=dict)
    round_kinds: Mapping[str, Text] = field(default_factory=dict)
    awards: Mapping[str, Award] = field(default_factory=dict)
    subjects: Mapping[str, Subject] = field(default_factory=dict)
    parameter_types: dict[str, str] = field(default_factory=dict)


def text_of(node: Node) -> Text:
    """A text that must stand in both languages."""
    node.only("vi", "en")
    return Text(vi=node.need("vi").text(), en=node.need("en").text())


def by_id(node: Node, read: Callable[[Node], Item]) -> dict[str, Item]:
    """A list's items by their id; an id that is used twice is a mistake."""
    found: dict[str, Item] = {}
    for item in node.items():
        value = item.guarded(partial(read, item))
        if value is None:
            item.lose()
            continue
        if value.id in found:
            error = item.fail(
                "expected an id that no other item of the list has, found {found} again", found=repr(value.id)
            )
            item.tell(error, None)
        found[value.id] = value
    return found


def provisions_of(node: Node, draft: Draft) -> tuple[Provision, ...]:
    """At least one provision, by id."""
    found = tuple(draft.provisions[item.choice(draft.provisions)] for item in node.items())
    if not found:
        raise node.fail("expected at least one provision")
    return found


def parameter_of(node: Node, draft: Draft, kind: str | None = None) -> Parameter:
    """A parameter by id, of the type that the place needs."""
    name = node.text()
    if node.is_lost(name):
        raise Lost(node.path, "expected what could be read")
    if name not in draft.parameters:
        raise node.fail("expected the id of a parameter of this plan, found {found}", found=repr(name))
    actual = draft.parameter_types[name]
    if kind is not None and actual != kind and not (kind == "decimal" and actual == "integer"):
        raise node.fail(
            "expected a parameter of type {kind}; {name} is of type {actual}",
            kind=kind,
            name=name,
            actual=actual,
        )
    return draft.parameters[name]


JsonValue = int | str | list[str] | dict[str, int]


def json_value(value: Value | tuple[int, int]) -> JsonValue:
    """A parameter's value as findings and pages carry it."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, tuple):
        if value and isinstance(value[0], int):
            return "-".join(f"{part:02d}" for part in value)
        return [str(item) for item in value]
    return value if isinstance(value, (int, str)) else f"{value:f}"
