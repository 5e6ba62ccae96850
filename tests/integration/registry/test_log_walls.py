"""The log is one, and each province's inspector reads the entries of their own."""

import re
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core import audit, clock
from core.audit import triggers
from core.audit.recording import PendingEntry
from core.audit.writing import append
from core.log import LogFilter, entries_seen, log_entries, log_page
from core.models import AuditEntry, AuditPayload, SignedHead, User
from core.services import service
from registry.enums import Role, UnitKind
from registry.log_walls import log_wall, models_with_place
from registry.models import Account, Unit, UnitSuccession
from tests.factories.registry import HouseholdFactory, UnitFactory, UnitRoleFactory, UserFactory, officer

pytestmark = pytest.mark.django_db
MOST_QUERIES = 20


@service
def note(subject: Any, actor: User | None = None) -> None:
    audit.record("test.noted", actor=actor, subject=subject)


def province(key: str) -> Unit:
    return UnitFactory(key=key, kind=UnitKind.PROVINCE, name=f"Tỉnh {key}", valid_from=date(2021, 1, 1))


def subjects_seen(reader: User) -> set[str]:
    fresh = User.objects.get(pk=reader.pk)
    entries = log_entries(LogFilter(event="test.noted"))
    seen = {entry.subject for entry in entries_seen(entries, fresh)}
    assert seen == {entry.subject for entry in log_page(entries, fresh, size=50).entries}
    return seen


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


@pytest.fixture
def two_logs() -> tuple[Client, Any]:
    """An inspector's browser, and what writes so many entries of theirs and of the other province, in turn."""
    north, south = province("bac"), province("nam")
    inspector = officer(Role.AUDITOR, north)
    UserFactory.create_batch(2)
    client = Client()
    client.force_login(inspector)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    def write(own: int, foreign: int) -> None:
        names = [f"registry.unit:{north.pk}"] * own + [f"registry.unit:{south.pk}"] * foreign
        append(PendingEntry("test.noted", name, "system", {"n": number}) for number, name in enumerate(names))

    return client, write


def numbers_on(page: str) -> list[int]:
    return [
        int(text.replace(",", "")) for text in re.findall(r'<th class="num" scope="row">([\d,]+)</th>', page)
    ]


def test_pages_of_the_log_follow_one_another_without_the_entries_of_others(two_logs: Any) -> None:
    client, write = two_logs
    write(60, 30)
    write(30, 0)
    own = sorted(AuditEntry.objects.filter(payload__content__contains="n").values_list("seq", flat=True))
    own = [seq for seq in own if not 60 < seq <= 90]

    first = client.get("/nhat-ky/?event=test.noted").content.decode()
    older = re.search(r"\?event=test.noted&amp;before=(\d+)", first)
    assert older is not None
    second = client.get(f"/nhat-ky/?event=test.noted&before={older[1]}").content.decode()

    assert numbers_on(first) + numbers_on(second) == list(reversed(own))
    assert len(numbers_on(first)) == 50
    assert "Next page" in first
    assert "To the newest" not in first
    assert "Next page" not in second
    assert "To the newest" in second


def test_a_page_looks_through_a_part_of_the_log_only_and_says_so(
    two_logs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, write = two_logs
    monkeypatch.setattr("core.log._PIECES", (5, 10))
    write(2, 20)

    first = client.get("/nhat-ky/?event=test.noted").content.decode()
    older = re.search(r"before=(\d+)", first)
    assert older is not None
    second = client.get(f"/nhat-ky/?event=test.noted&before={older[1]}").content.decode()

    assert "No entry that you may read among those looked through" in first
    assert len(numbers_on(second)) == 2


@pytest.mark.parametrize("count", [1, 300])
def test_a_page_of_the_log_asks_as_much_of_a_long_one_as_of_a_short_one(two_logs: Any, count: int) -> None:
    client, write = two_logs
    write(count, count)
    client.get("/nhat-ky/")

    with CaptureQueriesContext(connection) as asked:
        client.get("/nhat-ky/?event=test.noted")

    assert len(asked) <= MOST_QUERIES
    assert not any("COUNT(" in one["sql"] and "core_auditentry" in one["sql"] for one in asked)


def test_an_entry_that_a_hand_has_spoilt_spoils_no_page(two_logs: Any) -> None:
    client, write = two_logs
    write(4, 0)
    with triggers.lifted(connection):
        AuditEntry.objects.filter(seq=1).update(recorded_at="hôm qua", actor="user:x")
        AuditEntry.objects.filter(seq=2).update(actor=f"user:{'9' * 30}", subject=f"registry.unit:{'9' * 30}")
        AuditPayload.objects.filter(entry_id=3).update(content='{"played_on":[1]}')
        AuditPayload.objects.filter(entry_id=4).delete()

    assert numbers_on(client.get("/nhat-ky/").content.decode()) == [4, 3, 2, 1]
    assert client.get("/nhat-ky/?xuat=csv").status_code == 200


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
    *("councils.ballot", "councils.tally", "councils.baserule", "councils.declaration", "councils.ruling"),
    *("councils.teller", "councils.passing", "councils.presenceevent", "councils.adjournment"),
    *("councils.invitation", "councils.invitee"),
    *("councils.meetingnote", "councils.signature", "councils.reopening", "councils.standin"),
    *("councils.paperseat", "councils.paperbatch"),
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
