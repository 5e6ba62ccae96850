"""Forms of the registry: they parse and check what was typed; services write."""

from __future__ import annotations

from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Fieldset, Layout
from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from core import clock
from core.exceptions import Refusal
from registry.enums import PovertyStatus, UnitKind
from registry.models import Household, Individual, Unit

STATUS_YEARS = 5
_HOME_KINDS = (UnitKind.COMMUNE, UnitKind.VILLAGE)


class DayInput(forms.DateInput):
    """The browser's own calendar, filled in the form that it expects."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class UnitChoiceField(forms.ModelChoiceField):
    """Units with their district, since names repeat."""

    def label_from_instance(self, obj: Any) -> str:
        """The unit's full name."""
        return obj.full_name


class PlainForm(forms.Form):
    """A form whose tag and buttons stand in the page."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    def add_refusal(self, refusal: Refusal) -> None:
        """Show a service's refusal above the fields, so that nothing typed is lost."""
        words = [str(refusal.message), str(getattr(refusal, "what_to_do", "") or "")]
        self.add_error(None, " ".join(word for word in words if word))


def _with_not_recorded(choices: Any) -> list[tuple[Any, Any]]:
    """The choices with words for the empty one: left out means that nobody recorded it."""
    return [("", _("not recorded")), *((value, label) for value, label in choices if value)]


def _districts_seen(user: Any) -> Any:
    return Unit.objects.visible_to(user).filter(kind=UnitKind.DISTRICT)


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
        self.fields["district"].queryset = _districts_seen(user)


class PersonFilterForm(forms.Form):
    """What the lists of households and individuals are narrowed by."""

    q = forms.CharField(label=_("Name or code"), required=False, max_length=100)
    unit = UnitChoiceField(Unit.objects.none(), label=_("Unit"), required=False, empty_label=_("All"))

    def __init__(self, *args: Any, user: Any, kinds: tuple[str, ...] = _HOME_KINDS, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.visible_to(user).filter(kind__in=kinds)
        self.fields["unit"].queryset = units.select_related("parent")


class HouseholdFilterForm(PersonFilterForm):
    """Households also by their latest standing."""

    status = forms.ChoiceField(label=_("Latest standing"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["status"].choices = [("", _("All")), *PovertyStatus.choices]


class ReviewFilterForm(forms.Form):
    """What the list of reviews is narrowed by."""

    year = forms.TypedChoiceField(label=_("Year"), required=False, coerce=int, empty_value=None)
    q = forms.CharField(label=_("Unit"), required=False, max_length=100)
    kind = forms.ChoiceField(label=_("Kind"), required=False)

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(year, str(year)) for year in years]
        kinds = (UnitKind.COMMUNE, UnitKind.DISTRICT, UnitKind.PROVINCE, UnitKind.VILLAGE)
        self.fields["kind"].choices = [("", _("All")), *((kind.value, kind.label) for kind in kinds)]


class ReviewUploadForm(PlainForm):
    """A review workbook and the year that it is for."""

    file = forms.FileField(
        label=_("Review workbook"),
        help_text=_(
            "XLSX, XLS, ODS or CSV as your office keeps it. Nothing is written before you have seen the preview."
        ),
        widget=forms.ClearableFileInput(
            attrs={"accept": ".xlsx,.xls,.ods,.csv", "data-max-bytes": 20 * 1024 * 1024}
        ),
    )
    year = forms.IntegerField(label=_("Year of the review"), min_value=2000, max_value=2100)
    recognised_on = forms.DateField(
        label=_("Recognised on"),
        required=False,
        widget=DayInput,
        help_text=_("The day of the decision. Left empty, 14 December of the year counts."),
    )
    document = forms.CharField(
        label=_("Recognised by"),
        required=False,
        max_length=160,
        help_text=_("Number and date of the decision."),
    )

    def clean_recognised_on(self) -> date | None:
        """A recognition lies in the past."""
        day = self.cleaned_data["recognised_on"]
        if day is not None and day > clock.today():
            raise forms.ValidationError(_("The day lies in the future. Enter the day of the decision."))
        return day


class PersonForm(forms.ModelForm):
    """What forms of households and individuals share."""

    def __init__(self, *args: Any, user: Any, kinds: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        units = Unit.objects.visible_to(user).filter(kind__in=kinds)
        living = units.on(clock.today())
        if self.instance.pk:
            living = living | units.filter(pk=self.instance.unit_id)
        field = UnitChoiceField(living.select_related("parent"), label=self.fields["unit"].label)
        self.fields["unit"] = field
        self.fields["birth_year"].min_value = 1900

    def clean_birth_year(self) -> int | None:
        """A year in which a living person can be born."""
        year = self.cleaned_data["birth_year"]
        if year is not None and not 1900 <= year <= clock.today().year:
            raise forms.ValidationError(
                _("Enter a year between 1900 and %(year)s.") % {"year": clock.today().year}
            )
        return year

    def add_refusal(self, refusal: Refusal) -> None:
        """Show a service's refusal above the fields, so that nothing typed is lost."""
        words = [str(refusal.message), str(getattr(refusal, "what_to_do", "") or "")]
        self.add_error(None, " ".join(word for word in words if word))

    def _post_clean(self) -> None:
        """Leave the instance alone: the service sets its fields, after asking for permission."""


class HouseholdForm(PersonForm):
    """A household's facts and its standing by year."""

    class Meta:
        model = Household
        fields = (
            "name",
            "birth_year",
            "unit",
            "registration",
            "registered_on",
            "policy_loan",
            "policy_loan_source",
        )
        labels = {"name": _("Head of the household")}
        widgets = {"registered_on": DayInput}
        help_texts = {"policy_loan": _("As the policy bank confirms it.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, kinds=_HOME_KINDS, **kwargs)
        recorded = {row.year: row.status for row in self.instance.statuses.all()} if self.instance.pk else {}
        today = clock.today().year
        for name in ("registration", "policy_loan"):
            self.fields[name].choices = _with_not_recorded(self.fields[name].choices)
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
            "unit",
            Fieldset(_("Registration to leave poverty"), "registration", "registered_on"),
            Fieldset(_("Policy-bank loan"), "policy_loan", "policy_loan_source"),
            Fieldset(
                _("Standing at year-end reviews"),
                HTML(
                    format_html('<p class="muted">{}</p>', _("Leave a year empty when it is not recorded."))
                ),
                *[f"status_{year}" for year in self.years],
            ),
        )

    def clean(self) -> dict[str, Any]:
        """A registration and its day go together."""
        cleaned = super().clean() or self.cleaned_data
        registered = cleaned.get("registration") == "registered"
        if registered and not cleaned.get("registered_on") and "registered_on" not in self.errors:
            self.add_error("registered_on", _("Enter the day on which the household registered."))
        if not registered and cleaned.get("registered_on"):
            self.add_error("registration", _("A day is entered: choose “registered”, or clear the day."))
        return cleaned

    @property
    def statuses(self) -> dict[int, str]:
        """The standing chosen for each year shown."""
        return {year: self.cleaned_data[f"status_{year}"] for year in self.years}

    @property
    def facts(self) -> dict[str, Any]:
        """The household's own facts."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class IndividualForm(PersonForm):
    """A person's facts."""

    class Meta:
        model = Individual
        fields = ("name", "birth_year", "unit", "position", "role", "is_woman")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, kinds=tuple(UnitKind.values), **kwargs)
        self.fields["role"].choices = _with_not_recorded(self.fields["role"].choices)
        self.fields["is_woman"] = forms.TypedChoiceField(
            label=_("Woman"),
            required=False,
            choices=[("", _("not recorded")), ("yes", _("yes")), ("no", _("no"))],
            coerce=lambda value: {"yes": True, "no": False}[value],
            empty_value=None,
            initial={True: "yes", False: "no"}.get(self.instance.is_woman, ""),
        )
        # The form's starting values were read from the record before the field became a choice.
        self.initial["is_woman"] = self.fields["is_woman"].initial

    @property
    def facts(self) -> dict[str, Any]:
        """The person's facts."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}
