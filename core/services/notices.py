"""Word to the owner of an account that something about their way in was changed, whoever did it.

The mail itself is written above (`core.account_mail`), which is handed in when the server starts.
"""

from collections.abc import Callable
from enum import StrEnum

from core.models import User


class Change(StrEnum):
    """What was changed about the way into an account."""

    PASSWORD = "password"  # noqa: S105 -- a word, no secret
    APP_ADDED = "app_added"
    APP_REMOVED = "app_removed"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    ALL_REMOVED = "all_removed"
    RECOVERY_CODES = "recovery_codes"
    EMAIL = "email"


Teller = Callable[[User, Change, str], None]
_tellers: list[Teller] = []


def register_teller(teller: Teller) -> None:
    """Have somebody told of every change: who owns the account, what was changed, at which mail address."""
    _tellers.append(teller)


def tell_owner(user: User, change: Change, *, at: str | None = None) -> None:
    """Tell the owner inside the running transaction; `at` is another address than the one that is recorded now."""
    for teller in _tellers:
        teller(user, change, user.email if at is None else at)
