"""The form by which a file is handed in; it asks only for what the kind of file may leave open."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import clock
from core.fields import offer_rows
from registry.enums import UnitKind
from registry.forms.handing_in import HandingInForm
from registry.forms.plain import UnitChoiceField
from registry.imports import Importer, ImportOptions
from registry.models import Unit


class ImportUploadForm(HandingInForm):
    """A file of one kind, and what it does not say itself."""

    field_order = ("file", "unit", "year", "recognised_on", "document")

    unit = UnitChoiceField(
        Unit.objects.none(),
        label=_("Commune"),
        required=False,
        empty_label=_("as the file says"),
        help_text=_("Choose it where the file does not name the commune."),
    )
    year = forms.IntegerField(
        label=_("Year of the review"),
        required=False,
        min_value=2000,
        max_value=2100,
        help_text=_("Enter it where the file does not name the year."),
    )

    def __init__(self, *args: Any, importer: type[Importer], user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in {"unit", "year", "recognised_on", "document"} - importer.asks:
            del self.fields[name]
        for name in importer.needs:
            self.fields[name].required = True
        if "year" in importer.needs:
            self.fields["year"].initial = clock.today().year
            self.fields["year"].help_text = ""
        if "unit" in self.fields:
            communes = Unit.objects.visible_to(user).filter(kind=UnitKind.COMMUNE).on(clock.today())
            offer_rows(self, "unit", communes.select_related("parent"))

    @property
    def options(self) -> ImportOptions:
        """What the person said."""
        said = self.cleaned_data
        unit = said.get("unit")
        return ImportOptions(
            year=said.get("year"),
            unit_id=unit.pk if unit else None,
            recognised_on=said.get("recognised_on"),
            document=said.get("document", ""),
        )
