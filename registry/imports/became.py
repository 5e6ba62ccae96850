"""Whoever stood in the register before a preview and became since the person whom a file would enter anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db.models import Q

from registry.enums import UnitKind
from registry.imports.places import village_key, village_written
from registry.imports.rivals import Trace, contradict
from registry.models import Household, HouseholdCode, Individual, Unit

_FACTS = ("pk", "name", "name_folded", "birth_year", "citizen_number_digest", "unit_id")
_ASKED_AT_ONCE = 500
YearCodes = frozenset[tuple[int | None, str]]


class BecameSince:
    """Compares new records with the namesakes that a preview did not find: they were renamed, moved or numbered since.

    `within` are the homes of the file; `apart` says of each new record, by its row, from whom it was told apart. Records
    that the file itself speaks of, by their keys in `shown`, are held as they were and became nobody.
    """

    def __init__(
        self,
        model: type[Household] | type[Individual],
        newest: int | None,
        within: Q | None,
        apart: Mapping[str, Collection[int | str]],
        shown: Collection[int],
    ) -> None:
        self._model = model
        self._newest = newest
        self._within = within or Q()
        self._apart = apart
        self._shown = frozenset(shown)
        self._villages = dict(Unit.objects.filter(kind=UnitKind.VILLAGE).values_list("pk", "name"))

    def any(self, records: Iterable[tuple[str, Any, YearCodes]]) -> bool:
        """Whether one of the new records, each with its row and its office's codes, stands in the register by now."""
        new = list(records)
        if self._newest is None or not new:
            return False
        namesakes, bearers = self._known([record for _row, record, _codes in new])
        for row, record, codes in new:
            trace, apart = self._trace_of(record, codes), self._apart.get(row, ())
            found = namesakes.get(record.name_folded, [])
            if any(key not in apart and not contradict(known, trace) for key, known in found):
                return True
            if record.citizen_number_digest and bearers.get(record.citizen_number_digest, set()) - set(apart):
                return True
        return False

    def _known(
        self, records: list[Any]
    ) -> tuple[dict[str, list[tuple[int, Trace]]], dict[str, set[int | str]]]:
        """Folded name -> records of it; digest of a number -> its bearers."""
        named: dict[str, list[tuple[int, Trace]]] = defaultdict(list)
        bearers: dict[str, set[int | str]] = defaultdict(set)
        text = ("address",) if self._model is Household else ()
        earlier = self._model._default_manager.filter(self._within, merged_into=None, pk__lte=self._newest)
        for first in range(0, len(records), _ASKED_AT_ONCE):
            some = records[first : first + _ASKED_AT_ONCE]
            numbers = {record.citizen_number_digest for record in some} - {""}
            same = Q(name_folded__in={record.name_folded for record in some}) | Q(
                citizen_number_digest__in=numbers
            )
            known = list(earlier.filter(same).values_list(*_FACTS, *text))
            codes = self._codes([row[0] for row in known])
            for key, name, folded, born, number, unit, *address in known:
                if key in self._shown:
                    continue
                village = self._village(unit, *address)
                trace = Trace(name, born, number, "", codes.get(key, frozenset()), village)
                named[folded].append((key, trace))
                bearers[number].add(key)
        return named, bearers

    def _codes(self, keys: list[int]) -> dict[int, YearCodes]:
        if self._model is not Household:
            return {}
        found: dict[int, set[tuple[int | None, str]]] = defaultdict(set)
        for key, year, code in HouseholdCode.objects.filter(household__in=keys).values_list(
            "household_id", "year", "code"
        ):
            found[key].add((year, code))
        return {key: frozenset(codes) for key, codes in found.items()}

    def _trace_of(self, record: Any, codes: YearCodes) -> Trace:
        village = self._village(record.unit_id, getattr(record, "address", ""))
        return Trace(record.name, record.birth_year, record.citizen_number_digest, "", codes, village)

    def _village(self, unit_id: int, address: str = "") -> str:
        name = self._villages.get(unit_id)
        return village_key(name) if name else village_written(address) if address else ""
