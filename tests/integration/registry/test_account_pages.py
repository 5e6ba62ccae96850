"""Pages of people and roles: every address by role and verb, the same queries for any length, what the table says."""

from __future__ import annotations

import ast
from collections.abc import Callable
from datetime import date
from inspect import getmembers, isfunction
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from core.services import service
from councils import permissions as councils
from nominations import permissions as filing
from nominations import permissions_province as province
from registry import permissions, permissions_accounts, permissions_imports, permissions_people
from registry.account_urls import urlpatterns
from registry.enums import Role
from registry.models import Account, Certification, CertificationCall, CertifiedPerson, DecidingPaper, Unit
from registry.rights import checks_named, probe_of, rights_table
from registry.role_writing import RoleWish, ask_for_role
from registry.scopes import scope_of
from tests.factories import Cast, UnitRoleFactory
from tests.factories.registry import officer

pytestmark = pytest.mark.django_db

PEOPLE = (
    *("administrator", "lead", "auditor", "reviewer", "standing_body"),
    *("district", "commune", "agency", "overseer", "nobody"),
)
READERS = {"administrator", "lead", "auditor"}
KEEPER = {"administrator"}

# Address -> for GET and for POST who passes; None where the verb itself is refused (405).
TABLE: dict[str, tuple[set[str] | None, set[str] | None]] = {
    "accounts": (READERS, None),
    "account_open": (KEEPER, KEEPER),
    "role_requests": (READERS, None),
    "role_settle": (None, {"lead"}),
    "first_lead": (set(), set()),
    "rights": (READERS, None),
    "certification": (READERS | {"district"}, READERS | {"district"}),
    "certify": ({"district"}, {"district"}),
    "account_slips": (set(), set()),
    "account_detail": (READERS, READERS),
    "account_correct": (KEEPER, KEEPER),
    "account_block": (None, KEEPER),
    "account_link": (None, KEEPER),
    "account_slip": (None, KEEPER),
    "role_give": (KEEPER, KEEPER),
    "role_end": (None, KEEPER),
    "deciding_paper": (set(), None),
    "account_hand_over": (KEEPER, KEEPER),
    "account_merge": (KEEPER, KEEPER),
    "departure_settle": (None, KEEPER),
}


@pytest.fixture
def scene(cast: Cast) -> dict[str, list[Any]]:
    """An account, a role that waits and a call for lists; the arguments of each address."""
    account = cast["commune"].account
    paper = DecidingPaper.objects.create(number="1/QĐ", decided_on=date(2025, 12, 1))
    wish = RoleWish(cast["nobody"], Role.REVIEWER, cast.province, date(2025, 12, 15), None, paper)
    with_service(lambda: ask_for_role(wish, actor=cast["administrator"]))
    call = CertificationCall.objects.create(
        province=cast.province, called_on=date(2025, 12, 1), due_on=date(2025, 12, 31)
    )
    given = Certification.objects.create(
        call=call, unit=cast.province, confirmed_by=cast["lead"], confirmed_at="2025-12-02T00:00:00Z"
    )
    CertifiedPerson.objects.create(certification=given, user=cast["commune"], is_right=False)
    role = cast["commune"].unit_roles.get()
    return {
        "role_settle": [cast["nobody"].role_requests.get().pk],
        "certify": [cast.district.pk],
        "account_slips": [1],
        "role_end": [account.pk, role.pk],
        "deciding_paper": [account.pk, paper.pk],
        **{
            name: [account.pk]
            for name in TABLE
            if name.startswith(("account_", "role_give", "departure"))
            and name not in {"account_open", "account_slips"}
        },
    }


def with_service(act: Callable[[], Any]) -> Any:
    """What runs inside a service elsewhere."""
    return service(act)()


def test_every_address_has_its_row() -> None:
    assert {pattern.name for pattern in urlpatterns} == TABLE.keys()


@pytest.mark.walk
@pytest.mark.parametrize("name", TABLE)
@pytest.mark.parametrize("verb", ["get", "post"])
def test_who_passes(
    client_of: Callable[[str], Client], scene: dict[str, list[Any]], name: str, verb: str
) -> None:
    passes = TABLE[name][verb == "post"]
    address = reverse(f"registry:{name}", args=scene.get(name, []))

    for who in PEOPLE:
        # Nothing is typed: whoever passes is told what is lacking, or it is done.
        with transaction.atomic():
            status = getattr(client_of(who), verb)(address).status_code
            transaction.set_rollback(True)
        passed = passes is not None and who in passes
        assert status in ({200, 302, 422} if passed else {403, 404, 405}), (who, status)


def test_an_account_of_nobodys_province_is_not_there(client_of: Callable[[str], Client], cast: Cast) -> None:
    elsewhere = Unit(key="ld", kind="province", name="Tỉnh Lâm Đồng", valid_from=date(2021, 1, 1))
    elsewhere.save()
    stranger = officer(Role.LEAD, elsewhere, username="ld.lead").account
    client = client_of("administrator")
    names = ("account_detail", "account_correct", "role_give", "account_hand_over", "account_merge")

    assert {client.get(reverse(f"registry:{one}", args=[stranger.pk])).status_code for one in names} == {404}
    assert "ld.lead" not in client.get(reverse("registry:accounts")).content.decode()
    assert "ld.lead" not in client.get(reverse("registry:rights")).content.decode()


def queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def more_people(cast: Cast, count: int = 30) -> None:
    for number in range(count):
        user = officer(Role.COMMUNE_OFFICER, cast.commune, username=f"them-{number}")
        UnitRoleFactory(user=user, role=Role.OVERSEER, unit=cast.district)


@pytest.mark.parametrize(
    ("name", "who", "most"),
    [("accounts", "administrator", 14), ("accounts", "auditor", 14), ("rights", "administrator", 30)],
)
def test_lists_take_the_same_queries_for_any_length(
    client_of: Callable[[str], Client], cast: Cast, name: str, who: str, most: int
) -> None:
    client, address = client_of(who), reverse(f"registry:{name}")
    few = queries(client, address)
    more_people(cast)

    assert queries(client, address) == few <= most


def test_a_list_to_confirm_takes_the_same_queries_for_any_length(
    client_of: Callable[[str], Client], cast: Cast, scene: dict[str, list[Any]]
) -> None:
    client, address = client_of("district"), reverse("registry:certify", args=scene["certify"])
    few = queries(client, address)
    more_people(cast)

    assert queries(client, address) == few <= 16


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?q=outsider", {"outsider"}),
        ("?q=OTHER_dis", {"other_district"}),
        ("?role=district_officer", {"district", "other_district"}),
        ("?state=blocked", {"agency"}),
        ("?state=no_role", {"moi"}),
        ("?state=left", set()),
    ],
)
def test_filters(client_of: Callable[[str], Client], cast: Cast, query: str, names: set[str]) -> None:
    type(cast["agency"]).objects.filter(pk=cast["agency"].pk).update(is_active=False)
    without_role = officer(Role.COMMUNE_OFFICER, cast.commune, username="moi")
    without_role.unit_roles.all().delete()

    page = client_of("administrator").get(reverse("registry:accounts") + query)

    assert {row.account.user.username for row in page.context["rows"]} == names


# Checks that the table does not ask, and why.
NOT_ASKED: dict[Callable[..., Any], str] = {
    filing.check_can_start: "nominating in one open round: the line on starting a nomination",
    filing.check_can_confirm: "writing, or the district's, by where the paper's dossier stands",
    filing.check_can_supplement_set: "changing a set, or while a supplement asks for it",
    province.check_can_conclude: "asked with one of its verbs",
    province.check_can_approve_proposal: "looks into the list's dossiers: the lead, and none of their own making",
    province.check_can_see_selection: "seeing proposals, and by seat: the chair and the secretary of the council",
    province.check_can_record_women: "appraising, for a dossier of a collective",
    province.check_can_import_awards: "entering earlier awards",
    permissions.check_can_add_people: "for the button; keeping the records is asked",
    permissions.check_can_add_units: "for the button; entering units is asked",
    permissions_people.check_can_edit_person: "keeping the record",
    permissions_people.check_can_see_number: "a person's own record: the office that keeps it and the reviewer",
    permissions_people.check_can_search_number: "those who enter people",
    permissions_people.check_can_merge: "keeping both records",
    permissions_people.check_can_tell_apart: "keeping both records",
    permissions_people.check_can_undo_merger: "keeping both records",
    councils.check_can_prepare: "by seat: the secretary, or who prepares meetings of its kind",
    councils.check_can_set_up_any: "for the button; setting up each kind of council is asked",
    councils.check_can_keep_council: "setting up a council of its kind",
    councils.check_can_take_roll: "by seat",
    councils.check_can_cast: "by seat",
    councils.check_can_agree_to_close: "by office of the meeting: the secretary, or the counting team",
    councils.check_can_end: "by office of the meeting",
    councils.check_can_adjourn: "by office of the meeting",
    councils.check_can_take_off: "by office of the meeting",
    councils.check_can_pass_offices: "by office of the meeting",
    councils.check_can_consent: "the leadership, of a request that waits",
    councils.check_can_declare: "by seat: the member, or who keeps the record",
    councils.check_can_see_interests: "by seat: the secretary and the chair of the meeting",
    councils.check_can_settle_interest: "by seat: the secretary of the meeting, or its chair for the secretary",
    councils.check_can_record_papers: "by office of the meeting: the secretary, or the counting team",
    councils.check_can_see_batches: "by office of the meeting",
    councils.check_can_enter_batch: "by office of the meeting: who counts",
    councils.check_can_confirm_batch: "by office of the meeting: a second person",
    councils.check_can_keep_notes: "by office: the secretary of the meeting",
    councils.check_can_name_counting_head: "by office: the chair and the secretary of the meeting",
    councils.check_can_name_stand_in: "the leadership, of a meeting that is closed",
    permissions_accounts.check_can_keep_account: "keeping accounts of a unit",
    permissions_accounts.check_can_change_access: "keeping accounts of a unit, never one's own",
    permissions_accounts.check_can_give_role: "keeping accounts of a unit, never one's own",
    permissions_accounts.check_can_settle: "by who asked: a second administrator or the lead",
}
MODULES: tuple[ModuleType, ...] = (
    *(permissions, permissions_accounts, permissions_imports, permissions_people),
    *(filing, province, councils),
)


def checks_of(module: ModuleType) -> set[Callable[..., Any]]:
    return {
        check
        for name, check in getmembers(module, isfunction)
        if name.startswith("check_can_") and check.__module__ == module.__name__
    }


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_every_check_is_asked_or_says_why_not(module: ModuleType) -> None:
    assert checks_of(module) - checks_named() - NOT_ASKED.keys() == set()


def test_no_reason_is_left_over() -> None:
    every = set().union(*(checks_of(module) for module in MODULES))

    assert NOT_ASKED.keys() <= every
    assert not NOT_ASKED.keys() & checks_named()


def by_label(table: Any) -> dict[str, set[Role]]:
    return {
        str(row.label): {role for role, may in row.by_role if may} for _group, rows in table for row in rows
    }


def test_the_table_says_what_the_checks_say(cast: Cast, settings: Any) -> None:
    with override("en"):
        table = by_label(rights_table())

    assert table["Open and close rounds"] == {Role.LEAD}
    assert table["Record the decision on a proposal"] == {Role.STANDING_BODY}
    assert table["Open and keep accounts"] == {Role.ADMINISTRATOR}
    assert table["Start a nomination"] == {Role.COMMUNE_OFFICER, Role.DISTRICT_OFFICER, Role.AGENCY_OFFICER}
    assert table["Return it to the commune"] == {Role.DISTRICT_OFFICER}
    assert Role.ADMINISTRATOR not in set().union(
        *(
            roles
            for label, roles in table.items()
            if label
            not in {
                "See people and roles of the province",
                "Open and keep accounts",
                "Keep accounts of a unit",
                "Ask for the lists of people",
            }
        )
    )


def test_the_table_follows_a_changed_check(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(permissions, "PROVINCE_KEEPERS", (Role.AUDITOR,))

    with override("en"):
        assert by_label(rights_table())["Record a reorganisation"] == {Role.AUDITOR}


@pytest.mark.parametrize("role", list(Role))
def test_an_invented_holder_stands_where_a_real_one_does(cast: Cast, role: Role) -> None:
    real = {Role.COMMUNE_OFFICER: "commune", Role.DISTRICT_OFFICER: "district", Role.AGENCY_OFFICER: "agency"}
    names = {Role.REVIEWER: "reviewer", Role.LEAD: "lead", **real}
    probe = scope_of(probe_of(role).actor)
    person = cast[names.get(role, role.value)]

    assert probe.whole_province == scope_of(person).whole_province
    assert len(probe.paths) == len(scope_of(person).paths)
    assert [one.unit_kind for one in probe.roles] == [one.unit_kind for one in scope_of(person).roles]
    assert Account.objects.filter(pk=probe_of(role).actor.pk).count() == 0


def test_pages_that_change_access_go_through_one_door() -> None:
    """Each view that takes a form is wrapped once, so that a fresh proof of who sits there has one place."""
    lacking = []
    for path in sorted((Path(__file__).resolve().parents[3] / "registry" / "views").glob("account_*.py")):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and "request" in [one.arg for one in node.args.args]:
                text, names = ast.unparse(node), [ast.unparse(one) for one in node.decorator_list]
                if ("posted(request)" in text or "request.POST" in text) and "changes_access" not in names:
                    lacking.append(node.name)

    assert lacking == ["certification"]
