"""Facts as forms and files give them: tidied, and set on a record that the caller saves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from core.text import tidy


def tidied(facts: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """Those of the named facts that are given, texts without needless spaces."""
    given = {name: facts[name] for name in names if name in facts}
    return {name: tidy(value) if isinstance(value, str) else value for name, value in given.items()}


def set_facts(record: Any, facts: Mapping[str, Any], names: Iterable[str]) -> list[str]:
    """Set the named facts that are given; which of them differ (never their values: the log is no second register)."""
    changed = {name: value for name, value in tidied(facts, names).items() if getattr(record, name) != value}
    for name, value in changed.items():
        setattr(record, name, value)
    return list(changed)
