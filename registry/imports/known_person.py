"""One person or household of the register, as a file's rows are held against it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from registry.imports.marks import mark_of


class KnownPerson:
    """One record of the register, or one that an earlier row of the file makes (`ref` then starts with n).

    `row` is the row of the file that spoke of it first, zero while none has.
    """

    __slots__ = ("_at", "_mark", "_row", "_told", "is_made", "ref", "row", "unit_id")

    def __init__(self, ref: int | str, unit_id: int, at: Mapping[str, int], row: tuple[Any, ...]) -> None:
        self.ref = ref
        self.unit_id = unit_id
        self.row = 0
        # What a row makes is not recorded before that row is accepted.
        self.is_made = self.is_of_register
        self._at = at
        self._row = row
        self._told: dict[str, Any] | None = None
        self._mark = ""

    @property
    def is_of_register(self) -> bool:
        """Whether the register held it before the file."""
        return not isinstance(self.ref, str)

    @property
    def mark(self) -> str:
        """The mark of the record as the register holds it; none of one that the file makes."""
        if not self._mark and self.is_of_register:
            beside = (self.address,) if "address" in self._at else ()
            self._mark = mark_of((self.unit_id, *self._row[1:5], *beside))
        return self._mark

    def recorded(self, name: str) -> Any:
        """One of the record's own facts as it will stand after the rows accepted so far, a day as ISO text."""
        if self._told is not None and name in self._told:
            return self._told[name]
        if name == "unit":
            return self.unit_id
        at = self._at.get(name) if self.is_made else None
        value = self._row[at] if at is not None else None
        return value.isoformat() if isinstance(value, date) else value

    def accept(self, said: Mapping[str, Any]) -> None:
        """Take what an accepted row says for recorded: a later row is held against it."""
        self.is_made = True
        if not said:
            return
        self._mark = self.mark
        self._told = {**(self._told or {}), **said}
        self._row = tuple([said.get(name, self._row[at]) for name, at in self._at.items()])
        self.unit_id = said.get("unit", self.unit_id)

    @property
    def code(self) -> str:
        """The register's code; empty for a record that has none yet."""
        code: str = self._row[0] or ""
        return code

    @property
    def name(self) -> str:
        """The person's name; of a household, its head's."""
        name: str = self._row[1]
        return name

    @property
    def birth_year(self) -> int | None:
        """The year of birth."""
        year: int | None = self._row[2]
        return year

    @property
    def number(self) -> str:
        """The digest of the citizen number."""
        digest: str = self._row[3] or ""
        return digest

    @property
    def old_number(self) -> str:
        """The digest of the old number."""
        return self._row[4] or ""

    @property
    def address(self) -> str:
        """The address; empty where records have none."""
        at = self._at.get("address")
        return self._row[at] or "" if at is not None else ""
