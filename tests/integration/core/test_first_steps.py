"""The page of first steps: what is missing, whose link shows, and that it vanishes and comes back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import LazySettings, settings
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from core import clock
from core.first_steps import Standing, Step, _steps, register_step, steps_of
from core.models import OutboxMessage, User
from councils.enums import Office
from councils.models import Council, CouncilMember
from registry.enums import Role
from registry.models import UnitRole
from registry.services.certification import call_for_lists
from registry.services.duties import assign_standing_office
from tests.factories import Cast, PovertyReviewFactory, UnitFactory, make_cast, running_round
from tests.factories.registry import officer

pytestmark = pytest.mark.django_db

PAGE = "/buoc-dau/"
ALL = [
    "Register of units",
    "Standing office",
    "People and roles",
    "Lists of people confirmed",
    "Movement and its plan",
    "Award round",
    "Councils",
    "Review years",
    "Mail",
    "Backup",
]


@pytest.fixture
def cast(frozen_day: Callable[[date], None]) -> Cast:
    return make_cast()


def signed_in(user: User) -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(user)
    return client


def missing(user: User) -> list[str]:
    with override("en"):
        return [
            str(step.label)
            for step, standing in steps_of(User.objects.get(pk=user.pk))
            if not standing.is_done
        ]


def set_up(cast: Cast, settings: LazySettings) -> None:
    """Everything that a province needs, each by the service or row that makes it."""
    assign_standing_office(
        province=cast.province,
        unit=cast.agency,
        starts_on=date(2021, 1, 1),
        decision="1/QĐ",
        actor=cast["lead"],
    )
    call_for_lists(province=cast.province, due_on=clock.today(), actor=cast["lead"])
    running_round()
    council = Council.objects.create(name="Hội đồng", unit=cast.province, movement=running_round().movement)
    for office in (Office.CHAIR, Office.SECRETARY):
        CouncilMember.objects.create(
            council=council,
            user=officer(Role.AGENCY_OFFICER, cast.agency),
            office=office,
            starts_on=date(2025, 1, 1),
        )
    for year in range(2021, 2025):
        PovertyReviewFactory(unit=cast.commune, year=year)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    call_command("record_backup", "may-chu-2:/sao-luu")


def test_an_empty_province_lacks_everything_and_says_so(frozen_day: Callable[[date], None]) -> None:
    province = UnitFactory(kind="province", name="Tỉnh Lâm Đồng")
    administrator = officer(Role.ADMINISTRATOR, province)
    UnitRole.objects.update(starts_on=clock.today())

    assert missing(administrator) == [name for name in ALL if name != "Lists of people confirmed"]
    page = signed_in(administrator).get(PAGE).content.decode()
    for name in ALL:
        assert name in page


def test_it_vanishes_when_all_is_done_and_comes_back(cast: Cast, settings: LazySettings) -> None:
    client = signed_in(cast["lead"])
    assert PAGE in client.get("/").content.decode()

    set_up(cast, settings)

    assert missing(cast["lead"]) == []
    assert PAGE not in client.get("/").content.decode()
    assert "Everything is set up" in client.get(PAGE).content.decode()
    UnitRole.objects.filter(user=cast["district"]).update(ends_on=clock.today() - timedelta(days=1))
    assert missing(cast["lead"]) == ["People and roles"]
    home = client.get("/").content.decode()
    assert PAGE in home
    assert "People and roles" in home
    assert "Huyện Bắc Bình" in client.get(PAGE).content.decode()


BREAKS: list[tuple[str, Callable[[Cast, Any], Any]]] = [
    ("People and roles", lambda cast, settings: UnitRole.objects.filter(role=Role.REVIEWER).delete()),
    (
        "People and roles",
        lambda cast, settings: (
            type(cast["administrator"]).objects.filter(username="administrator").update(is_active=False)
        ),
    ),
    ("Councils", lambda cast, settings: CouncilMember.objects.filter(office=Office.CHAIR).delete()),
    ("Review years", lambda cast, settings: cast.commune.reviews.filter(year=2023).delete()),
    (
        "Mail",
        lambda cast, settings: setattr(
            settings, "EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend"
        ),
    ),
    (
        "Mail",
        lambda cast, settings: OutboxMessage.objects.create(
            key="x",
            recipient="x@example.vn",
            subject="x",
            body="x",
            created_at=timezone.now() - timedelta(hours=2),
        ),
    ),
]


@pytest.mark.parametrize(("name", "act"), BREAKS)
def test_what_goes_missing_later_is_named(
    cast: Cast, settings: LazySettings, name: str, act: Callable[[Cast, Any], Any]
) -> None:
    set_up(cast, settings)
    assert missing(cast["lead"]) == []

    act(cast, settings)

    assert missing(cast["lead"]) == [name]


def test_a_list_that_is_overdue_is_named(
    cast: Cast, settings: LazySettings, frozen_day: Callable[[date], None]
) -> None:
    set_up(cast, settings)
    frozen_day(clock.today() + timedelta(days=1))

    assert missing(cast["lead"]) == ["Lists of people confirmed"]


def test_the_other_provinces_rows_count_for_nothing(cast: Cast, settings: LazySettings) -> None:
    set_up(cast, settings)
    province = UnitFactory(key="ld", kind="province", name="Tỉnh Lâm Đồng")
    stranger = officer(Role.ADMINISTRATOR, province)

    assert {"Register of units", "Standing office", "People and roles", "Councils"} <= set(missing(stranger))


@pytest.mark.parametrize("name", ["reviewer", "auditor", "commune", "district", "standing_body", "nobody"])
def test_it_is_for_the_administrator_and_the_lead(cast: Cast, name: str) -> None:
    client = signed_in(cast[name])

    assert client.get(PAGE).status_code == 403
    assert PAGE not in client.get("/").content.decode()


@pytest.mark.parametrize("name", ["administrator", "lead"])
def test_every_link_leads_somewhere(cast: Cast, name: str) -> None:
    client = signed_in(cast[name])

    links = [standing.url for _step, standing in steps_of(cast[name]) if standing.url]

    assert len(links) >= 4
    assert {client.get(link).status_code for link in links} == {200}


def test_a_step_without_a_page_is_no_link(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.first_steps._steps", list(_steps))
    register_step(Step("Later room", 99, lambda user: Standing(False, "Not yet.")))

    page = signed_in(cast["lead"]).get(PAGE).content.decode()

    assert "Later room" in page
    assert ">Later room</a>" not in page
    assert ">People and roles</a>" in page
