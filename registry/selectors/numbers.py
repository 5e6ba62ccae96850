"""Finding people by their citizen number, without ever reading one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from core.personal_numbers import digest, normalise
from registry.models import Household, HouseholdMember, Individual


@dataclass(frozen=True)
class NumberHits:
    """Records inside the person's area that bear a number; a household also for one of its members."""

    households: list[Household]
    individuals: list[Individual]

    def __bool__(self) -> bool:
        return bool(self.households or self.individuals)


def find_by_number(text: str, user: Any) -> NumberHits:
    """Whom a citizen number belongs to, among the records that the person sees.

    Raises InvalidRequest when the text is no citizen number.
    """
    return find_by_digest(digest(normalise(text)), user)


def find_by_digest(found: str, user: Any) -> NumberHits:
    """The same for a number that is digested already."""
    members = HouseholdMember.objects.filter(citizen_number_digest=found).values("household_id")
    households = Household.objects.visible_to(user).current()
    individuals = Individual.objects.visible_to(user).current()
    return NumberHits(
        households=list(
            households.filter(Q(citizen_number_digest=found) | Q(pk__in=members)).select_related(
                "unit__parent"
            )
        ),
        individuals=list(individuals.filter(citizen_number_digest=found).select_related("unit__parent")),
    )
