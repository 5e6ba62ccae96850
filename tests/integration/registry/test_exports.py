"""Lists of the registry leave as workbooks; a household list loads back as it left."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils.text import slugify
from openpyxl import load_workbook

from core.models import AuditEntry, User
from core.personal_numbers import digest, seal
from registry.enums import Role, RowState
from registry.imports import ImportOptions
from registry.models import Household, Reorganisation, Unit, UnitSuccession
from registry.services.imports import receive_file
from registry.services.people import create_household
from tests.factories.registry import IndividualFactory, PovertyReviewFactory

pytestmark = pytest.mark.django_db

SignedIn = Callable[..., Client]
COMMUNE = "bt.bac-binh.phan-dien"


def exported(client: Client, name: str, **query: str) -> tuple[bytes, list[list[Any]]]:
    answer = client.get(reverse(f"registry:{name}"), {**query, "xuat": "xlsx"})
    assert answer.status_code == 200
    content = b"".join(answer.streaming_content)
    rows = load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)
    return content, [list(row) for row in rows]


@pytest.fixture
def household(register: None) -> Household:
    made = create_household(
        facts={
            "unit": Unit.objects.get(key=COMMUNE),
            "name": "Nguyễn Thị Hòa",
            "birth_year": 1968,
            "is_minority": True,
            "registration": "never",
            "policy_loan": "good",
            "policy_loan_source": "=12/NHCSXH",
        },
        statuses={2021: "poor", 2022: "near_poor", 2023: "newly_escaped", 2024: "average", 2025: "well_off"},
    )
    Household.objects.filter(pk=made.pk).update(
        citizen_number_sealed=seal("060168000123"), citizen_number_digest=digest("060168000123")
    )
    return made


def test_a_household_list_leaves_with_its_years_and_without_numbers(
    household: Household, signed_in: SignedIn
) -> None:
    content, (head, row) = exported(signed_in(Role.COMMUNE_OFFICER), "households")

    assert head[-5:] == ["2021", "2022", "2023", "2024", "2025"]
    assert row[:2] == [household.code, "Nguyễn Thị Hòa"]
    assert "'=12/NHCSXH" in row
    assert "060168000123" not in str(row)
    assert b"060168000123" not in content


def test_a_household_list_loads_back_as_it_left(
    household: Household, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.db.transaction.on_commit", lambda call, *args, **kwargs: call())
    content, _rows = exported(signed_in(Role.COMMUNE_OFFICER), "households")

    staged = receive_file(
        kind="households", upload=ContentFile(content, "ho.xlsx"), options=ImportOptions(), actor=None
    )

    staged.refresh_from_db()
    assert staged.counts[RowState.UNCHANGED] == 1, list(staged.batches.values_list("rows"))
    assert staged.counts[RowState.REFUSED] == 0


def test_filters_and_areas_hold_for_exports(household: Household, signed_in: SignedIn) -> None:
    _content, rows = exported(signed_in(Role.DISTRICT_OFFICER), "households", q="hoa", status="well_off")
    assert len(rows) == 2
    _content, rows = exported(signed_in(Role.REVIEWER), "households", status="poor")
    assert len(rows) == 1
    _content, rows = exported(signed_in(Role.COMMUNE_OFFICER, "bt.tuy-phong.phuoc-the"), "households")
    assert len(rows) == 1


def test_exports_of_people_leave_a_trace_and_those_of_units_none(
    household: Household, signed_in: SignedIn
) -> None:
    IndividualFactory(unit=household.unit)
    client = signed_in(Role.COMMUNE_OFFICER)
    before = AuditEntry.objects.count()

    exported(client, "units", ngay="2024-01-01")
    assert AuditEntry.objects.count() == before
    _content, people = exported(client, "individuals")
    exported(client, "households")

    assert len(people) == 2
    assert [entry.event for entry in AuditEntry.objects.order_by("seq")[before:]] == ["list.exported"] * 2


def test_reviews_leave_with_the_year_and_filters_in_force(household: Household, signed_in: SignedIn) -> None:
    for year in (2023, 2024):
        PovertyReviewFactory(
            unit=household.unit, year=year, households=3, poor=1, near_poor=1, poor_exits=2, lacking_jobs=1
        )
    client = signed_in(Role.REVIEWER)

    _content, (head, row) = exported(client, "reviews", year="2023", q="phan dien")

    assert len(head) == len(row)
    assert [value for value in row[3:] if isinstance(value, int)] == [3, 1, 1, 2, 1]
    assert [value for value in row if isinstance(value, float)] == [33.33, 33.33, 66.67]


def test_a_number_typed_as_a_name_is_sent_away_before_anything_leaves(
    household: Household, signed_in: SignedIn
) -> None:
    client = signed_in(Role.COMMUNE_OFFICER)

    answer = client.get(reverse("registry:households"), {"q": "060168000123", "xuat": "csv"})

    assert answer.status_code == 302


def test_reorganisations_and_differences_of_totals_leave_too(register: None, signed_in: SignedIn) -> None:
    district = Unit.objects.get(key="bt.phu-qui")
    PovertyReviewFactory(unit=district, year=2023, households=100, poor=9, near_poor=9)
    for commune in district.children.all():
        if commune.kind == "commune":
            PovertyReviewFactory(unit=commune, year=2023, households=10, poor=1, near_poor=3)
    reorganisation = Reorganisation.objects.create(
        kind="merge",
        effective_on=date(2024, 12, 1),
        decision_number="1260/NQ",
        decided_on=date(2024, 10, 24),
        issuer="UBTVQH",
        created_at=datetime(2024, 12, 1, tzinfo=UTC),
    )
    UnitSuccession.objects.filter(successor__key="bt.phan-thiet.lac-dao-2024").update(
        reorganisation=reorganisation
    )
    client = signed_in(Role.REVIEWER)

    _content, differences = exported(client, "review_roll_up", year="2023")
    _content, changes = exported(client, "reorganisations")

    assert [row[2:5] for row in differences[1:]] == [[100, 30, 70], [9, 3, 6]]
    assert len(changes) == 4
    assert changes[1][0] == "1260/NQ"


def test_a_list_of_individuals_loads_back_as_it_left(
    register: None, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.db.transaction.on_commit", lambda call, *args, **kwargs: call())
    unit = Unit.objects.get(key=COMMUNE)
    for is_woman, role in ((True, "cadre"), (False, "anti_poverty_worker"), (None, "")):
        IndividualFactory(unit=unit, birth_year=1980, position="Công chức", role=role, is_woman=is_woman)
    content, rows = exported(signed_in(Role.COMMUNE_OFFICER), "individuals")

    staged = receive_file(
        kind="individuals", upload=ContentFile(content, "nguoi.xlsx"), options=ImportOptions(), actor=None
    )

    staged.refresh_from_db()
    assert len(rows) == 4
    assert staged.counts[RowState.UNCHANGED] == 3, (staged.problem, list(staged.batches.values_list("rows")))


def test_a_list_of_people_tells_who_took_it_out_and_when(household: Household, signed_in: SignedIn) -> None:
    client = signed_in(Role.COMMUNE_OFFICER, COMMUNE)
    user = User.objects.get(pk=client.session["_auth_user_id"])

    people, as_text, units = (
        client.get(reverse(f"registry:{name}"), {"xuat": file_format})
        for name, file_format in (("households", "xlsx"), ("households", "csv"), ("units", "xlsx"))
    )

    for answer in (people, as_text):
        assert re.search(rf"2025-12-15-\d{{4}}-{slugify(user.username)}\.", answer["Content-Disposition"])
    book = load_workbook(io.BytesIO(b"".join(people.streaming_content)))
    for told in (book.properties.description, book.active.oddFooter.center.text):
        assert user.full_name in told
        assert "15/12/2025" in told
    assert slugify(user.username) not in units["Content-Disposition"]
    assert load_workbook(io.BytesIO(b"".join(units.streaming_content))).properties.description is None
