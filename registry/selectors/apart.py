"""Who was found to be two people by somebody who compared them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from registry.models import DistinctHouseholds, DistinctIndividuals, Household, Individual

# By the kind of record; the values are two kinds of model alike in all that is asked of them here.
PAIRS: dict[Any, type[DistinctHouseholds] | type[DistinctIndividuals]] = {
    Household: DistinctHouseholds,
    Individual: DistinctIndividuals,
}


def pairs_apart(model: Any) -> set[frozenset[int]]:
    """Every pair of the kind that was told apart, in one query; there are few."""
    return {frozenset(pair) for pair in PAIRS[model]._default_manager.values_list("first_id", "second_id")}


def keys_apart_from(model: Any, key: int) -> set[int]:
    """The records that the record was told apart from."""
    rows = PAIRS[model]._default_manager.filter(Q(first=key) | Q(second=key))
    return {first if second == key else second for first, second in rows.values_list("first_id", "second_id")}


def people_apart_from(person: Household | Individual, user: Any) -> list[Any]:
    """Those of them that the reader sees and that still stand, in the order of names; one query."""
    pairs = PAIRS[type(person)]._default_manager
    after = pairs.filter(first_id=person.pk).values("second_id")
    before = pairs.filter(second_id=person.pk).values("first_id")
    people: Any = type(person).objects.visible_to(user).current()
    return list(people.filter(Q(pk__in=after) | Q(pk__in=before)).order_by("name_sort", "pk"))


def without_those_apart(group: Iterable[int], apart: set[frozenset[int]]) -> tuple[int, ...]:
    """A group of likely duplicates without those that were told apart from all others of it; empty when all were."""
    pks = tuple(group)
    return tuple(
        one for one in pks if any(frozenset((one, other)) not in apart for other in pks if other != one)
    )
