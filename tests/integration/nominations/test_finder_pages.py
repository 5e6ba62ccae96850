"""The finder's pages: who opens them, what they show, the start of a nomination, the list as a file, the what-if."""

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import AuditEntry
from nominations.enums import Status
from nominations.models import AwardRound, Dossier, PriorAward
from registry.enums import PovertyStatus, UnitKind
from registry.models import Hold, Household, PovertyReview, Unit
from tests.factories import (
    Cast,
    HouseholdFactory,
    HouseholdStatusFactory,
    IndividualFactory,
    PovertyReviewFactory,
    UnitFactory,
    ZoneFactory,
    dossier_at,
    running_round,
)
from tests.factories.nominations import fallen_reviews

ClientOf = Callable[[str], Client]
FINDER = reverse("nominations:finder")
ALLOWED = (
    *("commune", "district", "agency", "outsider", "other_district", "overseer"),
    *("reviewer", "lead", "standing_body", "auditor"),
)
REFUSED = ("administrator", "nobody")


@pytest.fixture
def award_round(cast: Cast) -> AwardRound:
    return running_round()


def well_placed(unit: Unit) -> Unit:
    fallen_reviews(unit)
    ZoneFactory(unit=unit)
    return unit


def short_by(unit: Unit, households: int) -> Unit:
    PovertyReviewFactory(unit=unit, year=2021, poor=100, near_poor=100)
    PovertyReviewFactory(unit=unit, year=2025, poor=99 + households, near_poor=0)
    ZoneFactory(unit=unit)
    return unit


def risen_household(unit: Unit, **fields: Any) -> Household:
    household: Household = HouseholdFactory(
        unit=unit, registration="registered", registered_on=date(2022, 2, 1), policy_loan="good", **fields
    )
    for year, status in ((2021, PovertyStatus.POOR), (2023, PovertyStatus.NEWLY_ESCAPED), (2025, "average")):
        HouseholdStatusFactory(household=household, year=year, status=status)
    return household


def page_of(client: Client, **asked: Any) -> str:
    response = client.get(FINDER, asked)
    assert response.status_code == 200
    return response.content.decode()


def names_in(page: str) -> list[str]:
    found = re.findall(r'<th class="named" scope="row"><div>\s*(?:<a [^>]*>)?([^<]+)', page)
    return [name.strip() for name in found]


def counts_in(page: str) -> list[int]:
    return [int(count) for count in re.findall(r'tabs__count">(\d+)<', page)]


@pytest.mark.walk
@pytest.mark.parametrize("who", ALLOWED)
@pytest.mark.parametrize("address", ["finder", "file", "what_if"])
def test_these_roles_look_for_nominees(
    cast: Cast, award_round: AwardRound, client_of: ClientOf, who: str, address: str
) -> None:
    subject = "agency" if who == "agency" else "commune"
    own = {"agency": cast.agency, "outsider": cast.other_commune, "other_district": cast.other_commune}
    addresses = {
        "finder": FINDER,
        "file": reverse("nominations:finder_export", args=["csv"]),
        "what_if": reverse("nominations:what_if", args=[subject, own.get(who, cast.commune).pk]),
    }

    assert client_of(who).get(addresses[address]).status_code == 200


@pytest.mark.parametrize("who", REFUSED)
@pytest.mark.parametrize("address", ["finder", "file", "what_if"])
def test_these_roles_are_refused_in_words(
    cast: Cast, award_round: AwardRound, client_of: ClientOf, who: str, address: str
) -> None:
    addresses = {
        "finder": FINDER,
        "file": reverse("nominations:finder_export", args=["csv"]),
        "what_if": reverse("nominations:what_if", args=["commune", cast.commune.pk]),
    }
    client = client_of(who)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    response = client.get(addresses[address])

    assert response.status_code == 403
    assert "The finder is for those who nominate" in response.content.decode()
    assert FINDER not in client.get(reverse("core:home")).content.decode()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_pages_have_one_heading_a_title_and_a_language(
    cast: Cast, award_round: AwardRound, client_of: ClientOf, language: str
) -> None:
    well_placed(cast.commune)
    client = client_of("district")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language

    for address in (FINDER, reverse("nominations:what_if", args=["commune", cast.commune.pk])):
        page = client.get(address).content.decode()
        assert len(re.findall(r"<h1[ >]", page)) == 1
        assert re.search(r"<title>\s*\S", page)
        assert f'<html lang="{language}"' in page
        assert "style=" not in page


def test_groups_are_counted_and_the_first_with_anybody_is_shown(
    cast: Cast, award_round: AwardRound, client_of: ClientOf
) -> None:
    well_placed(cast.commune)
    short_by(UnitFactory(name="Xã Gần", parent=cast.district), 3)
    UnitFactory(name="Xã Chưa Có Số", parent=cast.district)
    barred = well_placed(UnitFactory(name="Xã Vướng", parent=cast.district))
    Hold.objects.create(unit=barred, starts_on=date(2025, 11, 1), reason="Đơn tố cáo số 12")
    client = client_of("district")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    page = page_of(client)

    assert names_in(page) == [cast.commune.name]
    assert counts_in(page) == [1, 1, 1, 1, 4]
    assert "150" in page
    assert "62.5%" in page
    assert "Whoever is put forward still has to hand in" in page
    close = page_of(client, group="close")
    assert names_in(close) == ["Xã Gần"]
    assert "3 more households out of poverty" in close
    missing = page_of(client, group="missing")
    assert "Reviews are loaded by the district officer" in missing
    assert "Zones are recorded by the provincial desk" in missing
    held = page_of(client, group="barred")
    assert "A proceeding has been open since 01/11/2025" in held
    assert "Đơn tố cáo số 12" not in held
    assert len(names_in(page_of(client, group="all"))) == 4


def test_a_waivable_bar_says_who_may_accept_it(
    cast: Cast, award_round: AwardRound, client_of: ClientOf
) -> None:
    fallen_reviews(cast.commune)
    ZoneFactory(unit=cast.commune, zone="none")
    client = client_of("commune")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    page = page_of(client, group="barred")

    assert "May be accepted by the movement&#x27;s award council." in page


def test_the_list_is_sorted_and_filtered_by_what_stands_in_the_address(
    cast: Cast, award_round: AwardRound, client_of: ClientOf
) -> None:
    for name, lacking in (("Xã Bình Tân", 30), ("Xã Ấp Đá", 20), ("Xã Cà Ná", 10)):
        short_by(UnitFactory(name=name, parent=cast.district, admin_type="xa"), lacking)
    client = client_of("reviewer")

    assert names_in(page_of(client, group="close")) == ["Xã Cà Ná", "Xã Ấp Đá", "Xã Bình Tân"]
    assert names_in(page_of(client, group="close", sort="name")) == ["Xã Ấp Đá", "Xã Bình Tân", "Xã Cà Ná"]
    assert names_in(page_of(client, group="close", sort="unit")) == ["Xã Ấp Đá", "Xã Bình Tân", "Xã Cà Ná"]
    assert names_in(page_of(client, group="close", q="ap da")) == ["Xã Ấp Đá"]
    assert names_in(page_of(client, group="close", within=cast.district.pk)) != []
    assert names_in(page_of(client, group="close", within=cast.commune.pk)) == []


def test_choices_that_do_not_fit_give_way_to_the_first(
    cast: Cast, award_round: AwardRound, client_of: ClientOf
) -> None:
    well_placed(cast.commune)

    page = page_of(
        client_of("commune"),
        award_round="x",
        award="pm_certificate",
        subject="district",
        within="9" * 40,
        group="?",
    )

    assert names_in(page) == [cast.commune.name]


def test_without_a_round_the_page_says_so(cast: Cast, client_of: ClientOf) -> None:
    assert "search-heart" not in page_of(client_of("commune"))
    assert client_of("commune").get(reverse("nominations:finder_export", args=["csv"])).status_code == 404


@pytest.mark.walk
@pytest.mark.slow  # thirty nominees of four kinds
@pytest.mark.parametrize("who", ["commune", "district", "agency", "reviewer", "overseer"])
@pytest.mark.parametrize("subject", ["commune", "household", "individual", "agency"])
def test_the_page_costs_the_same_queries_for_one_row_and_for_thirty(
    cast: Cast, award_round: AwardRound, client_of: ClientOf, who: str, subject: str
) -> None:
    counts = []
    for more in (1, 29):
        for number in range(more):
            village = UnitFactory(kind=UnitKind.VILLAGE, name=f"Thôn {number}", parent=cast.commune)
            well_placed(UnitFactory(name=f"Xã {number}", parent=cast.district))
            risen_household(village)
            IndividualFactory(unit=cast.agency, role="cadre")
            UnitFactory(kind=UnitKind.AGENCY, name=f"Hội {number}", parent=cast.agency)
        client = client_of(who)
        page_of(client, subject=subject, group="all")
        with CaptureQueriesContext(connection) as caught:
            page_of(client, subject=subject, group="all")
        counts.append(len(caught))

    # Officers above communes also choose among the communes of their area; of a reviewer a seat on a council is asked.
    assert counts[0] == counts[1] <= (17 if who in {"district", "overseer", "reviewer"} else 16)


def test_one_click_starts_the_nomination(cast: Cast, award_round: AwardRound, client_of: ClientOf) -> None:
    household = risen_household(cast.commune)
    client = client_of("commune")
    page = page_of(client, subject="household")
    form = re.search(r'<form class="mb-1".*?</form>', page, re.DOTALL)
    assert form is not None
    asked = dict(re.findall(r'name="(unit|award_round|award|subject|nominee)" value="([^"]+)"', form.group()))

    response = client.post(reverse("nominations:start"), asked)

    dossier = Dossier.objects.get()
    assert response.status_code == 302
    assert dossier.nominee_household == household
    assert dossier.nominating_unit == cast.commune
    again = page_of(client, subject="household")
    assert dossier.get_absolute_url() in again
    assert 'name="nominee"' not in again


@pytest.mark.parametrize("who", ["reviewer", "lead", "standing_body", "auditor", "overseer"])
def test_those_who_do_not_nominate_get_no_button(
    cast: Cast, award_round: AwardRound, client_of: ClientOf, who: str
) -> None:
    well_placed(cast.commune)

    page = page_of(client_of(who))

    assert names_in(page) == [cast.commune.name]
    assert 'name="nominee"' not in page


def test_a_dossier_that_may_not_be_opened_is_a_bare_word(cast: Cast, client_of: ClientOf) -> None:
    dossier = dossier_at(Status.DRAFT, cast)
    client = client_of("reviewer")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    page = page_of(client)

    assert "Already nominated" in page
    assert dossier.code not in page


def test_a_closed_round_offers_no_start(cast: Cast, award_round: AwardRound, client_of: ClientOf) -> None:
    well_placed(cast.commune)
    AwardRound.objects.update(status="closed", closed_on=date(2025, 12, 1))

    assert 'name="nominee"' not in page_of(client_of("commune"))


def test_an_enterprise_is_nominated_where_it_sits_or_is_managed(
    cast: Cast, award_round: AwardRound, client_of: ClientOf
) -> None:
    seated = UnitFactory(kind=UnitKind.ENTERPRISE, name="HTX Ở Xã", parent=cast.province, seat=cast.commune)
    managed = UnitFactory(
        kind=UnitKind.ENTERPRISE,
        name="HTX Hội",
        parent=cast.province,
        seat=cast.commune,
        managing_unit=cast.agency,
    )

    at_commune = page_of(client_of("commune"), subject="enterprise")
    at_agency = page_of(client_of("agency"), subject="enterprise")

    assert names_in(at_commune) == [seated.name]
    assert f'value="{seated.pk}"' in at_commune
    assert names_in(at_agency) == [managed.name]
    assert f'name="nominee" value="{managed.pk}"' in at_agency


def test_the_deadline_past_is_said_once_for_all(
    cast: Cast, award_round: AwardRound, client_of: ClientOf, frozen_day: Callable[[date], None]
) -> None:
    well_placed(cast.commune)
    frozen_day(date(2026, 1, 5))
    client = client_of("commune")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    page = page_of(client)

    assert "The deadline of this round is past" in page
    assert names_in(page) == [cast.commune.name]


def rows_of_file(client: Client, file_format: str, **asked: Any) -> list[list[Any]]:
    response = client.get(reverse("nominations:finder_export", args=[file_format]), asked)
    assert response.status_code == 200
    assert "attachment" in response["Content-Disposition"]
    content = b"".join(response.streaming_content)
    for close in response._resource_closers:
        close()
    if file_format == "csv":
        assert content.startswith(b"\xef\xbb\xbf")
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    return [list(row) for row in sheet.iter_rows(values_only=True)]


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_the_file_holds_what_is_listed_with_the_filters_in_force(
    cast: Cast, award_round: AwardRound, client_of: ClientOf, file_format: str
) -> None:
    for number in range(30):
        short_by(UnitFactory(name=f"Xã Gần {number}", parent=cast.district), number + 1)
    well_placed(cast.commune)
    client = client_of("district")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    rows = rows_of_file(client, file_format, group="close", q="gan", sort="need")

    assert len(rows) == 31
    assert rows[0][:4] == ["Name", "Code", "Unit", "Group"]
    assert rows[1][0] == "Xã Gần 0"
    assert str(rows[1][4]) == "200"
    assert "1 more household out of poverty" in rows[1]
    assert not AuditEntry.objects.filter(event="nominations.finder_exported").exists()


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_a_file_of_people_is_audited_without_names_and_takes_no_formula(
    cast: Cast, award_round: AwardRound, client_of: ClientOf, file_format: str
) -> None:
    risen_household(cast.commune, name="=HYPERLINK(1)")

    rows = rows_of_file(client_of("commune"), file_format, subject="household", q="hyperlink")

    assert rows[1][0] == "'=HYPERLINK(1)"
    entry = AuditEntry.objects.get(event="nominations.finder_exported")
    told = json.loads(entry.payload.content)
    assert told["rows"] == 1
    assert told["format"] == file_format
    assert told["filters"]["group"] == "meets"
    assert told["searched"] is True
    assert "hyperlink" not in entry.payload.content.lower()


def test_an_unknown_format_is_not_found(cast: Cast, award_round: AwardRound, client_of: ClientOf) -> None:
    assert client_of("commune").get(reverse("nominations:finder_export", args=["pdf"])).status_code == 404


@pytest.mark.parametrize("who", ["outsider", "other_district", "agency"])
def test_a_nominee_of_another_area_has_no_what_if(
    cast: Cast, award_round: AwardRound, client_of: ClientOf, who: str
) -> None:
    household = risen_household(cast.commune)
    client = client_of(who)

    assert client.get(reverse("nominations:what_if", args=["commune", cast.commune.pk])).status_code == 404
    assert client.get(reverse("nominations:what_if", args=["household", household.pk])).status_code == 404
    assert client.get(reverse("nominations:what_if", args=["dragon", 1])).status_code == 404


def tried(client: Client, subject: str, pk: int, **typed: Any) -> Any:
    return client.get(reverse("nominations:what_if", args=[subject, pk]), {"thu": "1", **typed})


def figures(first: tuple[Any, Any, Any], last: tuple[Any, Any, Any]) -> dict[str, Any]:
    names = ("households", "poor", "near_poor")
    return {
        **{f"{name}_2021": value for name, value in zip(names, first, strict=True)},
        **{f"{name}_2025": value for name, value in zip(names, last, strict=True)},
    }


def test_figures_tried_change_the_answer_and_nothing_else(
    cast: Cast, award_round: AwardRound, client_of: ClientOf
) -> None:
    short_by(cast.commune, 3)
    client = client_of("commune")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    before = list(PovertyReview.objects.values()), AuditEntry.objects.count()

    shown = client.get(reverse("nominations:what_if", args=["commune", cast.commune.pk])).content.decode()
    response = tried(
        client, "commune", cast.commune.pk, zone="II", **figures((1000, 100, 100), (1000, 99, 0))
    )

    page = response.content.decode()
    assert 'name="poor_2025" value="102"' in shown
    assert "3 more households out of poverty" in shown
    assert response.status_code == 200
    assert "Meets the figures" in page
    assert "Short by a known amount" in page
    assert "Just enough" in page
    assert "101" in page
    assert (list(PovertyReview.objects.values()), AuditEntry.objects.count()) == before


@pytest.mark.parametrize(
    ("last", "words"),
    [
        ((1000, -1, 0), "greater than or equal to 0"),
        (("abc", 1, 0), "Enter a whole number"),
        ((100, 90, 20), "are more than all households"),
        ((100, "", 20), "State all three figures of 2025"),
        (("9" * 30, 1, 1), "less than or equal to"),
    ],
)
def test_bad_figures_get_words_beside_the_field_and_stay_typed(
    cast: Cast, award_round: AwardRound, client_of: ClientOf, last: tuple[Any, Any, Any], words: str
) -> None:
    short_by(cast.commune, 3)
    client = client_of("commune")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    response = tried(client, "commune", cast.commune.pk, **figures((1000, 100, 100), last))

    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert f'value="{last[0]}"' in page
    assert "With your figures" not in page


def test_a_household_is_tried_with_other_years_registration_loan_and_awards(
    cast: Cast, client_of: ClientOf
) -> None:
    running_round(kind="final")
    household = risen_household(cast.commune)
    client = client_of("commune")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    typed = {
        **{"status_2021": "poor", "status_2023": "newly_escaped", "status_2025": "average"},
        **{"registration": "registered", "registered_on": "2022-02-01", "policy_loan": "good"},
        "award": "province_certificate",
    }

    lacking = client.get(reverse("nominations:what_if", args=["household", household.pk])).content.decode()
    awarded = tried(client, "household", household.pk, **typed, awards_commendation="2").content.decode()
    relapsed = tried(
        client, "household", household.pk, **{**typed, "status_2025": "poor"}, awards_commendation="2"
    ).content.decode()
    undated = tried(client, "household", household.pk, **{**typed, "registered_on": ""})

    assert "1 earlier award" in lacking
    assert "Meets the figures" in awarded
    assert "Only by judgement" in relapsed
    assert undated.status_code == 422
    assert "State the day of registration" in undated.content.decode()
    assert not PriorAward.objects.exists()


def test_an_individual_and_an_agency_are_tried_too(
    cast: Cast, award_round: AwardRound, client_of: ClientOf
) -> None:
    person = IndividualFactory(unit=cast.agency, role="other")
    client = client_of("agency")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    page = tried(client, "individual", person.pk, role="cadre").content.decode()

    assert "Barred" in page
    assert "Meets the figures" in page
    assert tried(client, "agency", cast.agency.pk).status_code == 200


def test_a_dossier_leads_to_the_what_if_of_its_nominee(cast: Cast, client_of: ClientOf) -> None:
    dossier = dossier_at(Status.RECEIVED, cast)
    what_if = reverse("nominations:what_if", args=["commune", cast.commune.pk])

    for who in ("commune", "reviewer", "overseer"):
        assert what_if in client_of(who).get(dossier.get_absolute_url()).content.decode()


def test_the_what_if_of_a_village_without_any_figure_starts_empty(
    cast: Cast, award_round: AwardRound, client_of: ClientOf
) -> None:
    village = UnitFactory(kind=UnitKind.VILLAGE, name="Thôn 1", parent=cast.commune)
    client = client_of("commune")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    response = tried(client, "village", village.pk, **figures((500, 60, 40), (510, 20, 10)))

    page = response.content.decode()
    assert "Facts not recorded" in page
    assert "Meets the figures" in page
