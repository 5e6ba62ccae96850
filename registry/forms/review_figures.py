"""Forms about review figures: comparing, saying which total is right, restating a year."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from core import clock
from core.fields import DayField, offer, offer_rows
from registry.enums import RollUpSide, UnitKind
from registry.forms.plain import DayInput, PlainForm
from registry.models import Unit
from registry.selectors.reviews.comparing import FALL, HOUSEHOLDS, POOR_RATE, POVERTY, POVERTY_RATE
from registry.selectors.reviews.listing import units_read

MEASURES = (
    (POVERTY_RATE, _("Poverty rate")),
    (POOR_RATE, _("Poor-household rate")),
    (POVERTY, _("Poor and near-poor households")),
    (FALL, _("Fall since the baseline")),
    (HOUSEHOLDS, _("All households")),
)


class YearFilterForm(forms.Form):
    """One year of those that have reviews."""

    year = forms.TypedChoiceField(label=_("Year"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "year", [(year, str(year)) for year in years])


class ComparisonForm(YearFilterForm):
    """What is compared: a year, a measure, and the districts or the communes of one."""

    measure = forms.ChoiceField(label=_("Measure"), required=False, choices=MEASURES)
    huyen = forms.ModelChoiceField(
        Unit.objects.none(), label=_("Units"), required=False, empty_label=_("Units of my area")
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        districts = units_read(user).filter(kind=UnitKind.DISTRICT).order_by("name_sort", "pk")
        offer_rows(
            self, "huyen", districts, lambda unit: _("Communes of %(unit)s") % {"unit": unit.name_after_comma}
        )


class RollUpNoteForm(PlainForm):
    """Which of two figures is right, and why; the figures come along as they were seen."""

    right_side = forms.ChoiceField(label=_("Which figure is right"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("How you know: whom you asked, which paper says so."),
    )
    stated = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    summed = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "right_side", [(value, capfirst(label)) for value, label in RollUpSide.choices])


class RestateForm(PlainForm):
    """A past year's figures for the present territory, with the document that says so."""

    year = forms.TypedChoiceField(label=_("Year-end"), coerce=int)
    households = forms.IntegerField(label=_("All households"), min_value=0, max_value=10_000_000)
    poor = forms.IntegerField(label=_("Poor households"), min_value=0, max_value=10_000_000)
    near_poor = forms.IntegerField(label=_("Near-poor households"), min_value=0, max_value=10_000_000)
    document = forms.CharField(
        label=_("Document"),
        max_length=160,
        help_text=_("Number, date and issuer of the document that restates the figures."),
    )
    recognised_on = DayField(
        label=_("Recognised on"),
        required=False,
        widget=DayInput,
        help_text=_("The day of the document. Left empty, today counts."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Which land changed hands, and how the figures were found."),
    )

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "year", [(year, str(year)) for year in years])

    def clean_recognised_on(self) -> date | None:
        """A document lies in the past."""
        day: date | None = self.cleaned_data["recognised_on"]
        if day is not None and day > clock.today():
            raise forms.ValidationError(_("The day lies in the future. Enter the day of the document."))
        return day

    def clean(self) -> dict[str, Any]:
        """Poor and near-poor households are a part of all households."""
        cleaned = super().clean() or {}
        poor, near_poor, households = (cleaned.get(name) for name in ("poor", "near_poor", "households"))
        if poor is None or near_poor is None or households is None:
            return cleaned
        if poor + near_poor > households:
            self.add_error("households", _("Poor and near-poor households are more than all households."))
        return cleaned
