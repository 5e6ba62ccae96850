"""Households that the register holds already, with their standings, as a file's rows are held against them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from core.spreadsheets.tables import Lists
from registry.imports.identity import OfficeCode, Signs
from registry.imports.known_person import KnownPerson
from registry.imports.people_known import FOUND_BY, KnownPeople
from registry.imports.places import Places
from registry.imports.staged import Standing
from registry.models import (
    DistinctHouseholds,
    Household,
    HouseholdCode,
    HouseholdMember,
    HouseholdStatus,
)


class KnownHouseholds(KnownPeople):
    """Looks a row's household up as all people are, also by its office's code, and tells its standings."""

    model = Household
    pairs = DistinctHouseholds
    letter = "H-"
    facts = (
        *FOUND_BY,
        "address",
        "is_minority",
        "registration",
        "registered_on",
        "policy_loan",
        "policy_loan_source",
    )

    def __init__(self, unit_ids: set[int] | None, places: Places, lists: Lists) -> None:
        super().__init__(unit_ids, places, lists)
        self._standings = _standings(unit_ids)

    def standings(self, known: KnownPerson) -> dict[int, Standing]:
        """Year -> standing, day of recognition as ISO text, document."""
        return self._standings.get(known.ref, {})

    def office_coded(self, signs: Signs) -> KnownPerson | None:
        """The household of an office's code in its commune and year; no sign where two communes of old used it."""
        return self.office_codes.bearer(signs.office) if signs.office else None

    def codes_of(self, known: KnownPerson, unit_id: int, year: int) -> set[str]:
        """The household's codes in the commune for the year."""
        return self.office_codes.of(known, unit_id, year)

    def codes_in(self, known: KnownPerson, unit_id: int) -> Iterable[tuple[int, str]]:
        """The household's codes in the commune, each with its year."""
        return self.office_codes.in_commune(known, unit_id)

    def bearer_of_member(self, number: str) -> KnownPerson | None:
        """The household one of whose members bears the number."""
        household = self._members.get(number)
        return self.by_ref.get(household) if household is not None else None

    @cached_property
    def office_codes(self) -> OfficeCodes:
        """The codes that offices gave; read when the first such code is met."""
        return OfficeCodes(self._unit_ids, self._places, self.by_ref)

    @cached_property
    def _members(self) -> dict[str, int]:
        rows = HouseholdMember.objects.exclude(citizen_number_digest="").filter(household__merged_into=None)
        if self._unit_ids is not None:
            rows = rows.filter(household__unit__in=self._unit_ids)
        return dict(rows.order_by("-pk").values_list("citizen_number_digest", "household_id"))


class OfficeCodes:
    """Codes that offices gave to households, by commune of today and year, and what rows of the file add to them."""

    def __init__(
        self, unit_ids: set[int] | None, places: Places, by_ref: Mapping[int | str, KnownPerson]
    ) -> None:
        self._places = places
        # All bearers count against a second use; only those inside the area are found.
        self._bearers: dict[OfficeCode, set[int | str]] = defaultdict(set)
        self._coded: dict[OfficeCode, list[KnownPerson]] = defaultdict(list)
        self._of: dict[int | str, dict[tuple[int, int], set[str]]] = defaultdict(dict)
        # What rows of the file gave.
        self._taken: set[OfficeCode] = set()
        rows = HouseholdCode.objects.order_by("pk")
        if unit_ids is not None:
            rows = rows.filter(unit__in=unit_ids)
        values = rows.values_list("household_id", "household__merged_into_id", "unit_id", "year", "code")
        for household, kept, unit, year, code in values.iterator(chunk_size=5000):
            office, ref = OfficeCode(unit, year, code), kept or household
            self._bearers[office].add(ref)
            if ref in by_ref:
                self._take(by_ref[ref], office)

    def bearer(self, office: OfficeCode) -> KnownPerson | None:
        """The one household that bears the code."""
        found = self._coded.get(self._today(office), [])
        return found[0] if len(found) == 1 else None

    def of(self, known: KnownPerson, unit_id: int, year: int) -> set[str]:
        """The household's codes in the commune for the year."""
        return self._of[known.ref].get((self._places.commune_of(unit_id), year), set())

    def in_commune(self, known: KnownPerson, unit_id: int) -> Iterator[tuple[int, str]]:
        """The household's codes in the commune, each with its year."""
        commune = self._places.commune_of(unit_id)
        for (unit, year), codes in self._of.get(known.ref, {}).items():
            if unit == commune:
                yield from ((year, code) for code in codes)

    def is_free(self, office: OfficeCode, known: KnownPerson | None) -> bool:
        """Whether nobody else bears the code, inside the area or outside."""
        return self._bearers.get(office, set()) <= ({known.ref} if known is not None else set())

    def is_recorded(self, known: KnownPerson, office: OfficeCode) -> bool:
        """Whether the register, and no row of the file, gives the household the code."""
        return office not in self._taken and known in self._coded.get(office, ())

    def take(self, known: KnownPerson, office: OfficeCode) -> None:
        """Let later rows find the household by the code; one that it had in this commune and year is replaced."""
        self._bearers[office] = {known.ref}
        self._taken.add(self._today(office))
        unit_id, year, _code = self._today(office)
        self._of[known.ref].pop((unit_id, year), None)
        self._take(known, office)

    def _take(self, known: KnownPerson, office: OfficeCode) -> None:
        unit_id, year, code = today = self._today(office)
        self._of[known.ref].setdefault((unit_id, year), set()).add(code)
        if known not in self._coded[today]:
            self._coded[today].append(known)

    def _today(self, office: OfficeCode) -> OfficeCode:
        return office._replace(unit_id=self._places.commune_of(office.unit_id))


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
