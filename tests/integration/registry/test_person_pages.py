"""The pages of a household and an individual: what they tell, and their small forms."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from nominations.enums import Status
from registry.models import Hold, Household, HouseholdMember, HouseholdStatus
from registry.services.people import create_household
from tests.factories import Cast, IndividualFactory, dossier_at

ClientOf = Callable[[str], Client]


def _household(cast: Cast, **facts: object) -> Household:
    return create_household(facts={"unit": cast.commune, "name": "Mang Thị Xuân", **facts})


def test_a_household_page_tells_its_story(cast: Cast, client_of: ClientOf) -> None:
    household = _household(
        cast, address="Tổ 3", is_minority=True, policy_loan="good", policy_loan_source="12/NHCS",
        policy_loan_confirmed_on="2025-11-20",
    )  # fmt: skip
    HouseholdStatus.objects.create(
        household=household, year=2024, status="average", recognised_on="2024-12-12", document="2145/QĐ-UBND"
    )
    HouseholdMember(household=household, name="Mang Văn Con", birth_year=2005).save()

    text = client_of("overseer").get(household.get_absolute_url()).content.decode()

    for said in ("Tổ 3", "12/NHCS", "20/11/2025", "2145/QĐ-UBND", "12/12/2024", "Mang Văn Con", "2005"):
        assert said in text
    assert 'class="timeline"' in text


def test_what_is_not_recorded_is_said(cast: Cast, client_of: ClientOf) -> None:
    household, person = _household(cast), IndividualFactory(unit=cast.commune)

    for address in (household.get_absolute_url(), person.get_absolute_url()):
        assert "Chưa ghi nhận" in client_of("commune").get(address).content.decode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"policy_loan": "good", "policy_loan_confirmed_on": "2026-01-01"}, "policy_loan_confirmed_on"),
        ({"policy_loan_confirmed_on": "2025-11-20"}, "policy_loan"),
    ],
    ids=["a day to come", "a confirmation of nothing"],
)
def test_the_banks_confirmation_is_checked(
    cast: Cast, client_of: ClientOf, changes: dict[str, str], field: str
) -> None:
    typed = {"name": "Mang Thị Xuân", "unit": str(cast.commune.pk), **changes}

    response = client_of("commune").post(reverse("registry:household_create"), typed)

    assert list(response.context["form"].errors) == [field]


def test_nominations_are_shown_to_those_who_may_open_them(cast: Cast, client_of: ClientOf) -> None:
    dossier = dossier_at(Status.DRAFT, cast, subject="household", nominee=_household(cast))
    address = dossier.nominee_household.get_absolute_url()

    for who, sees in (("commune", True), ("district", True), ("overseer", False), ("reviewer", False)):
        assert (dossier.code in client_of(who).get(address).content.decode()) == sees, who


def test_members_are_kept_on_pages(cast: Cast, client_of: ClientOf) -> None:
    client, household = client_of("commune"), _household(cast)
    add = reverse("registry:member_add", args=[household.pk])

    refused = client.post(add, {"name": "", "birth_year": "2031"})
    added = client.post(add, {"name": "Con", "birth_year": "2005", "is_woman": "yes"})
    member = HouseholdMember.objects.get()
    edit = reverse("registry:member_edit", args=[household.pk, member.pk])
    shown = client.get(edit).content.decode()
    changed = client.post(edit, {"name": "Con", "birth_year": "2006", "relationship_to_head": "child"})
    removed = client.post(reverse("registry:member_remove", args=[household.pk, member.pk]))

    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {"name", "birth_year"}
    assert {response["Location"] for response in (added, changed, removed)} == {household.get_absolute_url()}
    assert 'value="2005"' in shown
    assert not HouseholdMember.objects.exists()


def test_a_member_of_another_household_is_not_there(cast: Cast, client_of: ClientOf) -> None:
    one, two = _household(cast), _household(cast)
    member = HouseholdMember(household=two, name="Con")
    member.save()

    for name in ("member_edit", "member_remove", "member_number"):
        address = reverse(f"registry:{name}", args=[one.pk, member.pk])
        assert client_of("commune").post(address, {"name": "x"}).status_code == 404


def test_a_hold_is_placed_and_ended_on_its_page(cast: Cast, client_of: ClientOf) -> None:
    client, household = client_of("reviewer"), _household(cast)
    address = reverse("registry:household_holds", args=[household.pk])

    refused = client.post(address, {"reason": "", "starts_on": "2025-12-10", "ends_on": "2025-12-01"})
    placed = client.post(address, {"reason": "Đang xác minh", "starts_on": "2025-12-01"})
    hold = Hold.objects.get()
    end = reverse("registry:household_hold_end", args=[household.pk, hold.pk])
    too_early = client.post(end, {f"hold-{hold.pk}-ends_on": "2025-11-01"})
    unread = client.post(end, {f"hold-{hold.pk}-ends_on": ""})
    ended = client.post(end, {f"hold-{hold.pk}-ends_on": "2025-12-14"})

    assert [response.status_code for response in (refused, placed, too_early, unread, ended)] == [
        422,
        302,
        422,
        422,
        302,
    ]
    assert "đã kết thúc" in client.get(address).content.decode().lower()


def test_a_hold_of_something_else_is_not_ended_here(cast: Cast, client_of: ClientOf) -> None:
    client, household, other = client_of("reviewer"), _household(cast), _household(cast)
    address = reverse("registry:household_holds", args=[other.pk])
    client.post(address, {"reason": "Đang xác minh", "starts_on": "2026-02-01"})
    hold = Hold.objects.get()

    response = client.post(
        reverse("registry:household_hold_end", args=[household.pk, hold.pk]),
        {f"hold-{hold.pk}-ends_on": "2026-02-02"},
    )

    assert response.status_code == 404
    assert "chưa bắt đầu" in client.get(address).content.decode().lower()
