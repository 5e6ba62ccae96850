"""Forms of reorganisations: one for each kind; they gather an order and a decision, services check and write."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext_lazy as _

from core.fields import DayField, offer_rows
from core.models import StoredFile
from registry.enums import ReorganisationKind, SuccessionKind, UnitKind
from registry.forms.plain import DayInput, PlainForm, UnitChoiceField
from registry.models import Unit
from registry.querysets import UnitQuerySet
from registry.selectors.reorganisations import (
    Beginning,
    Link,
    Order,
    keys_in_use,
    new_key,
    next_form_of,
)
from registry.titles import PARENTS_OF_KIND, TERRITORIAL_KINDS, TITLES_OF_KIND, titled_name

MOST_PARTS = 4


def living(*kinds: str) -> UnitQuerySet:
    """Units that have no last day, of the given kinds or of all."""
    units = Unit.objects.filter(valid_until=None).select_related("parent").order_by("name_sort", "pk")
    return units.filter(kind__in=kinds) if kinds else units


def living_beside(unit: Unit, *kinds: str) -> UnitQuerySet:
    """Units of the same province that have no last day."""
    root = "/".join(unit.path.split("/")[:2])
    return living(*kinds).filter(path__startswith=f"{root}/")


class UnitsChoiceField(forms.ModelMultipleChoiceField):
    """Several units of one place."""

    widget = forms.CheckboxSelectMultiple


def title_field(kind: str, *, required: bool = True, label: Any = None) -> forms.ChoiceField:
    """The titles that a unit of a kind may bear; agencies bear none."""
    titles = [(one.value, one.label) for one in TITLES_OF_KIND.get(kind, ())]
    return forms.ChoiceField(
        label=label or _("Title of the unit"),
        choices=[("", _("Choose")), *titles],
        required=required and bool(titles),
    )


def name_field(*, required: bool = True, label: Any = None) -> forms.CharField:
    """A name, typed with or without its title."""
    return forms.CharField(label=label or _("Name without the title"), max_length=140, required=required)


def code_field(*, label: Any = None) -> forms.CharField:
    """A GSO code, which may not be known yet."""
    return forms.RegexField(
        r"^[0-9]{2,10}$",
        label=label or capfirst(_("GSO code")),
        required=False,
        error_messages={"invalid": _("A GSO code is made of digits only.")},
    )


class DecisionForm(PlainForm):
    """The decision behind a reorganisation, and the day from which it is in force."""

    kind: ReorganisationKind

    decision_number = forms.CharField(label=_("Number of the decision"), max_length=60)
    decided_on = DayField(label=_("Dated"), widget=DayInput)
    issuer = forms.CharField(label=_("Issuer"), max_length=200)
    effective_on = DayField(
        label=_("In force from"),
        widget=DayInput,
        help_text=_("The first day of what is new. What ends exists until the day before."),
    )
    upload = forms.FileField(
        label=_("File of the decision"),
        required=False,
        help_text=_("PDF. Whoever sees one of the units can open it."),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf"}),
    )
    note = forms.CharField(
        label=_("Note"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    kept = forms.ModelChoiceField(StoredFile.objects.none(), required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A file that was handed in before the preview, and not yet taken by any reorganisation.
        offer_rows(self, "kept", StoredFile.objects.filter(created_by=user, adopted_at=None))

    def order(self) -> Order:
        """What the cleaned form asks for."""
        raise NotImplementedError

    @cached_property
    def day(self) -> date:
        """The day from which it is in force."""
        day: date = self.cleaned_data["effective_on"]
        return day


class MergeForm(DecisionForm):
    """Units of one place, and perhaps of another, become one new unit."""

    kind = ReorganisationKind.MERGE

    def __init__(self, *args: Any, place: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        below = living(*TERRITORIAL_KINDS).filter(parent=place)
        first = below.first()
        level = first.kind if first else UnitKind.COMMUNE
        below = below.filter(kind=level)
        above = living_beside(place, *PARENTS_OF_KIND[level])
        if level == UnitKind.VILLAGE:
            above = above.filter(parent=place.parent_id)
        self.level, self.units_below = level, below
        self.fields["units"] = UnitsChoiceField(
            below,
            label=_("Units that are merged"),
            error_messages={"required": _("A merger joins at least two units. Choose them.")},
        )
        elsewhere = living_beside(place, level).exclude(parent=place)
        if level == UnitKind.VILLAGE:
            elsewhere = elsewhere.filter(parent__parent=place.parent_id)
        self.fields["elsewhere"] = UnitChoiceField(
            elsewhere, label=_("And one from elsewhere"), required=False, empty_label=_("None")
        )
        self.fields["title"] = title_field(level, label=_("Title of the new unit"))
        self.fields["name"] = name_field(label=_("Name of the new unit, without the title"))
        self.fields["gso_code"] = code_field(label=_("GSO code of the new unit"))
        self.fields["parent"] = UnitChoiceField(above, label=_("The new unit belongs to"), initial=place)
        self.order_fields(["units", "elsewhere", "title", "name", "gso_code", "parent"])

    def clean(self) -> dict[str, Any]:
        """At least two units become one."""
        cleaned = super().clean() or self.cleaned_data
        merged = [*(cleaned.get("units") or ()), *filter(None, [cleaned.get("elsewhere")])]
        if len(merged) < 2 and "units" not in self.errors:
            self.add_error("units", _("A merger joins at least two units. Choose them."))
        self.merged = merged
        return cleaned

    def order(self) -> Order:
        """The chosen units end, one begins, and all that lay below them lies below it."""
        facts = self.cleaned_data
        name = titled_name(facts["title"], facts["name"])
        new = Beginning(
            key=new_key(facts["parent"], titled_name("", facts["name"]), self.day, keys_in_use()),
            kind=self.level,
            admin_type=facts["title"],
            name=name,
            gso_code=facts["gso_code"],
            parent=facts["parent"],
        )
        links = tuple(Link(unit, new, SuccessionKind.MERGED) for unit in self.merged)
        return Order(self.day, ends=tuple(self.merged), begins=(new,), links=links)


class _OneUnitForm(DecisionForm):
    """A reorganisation that starts from one unit."""

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit = unit

    def _below(self) -> list[Unit]:
        return list(living().filter(parent=self.unit))


class SplitForm(_OneUnitForm):
    """One unit becomes two, three or four; each unit below goes to one of them."""

    kind = ReorganisationKind.SPLIT

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = []
        for number in range(1, MOST_PARTS + 1):
            needed = number <= 2
            labels = {
                "title": format_lazy(_("Title of part {number}"), number=number),
                "name": format_lazy(_("Name of part {number}, without the title"), number=number),
                "code": format_lazy(_("GSO code of part {number}"), number=number),
            }
            self.fields[f"title_{number}"] = title_field(
                self.unit.kind, required=needed, label=labels["title"]
            )
            self.fields[f"name_{number}"] = name_field(required=needed, label=labels["name"])
            self.fields[f"code_{number}"] = code_field(label=labels["code"])
            first += [f"title_{number}", f"name_{number}", f"code_{number}"]
        self.below = self._below()
        parts = [(str(number), format_lazy(_("part {number}"), number=number)) for number in self._numbers]
        for child in self.below:
            self.fields[f"place_{child.pk}"] = forms.ChoiceField(
                label=format_lazy(_("{unit} goes to"), unit=child.name),
                choices=[("", _("Choose")), *parts],
            )
            first.append(f"place_{child.pk}")
        self.order_fields(first)

    @property
    def _numbers(self) -> Iterable[int]:
        return range(1, MOST_PARTS + 1)

    def clean(self) -> dict[str, Any]:
        """A part has both title and name; what lies below goes to a part that is named."""
        cleaned = super().clean() or self.cleaned_data
        for number in self._numbers:
            lacks_title = cleaned.get(f"name_{number}") and not cleaned.get(f"title_{number}")
            if lacks_title and f"title_{number}" not in self.errors:
                self.add_error(f"title_{number}", _("Choose the title of this part."))
        for child in self.below:
            place = cleaned.get(f"place_{child.pk}")
            if place and not cleaned.get(f"name_{place}"):
                self.add_error(f"place_{child.pk}", _("That part has no name. Choose another."))
        return cleaned

    def order(self) -> Order:
        """The unit ends and its parts begin under the same parent."""
        taken, parts = keys_in_use(), {}
        for number in self._numbers:
            name = self.cleaned_data[f"name_{number}"]
            if name:
                title = self.cleaned_data[f"title_{number}"]
                parts[str(number)] = Beginning(
                    key=new_key(self.unit.parent, name, self.day, taken),
                    kind=self.unit.kind,
                    admin_type=title,
                    form=self.unit.form,
                    name=titled_name(title, name),
                    gso_code=self.cleaned_data[f"code_{number}"],
                    parent=self.unit.parent,
                )
        return Order(
            self.day,
            ends=(self.unit,),
            begins=tuple(parts.values()),
            links=tuple(Link(self.unit, part, SuccessionKind.SPLIT) for part in parts.values()),
            places={child.pk: parts[self.cleaned_data[f"place_{child.pk}"]] for child in self.below},
        )


class RenameForm(_OneUnitForm):
    """One unit goes on under another name, title or parent."""

    kind = ReorganisationKind.RENAME

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit = self.unit
        self.fields["title"] = title_field(unit.kind, label=_("Title from then on"))
        self.fields["title"].initial = unit.admin_type
        self.fields["name"] = name_field(label=_("Name from then on, without the title"))
        self.fields["name"].initial = unit.name_without_title if unit.admin_type else unit.name
        self.fields["gso_code"] = code_field(label=_("GSO code from then on"))
        self.fields["gso_code"].initial = unit.gso_code
        self.fields["parent"] = UnitChoiceField(
            living_beside(unit, *PARENTS_OF_KIND[unit.kind]).exclude(path__startswith=unit.path),
            label=_("Belongs to from then on"),
            initial=unit.parent,
        )
        if not TITLES_OF_KIND.get(unit.kind):
            del self.fields["title"]
            del self.fields["gso_code"]
        if not PARENTS_OF_KIND[unit.kind]:
            del self.fields["parent"]
        self.order_fields(["title", "name", "gso_code", "parent"])

    def clean(self) -> dict[str, Any]:
        """Something differs."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and self._facts() == {
            "name": self.unit.name,
            "admin_type": self.unit.admin_type,
            "parent": self.unit.parent,
        }:
            self.add_error(
                None, _("Name, title and parent are as they were. Enter what the decision changes.")
            )
        return cleaned

    def _facts(self) -> dict[str, Any]:
        title = self.cleaned_data.get("title", "")
        return {
            "name": titled_name(title, self.cleaned_data["name"]),
            "admin_type": title,
            "parent": self.cleaned_data.get("parent"),
        }

    def order(self) -> Order:
        """The unit's row ends and another begins for the same body."""
        facts = self._facts()
        key = new_key(facts["parent"], self.cleaned_data["name"], self.day, keys_in_use())
        code = self.cleaned_data.get("gso_code", self.unit.gso_code)
        new = next_form_of(self.unit, key=key, gso_code=code, **facts)
        is_named_anew = new.name != self.unit.name
        kind = SuccessionKind.RENAMED if is_named_anew else SuccessionKind.CONTINUED
        return Order(self.day, ends=(self.unit,), begins=(new,), links=(Link(self.unit, new, kind),))


class TransferForm(_OneUnitForm):
    """A unit gives a part of its land to another; both live on."""

    kind = ReorganisationKind.TRANSFER

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        takers = living_beside(self.unit, self.unit.kind).exclude(pk=self.unit.pk)
        if self.unit.kind == UnitKind.VILLAGE and self.unit.parent:
            takers = takers.filter(parent__parent=self.unit.parent.parent_id)
        below = living().filter(parent=self.unit)
        self.fields["taker"] = UnitChoiceField(takers, label=_("The land goes to"))
        self.fields["part"] = forms.CharField(
            label=_("Which part"),
            max_length=200,
            help_text=_("Area and number of households as the decision gives them, such as “4,43 km²”."),
        )
        self.fields["moving"] = UnitsChoiceField(
            below, label=_("Units below that go with the land"), required=False
        )
        if not below.exists():
            del self.fields["moving"]
        self.order_fields(["taker", "part", "moving"])

    def order(self) -> Order:
        """Both units live on; what lies on the land goes with it."""
        facts = self.cleaned_data
        return Order(
            self.day,
            links=(Link(self.unit, facts["taker"], SuccessionKind.TRANSFERRED, facts["part"]),),
            places={child.pk: facts["taker"] for child in facts.get("moving", ())},
        )


FORMS: dict[str, type[DecisionForm]] = {
    form.kind.value: form for form in (MergeForm, SplitForm, RenameForm, TransferForm)
}


class UnitStepForm(PlainForm):
    """Which unit the decision is about: the step before the form itself."""

    unit = UnitChoiceField(Unit.objects.none(), label=_("Unit"), empty_label=_("Choose"))

    def __init__(self, *args: Any, kind: str, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["unit"]
        if kind == ReorganisationKind.MERGE:
            field.label = _("Units below which unit are merged?")
            below = Unit.objects.filter(valid_until=None, kind__in=TERRITORIAL_KINDS)
            offer_rows(self, "unit", living().visible_to(user).filter(pk__in=below.values("parent")))
        elif kind == ReorganisationKind.RENAME:
            field.label = _("Which unit gets another name, title or parent?")
            offer_rows(self, "unit", living().visible_to(user))
        elif kind == ReorganisationKind.SPLIT:
            field.label = _("Which unit is split?")
            offer_rows(self, "unit", living(*TERRITORIAL_KINDS).visible_to(user))
        else:
            field.label = _("Which unit gives a part of its land?")
            offer_rows(self, "unit", living(*TERRITORIAL_KINDS).visible_to(user))
