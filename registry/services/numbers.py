"""Citizen numbers: recorded, removed, and shown with a trace."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from core import audit
from core.exceptions import InvalidRequest
from core.personal_numbers import digest, normalise, open_sealed, seal
from core.services import service
from registry.events import Event
from registry.models import Household, HouseholdMember, Individual
from registry.permissions_people import check_can_edit_person, check_can_see_number, check_is_current

Bearer = Household | Individual | HouseholdMember


def put_number(bearer: Bearer, text: str) -> bool:
    """Set the number on a record that the caller saves; an empty text takes it away. Whether anything changed.

    Raises InvalidRequest when the text is no citizen number.
    """
    number = normalise(text) if text.strip() else ""
    found = digest(number) if number else ""
    if found == bearer.citizen_number_digest:
        return False
    bearer.citizen_number_digest = found
    bearer.citizen_number_sealed = seal(number) if number else ""
    return True


@service
def set_citizen_number(*, person: Bearer, text: str, actor: Any = None) -> None:
    """Record a citizen number, or take it away when the text is empty; the log says that, never the number."""
    check_can_edit_person(actor, person)
    check_is_current(person.household if isinstance(person, HouseholdMember) else person)
    if not put_number(person, text):
        audit.nothing_changed()
        return
    person.save()
    event = Event.NUMBER_RECORDED if person.citizen_number_digest else Event.NUMBER_REMOVED
    audit.record(event, actor=actor, subject=person)


@service
def see_number(*, person: Bearer, actor: Any) -> str:
    """The twelve digits, for one look; who looked, when and at whose stays in the log."""
    check_can_see_number(actor, person)
    if not person.citizen_number_sealed:
        raise InvalidRequest(_("No citizen number is recorded here."))
    number = open_sealed(person.citizen_number_sealed)
    audit.record(Event.NUMBER_SEEN, actor=actor, subject=person)
    return number
