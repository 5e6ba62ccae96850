"""Households, individuals and holds for lists and pages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from core.text import fold
from registry.models import Hold, Household, HouseholdCode, HouseholdStatus, Individual, Unit


def households_for_list(
    user: Any, *, words: str = "", unit: Unit | None = None, status: str = ""
) -> QuerySet[Household]:
    """Households that the person sees, with `latest_status` and `latest_year` beside each."""
    found: QuerySet[Household] = with_latest_standing(
        households_found(user, words=words, unit=unit, status=status)
    )
    return found


def households_found(
    user: Any, *, words: str = "", unit: Unit | None = None, status: str = ""
) -> QuerySet[Household]:
    """Households that the person sees, without their standing: a late page need not look up all before it."""
    households = Household.objects.visible_to(user).current().matching(fold(words))
    if status:
        newer = HouseholdStatus.objects.filter(household=OuterRef("household"), year__gt=OuterRef("year"))
        latest = HouseholdStatus.objects.filter(~Exists(newer), status=status)
        households = households.filter(pk__in=latest.order_by().values("household_id"))
    return _within(households, unit).select_related("unit__parent")


def with_latest_standing(households: Any) -> Any:
    """Households with `latest_status` and `latest_year` beside each."""
    newest = HouseholdStatus.objects.filter(household=OuterRef("pk")).order_by("-year")
    return households.annotate(
        latest_status=Subquery(newest.values("status")[:1]), latest_year=Subquery(newest.values("year")[:1])
    )


def latest_standings(households: Iterable[Household]) -> dict[int, HouseholdStatus]:
    """The newest standing of each household of a page, in one query."""
    rows = HouseholdStatus.objects.filter(household__in=[one.pk for one in households]).order_by("year")
    return {row.household_id: row for row in rows}


def individuals_for_list(user: Any, *, words: str = "", unit: Unit | None = None) -> QuerySet[Individual]:
    """Individuals that the person sees."""
    individuals = Individual.objects.visible_to(user).current().matching(fold(words))
    return _within(individuals, unit).select_related("unit__parent")


def standings_of(household: Household) -> list[HouseholdStatus]:
    """The household's standing year by year, newest first, with the file that it came from."""
    return list(household.statuses.select_related("import_file").order_by("-year"))


def office_codes_of(household: Household) -> list[HouseholdCode]:
    """The codes that offices gave the household, newest year first, those of records merged into it among them."""
    own = Q(household=household) | Q(household__merged_into=household)
    return list(HouseholdCode.objects.filter(own).select_related("unit").order_by("-year", "code"))


def holds_on(day: date, **subject: Any) -> list[Hold]:
    """Holds of a unit, household or individual that hold on the day."""
    return list(Hold.objects.filter(**subject).on(day))


def _within(people: QuerySet[Any], unit: Unit | None) -> QuerySet[Any]:
    return people if unit is None else people.filter(unit__path__startswith=unit.path)
