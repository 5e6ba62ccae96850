"""What the log is narrowed by: who, what, when, about which thing."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from core.fields import DayField, offer
from core.log import LogFilter
from core.navigation import events_in_words


def _day() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class LogFilterForm(forms.Form):
    """Who, what, when, which. `subject` is one thing exactly, as its link in the list names it."""

    which = forms.CharField(label=_("Code, number or unit"), required=False, max_length=120)
    who = forms.CharField(label=_("Who (name or account)"), required=False, max_length=100)
    event = forms.ChoiceField(label=_("What"), required=False)
    since = DayField(label=_("From day"), required=False, widget=_day())
    until = DayField(label=_("Until day"), required=False, widget=_day())
    subject = forms.CharField(required=False, max_length=120, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "event", [("", _("Everything")), *events_in_words()])
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean(self) -> dict[str, Any]:
        """Days in their order."""
        typed = super().clean() or {}
        since, until = typed.get("since"), typed.get("until")
        if since and until and since > until:
            self.add_error("until", _("This day is before the first one."))
        return typed

    def wanted(self) -> LogFilter:
        """What was chosen; a field that cannot be read narrows nothing and says so beside it."""
        self.full_clean()
        typed = self.cleaned_data if self.is_bound else {}
        return LogFilter(**{name: value for name, value in typed.items() if value})
