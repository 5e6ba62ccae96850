"""What forms of households, individuals and members share: name, birth and numbers, and what a service is handed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import clock
from registry.forms.names import NameField
from registry.forms.numbers import NumberFields


class PersonFields(NameField, NumberFields):
    """The fields of one person; `fact_names` are those that the service sets beside the numbers."""

    fact_names: Sequence[str]

    def clean_birth_year(self) -> int | None:
        """A year in which a living person can be born."""
        year: int | None = self.cleaned_data["birth_year"]
        if year is not None and not 1900 <= year <= clock.today().year:
            raise forms.ValidationError(
                _("Enter a year between 1900 and %(year)s.") % {"year": clock.today().year}
            )
        return year

    @property
    def facts(self) -> dict[str, Any]:
        """What was typed of the person, numbers apart."""
        return {name: self.cleaned_data[name] for name in self.fact_names}

    @property
    def given(self) -> dict[str, Any]:
        """What the service that keeps the record is handed."""
        return {
            "facts": self.facts,
            "citizen_number": self.number_change,
            "old_number": self.old_number_change,
        }
