"""What the registry's forms share: the calendar, units with their district, and a form without its tag."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from core.exceptions import Refusal
from registry.enums import UnitKind
from registry.models import Unit

HOME_KINDS = (UnitKind.COMMUNE, UnitKind.VILLAGE)


class DayInput(forms.DateInput):
    """The browser's own calendar, filled in the form that it expects."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class UnitChoiceField(forms.ModelChoiceField):
    """Units with their district, since names repeat."""

    def label_from_instance(self, obj: Any) -> str:
        """The unit's full name."""
        return str(obj.full_name)


class PlainForm(forms.Form):
    """A form whose tag and buttons stand in the page."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    def add_refusal(self, refusal: Refusal) -> None:
        """Show a service's refusal above the fields, so that nothing typed is lost."""
        self.add_error(None, refusal.sentence)


def with_not_recorded(choices: Any) -> list[tuple[Any, Any]]:
    """The choices with words for the empty one: left out means that nobody recorded it."""
    return [("", _("not recorded")), *((value, label) for value, label in choices if value)]


def offer_yes_no(form: forms.BaseForm, name: str, label: Any) -> None:
    """Offer yes, no, or not recorded; the form's starting value for it is a truth value or None."""
    recorded: Any = form.initial.get(name)
    form.initial[name] = {True: "yes", False: "no"}.get(recorded, "")
    form.fields[name] = forms.TypedChoiceField(
        label=label,
        required=False,
        choices=[("", _("not recorded")), ("yes", _("yes")), ("no", _("no"))],
        coerce=lambda value: {"yes": True, "no": False}[value],
        empty_value=None,
    )


def districts_seen(user: Any) -> Any:
    """Districts of the person's area."""
    return Unit.objects.visible_to(user).filter(kind=UnitKind.DISTRICT)
