"""What the foundations themselves let people do.

Roles live in the registry, above this app; it hands its answer in through `register_role_source`.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext as _

from core.exceptions import NotAllowed, Refusal

_role_sources: list[Callable[[Any], Iterable[str]]] = []
_second_factor_needs: list[Callable[[Any], bool]] = []


def register_role_source(source: Callable[[Any], Iterable[str]]) -> None:
    """Let an app say which roles a person holds today."""
    _role_sources.append(source)


def register_second_factor_need(need: Callable[[Any], bool]) -> None:
    """Let an app say who has so much in hand that a password alone is too little."""
    _second_factor_needs.append(need)


def needs_second_factor(user: Any) -> bool:
    """Whether a second proof at sign-in is demanded of a person, as their roles and seats are today."""
    return user.is_superuser or any(need(user) for need in _second_factor_needs)


def role_names(user: Any) -> set[str]:
    """Every role that the person holds today, as the registry's words."""
    return {role for source in _role_sources for role in source(user)}


def allowed(check: Callable[..., None], *args: Any, **facts: Any) -> bool:
    """Whether a permission check lets it pass: for showing or hiding a button."""
    try:
        check(*args, **facts)
    except Refusal:
        return False
    return True


def check_can_read_audit(actor: Any) -> None:
    """The inspectorate and the administrator read the chain; nobody writes to it."""
    if not role_names(actor) & {"auditor", "administrator"}:
        raise NotAllowed(_("The log is read by the inspectorate and the administrator."))


def check_can_run_the_system(actor: Any) -> None:
    """The administrator sees that mail and background work are done, and has what is stuck tried again."""
    if "administrator" not in role_names(actor):
        raise NotAllowed(_("What is stuck is seen to by the administrator."))
