"""The `@service` decorator, and the foundations' own writes.

A service is atomic, says in the audit chain what it did, and never sees a request.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar, overload

from django.db import transaction

from core.audit.recording import Batch, current_batch
from core.audit.writing import append

P = ParamSpec("P")
R = TypeVar("R")


class NoAuditEntry(RuntimeError):
    """A service ended without saying in the audit chain what it did: a fault of the code."""


@overload
def service(function: Callable[P, R]) -> Callable[P, R]: ...
@overload
def service(*, unaudited: str) -> Callable[[Callable[P, R]], Callable[P, R]]: ...
def service(function: Any = None, *, unaudited: str = "") -> Any:
    """Make a function a service: atomic, and audited at its outermost exit.

    Entries are collected while it runs and written last, so that the chain's head is
    locked for moments. A service that records nothing raises `NoAuditEntry`, unless it
    says `audit.nothing_changed()` or is declared with `unaudited="the reason"`.
    """
    if function is None:
        return lambda inner: _as_service(inner, unaudited)
    return _as_service(function, "")


def _as_service(function: Callable[..., Any], unaudited: str) -> Callable[..., Any]:
    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        outer = current_batch.get()
        if outer is not None:
            return _run_inside(outer, function, args, kwargs)
        batch = Batch()
        token = current_batch.set(batch)
        try:
            with transaction.atomic():
                result = function(*args, **kwargs)
                if batch.entries:
                    append(batch.entries)
                elif not (batch.quiet or unaudited):
                    raise NoAuditEntry(f"{function.__module__}.{function.__name__} recorded no audit entry.")
            return result
        finally:
            current_batch.reset(token)

    run.is_service = True  # type: ignore[attr-defined]
    run.unaudited = unaudited  # type: ignore[attr-defined]
    return run


def _run_inside(outer: Batch, function: Callable[..., Any], args: tuple, kwargs: dict) -> Any:
    kept = len(outer.entries)
    try:
        with transaction.atomic():
            return function(*args, **kwargs)
    except BaseException:
        del outer.entries[kept:]
        raise
