"""The form of a merger: for each value that both records have, whose is kept."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from registry.forms.plain import PlainForm
from registry.selectors.merging import DROPPED, KEPT, Comparison


class MergeForm(PlainForm):
    """One choice for each value and year in which both records say something else; nothing is preselected."""

    def __init__(self, *args: Any, comparison: Comparison, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.comparison = comparison
        for one in (*comparison.values, *comparison.years):
            if one.is_open:
                self.fields[one.key] = forms.ChoiceField(
                    label=one.label,
                    choices=[(KEPT, one.kept), (DROPPED, one.dropped)],
                    widget=forms.RadioSelect,
                    error_messages={"required": _("Choose which of the two is right.")},
                )

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Each difference with the choice that it asks for, if it asks for one."""
        differences = (*self.comparison.values, *self.comparison.years)
        return [{"difference": one, "field": self[one.key] if one.is_open else None} for one in differences]

    @property
    def take(self) -> list[str]:
        """What comes from the merged record."""
        return [key for key, choice in self.cleaned_data.items() if choice == DROPPED]
