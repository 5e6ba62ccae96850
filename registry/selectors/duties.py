"""Which body has a duty on a day."""

from __future__ import annotations

from datetime import date

from registry.enums import Duty
from registry.models import OfficeDuty, Unit
from registry.selectors.ancestry import as_of


def duties_of(province: Unit, duty: str = Duty.STANDING_OFFICE) -> list[OfficeDuty]:
    """All bodies that have or had the duty, newest first."""
    return list(OfficeDuty.objects.filter(province=province, duty=duty).select_related("unit"))


def standing_office(province: Unit, day: date) -> Unit | None:
    """The body that is the province's standing office on a day, under the name that it bears then.

    None where none is recorded; renamed and moved bodies keep their duties.
    """
    held = (
        OfficeDuty.objects.filter(province=province, duty=Duty.STANDING_OFFICE)
        .on(day)
        .select_related("unit")
        .first()
    )
    return as_of(held.unit, day) if held else None
