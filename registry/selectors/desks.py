"""Whose desk a person sits at: their own accounts, and those whose work passed to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q

from core import clock
from registry.enums import RequestState
from registry.models import HandOver, RoleRequest, UnitRole
from registry.scopes import accounts_of


@dataclass(frozen=True)
class Staying:
    """What a person holds that passes to no successor with the desk: in words, and its page for whoever sees that."""

    words: str
    url: str = ""


_staying: list[Callable[[Any, Any], Iterable[Staying]]] = []


def register_staying(provider: Callable[[Any, Any], Iterable[Staying]]) -> None:
    """Let an app above say what of a person's stays behind; it gets the person and the reader."""
    _staying.append(provider)


def staying_with(person: Any, reader: Any) -> list[Staying]:
    """All that a hand-over of the person's desk does not pass on, as the reader may see it."""
    return [one for provider in _staying for one in provider(person, reader)]


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


def hand_overs() -> Any:
    """Hand-overs that no second hand refused; each has a paper of its own, which its roles name."""
    asked = RoleRequest.objects.filter(paper=OuterRef("paper"))
    given = UnitRole.objects.filter(paper=OuterRef("paper"), user=OuterRef("successor"))
    refused = Exists(asked.filter(state=RequestState.REFUSED)) & ~Exists(given)
    return HandOver.objects.filter(~Q(refused))


def _passed_by(day: date) -> Any:
    """Hand-overs whose day came and whose roles wait for nobody any more."""
    asked = RoleRequest.objects.waiting().filter(paper=OuterRef("paper"))
    return hand_overs().filter(~Q(Exists(asked)), on__lte=day)
