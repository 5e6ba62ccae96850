"""The citizen number in forms: typed, kept over a failed try without ever coming back readable, removed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from core.exceptions import InvalidRequest
from core.personal_numbers import (
    DIGITS,
    OLD_DIGITS,
    mask,
    mask_sealed,
    normalise,
    old_number_in,
    open_sealed,
    seal,
)
from registry.forms.plain import PlainForm

_HELD_FOR_SECONDS = 24 * 3600


class NumberInput(forms.TextInput):
    """A field whose value never returns to the page."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "numeric", "autocomplete": "off", **(attrs or {})})

    def format_value(self, value: Any) -> None:
        """Nothing, whatever was typed."""
        return


class NumberFields:
    """A citizen number among a form's fields, or the nine digits of an old card, which are kept apart from it.

    When a form comes back with an error, what was typed travels in a hidden field, sealed and signed for this
    person at the desk, so that it needs no second typing and stands in no page.
    """

    fields: dict[str, forms.Field]
    data: Any
    cleaned_data: dict[str, Any]

    def add_number_fields(self, *, user: Any, recorded: str, recorded_old: str) -> None:
        """Add the field, and a box that removes each number that is recorded."""
        self._salt = f"citizen-number:{user.pk}"
        help_text = (
            _("12 digits. Left empty, the recorded number %(masked)s stays.")
            % {"masked": mask_sealed(recorded, with_last_digits=True)}
            if recorded
            else _(
                "12 digits, as on the identity card; 9 digits are kept as the number of an old card. It is kept sealed,"
                " and pages show its last digits only."
            )
        )
        self.fields["citizen_number"] = forms.CharField(
            label=_("Citizen number"),
            required=False,
            max_length=30,
            widget=NumberInput,
            help_text=help_text,
        )
        self.fields["held_number"] = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
        self.number_field_names = ["citizen_number", "held_number"]
        if recorded:
            self.fields["remove_number"] = forms.BooleanField(
                label=_("Remove the recorded citizen number"), required=False
            )
            self.number_field_names.append("remove_number")
        if recorded_old:
            masked = mask_sealed(recorded_old, with_last_digits=True, digits=OLD_DIGITS)
            self.fields["remove_old_number"] = forms.BooleanField(
                label=_("Remove the old number %(masked)s") % {"masked": masked}, required=False
            )
            self.number_field_names.append("remove_old_number")

    def clean_citizen_number(self) -> str:
        """The digits typed now, or before the form came back; empty when none were."""
        typed = self.cleaned_data["citizen_number"]
        if not typed:
            return self._held()
        try:
            number = old_number_in(typed) or normalise(typed)
        except InvalidRequest as refusal:
            self._hold("")
            raise forms.ValidationError(refusal.sentence) from refusal
        self._hold(number)
        return number

    def clean_remove_number(self) -> bool:
        """Removing and typing a new number contradict each other."""
        remove: bool = self.cleaned_data["remove_number"]
        if remove and self.cleaned_data.get("citizen_number"):
            raise forms.ValidationError(_("A new number is typed: clear it, or leave this box empty."))
        return remove

    @property
    def number_change(self) -> str | None:
        """What to do with the citizen number: None keeps it, an empty text removes it, digits replace it."""
        if self.cleaned_data.get("remove_number"):
            return ""
        return self._typed(DIGITS)

    @property
    def old_number_change(self) -> str | None:
        """The same for the old number."""
        if self.cleaned_data.get("remove_old_number"):
            return ""
        return self._typed(OLD_DIGITS)

    def _typed(self, digits: int) -> str | None:
        number: str = self.cleaned_data["citizen_number"]
        return number if len(number) == digits else None

    def _held(self) -> str:
        held = self.data.get(self._prefixed("held_number"), "")
        if not held:
            return ""
        try:
            number = open_sealed(signing.loads(held, salt=self._salt, max_age=_HELD_FOR_SECONDS))
        except signing.BadSignature:
            self._hold("")
            return ""
        self._say_held(number)
        return number

    def _hold(self, number: str) -> None:
        self.data = self.data.copy()
        self.data[self._prefixed("held_number")] = (
            signing.dumps(seal(number), salt=self._salt) if number else ""
        )
        if number:
            self._say_held(number)

    def _say_held(self, number: str) -> None:
        said = _(
            "The number that you typed, %(masked)s, is kept for this try. Type it again only to change it."
        ) % {"masked": mask(number)}
        # The page's own copy of the field was made before it was read.
        self["citizen_number"].help_text = said  # type: ignore[index]

    def _prefixed(self, name: str) -> str:
        prefix = getattr(self, "prefix", None)
        return f"{prefix}-{name}" if prefix else name


class NumberSearchForm(PlainForm):
    """A citizen number to look for; sent in the body, so that it stands in no address, history or server log."""

    number = forms.CharField(
        label=_("Citizen number"),
        max_length=30,
        widget=NumberInput,
        help_text=_("All 12 digits; spaces and dots do not matter."),
    )

    def clean_number(self) -> str:
        """The twelve digits."""
        try:
            return normalise(self.cleaned_data["number"])
        except InvalidRequest as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal
