"""The form by which a file is handed in; it asks only for what the kind of file may leave open."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import clock
from core.exceptions import InvalidRequest
from core.fields import DayField, offer_rows
from registry.enums import UnitKind
from registry.forms.handing_in import HandingInForm
from registry.forms.plain import DayInput, UnitChoiceField
from registry.imports import Importer, ImportOptions
from registry.models import Unit


class ImportUploadForm(HandingInForm):
    """A file of one kind, and what it does not say itself."""

    field_order = (
        *("file", "unit", "year", "recognised_on", "document"),
        *("decision_number", "decided_on", "issuer", "decision_file"),
    )

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
    decision_number = forms.CharField(
        label=_("Number of the decision"),
        max_length=60,
        required=False,
        help_text=_("For rows that name no decision of their own."),
    )
    decided_on = DayField(label=_("Dated"), widget=DayInput, required=False)
    issuer = forms.CharField(label=_("Issuer"), max_length=200, required=False)
    decision_file = forms.FileField(
        label=_("File of the decision"),
        required=False,
        help_text=_("PDF. Whoever sees one of the units can open it."),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf"}),
    )

    def __init__(self, *args: Any, importer: type[Importer], user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.importer, self.user = importer, user
        for name in {*self.fields} - importer.asks - {"file"}:
            del self.fields[name]
        if importer.year_label and "year" in self.fields:
            self.fields["year"].label = str(importer.year_label)
        self.choices = importer.form_choices(user)
        for asked in self.choices:
            self.fields[asked.name] = forms.ChoiceField(
                label=str(asked.label),
                choices=[("", "–" if asked.required else _("as the file says")), *asked.choices],
                initial=asked.choices[0][0] if asked.required and len(asked.choices) == 1 else "",
                help_text=str(asked.help_text),
                required=asked.required,
            )
        for name in importer.needs:
            self.fields[name].required = True
        if "year" in importer.needs:
            self.fields["year"].initial = clock.today().year
            self.fields["year"].help_text = ""
        if "unit" in self.fields:
            communes = Unit.objects.visible_to(user).filter(kind=UnitKind.COMMUNE).on(clock.today())
            offer_rows(self, "unit", communes.select_related("parent"))

    def clean(self) -> dict[str, Any]:
        """What one kind of file asks of its answers together."""
        cleaned = super().clean() or self.cleaned_data
        try:
            self.importer.check_options(self.options, self.user)
        except InvalidRequest as refusal:
            self.add_refusal(refusal)
        return cleaned

    @property
    def options(self) -> ImportOptions:
        """What the person said."""
        said = self.cleaned_data
        unit, day = said.get("unit"), said.get("decided_on")
        names = ("decision_number", "issuer", *(one.name for one in self.choices))
        given = {name: said[name].strip() for name in names if said.get(name)}
        return ImportOptions(
            year=said.get("year"),
            unit_id=unit.pk if unit else None,
            recognised_on=said.get("recognised_on"),
            document=said.get("document", ""),
            given={**given, "decided_on": day.isoformat()} if day else given,
        )
