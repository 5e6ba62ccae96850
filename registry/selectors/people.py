"""Households, individuals and holds for lists and pages."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from core.text import fold
from registry.models import Hold, Household, HouseholdStatus, Individual, Unit


def households_for_list(
    user: Any, *, words: str = "", unit: Unit | None = None, status: str = ""
) -> QuerySet[Household]:
    """Households that the person sees, with `latest_status` and `latest_year` beside each."""
    households = with_latest_standing(Household.objects.visible_to(user).current())
    if status:
        households = households.filter(latest_status=status)
    return _within(households.matching(fold(words)), unit).select_related("unit__parent")


def with_latest_standing(households: Any) -> Any:
    """Households with `latest_status` and `latest_year` beside each."""
    newest = HouseholdStatus.objects.filter(household=OuterRef("pk")).order_by("-year")
    return households.annotate(
        latest_status=Subquery(newest.values("status")[:1]), latest_year=Subquery(newest.values("year")[:1])
    )


def individuals_for_list(user: Any, *, words: str = "", unit: Unit | None = None) -> QuerySet[Individual]:
    """Individuals that the person sees."""
    individuals = Individual.objects.visible_to(user).current().matching(fold(words))
    return _within(individuals, unit).select_related("unit__parent")


def standings_of(household: Household) -> list[HouseholdStatus]:
    """The household's standing year by year, newest first, with the file that it came from."""
    return list(household.statuses.select_related("import_file").order_by("-year"))


def holds_on(day: date, **subject: Any) -> list[Hold]:
    """Holds of a unit, household or individual that hold on the day."""
    return list(Hold.objects.filter(**subject).on(day))


def _within(people: QuerySet[Any], unit: Unit | None) -> QuerySet[Any]:
    return people if unit is None else people.filter(unit__path__startswith=unit.path)
