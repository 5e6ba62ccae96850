"""Totals against what they total: villages, communes, districts, province."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import FilteredRelation, Q

from registry.enums import UnitKind
from registry.models import PovertyReview, RollUpNote, Unit
from registry.review_figures import FIGURES
from registry.selectors.ancestry import WHOLE_KINDS
from registry.selectors.reviews.listing import reviews_for_list
from registry.selectors.reviews.stored import DEFAULT_STANDARD, FIELD_OF_FIGURE
from registry.selectors.units import REVIEWED_KINDS

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
    user: Any, year: int, standard: str = DEFAULT_STANDARD, *, reviews: list[PovertyReview] | None = None
) -> list[RollUpDifference]:
    """Figures of visible units that differ from the sum of the units directly below them, from above to below.

    A unit is compared only once all below it have figures, its successors' counted through their predecessors.
    Nothing is mended: both stay as the offices reported them. Constant in queries; `reviews` are the year's reviews
    that the person sees, where they are at hand.
    """
    known = list(reviews_for_list(user, year=year, standard=standard)) if reviews is None else reviews
    sums = _Sums(year, known)
    above = [review for review in known if review.unit.kind in _FROM_ABOVE]
    return [
        RollUpDifference(review.unit, *found)
        for review in sorted(above, key=lambda review: _FROM_ABOVE.index(review.unit.kind))
        for found in _differences(review, sums.below(review.unit_id))
    ]


class _Sums:
    """A year's reviews by unit, and the units directly below each at the year's end."""

    def __init__(self, year: int, reviews: list[PovertyReview]) -> None:
        self.reviews = {review.unit_id: review for review in reviews}
        self.children: dict[int | None, set[int]] = defaultdict(set)
        self.before: dict[int, list[int]] = defaultdict(list)
        last_day = date(year, 12, 31)
        whole = Q(successions_in__kind__in=WHOLE_KINDS, successions_in__on__lte=last_day)
        units = (
            Unit.objects.filter(kind__in=REVIEWED_KINDS)
            .annotate(followed=FilteredRelation("successions_in", condition=whole))
            .order_by("pk")
            .values_list("pk", "parent_id", "valid_from", "valid_until", "followed__predecessor_id")
        )
        for unit_id, parent_id, starts, ends, predecessor in units:
            if predecessor is not None:
                self.before[unit_id].append(predecessor)
            if starts <= last_day and (ends is None or ends >= last_day):
                self.children[parent_id].add(unit_id)

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
        older = [self._reported(one) for one in self.before.get(unit_id, ())]
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


def roll_up_rows(
    user: Any, year: int, standard: str = DEFAULT_STANDARD, *, reviews: list[PovertyReview] | None = None
) -> list[RollUpRow]:
    """Each difference of a year with the newest note on it."""
    notes: dict[tuple[int, str], RollUpNote] = {}
    recorded = RollUpNote.objects.visible_to(user).filter(year=year, standard=standard)
    for note in recorded.select_related("recorded_by").order_by("recorded_at", "pk"):
        notes[note.unit_id, note.figure] = note
    return [
        RollUpRow(item, notes.get((item.unit.pk, item.figure)))
        for item in roll_up_differences(user, year, standard, reviews=reviews)
    ]


def roll_up_row(
    user: Any, unit: Unit, year: int, figure: str, standard: str = DEFAULT_STANDARD
) -> RollUpRow | None:
    """The difference of one figure of one unit with its newest note; None when both sides agree."""
    for item in roll_up_differences(user, year, standard):
        if (item.unit.pk, item.figure) == (unit.pk, figure):
            note = (
                RollUpNote.objects.filter(unit=unit, year=year, standard=standard, figure=figure)
                .select_related("recorded_by")
                .order_by("recorded_at", "pk")
                .last()
            )
            return RollUpRow(item, note)
    return None
