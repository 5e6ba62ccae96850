"""Who loads which files into the register; each row is held to the area in which its keeper has the role."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from core.exceptions import NotAllowed
from registry.enums import Role
from registry.permissions import PEOPLE_KEEPERS, REVIEW_KEEPERS
from registry.scopes import scope_of

INDIVIDUAL_KEEPERS = (*PEOPLE_KEEPERS, Role.AGENCY_OFFICER)
VILLAGE_KEEPERS = ENTERPRISE_KEEPERS = PEOPLE_KEEPERS
AGENCY_KEEPERS = REVIEW_KEEPERS


def check_can_import_individuals(actor: Any) -> None:
    """Lists of people are loaded where they work or live: by communes, districts, agencies and the provincial desk."""
    if actor is not None and not scope_of(actor).has(*INDIVIDUAL_KEEPERS):
        raise NotAllowed(
            _("Lists of individuals are loaded by communes, districts, agencies and the provincial desk.")
        )


def check_can_import_villages(actor: Any) -> None:
    """Lists of villages are loaded by their commune, its district and the provincial desk."""
    if actor is not None and not scope_of(actor).has(*VILLAGE_KEEPERS):
        raise NotAllowed(_("Lists of villages are loaded by communes, districts and the provincial desk."))


def check_can_import_enterprises(actor: Any) -> None:
    """Lists of enterprises are loaded where their seat is."""
    if actor is not None and not scope_of(actor).has(*ENTERPRISE_KEEPERS):
        raise NotAllowed(_("Lists of enterprises are loaded by communes, districts and the provincial desk."))


def check_can_import_agencies(actor: Any) -> None:
    """Lists of agencies are loaded by the district whose offices they are and by the provincial desk."""
    if actor is not None and not scope_of(actor).has(*AGENCY_KEEPERS):
        raise NotAllowed(_("Lists of agencies are loaded by districts and by the provincial desk."))
