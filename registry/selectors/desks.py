"""Whose desk a person sits at: their own accounts, and those whose work passed to them."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q

from core import clock
from registry.enums import RequestState
from registry.models import HandOver, RoleRequest, UnitRole
from registry.scopes import accounts_of


def desks_of(user: Any) -> frozenset[int]:
    """Keys of the accounts whose waiting work is the person's today: their own, and each predecessor's.

    Work passes on through several hands, and never before its roles do: a desk whose roles wait for a second hand, or
    were refused, stays where it was. Read once a person object and day.
    """
    day = clock.today()
    known: dict[Any, frozenset[int]] = user.__dict__.setdefault("_desks", {})
    if day not in known:
        passed = list(_passed_by(day).values_list("successor_id", "predecessor_id"))
        found, grew = set(accounts_of(user)), bool(passed)
        while grew:
            taken = {before for after, before in passed if after in found} - found
            found |= taken
            grew = bool(taken)
        known[day] = frozenset(found)
    return known[day]


def _passed_by(day: Any) -> Any:
    """Hand-overs whose roles the successor was given; each has a paper of its own, which its roles name."""
    asked = RoleRequest.objects.filter(paper=OuterRef("paper"))
    given = UnitRole.objects.filter(paper=OuterRef("paper"), user=OuterRef("successor"))
    waits = Exists(asked.filter(state=RequestState.WAITING))
    refused = Exists(asked.filter(state=RequestState.REFUSED)) & ~Exists(given)
    return HandOver.objects.filter(~Q(waits) & ~Q(refused), on__lte=day)
