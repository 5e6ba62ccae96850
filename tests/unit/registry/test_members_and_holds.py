"""Members of households, citizen numbers and the end of holds: the services by themselves."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from core.exceptions import InvalidRequest, NotAllowed
from core.models import AuditEntry
from core.personal_numbers import digest
from registry.models import Hold, Household, HouseholdMember
from registry.services.members import add_member, remove_member, update_member
from registry.services.numbers import see_number
from registry.services.people import update_household
from registry.services.standing import end_hold, place_hold
from tests.factories import Cast, HouseholdFactory, make_cast

NUMBER = "060200001234"
FACTS = {"name": "Mang  Văn Con", "birth_year": 2001, "is_woman": True, "relationship_to_head": "child"}


@pytest.fixture
def cast(db: None, frozen_day: Callable[[date], None]) -> Cast:
    return make_cast()


@pytest.fixture
def household(cast: Cast) -> Household:
    found: Household = HouseholdFactory(unit=cast.commune)
    return found


def _last() -> tuple[str, str, dict[str, object]]:
    entry = AuditEntry.objects.order_by("-seq")[0]
    return entry.event, entry.subject, json.loads(entry.payload.content)


def test_members_are_added_corrected_and_removed_with_a_trace(cast: Cast, household: Household) -> None:
    subject = f"registry.household:{household.pk}"

    member = add_member(household=household, facts=FACTS, citizen_number=NUMBER, actor=cast["commune"])
    assert member.name == "Mang Văn Con"
    assert _last() == ("registry.member_added", subject, {"member": member.pk})

    changed = {**FACTS, "birth_year": 2002}
    update_member(member=member, facts=changed, citizen_number="", actor=cast["commune"])
    member.refresh_from_db()
    assert (member.birth_year, member.citizen_number_digest) == (2002, "")
    assert _last()[2] == {"member": member.pk, "fields": ["birth_year", "citizen_number"]}

    before = AuditEntry.objects.count()
    update_member(member=member, facts=changed, actor=cast["commune"])
    assert AuditEntry.objects.count() == before

    removed = member.pk
    remove_member(member=member, actor=cast["commune"])
    assert not HouseholdMember.objects.exists()
    assert _last() == ("registry.member_removed", subject, {"member": removed})


@pytest.mark.parametrize(
    "who", ["agency", "overseer", "standing_body", "auditor", "administrator", "outsider"]
)
def test_others_keep_no_members_and_no_numbers(cast: Cast, household: Household, who: str) -> None:
    member = add_member(household=household, facts=FACTS)

    for change in (
        lambda: add_member(household=household, facts=FACTS, actor=cast[who]),
        lambda: update_member(member=member, facts=FACTS, actor=cast[who]),
        lambda: remove_member(member=member, actor=cast[who]),
        lambda: record_number(household, NUMBER, cast[who]),
        lambda: see_number(person=member, actor=cast[who]),
    ):
        with pytest.raises(NotAllowed):
            change()


def record_number(household: Household, text: str, actor: Any = None) -> None:
    facts = {"unit": household.unit, "name": household.name}
    update_household(household=household, facts=facts, citizen_number=text, actor=actor)


def test_numbers_are_recorded_and_removed_by_the_service(cast: Cast, household: Household) -> None:
    record_number(household, "060 200 001 234", cast["commune"])
    household.refresh_from_db()
    assert household.citizen_number_digest == digest(NUMBER)
    said = {"fields": ["citizen_number"], "statuses": []}
    assert _last() == ("registry.household_changed", f"registry.household:{household.pk}", said)

    before = AuditEntry.objects.count()
    record_number(household, NUMBER, cast["commune"])
    assert AuditEntry.objects.count() == before

    record_number(household, "", cast["commune"])
    household.refresh_from_db()
    assert household.citizen_number_sealed == ""
    assert _last()[2] == said


def test_the_command_line_looks_at_no_number(household: Household) -> None:
    record_number(household, NUMBER)

    with pytest.raises(NotAllowed):
        see_number(person=household, actor=None)


def _hold(cast: Cast, ends_on: date | None = None, document: str = "") -> Hold:
    hold: Hold = place_hold(
        subject=cast.commune,
        starts_on=date(2025, 12, 1),
        ends_on=ends_on,
        reason="Đang xác minh",
        document=document,
        actor=cast["reviewer"],
    )
    return hold


def test_ending_a_hold_keeps_both_documents_and_leaves_an_entry(cast: Cast) -> None:
    hold = _hold(cast, document="12/TB-TTr")

    end_hold(hold=hold, ends_on=date(2025, 12, 14), document="15/KL-TTr", actor=cast["standing_body"])

    hold.refresh_from_db()
    assert (hold.ends_on, hold.document) == (date(2025, 12, 14), "12/TB-TTr; 15/KL-TTr")
    assert _last() == (
        "registry.hold_ended",
        f"registry.unit:{cast.commune.pk}",
        {"hold": hold.pk, "ends_on": "2025-12-14"},
    )


@pytest.mark.parametrize(
    ("ended", "ends_on", "document"),
    [
        (date(2025, 12, 10), date(2025, 12, 14), ""),
        (None, date(2025, 11, 30), ""),
        (None, date(2025, 12, 14), "x" * 80),
    ],
    ids=["ended already", "before it starts", "too many words"],
)
def test_a_wrong_end_is_refused(cast: Cast, ended: date | None, ends_on: date, document: str) -> None:
    hold = _hold(cast, ended, "y" * 100)

    with pytest.raises(InvalidRequest):
        end_hold(hold=hold, ends_on=ends_on, document=document, actor=cast["reviewer"])

    hold.refresh_from_db()
    assert (hold.ends_on, hold.document) == (ended, "y" * 100)


def test_a_future_end_may_be_moved(cast: Cast) -> None:
    hold = _hold(cast, date(2026, 3, 1))

    end_hold(hold=hold, ends_on=date(2025, 12, 31), actor=cast["reviewer"])

    hold.refresh_from_db()
    assert hold.ends_on == date(2025, 12, 31)


@pytest.mark.parametrize("who", ["commune", "district", "agency", "overseer", "auditor", "administrator"])
def test_others_end_no_hold(cast: Cast, who: str) -> None:
    hold = _hold(cast)

    with pytest.raises(NotAllowed):
        end_hold(hold=hold, ends_on=date(2025, 12, 14), actor=cast[who])
