"""Members of a household: added, corrected, removed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core import audit
from core.services import service
from registry.events import Event
from registry.models import Household, HouseholdMember
from registry.permissions import check_can_edit_household
from registry.permissions_people import check_is_current
from registry.services.facts import set_facts
from registry.services.numbers import NumberChanges

MEMBER_FIELDS = ("name", "birth_year", "is_woman", "relationship_to_head")


@service
def add_member(
    *,
    household: Household,
    facts: Mapping[str, Any],
    citizen_number: str | None = None,
    old_number: str | None = None,
    actor: Any = None,
) -> HouseholdMember:
    """Enter somebody who lives in a household."""
    _check(actor, household)
    member = HouseholdMember(household=household)
    set_facts(member, facts, MEMBER_FIELDS)
    NumberChanges(citizen_number, old_number).put(member)
    member.save()
    audit.record(Event.MEMBER_ADDED, actor=actor, subject=household, member=member.pk)
    return member


@service
def update_member(
    *,
    member: HouseholdMember,
    facts: Mapping[str, Any],
    citizen_number: str | None = None,
    old_number: str | None = None,
    actor: Any = None,
) -> None:
    """Correct a member's facts. The two numbers: None keeps what is recorded, an empty text takes it away."""
    _check(actor, member.household)
    changed = set_facts(member, facts, MEMBER_FIELDS) + NumberChanges(citizen_number, old_number).put(member)
    if not changed:
        audit.nothing_changed()
        return
    member.save()
    audit.record(
        Event.MEMBER_CHANGED, actor=actor, subject=member.household, member=member.pk, fields=changed
    )


@service
def remove_member(*, member: HouseholdMember, actor: Any = None) -> None:
    """Take a member off the household: it was entered by mistake, or the person no longer lives there."""
    _check(actor, member.household)
    removed = member.pk
    member.delete()
    audit.record(Event.MEMBER_REMOVED, actor=actor, subject=member.household, member=removed)


def _check(actor: Any, household: Household) -> None:
    check_can_edit_household(actor, household.unit)
    check_is_current(household)
