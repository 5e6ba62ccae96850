"""Forms of matters of personal data."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.fields import MomentField, offer
from registry.enums import DataCaseKind, DataCaseResult
from registry.forms.plain import PlainForm
from registry.models import DataCase

_TEXT = DataCase._meta.get_field("text").max_length
_ABOUT = DataCase._meta.get_field("about").max_length


class MomentInput(forms.DateTimeInput):
    """The browser's own calendar and clock."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class LookFilterForm(PlainForm):
    """Whose looks are listed."""

    who = forms.CharField(label=_("Who looked"), max_length=100, required=False)


class DataCaseForm(PlainForm):
    """When it came, whose data, and what is asked or happened."""

    began_at = MomentField(label=_("Received at"), widget=MomentInput)
    about = forms.CharField(
        label=_("Whose data"),
        max_length=_ABOUT,
        help_text=_("The code of the record, such as H-23275-00001; no citizen number."),
    )
    text = forms.CharField(
        label=_("What is asked"), max_length=_TEXT, widget=forms.Textarea(attrs={"rows": 5})
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind == DataCaseKind.BREACH:
            self.fields["began_at"].label = _("Became known at")
            self.fields["about"].label = _("Whose data, and of how many people")
            self.fields["about"].help_text = ""
            self.fields["text"].label = _("What happened, and what was done at once")


class CloseCaseForm(PlainForm):
    """How the matter ended."""

    result = forms.ChoiceField(label=_("Result"))
    outcome = forms.CharField(
        label=_("What was done, told to whom, or why not"),
        max_length=_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = BREACH_RESULTS if kind == DataCaseKind.BREACH else REQUEST_RESULTS
        offer(self, "result", words)


REQUEST_RESULTS = [
    (DataCaseResult.DONE, _("Carried out, the person was told")),
    (DataCaseResult.DECLINED, _("Declined with a reason, the person was told")),
]
BREACH_RESULTS = [
    (DataCaseResult.DONE, _("The authority was told")),
    (DataCaseResult.DECLINED, _("The law asks for no notice, for the reason below")),
]
