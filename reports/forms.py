"""Forms of documents."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from core.fields import offer
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
