"""What a form's field lets one choose, where that follows from the person, the plan or the day."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet


def offer(form: forms.BaseForm, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
    """Let a field choose among these values, each with its label."""
    _choice_field(form, name).choices = list(choices)


def choices_offered(form: forms.BaseForm, name: str) -> list[tuple[Any, Any]]:
    """What a field lets one choose now."""
    choices: Any = _choice_field(form, name).choices
    return list(choices)


def offer_rows(
    form: forms.BaseForm, name: str, rows: QuerySet[Any], label: Callable[[Any], str] | None = None
) -> None:
    """Let a field choose among these rows; ``label`` words a row otherwise than its model does."""
    field = _row_field(form, name)
    field.queryset = rows
    if label is not None:
        field.label_from_instance = label  # type: ignore[assignment, method-assign]  # short of a class for each


def rows_offered(form: forms.BaseForm, name: str) -> QuerySet[Any]:
    """The rows that a field lets one choose now."""
    rows = _row_field(form, name).queryset
    if rows is None:
        raise TypeError(f"{name!r} was declared without rows.")
    return rows


def _choice_field(form: forms.BaseForm, name: str) -> forms.ChoiceField:
    field = form.fields[name]
    if not isinstance(field, forms.ChoiceField):
        raise TypeError(f"{name!r} is no field of choices.")
    return field


def _row_field(form: forms.BaseForm, name: str) -> forms.ModelChoiceField:
    field = form.fields[name]
    if not isinstance(field, forms.ModelChoiceField):
        raise TypeError(f"{name!r} is no field of rows.")
    return field
