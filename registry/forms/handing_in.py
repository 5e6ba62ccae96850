"""What every form shares by which a file is handed in: the file, and the decision that recognises what it says."""

from __future__ import annotations

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from core import clock
from core.fields import DayField
from core.spreadsheets.container import MAX_FILE_BYTES
from registry.forms.plain import DayInput, PlainForm


class HandingInForm(PlainForm):
    """A workbook as an office keeps it, with the day and document of its recognition where it does not say them."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "XLSX, XLS, ODS or CSV as your office keeps it. Nothing is written before you have seen the preview."
        ),
        widget=forms.ClearableFileInput(
            attrs={"accept": ".xlsx,.xls,.ods,.csv", "data-max-bytes": MAX_FILE_BYTES}
        ),
    )
    recognised_on = DayField(
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
        day: date | None = self.cleaned_data["recognised_on"]
        if day is not None and day > clock.today():
            raise forms.ValidationError(_("The day lies in the future. Enter the day of the decision."))
        return day
