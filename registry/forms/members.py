"""The form of a household's member: it parses and checks what was typed; services write."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.fields import offer
from registry.enums import Relationship
from registry.forms.person_fields import PersonFields
from registry.forms.plain import PlainForm, offer_yes_no, with_not_recorded
from registry.models import HouseholdMember
from registry.services.members import MEMBER_FIELDS


class MemberForm(PersonFields, PlainForm):
    """Somebody who lives in a household."""

    fact_names = MEMBER_FIELDS
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
                is_woman=member.is_woman,
            )
        super().__init__(*args, **kwargs)
        offer(self, "relationship_to_head", with_not_recorded(Relationship.choices))
        offer_yes_no(self, "is_woman", _("Woman"))
        self.recorded_name = member.name if member else ""
        self.add_number_fields(
            user=user,
            recorded=member.citizen_number_sealed if member else "",
            recorded_old=member.old_number_sealed if member else "",
        )
