"""Forms of the units: they parse and check what was typed; services write."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import clock
from core.fields import DayField, offer, offer_rows, rows_offered
from registry.enums import UnitForm, UnitKind, Zone
from registry.forms.plain import DayInput, PlainForm, UnitChoiceField, districts_seen
from registry.forms.reorganisations import code_field, living, name_field, title_field
from registry.models import Unit
from registry.scopes import scope_of, under
from registry.titles import AGENCY_FORMS, ENTERPRISE_FORMS, PARENTS_OF_KIND, TITLES_OF_KIND


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
        choices=[("", _("Exists on the day")), ("ended", _("No longer exists")), ("all", _("All"))],
    )
    ngay = DayField(
        label=_("As of"),
        required=False,
        widget=DayInput,
        error_messages={"invalid": _("This is no day. Today is shown. Write the day as 01/07/2025.")},
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "kind", [("", _("All")), *UnitKind.choices])
        offer_rows(self, "district", districts_seen(user))


class AsOfForm(forms.Form):
    """The day as of which a unit's page answers."""

    ngay = UnitFilterForm.declared_fields["ngay"]


def _form_field(kind: str) -> forms.ChoiceField:
    forms_of_kind = ENTERPRISE_FORMS if kind == UnitKind.ENTERPRISE else AGENCY_FORMS
    return forms.ChoiceField(
        label=_("Form of the body"),
        choices=[("", _("Choose")), *((one.value, one.label) for one in forms_of_kind)],
    )


def _seat_field(user: Any) -> forms.ModelChoiceField:
    places = living(UnitKind.COMMUNE, UnitKind.DISTRICT).visible_to(user)
    return UnitChoiceField(places, label=_("Seat"), required=False, empty_label=_("not recorded"))


def _managing_field(user: Any) -> forms.ModelChoiceField:
    here = under(scope_of(user).provinces)
    bodies = living(UnitKind.AGENCY).filter(here).exclude(form=UnitForm.EMULATION_CLUSTER)
    return UnitChoiceField(
        bodies,
        label=_("Managing body"),
        required=False,
        empty_label=_("None"),
        help_text=_("The body that nominates it and acts for it."),
    )


def _tax_field() -> forms.CharField:
    return forms.RegexField(
        r"^[0-9]{10}(-?[0-9]{3})?$|^[0-9]{12}$",
        label=_("Tax code"),
        required=False,
        error_messages={"invalid": _("A tax code has 10, 12 or 13 digits.")},
    )


class _KeptUnitForm(PlainForm):
    """Fields that a kind of unit has; a village has no form, seat or tax code."""

    def _add_facts(self, kind: str, user: Any) -> None:
        if kind in {UnitKind.AGENCY, UnitKind.ENTERPRISE}:
            self.fields["form"] = _form_field(kind)
            self.fields["short_name"] = forms.CharField(
                label=_("Abbreviation"), max_length=40, required=False
            )
            self.fields["tax_code"] = _tax_field()
            self.fields["seat"] = _seat_field(user)
            self.fields["managing_unit"] = _managing_field(user)
        else:
            self.fields["gso_code"] = code_field()

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts as the service takes them."""
        return dict(self.cleaned_data)


class NewUnitForm(_KeptUnitForm):
    """A new village, agency or enterprise."""

    def __init__(self, *args: Any, kind: str, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if TITLES_OF_KIND.get(kind):
            self.fields["admin_type"] = title_field(kind)
            self.fields["name"] = name_field()
        else:
            self.fields["name"] = forms.CharField(label=_("Name"), max_length=160)
        self.fields["parent"] = UnitChoiceField(
            living(*PARENTS_OF_KIND[kind]).visible_to(user), label=_("Belongs to"), empty_label=_("Choose")
        )
        self._add_facts(kind, user)
        self.fields["valid_from"] = DayField(label=_("Exists from"), widget=DayInput, initial=clock.today)


class UnitCorrectionForm(_KeptUnitForm):
    """What of a unit is not its history."""

    def __init__(self, *args: Any, unit: Unit, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._add_facts(unit.kind, user)
        if unit.kind in {UnitKind.PROVINCE, UnitKind.DISTRICT, UnitKind.COMMUNE}:
            self.fields["short_name"] = forms.CharField(
                label=_("Abbreviation"), max_length=40, required=False
            )
        for name, field in self.fields.items():
            field.initial = getattr(unit, name)
        for name in ("seat", "managing_unit"):
            # What stands there now stays a choice, ended or outside the person's area as it may be.
            present = getattr(unit, f"{name}_id")
            if name in self.fields and present:
                there = Unit.objects.filter(pk=present).select_related("parent")
                offer_rows(self, name, rows_offered(self, name) | there)


class ZoneForm(PlainForm):
    """A commune's zone from a day on."""

    zone = forms.ChoiceField(label=_("Zone"), choices=[("", _("Choose")), *Zone.choices])
    starts_on = DayField(label=_("From"), widget=DayInput)
    decision = forms.CharField(label=_("Decision"), max_length=200, help_text=_("Number, date and issuer."))


class DutyForm(PlainForm):
    """Which body is the standing office from a day on."""

    unit = UnitChoiceField(Unit.objects.none(), label=_("Body"), empty_label=_("Choose"))
    starts_on = DayField(label=_("From"), widget=DayInput)
    decision = forms.CharField(label=_("Decision"), max_length=200, help_text=_("Number, date and issuer."))

    def __init__(self, *args: Any, province: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bodies = Unit.objects.filter(kind=UnitKind.AGENCY, path__startswith=province.path)
        offer_rows(self, "unit", bodies.select_related("parent").order_by("name_sort", "pk"))


class ClusterMemberForm(PlainForm):
    """A body that joins an emulation cluster."""

    member = UnitChoiceField(Unit.objects.none(), label=_("Member of the cluster"), empty_label=_("Choose"))
    starts_on = DayField(label=_("From"), widget=DayInput)
    document = forms.CharField(
        label=_("Document"), max_length=200, required=False, help_text=_("Number, date and issuer.")
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(
            self,
            "member",
            living(UnitKind.DISTRICT, UnitKind.COMMUNE, UnitKind.AGENCY, UnitKind.ENTERPRISE)
            .visible_to(user)
            .exclude(form=UnitForm.EMULATION_CLUSTER),
        )


class MembershipEndForm(PlainForm):
    """The last day of a membership."""

    ends_on = DayField(label=_("Last day"), widget=DayInput)


class UnitEndForm(PlainForm):
    """The last day of a body that is dissolved, and the paper that says so."""

    last_day = DayField(label=_("Last day"), widget=DayInput)
    document = forms.CharField(label=_("Document"), max_length=200, help_text=_("Number, date and issuer."))
