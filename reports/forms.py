"""Forms of documents."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.fields import DayField, offer
from councils.models import Reopening
from registry.forms import DayInput, PlainForm
from reports.kinds import Subject, kinds
from reports.models import IssuedDocument

# More digits than any office's register reaches in a year.
MOST_NUMBER = 999_999


class DocumentFilterForm(forms.Form):
    """Which documents a list shows."""

    kind = forms.ChoiceField(label=_("Kind"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = ((kind.name, kind.label) for kind in kinds().values())
        offer(self, "kind", [("", _("All kinds")), *named])
        self.helper = FormHelper()
        self.helper.form_tag = False


class SignForm(PlainForm):
    """A signature: nothing is typed, and what the record said when it was shown travels with it."""

    read = forms.CharField(max_length=64, widget=forms.HiddenInput)


class ReopenForm(PlainForm):
    """Why a signed record is to be replaced."""

    reason = forms.CharField(
        label=_("What is wrong in it"),
        help_text=_("It stands in the version that replaces this one. The other signer agrees first."),
        max_length=Reopening._meta.get_field("reason").max_length,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReissueForm(PlainForm):
    """Why a document that was already issued is issued once more."""

    reason = forms.CharField(
        label=_("Why another version is needed"),
        help_text=_("It gets a new number; the earlier one stays in the register."),
        max_length=IssuedDocument._meta.get_field("reason").max_length,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class NumberForm(PlainForm):
    """The number that the issuing body wrote on its letter."""

    number = forms.IntegerField(
        label=_("Number given by the issuing body"),
        help_text=_("Without the symbol: 512 for 512/TTr-UBND. It is printed and cannot be changed later."),
        min_value=1,
        max_value=MOST_NUMBER,
    )
    day = DayField(label=_("Day of the letter"), help_text=_("As it stands on the letter."), widget=DayInput)


class NumberedReissueForm(NumberForm, ReissueForm):
    """Both, for another version of a document that its issuing body numbers."""


def issue_form(subject: Subject, *, was_issued: bool) -> type[PlainForm]:
    """What is asked for before a document is issued."""
    if subject.kind.is_numbered_elsewhere:
        return NumberedReissueForm if was_issued else NumberForm
    return ReissueForm if was_issued else PlainForm


class CodeForm(PlainForm):
    """The code that stands on a document."""

    ma = forms.CharField(
        label=_("Code on the document"),
        help_text=_("12 letters and digits at the end of the document, such as ABCD-EFGH-JKMN."),
        max_length=40,
    )


class CopyForm(PlainForm):
    """A copy of a document, held against what was issued; it is not kept."""

    copy = forms.FileField(
        label=_("The file that you have"),
        help_text=_("It is compared on your machine where the browser can, and is kept nowhere."),
        allow_empty_file=True,
    )

    def clean_copy(self) -> Any:
        copy = self.cleaned_data["copy"]
        if copy.size > settings.UPLOAD_MAX_BYTES:
            raise forms.ValidationError(
                _("The file is larger than any document of this office. Choose the file that you were sent.")
            )
        return copy
