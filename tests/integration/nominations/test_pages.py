"""Pages of nominating and filing: who sees them, one heading, a language, and the same queries for 1 row and for 30."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from core import clock
from nominations.enums import Status
from nominations.models import Dossier
from registry.models import Unit
from tests.factories import (
    Cast,
    HouseholdFactory,
    IndividualFactory,
    UnitFactory,
    dossier_at,
    filed_set,
    running_round,
)

ClientOf = Callable[[str], Client]


def subject_query(unit: Unit, subject: str = "commune") -> str:
    return (
        f"{reverse('nominations:start')}?unit={unit.pk}&award_round={running_round().pk}"
        f"&award=province_certificate&subject={subject}"
    )


def page_addresses(cast: Cast) -> dict[str, str]:
    """An address of every page, with the state that it needs."""
    waiting = dossier_at(Status.FILED_TO_DISTRICT, cast)
    filing_set = filed_set(cast, [waiting], send=False)
    draft = dossier_at(Status.DRAFT, cast, award="commendation")
    edit = reverse("nominations:edit", args=[draft.code])
    return {
        "list": reverse("nominations:list"),
        "start": reverse("nominations:start"),
        "nominee": subject_query(cast.district),
        "new household": subject_query(cast.district, "household"),
        "detail": waiting.get_absolute_url(),
        "achievement": f"{edit}?step=achievement",
        "papers": f"{edit}?step=papers",
        "check": f"{edit}?step=check",
        "sets": reverse("nominations:sets"),
        "set": reverse("nominations:set_detail", args=[filing_set.pk]),
        "set filing": reverse("nominations:set_file", args=[filing_set.pk]),
    }


@pytest.mark.parametrize("language", ["vi", "en"])
def test_pages_have_one_heading_a_title_and_a_language(
    cast: Cast, client_of: ClientOf, language: str
) -> None:
    addresses = page_addresses(cast)
    client = client_of("district")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language

    for name, address in addresses.items():
        response = client.get(address)
        page = response.content.decode()

        assert response.status_code == 200, (name, response.status_code)
        assert len(re.findall(r"<h1[ >]", page)) == 1, name
        assert re.search(r"<title>\s*\S", page), name
        assert f'<html lang="{language}"' in page, name
        assert "style=" not in page, name
        assert "onclick" not in page, name


def test_home_page_opens_for_everybody(cast: Cast, client_of: ClientOf) -> None:
    page_addresses(cast)

    for name in cast.people:
        assert client_of(name).get("/").status_code == 200, name


def many_dossiers(cast: Cast, count: int) -> list[Dossier]:
    """Rows of every kind of nominee, as if filed to the district."""
    made = []
    for number in range(count):
        dossier = Dossier(
            code=f"HS-2025-{number + 1:04d}",
            award_round=running_round(),
            award="province_certificate",
            nominee_folded=f"tran thi {number}",
            nominee_sort=f"{number:04d}",
            nominating_unit=cast.commune,
            status=Status.FILED_TO_DISTRICT,
            created_by=cast["commune"],
            created_at=clock.now(),
            updated_at=clock.now(),
        )
        dossier.subject = ("household", "individual", "village")[number % 3]
        if dossier.subject == "household":
            dossier.nominee_household = HouseholdFactory(unit=cast.commune)
        elif dossier.subject == "individual":
            dossier.nominee_individual = IndividualFactory(unit=cast.commune, role="cadre")
        else:
            dossier.nominee_unit = UnitFactory(kind="village", name=f"Thôn {number}", parent=cast.commune)
        dossier.save()
        made.append(dossier)
    return made


LIST_QUERIES = {"list": 10, "sets": 10, "set": 26, "set filing": 23, "home": 28, "nominee": 18, "search": 10}


@pytest.mark.parametrize("count", [4, 30])
@pytest.mark.parametrize("in_set", [False, True], ids=["waiting", "in the set"])
def test_lists_cost_the_same_for_few_rows_and_for_thirty(
    cast: Cast, client_of: ClientOf, count: int, in_set: bool, django_assert_num_queries: Any
) -> None:
    dossiers = many_dossiers(cast, count)
    filing_set = filed_set(cast, dossiers if in_set else dossiers[:1], send=False)
    addresses = {
        "sets": reverse("nominations:sets"),
        "set": reverse("nominations:set_detail", args=[filing_set.pk]),
        "set filing": reverse("nominations:set_file", args=[filing_set.pk]),
    }
    if not in_set:
        addresses = {
            "list": reverse("nominations:list"),
            "home": "/",
            "nominee": subject_query(cast.district, "household"),
            "search": "/tim/?q=tran+thi",
        }
    client = client_of("district")

    for name, address in addresses.items():
        client.get(address)
        with django_assert_num_queries(LIST_QUERIES[name]):
            assert client.get(address).status_code == 200


@pytest.mark.parametrize("who", ["outsider", "agency", "nobody", "reviewer", "administrator"])
def test_a_draft_does_not_exist_for_outsiders(cast: Cast, client_of: ClientOf, who: str) -> None:
    dossier = dossier_at(Status.DRAFT, cast)
    client = client_of(who)

    for page in ("detail", "edit"):
        assert client.get(reverse(f"nominations:{page}", args=[dossier.code])).status_code == 404
    for verb in ("file", "withdraw", "return", "not_select", "paper_upload", "autosave", "paper_excuse"):
        assert client.post(reverse(f"nominations:{verb}", args=[dossier.code])).status_code == 404, verb


def test_overseer_reads_and_is_offered_no_verb(cast: Cast, client_of: ClientOf) -> None:
    dossier = dossier_at(Status.FILED_TO_DISTRICT, cast)

    page = client_of("overseer").get(dossier.get_absolute_url()).content.decode()

    for verb in ("file", "withdraw", "return", "not_select", "edit"):
        assert reverse(f"nominations:{verb}", args=[dossier.code]) not in page, verb


def test_district_is_offered_the_verbs_of_the_status(cast: Cast, client_of: ClientOf) -> None:
    dossier = dossier_at(Status.FILED_TO_DISTRICT, cast)

    page = client_of("district").get(dossier.get_absolute_url()).content.decode()

    for verb in ("file", "withdraw", "return", "not_select"):
        assert reverse(f"nominations:{verb}", args=[dossier.code]) in page, verb
    assert reverse("nominations:edit", args=[dossier.code]) not in page


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (Status.DRAFT, "waits for the unit that nominates"),
        (Status.FILED_TO_DISTRICT, "waits for the district"),
    ],
)
def test_the_page_says_for_whom_the_dossier_waits(
    cast: Cast, client_of: ClientOf, status: Status, words: str
) -> None:
    dossier, client = dossier_at(status, cast), client_of("district")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    assert words in client.get(dossier.get_absolute_url()).content.decode()


def test_nobody_is_waited_for_where_the_way_has_ended(cast: Cast, client_of: ClientOf) -> None:
    dossier, client = dossier_at(Status.WITHDRAWN, cast), client_of("district")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    assert "waits for" not in client.get(dossier.get_absolute_url()).content.decode()


def test_list_is_narrowed_and_found_without_diacritics(cast: Cast, client_of: ClientOf) -> None:
    wanted = dossier_at(
        Status.DRAFT,
        cast,
        nominee=HouseholdFactory(unit=cast.commune, name="Thông Thị Lan"),
        subject="household",
    )
    other = dossier_at(Status.FILED_TO_DISTRICT, cast)
    client = client_of("commune")

    def codes(**query: str) -> set[str]:
        response = client.get(reverse("nominations:list"), query)
        return {row.dossier.code for row in response.context["rows"]}

    assert codes() == {wanted.code, other.code}
    assert codes(q="thong thi lan") == {wanted.code}
    assert codes(q=wanted.code.lower()) == {wanted.code}
    assert codes(status="draft") == {wanted.code}
    assert codes(award="commendation") == set()
    assert codes(award_round=str(wanted.award_round_id), sort="name") == {wanted.code, other.code}


def test_search_box_finds_dossiers_of_my_area_only(cast: Cast, client_of: ClientOf) -> None:
    dossier = dossier_at(Status.FILED_TO_DISTRICT, cast)

    inside = client_of("district").get("/tim/", {"q": "phan dien"}).content.decode()
    outside = client_of("outsider").get("/tim/", {"q": "phan dien"}).content.decode()

    assert dossier.code in inside
    assert dossier.code not in outside


def test_work_list_says_what_waits_and_until_when(cast: Cast, client_of: ClientOf) -> None:
    dossier_at(Status.FILED_TO_DISTRICT, cast)
    returned = dossier_at(
        Status.RETURNED, cast, nominee=HouseholdFactory(unit=cast.commune), subject="household"
    )
    supplement = dossier_at(
        Status.SUPPLEMENT,
        cast,
        nominee=IndividualFactory(unit=cast.commune, role="cadre"),
        subject="individual",
    )

    commune = {item.url: item for item in client_of("commune").get("/").context["work"]}
    district = [item.url for item in client_of("district").get("/").context["work"]]

    assert commune[returned.get_absolute_url()].due_on == date(2025, 12, 29)
    assert commune[supplement.get_absolute_url()].due_on == date(2025, 12, 22)
    assert any("status=filed_to_district" in url for url in district)


def test_household_fall_is_drawn_with_its_threshold(cast: Cast, client_of: ClientOf) -> None:
    dossier = dossier_at(Status.DRAFT, cast)

    page = client_of("commune").get(dossier.get_absolute_url()).content.decode()

    assert "bar__mark" in page
    assert "400" in page
    assert "150" in page


def test_frozen_check_says_what_todays_figures_would_change(cast: Cast, client_of: ClientOf) -> None:
    dossier = dossier_at(Status.FILED, cast)
    cast.commune.reviews.filter(year=2025).update(poor=300)

    check = client_of("district").get(dossier.get_absolute_url()).context["check"]

    assert check.is_frozen
    assert (check.outcome, check.would_be) == ("incomplete", "not_eligible")
