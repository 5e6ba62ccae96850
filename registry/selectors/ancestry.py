"""Which unit followed which, and since when a unit's territory is what it is.

Pages, coverage and the checks of nominees all read succession through here, so that they agree: a unit
that was merged, renamed or continued passed its whole territory on; a split or a partial transfer did not,
and no sum of earlier figures is right after one (rulebook, "Reorganised units").
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from core import clock
from registry.enums import SuccessionKind
from registry.models import Unit, UnitSuccession

# A successor of these kinds holds the whole territory of the one it followed.
WHOLE_KINDS = frozenset({SuccessionKind.MERGED, SuccessionKind.RENAMED, SuccessionKind.CONTINUED})
SAME_BODY_KINDS = frozenset({SuccessionKind.RENAMED, SuccessionKind.CONTINUED})


def as_of(unit: Unit, day: date, kinds: Iterable[str] = SAME_BODY_KINDS) -> Unit:
    """The unit itself where it exists on the day, else what followed it by links of the kinds, as far as they lead."""
    seen = {unit.pk}
    while not unit.exists_on(day):
        links = UnitSuccession.objects.filter(predecessor=unit, kind__in=kinds, on__lte=day)
        link = links.exclude(successor__in=seen).select_related("successor__parent").first()
        if link is None:
            return unit
        unit = link.successor
        seen.add(unit.pk)
    return unit


@dataclass
class Ancestry:
    """Succession links as of a day."""

    whole: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    same_body: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    touched: dict[int, date] = field(default_factory=dict)
    starts: dict[int, date] = field(default_factory=dict)

    @classmethod
    def read(cls, day: date | None = None) -> Ancestry:
        """All succession links that hold on a day (default today), in one query; there are a few hundred at most.

        What changes hands later must not reach back into the figures of an earlier day.
        """
        ancestry = cls()
        links = UnitSuccession.objects.filter(on__lte=day or clock.today()).order_by("on", "pk")
        fields = (
            "predecessor",
            "successor",
            "kind",
            "on",
            "predecessor__valid_from",
            "successor__valid_from",
        )
        for predecessor, successor, kind, on, old_start, new_start in links.values_list(*fields):
            ancestry.starts[predecessor], ancestry.starts[successor] = old_start, new_start
            if kind in WHOLE_KINDS:
                ancestry.whole[successor].append(predecessor)
                if kind in SAME_BODY_KINDS:
                    ancestry.same_body[successor].append(predecessor)
            else:
                ancestry.touched[predecessor] = ancestry.touched[successor] = on
        return ancestry

    def followed(self, unit_id: int, links: Mapping[int, list[int]]) -> list[int]:
        """The unit and everything that it followed along the links, nearest first, each once."""
        found, position = [unit_id], 0
        while position < len(found):
            found.extend(older for older in links.get(found[position], ()) if older not in found)
            position += 1
        return found

    def territory_since(self, unit: Unit) -> date:
        """The day from which figures are for the unit's present territory."""
        return max(unit.valid_from, self.touched.get(unit.pk, unit.valid_from))

    def predecessors(self, unit_id: int) -> list[int]:
        """Units whose figures add up to this one's; none where a part of its land changed hands since it began.

        After a partial transfer no sum is right: a restated figure with its document is needed.
        """
        touched = self.touched.get(unit_id)
        if touched is not None and touched >= self.starts[unit_id]:
            return []
        return self.whole.get(unit_id, [])

    def summed(self) -> dict[int, list[int]]:
        """For each unit that followed others whole, those whose figures add up to its own."""
        return {unit_id: older for unit_id in self.whole if (older := self.predecessors(unit_id))}

    def with_predecessors(self, unit_ids: Iterable[int]) -> set[int]:
        """The units and all whose figures may stand for theirs."""
        found = set(unit_ids)
        queue = list(found)
        while queue:
            new = set(self.predecessors(queue.pop())) - found
            found |= new
            queue.extend(new)
        return found
