"""Forms of documents."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from core.fields import offer
from councils.models import Reopening
from registry.forms import PlainForm
from reports.kinds import kinds
from reports.models import IssuedDocument


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


class ReissueForm(forms.Form):
    """Why a document that was already issued is issued once more."""

    reason = forms.CharField(
        label=_("Why another version is needed"),
        help_text=_("It gets a new number; the earlier one stays in the register."),
        max_length=IssuedDocument._meta.get_field("reason").max_length,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
