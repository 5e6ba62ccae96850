"""Fields of forms: days that are days of this work, and what a field lets one choose."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
_TYPO = _("Check the year: days from 1900 to 2199 are taken.")


class DayField(forms.DateField):
    """A day as offices write it; a year of another century is a typing mistake, and no reckoning leaves the calendar."""

    default_validators = [MinValueValidator(FIRST_DAY, _TYPO), MaxValueValidator(LAST_DAY, _TYPO)]


class MomentField(forms.DateTimeField):
    """A day with its hour, within the same years."""

    def clean(self, value: Any) -> Any:
        """The moment; raises ``ValidationError`` for one of another century."""
        moment = super().clean(value)
        if moment is not None and not FIRST_DAY <= moment.date() <= LAST_DAY:
            raise ValidationError(_TYPO)
        return moment

    def to_python(self, value: Any) -> Any:
        """The moment in the office's time zone; the calendar's ends have no place in another zone."""
        try:
            return super().to_python(value)
        except OverflowError:
            raise ValidationError(_TYPO) from None


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
