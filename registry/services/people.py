"""Households and individuals: entered and corrected, with the facts that the rulebook asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import audit
from core.exceptions import InvalidRequest, StaleState
from core.services import service
from registry.enums import Registration
from registry.events import Event
from registry.models import Household, HouseholdStatus, Individual
from registry.permissions import check_can_edit_household, check_can_edit_individual
from registry.permissions_people import check_is_current
from registry.review_days import default_recognised_on
from registry.selectors.codes import code_lead, code_of, last_number
from registry.services.apart import keep_apart
from registry.services.facts import set_facts, tidied
from registry.services.numbers import NumberChanges

# In the order in which forms ask for them.
HOUSEHOLD_FIELDS = (
    "name",
    "birth_year",
    "unit",
    "address",
    "is_minority",
    "registration",
    "registered_on",
    "policy_loan",
    "policy_loan_source",
    "policy_loan_confirmed_on",
    "note",
)
INDIVIDUAL_FIELDS = ("name", "birth_year", "unit", "position", "role", "is_woman", "note")
_ATTEMPTS = 5

P = TypeVar("P", Household, Individual)


@service
def create_household(
    *,
    facts: Mapping[str, Any],
    statuses: Mapping[int, str] | None = None,
    actor: Any = None,
    code: str = "",
    recognised_on: Mapping[int, date] | None = None,
    citizen_number: str | None = None,
    old_number: str | None = None,
    different_from: Sequence[Household] = (),
) -> Household:
    """Enter a household under its commune or village, with its standing by year and its head's citizen number.

    Gives it the next code of the commune when none is given. `recognised_on` may name the day on which a year's
    standing was recognised; `different_from` are records that look like it and were found to be others'. Raises ``NotAllowed`` or ``InvalidRequest``.
    """
    check_can_edit_household(actor, facts["unit"])
    household = Household(**tidied(facts, HOUSEHOLD_FIELDS))
    NumberChanges(citizen_number, old_number).put(household)
    _check_registration(household)
    _save_with_code(household, code, "H")
    changes = _set_statuses(household, statuses or {}, recognised_on or {})
    audit.record(
        Event.HOUSEHOLD_CREATED,
        actor=actor,
        subject=household,
        unit=household.unit_id,
        code=household.code,
        statuses=changes,
        **_told_apart(household, different_from, actor),
    )
    return household


@service
def update_household(
    *,
    household: Household,
    facts: Mapping[str, Any],
    statuses: Mapping[int, str] | None = None,
    actor: Any = None,
    recognised_on: Mapping[int, date] | None = None,
    citizen_number: str | None = None,
    old_number: str | None = None,
    different_from: Sequence[Household] = (),
) -> Household:
    """Correct a household's facts and standing; a year left empty in `statuses` loses its standing.

    `citizen_number`, `old_number`: None keeps what is recorded, an empty text takes it away.
    """
    check_can_edit_household(actor, household.unit)
    check_can_edit_household(actor, facts["unit"])
    check_is_current(household)
    changed = set_facts(household, facts, HOUSEHOLD_FIELDS)
    changed += NumberChanges(citizen_number, old_number).put(household)
    _check_registration(household)
    household.save()
    changes = _set_statuses(household, statuses or {}, recognised_on or {})
    apart = _told_apart(household, different_from, actor)
    if changed or changes or apart:
        audit.record(
            Event.HOUSEHOLD_CHANGED, actor=actor, subject=household, fields=changed, statuses=changes, **apart
        )
    else:
        audit.nothing_changed()
    return household


@service
def create_individual(
    *,
    facts: Mapping[str, Any],
    actor: Any = None,
    code: str = "",
    citizen_number: str | None = None,
    old_number: str | None = None,
    different_from: Sequence[Individual] = (),
) -> Individual:
    """Enter a person where they work or live, with the next code there when none is given."""
    check_can_edit_individual(actor, facts["unit"])
    individual = Individual(**tidied(facts, INDIVIDUAL_FIELDS))
    NumberChanges(citizen_number, old_number).put(individual)
    _save_with_code(individual, code, "C")
    audit.record(
        Event.INDIVIDUAL_CREATED,
        actor=actor,
        subject=individual,
        unit=individual.unit_id,
        code=individual.code,
        **_told_apart(individual, different_from, actor),
    )
    return individual


@service
def update_individual(
    *,
    individual: Individual,
    facts: Mapping[str, Any],
    actor: Any = None,
    citizen_number: str | None = None,
    old_number: str | None = None,
    different_from: Sequence[Individual] = (),
) -> Individual:
    """Correct a person's facts. The two numbers: None keeps what is recorded, an empty text takes it away."""
    check_can_edit_individual(actor, individual.unit)
    check_can_edit_individual(actor, facts["unit"])
    check_is_current(individual)
    changed = set_facts(individual, facts, INDIVIDUAL_FIELDS)
    changed += NumberChanges(citizen_number, old_number).put(individual)
    apart = _told_apart(individual, different_from, actor)
    if not changed and not apart:
        audit.nothing_changed()
        return individual
    individual.save()
    audit.record(Event.INDIVIDUAL_CHANGED, actor=actor, subject=individual, fields=changed, **apart)
    return individual


def _told_apart(
    person: Household | Individual, others: Sequence[Household | Individual], actor: Any
) -> dict[str, list[int]]:
    """Remember from whom the record was told apart; what the log says of it."""
    told = keep_apart(person, others, actor)
    return {"told_apart": told} if told else {}


def _check_registration(household: Household) -> None:
    registered = household.registration == Registration.REGISTERED
    if registered and household.registered_on is None:
        raise InvalidRequest(
            _("A registration needs its day."), _("Enter the day on which the household registered.")
        )
    if not registered and household.registered_on is not None:
        raise InvalidRequest(
            _("A day of registration is entered, but the household is not marked as registered."),
            _("Mark it as registered, or clear the day."),
        )


def _save_with_code(thing: P, code: str, letter: str) -> None:
    """Save under the given code, or under the next free one of its unit; two hands at once get two codes."""
    if code:
        thing.code = code
        thing.save()
        return
    lead = code_lead(letter, thing.unit.pk, thing.unit.gso_code)
    for attempt in range(1, _ATTEMPTS + 1):
        thing.code = code_of(lead, last_number(type(thing), lead) + attempt)
        try:
            with transaction.atomic():
                thing.save()
        except IntegrityError:
            continue
        return
    raise StaleState(
        _("Other people are entering records for this unit just now."), _("Save again in a moment.")
    )


def _set_statuses(
    household: Household, statuses: Mapping[int, str], recognised_on: Mapping[int, date]
) -> list[dict[str, Any]]:
    """Record, change or remove the standing of the years given; what changed, for the log."""
    standing = {status.year: status for status in household.statuses.all()}
    changes: list[dict[str, Any]] = []
    for year, status in sorted(statuses.items()):
        row = standing.get(year)
        if (row.status if row else "") == status:
            continue
        if not status and row:
            row.delete()
        elif row:
            row.status = status
            row.save(update_fields=["status"])
        else:
            HouseholdStatus.objects.create(
                household=household,
                year=year,
                status=status,
                recognised_on=recognised_on.get(year) or default_recognised_on(year),
            )
        changes.append({"year": year, "old": row.status if row and not status else "", "new": status})
    return changes
