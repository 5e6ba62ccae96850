"""The log is one, and each province's inspector reads the entries of their own."""

from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client

from core import audit, clock
from core.log import LogFilter, log_entries
from core.models import SignedHead, User
from core.services import service
from registry.enums import Role, UnitKind
from registry.log_walls import log_wall, models_with_place
from registry.models import Account, Unit, UnitSuccession
from tests.factories.registry import HouseholdFactory, UnitFactory, UnitRoleFactory, UserFactory, officer

pytestmark = pytest.mark.django_db


@service
def note(subject: Any, actor: User | None = None) -> None:
    audit.record("test.noted", actor=actor, subject=subject)


def province(key: str) -> Unit:
    return UnitFactory(key=key, kind=UnitKind.PROVINCE, name=f"Tỉnh {key}", valid_from=date(2021, 1, 1))


def subjects_seen(reader: User) -> set[str]:
    fresh = User.objects.get(pk=reader.pk)
    return set(log_entries(LogFilter(event="test.noted"), fresh).values_list("subject", flat=True))


def test_an_entry_lies_where_its_thing_lies_or_else_where_who_acted_belongs() -> None:
    north, south = province("bac"), province("nam")
    inspector, other = officer(Role.AUDITOR, north), officer(Role.AUDITOR, south)
    northern, southern = officer(Role.LEAD, north), officer(Role.LEAD, south)
    home_only = UserFactory()
    Account.objects.update_or_create(user=home_only, defaults={"home": south})
    homeless = UserFactory()
    commune = UnitFactory(key="bac.x", parent=UnitFactory(key="bac.h", kind=UnitKind.DISTRICT, parent=north))
    household = HouseholdFactory(unit=commune)
    note(household)
    note(household, southern)
    note(south, northern)
    note("reports.issueddocument:1", northern)
    note("reports.issueddocument:2", southern)
    note("reports.issueddocument:3", home_only)
    note("registry.household:999999", southern)
    note("registry.household:999998", northern)
    note("system")
    note("core.user:?")
    for person in (northern, southern, homeless, home_only):
        note(person)

    common = {"system", "core.user:?", f"core.user:{homeless.pk}"}
    assert subjects_seen(inspector) == common | {
        f"registry.household:{household.pk}",
        "reports.issueddocument:1",
        "registry.household:999998",
        f"core.user:{northern.pk}",
    }
    assert subjects_seen(other) == common | {
        f"registry.unit:{south.pk}",
        "reports.issueddocument:2",
        "reports.issueddocument:3",
        "registry.household:999999",
        f"core.user:{southern.pk}",
        f"core.user:{home_only.pk}",
    }


def test_a_role_in_both_or_a_register_of_one_province_sees_all() -> None:
    north = province("bac")
    inspector = officer(Role.AUDITOR, north)
    assert log_wall(inspector) is None
    south = province("nam")
    note(south)
    assert subjects_seen(inspector) == set()
    UnitRoleFactory(user=inspector, role=Role.ADMINISTRATOR, unit=south)
    assert subjects_seen(inspector) == {f"registry.unit:{south.pk}"}


def test_what_a_province_followed_is_read_by_its_inspector() -> None:
    before, now, other = province("cu"), province("moi"), province("khac")
    UnitSuccession.objects.create(predecessor=before, successor=now, on=date(2025, 7, 1), kind="merged")
    inspector = officer(Role.AUDITOR, now)
    note(before)
    note(other)

    assert subjects_seen(inspector) == {f"registry.unit:{before.pk}"}


def test_the_page_says_that_it_is_a_part_and_shows_the_head_of_the_whole(frozen_day: Any) -> None:
    north = province("bac")
    client = Client()
    client.force_login(officer(Role.AUDITOR, north))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    alone = client.get("/nhat-ky/").content.decode()
    province("nam")
    SignedHead.objects.create(day=clock.today(), seq=1, statement="x", signed_at=clock.now())

    walled = client.get("/nhat-ky/").content.decode()

    assert "entries of your province" not in alone
    assert "entries of your province" in walled
    assert "was signed and sent out" in walled, "a head says nothing of anybody and is the whole chain's"


# Models that no entry of the log is about, or whose entries lie where the person belongs who acted.
WITHOUT_PLACE = {
    *("registry.unitsuccession", "registry.zoneassignment", "registry.decidingpaper", "registry.account"),
    *("registry.rolerequest", "registry.handover", "registry.onetimecode", "registry.certifiedperson"),
    *("registry.reorganisation", "registry.officeduty", "registry.clustermembership"),
    *("registry.householdmember", "registry.householdstatus", "registry.householdcode"),
    *("registry.distincthouseholds", "registry.distinctindividuals", "registry.stagedbatch"),
    *(
        "nominations.roundchange",
        "nominations.paperpage",
        "nominations.statuschange",
        "nominations.evaluation",
    ),
    *(
        "nominations.judgement",
        "nominations.waiver",
        "nominations.supplementrequest",
        "nominations.proposalitem",
    ),
    *("nominations.planuploadfile", "nominations.planruling"),
    *("councils.votingrule", "councils.attendance", "councils.agendaitem", "councils.participation"),
    *("councils.ballot", "councils.tally"),
    *("reports.numberseries", "reports.issueddocument"),
}


@pytest.mark.walk
def test_every_model_has_its_place_or_is_known_to_have_none() -> None:
    apps_above = ("registry", "nominations", "councils", "reports")
    models = {
        model._meta.label_lower for name in apps_above for model in apps.get_app_config(name).get_models()
    }

    assert models_with_place() | WITHOUT_PLACE == models
    assert models_with_place() & WITHOUT_PLACE == set()
