"""Lists of reviews and of the files that they came from."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from core.text import fold
from registry.enums import ALL_SEEING_ROLES
from registry.models import ImportFile, PovertyReview, Unit
from registry.querysets import UnitQuerySet
from registry.scopes import handed_in_under, scope_of
from registry.selectors.reviews.stored import DEFAULT_STANDARD


def units_read(user: Any) -> UnitQuerySet:
    """Units whose figures the person reads: those of the area. The administrator sees all units and reads none's."""
    return Unit.objects.filter(scope_of(user).q())


def review_years() -> list[int]:
    """Years that have any review, newest first."""
    return list(PovertyReview.objects.order_by("-year").values_list("year", flat=True).distinct())


def reviews_for_export(
    *, year: int, user: Any = None, standard: str = DEFAULT_STANDARD
) -> QuerySet[PovertyReview]:
    """Reviews of a year, one a unit: the province, then each district followed by its communes."""
    reviews = PovertyReview.objects.filter(Q(year=year), standard=standard).select_related("unit__parent")
    if user is not None:
        reviews = reviews.visible_to(user)
    return reviews.order_by("unit__path", "unit_id")


def reviews_for_list(
    user: Any, *, year: int, words: str = "", kind: str = "", standard: str = DEFAULT_STANDARD
) -> QuerySet[PovertyReview]:
    """A year's reviews that the person sees, by the unit's name."""
    reviews = (
        PovertyReview.objects.visible_to(user)
        .filter(year=year, standard=standard)
        .select_related("unit__parent", "import_file")
    )
    if words:
        reviews = reviews.filter(unit__name_folded__contains=fold(words))
    if kind:
        reviews = reviews.filter(unit__kind=kind)
    return reviews.order_by("unit__name_sort", "unit_id")


def narrowed(reviews: list[PovertyReview], *, words: str = "", kind: str = "") -> list[PovertyReview]:
    """Those of a year's reviews whose unit has the words in its name and is of the kind: for lists at hand."""
    folded = fold(words)
    return [
        review
        for review in reviews
        if folded in review.unit.name_folded and (not kind or review.unit.kind == kind)
    ]


def review_years_of(standard: str = DEFAULT_STANDARD) -> list[int]:
    """Years that were reviewed under a standard, newest first; the last of them is the baseline."""
    reviews = PovertyReview.objects.filter(standard=standard).order_by("-year")
    return list(reviews.values_list("year", flat=True).distinct())


def import_files_seen(user: Any) -> QuerySet[ImportFile]:
    """Review workbooks that the person handed in; the provincial desk sees those of all its province's people."""
    files = ImportFile.objects.filter(kind="reviews").select_related("created_by", "stored_file")
    return files.filter(handed_in_under(user, *ALL_SEEING_ROLES))


def review_files_readable(user: Any) -> QuerySet[ImportFile]:
    """Loaded review workbooks that the person may open: their own, and those that reach no further than their area.

    A file's reach is the smallest unit that holds all of its rows; where none is recorded, only the province opens it.
    """
    files = ImportFile.objects.filter(kind="reviews", stored_file__isnull=False).select_related("stored_file")
    inside = Q(unit__isnull=False) & scope_of(user).q("unit__")
    return files.filter(handed_in_under(user, *ALL_SEEING_ROLES) | inside)
