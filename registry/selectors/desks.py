"""Whose desk a person sits at: their own accounts, and those whose work passed to them."""

from __future__ import annotations

from typing import Any

from core import clock
from registry.models import Account, HandOver


def accounts_of(user: Any) -> frozenset[int]:
    """Keys of every account of the person: what was done with one of them was done by the same person."""
    known: frozenset[int] | None = user.__dict__.get("_accounts")
    if known is None:
        merged = Account.objects.filter(merged_into=user.pk).values_list("user_id", flat=True)
        known = user.__dict__["_accounts"] = frozenset({user.pk, *merged})
    return known


def desks_of(user: Any) -> frozenset[int]:
    """Keys of the accounts whose waiting work is the person's today: their own, and each predecessor's.

    Work passes on through several hands. Read once a person object and day.
    """
    day = clock.today()
    known: dict[Any, frozenset[int]] = user.__dict__.setdefault("_desks", {})
    if day not in known:
        passed = list(HandOver.objects.filter(on__lte=day).values_list("successor_id", "predecessor_id"))
        found, grew = set(accounts_of(user)), bool(passed)
        while grew:
            taken = {before for after, before in passed if after in found} - found
            found |= taken
            grew = bool(taken)
        known[day] = frozenset(found)
    return known[day]
