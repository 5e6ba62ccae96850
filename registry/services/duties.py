"""Duties of the movement that move from one body to another on a day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from core import audit
from core.exceptions import InvalidRequest
from core.services import service
from core.text import nfc
from registry.enums import Duty, UnitKind
from registry.events import Event
from registry.models import OfficeDuty, Unit
from registry.permissions import check_can_assign_duty


@service
def assign_standing_office(
    *, province: Unit, unit: Unit, starts_on: date, decision: str, actor: Any = None
) -> OfficeDuty:
    """Record which body is the province's standing office from a day on; the one before is until the day before.

    Raises ``InvalidRequest`` for a body that does not exist then, without a decision, or before a day that is
    recorded already.
    """
    check_can_assign_duty(actor, province)
    if province.kind != UnitKind.PROVINCE or unit.kind != UnitKind.AGENCY:
        raise InvalidRequest(_("The standing office is a body of the province."), _("Choose an agency."))
    if not decision.strip():
        raise InvalidRequest(
            _("A duty needs the decision that gives it."), _("Enter its number, date and issuer.")
        )
    if not unit.exists_on(starts_on):
        raise InvalidRequest(
            _("%(unit)s does not exist on %(day)s.")
            % {"unit": unit.name, "day": starts_on.strftime("%d/%m/%Y")},
            _("Choose another body or another day."),
        )
    # Two hands at once: the second waits here and then sees what the first recorded.
    Unit.objects.select_for_update().get(pk=province.pk)
    duties = OfficeDuty.objects.filter(province=province, duty=Duty.STANDING_OFFICE)
    later = duties.filter(starts_on__gte=starts_on).order_by("starts_on").first()
    if later is not None:
        raise InvalidRequest(
            _("A standing office is recorded from %(day)s already.")
            % {"day": later.starts_on.strftime("%d/%m/%Y")},
            _("Enter a later day."),
        )
    duties.on(starts_on).update(ends_on=starts_on - timedelta(days=1))
    duty = OfficeDuty.objects.create(
        duty=Duty.STANDING_OFFICE,
        province=province,
        unit=unit,
        starts_on=starts_on,
        decision=nfc(decision.strip())[:200],
    )
    audit.record(
        Event.DUTY_ASSIGNED,
        actor=actor,
        subject=unit,
        duty=str(duty.duty),
        province=province.key,
        starts_on=starts_on.isoformat(),
        decision=duty.decision,
    )
    return duty
