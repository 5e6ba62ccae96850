"""Columns of the files that offices send, declared once: their headings, how a cell is read, how it is written.

A kind of import is a resource of django-import-export whose fields are `OfficeField`s. The template, the export
and the import of a kind all come from them. The library's own import loop asks the database about every row
(two hundred rows a second where offices send fifty thousand), so `registry.imports.reading` walks the rows itself
and uses the fields for what they know: which column it is and what a cell says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import override
from import_export.widgets import Widget

from core.spreadsheets.problems import CellProblem
from core.spreadsheets.vocabulary import Vocabulary, word_key
from core.spreadsheets.writing import Column, ListResource
from registry.imports.words import SEX_WORDS, Words, is_blank

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


class OfficeField(Column):
    """One column: `label` heads it in our templates, `headings` are how offices head it, with their marks.

    A cell is read by `read`, else it stands for something by the `words` of a closed set. `aliases` are headings without
    marks that stand for every way of marking them. `required` columns must stand in the header; `needed` cells must
    be filled in every row; what a `decisive` cell says wrongly keeps its row out, while every other cell is set
    aside. `blanks` are the kinds of words that say that there is nothing. What is not `is_exported` is only read.
    """

    def __init__(
        self,
        attribute: str | Callable[[Any], Any],
        label: str | Promise,
        *,
        read: Callable[[Any], Any] | None = None,
        words: Words | None = None,
        write: Callable[[Any], Any] | None = None,
        headings: Iterable[str] = (),
        aliases: Iterable[str] = (),
        required: bool = False,
        needed: bool = False,
        decisive: bool = False,
        blanks: tuple[str, ...] = ("blank",),
        is_exported: bool = True,
        limit: int | None = None,
        help_text: str | Promise = "",
        example: str = "",
    ) -> None:
        reader = read or (words.read if words else None)
        if reader is None:
            raise TypeError(f"The column {label} is read neither by a reader nor by words.")
        super().__init__(attribute, label, widget=CellWidget(reader, write))
        self.words = words
        self.headings = tuple(headings)
        self.aliases = tuple(aliases)
        self.required = required
        self.needed = needed
        self.decisive = decisive or needed
        self.blanks = blanks
        self.is_exported = is_exported
        self.limit = limit
        self.help_text = help_text
        self.example = example

    def written(self) -> tuple[str, ...]:
        """Everything that heads this column, with its marks."""
        labels = []
        for language in ("vi", "en"):
            with override(language):
                labels.append(str(self.label))
        return (*labels, *self.headings)

    def get_value(self, instance: Any) -> Any:
        """The value behind the attribute; where a step leads nowhere the cell stays empty."""
        try:
            return super().get_value(instance)
        except (AttributeError, KeyError):
            return None


class OfficeResource(ListResource):
    """A kind of import and export; its declared fields are the columns, of which an `OfficeField` is also read.

    `parts` are headings of two columns that hold what one column does: family and middle names, given name;
    `only_read` are columns that other lists write and this one does not.
    """

    only_read: ClassVar[frozenset[str]] = frozenset()
    parts: ClassVar[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {}

    @classmethod
    def columns(cls) -> dict[str, OfficeField]:
        """The columns by name, in the order of the template, which is the one of `Meta.fields`."""
        ordered = dict.fromkeys((*(cls._meta.fields or ()), *cls.fields))
        found = {name: cls.fields[name] for name in ordered if name in cls.fields}
        return {name: field for name, field in found.items() if isinstance(field, OfficeField)}

    @classmethod
    def exported(cls) -> dict[str, Column]:
        """The columns that leave, by name."""
        return {name: column for name, column in super().exported().items() if name not in cls.only_read}

    @classmethod
    @lru_cache(maxsize=32)
    def meanings(cls) -> Vocabulary[str]:
        """Which column each known heading names."""
        return cls.meanings_with({})

    @classmethod
    def meanings_with(cls, told: Mapping[str, str]) -> Vocabulary[str]:
        """Which column each known heading names, with what the office told besides."""
        columns = cls.columns()
        written: dict[str, str] = {}
        for name, (first, second) in cls.parts.items():
            written |= dict.fromkeys(first, first_part(name)) | dict.fromkeys(second, second_part(name))
        for name, field in columns.items():
            written |= dict.fromkeys(field.written(), name)
        loose = {heading: name for name, field in columns.items() for heading in field.aliases}
        # “Nam” heads a column of men, not one of years.
        contested = set(SEX_WORDS.written()) - written.keys()
        return Vocabulary(written | dict(told), loose=loose, contested=contested)


def first_part(name: str) -> str:
    """How a header calls the first of two columns that hold one."""
    return f"{name}/1"


def second_part(name: str) -> str:
    """How a header calls the second of two columns that hold one."""
    return f"{name}/2"


class ColumnReader:
    """Reads the cells of one column, each different content once; `told` is what the office said of words."""

    def __init__(self, name: str, field: OfficeField, told: Mapping[str, str] | None = None) -> None:
        self.name = name
        self.field = field
        self._known: dict[Any, Any] = {}
        self._told = told or {}
        # What the office told and this column's cells said; and words that nobody knows, each once.
        self.used: set[str] = set()
        self.unknown: dict[str, None] = {}

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
        if isinstance(cell, str):
            if self._told and field.words:
                key = word_key(cell)
                if key in self._told:
                    self.used.add(key)
                    return field.words.value_of(self._told[key])
            if field.words is None and is_blank(cell, field.blanks):
                cell = ""
        try:
            value = field.widget.clean(cell)
        except CellProblem as problem:
            if field.words and problem.code in {field.words.unknown, "word_doubtful"}:
                self.unknown[str(problem.params["value"])] = None
            return problem
        if field.needed and value in (None, ""):
            return CellProblem("cell_missing")
        if field.limit and isinstance(value, str) and len(value) > field.limit:
            return CellProblem("text_too_long", limit=field.limit)
        return value
