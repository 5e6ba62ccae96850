"""Dated parameters of a plan file: each value with its start, its reference and who looked last."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from .plan import DatedValue, Parameter, UsedParameter
from .plan_reading import Draft, by_id, json_value, provisions_of, text_of
from .reading import Node
from .wording import Text


def _month_day(node: Node) -> tuple[int, int]:
    match = re.fullmatch(r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])", str(node.value))
    if (
        match is None
        or (match[1] == "02" and int(match[2]) > 28)
        or (match[1] in "04 06 09 11" and match[2] == "31")
    ):
        raise node.fail('expected a quoted month and day that every year has, such as "12-30"')
    return int(match[1]), int(match[2])


def _ratio(node: Node) -> str:
    text = node.text()
    match = re.fullmatch(r"([0-9]+)/([1-9][0-9]*)", text)
    if match is None or int(match[1]) > int(match[2]):
        raise node.fail('expected a share of one such as "2/3", found {found}', found=repr(text))
    return text


def _names(node: Node) -> tuple[str, ...]:
    names = node.texts()
    if not names:
        raise node.fail("expected at least one name")
    return names


def _counts(node: Node) -> dict[str, int]:
    counts = {key: item.integer(minimum=1) for key, item in node.entries()}
    if not counts:
        raise node.fail("expected at least one name with its number")
    return counts


TYPES: dict[str, Callable[[Node], Any]] = {
    "integer": lambda node: node.integer(),
    "decimal": lambda node: node.decimal(),
    "ratio": _ratio,
    "month_day": _month_day,
    "list": _names,
    "counts": _counts,
    "range": lambda node: _range(node),
}


def _range(node: Node) -> tuple[str, ...]:
    """Least and most of a target, as exact decimals in text."""
    ends = [item.decimal() for item in node.items()]
    if len(ends) != 2 or ends[0] > ends[1]:
        raise node.fail('expected two quoted decimals, the lower first, such as ["0.4", "0.6"]')
    return tuple(f"{end:f}" for end in ends)


def read_parameters(node: Node, draft: Draft) -> dict[str, Parameter]:
    """All parameters by id; the draft learns their types."""
    return by_id(node, lambda item: _read_parameter(item, draft))


def _read_parameter(node: Node, draft: Draft) -> Parameter:
    node.only("id", "label", "unit", "type", "values")
    name = node.need("id").text()
    kind = node.need("type").choice(TYPES, decides=True)
    unit = node.need("unit").text()
    label = text_of(node.need("label"))
    read = [
        item.guarded(partial(_read_value, item, name, unit, kind, draft))
        for item in node.need("values").items()
    ]
    values = [value for value in read if value is not None]
    if not values:
        raise node.fail("expected at least one dated value")
    starts = [value.start for value in values]
    if starts != sorted(set(starts)):
        raise node.need("values").fail("expected start dates in order, each once")
    draft.parameter_types[name] = kind
    return Parameter(name, label, unit, tuple(values), tuple(starts))


def _read_value(node: Node, name: str, unit: str, kind: str, draft: Draft) -> DatedValue:
    node.only("from", "value", "provisions", "verified_on", "assumption")
    start = node.need("from").day()
    value = TYPES[kind](node.need("value"))
    provisions = provisions_of(node.need("provisions"), draft)
    assumption = node.get("assumption")
    reference = Text(
        vi="; ".join(provision.cite.vi for provision in provisions),
        en="; ".join(provision.cite.en for provision in provisions),
    )
    return DatedValue(
        start=start,
        value=value,
        provisions=provisions,
        reference=reference,
        verified_on=node.need("verified_on").day(),
        assumption=text_of(assumption) if assumption else None,
        used=UsedParameter(name, json_value(value), unit, start.isoformat(), reference),
    )
