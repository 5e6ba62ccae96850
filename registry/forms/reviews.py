"""Forms of the poverty reviews: they parse and check what was typed; services write."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import clock
from registry.enums import UnitKind
from registry.forms.plain import DayInput, PlainForm


class ReviewFilterForm(forms.Form):
    """What the list of reviews is narrowed by."""

    year = forms.TypedChoiceField(label=_("Year"), required=False, coerce=int, empty_value=None)
    q = forms.CharField(label=_("Unit"), required=False, max_length=100)
    kind = forms.ChoiceField(label=_("Kind"), required=False)

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(year, str(year)) for year in years]
        kinds = (UnitKind.COMMUNE, UnitKind.DISTRICT, UnitKind.PROVINCE, UnitKind.VILLAGE)
        self.fields["kind"].choices = [("", _("All")), *((kind.value, kind.label) for kind in kinds)]


class ReviewUploadForm(PlainForm):
    """A review workbook and the year that it is for."""

    file = forms.FileField(
        label=_("Review workbook"),
        help_text=_(
            "XLSX, XLS, ODS or CSV as your office keeps it. Nothing is written before you have seen the preview."
        ),
        widget=forms.ClearableFileInput(
            attrs={"accept": ".xlsx,.xls,.ods,.csv", "data-max-bytes": 20 * 1024 * 1024}
        ),
    )
    year = forms.IntegerField(label=_("Year of the review"), min_value=2000, max_value=2100)
    recognised_on = forms.DateField(
        label=_("Recognised on"),
        required=False,
        widget=DayInput,
        help_text=_("The day of the decision. Left empty, 14 December of the year counts."),
    )
    document = forms.CharField(
        label=_("Recognised by"),
        required=False,
        max_length=160,
        help_text=_("Number and date of the decision."),
    )

    def clean_recognised_on(self) -> date | None:
        """A recognition lies in the past."""
        day = self.cleaned_data["recognised_on"]
        if day is not None and day > clock.today():
            raise forms.ValidationError(_("The day lies in the future. Enter the day of the decision."))
        return day
