"""Households that the register holds already, as a file's rows are held against them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from core.personal_numbers import digest
from core.text import match_key
from registry.imports.cells import CellProblem
from registry.imports.places import Places
from registry.models import Household, HouseholdStatus

FACTS = (
    "code",
    "name",
    "birth_year",
    "address",
    "is_minority",
    "registration",
    "registered_on",
    "policy_loan",
    "policy_loan_source",
    "citizen_number_digest",
)


class KnownHousehold:
    """One household of the register, or one that an earlier row of the file makes (`ref` then starts with n)."""

    __slots__ = ("_row", "ref", "unit_id")

    def __init__(self, ref: int | str, unit_id: int, row: tuple[Any, ...]) -> None:
        self.ref = ref
        self.unit_id = unit_id
        self._row = row

    @property
    def facts(self) -> dict[str, Any]:
        """The household's own facts, days as ISO text."""
        facts = dict(zip(FACTS, self._row, strict=True))
        if facts["registered_on"]:
            facts["registered_on"] = facts["registered_on"].isoformat()
        return facts

    @property
    def code(self) -> str:
        """The register's code; empty for a household that has none yet."""
        return self._row[0] or ""

    @property
    def name(self) -> str:
        """The head's name."""
        return self._row[1]

    @property
    def birth_year(self) -> int | None:
        """The head's year of birth."""
        return self._row[2]


class KnownHouseholds:
    """Looks a row's household up by code, by citizen number, and by name, year of birth and commune."""

    def __init__(self, unit_ids: set[int] | None, places: Places) -> None:
        self._places = places
        rows = Household.objects.filter(merged_into=None)
        if unit_ids is not None:
            rows = rows.filter(unit__in=unit_ids)
        self._known = {
            row[0]: KnownHousehold(row[0], row[1], row[2:])
            for row in rows.order_by("pk").values_list("pk", "unit_id", *FACTS).iterator(chunk_size=5000)
        }
        self._by_code: dict[str, KnownHousehold] = {one.code: one for one in self._known.values()}
        self._standings = _standings(unit_ids)
        self._by_name: dict[tuple[str, int], list[KnownHousehold]] | None = None
        self._by_digest: dict[str, KnownHousehold] | None = None

    def coded(self, code: str) -> KnownHousehold | None:
        """The household of the code, or None when the code is nobody's.

        Raises ``CellProblem`` for a code that is taken outside the person's area or was merged away.
        """
        known = self._by_code.get(code)
        if known is not None:
            return known
        taken = Household.objects.filter(code=code).values_list("merged_into__code", flat=True).first()
        if taken:
            raise CellProblem("code_merged", value=code, kept=taken, column="code")
        if Household.objects.filter(code=code).exists():
            raise CellProblem("code_elsewhere", value=code, column="code")
        return None

    def alike(self, said: Mapping[str, Any], unit_id: int, code: str) -> KnownHousehold | None:
        """The one household that the row can only mean, or None when it is a new one.

        Raises ``CellProblem`` where the register holds one that may or may not be meant.
        """
        number = said.get("citizen_number")
        by_number = self._digests().get(digest(number)) if number else None
        if by_number is not None:
            return by_number if not code else _refuse_code(code, by_number)
        commune = self._places.commune_of(unit_id)
        same = self._names().get((match_key(said["name"]), commune), [])
        year = said.get("birth_year")
        agreeing = [one for one in same if one.birth_year == year and year is not None]
        unsure = [one for one in same if one.birth_year is None or year is None]
        if len(agreeing) == 1 and not code:
            return agreeing[0]
        if len(same) == 1 and year is None and same[0].birth_year is None and isinstance(same[0].ref, str):
            return same[0]
        where = self._places.by_id[unit_id].full_name
        if code and (agreeing or unsure):
            return _refuse_code(code, (agreeing or unsure)[0])
        if len(agreeing) > 1 or len(unsure) > 1:
            raise CellProblem("several_alike", count=len(agreeing or unsure), unit=where, column="name")
        if unsure:
            raise CellProblem(
                "birth_year_needed", unit=where, known=unsure[0].code or unsure[0].name, column="birth_year"
            )
        return None

    def standings(self, known: KnownHousehold) -> dict[int, tuple[str, str, str]]:
        """Year -> standing, day of recognition as ISO text, document."""
        return self._standings.get(known.ref, {})

    def add(self, said: Mapping[str, Any], unit_id: int, ref: str) -> None:
        """Let later rows of the file find the household that this row makes."""
        row = tuple(said.get(name) for name in FACTS[:6]) + (None,) * (len(FACTS) - 6)
        new = KnownHousehold(ref, unit_id, row)
        if said.get("code"):
            self._by_code[said["code"]] = new
        if self._by_name is not None:
            key = (match_key(said["name"]), self._places.commune_of(unit_id))
            self._by_name.setdefault(key, []).append(new)

    def _names(self) -> dict[tuple[str, int], list[KnownHousehold]]:
        if self._by_name is None:
            self._by_name = defaultdict(list)
            for one in self._by_code.values():
                self._by_name[match_key(one.name), self._places.commune_of(one.unit_id)].append(one)
        return self._by_name

    def _digests(self) -> dict[str, KnownHousehold]:
        if self._by_digest is None:
            self._by_digest = {
                one.facts["citizen_number_digest"]: one
                for one in self._known.values()
                if one.facts["citizen_number_digest"]
            }
        return self._by_digest


def _refuse_code(code: str, known: KnownHousehold) -> KnownHousehold:
    raise CellProblem("code_of_another", value=code, other=known.code or known.name, column="code")


def _standings(unit_ids: set[int] | None) -> dict[int | str, dict[int, tuple[str, str, str]]]:
    rows = HouseholdStatus.objects.filter(household__merged_into=None)
    if unit_ids is not None:
        rows = rows.filter(household__unit__in=unit_ids)
    found: dict[int | str, dict[int, tuple[str, str, str]]] = defaultdict(dict)
    # Most rows share their few standings, days and documents: one tuple serves them all.
    shared: dict[tuple[str, str, str], tuple[str, str, str]] = {}
    values = rows.values_list("household_id", "year", "status", "recognised_on", "document")
    for household, year, status, day, document in values.iterator(chunk_size=5000):
        recorded = (status, day.isoformat(), document)
        found[household][year] = shared.setdefault(recorded, recorded)
    return found
