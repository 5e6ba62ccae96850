"""Pages of the registry: who sees what, how many queries they take, what happens to bad input."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from core.models import User
from registry.enums import Role
from registry.models import Household, ImportFile, Individual, PovertyReview, Unit
from registry.services import create_household, create_individual, place_hold, set_zone
from tests.integration.registry.import_steps import upload

SignIn = Callable[..., Client]
ROLES = list(Role)
LISTS = ["registry:units", "registry:reviews", "registry:households", "registry:individuals"]


def _unit(key: str) -> Unit:
    return Unit.objects.get(key=key)


def _household(
    name: str = "Nguyễn Thị Lũy", key: str = "bt.bac-binh.phan-dien", **facts: object
) -> Household:
    return create_household(
        facts={"unit": _unit(key), "name": name, **facts}, statuses={2021: "poor", 2024: "average"}
    )


def _individual(name: str = "Trần Văn Ân", key: str = "bt.bac-binh.phan-dien") -> Individual:
    return create_individual(facts={"unit": _unit(key), "name": name})


@pytest.mark.walk
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", LISTS)
def test_every_role_opens_every_list(signed_in: SignIn, role: str, name: str) -> None:
    response = signed_in(role).get(reverse(name))

    text = response.content.decode()
    assert response.status_code == 200
    assert len(re.findall(r"<h1[ >]", text)) == 1
    assert not re.search(r"\sstyle=|\son\w+=|<style", text)


@pytest.mark.parametrize("name", [*LISTS, "registry:household_create"])
def test_pages_need_sign_in(client: Client, register: None, name: str) -> None:
    response = client.get(reverse(name))

    assert response.status_code == 302
    assert "/dang-nhap/" in response["Location"]


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (
            Role.COMMUNE_OFFICER,
            {"registry:import_upload", "registry:household_create", "registry:individual_create"},
        ),
        (
            Role.DISTRICT_OFFICER,
            {"registry:import_upload", "registry:household_create", "registry:individual_create"},
        ),
        (Role.AGENCY_OFFICER, {"registry:individual_create"}),
        (Role.OVERSEER, set()),
        (
            Role.REVIEWER,
            {"registry:import_upload", "registry:household_create", "registry:individual_create"},
        ),
        (Role.LEAD, {"registry:import_upload", "registry:household_create", "registry:individual_create"}),
        (Role.STANDING_BODY, set()),
        (Role.AUDITOR, set()),
        (Role.ADMINISTRATOR, set()),
    ],
)
def test_who_may_write(signed_in: SignIn, role: str, allowed: set[str]) -> None:
    client = signed_in(role)

    for name in ("registry:import_upload", "registry:household_create", "registry:individual_create"):
        address = reverse(name, args=["reviews"] if name == "registry:import_upload" else [])
        assert client.get(address).status_code == (200 if name in allowed else 403), name


def test_what_lies_outside_is_not_there(signed_in: SignIn) -> None:
    officer = signed_in(Role.COMMUNE_OFFICER, "bt.phan-thiet.mui-ne")
    household, individual = _household(), _individual()

    addresses = [
        household.unit.get_absolute_url(),
        household.get_absolute_url(),
        reverse("registry:household_edit", args=[household.pk]),
        individual.get_absolute_url(),
        reverse("registry:individual_edit", args=[individual.pk]),
    ]

    assert [officer.get(address).status_code for address in addresses] == [404] * 5


def test_overseers_read_and_do_not_edit(signed_in: SignIn) -> None:
    overseer = signed_in(Role.OVERSEER)
    household = _household()

    assert overseer.get(household.get_absolute_url()).status_code == 200
    assert overseer.get(reverse("registry:household_edit", args=[household.pk])).status_code == 403


def test_a_merged_ward_sees_households_of_those_before_it(signed_in: SignIn) -> None:
    household = _household(key="bt.phan-thiet.hung-long")
    officer = signed_in(Role.COMMUNE_OFFICER, "bt.phan-thiet.binh-hung-2024")

    assert officer.get(household.get_absolute_url()).status_code == 200
    assert officer.get(reverse("registry:household_edit", args=[household.pk])).status_code == 200


@pytest.mark.parametrize("words", ["phan ri cua", "PHAN RÍ", "Phan Rí Cửa"])
def test_units_are_found_without_diacritics(signed_in: SignIn, words: str) -> None:
    response = signed_in(Role.LEAD).get(reverse("registry:units"), {"q": words})

    assert "Thị trấn Phan Rí Cửa" in [unit.name for unit in response.context["units"]]


def test_units_stand_in_vietnamese_order(signed_in: SignIn) -> None:
    response = signed_in(Role.LEAD).get(reverse("registry:units"), {"kind": "district"})

    assert [unit.name_without_title for unit in response.context["units"]] == [
        "Bắc Bình",
        "Đức Linh",
        "Hàm Tân",
        "Hàm Thuận Bắc",
        "Hàm Thuận Nam",
        "La Gi",
        "Phan Thiết",
        "Phú Quí",
        "Tánh Linh",
        "Tuy Phong",
    ]


def test_a_unit_page_shows_chart_figures_and_lineage(signed_in: SignIn, five_years: None) -> None:
    set_zone(
        unit=_unit("bt.phan-thiet.lac-dao-2024"),
        zone="none",
        starts_on=date(2024, 12, 1),
        decision="Số 1 (giả định)",
    )

    response = signed_in(Role.LEAD).get(_unit("bt.phan-thiet.lac-dao-2024").get_absolute_url())

    text = response.content.decode()
    assert "<svg" in text
    assert "chart__part--marked" in text
    assert "9.033" in text
    assert "Phường Đức Nghĩa" in text
    assert "Số 1 (giả định)" in text


def _queries(client: Client, address: str, query: dict[str, str] | None = None) -> int:
    client.get(address, query or {})
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address, query or {}).status_code == 200
    return len(captured)


@pytest.mark.parametrize("name", ["registry:households", "registry:individuals"])
def test_people_lists_take_the_same_queries_with_1_and_30_rows(signed_in: SignIn, name: str) -> None:
    client, make = signed_in(Role.LEAD), _household if name.endswith("households") else _individual
    make()
    one = _queries(client, reverse(name))
    for number in range(29):
        make(name=f"Người {number}", key=("bt.bac-binh.phan-son", "bt.ham-tan.tan-ha")[number % 2])

    assert _queries(client, reverse(name)) == one <= 12


def test_unit_list_takes_the_same_queries_with_1_and_30_rows(signed_in: SignIn) -> None:
    client, address = signed_in(Role.LEAD), reverse("registry:units")

    assert _queries(client, address, {"q": "phan ri cua"}) == _queries(client, address) <= 15


def test_review_list_takes_the_same_queries_with_1_and_30_rows(signed_in: SignIn, five_years: None) -> None:
    client, address = signed_in(Role.LEAD), reverse("registry:reviews")

    assert _queries(client, address, {"q": "phan ri cua"}) == _queries(client, address) <= 12


def test_unit_pages_take_the_same_queries_small_and_large(signed_in: SignIn, five_years: None) -> None:
    client = signed_in(Role.LEAD)

    small = _queries(client, _unit("bt.phu-qui").get_absolute_url())
    large = _queries(client, _unit("bt.phan-thiet").get_absolute_url())

    assert small == large <= 15


def test_upload_preview_confirm(
    signed_in: SignIn, workbook: Callable[..., bytes], tasks_at_once: None
) -> None:
    client = signed_in(Role.DISTRICT_OFFICER)
    content = workbook([("Huyện Bắc Bình", "", "", ""), ("Xã Phan Sơn", "1.200", 5, 5)])

    page = upload(client, "reviews", content, "rà soát.xlsx", year="2023")

    staged = ImportFile.objects.get()
    assert page.redirect_chain == [(reverse("registry:import_file", args=[staged.pk]), 302)]
    assert not PovertyReview.objects.exists()

    address = reverse("registry:import_confirm", args=[staged.pk])
    assert client.post(address).status_code == 302
    assert PovertyReview.objects.get().households == 1200
    assert client.post(address).status_code == 409


def test_a_preview_in_error_loads_only_on_request(
    signed_in: SignIn, workbook: Callable[..., bytes], tasks_at_once: None
) -> None:
    client = signed_in(Role.LEAD)
    content = workbook(
        [("Huyện Bắc Bình", "", "", ""), ("Xã Phan Sơn", 100, 5, 5), ("Xã Phan Xa Lạ", 9, 1, 1)]
    )
    upload(client, "reviews", content, year="2023")
    address = reverse("registry:import_confirm", args=[ImportFile.objects.get().pk])

    refused = client.post(address)

    assert refused.status_code == 422
    assert "Xã Phan Xa Lạ" in refused.content.decode()
    assert not PovertyReview.objects.exists()
    assert client.post(address, {"skip_refused": "1"}).status_code == 302
    assert PovertyReview.objects.count() == 1


@pytest.mark.parametrize("content", [b"not a workbook", b"PK\x03\x04 broken", b""])
def test_a_bad_upload_gets_a_sentence_and_keeps_the_form(signed_in: SignIn, content: bytes) -> None:
    response = upload(signed_in(Role.LEAD), "reviews", content, year="2023", document="QĐ 12")

    assert response.status_code == 200
    assert response.context["form"].errors["file"]
    assert "QĐ 12" in response.content.decode()
    assert not ImportFile.objects.exists()


def test_a_review_is_handed_in_with_its_year(signed_in: SignIn, workbook: Callable[..., bytes]) -> None:
    client = signed_in(Role.LEAD)
    content = workbook([("Xã Phan Sơn", 100, 5, 5)])

    assert upload(client, "reviews", content).context["form"].errors["year"]
    form = client.get(reverse("registry:import_upload", args=["reviews"])).context["form"]
    assert form["year"].value() == clock.today().year


def test_nobody_opens_another_persons_staged_file(
    signed_in: SignIn, workbook: Callable[..., bytes], tasks_at_once: None
) -> None:
    content = workbook([("Huyện Bắc Bình", "", "", ""), ("Xã Phan Sơn", 100, 5, 5)])
    upload(signed_in(Role.DISTRICT_OFFICER), "reviews", content, year="2023")
    address = reverse("registry:import_file", args=[ImportFile.objects.get().pk])

    assert signed_in(Role.DISTRICT_OFFICER, "bt.ham-tan").get(address).status_code == 404
    assert signed_in(Role.AUDITOR).get(address).status_code == 404


def test_a_household_is_entered_and_corrected(signed_in: SignIn) -> None:
    client = signed_in(Role.COMMUNE_OFFICER)
    facts = {
        "name": "  Đặng  Thị Bé ",
        "unit": str(_unit("bt.bac-binh.phan-dien").pk),
        "birth_year": "1980",
        "registration": "registered",
        "registered_on": "2022-03-01",
        "policy_loan": "good",
        "status_2021": "poor",
        "status_2024": "well_off",
    }

    client.post(reverse("registry:household_create"), facts)

    household = Household.objects.get()
    assert (household.name, household.code) == ("Đặng Thị Bé", "H-23017-00001")
    assert dict(household.statuses.values_list("year", "status")) == {2021: "poor", 2024: "well_off"}

    facts |= {"policy_loan": "bad", "status_2021": "", "status_2023": "near_poor"}
    client.post(reverse("registry:household_edit", args=[household.pk]), facts)

    household.refresh_from_db()
    assert household.policy_loan == "bad"
    assert dict(household.statuses.values_list("year", "status")) == {2023: "near_poor", 2024: "well_off"}


def test_a_faulty_household_keeps_what_was_typed(signed_in: SignIn) -> None:
    facts = {"name": "Đặng Thị Bé", "unit": "", "birth_year": "3000", "registration": "registered"}

    response = signed_in(Role.COMMUNE_OFFICER).post(reverse("registry:household_create"), facts)

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"unit", "birth_year", "registered_on"}
    assert "Đặng Thị Bé" in response.content.decode()
    assert not Household.objects.exists()


def test_a_unit_outside_cannot_be_chosen(signed_in: SignIn) -> None:
    facts = {"name": "Đặng Thị Bé", "unit": str(_unit("bt.ham-tan.tan-ha").pk)}

    response = signed_in(Role.COMMUNE_OFFICER).post(reverse("registry:household_create"), facts)

    assert "unit" in response.context["form"].errors
    assert not Household.objects.exists()


def test_an_individual_is_entered_and_corrected(signed_in: SignIn) -> None:
    client = signed_in(Role.AGENCY_OFFICER)
    facts = {"name": "Lê Văn Út", "unit": str(_unit("bt.hoi-nong-dan").pk), "role": "cadre", "is_woman": "no"}

    client.post(reverse("registry:individual_create"), facts)
    individual = Individual.objects.get()
    client.post(
        reverse("registry:individual_edit", args=[individual.pk]),
        facts | {"role": "civil_servant", "is_woman": ""},
    )

    individual.refresh_from_db()
    assert (individual.role, individual.is_woman) == ("civil_servant", None)


def test_a_hold_stands_on_the_page(signed_in: SignIn) -> None:
    household = _household()
    place_hold(subject=household, starts_on=date(2025, 12, 1), reason="Đang xác minh đơn")

    text = signed_in(Role.LEAD).get(household.get_absolute_url()).content.decode()

    assert "Đang xác minh đơn" in text


def test_the_search_box_finds_people_and_units(signed_in: SignIn) -> None:
    _household(name="Nguyễn Thị Lũy")

    response = signed_in(Role.COMMUNE_OFFICER).get(reverse("core:search"), {"q": "thi luy"})

    assert [hit.title for hit in response.context["hits"]] == ["Nguyễn Thị Lũy"]


@pytest.mark.parametrize("format_name", ["csv", "xlsx", "json"])
def test_reviews_are_exported_within_the_area(
    signed_in: SignIn, five_years: None, person: Callable[..., User], format_name: str
) -> None:
    client = signed_in(Role.DISTRICT_OFFICER)

    response = client.get(reverse("registry:review_export"), {"year": "2023", "format": format_name})

    assert response.status_code == 200
    if format_name == "csv":
        assert len(response.content.decode().strip().splitlines()) == 1 + 19


def test_years_are_written_without_separators(signed_in: SignIn, five_years: None) -> None:
    client = signed_in(Role.LEAD)

    pages = [
        reverse("registry:reviews"),
        _unit("bt.phu-qui").get_absolute_url(),
        _household().get_absolute_url(),
    ]

    for page in pages:
        text = client.get(page).content.decode()
        assert "2021" in text
        assert not re.search(r"<th[^>]*>2[.,]02", text)
    assert "?xuat=xlsx" in client.get(pages[0]).content.decode()
