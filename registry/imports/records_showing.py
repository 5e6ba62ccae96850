"""Facts of staged rows as people read them: each changed fact with what stands there now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from core.personal_numbers import mask_sealed
from core.spreadsheets.cells import shown_day
from registry.imports.importer import ShownChange
from registry.imports.staged import StagedRow
from registry.models import Unit

_AT_THE_HEAD = frozenset({"name", "unit"})
# A number is shown by its last digits: its digest says that it changed, its seal which digits.
_SEALS = {"citizen_number_digest": "citizen_number_sealed", "old_number_digest": "old_number_sealed"}
_NEVER_SHOWN = frozenset(_SEALS.values())


class FactsShown:
    """Shows the facts of a page of rows; what they name is read in one query a model.

    `words` are the labels of codes that the model knows no choices for; `hidden` facts are not shown.
    """

    def __init__(
        self,
        model: type[models.Model],
        rows: Sequence[StagedRow],
        labels: Mapping[str, str | Promise],
        *,
        words: Mapping[str, Mapping[str, str]] | None = None,
        hidden: frozenset[str] = frozenset(),
    ) -> None:
        self._model = model
        self._labels = labels
        self._words = words or {}
        self._hidden = _NEVER_SHOWN | hidden
        named: dict[type[models.Model], set[Any]] = defaultdict(set)
        for row in rows:
            for name, values in (row.facts or {}).items():
                if name in self._hidden:
                    continue
                related = model._meta.get_field(name).related_model
                if isinstance(related, type):
                    named[related].update(value for value in values if value)
        self._named = {related: _names(related, keys) for related, keys in named.items()}
        self._numbers = _numbers(model, rows)

    def of(self, row: StagedRow) -> list[ShownChange]:
        """The row's facts, old and new; name and home of a new record stand at the head of its row already."""
        return [
            ShownChange(self._label(name), self._shown(name, old), self._shown(name, new))
            for name, (old, new) in (row.facts or {}).items()
            if name not in self._hidden and not (old is None and name in _AT_THE_HEAD)
        ]

    def _label(self, name: str) -> str | Promise:
        known = self._labels.get(name)
        return known or capfirst(str(getattr(self._model._meta.get_field(name), "verbose_name", name)))

    def _shown(self, name: str, value: Any) -> str:
        if value is None or value == "":
            return ""
        if name in _SEALS:
            return self._numbers.get(value, _("recorded"))
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        column = self._model._meta.get_field(name)
        if isinstance(column.related_model, type):
            return self._named[column.related_model].get(value, "")
        if isinstance(column, models.DateField):
            return shown_day(value)
        words = self._words.get(name) or dict(getattr(column, "flatchoices", ()) or ())
        return str(words.get(value, value))


def _numbers(model: type[models.Model], rows: Sequence[StagedRow]) -> dict[str, str]:
    """Digest -> last digits, of numbers that the rows would set and of those that they would replace; at most a query.

    Whoever opens a preview keeps the records of the file's area, or is the reviewer: they compare last digits.
    """
    seals: dict[str, str] = {}
    replaced = []
    for row in rows:
        facts = row.facts or {}
        for name, seal in _SEALS.items():
            if name in facts and seal in facts:
                seals[facts[name].new] = facts[seal].new
                if facts[name].old:
                    replaced.append(row.target)
    if replaced:
        columns = [column for pair in _SEALS.items() for column in pair]
        for found in model._default_manager.filter(pk__in=replaced).values(*columns):
            seals.update({found[name]: found[seal] for name, seal in _SEALS.items()})
    return {digest: mask_sealed(seal, with_last_digits=True) for digest, seal in seals.items() if digest}


def _names(model: type[models.Model], keys: set[Any]) -> dict[Any, str]:
    if model is Unit:
        units = Unit.objects.filter(pk__in=keys).select_related("parent")
        return {unit.pk: unit.full_name for unit in units}
    return {key: str(one) for key, one in model._default_manager.in_bulk(keys).items()}
