"""Facts of staged rows as people read them: each changed fact with what stands there now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from registry.imports.cells import shown_day
from registry.imports.importer import FACTS, ShownChange, StagedRow
from registry.models import Unit

_NEVER_SHOWN = frozenset({"citizen_number_sealed"})


class FactsShown:
    """Shows the facts of a page of rows; the units that they name are read in one query."""

    def __init__(
        self, model: type[models.Model], rows: Iterable[StagedRow], labels: Mapping[str, str | Promise]
    ) -> None:
        self._model = model
        self._labels = labels
        facts = [row[FACTS] for row in rows if row[FACTS]]
        ids = {
            value
            for one in facts
            for name, values in one.items()
            for value in values
            if value and self._is_unit(name)
        }
        units = Unit.objects.filter(pk__in=ids).select_related("parent") if ids else ()
        self._units = {unit.pk: unit.full_name for unit in units}

    def of(self, row: StagedRow) -> list[ShownChange]:
        """The row's facts, old and new."""
        return [
            ShownChange(self._label(name), self._shown(name, old), self._shown(name, new))
            for name, (old, new) in (row[FACTS] or {}).items()
            if name not in _NEVER_SHOWN
        ]

    def _is_unit(self, name: str) -> bool:
        return self._model._meta.get_field(name).related_model is Unit

    def _label(self, name: str) -> str | Promise:
        return self._labels.get(name) or capfirst(
            str(getattr(self._model._meta.get_field(name), "verbose_name", name))
        )

    def _shown(self, name: str, value: Any) -> str:
        if value is None or value == "":
            return ""
        if name == "citizen_number_digest":
            return _("recorded, not shown")
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        column = self._model._meta.get_field(name)
        if isinstance(column, models.ForeignKey):
            return self._units.get(value, "") if column.related_model is Unit else self._other(column, value)
        if isinstance(column, models.DateField):
            return shown_day(value)
        words = dict(getattr(column, "flatchoices", ()) or ())
        return str(words.get(value, value))

    def _other(self, column: Any, value: int) -> str:
        return str(column.related_model._default_manager.filter(pk=value).first() or "")
