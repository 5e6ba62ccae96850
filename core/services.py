"""The `@service` decorator, and the foundations' own writes.

A service is atomic, says in the audit chain what it did, and never sees a request.
"""

from collections.abc import Callable, Collection
from functools import wraps
from typing import Any, ParamSpec, TypeVar, overload

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import audit
from core.audit.recording import Batch, current_batch
from core.audit.writing import append
from core.events import Event
from core.exceptions import InvalidRequest
from core.models import User

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


@service
def open_account(
    *,
    username: str,
    full_name: str,
    password: str | None,
    actor: User | None,
    position: str = "",
    email: str = "",
    is_demo: bool = False,
) -> User:
    """Let a person sign in; what they may do comes with a dated role.

    Raises InvalidRequest when the account name is taken, and RuntimeError for a
    demonstration account in production.
    """
    if is_demo and settings.APP_ENV == "production":
        raise RuntimeError("Production has no demonstration accounts.")
    taken = InvalidRequest(
        _("The account name %(name)s is taken.") % {"name": username}, _("Choose another account name.")
    )
    if User.objects.filter(username=username).exists():
        raise taken
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                username, password, full_name=full_name, position=position, email=email, is_demo=is_demo
            )
    except IntegrityError as error:
        raise taken from error
    audit.record(Event.ACCOUNT_OPENED, actor=actor, subject=user, username=username)
    return user


@service
def give_demo_password(*, users: Collection[User], password: str, actor: User | None) -> None:
    """One known password for accounts of the demonstration, hashed once: hashing thirty takes ten seconds.

    Raises RuntimeError in production, and for an account that is no demonstration's.
    """
    if settings.APP_ENV == "production" or not all(user.is_demo for user in users):
        raise RuntimeError("A known password is for accounts of the demonstration only.")
    User.objects.filter(pk__in=[user.pk for user in users]).update(password=make_password(password))
    for user in users:
        audit.record(Event.ACCOUNT_PASSWORD_SET, actor=actor, subject=user, demo=True)


@service
def record_backup(*, where: str) -> None:
    """Leave in the log that a backup was made and where it lies; whatever makes it calls this last."""
    audit.record(Event.BACKUP_RECORDED, actor=None, subject="system", where=where[:200])
