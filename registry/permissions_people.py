"""Who sees citizen numbers, who merges records. Each check passes or refuses with a sentence."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from core.exceptions import InvalidRequest, NotAllowed
from registry.enums import Role
from registry.models import Household, HouseholdMember, Individual, Unit
from registry.permissions import PEOPLE_KEEPERS, check_can_edit_household, check_can_edit_individual
from registry.scopes import acts_within, scope_of

# Those who compare a number with a card: whoever writes the record down, its district, and the province's appraiser.
# The lead and the standing body decide on dossiers and need no number for it; overseers and the inspectorate read
# everything but personal numbers; the administrator reads no records at all.
NUMBER_READERS = (Role.COMMUNE_OFFICER, Role.DISTRICT_OFFICER, Role.REVIEWER)


def home_unit(person: Household | Individual | HouseholdMember) -> Unit:
    """The unit by which a record is kept; a member is kept with the household."""
    return person.household.unit if isinstance(person, HouseholdMember) else person.unit


def check_can_edit_person(actor: Any, person: Household | Individual | HouseholdMember) -> None:
    """Whoever keeps the records of the person's unit."""
    if isinstance(person, Individual):
        check_can_edit_individual(actor, person.unit)
    else:
        check_can_edit_household(actor, home_unit(person))


def check_can_see_number(actor: Any, person: Household | Individual | HouseholdMember) -> None:
    """The commune and district of the area and the provincial reviewer; an agency for its own people."""
    readers = (*NUMBER_READERS, Role.AGENCY_OFFICER) if isinstance(person, Individual) else NUMBER_READERS
    if actor is None or not acts_within(actor, home_unit(person).path, *readers):
        raise NotAllowed(
            _("Citizen numbers are shown to the office that keeps the record and to the provincial reviewer.")
        )


def check_can_search_number(actor: Any) -> None:
    """Those who enter people look for a number before they do."""
    if not scope_of(actor).has(*PEOPLE_KEEPERS, Role.AGENCY_OFFICER):
        raise NotAllowed(_("Citizen numbers are searched by the offices that keep the records."))


def check_can_merge(actor: Any, *people: Household | Individual) -> None:
    """Whoever keeps both records; neither may have been merged already."""
    for person in people:
        check_can_edit_person(actor, person)
        check_is_current(person)


def check_can_tell_apart(actor: Any, *people: Household | Individual) -> None:
    """Whoever keeps all of the records, as for a merger: it is the other answer to the same question."""
    check_can_merge(actor, *people)


def check_can_undo_merger(actor: Any, kept: Household | Individual, dropped: Household | Individual) -> None:
    """Whoever keeps both records, as for the merger itself."""
    for person in (kept, dropped):
        check_can_edit_person(actor, person)


def check_is_current(person: Household | Individual) -> None:
    """A record that was merged into another is history and is not changed."""
    if person.merged_into_id is not None:
        raise InvalidRequest(
            _("This record was merged into another and is kept as history."),
            _("Open the record that was kept."),
        )
