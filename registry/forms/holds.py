"""Forms that place a hold and end one: they parse and check what was typed; services write."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import clock
from core.fields import DayField
from registry.forms.plain import DayInput, PlainForm
from registry.models import Hold


class HoldForm(PlainForm):
    """From when, until when if that is known, why, and by which document."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        help_text=_(
            "What is being considered, investigated or verified. Only the desks that record holds read it."
        ),
    )
    document = forms.CharField(
        label=_("Document"), required=False, max_length=160, help_text=_("Its number and date.")
    )
    starts_on = DayField(label=_("From"), widget=DayInput)
    ends_on = DayField(
        label=_("Until"),
        required=False,
        widget=DayInput,
        help_text=_("Leave it empty while the end is not known."),
    )

    def clean(self) -> dict[str, Any]:
        """The end lies after the start."""
        cleaned = super().clean() or self.cleaned_data
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("The hold would end before it starts."))
        return cleaned


class HoldEndForm(PlainForm):
    """The last day of a hold."""

    ends_on = DayField(label=_("Last day of the hold"), widget=DayInput)
    document = forms.CharField(
        label=_("Document that ends it"), required=False, max_length=80, help_text=_("Its number and date.")
    )

    def __init__(self, *args: Any, hold: Hold, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"ends_on": clock.today()})
        super().__init__(*args, prefix=f"hold-{hold.pk}", **kwargs)
