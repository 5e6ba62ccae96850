"""What the things are called that the log tells of: a dossier by its code, a poll by the dossier it was on.

Apps register a template for each of their models. Names that would tell of a person's affairs stay out: a household is
called by its code, since the administrator, who may know of no household, reads the log too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any

from django.apps import apps
from django.db.models import F, Field, Model, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.utils.text import capfirst

from core.text import fold

MOST_FOUND = 500


@dataclass(frozen=True)
class LogName:
    """How a model's rows are called, such as `{number:02d}/{symbol}`, and which rows words mean."""

    template: str
    sought: Callable[[str], Q]
    instead: str = ""
    """The field that stands for a name that is empty."""

    @property
    def fields(self) -> list[str]:
        """The fields that the name is made of."""
        return [*_fields_of(self.template), *([self.instead] if self.instead else [])]

    def of(self, row: dict[str, Any]) -> str:
        """What a row with these fields is called."""
        return self.template.format_map(row) or str(row.get(self.instead, ""))


_names: dict[str, LogName] = {}


def register_log_name(
    model: str, template: str, sought: Callable[[str], Q] | None = None, instead: str = ""
) -> None:
    """Say how rows of a model (`nominations.dossier`) are called, and which field stands for an empty name.

    They are found by the template's first field, written out and in any case, unless `sought` says what words mean.
    """
    first = _fields_of(template)[0]
    _names[model] = LogName(template, sought or (lambda words: Q(**{f"{first}__iexact": words})), instead)


_sources: list[Callable[[str, str], str]] = []


def register_name_source(source: Callable[[str, str], str]) -> None:
    """Let an app name what is no table of its own, by model and key; empty for what it does not know."""
    _sources.append(source)


def _fields_of(template: str) -> list[str]:
    return [name for _text, name, _format, _conversion in Formatter().parse(template) if name]


def folded(field: str) -> Callable[[str], Q]:
    """Words mean rows whose folded name holds them, blind to diacritics and case."""
    return lambda words: Q(**{f"{field}__contains": fold(words)})


def names_of(subjects: Iterable[str]) -> dict[str, str]:
    """Each subject of the log in words, all of them in one query: “Dossier HS-2025-0001”."""
    listed = list(subjects)
    return in_words(listed, bare_names(listed))


def in_words(subjects: Iterable[str], known: Mapping[str, str]) -> dict[str, str]:
    """Each subject with the name of its kind, by the bare names that are known; its key where none is."""
    return {subject: _in_words(subject, known.get(subject)) for subject in subjects}


def _in_words(subject: str, name: str | None) -> str:
    model, _colon, key = subject.partition(":")
    label = _label_of(model)
    if label is None:
        return _named_by_source(model, key) or f"{model} {key}".strip()
    return f"{label} {key if name is None else name}".strip()


def _label_of(model: str) -> str | None:
    try:
        return capfirst(str(apps.get_model(model)._meta.verbose_name))
    except (LookupError, ValueError):
        return None


def bare_names(subjects: Iterable[str]) -> dict[str, str]:
    """What rows are called without their kind, for those that are there; each table is a part of one query."""
    keys: dict[str, set[str]] = {}
    for subject in subjects:
        model, _colon, key = subject.partition(":")
        keys.setdefault(model, set()).add(key)
    asked = {
        model: found for model, keys_in in keys.items() if model in _names and (found := _numbers(keys_in))
    }
    if not asked:
        return {}
    width = max(len(_names[model].fields) for model in asked)
    first, *others = (_part(model, found, width) for model, found in asked.items())
    return {
        f"{model}:{key}": _names[model].of(_row(model, values))
        for model, key, *values in first.union(*others, all=True)
    }


def _row(model: str, values: list[Any]) -> dict[str, Any]:
    """The fields of a name, of text made what they are in their table."""
    kind, paths = apps.get_model(model), _names[model].fields
    return {path: _field_of(kind, path).to_python(value) for path, value in zip(paths, values, strict=False)}


def _numbers(keys: set[str]) -> list[str]:
    # What is called by a code, as looks call a dossier, needs no name besides.
    return [key for key in keys if key.isdecimal() and len(key) < 19]


def _part(model: str, keys: list[str], width: int) -> QuerySet[Any]:
    """Model, key and the fields of its name as text, filled up to as many columns as the widest name has."""
    paths = [*_names[model].fields, *[""] * (width - len(_names[model].fields))]
    columns = {
        f"name_{place}": Cast(F(path), TextField()) if path else Value("", TextField())
        for place, path in enumerate(paths)
    }
    rows = apps.get_model(model)._base_manager.order_by().filter(pk__in=keys)
    part: QuerySet[Any] = rows.annotate(
        name_model=Value(model, TextField()), name_key=Cast(F("pk"), TextField()), **columns
    ).values_list("name_model", "name_key", *columns)
    return part


def _field_of(kind: type[Model], path: str) -> Field[Any, Any]:
    """The field at the end of a path such as `unit__name`."""
    *through, last = path.split("__")
    for step in through:
        kind = kind._meta.get_field(step).related_model  # type: ignore[assignment]
    field: Field[Any, Any] = kind._meta.get_field(last)  # type: ignore[assignment]
    return field


def _named_by_source(model: str, key: str) -> str:
    return next((name for source in _sources if (name := source(model, key))), "")


def subjects_called(words: str) -> list[str]:
    """The subjects that are called so, of every kind; empty when nothing is."""
    found = []
    for model, name in _names.items():
        rows = apps.get_model(model)._base_manager.filter(name.sought(words))
        found += [f"{model}:{key}" for key in rows.values_list("pk", flat=True)[:MOST_FOUND]]
    return found
