"""Pages of nominating and filing: who sees them, one heading, a language, and the same queries for 1 row and for 30."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from nominations.enums import Status
from nominations.models import Dossier
from registry.models import Unit
from tests.factories import Cast, attach, dossier_at, filed_set, running_round

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
def test_pages_have_one_heading_a_title_and_a_language(cast: Cast, client_of: ClientOf, language: str) -> None:
    addresses = page_addresses(cast)
    client = client_of("district")
    client.cookies["django_language"] = language

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
