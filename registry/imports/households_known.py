"""Households that the register holds already, with their standings, as a file's rows are held against them."""

from __future__ import annotations

from collections import defaultdict

from registry.imports.people_known import FOUND_BY, KnownPeople, KnownPerson
from registry.imports.places import Places
from registry.imports.staged import Standing
from registry.models import Household, HouseholdStatus


class KnownHouseholds(KnownPeople):
    """Looks a row's household up as all people are, and tells its standings."""

    model = Household
    facts = (
        *FOUND_BY,
        "address",
        "is_minority",
        "registration",
        "registered_on",
        "policy_loan",
        "policy_loan_source",
        "citizen_number_digest",
    )

    def __init__(self, unit_ids: set[int] | None, places: Places) -> None:
        super().__init__(unit_ids, places)
        self._standings = _standings(unit_ids)

    def standings(self, known: KnownPerson) -> dict[int, Standing]:
        """Year -> standing, day of recognition as ISO text, document."""
        return self._standings.get(known.ref, {})


def _standings(unit_ids: set[int] | None) -> dict[int | str, dict[int, Standing]]:
    rows = HouseholdStatus.objects.filter(household__merged_into=None)
    if unit_ids is not None:
        rows = rows.filter(household__unit__in=unit_ids)
    found: dict[int | str, dict[int, Standing]] = defaultdict(dict)
    # Most rows share their few standings, days and documents: one tuple serves them all.
    shared: dict[Standing, Standing] = {}
    values = rows.values_list("household_id", "year", "status", "recognised_on", "document")
    for household, year, status, day, document in values.iterator(chunk_size=5000):
        recorded = Standing(status, day.isoformat(), document)
        found[household][year] = shared.setdefault(recorded, recorded)
    return found
