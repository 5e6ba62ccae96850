"""The log reads as people speak: things by their codes, narrowed by who, what, when and which."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.audit.recording import PendingEntry
from core.audit.writing import append
from core.log_names import names_of, subjects_called
from core.models import AuditEntry
from nominations.enums import Status
from nominations.models import Dossier
from tests.factories import Cast, HouseholdFactory, dossier_at

pytestmark = pytest.mark.django_db
ClientOf = Callable[[str], Client]
URL = "/nhat-ky/"


@pytest.fixture
def dossier(cast: Cast, settings: Any) -> Dossier:
    """Received in the demonstration, which plays 15/12/2025."""
    settings.APP_ENV = "demo"
    made = dossier_at(Status.RECEIVED, cast)
    settings.APP_ENV = "test"
    return made


@pytest.fixture
def reads(client_of: ClientOf) -> Callable[..., str]:
    """The log's page in English, as the inspector narrows it."""
    client = client_of("auditor")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    def get(**filters: Any) -> str:
        answer = client.get(URL, filters)
        assert answer.status_code == 200
        return str(answer.content.decode())

    return get


def rows(page: str) -> list[str]:
    """Each row of the page as one line of text."""
    return [
        " ".join(re.sub(r"<[^>]+>", " ", row).split())
        for row in re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)[1:]
    ]


def test_a_dossier_is_called_by_its_code(dossier: Dossier, reads: Callable[..., str]) -> None:
    page = reads()

    assert f">Dossier {dossier.code}<" in page
    assert f"nominations.dossier:{dossier.pk}<" not in page


def test_the_played_day_stands_beside_the_clock(dossier: Dossier, reads: Callable[..., str]) -> None:
    today = timezone.localtime().strftime("%d/%m/%Y")

    assert all(today in row and "plays 15/12/2025" in row for row in rows(reads()))


def test_without_a_played_day_only_the_clock_is_shown(cast: Cast, reads: Callable[..., str]) -> None:
    append([PendingEntry("account.opened", f"core.user:{cast['commune'].pk}", "system", {})])

    first = rows(reads(event="account.opened"))[0]

    assert "plays" not in first
    assert first.startswith(f"{AuditEntry.objects.latest('seq').seq} ")


def test_which_finds_everything_about_a_code(dossier: Dossier, cast: Cast, reads: Callable[..., str]) -> None:
    found = rows(reads(which=dossier.code.lower()))

    assert len(found) == AuditEntry.objects.filter(subject=f"nominations.dossier:{dossier.pk}").count() > 2
    assert all(dossier.code in row for row in found)
    assert "Nothing in the log fits these filters" in reads(which="HS-1999-0001")


def test_a_unit_is_found_without_diacritics(dossier: Dossier, reads: Callable[..., str]) -> None:
    unit = dossier.nominating_unit

    assert f"registry.unit:{unit.pk}" in subjects_called(unit.name_folded)


@pytest.mark.parametrize(("words", "matches"), [("system", True), ("khong ai ten vay", False)])
def test_who_may_be_the_system(reads: Callable[..., str], words: str, matches: bool) -> None:
    append([PendingEntry("demo.loaded", "demo", "system", {})])

    assert (rows(reads(who=words)) != []) is matches


def test_who_is_found_by_name_or_account(dossier: Dossier, cast: Cast, reads: Callable[..., str]) -> None:
    officer = cast["commune"]
    expected = AuditEntry.objects.filter(actor=f"user:{officer.pk}").count()

    assert len(rows(reads(who=officer.username))) == expected > 0
    assert len(rows(reads(who=officer.name_folded))) == expected


def test_what_narrows_to_one_event(dossier: Dossier, reads: Callable[..., str]) -> None:
    event = AuditEntry.objects.filter(subject__startswith="nominations.dossier:").first().event

    assert len(rows(reads(event=event))) == AuditEntry.objects.filter(event=event).count()


def test_days_are_those_of_the_office_both_included(reads: Callable[..., str]) -> None:
    append([PendingEntry("demo.loaded", "demo", "system", {})])
    today = timezone.localdate()
    yesterday, tomorrow = today - timedelta(days=1), today + timedelta(days=1)

    assert len(rows(reads(since=today, until=today))) == 1
    assert rows(reads(since=tomorrow)) == []
    assert rows(reads(until=yesterday)) == []


def test_days_in_the_wrong_order_are_said(reads: Callable[..., str]) -> None:
    append([PendingEntry("demo.loaded", "demo", "system", {})])

    page = reads(since="2025-12-15", until="2025-12-01")

    assert "This day is before the first one." in page


def test_households_are_called_by_code_and_never_by_name(cast: Cast) -> None:
    household = HouseholdFactory(name="Mang Thị Lựu", unit=cast["commune"].unit_roles.get().unit)

    names = names_of([f"registry.household:{household.pk}"])

    assert household.code in names[f"registry.household:{household.pk}"]
    assert "Lựu" not in str(names)


def test_what_has_no_name_or_is_gone_keeps_its_number() -> None:
    names = names_of(["nominations.dossier:99", "core.auditentry", "thing.unknown:7", "demo"])

    assert set(names) == {"nominations.dossier:99", "core.auditentry", "thing.unknown:7", "demo"}
    assert names["nominations.dossier:99"].endswith(" 99")
    assert names["thing.unknown:7"] == "thing.unknown 7"


@pytest.mark.parametrize("words", ["05/TTr-SLĐTBXH", "99999999999999999999/X", "2025", "x" * 120, "%", "/"])
def test_any_words_may_be_sought(reads: Callable[..., str], words: str) -> None:
    assert rows(reads(which=words)) == []


def test_the_log_leaves_with_its_filters_and_the_played_day(dossier: Dossier, client_of: ClientOf) -> None:
    answer = client_of("auditor").get(URL, {"which": dossier.code, "xuat": "csv"})
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").strip().splitlines()

    assert len(lines) == 1 + AuditEntry.objects.filter(subject=f"nominations.dossier:{dossier.pk}").count()
    assert all(dossier.code in line and "15/12/2025" in line for line in lines[1:])


def test_the_log_is_no_page_of_others(client_of: ClientOf) -> None:
    assert client_of("commune").get(reverse("core:audit"), {"which": "HS-2025-0001"}).status_code == 403
