"""The side menu offers only pages that can hold something for the person."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import Cast, UserFactory

PLACES = ("registry:reviews", "registry:households")
RECORDS = ("registry:individuals", "nominations:list", "nominations:history")
EVERYTHING = ("registry:units", *PLACES, *RECORDS)


def _offered(client: Client) -> set[str]:
    entries = [entry for group in client.get("/").context["nav"] for entry in group["items"]]
    addresses = {entry["url"] for entry in entries}
    return {name for name in EVERYTHING if reverse(name) in addresses}


@pytest.mark.parametrize(
    ("who", "offered"),
    [
        ("commune", set(EVERYTHING)),
        ("overseer", set(EVERYTHING)),
        ("auditor", set(EVERYTHING)),
        ("agency", {"registry:units", *RECORDS}),
        ("administrator", {"registry:units"}),
    ],
)
def test_the_menu_leads_to_no_list_that_stays_empty(
    client: Client, cast: Cast, who: str, offered: set[str]
) -> None:
    client.force_login(cast[who])

    assert _offered(client) == offered


def test_a_person_without_a_role_is_offered_no_register(client: Client, cast: Cast) -> None:
    client.force_login(UserFactory())

    assert _offered(client) == set()


@pytest.mark.parametrize(
    ("page", "entry"),
    [
        ("nominations:list", "nominations:list"),
        ("nominations:rounds", "nominations:rounds"),
        ("nominations:movements", "nominations:rounds"),
        ("nominations:plan_upload_new", "nominations:rounds"),
    ],
)
def test_the_menu_marks_where_a_page_belongs(client: Client, cast: Cast, page: str, entry: str) -> None:
    client.force_login(cast["lead"])

    groups = client.get(reverse(page)).context["nav"]

    marked = [one["url"] for group in groups for one in group["items"] if one["current"]]
    assert marked == [reverse(entry)]
