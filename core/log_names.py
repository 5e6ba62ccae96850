"""What the things are called that the log tells of: a dossier by its code, a poll by the dossier it was on.

Apps register a template for each of their models. Names that would tell of a person's affairs stay out: a household is
called by its code, since the administrator, who may know of no household, reads the log too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from string import Formatter

from django.apps import apps
from django.db.models import Q
from django.utils.text import capfirst

from core.text import fold

MOST_FOUND = 500


@dataclass(frozen=True)
class LogName:
    """How a model's rows are called, such as `{number:02d}/{symbol}`, and which rows words mean."""

    template: str
    sought: Callable[[str], Q]

    @property
    def fields(self) -> list[str]:
        """The fields that the template shows."""
        return _fields_of(self.template)


_names: dict[str, LogName] = {}


def register_log_name(model: str, template: str, sought: Callable[[str], Q] | None = None) -> None:
    """Say how rows of a model (`nominations.dossier`) are called.

    They are found by the template's first field, written out and in any case, unless `sought` says what words mean.
    """
    first = _fields_of(template)[0]
    _names[model] = LogName(template, sought or (lambda words: Q(**{f"{first}__iexact": words})))


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
    """Each subject of the log in words, in one query a kind of thing: “Dossier HS-2025-0001”."""
    keys: dict[str, set[str]] = {}
    for subject in subjects:
        model, _colon, key = subject.partition(":")
        keys.setdefault(model, set()).add(key)
    return {
        f"{model}:{key}" if key else model: name
        for model, found in keys.items()
        for key, name in _names_in(model, found).items()
    }


def _names_in(model: str, keys: set[str]) -> dict[str, str]:
    try:
        kind = apps.get_model(model)
    except (LookupError, ValueError):
        return {key: _named_by_source(model, key) or f"{model} {key}".strip() for key in keys}
    label = capfirst(str(kind._meta.verbose_name))
    named = {key: f"{label} {key}".strip() for key in keys}
    if model in _names:
        # What is called by a code, as looks call a dossier, needs no name besides.
        rows = kind._base_manager.filter(pk__in=[key for key in keys if key.isdecimal() and len(key) < 19])
        for row in rows.values("pk", *_names[model].fields):
            named[str(row["pk"])] = f"{label} {_names[model].template.format_map(row)}"
    return named


def _named_by_source(model: str, key: str) -> str:
    return next((name for source in _sources if (name := source(model, key))), "")


def subjects_called(words: str) -> list[str]:
    """The subjects that are called so, of every kind; empty when nothing is."""
    found = []
    for model, name in _names.items():
        rows = apps.get_model(model)._base_manager.filter(name.sought(words))
        found += [f"{model}:{key}" for key in rows.values_list("pk", flat=True)[:MOST_FOUND]]
    return found
