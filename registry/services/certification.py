"""Each season: asking the districts for their lists, confirming one, looking at who left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import audit, clock
from core.exceptions import InvalidRequest, StaleState
from core.models import User
from core.services import service
from core.text import nfc
from registry.events import Event
from registry.models import Account, Certification, CertificationCall, CertifiedPerson, Unit
from registry.permissions_accounts import (
    check_can_call_certification,
    check_can_certify,
    check_can_change_access,
)
from registry.selectors.accounts import departures
from registry.selectors.certification import people_of


@dataclass(frozen=True)
class PersonAnswer:
    """What is said of one person: still right, or no longer, and why."""

    is_right: bool
    note: str = ""


@service
def call_for_lists(*, province: Unit, due_on: date, actor: Any) -> CertificationCall:
    """Ask every district of the province, and its lead, to confirm their lists of people by a day.

    Raises ``InvalidRequest`` for a day that has passed, ``StaleState`` when it was asked for today.
    """
    check_can_call_certification(actor, province)
    if due_on < clock.today():
        raise InvalidRequest(_("The day has passed."), _("Give the districts a day to come."))
    try:
        with transaction.atomic():
            call = CertificationCall.objects.create(
                province=province, called_on=clock.today(), due_on=due_on, created_by=actor
            )
    except IntegrityError as error:
        raise StaleState(_("The lists were asked for today already.")) from error
    audit.record(Event.LISTS_CALLED, actor=actor, subject=province, due_on=due_on.isoformat())
    return call


@service
def confirm_list(
    *, call: CertificationCall, unit: Unit, answers: Mapping[int, PersonAnswer], actor: User
) -> Certification:
    """Confirm a unit's list: an answer for each of its people. Nobody's access changes by it.

    Raises ``InvalidRequest`` where a person has no answer, as somebody joined meanwhile, and
    ``StaleState`` when a colleague confirmed it first.
    """
    check_can_certify(actor, unit)
    people = [account.user_id for account in people_of(unit)]
    lacking = set(people) - answers.keys()
    if lacking:
        raise InvalidRequest(
            _("Somebody on the list has no answer yet."), _("Choose “still right” or “no longer” for each.")
        )
    try:
        with transaction.atomic():
            given = Certification.objects.create(
                call=call, unit=unit, confirmed_by=actor, confirmed_at=clock.now()
            )
    except IntegrityError as error:
        raise StaleState(_("A colleague has confirmed this list already.")) from error
    CertifiedPerson.objects.bulk_create(
        CertifiedPerson(
            certification=given,
            user_id=key,
            is_right=answers[key].is_right,
            note=nfc(answers[key].note.strip())[:200],
        )
        for key in people
    )
    left = sorted(key for key in people if not answers[key].is_right)
    audit.record(Event.LIST_CONFIRMED, actor=actor, subject=unit, people=len(people), left=left)
    return given


@service
def settle_departure(*, account: Account, actor: User) -> None:
    """Say that what a district wrote of a person was looked at; roles and access are changed by their own verbs.

    Raises ``StaleState`` when nothing of the kind waits.
    """
    check_can_change_access(actor, account)
    if not departures().filter(user=account.user_id).update(settled_at=clock.now()):
        raise StaleState(_("Nobody says of this person that they left, or it was looked at before."))
    audit.record(Event.DEPARTURE_SETTLED, actor=actor, subject=account.user)
