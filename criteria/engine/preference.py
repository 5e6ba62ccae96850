"""The order in which nominees with their votes go up, and where only the council can say who goes first.

More agreeing votes, taken of all members, go first. Equal votes are parted by the plan's steps (`Ties`) and, after these,
by the further vote that the council took on them. What is still equal stands on one place together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from .plan import AREA, WOMEN

AGREEMENT, FURTHER_POLL = "agreement", "further_poll"


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many members agreed, of how many."""

    agree: int
    members: int

    @property
    def share(self) -> Fraction:
        return Fraction(self.agree, self.members)


@dataclass(frozen=True, slots=True)
class Contender:
    """A nominee with what the order looks at."""

    key: int
    agreed: Agreement | None
    """None where no vote was counted: whoever has one goes first."""
    is_preferred: bool | None
    """A woman, or a collective with enough women; None where nothing says so, or the contrary."""
    hardness: int | None
    """Of the area, 0 outside the hard ones; None where nothing says so."""
    further: Mapping[int, Agreement] = field(default_factory=dict)
    """Votes taken once more, by the number of the paper: those with one number stood on it together."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the order. Several keys on it are equal, and no step parts them."""

    keys: tuple[int, ...]
    parted_by: str = ""
    """The step that put it behind the place before; empty for the first."""
    unknown: tuple[str, tuple[int, ...]] | None = None
    """The step that could not be taken, since nothing says of these keys what it looks at."""


def order_of(contenders: Iterable[Contender], steps: Sequence[str]) -> tuple[Place, ...]:
    """Places from the first to the last, the same whatever order the contenders come in.

    A step that lacks a fact of one among equals is not taken for them, nor is one after it: what is not known could
    turn the order round. The further vote is for the council to take, and parts them all the same.
    """
    rows = sorted(contenders, key=lambda one: one.key)
    places: list[Place] = []
    for group in _by(rows, lambda one: one.agreed.share if one.agreed else Fraction(-1)):
        found = _parted(group, tuple(steps))
        places += _behind(found, AGREEMENT if places else "")
    return tuple(places)


_LOOKED_AT: dict[str, Callable[[Contender], Any]] = {
    WOMEN: lambda one: one.is_preferred,
    AREA: lambda one: one.hardness,
}


def _parted(group: list[Contender], steps: tuple[str, ...]) -> list[Place]:
    """Equals, parted by the steps that are left; the first place bears no step yet."""
    if len(group) == 1:
        return [Place((group[0].key,))]
    if not steps:
        return _by_further_polls(group, after=0)
    step, look = steps[0], _LOOKED_AT[steps[0]]
    unknown = tuple(one.key for one in group if look(one) is None)
    if unknown:
        found = _by_further_polls(group, after=0)
        return [_with_unknown(place, step, unknown) for place in found]
    places: list[Place] = []
    for part in _by(group, look):
        places += _behind(_parted(part, steps[1:]), step if places else "")
    return places


def _with_unknown(place: Place, step: str, unknown: tuple[int, ...]) -> Place:
    if len(place.keys) == 1:
        return place
    return Place(place.keys, place.parted_by, (step, unknown))


def _by_further_polls(group: list[Contender], after: int) -> list[Place]:
    """Equals, parted by the last vote in which all of them stood on one paper; who is equal in it, by a later one."""
    if len(group) == 1:
        return [Place((group[0].key,))]
    together = set.intersection(*(set(one.further) for one in group))
    papers = [paper for paper in together if paper > after]
    if not papers:
        return [Place(tuple(one.key for one in group))]
    paper = max(papers)
    places: list[Place] = []
    for part in _by(group, lambda one: one.further[paper].share):
        places += _behind(_by_further_polls(part, after=paper), FURTHER_POLL if places else "")
    return places


def _by(group: list[Contender], look: Callable[[Contender], Any]) -> list[list[Contender]]:
    """The group in parts that look equal, what is more of it first."""
    parts: dict[Any, list[Contender]] = {}
    for one in group:
        parts.setdefault(look(one), []).append(one)
    return [parts[value] for value in sorted(parts, reverse=True)]


def _behind(places: list[Place], step: str) -> list[Place]:
    """The places with the step that put the first of them behind what stands before."""
    first, *rest = places
    return [Place(first.keys, step, first.unknown), *rest]


@dataclass(frozen=True, slots=True)
class Edge:
    """Equals on the last place that is free: more of them than it can take."""

    keys: tuple[int, ...]
    left: int
    unknown: tuple[str, tuple[int, ...]] | None = None


def edge_of(places: Iterable[Place], left: int) -> Edge | None:
    """The equals of whom so many places that are left take some and not all; None where the order says who goes up."""
    for place in places:
        if left <= 0:
            return None
        if len(place.keys) > left:
            return Edge(place.keys, left, place.unknown)
        left -= len(place.keys)
    return None
