"""Writing new units from staged rows: each with a key of its own below its parent's, and its path."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core import clock
from registry.imports.records_writing import RecordWriting, changed_meanwhile
from registry.imports.staged import StagedRow
from registry.models import ImportFile, Unit
from registry.selectors.reorganisations import keys_in_use, new_key


class UnitWriting(RecordWriting):
    """Writes villages and bodies; `kind` is theirs."""

    model = Unit
    same = ("parent_id", "name_folded")
    kind: str

    def __init__(self, staged: ImportFile, actor: Any) -> None:
        super().__init__(staged, actor)
        self._taken = keys_in_use()
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
            one.key = new_key(parent, one.name, one.valid_from, self._taken)

    def made(self, rows: Sequence[StagedRow], records: list[Unit]) -> None:
        """A path ends in the unit's own key, which stands only now."""
        for one in records:
            one.path = f"{self._parents[one.parent_id or 0].path}{one.pk}/"
        Unit.objects.bulk_update(records, ["path"], batch_size=200)
