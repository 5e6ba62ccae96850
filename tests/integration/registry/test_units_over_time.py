"""Units as of a day, the forms of the units that offices keep, zones, duties and clusters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from core.exceptions import InvalidRequest, NotAllowed, StaleState
from core.models import AuditEntry, User
from registry.enums import Role, SuccessionKind, UnitKind
from registry.models import ClusterMembership, OfficeDuty, Unit, ZoneAssignment
from registry.selectors import zone_of
from registry.selectors.ancestry import Ancestry
from registry.selectors.duties import standing_office
from registry.selectors.reorganisations import Beginning, Decision, Link, Order
from registry.selectors.timeline import unit_life
from registry.services import set_zone
from registry.services.duties import assign_standing_office
from registry.services.reorganisations import reorganise
from registry.services.units import (
    add_cluster_member,
    correct_unit,
    create_unit,
    end_cluster_member,
    end_unit,
)
from tests.factories import UnitFactory, UnitSuccessionFactory

SignIn = Callable[..., Client]
DECISION = Decision("12/NQ", date(2025, 2, 10), "UBTVQH")
SLUG = {UnitKind.VILLAGE: "thon", UnitKind.AGENCY: "co-quan", UnitKind.ENTERPRISE: "doanh-nghiep"}


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Sentences are asserted in the language of the source."""
    with translation.override("en"):
        yield


def _unit(key: str) -> Unit:
    return Unit.objects.select_related("parent").get(key=key)


def _facts(kind: str, parent: str = "bt.bac-binh.phan-dien", **changes: Any) -> dict[str, Any]:
    facts: dict[str, Any] = {"name": "Mới", "parent": _unit(parent), "valid_from": date(2022, 1, 1)}
    if kind == UnitKind.VILLAGE:
        facts["admin_type"] = "thon"
    else:
        facts["form"] = "cooperative" if kind == UnitKind.ENTERPRISE else "public_service_unit"
    return {**facts, **changes}


def _typed(kind: str, parent: str = "bt.bac-binh.phan-dien", **changes: Any) -> dict[str, Any]:
    facts = _facts(kind, parent, **changes)
    return {name: value.pk if isinstance(value, Unit) else value for name, value in facts.items()}


def _cluster() -> Unit:
    return create_unit(
        kind=UnitKind.AGENCY, facts=_facts(UnitKind.AGENCY, "bt", name="Cụm 1", form="emulation_cluster")
    )


def _queries(client: Client, address: str, **query: str) -> int:
    client.get(address, query)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address, query).status_code == 200
    return len(captured)


# As of a day


def test_the_list_answers_as_of_a_day(signed_in: SignIn) -> None:
    client, address = signed_in(Role.LEAD), reverse("registry:units")

    before = client.get(address, {"q": "lac dao", "ngay": "2024-11-30"})
    now = client.get(address, {"q": "lac dao"})

    assert [unit.key for unit in before.context["units"]] == ["bt.phan-thiet.lac-dao"]
    assert [unit.key for unit in now.context["units"]] == ["bt.phan-thiet.lac-dao-2024"]
    assert "30/11/2024" in before.content.decode()
    assert before.context["is_today"] is False


def test_a_unit_page_answers_as_of_a_day(signed_in: SignIn) -> None:
    client = signed_in(Role.LEAD)
    commune = _unit("bt.phan-thiet.mui-ne")
    set_zone(unit=commune, zone="I", starts_on=date(2022, 1, 1), decision="QĐ 1")
    set_zone(unit=commune, zone="none", starts_on=date(2024, 1, 1), decision="QĐ 2")
    address = commune.get_absolute_url()
    district = _unit("bt.phan-thiet").get_absolute_url()

    assert client.get(address, {"ngay": "2023-06-01"}).context["zone"].zone == "I"
    assert client.get(address).context["zone"].zone == "none"
    children = client.get(district, {"ngay": "2024-11-30"}).context["children"]
    assert "bt.phan-thiet.lac-dao" in {unit.key for unit in children}
    assert "bt.phan-thiet.lac-dao-2024" not in {unit.key for unit in children}


@pytest.mark.parametrize("day", ["31/31/2025", "x", "0", "2025-13-01", "9999-99-99"])
def test_a_day_that_is_none_gets_a_sentence(signed_in: SignIn, day: str) -> None:
    client = signed_in(Role.LEAD)

    for address in (reverse("registry:units"), _unit("bt.bac-binh").get_absolute_url()):
        answer = client.get(address, {"ngay": day})
        assert answer.status_code == 200
        assert answer.context["is_today"]
        assert "invalid-feedback" in answer.content.decode()


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_far_days_are_answered(signed_in: SignIn, day: str) -> None:
    client = signed_in(Role.LEAD)

    for address in (reverse("registry:units"), _unit("bt.bac-binh").get_absolute_url()):
        assert client.get(address, {"ngay": day}).status_code == 200


def test_the_list_takes_few_queries(signed_in: SignIn) -> None:
    client, address = signed_in(Role.LEAD), reverse("registry:units")

    one = _queries(client, address, q="phan ri cua")
    assert one == _queries(client, address) == _queries(client, address, ngay="2024-01-01") <= 13


def test_reorganisations_take_the_same_queries_with_1_and_30_rows(signed_in: SignIn) -> None:
    client, address = signed_in(Role.LEAD), reverse("registry:reorganisations")
    keys = list(
        Unit.objects.filter(kind="commune", valid_until=None).order_by("pk").values_list("key", flat=True)
    )

    def rename(key: str) -> None:
        old = _unit(key)
        new = Beginning(key=f"{key}-x", kind=old.kind, name=f"{old.name} X", parent=old.parent)
        order = Order(date(2025, 3, 1), (old,), (new,), (Link(old, new, "renamed"),))
        reorganise(kind="rename", order=order, decision=DECISION)

    rename(keys[0])
    one = _queries(client, address)
    for key in keys[1:20]:
        rename(key)

    assert _queries(client, address) == one <= 13


def test_the_life_of_a_unit_goes_back_through_its_names(register: None) -> None:
    old = _unit("bt.bac-binh.phan-dien")
    set_zone(unit=old, zone="II", starts_on=date(2022, 1, 1), decision="QĐ 861")
    new = Beginning(key="new", kind=old.kind, admin_type="xa", name="Xã Mới", parent=old.parent)
    order = Order(date(2025, 3, 1), (old,), (new,), (Link(old, new, SuccessionKind.RENAMED),))
    reorganise(kind="rename", order=order, decision=DECISION)

    life = unit_life(_unit("new"), date(2025, 12, 15))

    assert [event.on for event in life] == [date(2021, 1, 1), date(2022, 1, 1), date(2025, 3, 1)]
    assert life[2].units == (old,)
    assert "12/NQ" in life[2].paper
    assert [event.on.year for event in unit_life(_unit("new"), date(2022, 6, 1))] == []
    assert zone_of(_unit("new"), date(2025, 12, 15)).zone == "II"


def test_sums_leave_out_units_whose_land_changed_hands(register: None) -> None:
    whole, parted, giver = (UnitFactory(valid_from=date(2024, 1, 1)) for _ in range(3))
    for successor, kind in ((whole, "merged"), (parted, "merged")):
        UnitSuccessionFactory(predecessor=UnitFactory(), successor=successor, kind=kind, on=date(2024, 1, 1))
    UnitSuccessionFactory(predecessor=giver, successor=parted, kind="transferred", on=date(2024, 6, 1))
    UnitSuccessionFactory(predecessor=UnitFactory(), successor=giver, kind="split", on=date(2024, 1, 1))

    assert whole.pk in Ancestry.read().summed()
    assert not {parted.pk, giver.pk} & set(Ancestry.read().summed())
    assert parted.pk in Ancestry.read(date(2024, 3, 1)).summed()


# Units that offices keep

_MAY_CREATE = {
    Role.COMMUNE_OFFICER: {UnitKind.VILLAGE, UnitKind.ENTERPRISE},
    Role.DISTRICT_OFFICER: {UnitKind.VILLAGE, UnitKind.AGENCY, UnitKind.ENTERPRISE},
    Role.REVIEWER: set(SLUG),
    Role.LEAD: set(SLUG),
}


@pytest.mark.walk
@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("kind", list(SLUG))
def test_who_may_enter_which_units(
    signed_in: SignIn, person: Callable[..., User], role: str, kind: UnitKind
) -> None:
    client = signed_in(role)
    may = kind in _MAY_CREATE.get(role, set())
    parent = "bt.bac-binh" if kind == UnitKind.AGENCY else "bt.bac-binh.phan-dien"
    address = reverse("registry:unit_create", args=[SLUG[kind]])

    assert client.get(address).status_code == (200 if may else 403)
    assert client.post(address, _typed(kind, parent)).status_code == (302 if may else 403)
    assert Unit.objects.filter(name__endswith="Mới").exists() == may


@pytest.mark.parametrize("role", [Role.COMMUNE_OFFICER, Role.DISTRICT_OFFICER])
def test_nobody_enters_units_outside_the_area(
    signed_in: SignIn, person: Callable[..., User], role: str
) -> None:
    address = reverse("registry:unit_create", args=["thon"])

    answer = signed_in(role).post(address, _typed(UnitKind.VILLAGE, "bt.tuy-phong.phu-lac"))

    assert answer.status_code == 422
    assert "parent" in answer.context["form"].errors
    with pytest.raises(NotAllowed):
        create_unit(
            kind=UnitKind.VILLAGE,
            facts=_facts(UnitKind.VILLAGE, "bt.tuy-phong.phu-lac"),
            actor=person(role, "bt.bac-binh.phan-son" if role == Role.COMMUNE_OFFICER else "bt.ham-tan"),
        )


def test_a_village_is_entered_with_its_title(signed_in: SignIn) -> None:
    client = signed_in(Role.COMMUNE_OFFICER)
    address = reverse("registry:unit_create", args=["thon"])

    client.post(address, _typed(UnitKind.VILLAGE, name="thôn  Bình Đức"))

    village = Unit.objects.get(kind="village")
    assert village.name == "Thôn Bình Đức"
    assert village.key == "bt.bac-binh.phan-dien.thon-binh-duc"
    assert village.path.startswith(_unit("bt.bac-binh.phan-dien").path)
    assert AuditEntry.objects.filter(event="registry.unit_created").count() == 1


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("village", {"name": ""}),
        ("village", {"admin_type": "xa"}),
        ("village", {"valid_from": "2020-01-01"}),
        ("enterprise", {"tax_code": "12"}),
        ("enterprise", {"form": "press"}),
        ("enterprise", {"form": ""}),
    ],
)
def test_a_faulty_unit_keeps_what_was_typed(
    signed_in: SignIn, kind: UnitKind, changes: dict[str, str]
) -> None:
    typed = {**_typed(kind, name="Giữ lại"), **changes}

    answer = signed_in(Role.LEAD).post(reverse("registry:unit_create", args=[SLUG[UnitKind(kind)]]), typed)

    assert answer.status_code == 422
    assert answer.context["form"].errors
    assert "Giữ lại" in answer.content.decode() or "name" in changes


def test_names_and_tax_codes_are_taken_once(register: None) -> None:
    create_unit(kind=UnitKind.VILLAGE, facts=_facts(UnitKind.VILLAGE))
    create_unit(
        kind=UnitKind.ENTERPRISE, facts=_facts(UnitKind.ENTERPRISE, name="HTX A", tax_code="3400000001")
    )

    with pytest.raises(InvalidRequest, match="same place"):
        create_unit(kind=UnitKind.VILLAGE, facts=_facts(UnitKind.VILLAGE))
    with pytest.raises(InvalidRequest, match="borne by HTX A"):
        create_unit(
            kind=UnitKind.ENTERPRISE, facts=_facts(UnitKind.ENTERPRISE, name="HTX B", tax_code="3400000001")
        )
    with pytest.raises(InvalidRequest, match="reorganisation"):
        create_unit(kind=UnitKind.COMMUNE, facts=_facts(UnitKind.VILLAGE, "bt.bac-binh"))
    with pytest.raises(InvalidRequest, match="does not lie under"):
        create_unit(kind=UnitKind.VILLAGE, facts=_facts(UnitKind.VILLAGE, "bt.bac-binh"))


def test_a_unit_is_corrected_and_the_log_keeps_old_and_new(signed_in: SignIn) -> None:
    client = signed_in(Role.DISTRICT_OFFICER)
    body = create_unit(kind=UnitKind.ENTERPRISE, facts=_facts(UnitKind.ENTERPRISE))
    address = reverse("registry:unit_correct", args=[body.pk])
    typed = {"form": "enterprise", "short_name": "M", "tax_code": "3400000001", "seat": body.parent_id}

    assert client.get(address).status_code == 200
    assert client.post(address, typed).status_code == 302
    assert client.post(address, typed).status_code == 302

    body.refresh_from_db()
    assert (body.form, body.short_name, body.tax_code, body.seat) == (
        "enterprise",
        "M",
        "3400000001",
        body.parent,
    )
    assert AuditEntry.objects.filter(event="registry.unit_corrected").count() == 1


def test_a_correction_reaches_no_name_and_no_parent(register: None) -> None:
    body = create_unit(kind=UnitKind.VILLAGE, facts=_facts(UnitKind.VILLAGE))

    correct_unit(unit=body, facts={"name": "Khác", "parent": _unit("bt"), "gso_code": "99"})

    body.refresh_from_db()
    assert (body.name, body.parent.key, body.gso_code) == ("Thôn Mới", "bt.bac-binh.phan-dien", "99")


@pytest.mark.parametrize("role", list(Role))
def test_who_may_correct_a_commune_its_zone_and_the_standing_office(signed_in: SignIn, role: str) -> None:
    client = signed_in(role)
    commune, province = _unit("bt.bac-binh.phan-dien"), _unit("bt")
    desk = role in {Role.REVIEWER, Role.LEAD}
    sees_commune = role != Role.AGENCY_OFFICER
    sees_province = role not in {
        Role.COMMUNE_OFFICER,
        Role.DISTRICT_OFFICER,
        Role.AGENCY_OFFICER,
        Role.OVERSEER,
    }

    refused = 403 if sees_commune else 404
    for name in ("registry:unit_correct", "registry:unit_zone"):
        assert client.get(reverse(name, args=[commune.pk])).status_code == (200 if desk else refused), name
    office = client.get(reverse("registry:standing_office", args=[province.pk])).status_code
    assert office == (200 if role == Role.LEAD else 403 if sees_province else 404)


def test_forms_of_another_kind_of_unit_are_not_there(signed_in: SignIn) -> None:
    client, district = signed_in(Role.LEAD), _unit("bt.bac-binh")

    for name in ("unit_zone", "standing_office", "cluster_members"):
        assert client.get(reverse(f"registry:{name}", args=[district.pk])).status_code == 404
    assert client.get(reverse("registry:unit_create", args=["huyen"])).status_code == 404


# Zones and duties


def test_a_zone_is_recorded_on_the_communes_page(signed_in: SignIn) -> None:
    client, commune = signed_in(Role.REVIEWER), _unit("bt.bac-binh.phan-dien")
    address = reverse("registry:unit_zone", args=[commune.pk])
    first = {"zone": "II", "starts_on": "2021-06-04", "decision": "QĐ 861/QĐ-TTg"}

    assert client.post(address, first).status_code == 302
    again = client.post(address, first)
    too_early = client.post(address, {**first, "starts_on": "2019-01-01"})

    assert again.status_code == too_early.status_code == 422
    assert ZoneAssignment.objects.count() == 1
    assert "QĐ 861/QĐ-TTg" in client.get(address).content.decode()


def test_the_standing_office_moves_on_a_day(signed_in: SignIn) -> None:
    client, province = signed_in(Role.LEAD), _unit("bt")
    address = reverse("registry:standing_office", args=[province.pk])
    first, second = _unit("bt.so-ldtbxh"), _unit("bt.so-noi-vu")
    typed = {"unit": first.pk, "starts_on": "2022-01-01", "decision": "QĐ 1"}

    assert client.post(address, typed).status_code == 302
    assert client.post(address, typed).status_code == 422
    assert client.post(address, {**typed, "unit": second.pk, "starts_on": "2025-03-01"}).status_code == 302

    assert standing_office(province, date(2021, 12, 31)) is None
    assert standing_office(province, date(2025, 2, 28)) == first
    assert standing_office(province, date(2025, 3, 1)) == second
    assert OfficeDuty.objects.get(unit=first).ends_on == date(2025, 2, 28)
    assert second.name in client.get(province.get_absolute_url()).content.decode()
    assert AuditEntry.objects.filter(event="registry.duty_assigned").count() == 2


def test_a_renamed_body_stays_the_standing_office(register: None) -> None:
    province, body = _unit("bt"), _unit("bt.so-ldtbxh")
    assign_standing_office(province=province, unit=body, starts_on=date(2022, 1, 1), decision="QĐ 1")
    new = Beginning(key="so-moi", kind="agency", form=body.form, name="Sở Mới", parent=province)
    order = Order(date(2025, 3, 1), (body,), (new,), (Link(body, new, "renamed"),))
    reorganise(kind="rename", order=order, decision=DECISION)

    assert standing_office(province, date(2025, 2, 28)) == body
    assert standing_office(province, date(2025, 3, 1)).key == "so-moi"


@pytest.mark.parametrize(
    ("key", "starts_on", "decision"),
    [
        ("bt.bac-binh", date(2022, 1, 1), "QĐ 1"),
        ("bt.so-ldtbxh", date(2022, 1, 1), " "),
        ("bt.so-ldtbxh", date(2019, 1, 1), "QĐ 1"),
    ],
)
def test_a_faulty_duty_is_refused(register: None, key: str, starts_on: date, decision: str) -> None:
    with pytest.raises(InvalidRequest):
        assign_standing_office(province=_unit("bt"), unit=_unit(key), starts_on=starts_on, decision=decision)


# Emulation clusters


def test_members_join_and_leave_a_cluster(signed_in: SignIn) -> None:
    client, cluster, member = signed_in(Role.REVIEWER), _cluster(), _unit("bt.so-tttt")
    address = reverse("registry:cluster_members", args=[cluster.pk])
    typed = {"member": member.pk, "starts_on": "2022-01-01", "document": "QĐ 5"}

    assert client.get(address).status_code == 200
    assert client.post(address, typed).status_code == 302
    assert client.post(address, typed).status_code == 422
    row = ClusterMembership.objects.get()
    end = reverse("registry:cluster_member_end", args=[cluster.pk, row.pk])
    assert client.post(end, {"ends_on": "2021-01-01"}).status_code == 422
    assert client.post(end, {"ends_on": "x"}).status_code == 422
    assert client.post(end, {"ends_on": "2023-12-31"}).status_code == 302

    row.refresh_from_db()
    assert row.ends_on == date(2023, 12, 31)
    page = client.get(cluster.get_absolute_url(), {"ngay": "2023-01-01"})
    assert [one.member for one in page.context["members"]] == [member]
    assert client.get(cluster.get_absolute_url()).context["members"] == []
    with pytest.raises(StaleState):
        end_cluster_member(membership=row, ends_on=date(2024, 1, 1))


def test_only_bodies_that_exist_join_only_clusters(register: None) -> None:
    cluster, member = _cluster(), _unit("bt.so-tttt")

    with pytest.raises(InvalidRequest, match="does not exist"):
        add_cluster_member(cluster=cluster, member=member, starts_on=date(2019, 1, 1))
    with pytest.raises(InvalidRequest, match="clusters to none"):
        add_cluster_member(cluster=member, member=cluster, starts_on=date(2022, 1, 1))


@pytest.mark.parametrize("role", list(Role))
def test_who_keeps_a_cluster_of_the_province(signed_in: SignIn, role: str) -> None:
    cluster, client = _cluster(), signed_in(role)
    sees = role in {Role.REVIEWER, Role.LEAD, Role.STANDING_BODY, Role.AUDITOR, Role.ADMINISTRATOR}

    answers = {
        client.get(reverse("registry:cluster_members", args=[cluster.pk])).status_code,
        client.post(reverse("registry:cluster_members", args=[cluster.pk]), {}).status_code,
    }

    expected = {200, 422} if role in {Role.REVIEWER, Role.LEAD} else {403} if sees else {404}
    assert answers == expected


@pytest.mark.parametrize(
    "key", ["bt", "bt.bac-binh", "bt.bac-binh.phan-dien", "bt.phan-thiet.lac-dao-2024", "bt.so-ldtbxh"]
)
def test_a_unit_page_of_any_kind_takes_few_queries(signed_in: SignIn, key: str) -> None:
    assert _queries(signed_in(Role.LEAD), _unit(key).get_absolute_url()) <= 17


def test_a_cluster_page_takes_the_same_queries_with_1_and_30_members(signed_in: SignIn) -> None:
    client, cluster = signed_in(Role.LEAD), _cluster()
    address = reverse("registry:cluster_members", args=[cluster.pk])
    bodies = list(Unit.objects.filter(kind="commune", valid_until=None).on(date(2022, 1, 1))[:30])
    add_cluster_member(cluster=cluster, member=bodies[0], starts_on=date(2022, 1, 1))
    one, page = _queries(client, address), _queries(client, cluster.get_absolute_url())
    for body in bodies[1:]:
        add_cluster_member(cluster=cluster, member=body, starts_on=date(2022, 1, 1))

    assert _queries(client, address) == one <= 17
    assert _queries(client, cluster.get_absolute_url()) == page


def test_the_life_of_a_body_tells_clusters_duties_and_its_end(register: None) -> None:
    body, cluster, today = _unit("bt.so-ldtbxh"), _cluster(), date(2025, 12, 15)
    add_cluster_member(cluster=cluster, member=body, starts_on=date(2022, 1, 1), document="QĐ 5")
    row = ClusterMembership.objects.select_related("cluster__parent", "member").get()
    end_cluster_member(membership=row, ends_on=date(2022, 12, 31))
    province = _unit("bt")
    for key, day in (("bt.so-ldtbxh", date(2023, 1, 1)), ("bt.so-noi-vu", date(2025, 3, 1))):
        assign_standing_office(province=province, unit=_unit(key), starts_on=day, decision="QĐ 6")
    Unit.objects.filter(pk=body.pk).update(valid_until=date(2025, 6, 30))

    life = unit_life(_unit("bt.so-ldtbxh"), today)

    assert [(event.on.isoformat(), event.title.split()[0]) for event in life] == [
        ("2021-01-01", "In"),
        ("2022-01-01", "Joins"),
        ("2023-01-01", "Leaves"),
        ("2023-01-01", "Becomes"),
        ("2025-03-01", "No"),
        ("2025-06-30", "Last"),
    ]
    assert standing_office(province, date(2024, 1, 1)) == _unit("bt.so-ldtbxh")


def test_facts_that_do_not_fit_are_refused(register: None) -> None:
    body = create_unit(kind=UnitKind.ENTERPRISE, facts=_facts(UnitKind.ENTERPRISE))
    commune = _unit("bt.bac-binh.phan-dien")

    with pytest.raises(InvalidRequest, match="manage itself"):
        correct_unit(unit=body, facts={"managing_unit": body})
    with pytest.raises(InvalidRequest, match="does not fit the kind"):
        correct_unit(unit=body, facts={"form": "press"})
    with pytest.raises(InvalidRequest, match="form of the body is missing"):
        correct_unit(unit=body, facts={"form": ""})
    with pytest.raises(InvalidRequest, match="is borne by"):
        correct_unit(unit=commune, facts={"gso_code": _unit("bt.bac-binh.phan-hiep").gso_code})
    with pytest.raises(InvalidRequest, match="title does not fit"):
        create_unit(kind=UnitKind.VILLAGE, facts=_facts(UnitKind.VILLAGE, admin_type="xa"))


def test_a_body_is_dissolved_with_its_paper(signed_in: SignIn) -> None:
    client, cluster = signed_in(Role.DISTRICT_OFFICER), _cluster()
    body = create_unit(kind=UnitKind.ENTERPRISE, facts=_facts(UnitKind.ENTERPRISE))
    add_cluster_member(cluster=cluster, member=body, starts_on=date(2022, 1, 1))
    address = reverse("registry:unit_end", args=[body.pk])
    typed = {"last_day": "2024-06-30", "document": "QĐ 7"}

    assert client.get(address).status_code == 200
    assert client.post(address, {**typed, "last_day": "2019-01-01"}).status_code == 422
    assert client.post(address, typed).status_code == 302
    assert client.post(address, typed).status_code == 404

    body.refresh_from_db()
    assert body.valid_until == date(2024, 6, 30)
    assert ClusterMembership.objects.get().ends_on == date(2024, 6, 30)
    assert AuditEntry.objects.filter(event="registry.unit_ended").count() == 1
    with pytest.raises(StaleState):
        end_unit(unit=body, last_day=date(2024, 6, 30), document="QĐ 7")


def test_not_everything_is_dissolved_by_form(register: None) -> None:
    parent = create_unit(kind=UnitKind.AGENCY, facts=_facts(UnitKind.AGENCY, "bt"))
    create_unit(kind=UnitKind.AGENCY, facts={**_facts(UnitKind.AGENCY, "bt"), "parent": parent})
    day = date(2024, 6, 30)

    with pytest.raises(InvalidRequest, match="reorganisation"):
        end_unit(unit=_unit("bt.bac-binh"), last_day=day, document="QĐ 7")
    with pytest.raises(InvalidRequest, match="without it"):
        end_unit(unit=parent, last_day=day, document="QĐ 7")
    with pytest.raises(InvalidRequest, match="paper"):
        end_unit(unit=parent, last_day=day, document=" ")


@pytest.mark.parametrize("role", list(Role))
def test_who_may_dissolve_a_village(signed_in: SignIn, role: str) -> None:
    village = create_unit(kind=UnitKind.VILLAGE, facts=_facts(UnitKind.VILLAGE))
    may = {Role.COMMUNE_OFFICER, Role.DISTRICT_OFFICER, Role.REVIEWER, Role.LEAD}
    refused = 404 if role == Role.AGENCY_OFFICER else 403

    answer = signed_in(role).get(reverse("registry:unit_end", args=[village.pk]))

    assert answer.status_code == (200 if role in may else refused)
