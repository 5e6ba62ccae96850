"""The form of a household's member: it parses and checks what was typed; services write."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import clock
from core.fields import offer
from registry.enums import Relationship
from registry.forms.names import NameField
from registry.forms.numbers import NumberFields
from registry.forms.plain import PlainForm, with_not_recorded, yes_no_field
from registry.models import HouseholdMember


class MemberForm(NameField, NumberFields, PlainForm):
    """Somebody who lives in a household."""

    has_note = False
    name = forms.CharField(label=_("Full name"), max_length=120)
    birth_year = forms.IntegerField(label=_("Year of birth"), required=False, min_value=1900)
    relationship_to_head = forms.ChoiceField(label=_("Relation to the head"), required=False)

    def __init__(self, *args: Any, user: Any, member: HouseholdMember | None = None, **kwargs: Any) -> None:
        if member is not None:
            kwargs.setdefault("initial", {}).update(
                name=member.name,
                birth_year=member.birth_year,
                relationship_to_head=member.relationship_to_head,
                is_woman={True: "yes", False: "no", None: ""}[member.is_woman],
            )
        super().__init__(*args, **kwargs)
        offer(self, "relationship_to_head", with_not_recorded(Relationship.choices))
        self.fields["is_woman"] = yes_no_field(_("Woman"))
        self.recorded_name = member.name if member else ""
        self.add_number_fields(
            user=user,
            recorded=member.citizen_number_sealed if member else "",
            recorded_old=member.old_number_sealed if member else "",
        )

    def clean_birth_year(self) -> int | None:
        """Nobody is born in the future."""
        year: int | None = self.cleaned_data["birth_year"]
        if year is not None and year > clock.today().year:
            raise forms.ValidationError(
                _("Enter a year between 1900 and %(year)s.") % {"year": clock.today().year}
            )
        return year

    @property
    def facts(self) -> dict[str, Any]:
        """The member's facts."""
        names = ("name", "birth_year", "relationship_to_head", "is_woman")
        return {name: self.cleaned_data[name] for name in names}
