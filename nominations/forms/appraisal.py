"""Forms of the appraisal desk: they parse and check what was typed; services write."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import clock
from core.fields import DayField, offer
from nominations.enums import Verdict
from nominations.statuses import ON_DESK
from registry.forms import DayInput, PlainForm

NOTE_ROWS = 3


def _words(label: Any, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label, widget=forms.Textarea(attrs={"rows": NOTE_ROWS}), max_length=4000, **options
    )


class DeskFilterForm(forms.Form):
    """What the desk's list is narrowed by."""

    status = forms.ChoiceField(label=_("Status"), required=False)
    award = forms.ChoiceField(label=_("Award"), required=False)
    q = forms.CharField(label=_("Reference or nominee"), required=False, max_length=100)

    def __init__(self, *args: Any, awards: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        statuses = [
            ("", _("Waiting for the reviewer")),
            *[(status, status.label) for status in ON_DESK],
            ("all", _("Everything on the desk")),
        ]
        offer(self, "status", statuses)
        offer(self, "award", [("", _("All awards")), *awards])


class ReasonForm(PlainForm):
    """One reason, which the other side reads."""

    reason = _words(_("Reason"))


class JudgementForm(PlainForm):
    """What an appraiser says of one criterion."""

    verdict = forms.ChoiceField(label=_("Judgement"), choices=Verdict.choices, widget=forms.RadioSelect)
    note = _words(_("What it rests on"))


class SupplementForm(PlainForm):
    """What is missing and until when."""

    reason = _words(_("What is missing"), help_text=_("The filing side reads this word for word."))
    due_on = DayField(label=_("Answer by"), widget=DayInput())

    def clean_due_on(self) -> Any:
        day = self.cleaned_data["due_on"]
        if day <= clock.today():
            raise forms.ValidationError(_("Choose a day after today."))
        return day


class AnswerForm(PlainForm):
    """The filing side's answer to a supplement request."""

    answer = _words(_("What was added or changed"))


class DuplicateForm(PlainForm):
    """Which other dossier puts the same nominee forward."""

    of = forms.CharField(label=_("Reference of the other dossier"), max_length=20)
    reason = _words(_("Reason"))


class OriginalsForm(PlainForm):
    """How many original sets lie on the desk."""

    sets = forms.IntegerField(label=_("Original sets handed in"), min_value=0, max_value=20)


class WomenForm(PlainForm):
    """How many people a collective has, and how many of them are women."""

    people = forms.IntegerField(label=_("People of the collective"), min_value=1, max_value=1_000_000)
    women = forms.IntegerField(label=_("Women among them"), min_value=0, max_value=1_000_000)


class WaiverForm(PlainForm):
    """Why a failure is accepted, and the paper that says so."""

    reason = _words(_("Reason"))
    document_number = forms.CharField(label=_("Number of the paper"), max_length=60)
    dated_on = DayField(label=_("Day on the paper"), widget=DayInput())
    paper = forms.FileField(label=_("The paper (PDF, DOCX, JPG, PNG)"))

    def clean_dated_on(self) -> Any:
        day = self.cleaned_data["dated_on"]
        if day > clock.today():
            raise forms.ValidationError(_("The day on the paper lies in the future."))
        return day
