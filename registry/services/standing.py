"""What holds for a unit or a person over a stretch of time: zones and holds."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from core import audit, clock
from core.exceptions import InvalidRequest
from core.services import service
from core.text import nfc
from registry.enums import UnitKind, Zone
from registry.events import Event
from registry.models import Hold, Household, Individual, Unit, ZoneAssignment
from registry.permissions import check_can_place_hold, check_can_set_zone
from registry.permissions_people import check_is_current


@service
def set_zone(*, unit: Unit, zone: str, starts_on: date, decision: str, actor: Any = None) -> ZoneAssignment:
    """Record a commune's zone from a day on; the zone before ends the day before.

    Raises ``InvalidRequest`` for a unit that is no commune, without a decision, or before a zone that is recorded.
    """
    check_can_set_zone(actor, unit)
    if unit.kind != UnitKind.COMMUNE:
        raise InvalidRequest(_("Only communes, wards and townships lie in a zone."))
    if zone not in Zone.values or not decision.strip():
        raise InvalidRequest(_("A zone needs the decision that names it."), _("Enter its number and date."))
    if not unit.exists_on(starts_on):
        raise InvalidRequest(
            _("%(unit)s does not exist on %(day)s.")
            % {"unit": unit.name, "day": starts_on.strftime("%d/%m/%Y")},
            _("Open the unit that exists then."),
        )
    # Two hands at once: the second waits here and then sees the zone that the first recorded.
    Unit.objects.select_for_update().get(pk=unit.pk)
    later = ZoneAssignment.objects.filter(unit=unit, starts_on__gte=starts_on).order_by("starts_on").first()
    if later is not None:
        raise InvalidRequest(
            _("A zone is recorded for %(unit)s from %(day)s already.")
            % {"unit": unit.name, "day": later.starts_on.strftime("%d/%m/%Y")},
            _("Enter a later day."),
        )
    earlier = ZoneAssignment.objects.filter(Q(ends_on=None) | Q(ends_on__gte=starts_on), unit=unit)
    earlier.update(ends_on=starts_on - timedelta(days=1))
    assignment = ZoneAssignment.objects.create(
        unit=unit, zone=zone, starts_on=starts_on, decision=nfc(decision.strip())
    )
    audit.record(
        Event.ZONE_SET,
        actor=actor,
        subject=unit,
        zone=zone,
        starts_on=starts_on.isoformat(),
        decision=assignment.decision,
    )
    return assignment


@service
def place_hold(
    *,
    subject: Unit | Household | Individual,
    starts_on: date,
    reason: str,
    ends_on: date | None = None,
    document: str = "",
    actor: Any = None,
) -> Hold:
    """Record that a unit, household or individual may not be honoured from a day, until a day if it is known."""
    check_can_place_hold(actor, subject if isinstance(subject, Unit) else subject.unit)
    if not isinstance(subject, Unit):
        check_is_current(subject)
    if not reason.strip():
        raise InvalidRequest(_("A hold needs its reason."), _("Say what is being considered or verified."))
    if ends_on is not None and ends_on < starts_on:
        raise InvalidRequest(_("The hold would end before it starts."), _("Correct one of the two days."))
    place = {Unit: "unit", Household: "household", Individual: "individual"}[type(subject)]
    hold = Hold.objects.create(
        **{place: subject},
        starts_on=starts_on,
        ends_on=ends_on,
        reason=nfc(reason.strip()),
        document=nfc(document.strip()),
    )
    audit.record(
        Event.HOLD_PLACED,
        actor=actor,
        subject=subject,
        hold=hold.pk,
        starts_on=starts_on.isoformat(),
        ends_on=ends_on.isoformat() if ends_on else None,
    )
    return hold


@service
def end_hold(*, hold: Hold, ends_on: date, document: str = "", actor: Any = None) -> None:
    """Record the last day of a hold, and the document that ended it where there is one."""
    subject: Any = hold.unit or hold.household or hold.individual
    check_can_place_hold(actor, hold.unit or subject.unit)
    hold = Hold.objects.select_for_update().get(pk=hold.pk)
    if hold.ends_on is not None and hold.ends_on < clock.today():
        raise InvalidRequest(
            _("The hold ended on %(day)s already.") % {"day": hold.ends_on.strftime("%d/%m/%Y")}
        )
    if ends_on < hold.starts_on:
        raise InvalidRequest(_("The hold would end before it starts."), _("Correct one of the two days."))
    hold.ends_on = ends_on
    added = nfc(document.strip())
    if added and added not in hold.document:
        hold.document = "; ".join(part for part in (hold.document, added) if part)
    if len(hold.document) > 160:
        raise InvalidRequest(
            _("The names of the documents are too long together."), _("Shorten the new one.")
        )
    hold.save(update_fields=["ends_on", "document"])
    audit.record(
        Event.HOLD_ENDED,
        actor=actor,
        subject=subject,
        hold=hold.pk,
        ends_on=ends_on.isoformat(),
    )
