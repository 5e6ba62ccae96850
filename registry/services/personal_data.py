"""Requests about personal data and breaches: recorded with their term, answered, closed with what was done."""

from datetime import datetime
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from core import audit, clock
from core.exceptions import InvalidRequest, StaleState
from core.services import service
from core.terms import deadlines
from core.text import nfc
from registry.enums import DataCaseKind
from registry.events import Event
from registry.models import DataCase
from registry.permissions_personal_data import RECORDERS, check_can_close_case, check_can_record_case
from registry.selectors.personal_data import province_of


@service
def record_case(*, kind: str, began_at: datetime, about: str, text: str, actor: Any) -> DataCase:
    """A request or breach whose clock runs from `began_at`, by the terms in force on that day.

    Raises InvalidRequest for a moment that is still to come, or from before there were terms.
    """
    check_can_record_case(actor, kind)
    if began_at > clock.now():
        raise InvalidRequest(_("This moment is still to come."), _("Enter when it was received or noticed."))
    day = localtime(began_at).date()
    term = deadlines()["breach" if kind == DataCaseKind.BREACH else "request"].on(day)
    if term is None:
        raise InvalidRequest(
            _("There were no terms for such matters on this day."),
            _("Check the year of the day that you entered."),
        )
    first = None if kind == DataCaseKind.BREACH else deadlines()["first_answer"].on(day)
    case = DataCase.objects.create(
        kind=kind,
        province=province_of(actor, *RECORDERS[DataCaseKind(kind)]),
        began_at=began_at,
        about=nfc(about),
        text=nfc(text),
        first_due_at=first.after(began_at) if first else None,
        due_at=term.after(began_at),
        recorded_by=actor,
        recorded_at=clock.now(),
    )
    audit.record(
        Event.DATA_CASE_RECORDED, actor=actor, subject=case, kind=str(kind), due_at=case.due_at.isoformat()
    )
    return case


@service
def acknowledge_case(*, case: DataCase, actor: Any) -> None:
    """Record that whoever asked got a first answer. Raises StaleState when that is recorded already."""
    check_can_record_case(actor, case.kind)
    changed = DataCase.objects.filter(pk=case.pk, acknowledged_at=None, closed_at=None).exclude(
        first_due_at=None
    )
    if not changed.update(acknowledged_at=clock.now()):
        raise StaleState(_("The first answer is recorded already, or none is due."))
    audit.record(Event.DATA_CASE_ACKNOWLEDGED, actor=actor, subject=case)


@service
def close_case(*, case: DataCase, result: str, outcome: str, actor: Any) -> None:
    """Record what was done; the clock stops. Raises StaleState when somebody else closed it."""
    check_can_close_case(actor, case.kind)
    now = clock.now()
    changed = DataCase.objects.filter(pk=case.pk, closed_at=None).update(
        result=result, outcome=nfc(outcome), closed_at=now, closed_by=actor
    )
    if not changed:
        raise StaleState(_("This matter is closed already."), _("Open its page again to see by whom."))
    audit.record(
        Event.DATA_CASE_CLOSED, actor=actor, subject=case, result=str(result), in_time=now <= case.due_at
    )
