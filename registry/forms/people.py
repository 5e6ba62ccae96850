"""Forms of households and individuals: they parse and check what was typed; services write."""

from __future__ import annotations

from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Fieldset, Layout
from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from core import clock
from core.fields import DayField, choices_offered, offer, offer_rows
from registry.enums import PovertyStatus, UnitKind
from registry.forms.person_fields import PersonFields
from registry.forms.plain import (
    HOME_KINDS,
    DayInput,
    UnitChoiceField,
    offer_yes_no,
    with_not_recorded,
)
from registry.models import Household, Individual, Unit
from registry.services.people import HOUSEHOLD_FIELDS, INDIVIDUAL_FIELDS

STATUS_YEARS = 5


class PersonFilterForm(forms.Form):
    """What the lists of households and individuals are narrowed by."""

    q = forms.CharField(label=_("Name or code"), required=False, max_length=100)
    unit = UnitChoiceField(Unit.objects.none(), label=_("Unit"), required=False, empty_label=_("All"))

    def __init__(self, *args: Any, user: Any, kinds: tuple[str, ...] = HOME_KINDS, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.visible_to(user).filter(kind__in=kinds)
        offer_rows(self, "unit", units.select_related("parent"))


class HouseholdFilterForm(PersonFilterForm):
    """Households also by their latest standing."""

    status = forms.ChoiceField(label=_("Latest standing"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "status", [("", _("All")), *PovertyStatus.choices])


class PersonForm(PersonFields, forms.ModelForm):
    """What forms of households and individuals share."""

    def __init__(self, *args: Any, user: Any, kinds: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.recorded_name = self.instance.name
        self.add_number_fields(
            user=user,
            recorded=self.instance.citizen_number_sealed,
            recorded_old=self.instance.old_number_sealed,
        )
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        units = Unit.objects.visible_to(user).filter(kind__in=kinds)
        living = units.on(clock.today())
        if self.instance.pk:
            living = living | units.filter(pk=self.instance.unit_id)
        field = UnitChoiceField(
            living.select_related("parent"), label=self.fields["unit"].label, empty_label=_("Choose")
        )
        self.fields["unit"] = field

    @property
    def facts(self) -> dict[str, Any]:
        """What was typed, with what was taken off the name in the note."""
        facts = super().facts
        return facts | {"note": self.with_remarks(facts["note"])}

    def ask_whether_another(self, mark: str) -> None:
        """Ask to confirm that this is another person than those found; `mark` says which were found.

        The answer counts only for the records that were on the page: a new likeness is shown again.
        """
        self.fields["found_mark"] = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
        self.fields["is_another"] = forms.BooleanField(
            label=_("I have compared them: this is another person"),
            required=False,
            widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
        )
        self.data = self.data.copy()
        if self.data.get("found_mark") != mark:
            self.data.pop("is_another", None)
        self.data["found_mark"] = mark

    def is_confirmed_another(self, mark: str) -> bool:
        """Whether somebody compared the very records that were found and says that this is another person."""
        return bool(self.data.get("is_another")) and self.data.get("found_mark") == mark

    def _post_clean(self) -> None:
        """Leave the instance alone: the service sets its fields, after asking for permission."""


class HouseholdForm(PersonForm):
    """A household's facts and its standing by year."""

    fact_names = HOUSEHOLD_FIELDS

    class Meta:
        model = Household
        fields = HOUSEHOLD_FIELDS
        labels = {"name": _("Head of the household")}
        field_classes = {"registered_on": DayField, "policy_loan_confirmed_on": DayField}
        widgets = {"registered_on": DayInput, "policy_loan_confirmed_on": DayInput}
        help_texts = {"policy_loan": _("As the policy bank confirms it.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, kinds=HOME_KINDS, **kwargs)
        recorded = {row.year: row.status for row in self.instance.statuses.all()} if self.instance.pk else {}
        today = clock.today().year
        for name in ("registration", "policy_loan"):
            offer(self, name, with_not_recorded(choices_offered(self, name)))
        offer_yes_no(self, "is_minority", _("Ethnic-minority household"))
        self.years = sorted({*range(today - STATUS_YEARS + 1, today + 1), *recorded})
        for year in self.years:
            self.fields[f"status_{year}"] = forms.ChoiceField(
                label=str(year),
                required=False,
                initial=recorded.get(year, ""),
                choices=[("", _("not recorded")), *PovertyStatus.choices],
            )
        self.helper.layout = Layout(
            "name",
            "birth_year",
            *self.number_field_names,
            "unit",
            "address",
            "is_minority",
            Fieldset(_("Registration to leave poverty"), "registration", "registered_on"),
            Fieldset(_("Policy-bank loan"), "policy_loan", "policy_loan_source", "policy_loan_confirmed_on"),
            Fieldset(
                _("Standing at year-end reviews"),
                HTML(
                    format_html('<p class="muted">{}</p>', _("Leave a year empty when it is not recorded."))
                ),
                *[f"status_{year}" for year in self.years],
            ),
            "note",
        )

    def clean_policy_loan_confirmed_on(self) -> date | None:
        """A confirmation lies in the past."""
        day: date | None = self.cleaned_data["policy_loan_confirmed_on"]
        if day is not None and day > clock.today():
            raise forms.ValidationError(_("The day lies in the future. Enter the day of the confirmation."))
        return day

    def clean(self) -> dict[str, Any]:
        """A registration and its day go together, and so do a loan and what the bank confirmed of it."""
        cleaned = super().clean() or self.cleaned_data
        registered = cleaned.get("registration") == "registered"
        if registered and not cleaned.get("registered_on") and "registered_on" not in self.errors:
            self.add_error("registered_on", _("Enter the day on which the household registered."))
        if not registered and cleaned.get("registered_on"):
            self.add_error("registration", _("A day is entered: choose “registered”, or clear the day."))
        if cleaned.get("policy_loan_confirmed_on") and not cleaned.get("policy_loan"):
            self.add_error("policy_loan", _("A confirmation is entered: choose what the bank confirmed."))
        return cleaned

    @property
    def statuses(self) -> dict[int, str]:
        """The standing chosen for each year shown."""
        return {year: self.cleaned_data[f"status_{year}"] for year in self.years}

    @property
    def given(self) -> dict[str, Any]:
        """The standings beside the rest."""
        return {**super().given, "statuses": self.statuses}


class IndividualForm(PersonForm):
    """A person's facts."""

    fact_names = INDIVIDUAL_FIELDS

    class Meta:
        model = Individual
        fields = INDIVIDUAL_FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, kinds=tuple(UnitKind.values), **kwargs)
        offer(self, "role", with_not_recorded(choices_offered(self, "role")))
        offer_yes_no(self, "is_woman", _("Woman"))
        self.helper.layout = Layout(
            "name", "birth_year", *self.number_field_names, "unit", "position", "role", "is_woman", "note"
        )
