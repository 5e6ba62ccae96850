"""Who reads documents by their role."""

from typing import Any

from registry.enums import Role
from registry.scopes import scope_of


def reads_for_the_province(user: Any) -> bool:
    """Whether a role at the province lets the person read what its offices issue."""
    return scope_of(user).has(Role.REVIEWER, Role.LEAD, Role.STANDING_BODY, Role.AUDITOR)
