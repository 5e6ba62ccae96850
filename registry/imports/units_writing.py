"""Writing new units from staged rows: each with a key of its own below its parent's, and its path."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, count
from typing import Any

from core import clock
from core.text import fold
from registry.imports.records_writing import RecordWriting, changed_meanwhile
from registry.imports.staged import StagedRow
from registry.models import ImportFile, Unit

_STEM = 85


class UnitWriting(RecordWriting):
    """Writes villages and bodies; `kind` is theirs."""

    model = Unit
    same = ("parent_id", "name_folded")
    kind: str

    def __init__(self, staged: ImportFile, actor: Any) -> None:
        super().__init__(staged, actor)
        self._taken: set[str] | None = None
        self._parents: dict[int, Unit] = {}

    def prepare(self, records: list[Unit]) -> None:
        """Fill the searched columns and give keys; a parent that ended since the preview stops the file."""
        wanted = {one.parent_id for one in records} - self._parents.keys()
        self._parents |= Unit.objects.in_bulk([key for key in wanted if key is not None])
        today = clock.today()
        for one in records:
            parent = self._parents.get(one.parent_id or 0)
            if parent is None or not (parent.exists_on(today) and parent.exists_on(one.valid_from)):
                raise changed_meanwhile()
            one.kind = self.kind
            one.fill_stored_columns()
            one.key = self._free_key(parent, one)

    def made(self, rows: Sequence[StagedRow], records: list[Unit]) -> None:
        """A path ends in the unit's own key, which stands only now."""
        for one in records:
            one.path = f"{self._parents[one.parent_id or 0].path}{one.pk}/"
        Unit.objects.bulk_update(records, ["path"], batch_size=200)

    def _free_key(self, parent: Unit, unit: Unit) -> str:
        """The parent's key and the folded name; with the year, then a number, where an earlier unit bore that."""
        if self._taken is None:
            self._taken = set(Unit.objects.values_list("key", flat=True))
        stem = f"{parent.key}.{fold(unit.name).replace(' ', '-')[:40]}"[:_STEM]
        dated = f"{stem}-{unit.valid_from.year}"
        keys = chain((stem, dated), (f"{dated}-{number}" for number in count(2)))
        key = next(one for one in keys if one not in self._taken)
        self._taken.add(key)
        return key
