"""A merger taken back: each record has its own again, what was changed since stays, and who may not."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date

import pytest

from core.exceptions import InvalidRequest, NotAllowed
from core.models import AuditEntry
from core.personal_numbers import digest
from registry.models import DistinctHouseholds, Household, HouseholdMember, HouseholdStatus, Individual
from registry.selectors.duplicates import duplicate_keys
from registry.services.members import add_member
from registry.services.merging import merge_households, merge_individuals, undo_merger
from registry.services.people import create_household, create_individual, update_household
from tests.factories import Cast, make_cast

NUMBER = "060200001234"
MEMBER = {"birth_year": 2001, "is_woman": None, "relationship_to_head": "child"}


@pytest.fixture
def cast(db: None, frozen_day: Callable[[date], None]) -> Cast:
    return make_cast()


@pytest.fixture
def pair(cast: Cast) -> tuple[Household, Household]:
    """Two records of one name; the second has all that the first lacks, and another standing in 2023."""
    kept = create_household(
        facts={"unit": cast.commune, "name": "Mang Thị Xuân", "address": "Tổ 3"}, statuses={2023: "poor"}
    )
    dropped = create_household(
        facts={
            "unit": cast.commune,
            "name": "Mang Thị Xuân",
            "address": "Tổ 4",
            "registration": "registered",
            "registered_on": date(2021, 3, 15),
            "is_minority": True,
        },
        statuses={2021: "poor", 2023: "near_poor"},
        citizen_number=NUMBER,
    )
    add_member(household=dropped, facts={**MEMBER, "name": "Mang Văn Con"})
    return kept, dropped


def _state(household: Household) -> tuple[object, ...]:
    one = Household.objects.get(pk=household.pk)
    return (
        *(one.address, one.registration, one.registered_on, one.is_minority, one.citizen_number_digest),
        dict(one.statuses.values_list("year", "status")),
        list(one.members.values_list("name", flat=True)),
        one.merged_into_id,
    )


def _merge(cast: Cast, pair: tuple[Household, Household]) -> Household:
    kept, dropped = pair
    merge_households(kept=kept, dropped=dropped, take=("address", "year_2023"), actor=cast["commune"])
    dropped.refresh_from_db()
    return dropped


def test_each_record_has_its_own_again(cast: Cast, pair: tuple[Household, Household]) -> None:
    before = [_state(one) for one in pair]
    dropped = _merge(cast, pair)
    assert [_state(one) for one in pair] != before

    undone = undo_merger(dropped=dropped, actor=cast["commune"])

    assert undone.merged_into_id is None
    assert [_state(one) for one in pair] == before
    said = json.loads(AuditEntry.objects.order_by("-seq")[0].payload.content)
    assert said == {"unmerged": dropped.pk, "kept_as_changed_since": []}
    assert AuditEntry.objects.order_by("-seq")[0].event == "registry.household_unmerged"


def test_the_two_are_then_known_as_different(cast: Cast, pair: tuple[Household, Household]) -> None:
    assert len(duplicate_keys(Household, cast["commune"])) == 1

    undo_merger(dropped=_merge(cast, pair), actor=cast["commune"])

    assert DistinctHouseholds.objects.count() == 1
    assert duplicate_keys(Household, cast["commune"]) == []


def test_what_was_changed_since_stays(cast: Cast, pair: tuple[Household, Household]) -> None:
    kept, _dropped = pair
    dropped = _merge(cast, pair)
    kept.refresh_from_db()
    facts = {
        name: getattr(kept, name) for name in ("unit", "name", "is_minority", "registration", "registered_on")
    }
    update_household(
        household=kept, facts={**facts, "address": "Tổ 9"}, statuses={2021: "average"}, actor=cast["commune"]
    )

    undo_merger(dropped=dropped, actor=cast["commune"])

    kept.refresh_from_db()
    assert kept.address == "Tổ 9"
    assert dict(kept.statuses.values_list("year", "status")) == {2021: "average", 2023: "poor"}
    said = json.loads(AuditEntry.objects.order_by("-seq")[0].payload.content)
    assert said["kept_as_changed_since"] == ["address", "2021"]


def test_a_chain_is_taken_back_from_its_end(cast: Cast) -> None:
    first, second, third = (
        create_household(facts={"unit": cast.commune, "name": "Mang Thị Xuân"}) for _number in range(3)
    )
    merge_households(kept=second, dropped=first, actor=cast["commune"])
    merge_households(kept=third, dropped=second, actor=cast["commune"])
    first.refresh_from_db()
    second.refresh_from_db()

    with pytest.raises(InvalidRequest, match=second.code):
        undo_merger(dropped=first, actor=cast["commune"])
    undo_merger(dropped=second, actor=cast["commune"])
    first.refresh_from_db()
    assert first.merged_into_id == second.pk
    undo_merger(dropped=first, actor=cast["commune"])

    assert Household.objects.current().count() == 3


def test_mergers_from_before_nothing_was_kept_stay(cast: Cast, pair: tuple[Household, Household]) -> None:
    dropped = _merge(cast, pair)
    Household.objects.filter(pk=dropped.pk).update(merged_taken=None)
    dropped.refresh_from_db()

    with pytest.raises(InvalidRequest):
        undo_merger(dropped=dropped, actor=cast["commune"])

    dropped.refresh_from_db()
    assert dropped.merged_into_id is not None


def test_who_does_not_keep_the_records_takes_nothing_back(
    cast: Cast, pair: tuple[Household, Household]
) -> None:
    dropped = _merge(cast, pair)

    with pytest.raises(NotAllowed):
        undo_merger(dropped=dropped, actor=cast["auditor"])
    with pytest.raises(InvalidRequest):
        undo_merger(dropped=pair[0], actor=cast["commune"])


def test_individuals_as_well(cast: Cast) -> None:
    kept, dropped = (
        create_individual(
            facts={"unit": cast.commune, "name": "Lê Văn Tám", "position": position}, citizen_number=number
        )
        for position, number in (("", ""), ("Trưởng thôn", NUMBER))
    )
    merge_individuals(kept=kept, dropped=dropped, actor=cast["commune"])
    dropped.refresh_from_db()
    assert Individual.objects.get(pk=kept.pk).citizen_number_digest == digest(NUMBER)

    undo_merger(dropped=dropped, actor=cast["commune"])

    kept.refresh_from_db()
    assert (kept.position, kept.citizen_number_digest, kept.citizen_number_sealed) == ("", "", "")


def test_members_that_stood_there_before_stay(cast: Cast, pair: tuple[Household, Household]) -> None:
    add_member(household=pair[0], facts={**MEMBER, "name": "Mang Thị Ba"})

    undo_merger(dropped=_merge(cast, pair), actor=cast["commune"])

    assert list(HouseholdMember.objects.values_list("household_id", "name")) == [
        (pair[1].pk, "Mang Văn Con"),
        (pair[0].pk, "Mang Thị Ba"),
    ]
    assert HouseholdStatus.objects.count() == 3
