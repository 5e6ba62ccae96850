"""What stands in the way of merging two records. Apps above register their reasons; the registry knows none of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

_checks: list[Callable[[Any, Any, Any], Iterable[str]]] = []


def register_merge_check(check: Callable[[Any, Any, Any], Iterable[str]]) -> None:
    """Let an app say, in sentences, why two records cannot be merged; it gets kept record, merged record and user."""
    _checks.append(check)


def obstacles(kept: Any, dropped: Any, user: Any) -> list[str]:
    """Every reason why the two cannot be merged now; empty when nothing stands in the way."""
    return [sentence for check in _checks for sentence in check(kept, dropped, user)]
