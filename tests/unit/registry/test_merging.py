"""Two records become one: what the kept one takes, what stays, who may not, and what the log says."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date

import pytest

from core.exceptions import InvalidRequest, NotAllowed
from core.models import AuditEntry
from core.personal_numbers import digest
from registry.models import Household, HouseholdMember, HouseholdStatus, Individual
from registry.selectors.merging import MergedRecords, compare
from registry.services.members import add_member
from registry.services.merging import merge_households, merge_individuals
from registry.services.people import create_household, create_individual, update_household, update_individual
from registry.services.standing import place_hold
from tests.factories import Cast, make_cast

NUMBER, OTHER = "060200001234", "060200005678"
MEMBER = {"birth_year": 2001, "is_woman": None, "relationship_to_head": "child"}


@pytest.fixture
def cast(db: None, frozen_day: Callable[[date], None]) -> Cast:
    return make_cast()


def _household(
    cast: Cast, statuses: dict[int, str] | None = None, number: str = "", **facts: object
) -> Household:
    known = {"unit": cast.commune, "name": "Mang Thị Xuân", **facts}
    return create_household(facts=known, statuses=statuses, citizen_number=number)


def _merge(cast: Cast, kept: Household, dropped: Household, take: tuple[str, ...] = ()) -> Household:
    return merge_households(kept=kept, dropped=dropped, take=take, actor=cast["commune"])


def _standing(household: Household) -> dict[int, str]:
    return dict(household.statuses.values_list("year", "status"))


def test_what_the_kept_record_lacks_it_takes_by_itself(cast: Cast) -> None:
    kept = _household(cast, {2023: "poor"})
    dropped = _household(
        cast,
        {2021: "poor", 2022: "near_poor"},
        NUMBER,
        address="Tổ 4",
        is_minority=True,
        registration="registered",
        registered_on=date(2021, 3, 15),
    )
    add_member(household=dropped, facts={**MEMBER, "name": "Mang Văn Con"}, citizen_number=OTHER)

    kept = _merge(cast, kept, dropped)

    assert _standing(kept) == {2021: "poor", 2022: "near_poor", 2023: "poor"}
    assert (kept.address, kept.is_minority, kept.registered_on) == ("Tổ 4", True, date(2021, 3, 15))
    assert kept.citizen_number_digest == digest(NUMBER)
    assert kept.members.get().citizen_number_digest == digest(OTHER)


def test_the_merged_record_keeps_all_its_rows(cast: Cast) -> None:
    kept, dropped = _household(cast), _household(cast, {2021: "poor"}, NUMBER)
    add_member(household=dropped, facts={**MEMBER, "name": "Con"})
    hold = place_hold(subject=dropped, starts_on=date(2025, 1, 1), reason="Đang xác minh")

    _merge(cast, kept, dropped)

    dropped.refresh_from_db()
    hold.refresh_from_db()
    assert dropped.merged_into == kept
    assert dropped.merged_at is not None
    assert _standing(dropped) == {2021: "poor"}
    assert dropped.members.count() == 1
    assert dropped.citizen_number_digest == digest(NUMBER)
    assert hold.household == dropped


def test_where_both_have_a_value_the_chosen_side_counts(cast: Cast) -> None:
    kept = _household(
        cast, {2023: "poor", 2024: "poor"}, NUMBER, address="Tổ 3", policy_loan="good", policy_loan_source="A"
    )
    dropped = _household(
        cast, {2023: "near_poor", 2024: "average"}, OTHER, address="Tổ 4", policy_loan="bad", name="Mang Xuân"
    )
    difference = compare(kept, dropped)

    kept = _merge(cast, kept, dropped, ("number", "policy_loan", "year_2024"))

    assert difference.open_keys == {"name", "number", "address", "policy_loan", "year_2023", "year_2024"}
    assert (kept.name, kept.address) == ("Mang Thị Xuân", "Tổ 3")
    assert kept.citizen_number_digest == digest(OTHER)
    # Values that only make sense together come together: the other record named no document.
    assert (kept.policy_loan, kept.policy_loan_source) == ("bad", "")
    assert _standing(kept) == {2023: "poor", 2024: "average"}


def test_a_year_comes_with_its_document_and_day(cast: Cast) -> None:
    kept, dropped = _household(cast, {2023: "poor"}), _household(cast, {2023: "average"})
    dropped.statuses.update(document="12/QĐ-UBND", recognised_on=date(2023, 12, 1))

    kept = _merge(cast, kept, dropped, ("year_2023",))

    row = HouseholdStatus.objects.get(household=kept)
    assert (row.status, row.document, row.recognised_on) == ("average", "12/QĐ-UBND", date(2023, 12, 1))


def test_the_same_number_and_the_same_member_are_no_difference(cast: Cast) -> None:
    kept, dropped = _household(cast, number=NUMBER), _household(cast, number=NUMBER)
    for household, name in ((kept, "Mang Văn Con"), (dropped, "MANG VĂN CON")):
        add_member(household=household, facts={**MEMBER, "name": name})
    add_member(household=kept, facts={**MEMBER, "name": "Tên cũ"}, citizen_number=OTHER)
    add_member(household=dropped, facts={**MEMBER, "name": "Tên mới"}, citizen_number=OTHER)

    difference = compare(kept, dropped)

    assert difference.values == ()
    assert difference.new_members == ()


def test_differences_are_said_in_words_and_numbers_masked(cast: Cast) -> None:
    kept = _household(cast, number=NUMBER, is_minority=True, policy_loan="good")
    dropped = _household(cast, {2021: "poor"}, OTHER, is_minority=False, birth_year=1979)

    shown = {one.key: (one.kept, one.dropped) for one in compare(kept, dropped).values}

    assert shown["number"] == ("•••••••••234", "•••••••••678")
    assert shown["birth_year"] == ("", "1979")
    assert all(shown["is_minority"])
    assert shown["policy_loan"][1] == ""


def test_the_log_names_both_records_and_the_sides_but_no_values(cast: Cast) -> None:
    kept = _household(cast, {2022: "poor"}, NUMBER, address="Tổ 3")
    dropped = _household(cast, {2021: "poor", 2022: "average"}, OTHER, address="Tổ 4")

    _merge(cast, kept, dropped, ("address", "year_2022"))

    entry = AuditEntry.objects.order_by("-seq")[0]
    said = json.loads(entry.payload.content)
    assert (entry.event, entry.subject) == ("registry.household_merged", f"registry.household:{kept.pk}")
    assert said == {
        "merged": dropped.pk,
        "taken": ["address"],
        "years_taken": ["2022"],
        "years_added": [2021],
        "members_added": 0,
    }


def test_merging_again_moves_earlier_mergers_along(cast: Cast) -> None:
    first, second, third = (_household(cast) for _number in range(3))
    _merge(cast, second, first)
    second.refresh_from_db()

    _merge(cast, third, second)

    first.refresh_from_db()
    assert first.merged_into == third
    records = MergedRecords.read()
    assert records.same("household", first.pk) == [third.pk, first.pk, second.pk]
    assert records.same("individual", first.pk) == [first.pk]


@pytest.mark.parametrize("case", ["itself", "merged already", "unknown side", "another area"])
def test_what_cannot_be_merged_is_refused_and_changes_nothing(cast: Cast, case: str) -> None:
    kept, dropped = _household(cast), _household(cast)
    take: tuple[str, ...] = ()
    if case == "itself":
        dropped = kept
    elif case == "merged already":
        _merge(cast, _household(cast), dropped)
    elif case == "unknown side":
        take = ("address",)
    else:
        dropped = _household(cast, unit=cast.other_commune)

    with pytest.raises(NotAllowed if case == "another area" else InvalidRequest):
        _merge(cast, kept, dropped, take)

    kept.refresh_from_db()
    assert kept.merged_into is None


def test_a_merged_record_is_not_changed_any_more(cast: Cast) -> None:
    dropped = _household(cast)
    _merge(cast, _household(cast), dropped)
    dropped.refresh_from_db()
    facts = {"unit": dropped.unit, "name": "Tên khác"}

    for change in (
        lambda: update_household(household=dropped, facts=facts),
        lambda: add_member(household=dropped, facts={**MEMBER, "name": "Con"}),
        lambda: place_hold(subject=dropped, starts_on=date(2025, 1, 1), reason="x"),
    ):
        with pytest.raises(InvalidRequest):
            change()
    assert not HouseholdMember.objects.exists()


def test_individuals_merge_like_households(cast: Cast) -> None:
    kept, dropped = (
        create_individual(
            facts={
                "unit": cast.commune,
                "name": "Lê Văn Tám",
                "role": role,
                "is_woman": False,
                "position": place,
            }
        )
        for role, place in (("cadre", ""), ("civil_servant", "Phó Chủ tịch"))
    )

    kept = merge_individuals(kept=kept, dropped=dropped, take=("role",), actor=cast["district"])

    dropped.refresh_from_db()
    assert (kept.role, kept.position) == ("civil_servant", "Phó Chủ tịch")
    assert dropped.merged_into == kept
    assert AuditEntry.objects.order_by("-seq")[0].event == "registry.individual_merged"
    with pytest.raises(InvalidRequest):
        update_individual(individual=dropped, facts={"unit": dropped.unit, "name": "x"})
    assert list(Individual.objects.current()) == [kept]
