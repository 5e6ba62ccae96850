"""Who looked at whose data: every page that shows a person leaves a line, readable by those who answer for it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core import clock
from core.looks import Shown, addresses
from core.models import AuditEntry, Look, User
from core.retention import erase_expired, expired_on
from nominations.enums import Status
from registry.enums import DataCaseKind, Role, UnitKind
from registry.models import Household
from registry.services.personal_data import record_case
from tests.factories import Cast, attach, dossier_at, make_cast
from tests.factories.registry import HouseholdFactory, IndividualFactory, UnitFactory, officer
from tests.integration.suite.test_every_address import ALL

pytestmark = pytest.mark.django_db

READERS_OF_ONE = {"reviewer", "lead", "auditor"}


@pytest.fixture
def cast(frozen_day: Callable[[date], None]) -> Cast:
    return make_cast()


@pytest.fixture
def household(cast: Cast) -> Household:
    return HouseholdFactory(unit=cast.commune, name="Hộ ông Ân")


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def lines() -> list[tuple[str, str, str]]:
    return list(Look.objects.order_by("pk").values_list("subject", "page", "shown"))


def test_a_look_leaves_a_line_that_tells_who_whose_when_and_where(cast: Cast, household: Household) -> None:
    before = timezone.now()

    client_of(cast["commune"]).get(household.get_absolute_url())

    look = Look.objects.get()
    assert (look.user, look.subject) == (cast["commune"], f"registry.household:{household.pk}")
    assert (look.page, look.shown) == ("registry:household_detail", Shown.PAGE)
    assert before <= look.at <= timezone.now()
    assert not AuditEntry.objects.filter(subject=look.subject).exists(), "kept apart from the log"
    fields = {field.name for field in Look._meta.fields}
    assert fields == {"id", "user", "subject", "page", "shown", "at"}, "nothing of what stood there"


def test_lists_exports_papers_and_dossiers_leave_lines(cast: Cast, household: Household) -> None:
    dossier = dossier_at(Status.DRAFT, cast)
    paper = attach(dossier, "achievement_report", cast["commune"])
    client = client_of(cast["commune"])

    for address in (
        reverse("registry:households"),
        reverse("registry:households") + "?xuat=csv",
        dossier.get_absolute_url(),
        reverse("nominations:paper_download", args=[paper.pk]),
    ):
        answer = client.get(address)
        assert answer.status_code == 200
        b"".join(answer.streaming_content) if answer.streaming else answer.content

    assert lines() == [
        ("registry.household", "registry:households", Shown.LIST),
        ("registry.household", "registry:households", Shown.EXPORT),
        (f"nominations.dossier:{dossier.code}", "nominations:detail", Shown.PAGE),
        (f"nominations.paper:{paper.pk}", "nominations:paper_download", Shown.PAPER),
    ]


def test_what_was_not_shown_leaves_no_line(cast: Cast, household: Household) -> None:
    stranger = client_of(cast["outsider"])
    assert stranger.get(household.get_absolute_url()).status_code == 404
    assert Client().get(household.get_absolute_url()).status_code == 302
    own = client_of(cast["commune"])
    assert own.get(reverse("registry:unit_detail", args=[cast.commune.pk])).status_code == 200
    holds = client_of(cast["reviewer"]).get(reverse("registry:unit_holds", args=[cast.commune.pk]))
    assert holds.status_code == 200
    session = own.session
    session["seen_at"] = session["proven_at"] = session["signed_in_at"] = 0
    session.save()
    assert own.get(household.get_absolute_url()).status_code != 200

    assert lines() == []


def test_what_is_turned_down_comes_back_with_its_page_and_a_line(cast: Cast, household: Household) -> None:
    answer = client_of(cast["commune"]).post(reverse("registry:household_edit", args=[household.pk]), {})

    assert answer.status_code == 422
    assert lines() == [(f"registry.household:{household.pk}", "registry:household_edit", Shown.FORM)]


def test_comparing_two_people_is_a_look_at_both(cast: Cast) -> None:
    one, two = (IndividualFactory(unit=cast.commune, name=name) for name in ("Trần Văn Ân", "Trần Văn An"))

    client_of(cast["commune"]).get(reverse("registry:individual_merge", args=[one.pk, two.pk]))

    assert {subject for subject, _page, _shown in lines()} == {
        f"registry.individual:{one.pk}",
        f"registry.individual:{two.pk}",
    }


def test_a_database_that_takes_no_line_costs_no_page(
    cast: Cast, household: Household, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(Look, "save", full)

    answer = client_of(cast["commune"]).get(household.get_absolute_url())

    assert answer.status_code == 200
    assert household.name in answer.content.decode()
    assert "A look could not be noted" in caplog.text
    assert not Look.objects.exists()


def test_the_line_is_one_insert_after_the_answer(
    cast: Cast, household: Household, django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(cast["commune"])
    client.get(household.get_absolute_url())
    kept: list[Any] = []
    monkeypatch.setattr("core.looks.keep_looks", lambda *args: kept.append(args))
    from django.db import connection  # noqa: PLC0415 -- beside what it measures
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415 -- beside what it measures

    with CaptureQueriesContext(connection) as without:
        client.get(household.get_absolute_url())
    monkeypatch.undo()
    with django_assert_num_queries(len(without) + 1):
        client.get(household.get_absolute_url())
    assert len(kept) == 1


@pytest.mark.parametrize(
    "who",
    ["commune", "district", "overseer", "reviewer", "lead", "standing_body", "auditor", "administrator"],
)
def test_who_reads_who_looked(cast: Cast, household: Household, who: str) -> None:
    client_of(cast["commune"]).get(household.get_absolute_url())
    reader = client_of(cast[who])

    one = reader.get(reverse("registry:household_looks", args=[household.pk]))
    all_of_them = reader.get(reverse("registry:looks"))

    sees = one.status_code == 200
    assert sees == (who in READERS_OF_ONE)
    assert all_of_them.status_code == (200 if who == "auditor" else 403)
    if sees:
        assert str(cast["commune"]) in one.content.decode()
        assert (
            'href="' + reverse("registry:household_looks", args=[household.pk])
            in reader.get(household.get_absolute_url()).content.decode()
        )
    if who == "auditor":
        text = all_of_them.content.decode()
        assert household.code in text
        assert household.name not in text
        assert "Who looked at whose data" in reader.get(reverse("registry:data_cases")).content.decode()
    else:
        assert reverse("registry:looks") not in reader.get("/").content.decode()


def test_a_persons_dossiers_papers_and_merged_records_count(cast: Cast) -> None:
    dossier = dossier_at(Status.DRAFT, cast)
    household = HouseholdFactory(unit=cast.commune)
    merged = HouseholdFactory(unit=cast.commune, merged_into=household, merged_at=timezone.now())
    type(dossier).objects.filter(pk=dossier.pk).update(
        nominee_unit=None, nominee_household=household, subject="household"
    )
    paper = attach(dossier, "achievement_report", cast["commune"])
    other = HouseholdFactory(unit=cast.commune)
    for subject in (
        f"nominations.dossier:{dossier.code}",
        f"nominations.paper:{paper.pk}",
        f"registry.household:{merged.pk}",
        f"registry.household:{other.pk}",
    ):
        Look.objects.create(
            user=cast["district"], subject=subject, page="x", shown=Shown.PAGE, at=timezone.now()
        )

    page = (
        client_of(cast["reviewer"])
        .get(reverse("registry:household_looks", args=[household.pk]))
        .content.decode()
    )

    assert page.count(str(cast["district"])) == 3
    assert dossier.code in page
    assert other.code not in page


def test_the_inspector_reads_their_own_province(cast: Cast, household: Household) -> None:
    north = UnitFactory(key="nt", kind=UnitKind.PROVINCE, name="Tỉnh Ninh Thuận")
    theirs = officer(Role.REVIEWER, north, full_name="Lê Thị Xa")
    both = officer(Role.REVIEWER, north, full_name="Phạm Văn Hai")
    from tests.factories.registry import UnitRoleFactory  # noqa: PLC0415 -- beside its use

    UnitRoleFactory(user=both, role=Role.REVIEWER, unit=cast.province)
    foreign = HouseholdFactory(unit=UnitFactory(key="nt.x", parent=north))
    dossier = dossier_at(Status.DRAFT, cast)
    for user, subject in (
        (cast["commune"], f"registry.household:{household.pk}"),
        (theirs, f"registry.household:{foreign.pk}"),
        (both, f"registry.household:{foreign.pk}"),
        (both, f"nominations.dossier:{dossier.code}"),
    ):
        Look.objects.create(user=user, subject=subject, page="x", shown=Shown.PAGE, at=timezone.now())
    ours = client_of(cast["auditor"]).get(reverse("registry:looks")).content.decode()
    other = client_of(officer(Role.AUDITOR, north)).get(reverse("registry:looks")).content.decode()

    assert household.code in ours
    assert dossier.code in ours
    assert foreign.code not in ours
    assert foreign.code in other
    assert household.code not in other
    assert dossier.code not in other, "not by somebody who sits in both"
    narrowed = client_of(cast["auditor"]).get(reverse("registry:looks") + "?who=hai").content.decode()
    assert dossier.code in narrowed
    assert household.code not in narrowed


@pytest.mark.parametrize(
    ("asked", "said"), [("", "Nobody has looked yet"), ("?who=khong-ai", "Nobody of that name has looked")]
)
def test_an_empty_list_says_why_it_is_empty(cast: Cast, asked: str, said: str) -> None:
    page = client_of(cast["auditor"]).get(reverse("registry:looks") + asked).content.decode()

    assert said in page


def test_a_request_for_disclosure_leads_to_who_looked(cast: Cast, household: Household) -> None:
    case = record_case(
        kind=DataCaseKind.DISCLOSURE,
        began_at=clock.now(),
        about=f"{household.code}, chủ hộ",
        text="Ai đã xem hồ sơ của tôi?",
        actor=cast["lead"],
    )

    page = client_of(cast["lead"]).get(case.get_absolute_url()).content.decode()

    assert reverse("registry:household_looks", args=[household.pk]) in page


def test_looks_are_kept_for_their_time_and_then_go(cast: Cast) -> None:
    def look(at: datetime) -> Look:
        return Look.objects.create(
            user=cast["lead"], subject="registry.household:1", page="x", shown="page", at=at
        )

    old, new = look(timezone.now() - timedelta(days=3 * 366)), look(timezone.now())
    today = timezone.localdate()

    due = {one.term.name: one.count for one in expired_on(today)}
    gone = erase_expired(on=today, actor=None)

    assert due["looks"] == gone["looks"] == 1
    assert list(Look.objects.all()) == [new]
    assert old.pk != new.pk
    assert AuditEntry.objects.filter(event="personal_data.looks_erased").exists()


# Addresses that name a thing and show no person's data, or must not be noted.
SHOWS_NOBODY = {
    # Accounts of officers: who may do what is no secret of the office.
    *("registry:role_settle", "registry:certify", "registry:account_slips", "registry:account_detail"),
    *("registry:account_correct", "registry:account_block", "registry:account_link", "registry:account_slip"),
    *("registry:role_give", "registry:role_end", "registry:deciding_paper", "registry:account_hand_over"),
    *("registry:account_merge", "registry:departure_settle", "one_time_code_link"),
    *("signing_in:reset", "signing_in:passkey_remove"),
    *("core:handbook_public", "core:handbook_chapter"),
    # What the head of an issued document says, to whoever holds a copy.
    "reports:genuine",
    # Units and their figures.
    *("registry:unit_detail", "registry:unit_create", "registry:unit_correct", "registry:unit_end"),
    *("registry:unit_zone", "registry:standing_office", "registry:cluster_members"),
    *("registry:cluster_member_end", "registry:reorganisation_create", "registry:reorganisation_detail"),
    *("registry:reorganisation_file", "registry:unit_holds", "registry:unit_hold_end"),
    *(
        "registry:review_file",
        "registry:review_roll_up_note",
        "registry:review_unit",
        "registry:review_restate",
    ),
    # Empty forms and templates of a kind of file.
    *("registry:import_upload", "registry:kind_meanings", "registry:import_meaning_take_back"),
    *("registry:import_template", "registry:data_case_record"),
    # Plans, rounds and councils.
    *("criteria:rulebook_version", "criteria:rulebook_plan", "nominations:round", "nominations:round_extend"),
    *("nominations:round_close", "nominations:round_reopen", "nominations:plan_upload"),
    *("nominations:plan_put_in_force", "nominations:plan_refuse", "nominations:plan_file"),
    *("councils:council_detail", "councils:member_add", "councils:seat", "councils:seat_end"),
    *("councils:seat_office", "councils:voting_rule_add", "councils:meeting_create"),
    # A meeting calls households and individuals by code; a moment beside a name would tell who voted when.
    *("councils:meeting_detail", "councils:meeting_edit", "councils:agenda", "councils:roll"),
    *("councils:meeting_open", "councils:meeting_close", "councils:hall", "councils:item_take_off"),
    *("councils:poll_open", "councils:ballot", "councils:poll_close", "councils:poll_turnout"),
    *("councils:polls_open", "councils:result_stands", "councils:meeting_adjourn", "councils:meeting_resume"),
    *("councils:paper", "councils:poll_agree", "councils:poll_annul", "councils:base_rule_add"),
    *("councils:offices", "councils:office_consent", "councils:presence_strike"),
    *("councils:invitation", "councils:calendar"),
    *("councils:declare", "councils:declare_for", "councils:interests", "councils:interest_settle"),
    *("councils:paper_seats", "councils:batches", "councils:batch_confirm", "councils:batch_reject"),
    "councils:batch_withdraw",
    *("councils:notes", "councils:counting_head", "councils:stand_in"),
    # Signing shows the record's page, and a recount names members of the council alone.
    *("reports:record_sign", "reports:signature_take_back", "reports:record_reopen"),
    *("reports:reopening_settle", "reports:meeting_recount"),
    # Takes what was typed and shows nothing.
    "nominations:autosave",
}


@pytest.mark.walk
def test_every_address_that_names_a_thing_is_noted_or_shows_nobody() -> None:
    from django.urls import URLPattern, URLResolver, get_resolver  # noqa: PLC0415 -- only this test walks

    def naming(resolver: URLResolver, space: str = "") -> set[str]:
        found = set()
        for entry in resolver.url_patterns:
            if isinstance(entry, URLResolver):
                found |= naming(entry, f"{space}{entry.namespace}:" if entry.namespace else space)
            elif isinstance(entry, URLPattern) and entry.pattern.converters:
                found.add(f"{space}{entry.name}")
        return found

    named = naming(get_resolver())

    assert named - set(addresses()) == SHOWS_NOBODY
    assert set(addresses()) <= {name for name, _address in ALL}, "an address that is gone"
    assert set(addresses()) & SHOWS_NOBODY == set()
    assert len(named) > 120


@pytest.mark.walk
def test_no_live_page_or_ballot_of_a_meeting_is_noted() -> None:
    """The case pack is, as the page of each of its dossiers."""
    assert [name for name in addresses() if name.startswith("councils:")] == ["councils:case_pack"]


@pytest.mark.walk
def test_every_subject_is_filled_from_its_address() -> None:
    from string import Formatter  # noqa: PLC0415 -- only this test reads templates

    from django.urls import URLPattern, URLResolver, get_resolver  # noqa: PLC0415 -- only this test walks

    def arguments(resolver: URLResolver, space: str = "") -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for entry in resolver.url_patterns:
            if isinstance(entry, URLResolver):
                found |= arguments(entry, f"{space}{entry.namespace}:" if entry.namespace else space)
            elif isinstance(entry, URLPattern):
                found[f"{space}{entry.name}"] = set(entry.pattern.converters) | set(entry.default_args or {})
        return found

    given = arguments(get_resolver())
    for name, address in addresses().items():
        for subject in address.subjects:
            wanted = {field for _text, field, _format, _conversion in Formatter().parse(subject) if field}
            assert wanted <= given[name], name
