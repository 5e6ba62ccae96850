"""What stands in the way of merging two records, and of taking that back. Apps above register their reasons; the registry knows none of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext as _

_undo_checks: list[Callable[[Any, Any, Any], Iterable[str]]] = []
_checks: list[Callable[[Any, Any, Any], Iterable[str]]] = []


def register_merge_check(check: Callable[[Any, Any, Any], Iterable[str]]) -> None:
    """Let an app say, in sentences, why two records cannot be merged; it gets kept record, merged record and user."""
    _checks.append(check)


def obstacles(kept: Any, dropped: Any, user: Any) -> list[str]:
    """Every reason why the two cannot be merged now; empty when nothing stands in the way."""
    return [sentence for check in _checks for sentence in check(kept, dropped, user)]


def register_undo_check(check: Callable[[Any, Any, Any], Iterable[str]]) -> None:
    """Let an app say, in sentences, what rests on a merger; it gets kept record, merged record and user."""
    _undo_checks.append(check)


def undo_obstacles(kept: Any, dropped: Any, user: Any) -> list[str]:
    """Every reason why a merger cannot be taken back now; empty when nothing was decided on it."""
    own = []
    if dropped.merged_taken is None:
        own.append(
            _("What this merger changed was not kept yet when it was made, so nothing can be given back.")
        )
    for other in (
        type(kept).objects.filter(merged_into=kept).exclude(merged_taken=None).order_by("-merged_at")
    ):
        if dropped.pk in other.merged_taken["along"]:
            own.append(
                _("It came here with record %(code)s, whose merger is taken back first.")
                % {"code": other.code}
            )
    return own + [sentence for check in _undo_checks for sentence in check(kept, dropped, user)]
