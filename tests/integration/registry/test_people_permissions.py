"""Who may do what with people's records: every new address and verb for every role."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from registry.models import DistinctHouseholds, Hold, Household, HouseholdMember, Individual
from registry.services.members import add_member
from registry.services.merging import merge_households
from registry.services.people import create_household, create_individual
from registry.services.standing import place_hold
from tests.conftest import PLAYED_DAY
from tests.factories import Cast, make_cast
from tests.shared_rows import rows_for_all

pytestmark = pytest.mark.walk

ClientOf = Callable[[str], Client]

ROLES = (
    *("commune", "district", "agency", "overseer", "reviewer", "lead", "standing_body", "auditor"),
    *("administrator", "outsider", "other_district", "nobody"),
)
KEEPERS = {"commune", "district", "reviewer", "lead"}
HOLDERS = {"reviewer", "lead", "standing_body"}
LOOKERS = {"commune", "district", "reviewer"}
# Other areas, an agency and the administrator do not see records of a commune at all.
OUTSIDE = {"agency", "administrator", "outsider", "other_district", "nobody"}
NUMBER, OLD_NUMBER = "060200001234", "260123456"


class Records:
    """A household with a member, a second one like it, an individual, and a hold on each kind."""

    def __init__(self, cast: Cast) -> None:
        unit = cast.commune
        self.unit = unit
        facts: dict[str, Any] = {"unit": unit, "name": "Mang Thị Xuân", "birth_year": 1979}
        self.household: Household = create_household(
            facts=facts, citizen_number=NUMBER, old_number=OLD_NUMBER
        )
        self.twin: Household = create_household(facts=facts)
        self.merged: Household = create_household(facts={**facts, "name": "Mang Thị Thu"})
        merge_households(kept=self.household, dropped=self.merged)
        self.member: HouseholdMember = add_member(
            household=self.household,
            facts={
                "name": "Mang Văn Con",
                "birth_year": 2001,
                "is_woman": False,
                "relationship_to_head": "child",
            },
            citizen_number="060200004321",
            old_number=OLD_NUMBER,
        )
        self.individual: Individual = create_individual(
            facts=facts, citizen_number=NUMBER, old_number=OLD_NUMBER
        )
        self.other: Individual = create_individual(facts=facts)
        self.holds: dict[str, Hold] = {
            kind: place_hold(subject=subject, starts_on=date(2025, 12, 1), reason="Đang xác minh")
            for kind, subject in (
                ("unit", unit),
                ("household", self.household),
                ("individual", self.individual),
            )
        }

    def address(self, name: str) -> str:
        """The address of one of the names in the table below."""
        one, two, member = self.household.pk, self.twin.pk, self.member.pk
        person, other = self.individual.pk, self.other.pk
        arguments: dict[str, list[int]] = {
            "household_merge": [one, two],
            "individual_merge": [person, other],
            "household_forget_apart": [one, two],
            "individual_forget_apart": [person, other],
            "household_unmerge": [self.merged.pk],
            "member_old_number": [one, member],
            "member_edit": [one, member],
            "member_remove": [one, member],
            "member_number": [one, member],
            "household_hold_end": [one, self.holds["household"].pk],
            "individual_hold_end": [person, self.holds["individual"].pk],
            "unit_holds": [self.unit.pk],
            "unit_hold_end": [self.unit.pk, self.holds["unit"].pk],
        }
        if name in arguments:
            keys = arguments[name]
        elif name in {
            "household_number",
            "household_old_number",
            "household_holds",
            "member_add",
            "household_detail",
            "household_edit",
        }:
            keys = [one]
        elif name in {
            "individual_number",
            "individual_old_number",
            "individual_holds",
            "individual_detail",
            "individual_edit",
        }:
            keys = [person]
        else:
            keys = []
        return reverse(f"registry:{name}", args=keys)

    def form(self, name: str) -> dict[str, Any]:
        """What a correct form of the address sends."""
        if name == "number_search":
            return {"number": NUMBER}
        if name.endswith("_tell_apart"):
            people = (
                (self.household, self.twin) if name.startswith("household") else (self.individual, self.other)
            )
            return {"record": [person.pk for person in people]}
        if name.endswith("_hold_end"):
            return {f"hold-{self.holds[name.removesuffix('_hold_end')].pk}-ends_on": "2025-12-14"}
        if name.endswith("_holds"):
            return {"reason": "Đang xem xét kỷ luật", "starts_on": "2025-12-10"}
        if name in {"member_add", "member_edit"}:
            return {"name": "Mang Văn Hai", "birth_year": "2001"}
        return {}


@pytest.fixture(scope="module")
def _kept(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Cast, Records]]:
    with rows_for_all(django_db_blocker, PLAYED_DAY, tmp_path_factory.mktemp("records")):
        cast = make_cast()
        yield cast, Records(cast)


@pytest.fixture
def people(_kept: tuple[Cast, Records], db: None, frozen_day: Callable[[date], None]) -> tuple[Cast, Records]:
    """The cast and its records, for this test alone."""
    return copy.deepcopy(_kept)


@pytest.fixture
def cast(people: tuple[Cast, Records]) -> Cast:
    return people[0]


@pytest.fixture
def records(people: tuple[Cast, Records]) -> Records:
    return people[1]


NOWHERE: set[str] = set()
ANYWHERE = KEEPERS | {"outsider", "other_district"}
ADDERS = ANYWHERE | {"agency"}
READ = [
    ("household_duplicates", ANYWHERE, NOWHERE),
    ("individual_duplicates", ADDERS, NOWHERE),
    ("household_merge", KEEPERS, OUTSIDE),
    ("individual_merge", KEEPERS, OUTSIDE),
    ("member_add", KEEPERS, OUTSIDE),
    ("member_edit", KEEPERS, OUTSIDE),
    ("household_holds", HOLDERS, OUTSIDE),
    ("individual_holds", HOLDERS, OUTSIDE),
    ("unit_holds", HOLDERS, OUTSIDE - {"administrator"}),
]
# Verbs answer 200 when they show something and 302 when they changed something.
VERBS = [
    ("household_number", LOOKERS, OUTSIDE, 200),
    ("individual_number", LOOKERS, OUTSIDE, 200),
    ("member_number", LOOKERS, OUTSIDE, 200),
    ("household_old_number", LOOKERS, OUTSIDE, 200),
    ("individual_old_number", LOOKERS, OUTSIDE, 200),
    ("member_old_number", LOOKERS, OUTSIDE, 200),
    ("household_forget_apart", KEEPERS, OUTSIDE, 302),
    ("individual_forget_apart", KEEPERS, OUTSIDE, 302),
    ("household_unmerge", KEEPERS, OUTSIDE, 302),
    ("number_search", ADDERS, NOWHERE, 200),
    ("household_merge", KEEPERS, OUTSIDE, 302),
    ("individual_merge", KEEPERS, OUTSIDE, 302),
    ("member_add", KEEPERS, OUTSIDE, 302),
    ("member_edit", KEEPERS, OUTSIDE, 302),
    ("member_remove", KEEPERS, OUTSIDE, 302),
    ("household_holds", HOLDERS, OUTSIDE, 302),
    ("individual_holds", HOLDERS, OUTSIDE, 302),
    ("unit_holds", HOLDERS, OUTSIDE - {"administrator"}, 302),
    ("household_hold_end", HOLDERS, OUTSIDE, 302),
    ("individual_hold_end", HOLDERS, OUTSIDE, 302),
    ("unit_hold_end", HOLDERS, OUTSIDE - {"administrator"}, 302),
]
POSTS_ONLY = [
    *("household_tell_apart", "individual_tell_apart", "household_forget_apart", "household_unmerge"),
    *("household_old_number", "individual_old_number", "member_old_number"),
    "household_number",
    "individual_number",
    "member_number",
    "number_search",
    "member_remove",
]


def _expected(role: str, allowed: set[str], unseen: set[str], answer: int) -> int:
    if role in unseen:
        return 404
    return answer if role in allowed else 403


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("name", "allowed", "unseen"), READ, ids=[row[0] for row in READ])
def test_who_opens_which_page(
    client_of: ClientOf, records: Records, role: str, name: str, allowed: set[str], unseen: set[str]
) -> None:
    response = client_of(role).get(records.address(name))

    assert response.status_code == _expected(role, allowed, unseen, 200)
    assert response.content.decode().count("<h1") == 1


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("name", "allowed", "unseen", "answer"), VERBS, ids=[row[0] for row in VERBS])
def test_who_may_use_which_verb(
    client_of: ClientOf,
    records: Records,
    role: str,
    name: str,
    allowed: set[str],
    unseen: set[str],
    answer: int,
) -> None:
    response = client_of(role).post(records.address(name), records.form(name))

    assert response.status_code == _expected(role, allowed, unseen, answer)


@pytest.mark.parametrize("role", ROLES)
def test_keepers_see_the_last_digits_and_those_who_may_look_the_button(
    client_of: ClientOf, records: Records, role: str
) -> None:
    response = client_of(role).get(records.address("household_detail"))

    text = response.content.decode()
    assert response.status_code == (404 if role in OUTSIDE else 200)
    assert ("•••••••••234" in text) == (role in KEEPERS)
    assert (records.address("household_number") in text) == (role in LOOKERS)


@pytest.mark.parametrize("role", sorted(set(ROLES) - OUTSIDE))
def test_only_the_desks_that_record_holds_read_the_reason(
    client_of: ClientOf, records: Records, role: str
) -> None:
    client = client_of(role)

    for name in ("household_detail", "individual_detail"):
        text = client.get(records.address(name)).content.decode()
        assert ("Đang xác minh" in text) == (role in HOLDERS)
        assert "01/12/2025" in text
    text = client.get(records.unit.get_absolute_url()).content.decode()
    assert ("Đang xác minh" in text) == (role in HOLDERS)
    assert (records.address("unit_holds") in text) == (role in HOLDERS)


def test_an_agency_looks_at_its_own_people(client_of: ClientOf, cast: Cast) -> None:
    person = create_individual(facts={"unit": cast.agency, "name": "Lê Thị Hội"}, citizen_number=NUMBER)

    response = client_of("agency").post(reverse("registry:individual_number", args=[person.pk]))

    assert "060 200 001 234" in response.content.decode()


@pytest.mark.parametrize("name", POSTS_ONLY)
def test_looks_and_removals_are_never_followed_as_links(
    client_of: ClientOf, records: Records, name: str
) -> None:
    assert client_of("commune").get(records.address(name)).status_code == 405


@pytest.mark.parametrize("role", ROLES)
def test_records_are_told_apart_by_those_who_keep_them(
    client_of: ClientOf, records: Records, role: str
) -> None:
    name = "household_tell_apart"

    response = client_of(role).post(records.address(name), records.form(name))

    assert response.status_code == (302 if role in ANYWHERE else 403)
    assert DistinctHouseholds.objects.count() == (1 if role in KEEPERS else 0)
