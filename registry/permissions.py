"""Who may change what in the registry. Each check passes or refuses with a sentence.

The command line acts as the system: it passes no person, and the checks let it through.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from core.exceptions import NotAllowed
from registry.enums import Role
from registry.models import Unit
from registry.scopes import acts_within, scope_of

PEOPLE_KEEPERS = (Role.COMMUNE_OFFICER, Role.DISTRICT_OFFICER, Role.REVIEWER, Role.LEAD)
REVIEW_KEEPERS = (Role.DISTRICT_OFFICER, Role.REVIEWER, Role.LEAD)
PROVINCE_KEEPERS = (Role.REVIEWER, Role.LEAD)


def check_can_import_reviews(actor: Any) -> None:
    """District officers bring in their district's reviews, the provincial desk everybody's."""
    if actor is not None and not scope_of(actor).has(*REVIEW_KEEPERS):
        raise NotAllowed(
            _("Reviews are loaded by district officers and by the provincial desk. Send them the workbook.")
        )


def check_can_edit_household(actor: Any, unit: Unit) -> None:
    """Households are kept by their commune, its district and the provincial desk."""
    if actor is not None and not acts_within(actor, unit.path, *PEOPLE_KEEPERS):
        raise NotAllowed(
            _(
                "Households of %(unit)s are kept by its own officer, by its district and by the provincial desk."
            )
            % {"unit": unit.name}
        )


def check_can_edit_individual(actor: Any, unit: Unit) -> None:
    """Individuals are kept where they work or live: by the commune, the district, the agency or the province."""
    if actor is not None and not acts_within(actor, unit.path, *PEOPLE_KEEPERS, Role.AGENCY_OFFICER):
        raise NotAllowed(
            _("Individuals of %(unit)s are kept by its own officer and by the offices above it.")
            % {"unit": unit.name}
        )


def check_can_add_people(actor: Any, *, individuals: bool = False) -> None:
    """Whether the person keeps households (or individuals) anywhere at all: for the button."""
    roles = (*PEOPLE_KEEPERS, Role.AGENCY_OFFICER) if individuals else PEOPLE_KEEPERS
    if not scope_of(actor).has(*roles):
        raise NotAllowed(_("Your role reads the register and does not add to it."))


def check_can_set_zone(actor: Any, unit: Unit) -> None:
    """Zones follow a decision of the central level; the provincial desk records them."""
    if actor is not None and not acts_within(actor, unit.path, *PROVINCE_KEEPERS):
        raise NotAllowed(_("Zones are recorded by the provincial desk. Send it the decision."))


def check_can_place_hold(actor: Any) -> None:
    """Holds are recorded by the provincial desk and the standing body."""
    if actor is not None and not scope_of(actor).has(*PROVINCE_KEEPERS, Role.STANDING_BODY):
        raise NotAllowed(_("Holds are recorded by the provincial desk and the standing body."))


def check_can_reorganise(actor: Any) -> None:
    """Mergers, splits, new names and transfers follow a decision; the provincial desk records them."""
    if actor is not None and not scope_of(actor).has(*PROVINCE_KEEPERS):
        raise NotAllowed(
            _("Reorganisations of units are recorded by the provincial desk. Send it the decision.")
        )
