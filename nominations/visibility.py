"""Who sees which dossiers. Apps above add their reasons through `register_reason`."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q

from nominations.enums import Status
from nominations.statuses import BEFORE_PROVINCE
from registry.enums import Role
from registry.scopes import paths_reached, scope_of, under

_reasons: list[Callable[[Any], Q]] = []

_MAKERS = (Role.COMMUNE_OFFICER, Role.DISTRICT_OFFICER, Role.AGENCY_OFFICER)
_PROVINCIAL = (Role.REVIEWER, Role.LEAD, Role.STANDING_BODY)


def register_reason(reason: Callable[[Any], Q]) -> None:
    """Let an app above say which further dossiers a person sees, such as a council member's agenda."""
    _reasons.append(reason)


_readers: list[Callable[[Any], Q]] = []


def register_selection_reader(reader: Callable[[Any], Q]) -> None:
    """Let an app above say of which rounds a person reads the selection, such as those of their council."""
    _readers.append(reader)


def rounds_read_by_others(user: Any) -> Q:
    """Rounds whose selection a person reads without a role at the province."""
    condition = Q(pk__in=[])
    for reader in _readers:
        condition |= reader(user)
    return condition


def reasons_beyond_area(user: Any) -> Q:
    """Dossiers that a person sees for a reason other than their area, such as a seat on a council."""
    condition = Q(pk__in=[])
    for reason in _reasons:
        condition |= reason(user)
    return condition


def visible_dossiers(user: Any) -> Q:
    """The condition on dossiers that a person may know of."""
    scope = scope_of(user)
    condition = Q(pk__in=[])
    if scope.whole_province:
        condition |= _nominated_in(user, Role.AUDITOR)
        condition |= _nominated_in(user, *_PROVINCIAL) & ~Q(status__in=BEFORE_PROVINCE)
    condition |= _nominated_in(user, *_MAKERS)
    # Overseers read what was filed; a draft is its maker's own.
    condition |= _nominated_in(user, Role.OVERSEER) & ~Q(status=Status.DRAFT)
    return condition | reasons_beyond_area(user)


def _nominated_in(user: Any, *roles: Role) -> Q:
    """Dossiers of bodies that one of the roles reaches."""
    return under(paths_reached(user, *roles), "nominating_unit__")
