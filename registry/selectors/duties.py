"""Which body has a duty on a day."""

from __future__ import annotations

from datetime import date

from registry.enums import Duty
from registry.models import OfficeDuty, Unit, UnitSuccession
from registry.selectors.ancestry import SAME_BODY_KINDS


def duties_of(province: Unit, duty: str = Duty.STANDING_OFFICE) -> list[OfficeDuty]:
    """All bodies that have or had the duty, newest first."""
    return list(OfficeDuty.objects.filter(province=province, duty=duty).select_related("unit"))


def standing_office(province: Unit, day: date) -> Unit | None:
    """The body that is the province's standing office on a day, under the name that it bears then.

    None where none is recorded.
    """
    held = (
        OfficeDuty.objects.filter(province=province, duty=Duty.STANDING_OFFICE)
        .on(day)
        .select_related("unit")
        .first()
    )
    return _as_of(held.unit, day) if held else None


def _as_of(unit: Unit, day: date) -> Unit:
    """The same body on a day: renamed and moved bodies keep their duties."""
    seen = {unit.pk}
    while not unit.exists_on(day):
        link = (
            UnitSuccession.objects.filter(predecessor=unit, kind__in=SAME_BODY_KINDS, on__lte=day)
            .exclude(successor__in=seen)
            .select_related("successor")
            .first()
        )
        if link is None:
            return unit
        unit = link.successor
        seen.add(unit.pk)
    return unit
