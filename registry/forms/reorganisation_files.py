"""The form that hands in a reorganisation as a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from registry.forms.plain import DayInput, PlainForm


class ReorganisationUploadForm(PlainForm):
    """A sheet with one row for each unit, and the decision for rows that name none."""

    file = forms.FileField(
        label=_("Sheet of units"),
        help_text=_("XLSX, XLS, ODS or CSV. Nothing is written before you have seen the preview."),
        widget=forms.ClearableFileInput(
            attrs={"accept": ".xlsx,.xls,.ods,.csv", "data-max-bytes": 20 * 1024 * 1024}
        ),
    )
    decision_number = forms.CharField(
        label=_("Number of the decision"),
        max_length=60,
        required=False,
        help_text=_("For rows that name no decision of their own."),
    )
    decided_on = forms.DateField(label=_("Dated"), widget=DayInput, required=False)
    issuer = forms.CharField(label=_("Issuer"), max_length=200, required=False)
    decision_file = forms.FileField(
        label=_("File of the decision"),
        required=False,
        help_text=_("PDF. Whoever sees one of the units can open it."),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf"}),
    )

    def clean(self) -> dict[str, Any]:
        """A decision is given whole or not at all."""
        cleaned = super().clean() or self.cleaned_data
        names = ("decision_number", "decided_on", "issuer")
        given = [name for name in names if cleaned.get(name)]
        if given or cleaned.get("decision_file"):
            for name in names:
                if name not in given and name not in self.errors:
                    self.add_error(name, _("A decision needs its number, its day and its issuer."))
        return cleaned
