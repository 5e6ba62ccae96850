"""Citizen numbers on the pages: typed, kept, searched, shown once; and in no other answer, log or address."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse

from core.models import AuditEntry, AuditPayload
from core.personal_numbers import digest, open_sealed, seal
from registry.models import Household, HouseholdMember, Unit
from registry.services.people import create_household, create_individual, update_household
from tests.factories import Cast

ClientOf = Callable[[str], Client]

NUMBER, OTHER, OLD = "060200001234", "060200005678", "260123456"
HOME = "phan-dien"
ADDRESS = "registry:household_create"


def _form(**changes: str) -> dict[str, str]:
    unit = Unit.objects.get(key=HOME)
    return {"name": "Mang Thị Xuân", "unit": str(unit.pk), "citizen_number": NUMBER, **changes}


def _household(number: str = NUMBER, name: str = "Mang Thị Xuân", old: str = "") -> Household:
    facts = {"unit": Unit.objects.get(key=HOME), "name": name}
    return create_household(facts=facts, citizen_number=number, old_number=old)


def _last_event() -> AuditEntry:
    return AuditEntry.objects.order_by("-seq")[0]


def test_a_typed_number_is_kept_sealed_and_found_again(client_of: ClientOf) -> None:
    client = client_of("commune")

    client.post(reverse(ADDRESS), _form(citizen_number="060 200.001 234"))

    household = Household.objects.get()
    assert household.citizen_number_digest == digest(NUMBER)
    assert open_sealed(household.citizen_number_sealed) == NUMBER


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"citizen_number": ""}, NUMBER),
        ({"citizen_number": OTHER}, OTHER),
        ({"citizen_number": "", "remove_number": "on"}, ""),
    ],
    ids=["left empty", "typed anew", "removed"],
)
def test_correcting_keeps_replaces_or_removes_the_number(
    client_of: ClientOf, changes: dict[str, str], expected: str
) -> None:
    client, household = client_of("commune"), _household()

    client.post(reverse("registry:household_edit", args=[household.pk]), _form(**changes))

    household.refresh_from_db()
    assert household.citizen_number_digest == (digest(expected) if expected else "")
    assert bool(household.citizen_number_sealed) == bool(expected)


def test_a_new_number_and_its_removal_contradict_each_other(client_of: ClientOf) -> None:
    client, household = client_of("commune"), _household()

    response = client.post(
        reverse("registry:household_edit", args=[household.pk]),
        _form(citizen_number=OTHER, remove_number="on"),
    )

    household.refresh_from_db()
    assert response.status_code == 422
    assert "remove_number" in response.context["form"].errors
    assert household.citizen_number_digest == digest(NUMBER)


def test_nine_digits_are_kept_apart_shown_once_and_removed(client_of: ClientOf) -> None:
    client = client_of("commune")
    client.post(reverse(ADDRESS), _form(citizen_number="260 123 456"))
    household = Household.objects.get()
    assert (open_sealed(household.old_number_sealed), household.citizen_number_digest) == (OLD, "")
    assert "••••••456" in client.get(household.get_absolute_url()).content.decode()

    shown = client.post(reverse("registry:household_old_number", args=[household.pk]))
    edit = reverse("registry:household_edit", args=[household.pk])
    client.post(edit, _form(citizen_number=NUMBER))
    household.refresh_from_db()

    assert "260 123 456" in shown.content.decode()
    assert "registry.old_number_seen" in AuditEntry.objects.values_list("event", flat=True)
    assert household.citizen_number_digest == digest(NUMBER)
    assert household.old_number_digest
    client.post(edit, _form(citizen_number="", remove_old_number="on"))
    household.refresh_from_db()
    assert (household.old_number_digest, household.citizen_number_digest) == ("", digest(NUMBER))


def test_what_is_no_number_is_refused_in_words_and_not_shown_again(client_of: ClientOf) -> None:
    response = client_of("commune").post(reverse(ADDRESS), _form(citizen_number="06020000123"))

    assert "12" in str(response.context["form"].errors["citizen_number"])
    assert "06020000123" not in response.content.decode()
    assert not Household.objects.exists()


def test_a_number_typed_once_survives_an_error_elsewhere_unreadably(client_of: ClientOf) -> None:
    client = client_of("commune")

    refused = client.post(reverse(ADDRESS), _form(birth_year="1700"))
    text = refused.content.decode()
    held = re.search(r'name="held_number" value="([^"]+)"', text)
    assert held is not None
    again = client.post(reverse(ADDRESS), _form(citizen_number="", held_number=held[1]))

    assert NUMBER not in text
    assert "•••••••••234" in text
    assert again.status_code == 302
    assert Household.objects.get().citizen_number_digest == digest(NUMBER)


@pytest.mark.parametrize("kind", ["of another person", "made up"])
def test_a_held_number_is_of_use_to_its_typist_only(client_of: ClientOf, kind: str) -> None:
    client = client_of("commune")
    held = signing.dumps(seal(NUMBER), salt="citizen-number:0") if kind == "of another person" else "abc:def"

    client.post(reverse(ADDRESS), _form(citizen_number="", held_number=held))

    assert Household.objects.get().citizen_number_digest == ""


def test_one_look_shows_the_number_and_leaves_one_entry_without_it(client_of: ClientOf) -> None:
    client, household = client_of("commune"), _household()
    before = AuditEntry.objects.count()

    response = client.post(reverse("registry:household_number", args=[household.pk]))

    entry = _last_event()
    assert "060 200 001 234" in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert AuditEntry.objects.count() == before + 1
    assert (entry.event, entry.subject) == ("registry.number_seen", f"registry.household:{household.pk}")
    assert "1234" not in entry.payload.content


def test_a_members_number_is_shown_and_logged_as_the_members(client_of: ClientOf) -> None:
    client, household = client_of("commune"), _household("")
    client.post(
        reverse("registry:member_add", args=[household.pk]), {"name": "Con", "citizen_number": NUMBER}
    )
    member = HouseholdMember.objects.get()

    response = client.post(reverse("registry:member_number", args=[household.pk, member.pk]))

    assert "060 200 001 234" in response.content.decode()
    assert _last_event().subject == f"registry.householdmember:{member.pk}"


def test_nothing_recorded_is_refused_and_leaves_no_entry(client_of: ClientOf) -> None:
    client, household = client_of("commune"), _household("")
    before = AuditEntry.objects.count()

    response = client.post(reverse("registry:household_number", args=[household.pk]))

    assert response.status_code == 422
    assert AuditEntry.objects.count() == before


def test_a_lost_key_is_said_in_words_and_breaks_no_page(client_of: ClientOf, settings) -> None:
    client, household = client_of("commune"), _household()
    settings.PERSON_KEY = "b2" * 21 + "8="

    page = client.get(household.get_absolute_url())
    look = client.post(reverse("registry:household_number", args=[household.pk]))

    assert page.status_code == 200
    assert look.status_code == 409
    assert "PERSON_KEY" in look.content.decode()


def test_a_number_is_searched_in_the_body_and_never_repeated(client_of: ClientOf) -> None:
    client, household = client_of("commune"), _household()
    person = create_individual(
        facts={"unit": Unit.objects.get(key=HOME), "name": "Mang Thị Xuân"}, citizen_number=NUMBER
    )

    response = client.post(reverse("registry:number_search"), {"number": "060.200.001.234"})

    text = response.content.decode()
    assert household.get_absolute_url() in text
    assert person.get_absolute_url() in text
    assert NUMBER not in text
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize(("number", "status"), [(OTHER, 200), ("12", 422), ("", 422)])
def test_searches_that_find_nobody_or_are_no_numbers(client_of: ClientOf, number: str, status: int) -> None:
    _household()

    response = client_of("commune").post(reverse("registry:number_search"), {"number": number})

    assert response.status_code == status
    assert "Mang Thị Xuân" not in response.content.decode()


def test_searching_finds_nobody_outside_the_area(client_of: ClientOf) -> None:
    _household()
    client = client_of("outsider")

    response = client.post(reverse("registry:number_search"), {"number": NUMBER})

    assert not response.context["hits"]


def test_a_household_is_found_by_its_members_number(client_of: ClientOf) -> None:
    client, household = client_of("commune"), _household("")
    HouseholdMember(
        household=household,
        name="Con",
        citizen_number_digest=digest(OTHER),
        citizen_number_sealed=seal(OTHER),
    ).save()

    response = client.post(reverse("registry:number_search"), {"number": OTHER})

    assert [found.pk for found in response.context["hits"].households] == [household.pk]


@pytest.mark.parametrize("name", ["registry:households", "registry:individuals", "core:search"])
def test_a_number_typed_as_a_name_leaves_the_address_unsearched(client_of: ClientOf, name: str) -> None:
    response = client_of("commune").get(reverse(name), {"q": "060 200 001 234"}, follow=True)

    assert response.redirect_chain == [(reverse(name), 302)]
    assert "060 200" not in response.content.decode()


@pytest.mark.slow  # It opens every page that shows people.
@pytest.mark.parametrize("role", ["commune", "reviewer", "lead", "auditor"])
def test_the_number_stands_in_no_answer_but_the_one_that_shows_it(
    client_of: ClientOf, role: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    unit = Unit.objects.get(key=HOME)
    one, two = _household(old=OLD), _household(name="Mang Thi Xuan", old=OLD)
    facts = {"unit": unit, "name": "Mang Thị Xuân"}
    person = create_individual(facts=facts, citizen_number=NUMBER, old_number=OLD)
    client = client_of(role)
    addresses = [
        *[reverse(f"registry:{name}") for name in ("households", "individuals", "units", "household_create")],
        *[reverse(f"registry:{name}") for name in ("household_duplicates", "individual_duplicates")],
        *[thing.get_absolute_url() for thing in (one, person, unit)],
        *[reverse(f"registry:{name}", args=[one.pk]) for name in ("household_edit", "member_add")],
        reverse("registry:household_merge", args=[one.pk, two.pk]),
        reverse("registry:individual_edit", args=[person.pk]),
        reverse("core:search") + "?q=mang",
        reverse("core:audit"),
    ]

    answers = [client.get(address) for address in addresses]
    answers.append(client.post(reverse(ADDRESS), _form()))
    answers.append(client.post(reverse(ADDRESS), _form(citizen_number=OLD, birth_year="1700")))
    answers.append(client.post(reverse("registry:number_search"), {"number": NUMBER}))

    for number in (NUMBER, OLD):
        for response in answers:
            assert number not in re.sub(r"[\s.]", "", response.content.decode())
            assert number not in str(response.headers)
        assert number not in caplog.text
        assert not AuditPayload.objects.filter(content__contains=number).exists()


def test_updates_say_that_the_number_changed_and_not_to_what(cast: Cast) -> None:
    household = _household("")

    update_household(
        household=household,
        facts={"unit": household.unit, "name": household.name},
        citizen_number=NUMBER,
    )

    entry = _last_event()
    assert entry.event == "registry.household_changed"
    assert "citizen_number" in entry.payload.content
    assert NUMBER not in entry.payload.content
