"""Citizen numbers: recorded, removed, and shown with a trace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core import audit
from core.exceptions import InvalidRequest
from core.personal_numbers import digest, digest_old, normalise, old_number_in, open_sealed, seal
from core.services import service
from registry.events import Event
from registry.models import Household, HouseholdMember, Individual
from registry.permissions_people import check_can_see_number

Bearer = Household | Individual | HouseholdMember


def put_number(bearer: Bearer, text: str) -> bool:
    """Set the number on a record that the caller saves; an empty text takes it away. Whether anything changed.

    Raises InvalidRequest when the text is no citizen number.
    """
    number = normalise(text) if text.strip() else ""
    return _put(bearer, "citizen_number", number, digest(number) if number else "")


def put_old_number(bearer: Bearer, text: str) -> bool:
    """The same for the nine digits of an old identity card."""
    number = old_number_in(text)
    if text.strip() and not number:
        raise InvalidRequest(
            _("The number of an old identity card has exactly 9 digits."), _("Copy it from the old card.")
        )
    return _put(bearer, "old_number", number, digest_old(number) if number else "")


def _put(bearer: Bearer, kind: str, number: str, found: str) -> bool:
    if found == getattr(bearer, f"{kind}_digest"):
        return False
    setattr(bearer, f"{kind}_digest", found)
    setattr(bearer, f"{kind}_sealed", seal(number) if number else "")
    return True


@dataclass(frozen=True)
class NumberChanges:
    """What becomes of a record's numbers: None keeps what is recorded, an empty text takes it away."""

    citizen: str | None = None
    old: str | None = None

    def put(self, bearer: Bearer) -> list[str]:
        """Set them on a record that the caller saves; which ones changed."""
        changed = []
        if self.citizen is not None and put_number(bearer, self.citizen):
            changed.append("citizen_number")
        if self.old is not None and put_old_number(bearer, self.old):
            changed.append("old_number")
        return changed


@service
def see_number(*, person: Bearer, actor: Any, is_old: bool = False) -> str:
    """The digits of the citizen number, or of the old one, for one look; who looked, when and at whose stays in the log."""
    check_can_see_number(actor, person)
    sealed = person.old_number_sealed if is_old else person.citizen_number_sealed
    if not sealed:
        raise InvalidRequest(_("No such number is recorded here."))
    number = open_sealed(sealed)
    audit.record(Event.OLD_NUMBER_SEEN if is_old else Event.NUMBER_SEEN, actor=actor, subject=person)
    return number
