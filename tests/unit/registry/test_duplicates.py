"""Likely duplicates: blind to how a name is written, awake to communes that changed, silent about other areas."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from core.personal_numbers import digest, seal
from core.text import fold
from registry.enums import UnitKind
from registry.models import Household, HouseholdMember, Individual, Unit
from registry.selectors.duplicates import Sought, duplicate_keys, find_duplicates, load_groups
from tests.factories import (
    Cast,
    HouseholdFactory,
    IndividualFactory,
    UnitFactory,
    UnitSuccessionFactory,
    make_cast,
)

NAME = "Trần Thị Thúy Hòa"
NUMBER = "060200001234"
# Two writings of one name: where the tone of oa and uy stands is a habit of the keyboard.
OTHER_TONES = "Trần Thị Thuý Hoà"


@pytest.fixture
def cast(db: None, frozen_day: Callable[[date], None]) -> Cast:
    return make_cast()


def _village(cast: Cast, name: str = "Thôn 1") -> Unit:
    return UnitFactory(kind=UnitKind.VILLAGE, name=name, parent=cast.commune)


def _numbered(person: Household | Individual) -> None:
    person.citizen_number_digest, person.citizen_number_sealed = digest(NUMBER), seal(NUMBER)
    person.save()


def _codes(cast: Cast, sought: Sought, who: str = "commune") -> list[str]:
    found = find_duplicates(Household, sought, user=cast[who])
    return [match.person.code for match in found.seen]


@st.composite
def writings(draw: st.DrawFn) -> str:
    """Any way of typing the name: form of its letters, place of tones, case, spaces."""
    name = draw(st.sampled_from([NAME, OTHER_TONES]))
    name = unicodedata.normalize(draw(st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"])), name)
    name = draw(st.sampled_from([str.upper, str.lower, str.title, str]))(name)
    gap = draw(st.sampled_from([" ", "  ", "\u00a0", " \t"]))
    return draw(st.sampled_from(["", " "])) + gap.join(name.split()) + draw(st.sampled_from(["", " "]))


@pytest.mark.slow  # It searches the database for forty writings.
def test_a_name_is_found_however_it_is_written(cast: Cast) -> None:
    household = HouseholdFactory(unit=cast.commune, name=NAME, birth_year=1970)

    @settings(max_examples=40, deadline=None)
    @given(writings())
    def found(written: str) -> None:
        assert _codes(cast, Sought(written, 1970, cast.commune)) == [household.code]

    found()


@given(writings(), writings())
def test_two_writings_of_a_name_are_stored_under_one_key(first: str, second: str) -> None:
    keys = []
    for written in (first, second):
        household = Household(name=written)
        household.fill_stored_columns()
        keys.append(household.name_folded)

    assert keys[0] == keys[1] == fold(NAME)


@pytest.mark.parametrize(
    ("recorded", "typed", "alike"),
    [(1970, 1970, True), (1970, 1971, False), (None, 1970, True), (1970, None, True), (None, None, True)],
)
def test_years_of_birth_part_people_when_both_are_known(
    cast: Cast, recorded: int | None, typed: int | None, alike: bool
) -> None:
    household = HouseholdFactory(unit=cast.commune, name=NAME, birth_year=recorded)

    assert _codes(cast, Sought(NAME, typed, cast.commune)) == ([household.code] if alike else [])


def test_villages_stand_for_their_commune_and_other_communes_do_not(cast: Cast) -> None:
    here = HouseholdFactory(unit=_village(cast), name=NAME)
    HouseholdFactory(unit=cast.other_commune, name=NAME)
    HouseholdFactory(unit=UnitFactory(name="Xã Phan Sơn", parent=cast.district), name=NAME)

    assert _codes(cast, Sought(NAME, None, _village(cast, "Thôn 2")), "district") == [here.code]


def test_a_merged_commune_knows_the_people_of_those_before_it(cast: Cast) -> None:
    old = UnitFactory(name="Xã Cũ", parent=cast.district, valid_until=date(2024, 11, 30))
    UnitSuccessionFactory(predecessor=old, successor=cast.commune)
    before = HouseholdFactory(unit=UnitFactory(kind=UnitKind.VILLAGE, parent=old), name=NAME)

    assert _codes(cast, Sought(NAME, None, cast.commune)) == [before.code]

    # The other way round too: a correction of the old record finds the new one.
    after = HouseholdFactory(unit=cast.commune, name=NAME)
    assert after.code in _codes(cast, Sought(NAME, None, old))
    assert [len(group.pks) for group in duplicate_keys(Household, cast["commune"])] == [2]


def test_the_same_number_is_found_anywhere_and_shown_only_inside_the_area(cast: Cast) -> None:
    _numbered(HouseholdFactory(unit=cast.other_commune, name="Một người khác"))

    found = find_duplicates(Household, Sought(NAME, None, cast.commune, digest(NUMBER)), user=cast["commune"])

    assert found
    assert found.seen == ()
    assert [match.office for match in found.unseen] == ["Huyện Tuy Phong"]


@pytest.mark.parametrize("model", [Household, Individual])
def test_where_there_is_no_district_the_commune_or_agency_is_asked(
    cast: Cast, model: type[Household] | type[Individual]
) -> None:
    alone = UnitFactory(name="Đặc khu Phú Quý", parent=cast.province)
    _numbered(HouseholdFactory(unit=alone))
    _numbered(IndividualFactory(unit=cast.agency))

    found = find_duplicates(model, Sought(NAME, None, cast.commune, digest(NUMBER)), user=cast["commune"])

    office = "Đặc khu Phú Quý" if model is Household else cast.agency.name
    assert [(match.office, match.reason) for match in found.unseen] == [(office, "number")]
    assert str(found.unseen[0].reason_words)


def test_a_number_may_be_a_members_of_another_household(cast: Cast) -> None:
    other = HouseholdFactory(unit=cast.commune)
    HouseholdMember(
        household=other, name="Con", citizen_number_digest=digest(NUMBER), citizen_number_sealed=seal(NUMBER)
    ).save()

    found = find_duplicates(Household, Sought(NAME, None, cast.commune, digest(NUMBER)), user=cast["commune"])

    assert [(match.person, match.reason) for match in found.seen] == [(other, "member")]


def test_merged_records_and_the_record_itself_are_no_duplicates(cast: Cast) -> None:
    kept = HouseholdFactory(unit=cast.commune, name=NAME)
    HouseholdFactory(unit=cast.commune, name=NAME, merged_into=kept, merged_at=kept.created_at)
    sought = Sought(NAME, None, cast.commune)

    assert _codes(cast, sought) == [kept.code]
    assert not find_duplicates(Household, sought, user=cast["commune"], leaving_out=kept.pk)
    assert duplicate_keys(Household, cast["commune"]) == []


def test_a_name_without_letters_finds_nobody(cast: Cast) -> None:
    HouseholdFactory(unit=cast.commune, name="...")

    assert not find_duplicates(Household, Sought("!!!", None, cast.commune), user=cast["commune"])


def test_the_mark_changes_with_what_was_found(cast: Cast) -> None:
    sought = Sought(NAME, None, cast.commune)
    HouseholdFactory(unit=cast.commune, name=NAME)
    first = find_duplicates(Household, sought, user=cast["commune"]).mark
    again = find_duplicates(Household, sought, user=cast["reviewer"]).mark
    HouseholdFactory(unit=cast.commune, name=NAME)

    assert first == again != find_duplicates(Household, sought, user=cast["commune"]).mark


def test_groups_are_parted_by_years_unless_one_is_unknown(cast: Cast) -> None:
    for year in (1970, 1970, 1980):
        HouseholdFactory(unit=cast.commune, name=NAME, birth_year=year)
    assert [len(group.pks) for group in duplicate_keys(Household, cast["commune"])] == [2]

    HouseholdFactory(unit=cast.commune, name=OTHER_TONES.upper())

    assert [len(group.pks) for group in duplicate_keys(Household, cast["commune"])] == [4]


def test_groups_of_one_number_stand_first_and_hold_their_reason(cast: Cast) -> None:
    HouseholdFactory(unit=cast.commune, name=NAME)
    HouseholdFactory(unit=cast.commune, name=NAME)
    for place in (cast.commune, cast.other_commune):
        _numbered(HouseholdFactory(unit=place))

    groups = load_groups(Household, duplicate_keys(Household, cast["reviewer"]))

    assert [group.reason for group in groups] == ["number", "name"]
    assert all(str(group.reason_words) for group in groups)
    assert [len(group.people) for group in groups] == [2, 2]
    assert [key.reason for key in duplicate_keys(Household, cast["commune"])] == ["name"]


@pytest.mark.parametrize("count", [1, 30])
def test_looking_for_duplicates_costs_the_same_for_many(cast: Cast, count: int) -> None:
    for _number in range(count):
        HouseholdFactory(unit=cast.commune, name=NAME)
        _numbered(HouseholdFactory(unit=cast.other_commune))
    sought = Sought(NAME, None, cast.commune, digest(NUMBER))

    with CaptureQueriesContext(
        connection,
    ) as queries:
        find_duplicates(Household, sought, user=cast["commune"])

    # Numbers, members' numbers, links between units, names, offices; the reader's roles and area.
    assert len(queries) == 7, [query["sql"][:90] for query in queries]
