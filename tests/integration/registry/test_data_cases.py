"""Requests about personal data and breaches: who records, whose clock runs how long, who closes."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import translation

from core import clock
from core.exceptions import InvalidRequest, NotAllowed, StaleState
from core.models import AuditEntry, User
from registry.enums import DataCaseKind, Role
from registry.models import DataCase, Unit
from registry.selectors.personal_data import case_row, work_on_cases
from registry.services.personal_data import acknowledge_case, close_case, record_case
from tests.factories import UnitFactory

pytestmark = pytest.mark.django_db

PROVINCE = "bt"
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
Person = Callable[..., User]
SignedIn = Callable[..., Client]


@pytest.fixture(autouse=True)
def _in_english(register: None) -> Any:
    with translation.override("en"):
        yield


def at(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=ZONE)


def recorded(actor: User, kind: str = DataCaseKind.CORRECTION, began_at: datetime | None = None) -> DataCase:
    return record_case(
        kind=kind,
        began_at=began_at or clock.now() - timedelta(hours=1),
        about="H-23275-00001",
        text="Năm sinh ghi sai.",
        actor=actor,
    )


@pytest.mark.parametrize(
    ("kind", "day", "first", "due"),
    [
        (DataCaseKind.CORRECTION, date(2025, 12, 10), None, timedelta(hours=72)),
        (DataCaseKind.DISCLOSURE, date(2025, 12, 31), None, timedelta(hours=72)),
        (DataCaseKind.DISCLOSURE, date(2026, 1, 5), timedelta(days=2), timedelta(days=10)),
        (DataCaseKind.BREACH, date(2025, 12, 10), None, timedelta(hours=72)),
        (DataCaseKind.BREACH, date(2026, 1, 5), None, timedelta(hours=72)),
    ],
)
def test_the_clock_runs_by_the_terms_of_its_day(
    person: Person, settings: Any, kind: str, day: date, first: timedelta | None, due: timedelta
) -> None:
    settings.FIXED_TODAY = day + timedelta(days=1)

    case = recorded(person(Role.LEAD, PROVINCE), kind, at(day))

    assert case.due_at - case.began_at == due
    assert (case.first_due_at - case.began_at if case.first_due_at else None) == first


@pytest.mark.parametrize(
    ("began_at", "sentence"),
    [(at(date(2099, 1, 1)), "still to come"), (at(date(2023, 6, 30)), "no terms for such matters")],
)
def test_a_moment_that_cannot_be_is_refused(person: Person, began_at: datetime, sentence: str) -> None:
    with pytest.raises(InvalidRequest, match=sentence):
        recorded(person(Role.LEAD, PROVINCE), began_at=began_at)

    assert not DataCase.objects.exists()


@pytest.mark.parametrize(
    ("role", "key", "records", "breaches", "closes_breaches"),
    [
        (Role.REVIEWER, PROVINCE, True, True, False),
        (Role.LEAD, PROVINCE, True, True, True),
        (Role.ADMINISTRATOR, PROVINCE, False, True, False),
        (Role.AUDITOR, PROVINCE, False, False, False),
        (Role.COMMUNE_OFFICER, "bt.bac-binh.phan-dien", False, False, False),
    ],
)
def test_who_records_and_who_closes(
    person: Person, role: str, key: str, records: bool, breaches: bool, closes_breaches: bool
) -> None:
    actor = person(role, key)
    lead = actor if role == Role.LEAD else person(Role.LEAD, PROVINCE)
    breach = recorded(lead, DataCaseKind.BREACH)

    def may(act: Callable[[], object]) -> bool:
        try:
            act()
        except NotAllowed:
            return False
        return True

    assert may(lambda: recorded(actor)) is records
    assert may(lambda: recorded(actor, DataCaseKind.BREACH)) is breaches
    assert (
        may(lambda: close_case(case=breach, result="done", outcome="Đã báo.", actor=actor)) is closes_breaches
    )


def test_a_request_is_answered_first_and_closed_once(person: Person, settings: Any) -> None:
    settings.FIXED_TODAY = date(2026, 1, 6)
    lead, reviewer = person(Role.LEAD, PROVINCE), person(Role.REVIEWER, PROVINCE)
    case = recorded(reviewer, began_at=at(date(2026, 1, 5)))

    acknowledge_case(case=case, actor=reviewer)
    with pytest.raises(StaleState, match="recorded already"):
        acknowledge_case(case=case, actor=lead)
    close_case(case=case, result="done", outcome="Đã sửa năm sinh.", actor=reviewer)
    with pytest.raises(StaleState, match="closed already"):
        close_case(case=case, result="declined", outcome="Không.", actor=lead)

    case.refresh_from_db()
    assert (case.result, case.closed_by, case.acknowledged_at is not None) == ("done", reviewer, True)
    told = AuditEntry.objects.filter(subject=f"registry.datacase:{case.pk}").order_by("seq")
    assert [entry.event for entry in told] == [
        "data_case.recorded",
        "data_case.acknowledged",
        "data_case.closed",
    ]
    assert all(
        "H-23275" not in entry.payload.content and "năm" not in entry.payload.content for entry in told
    )
    assert '"in_time":true' in told[2].payload.content


@pytest.mark.parametrize(
    ("hours", "words", "tone"),
    [(71, "71 hours left", "now"), (0, "0 hours left", "now"), (-1, "overdue", "bad")],
)
def test_time_left_is_told_in_hours(person: Person, hours: int, words: str, tone: str) -> None:
    case = recorded(person(Role.LEAD, PROVINCE), DataCaseKind.BREACH)
    DataCase.objects.update(due_at=clock.now() + timedelta(hours=hours, minutes=30))
    case.refresh_from_db()

    row = case_row(case)

    assert (row.time_left, row.tone) == (words, tone)


def test_a_matter_that_was_closed_late_says_so(person: Person) -> None:
    lead = person(Role.LEAD, PROVINCE)
    case = recorded(lead, DataCaseKind.BREACH)
    DataCase.objects.update(due_at=clock.now() - timedelta(hours=1))
    case.refresh_from_db()

    close_case(case=case, result="done", outcome="Đã báo muộn.", actor=lead)

    case.refresh_from_db()
    assert case_row(case).time_left == "closed late"
    assert '"in_time":false' in AuditEntry.objects.latest("seq").payload.content


def test_each_province_sees_its_own_and_the_administrator_breaches_alone(person: Person) -> None:
    other = UnitFactory(key="khac", kind="province", name="Tỉnh Khác")
    lead, admin = person(Role.LEAD, PROVINCE), person(Role.ADMINISTRATOR, PROVINCE)
    stranger = person(Role.LEAD, other.key)
    request, breach = recorded(lead), recorded(lead, DataCaseKind.BREACH)
    theirs = recorded(stranger)

    def seen(user: User) -> set[DataCase]:
        return set(DataCase.objects.visible_to(user))

    assert seen(lead) == seen(person(Role.AUDITOR, PROVINCE)) == {request, breach}
    assert seen(admin) == {breach}
    assert seen(stranger) == {theirs}
    assert seen(person(Role.COMMUNE_OFFICER, "bt.bac-binh.phan-dien")) == set()
    assert theirs.province == Unit.objects.get(key="khac")


def test_open_matters_are_work_of_those_who_may_close_them(person: Person) -> None:
    lead, reviewer = person(Role.LEAD, PROVINCE), person(Role.REVIEWER, PROVINCE)
    request, breach = recorded(lead), recorded(lead, DataCaseKind.BREACH)

    assert {item.url for item in work_on_cases(lead)} == {
        request.get_absolute_url(),
        breach.get_absolute_url(),
    }
    assert {item.url for item in work_on_cases(reviewer)} == {request.get_absolute_url()}
    close_case(case=request, result="declined", outcome="Không có dữ liệu.", actor=lead)
    assert list(work_on_cases(reviewer)) == []


def test_a_closed_matter_is_whole(person: Person) -> None:
    case = recorded(person(Role.LEAD, PROVINCE))

    with pytest.raises(IntegrityError):
        DataCase.objects.filter(pk=case.pk).update(closed_at=clock.now())


def test_a_request_goes_its_way_on_the_pages(signed_in: SignedIn) -> None:
    client = signed_in(Role.REVIEWER, PROVINCE)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    add = reverse("registry:data_case_record", args=["correction"])
    typed = {"began_at": "2025-12-15T00:00", "about": "H-1", "text": "Tên ghi sai."}

    assert client.get(add).status_code == 200
    refused = client.post(add, {**typed, "began_at": "2099-01-01T00:00"})
    assert refused.status_code == 422
    assert "still to come" in refused.content.decode()
    assert "Tên ghi sai." in refused.content.decode()
    made = client.post(add, typed, follow=True)
    case = DataCase.objects.get()
    assert made.redirect_chain[-1][0] == case.get_absolute_url()
    listed = client.get(reverse("registry:data_cases")).content.decode()
    assert "Request to correct personal data" in listed
    assert "72 hours" in listed
    assert "(assumption)" in re.sub(r"\s+", " ", listed)
    empty = client.post(case.get_absolute_url(), {"result": "done", "outcome": ""})
    assert empty.status_code == 422
    late = client.post(reverse("registry:data_case_acknowledge", args=[case.pk]))
    assert late.status_code == 409
    assert "none is due" in late.content.decode()
    client.post(case.get_absolute_url(), {"result": "done", "outcome": "Đã sửa."})

    page = client.get(case.get_absolute_url()).content.decode()
    assert "Closed in time" in page
    assert "Đã sửa." in page
    assert "Close it" not in page


@pytest.mark.parametrize(
    ("role", "key", "status"),
    [
        (Role.AUDITOR, PROVINCE, 200),
        (Role.LEAD, PROVINCE, 200),
        (Role.COMMUNE_OFFICER, "bt.bac-binh.phan-dien", 403),
    ],
)
def test_who_reads_the_pages(signed_in: SignedIn, person: Person, role: str, key: str, status: int) -> None:
    client = signed_in(role, key)
    case = recorded(User.objects.filter(unit_roles__role=Role.LEAD).first() or person(Role.LEAD, PROVINCE))

    assert client.get(reverse("registry:data_cases")).status_code == status
    assert client.get(case.get_absolute_url()).status_code == status
    assert client.get(reverse("registry:data_case_record", args=["nothing"])).status_code == 404
    if role == Role.AUDITOR:
        assert client.get(reverse("registry:data_case_record", args=["breach"])).status_code == 403


def test_the_administrator_opens_no_request(signed_in: SignedIn, person: Person) -> None:
    case = recorded(person(Role.LEAD, PROVINCE))

    assert signed_in(Role.ADMINISTRATOR, PROVINCE).get(case.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_takes_the_same_queries_for_any_length(
    signed_in: SignedIn, person: Person, count: int, django_assert_num_queries: Any
) -> None:
    lead = person(Role.LEAD, PROVINCE)
    for _n in range(count):
        recorded(lead)
    client = signed_in(Role.AUDITOR, PROVINCE)

    with django_assert_num_queries(8):
        assert client.get(reverse("registry:data_cases")).content.decode().count("H-23275-00001") == count
