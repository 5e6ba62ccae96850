"""Forms of the poverty reviews: they parse and check what was typed; services write."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.fields import offer
from registry.enums import UnitKind


class ReviewFilterForm(forms.Form):
    """What the list of reviews is narrowed by."""

    year = forms.TypedChoiceField(label=_("Year"), required=False, coerce=int, empty_value=None)
    q = forms.CharField(label=_("Unit"), required=False, max_length=100)
    kind = forms.ChoiceField(label=_("Kind"), required=False)

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "year", [(year, str(year)) for year in years])
        kinds = (UnitKind.COMMUNE, UnitKind.DISTRICT, UnitKind.PROVINCE, UnitKind.VILLAGE)
        offer(self, "kind", [("", _("All")), *((kind.value, kind.label) for kind in kinds)])
