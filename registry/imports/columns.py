"""Columns of the files that offices send, declared once: their headings, how a cell is read, how it is written.

A kind of import is a resource of django-import-export whose fields are `OfficeField`s. The template, the export
and the import of a kind all come from them. The library's own import loop asks the database about every row
(two hundred rows a second where offices send fifty thousand), so `registry.imports.reading` walks the rows itself
and uses the fields for what they know: which column it is and what a cell says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import override
from import_export.fields import Field
from import_export.widgets import Widget

from core.spreadsheets.problems import CellProblem
from core.spreadsheets.writing import SafeResource
from core.text import fold

_UNSET = object()
_CACHED = 60_000


class CellWidget(Widget):
    """Reads a cell with a strict reader and writes a value with its counterpart."""

    def __init__(self, read: Callable[[Any], Any], write: Callable[[Any], Any] | None = None) -> None:
        super().__init__(coerce_to_string=False)
        self.read = read
        self.write = write

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        """What the cell says; raises ``CellProblem``."""
        return self.read(value)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        """The cell as it is written."""
        if value is None or value == "":
            return ""
        return self.write(value) if self.write else value


class OfficeField(Field):
    """One column: `label` heads it in our templates, `aliases` (folded) are how offices head it.

    `required` columns must stand in the header; `needed` cells must be filled in every row.
    """

    def __init__(
        self,
        attribute: str,
        label: str | Promise,
        *,
        read: Callable[[Any], Any],
        write: Callable[[Any], Any] | None = None,
        aliases: Iterable[str] = (),
        required: bool = False,
        needed: bool = False,
        limit: int | None = None,
        help_text: str | Promise = "",
        example: str = "",
    ) -> None:
        super().__init__(attribute=attribute, widget=CellWidget(read, write))
        self.label = label
        self.aliases = tuple(aliases)
        self.required = required
        self.needed = needed
        self.limit = limit
        self.help_text = help_text
        self.example = example

    def headings(self) -> set[str]:
        """Everything that heads this column, folded."""
        found = set(self.aliases)
        for language in ("vi", "en"):
            with override(language):
                found.add(fold(str(self.label)))
        return found

    def get_value(self, instance: Any) -> Any:
        """The value behind the attribute; where a step leads nowhere the cell stays empty."""
        try:
            return super().get_value(instance)
        except (AttributeError, KeyError):
            return None


class OfficeResource(SafeResource):
    """A kind of import and export; its declared fields are the columns."""

    @classmethod
    def columns(cls) -> dict[str, OfficeField]:
        """The columns by name, in the order of the template."""
        return {name: field for name, field in cls.fields.items() if isinstance(field, OfficeField)}

    @classmethod
    @lru_cache(maxsize=32)
    def meanings(cls) -> dict[str, str]:
        """Which column each known heading names."""
        return {heading: name for name, field in cls.columns().items() for heading in field.headings()}


class ColumnReader:
    """Reads the cells of one column, each different content once."""

    def __init__(self, name: str, field: OfficeField) -> None:
        self.name = name
        self.field = field
        self._known: dict[Any, Any] = {}

    def read(self, cell: Any) -> Any:
        """What the cell says, or the ``CellProblem`` that keeps its row out."""
        if cell.__class__ is bool:
            return self._read(cell)
        found = self._known.get(cell, _UNSET)
        if found is _UNSET:
            if len(self._known) >= _CACHED:
                self._known.clear()
            found = self._known[cell] = self._read(cell)
        return found

    def _read(self, cell: Any) -> Any:
        field = self.field
        try:
            value = field.clean({field.column_name: cell})
        except CellProblem as problem:
            return problem
        if field.needed and value in (None, ""):
            return CellProblem("cell_missing")
        if field.limit and isinstance(value, str) and len(value) > field.limit:
            return CellProblem("text_too_long", limit=field.limit)
        return value
