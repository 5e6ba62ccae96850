"""Who may change what in the registry. Each check passes or refuses with a sentence.

The command line acts as the system: it passes no person, and the checks let it through.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.exceptions import NotAllowed
from registry.enums import Role, UnitKind
from registry.models import Unit
from registry.scopes import acts_within, paths_reached, scope_of

PEOPLE_KEEPERS = (Role.COMMUNE_OFFICER, Role.DISTRICT_OFFICER, Role.REVIEWER, Role.LEAD)
REVIEW_KEEPERS = (Role.DISTRICT_OFFICER, Role.REVIEWER, Role.LEAD)
PROVINCE_KEEPERS = (Role.REVIEWER, Role.LEAD)
# Who keeps which units of its area besides the provincial desk.
UNIT_KEEPERS: dict[str, tuple[Role, ...]] = {
    UnitKind.VILLAGE: (Role.COMMUNE_OFFICER, Role.DISTRICT_OFFICER),
    UnitKind.ENTERPRISE: (Role.COMMUNE_OFFICER, Role.DISTRICT_OFFICER),
    UnitKind.AGENCY: (Role.DISTRICT_OFFICER,),
}


def check_can_import_reviews(actor: Any) -> None:
    """Commune officers bring in their villages' reviews, districts their own, the provincial desk everybody's."""
    if actor is not None and not scope_of(actor).has(*REVIEW_KEEPERS, Role.COMMUNE_OFFICER):
        raise NotAllowed(
            _(
                "Reviews are loaded by commune officers for their villages, by district officers and by the provincial"
                " desk. Send them the workbook."
            )
        )


@dataclass(frozen=True)
class ReviewArea:
    """Whose reviews a person may load: of every unit under some paths, of villages alone under others."""

    paths: tuple[str, ...]
    village_paths: tuple[str, ...]

    def loads(self, path: str, kind: str) -> bool:
        """Whether the person may load figures of the unit."""
        return _is_under(path, self.paths) or (
            kind == UnitKind.VILLAGE and _is_under(path, self.village_paths)
        )

    def reads(self, path: str) -> bool:
        """Whether the unit lies in the area at all."""
        return _is_under(path, self.paths) or _is_under(path, self.village_paths)


def _is_under(path: str, paths: tuple[str, ...]) -> bool:
    return any(path.startswith(own) for own in paths)


def review_area(actor: Any) -> ReviewArea:
    """Where the person's roles of today let them load reviews; the command line loads all."""
    if actor is None:
        return ReviewArea(("/",), ())
    return ReviewArea(paths_reached(actor, *REVIEW_KEEPERS), paths_reached(actor, Role.COMMUNE_OFFICER))


def check_can_note_roll_up(actor: Any, unit: Unit) -> None:
    """Which of two totals is right is said by the unit's own officer or by an office above it."""
    if unit.kind == UnitKind.COMMUNE:
        roles: tuple[str, ...] = (Role.COMMUNE_OFFICER, *REVIEW_KEEPERS)
    else:
        roles = PROVINCE_KEEPERS if unit.kind == UnitKind.PROVINCE else REVIEW_KEEPERS
    if actor is not None and not acts_within(actor, unit.path, *roles):
        raise NotAllowed(
            _("Which figure of %(unit)s is right is recorded by its own officer and by the offices above it.")
            % {"unit": unit.name}
        )


def check_can_restate_review(actor: Any, unit: Unit) -> None:
    """Figures for the present territory are restated by the district and the provincial desk."""
    if actor is not None and not acts_within(actor, unit.path, *REVIEW_KEEPERS):
        raise NotAllowed(
            _("Figures of %(unit)s are restated by its district and by the provincial desk.")
            % {"unit": unit.name}
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


def check_can_import_households(actor: Any) -> None:
    """Lists of households are loaded by those who keep them; each row is held to its keeper's area."""
    if actor is not None and not scope_of(actor).has(*PEOPLE_KEEPERS):
        raise NotAllowed(
            _("Household lists are loaded by communes, by districts and by the provincial desk.")
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


def check_can_place_hold(actor: Any, unit: Unit | None = None) -> None:
    """Holds are recorded by the provincial desk and the standing body, in their province."""
    roles = (*PROVINCE_KEEPERS, Role.STANDING_BODY)
    held = actor is None or scope_of(actor).has(*roles)
    if not held or (actor is not None and unit is not None and not acts_within(actor, unit.path, *roles)):
        raise NotAllowed(_("Holds are recorded by the provincial desk and the standing body."))


def check_can_reorganise(actor: Any, units: Iterable[Unit] = ()) -> None:
    """Mergers, splits, new names and transfers follow a decision; the desk of their province records them."""
    if actor is not None and not (
        scope_of(actor).has(*PROVINCE_KEEPERS)
        and all(acts_within(actor, unit.path, *PROVINCE_KEEPERS) for unit in units)
    ):
        raise NotAllowed(
            _("Reorganisations of units are recorded by the provincial desk. Send it the decision.")
        )


def check_can_keep_unit(actor: Any, kind: str, place: Unit | None) -> None:
    """Villages and enterprises are kept by their commune and district, agencies by their district.

    The provincial desk keeps them all.
    """
    if actor is None or (place is None and scope_of(actor).has(*PROVINCE_KEEPERS)):
        return
    if place is None or not acts_within(actor, place.path, *PROVINCE_KEEPERS, *UNIT_KEEPERS.get(kind, ())):
        raise NotAllowed(
            _("Units of %(place)s are entered by its own officer, by its district or by the provincial desk.")
            % {"place": place.name if place else _("the province")}
        )


def check_can_correct_unit(actor: Any, unit: Unit) -> None:
    """Whoever may enter such a unit in its place may correct it; the desk corrects the rest."""
    check_can_keep_unit(actor, unit.kind, unit.parent)


def check_can_add_units(actor: Any, kind: str) -> None:
    """Whether the person keeps such units anywhere at all: for the button and the form's door."""
    if not scope_of(actor).has(*PROVINCE_KEEPERS, *UNIT_KEEPERS.get(kind, ())):
        raise NotAllowed(_("Your role reads the register of units and does not add to it."))


def check_can_assign_duty(actor: Any, province: Unit) -> None:
    """The leadership of the standing office records who is the standing office from when."""
    if actor is not None and not acts_within(actor, province.path, Role.LEAD):
        raise NotAllowed(_("Which body is the standing office is recorded by its leadership."))
