"""People that the register holds already, as a file's rows are held against them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from core.personal_numbers import digest
from core.spreadsheets.problems import CellProblem
from core.text import match_key
from registry.imports.places import Places
from registry.models import Household, Individual

# By these a person is found; they lead the facts of every kind of people.
FOUND_BY = ("code", "name", "birth_year")


class KnownPerson:
    """One record of the register, or one that an earlier row of the file makes (`ref` then starts with n)."""

    __slots__ = ("_names", "_row", "ref", "unit_id")

    def __init__(self, ref: int | str, unit_id: int, names: Sequence[str], row: tuple[Any, ...]) -> None:
        self.ref = ref
        self.unit_id = unit_id
        self._names = names
        self._row = row

    @property
    def facts(self) -> dict[str, Any]:
        """The record's own facts, days as ISO text."""
        return {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in zip(self._names, self._row, strict=True)
        }

    @property
    def code(self) -> str:
        """The register's code; empty for a record that has none yet."""
        return self._row[0] or ""

    @property
    def name(self) -> str:
        """The person's name; of a household, its head's."""
        return self._row[1]

    @property
    def birth_year(self) -> int | None:
        """The year of birth."""
        return self._row[2]


class KnownPeople:
    """Looks a row's record up by code, by citizen number, and by name, year of birth and place."""

    model: ClassVar[type[Household] | type[Individual]]
    facts: ClassVar[tuple[str, ...]]

    def __init__(self, unit_ids: set[int] | None, places: Places) -> None:
        self._places = places
        rows = self.model.objects.filter(merged_into=None)
        if unit_ids is not None:
            rows = rows.filter(unit__in=unit_ids)
        values = rows.order_by("pk").values_list("pk", "unit_id", *self.facts)
        self._known = [
            KnownPerson(row[0], row[1], self.facts, row[2:]) for row in values.iterator(chunk_size=5000)
        ]
        self._by_code: dict[str, KnownPerson] = {one.code: one for one in self._known}
        self._by_name: dict[tuple[str, int], list[KnownPerson]] | None = None
        self._by_digest: dict[str, KnownPerson] | None = None

    def coded(self, code: str) -> KnownPerson | None:
        """The record of the code, or None when the code is nobody's.

        Raises ``CellProblem`` for a code that is taken outside the person's area or was merged away.
        """
        known = self._by_code.get(code)
        if known is not None:
            return known
        taken = self.model.objects.filter(code=code).values_list("merged_into__code", flat=True)
        for kept in taken:
            if kept:
                raise CellProblem("code_merged", value=code, kept=kept, column="code")
            raise CellProblem("code_elsewhere", value=code, column="code")
        return None

    def alike(self, said: Mapping[str, Any], unit_id: int, where: str) -> KnownPerson | None:
        """The one record that the row can only mean, or None when it is a new one.

        Raises ``CellProblem`` where the register holds one that may or may not be meant.
        """
        code = said.get("code", "")
        number = said.get("citizen_number")
        by_number = self._digests().get(digest(number)) if number else None
        if by_number is not None:
            return by_number if not code else _refuse_code(code, by_number)
        same = self._names().get((match_key(said["name"]), self._places.commune_of(unit_id)), [])
        year = said.get("birth_year")
        agreeing = [one for one in same if one.birth_year == year and year is not None]
        unsure = [one for one in same if one.birth_year is None or year is None]
        if len(agreeing) == 1 and not code:
            return agreeing[0]
        if len(same) == 1 and year is None and same[0].birth_year is None and isinstance(same[0].ref, str):
            return same[0]
        if code and (agreeing or unsure):
            return _refuse_code(code, (agreeing or unsure)[0])
        if len(agreeing) > 1 or len(unsure) > 1:
            raise CellProblem("several_alike", count=len(agreeing or unsure), unit=where, column="name")
        if unsure:
            raise CellProblem(
                "birth_year_needed", unit=where, known=unsure[0].code or unsure[0].name, column="birth_year"
            )
        return None

    def add(self, said: Mapping[str, Any], unit_id: int, ref: str) -> None:
        """Let later rows of the file find the record that this row makes."""
        row = tuple([said.get(name) for name in FOUND_BY]) + (None,) * (len(self.facts) - len(FOUND_BY))
        new = KnownPerson(ref, unit_id, self.facts, row)
        if said.get("code"):
            self._by_code[said["code"]] = new
        if self._by_name is not None:
            key = (match_key(said["name"]), self._places.commune_of(unit_id))
            self._by_name.setdefault(key, []).append(new)
        if said.get("citizen_number"):
            self._digests()[digest(said["citizen_number"])] = new

    def _names(self) -> dict[tuple[str, int], list[KnownPerson]]:
        if self._by_name is None:
            self._by_name = defaultdict(list)
            for one in self._by_code.values():
                self._by_name[match_key(one.name), self._places.commune_of(one.unit_id)].append(one)
        return self._by_name

    def _digests(self) -> dict[str, KnownPerson]:
        if self._by_digest is None:
            found = ((one.facts["citizen_number_digest"], one) for one in self._known)
            self._by_digest = {number: one for number, one in found if number}
        return self._by_digest


def _refuse_code(code: str, known: KnownPerson) -> KnownPerson:
    raise CellProblem("code_of_another", value=code, other=known.code or known.name, column="code")
