"""Likely duplicates on the pages: shown before saving, listed, compared, merged."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import AuditEntry
from registry.models import (
    DistinctHouseholds,
    Household,
    HouseholdMember,
    HouseholdStatus,
    Individual,
)
from registry.services.people import create_household, create_individual
from tests.factories import Cast, HouseholdFactory

ClientOf = Callable[[str], Client]

NUMBER = "060200001234"


def _household(cast: Cast, name: str = "Mang Thị Xuân", **facts: object) -> Household:
    number = str(facts.pop("citizen_number", ""))
    unit = facts.pop("unit", cast.commune)
    return create_household(facts={"unit": unit, "name": name, **facts}, citizen_number=number)


def _typed(cast: Cast, **changes: str) -> dict[str, str]:
    return {"name": "MANG THI XUAN", "unit": str(cast.commune.pk), "address": "Tổ 4", **changes}


def _hidden(text: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    return found[1] if found else ""


def test_a_likely_duplicate_is_shown_and_nothing_is_saved(cast: Cast, client_of: ClientOf) -> None:
    recorded = _household(cast, address="Tổ 3")

    response = client_of("commune").post(reverse("registry:household_create"), _typed(cast))

    text = response.content.decode()
    assert response.status_code == 422
    assert recorded.get_absolute_url() in text
    assert "Tổ 3" in text
    assert 'value="Tổ 4"' in text
    assert Household.objects.count() == 1


def test_the_word_that_it_is_another_person_saves_all_that_was_typed(cast: Cast, client_of: ClientOf) -> None:
    client = client_of("commune")
    _household(cast, citizen_number=NUMBER)
    typed = _typed(cast, citizen_number=NUMBER)
    shown = client.post(reverse("registry:household_create"), typed).content.decode()
    confirmed = {
        "found_mark": _hidden(shown, "found_mark"),
        "held_number": _hidden(shown, "held_number"),
        "is_another": "on",
    }

    response = client.post(reverse("registry:household_create"), _typed(cast, **confirmed))

    assert NUMBER not in shown
    assert response.status_code == 302
    assert Household.objects.exclude(citizen_number_digest="").count() == 2


def test_the_word_that_it_is_another_person_is_remembered(cast: Cast, client_of: ClientOf) -> None:
    client, recorded = client_of("commune"), _household(cast)
    shown = client.post(reverse("registry:household_create"), _typed(cast)).content.decode()
    client.post(
        reverse("registry:household_create"),
        _typed(cast, found_mark=_hidden(shown, "found_mark"), is_another="on"),
    )
    entered = Household.objects.exclude(pk=recorded.pk).get()

    listed = client.get(reverse("registry:household_duplicates")).content.decode()
    corrected = client.post(
        reverse("registry:household_edit", args=[entered.pk]), _typed(cast, birth_year="1980")
    )

    assert DistinctHouseholds.objects.get().second == entered
    assert 'class="empty"' in listed
    assert corrected.status_code == 302
    assert entered.name in client.get(recorded.get_absolute_url()).content.decode()


def test_ticked_records_are_told_apart_and_the_word_is_taken_back(cast: Cast, client_of: ClientOf) -> None:
    client, address = client_of("commune"), reverse("registry:household_duplicates")
    one, two, three = (_household(cast) for _number in range(3))
    tell = reverse("registry:household_tell_apart")

    client.post(tell, {"record": [one.pk]})
    assert not DistinctHouseholds.objects.exists()
    client.post(tell, {"record": [one.pk, two.pk]})
    # The third is like both, so all three still stand together.
    assert client.get(address).content.decode().count('name="record"') == 3
    client.post(tell, {"record": [one.pk, three.pk]})
    assert client.get(address).content.decode().count('name="record"') == 2
    client.post(tell, {"record": [two.pk, three.pk]})
    assert 'class="empty"' in client.get(address).content.decode()

    client.post(reverse("registry:household_forget_apart", args=[one.pk, two.pk]))

    assert client.get(address).content.decode().count('name="record"') == 2
    events = AuditEntry.objects.order_by("-seq").values_list("event", flat=True)
    assert list(events[:2]) == ["registry.people_told_apart_no_more", "registry.people_told_apart"]


def test_a_merger_is_taken_back_on_the_page(cast: Cast, client_of: ClientOf) -> None:
    client = client_of("commune")
    kept, dropped = _household(cast), _household(cast)
    client.post(reverse("registry:household_merge", args=[kept.pk, dropped.pk]))
    undo = reverse("registry:household_unmerge", args=[dropped.pk])
    assert undo in client.get(kept.get_absolute_url()).content.decode()

    response = client.post(undo)

    assert response["Location"] == dropped.get_absolute_url()
    assert client.get(dropped.get_absolute_url()).status_code == 200
    assert client.post(undo).status_code == 422


def test_a_name_is_cleaned_and_the_page_says_so(cast: Cast, client_of: ClientOf) -> None:
    client = client_of("commune")

    page = client.post(
        reverse("registry:household_create"), _typed(cast, name="BÀ MANG THỊ XUÂN (đã mất)"), follow=True
    )

    household = Household.objects.get()
    assert (household.name, household.note) == ("Mang Thị Xuân", "đã mất")
    text = page.content.decode()
    assert text.count("đã mất") >= 2
    assert "BÀ" in text
    for wrong in ("12345", "-", "=1+1"):
        refused = client.post(reverse("registry:household_create"), _typed(cast, name=wrong))
        assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["name"])
    # What stands recorded is no new name: other facts are corrected beside it.
    Household.objects.update(name="Mang 4")
    edited = client.post(reverse("registry:household_edit", args=[household.pk]), _typed(cast, name="Mang 4"))
    assert edited.status_code == 302


def test_a_confirmation_speaks_of_the_records_that_were_shown(cast: Cast, client_of: ClientOf) -> None:
    client = client_of("commune")
    _household(cast)
    shown = client.post(reverse("registry:household_create"), _typed(cast)).content.decode()
    mark = _hidden(shown, "found_mark")
    _household(cast)

    response = client.post(
        reverse("registry:household_create"), _typed(cast, found_mark=mark, is_another="on")
    )

    text = response.content.decode()
    assert response.status_code == 422
    assert _hidden(text, "found_mark") not in {"", mark}
    assert not re.search(r'name="is_another"[^>]*checked', text)


def test_outside_the_area_only_the_office_to_ask_is_said(cast: Cast, client_of: ClientOf) -> None:
    other = _household(cast, "Người Tuy Phong", unit=cast.other_commune, citizen_number=NUMBER)

    response = client_of("commune").post(
        reverse("registry:household_create"), _typed(cast, citizen_number=NUMBER)
    )

    text = response.content.decode()
    assert response.status_code == 422
    assert "Huyện Tuy Phong" in text
    assert not [said for said in (other.name, other.code, cast.other_commune.name) if said in text]


def test_correcting_other_facts_asks_nothing_and_a_new_name_asks(cast: Cast, client_of: ClientOf) -> None:
    client = client_of("commune")
    first, second = _household(cast), _household(cast, "Bá Thị Sen")
    address = reverse("registry:household_edit", args=[second.pk])

    plain = client.post(address, _typed(cast, name="Bá Thị Sen"))
    renamed = client.post(address, _typed(cast))

    assert (plain.status_code, renamed.status_code) == (302, 422)
    assert first.get_absolute_url() in renamed.content.decode()


def test_individuals_are_compared_with_individuals(cast: Cast, client_of: ClientOf) -> None:
    client = client_of("commune")
    _household(cast)
    typed = {"name": "Mang Thị Xuân", "unit": str(cast.commune.pk)}

    first = client.post(reverse("registry:individual_create"), typed)
    second = client.post(reverse("registry:individual_create"), typed)

    assert (first.status_code, second.status_code) == (302, 422)
    assert Individual.objects.count() == 1


def _queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_the_list_of_duplicates_takes_the_same_queries_small_and_large(
    cast: Cast, client_of: ClientOf
) -> None:
    client, address = client_of("district"), reverse("registry:household_duplicates")
    for _number in range(2):
        HouseholdFactory(unit=cast.commune, name="Mang Thị Xuân")
    one = _queries(client, address)
    for number in range(60):
        HouseholdFactory(unit=cast.commune, name=f"Người {number // 2}")

    assert _queries(client, address) == one <= 12


def test_household_pages_take_the_same_queries_small_and_large(cast: Cast, client_of: ClientOf) -> None:
    client, household = client_of("commune"), _household(cast)
    small = _queries(client, household.get_absolute_url())
    for number in range(30):
        HouseholdMember(household=household, name=f"Con {number}").save()
        HouseholdStatus.objects.create(
            household=household, year=1990 + number, status="poor", recognised_on="2024-12-14"
        )

    assert _queries(client, household.get_absolute_url()) == small <= 19


def test_an_empty_list_says_what_it_would_hold(cast: Cast, client_of: ClientOf) -> None:
    response = client_of("commune").get(reverse("registry:individual_duplicates"))

    assert 'class="empty"' in response.content.decode()


def test_two_ticked_records_are_compared_and_other_choices_are_not(cast: Cast, client_of: ClientOf) -> None:
    client = client_of("commune")
    one, two, three = (_household(cast) for _number in range(3))
    address = reverse("registry:household_merge_choice")

    both = client.get(address, {"record": [one.pk, two.pk]})

    assert both["Location"] == reverse("registry:household_merge", args=[one.pk, two.pk])
    for wrong in ([], [one.pk], [one.pk, one.pk], [one.pk, two.pk, three.pk], ["x", "9" * 40]):
        assert client.get(address, {"record": wrong})["Location"] == reverse("registry:household_duplicates")


def test_a_merger_asks_for_each_difference_and_then_joins(cast: Cast, client_of: ClientOf) -> None:
    client = client_of("commune")
    kept = _household(cast, birth_year=1979, address="Tổ 3")
    dropped = _household(cast, "Mang Thị Xuấn", birth_year=1979, address="Tổ 4")
    address = reverse("registry:household_merge", args=[kept.pk, dropped.pk])

    undecided = client.post(address, {"name": "kept"})
    decided = client.post(address, {"name": "kept", "address": "dropped"})

    kept.refresh_from_db()
    assert undecided.status_code == 422
    assert list(undecided.context["form"].errors) == ["address"]
    assert decided["Location"] == kept.get_absolute_url()
    assert (kept.name, kept.address) == ("Mang Thị Xuân", "Tổ 4")


def test_a_merged_record_leads_to_the_kept_one_and_stands_in_no_list(cast: Cast, client_of: ClientOf) -> None:
    client = client_of("commune")
    kept, dropped = _household(cast), _household(cast)
    address = reverse("registry:household_merge", args=[kept.pk, dropped.pk])
    client.post(address)

    detail = client.get(dropped.get_absolute_url(), follow=True)
    edit = client.get(reverse("registry:household_edit", args=[dropped.pk]))

    assert detail.redirect_chain == [(kept.get_absolute_url(), 302)]
    assert dropped.code in detail.content.decode()
    assert edit["Location"] == dropped.get_absolute_url()
    assert client.get(address)["Location"] == kept.get_absolute_url()
    assert client.get(reverse("registry:member_add", args=[dropped.pk])).status_code == 404
    for page in ("registry:households", "registry:household_duplicates", "core:search"):
        assert dropped.get_absolute_url() not in client.get(reverse(page), {"q": "mang"}).content.decode()


def test_individuals_merge_as_well(cast: Cast, client_of: ClientOf) -> None:
    client = client_of("commune")
    kept, dropped = (
        create_individual(facts={"unit": cast.commune, "name": "Lê Văn Tám", "position": position})
        for position in ("", "Trưởng thôn")
    )

    response = client.post(reverse("registry:individual_merge", args=[kept.pk, dropped.pk]))

    kept.refresh_from_db()
    assert response["Location"] == kept.get_absolute_url()
    assert kept.position == "Trưởng thôn"


def test_a_record_is_merged_with_no_other_than_one_inside(cast: Cast, client_of: ClientOf) -> None:
    one, outside = _household(cast), _household(cast, unit=cast.other_commune)
    client = client_of("commune")

    for other in (one.pk, outside.pk, 10**30):
        address = reverse("registry:household_merge", args=[one.pk, other])
        assert client.get(address).status_code == client.post(address).status_code == 404
