"""Which communes stand for each other through time: a village for its commune, a unit for those it followed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from registry.enums import UnitKind
from registry.models import Unit
from registry.selectors.ancestry import Ancestry


def home_of(unit: Unit) -> int:
    """The commune-level unit of a village; any other unit is its own home."""
    return unit.parent_id if unit.kind == UnitKind.VILLAGE and unit.parent_id else unit.pk


def at_homes(homes: Iterable[int]) -> Q:
    """People of the units, or of villages below them."""
    wanted = list(homes)
    return Q(unit__in=wanted) | Q(unit__kind=UnitKind.VILLAGE, unit__parent__in=wanted)


@dataclass(frozen=True)
class Homes:
    """The links between units and those that took over their whole territory."""

    before: dict[int, list[int]]
    after: dict[int, list[int]]

    @classmethod
    def read(cls) -> Homes:
        """All links, in one query; there are a few hundred at most."""
        before = Ancestry.read().summed()
        after: dict[int, list[int]] = defaultdict(list)
        for successor, predecessors in before.items():
            for predecessor in predecessors:
                after[predecessor].append(successor)
        return cls(dict(before), dict(after))

    def related(self, home: int) -> set[int]:
        """The home, all that it followed, and all that followed it."""
        return {home, *_reached(home, self.before), *_reached(home, self.after)}

    def present(self, home: int) -> tuple[int, ...]:
        """The last units that followed the home; itself while it stands. A split home has several."""
        newest = {unit for unit in (home, *_reached(home, self.after)) if not self.after.get(unit)}
        return tuple(sorted(newest))


def _reached(start: int, links: dict[int, list[int]]) -> set[int]:
    found: set[int] = set()
    waiting = [start]
    while waiting:
        for unit in links.get(waiting.pop(), ()):
            if unit not in found:
                found.add(unit)
                waiting.append(unit)
    return found
