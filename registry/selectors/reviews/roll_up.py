"""Totals against what they total: villages, communes, districts, province."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from registry.enums import UnitKind
from registry.models import PovertyReview, RollUpNote, Unit
from registry.selectors.reviews.stored import DEFAULT_STANDARD, FIELD_OF_FIGURE
from registry.selectors.reviews.territory import Territories
from registry.selectors.units import REVIEWED_KINDS
from registry.workbooks import FIGURES

_FROM_ABOVE = (UnitKind.PROVINCE, UnitKind.DISTRICT, UnitKind.COMMUNE)
OPEN, EXPLAINED, OUTDATED = "open", "explained", "outdated"


@dataclass(frozen=True)
class RollUpDifference:
    """One figure that a unit states and the units directly below it do not add up to."""

    unit: Unit
    figure: str
    stated: int
    summed: int

    @property
    def difference(self) -> int:
        """Stated less summed."""
        return self.stated - self.summed


@dataclass(frozen=True)
class RollUpRow:
    """A difference with what was recorded about it: nothing, a note that holds, or one from before a change."""

    item: RollUpDifference
    note: RollUpNote | None

    @property
    def state(self) -> str:
        """`open`, `explained`, or `outdated` when a figure changed after the note."""
        if self.note is None:
            return OPEN
        holds = (self.note.stated, self.note.summed) == (self.item.stated, self.item.summed)
        return EXPLAINED if holds else OUTDATED


def roll_up_differences(
    user: Any, year: int, standard: str = DEFAULT_STANDARD, *, unit: Unit | None = None
) -> list[RollUpDifference]:
    """Figures of visible units that differ from the sum of the units directly below them, or of one unit alone.

    A unit is compared only once all below it have figures, its successors' counted through their predecessors.
    Nothing is mended: both stay as the offices reported them. Constant in queries.
    """
    above = (
        PovertyReview.objects.visible_to(user)
        .filter(year=year, standard=standard)
        .filter(unit__kind__in=_FROM_ABOVE)
        .select_related("unit__parent")
        .order_by("unit__name_sort", "unit_id")
    )
    if unit is not None:
        above = above.filter(unit=unit)
    sums = _Sums(year, standard)
    return [
        RollUpDifference(review.unit, *found)
        for review in sorted(above, key=lambda review: _FROM_ABOVE.index(review.unit.kind))
        for found in _differences(review, sums.below(review.unit_id))
    ]


class _Sums:
    """Every unit's reviews of a year, and the units directly below each."""

    def __init__(self, year: int, standard: str) -> None:
        self.territories = Territories.read()
        self.reviews = {
            review.unit_id: review for review in PovertyReview.objects.filter(year=year, standard=standard)
        }
        self.children: dict[int | None, list[int]] = defaultdict(list)
        units = Unit.objects.on(date(year, 12, 31)).filter(kind__in=REVIEWED_KINDS)
        for unit_id, parent_id in units.values_list("pk", "parent_id"):
            self.children[parent_id].append(unit_id)

    def below(self, unit_id: int) -> list[PovertyReview]:
        """The reviews that should add up to the unit's, or none while one of them is not there."""
        parts = [self._reported(one) for one in self.children.get(unit_id, ())]
        if any(part is None for part in parts):
            return []
        return [review for part in parts for review in part or ()]

    def _reported(self, unit_id: int) -> list[PovertyReview] | None:
        own = self.reviews.get(unit_id)
        if own is not None:
            return [own]
        older = [self._reported(one) for one in self.territories.predecessors(unit_id)]
        if not older or any(part is None for part in older):
            return None
        return [review for part in older for review in part or ()]


def _differences(review: PovertyReview, parts: list[PovertyReview]) -> list[tuple[str, int, int]]:
    found = []
    for name in FIGURES:
        field = FIELD_OF_FIGURE[name]
        stated, values = getattr(review, field), [getattr(part, field) for part in parts]
        if not values or stated is None or any(value is None for value in values):
            continue
        if sum(values) != stated:
            found.append((name, stated, sum(values)))
    return found


def roll_up_rows(user: Any, year: int, standard: str = DEFAULT_STANDARD) -> list[RollUpRow]:
    """Each difference of a year with the newest note on it."""
    notes: dict[tuple[int, str], RollUpNote] = {}
    recorded = RollUpNote.objects.visible_to(user).filter(year=year, standard=standard)
    for note in recorded.select_related("recorded_by").order_by("recorded_at", "pk"):
        notes[note.unit_id, note.figure] = note
    return [
        RollUpRow(item, notes.get((item.unit.pk, item.figure)))
        for item in roll_up_differences(user, year, standard)
    ]


def roll_up_row(
    user: Any, unit: Unit, year: int, figure: str, standard: str = DEFAULT_STANDARD
) -> RollUpRow | None:
    """The difference of one figure of one unit with its newest note; None when both sides agree."""
    for item in roll_up_differences(user, year, standard, unit=unit):
        if item.figure == figure:
            note = (
                RollUpNote.objects.filter(unit=unit, year=year, standard=standard, figure=figure)
                .select_related("recorded_by")
                .order_by("recorded_at", "pk")
                .last()
            )
            return RollUpRow(item, note)
    return None
