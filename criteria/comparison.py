"""What one version of a plan changes in another: clause by clause, each value before and after.

Contents are compared as their files hold them, so that nothing that a file says can differ unseen.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from criteria.engine import Plan
from criteria.plan_words import SECTIONS

ADDED, REMOVED, CHANGED = "added", "removed", "changed"
_NAMES = ("label", "title", "cite", "question")
_KEYS_OF_ITEMS = ("id", "from")


@dataclass(frozen=True)
class ValueChange:
    """One value: where it stands in its item, as the file writes the way to it, and what it was and is."""

    path: str
    before: str
    after: str


@dataclass(frozen=True)
class ItemChange:
    """One clause, figure or criterion that differs, with its name and the provisions it rests on."""

    kind: str
    key: str
    name: str
    clause: str
    values: list[ValueChange]


@dataclass(frozen=True)
class SectionChange:
    """One part of the plan in which something differs."""

    label: str | Promise
    items: list[ItemChange]


def changes_between(before: Plan, after: Plan, lang: str) -> list[SectionChange]:
    """Everything in which two versions differ, in the order of a plan file; empty when they say the same."""
    old, new = json.loads(before.content), json.loads(after.content)
    cites = {**_cites(old, lang), **_cites(new, lang)}
    found = []
    for key, label in SECTIONS.items():
        items = list(_items(old.get(key), new.get(key), lang, cites))
        if items:
            found.append(SectionChange(label, items))
    return found


def _cites(content: dict[str, Any], lang: str) -> dict[str, str]:
    return {one["id"]: _cite(one, lang) for one in content.get("provisions", ())}


def _cite(provision: dict[str, Any], lang: str) -> str:
    cite = provision.get("cite")
    return str(cite[lang]) if cite else f"{provision['instrument']}, {provision['locator']}"


def _items(old: Any, new: Any, lang: str, cites: Mapping[str, str]) -> Iterator[ItemChange]:
    before, after = _by_key(old), _by_key(new)
    for key in dict.fromkeys([*after, *before]):
        was, now = before.get(key), after.get(key)
        if was == now:
            continue
        kind = ADDED if was is None else REMOVED if now is None else CHANGED
        shown = now if now is not None else was
        yield ItemChange(kind, key, _name(shown, lang), _clause(shown, cites), list(_values(was, now)))


def _by_key(section: Any) -> dict[str, Any]:
    """The items of a part: those of a list by their id, those of a mapping by their key, a plain value under no key."""
    if section is None:
        return {}
    if isinstance(section, list):
        return {str(item.get("id", place)): item for place, item in enumerate(section, 1)}
    if isinstance(section, dict) and any(isinstance(value, dict) for value in section.values()):
        return {str(key): value for key, value in section.items()}
    return {"": section}


def _name(item: Any, lang: str) -> str:
    if isinstance(item, dict):
        for field in _NAMES:
            if isinstance(item.get(field), dict):
                return str(item[field].get(lang, ""))
    return ""


def _clause(item: Any, cites: Mapping[str, str]) -> str:
    """The provisions of the item and of its values, each once."""
    if not isinstance(item, dict):
        return ""
    places = [item, *(one for one in item.get("values", ()) if isinstance(one, dict))]
    named = [name for place in places for name in place.get("provisions", ())]
    return "; ".join(dict.fromkeys(cites.get(name, name) for name in named))


def _values(was: Any, now: Any) -> Iterator[ValueChange]:
    before, after = dict(_leaves(was, "")), dict(_leaves(now, ""))
    for path in dict.fromkeys([*after, *before]):
        if before.get(path) != after.get(path):
            yield ValueChange(path, before.get(path, ""), after.get(path, ""))


def _leaves(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list) and any(isinstance(one, dict | list) for one in value):
        for place, inner in enumerate(value, 1):
            yield from _leaves(inner, f"{path}[{_key_of(inner) or place}]")
    elif isinstance(value, list):
        yield path, ", ".join(_text(one) for one in value)
    elif value is not None:
        yield path, _text(value)


def _key_of(item: Any) -> str:
    """By what an item of a list is known again: its id, or the day from which it holds, with its kind of round."""
    if not isinstance(item, dict):
        return ""
    key = next((str(item[name]) for name in _KEYS_OF_ITEMS if name in item), "")
    return f"{key}, {item['round']}" if key and "round" in item else key


def _text(value: Any) -> str:
    return json.dumps(value) if isinstance(value, bool) else str(value)
