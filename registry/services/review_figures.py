"""Figures of reviews that people state by hand: which total is right, and a past year for the present territory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from core import audit, clock
from core.exceptions import InvalidRequest, StaleState
from core.services import service
from core.text import nfc, tidy
from registry.events import Event
from registry.models import PovertyReview, RollUpNote, Unit
from registry.permissions import check_can_note_roll_up, check_can_restate_review
from registry.selectors.ancestry import Ancestry
from registry.selectors.reviews.roll_up import roll_up_row
from registry.selectors.reviews.stored import DEFAULT_STANDARD

RESTATED_FIGURES = ("households", "poor", "near_poor")


@dataclass(frozen=True)
class SeenDifference:
    """A difference as the person who judges it saw it."""

    unit: Unit
    year: int
    figure: str
    stated: int
    summed: int
    standard: str = DEFAULT_STANDARD


@service
def note_roll_up(*, seen: SeenDifference, right_side: str, reason: str, actor: Any) -> RollUpNote:
    """Record which of two figures that should agree is right, and why; neither figure changes.

    Raises ``StaleState`` when one of the figures changed since the person saw them, or when they agree by now.
    """
    check_can_note_roll_up(actor, seen.unit)
    reason = tidy(reason)
    if not reason:
        raise InvalidRequest(_("The reason is missing."), _("Say how you know which figure is right."))
    row = roll_up_row(actor, seen.unit, seen.year, seen.figure, seen.standard)
    if row is None or (row.item.stated, row.item.summed) != (seen.stated, seen.summed):
        raise StaleState(
            _("The figures have changed since this page was opened."),
            _("Look at the list of differences again."),
        )
    note = RollUpNote.objects.create(
        unit=seen.unit,
        year=seen.year,
        standard=seen.standard,
        figure=seen.figure,
        stated=seen.stated,
        summed=seen.summed,
        right_side=right_side,
        reason=reason,
        recorded_by=actor,
        recorded_at=clock.now(),
    )
    audit.record(
        Event.ROLL_UP_NOTED,
        actor=actor,
        subject=note,
        unit=seen.unit.pk,
        year=seen.year,
        standard=seen.standard,
        figure=seen.figure,
        stated=seen.stated,
        summed=seen.summed,
        right_side=right_side,
        reason=reason,
    )
    return note


@service
def restate_review(
    *,
    unit: Unit,
    year: int,
    figures: Mapping[str, int],
    document: str,
    actor: Any,
    recognised_on: date | None = None,
    reason: str = "",
    standard: str = DEFAULT_STANDARD,
) -> PovertyReview:
    """Record a past year's figures for the unit's present territory, on the strength of a document.

    Only for year-ends before the territory became what it is: a later figure is the review's own and comes from a
    workbook. The log keeps what stood there before.
    """
    check_can_restate_review(actor, unit)
    _check_needs_restating(unit, year)
    document = tidy(document)
    if not document:
        raise InvalidRequest(
            _("A restated figure counts only with its document."), _("Enter its number and date.")
        )
    if figures["poor"] + figures["near_poor"] > figures["households"]:
        raise InvalidRequest(
            _("Poor and near-poor households are more than all households."), _("Correct the figures.")
        )
    review = PovertyReview.objects.filter(unit=unit, year=year, standard=standard).first()
    old = {name: getattr(review, name) for name in RESTATED_FIGURES} if review else None
    review = review or PovertyReview(unit=unit, year=year, standard=standard)
    _restate(review, figures, document, recognised_on or clock.today())
    audit.record(
        Event.REVIEW_RESTATED,
        actor=actor,
        subject=review,
        unit=unit.pk,
        year=year,
        standard=standard,
        document=document,
        reason=nfc(reason),
        old=old,
        new={name: getattr(review, name) for name in RESTATED_FIGURES},
    )
    return review


def _restate(review: PovertyReview, figures: Mapping[str, int], document: str, recognised_on: date) -> None:
    """Set the figures; parts and movements of the former territory say nothing about the present one."""
    for field in PovertyReview._meta.get_fields():
        if field.concrete and getattr(field, "null", False) and field.name != "import_file":
            setattr(review, field.name, None)
    for name in RESTATED_FIGURES:
        setattr(review, name, figures[name])
    review.is_restated, review.document, review.recognised_on = True, document, recognised_on
    review.import_file = None
    review.save()


def _check_needs_restating(unit: Unit, year: int) -> None:
    since = Ancestry.read().territory_since(unit)
    if date(year, 12, 31) >= since:
        raise InvalidRequest(
            _("The territory of %(unit)s is what it was at the end of %(year)s.")
            % {"unit": unit.name, "year": year},
            _("Figures of that year come from the review's workbook."),
        )
