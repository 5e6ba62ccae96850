"""What offices said once of headings and words, as it holds for one person's files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from registry.models import ToldMeaning, Unit
from registry.scopes import scope_of


@dataclass(frozen=True, slots=True)
class Telling:
    """One meaning, with the office for which it holds and who said so."""

    id: int
    sort: str
    words: str
    key: str
    meaning: str
    unit_id: int
    office: str
    said_by: str
    said_at: datetime


class Told:
    """Meanings by what they are of; where offices of several levels said something, the nearest one's word holds."""

    def __init__(self, tellings: Iterable[Telling] = ()) -> None:
        self._by_sort: dict[str, dict[str, Telling]] = {}
        for one in tellings:
            self._by_sort.setdefault(one.sort, {})[one.key] = one

    def __bool__(self) -> bool:
        return bool(self._by_sort)

    def __iter__(self) -> Any:
        """Every meaning that holds."""
        return (one for of_sort in self._by_sort.values() for one in of_sort.values())

    def headings(self) -> dict[str, str]:
        """Heading as it was written -> column."""
        return {one.words: one.meaning for one in self._by_sort.get(ToldMeaning.HEADING, {}).values()}

    def words(self, sort: str) -> Mapping[str, str]:
        """Key of words of a kind -> what they stand for."""
        return {key: one.meaning for key, one in self._by_sort.get(sort, {}).items()}

    def of(self, sort: str, keys: Iterable[str]) -> list[Telling]:
        """The meanings behind the keys."""
        known = self._by_sort.get(sort, {})
        return [known[key] for key in keys if key in known]


NOTHING_TOLD = Told()


def told_to(actor: Any, kind: str, keepers: Sequence[str]) -> Told:
    """What holds for files of the kind that the person hands in: what the own office and those above it said."""
    if actor is None:
        return NOTHING_TOLD
    ids = {int(one) for path in _paths(actor, keepers) for one in path.split("/") if one}
    rows = (
        ToldMeaning.objects.filter(kind=kind, taken_back_at=None, unit__in=ids)
        .select_related("unit", "said_by")
        .order_by("unit__path", "pk")
    )
    return Told(
        Telling(
            row.pk,
            row.sort,
            row.words,
            row.key,
            row.meaning,
            row.unit_id,
            row.unit.name,
            str(row.said_by),
            row.said_at,
        )
        for row in rows
    )


def offices_of(actor: Any, keepers: Sequence[str]) -> list[Unit]:
    """The units for which the person may say what words mean: those where a role is held that keeps such records."""
    held = {one.unit_id for one in scope_of(actor).roles if one.role in keepers}
    return list(Unit.objects.filter(pk__in=held).order_by("path"))


def _paths(actor: Any, keepers: Sequence[str]) -> list[str]:
    return [one.unit_path for one in scope_of(actor).roles if one.role in keepers]
