"""Forms of the units: they parse and check what was typed; services write."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from registry.enums import UnitKind
from registry.forms.plain import districts_seen
from registry.models import Unit


class UnitFilterForm(forms.Form):
    """What the list of units is narrowed by."""

    q = forms.CharField(label=_("Name"), required=False, max_length=100)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    district = forms.ModelChoiceField(
        Unit.objects.none(), label=_("District"), required=False, empty_label=_("All")
    )
    state = forms.ChoiceField(
        label=_("Standing"),
        required=False,
        choices=[("", _("Exists today")), ("ended", _("No longer exists")), ("all", _("All"))],
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("All")), *UnitKind.choices]
        self.fields["district"].queryset = districts_seen(user)
