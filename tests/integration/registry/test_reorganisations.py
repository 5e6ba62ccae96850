"""Reorganisations by form: what each kind does to rows, successions, figures, roles; refusals; who may."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from core.exceptions import InvalidRequest, NotAllowed
from core.models import AuditEntry, StoredFile, User
from registry.enums import Role, SuccessionKind, UnitKind
from registry.models import ClusterMembership, Household, PovertyReview, Reorganisation, Unit, UnitSuccession
from registry.scopes import scope_of
from registry.selectors import unit_trend
from registry.selectors.reorganisation_words import plan_sentences
from registry.selectors.reorganisations import Beginning, Decision, Link, Order, plan_order
from registry.services import create_household
from registry.services.reorganisations import reorganise
from registry.services.units import add_cluster_member, create_unit
from tests.factories import PovertyReviewFactory
from tests.factories.files import pdf_bytes

SignIn = Callable[..., Client]
DAY = date(2025, 3, 1)
DECISION = Decision("12/NQ-UBTVQH", date(2025, 2, 10), "Uỷ ban Thường vụ Quốc hội")
PAPER = {
    "decision_number": DECISION.number,
    "decided_on": "2025-02-10",
    "issuer": DECISION.issuer,
    "effective_on": "2025-03-01",
}
KINDS = {"sap-nhap": "bt.bac-binh", "chia-tach": "bt.bac-binh.phan-dien", "doi-ten": "bt.bac-binh.phan-dien"}


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Sentences are asserted in the language of the source."""
    with translation.override("en"):
        yield


def _unit(key: str) -> Unit:
    return Unit.objects.select_related("parent").get(key=key)


def _village(name: str, commune: str, kind: str = "thon") -> Unit:
    return create_unit(
        kind=UnitKind.VILLAGE,
        facts={"name": name, "admin_type": kind, "parent": _unit(commune), "valid_from": date(2021, 1, 1)},
    )


def _address(slug: str, key: str = "") -> str:
    unit = _unit(key or KINDS[slug])
    return f"{reverse('registry:reorganisation_create', args=[slug])}?unit={unit.pk}"


def _merge(**changes: Any) -> dict[str, Any]:
    units = [_unit("bt.bac-binh.phan-dien").pk, _unit("bt.bac-binh.phan-hiep").pk]
    return {
        **PAPER,
        "units": units,
        "title": "xa",
        "name": "Phan Mới",
        "gso_code": "",
        "parent": _unit("bt.bac-binh").pk,
        **changes,
    }


def pdf() -> SimpleUploadedFile:
    return SimpleUploadedFile("nghi-quyet.pdf", pdf_bytes("NQ"), content_type="application/pdf")


def test_a_merger_is_entered_looked_at_and_recorded(signed_in: SignIn) -> None:
    client = signed_in(Role.REVIEWER)
    village = _village("1", "bt.bac-binh.phan-dien")
    address = _address("sap-nhap")

    form = client.get(address)
    preview = client.post(address, {**_merge(), "upload": pdf()})

    assert form.status_code == preview.status_code == 200
    text = preview.content.decode()
    assert "Xã Phan Điền" in text
    assert "Xã Phan Mới" in text
    assert "28/02/2025" in text
    assert not Reorganisation.objects.exists()
    kept = StoredFile.objects.get()
    answer = client.post(address, {**_merge(), "kept": str(kept.pk), "step": "confirm"})

    record = Reorganisation.objects.get()
    assert answer.status_code == 302
    assert record.file == kept
    assert _unit("bt.bac-binh.phan-dien").valid_until == date(2025, 2, 28)
    new = Unit.objects.get(name="Xã Phan Mới")
    assert new.valid_from == DAY
    assert new.parent == _unit("bt.bac-binh")
    carried = Unit.objects.get(parent=new)
    village.refresh_from_db()
    assert carried.name == village.name == "Thôn 1"
    assert carried.path.startswith(new.path)
    assert village.valid_until == date(2025, 2, 28)
    kinds = sorted(UnitSuccession.objects.filter(reorganisation=record).values_list("kind", flat=True))
    assert kinds == ["continued", "merged", "merged"]
    assert AuditEntry.objects.filter(event="registry.units_reorganised").count() == 1
    page = client.get(new.get_absolute_url()).content.decode()
    assert "12/NQ-UBTVQH" in page
    assert reverse("registry:reorganisation_file", args=[record.pk]) in page


def test_back_to_the_form_keeps_everything(signed_in: SignIn) -> None:
    client, address = signed_in(Role.LEAD), _address("sap-nhap")
    client.post(address, {**_merge(), "upload": pdf()})
    kept = StoredFile.objects.get()

    page = client.post(address, {**_merge(), "kept": str(kept.pk), "step": "edit"}).content.decode()

    assert "Phan Mới" in page
    assert "nghi-quyet.pdf" in page
    assert str(kept.pk) in page


def test_a_file_that_is_no_pdf_gets_a_sentence(signed_in: SignIn) -> None:
    upload = SimpleUploadedFile("nghi-quyet.pdf", b"MZ not a pdf", content_type="application/pdf")

    answer = signed_in(Role.LEAD).post(_address("sap-nhap"), {**_merge(), "upload": upload})

    assert answer.status_code == 422
    assert answer.context["form"].errors["upload"]
    assert not StoredFile.objects.exists()


def test_somebody_elses_kept_file_is_none(signed_in: SignIn) -> None:
    signed_in(Role.LEAD).post(_address("sap-nhap"), {**_merge(), "upload": pdf()})
    kept = StoredFile.objects.get()

    answer = signed_in(Role.REVIEWER).post(_address("sap-nhap"), {**_merge(), "kept": str(kept.pk)})

    assert answer.status_code == 422


def test_a_split_asks_where_each_village_goes(signed_in: SignIn) -> None:
    client, address = signed_in(Role.LEAD), _address("chia-tach")
    first, second = _village("1", "bt.bac-binh.phan-dien"), _village("2", "bt.bac-binh.phan-dien")
    facts = {**PAPER, "title_1": "xa", "name_1": "Phan Đông", "title_2": "thi_tran", "name_2": "Phan Tây"}

    refused = client.post(address, {**facts, f"place_{first.pk}": "1", f"place_{second.pk}": "3"})
    answer = client.post(
        address, {**facts, f"place_{first.pk}": "1", f"place_{second.pk}": "2", "step": "confirm"}
    )

    assert refused.status_code == 422
    assert answer.status_code == 302
    east, west = Unit.objects.get(name="Xã Phan Đông"), Unit.objects.get(name="Thị trấn Phan Tây")
    assert [unit.name for unit in Unit.objects.filter(parent=east)] == ["Thôn 1"]
    assert [unit.name for unit in Unit.objects.filter(parent=west)] == ["Thôn 2"]
    old = _unit("bt.bac-binh.phan-dien")
    assert set(old.successions_out.values_list("kind", flat=True)) == {SuccessionKind.SPLIT}


def test_figures_of_a_split_unit_are_nobodys_sum(register: None) -> None:
    old = _unit("bt.bac-binh.phan-dien")
    PovertyReviewFactory(unit=old, year=2023)
    parts = tuple(
        Beginning(key=f"part-{name}", kind=old.kind, admin_type="xa", name=f"Xã {name}", parent=old.parent)
        for name in ("Đông", "Tây")
    )

    reorganise(
        kind="split",
        order=Order(
            DAY,
            ends=(old,),
            begins=parts,
            links=tuple(Link(old, part, SuccessionKind.SPLIT) for part in parts),
        ),
        decision=DECISION,
    )

    assert unit_trend(Unit.objects.get(key="part-Đông")) == []


def test_a_new_name_keeps_figures_and_takes_villages_along(signed_in: SignIn) -> None:
    client, address = signed_in(Role.LEAD), _address("doi-ten")
    _village("1", "bt.bac-binh.phan-dien")
    old = _unit("bt.bac-binh.phan-dien")
    PovertyReviewFactory(unit=old, year=2023, households=900, poor=90, near_poor=60)
    facts = {**PAPER, "title": "phuong", "name": "Phan Điền", "gso_code": "", "parent": old.parent_id}

    answer = client.post(address, {**facts, "step": "confirm"})

    assert answer.status_code == 302
    new = Unit.objects.get(name="Phường Phan Điền")
    assert new.successions_in.get().kind == SuccessionKind.RENAMED
    assert Unit.objects.get(parent=new).name == "Thôn 1"
    assert [(point.year, point.poor_and_near_poor) for point in unit_trend(new)] == [(2023, 150)]


def test_a_new_parent_is_a_continuation(register: None) -> None:
    old, district = _unit("bt.bac-binh.phan-dien"), _unit("bt.tuy-phong")
    new = Beginning(key="moved", kind=old.kind, admin_type="xa", name=old.name, parent=district)

    reorganise(
        kind="rename",
        order=Order(DAY, (old,), (new,), (Link(old, new, SuccessionKind.CONTINUED),)),
        decision=DECISION,
    )

    assert _unit("moved").path.startswith(district.path)


def test_a_district_renamed_takes_communes_and_villages_along(register: None) -> None:
    district = _unit("bt.bac-binh")
    _village("1", "bt.bac-binh.phan-dien")
    communes = Unit.objects.filter(parent=district, valid_until=None).count()
    new = Beginning(
        key="bac-binh-moi",
        kind="district",
        admin_type="thi_xa",
        name="Thị xã Bắc Bình",
        parent=district.parent,
    )

    reorganise(
        kind="rename",
        order=Order(DAY, (district,), (new,), (Link(district, new, SuccessionKind.RENAMED),)),
        decision=DECISION,
    )

    begun = Unit.objects.get(key="bac-binh-moi")
    assert Unit.objects.filter(parent=begun).count() == communes
    assert Unit.objects.get(path__startswith=begun.path, kind="village").name == "Thôn 1"


def test_a_transfer_moves_the_chosen_villages_and_ends_neither(signed_in: SignIn) -> None:
    client = signed_in(Role.LEAD)
    going, staying = _village("1", "bt.bac-binh.phan-dien"), _village("2", "bt.bac-binh.phan-dien")
    taker = _unit("bt.bac-binh.phan-hiep")
    facts = {**PAPER, "taker": taker.pk, "part": "4,43 km²", "moving": [going.pk], "step": "confirm"}

    answer = client.post(_address("chuyen-mot-phan", "bt.bac-binh.phan-dien"), facts)

    assert answer.status_code == 302
    giver = _unit("bt.bac-binh.phan-dien")
    link = giver.successions_out.get()
    assert (link.kind, link.note, link.successor) == ("transferred", "4,43 km²", taker)
    assert giver.valid_until is None
    assert Unit.objects.get(parent=taker, kind="village").name == "Thôn 1"
    staying.refresh_from_db()
    assert staying.valid_until is None


def test_households_reviews_and_officers_of_a_merged_commune(
    person: Callable[..., User], signed_in: SignIn
) -> None:
    officer = person(Role.COMMUNE_OFFICER)
    client, address = signed_in(Role.LEAD), _address("sap-nhap")
    household = create_household(facts={"unit": _unit("bt.bac-binh.phan-dien"), "name": "Nguyễn Thị Lũy"})
    PovertyReviewFactory(unit=_unit("bt.bac-binh.phan-dien"), year=2023)

    preview = client.post(address, _merge()).content.decode()
    client.post(address, {**_merge(), "step": "confirm"})

    assert officer.full_name in preview
    new = Unit.objects.get(name="Xã Phan Mới")
    successor = person(Role.COMMUNE_OFFICER, new.key)
    assert household in Household.objects.visible_to(successor)
    assert PovertyReview.objects.visible_to(successor).count() == 1


def test_what_is_in_force_later_opens_nothing_today(person: Callable[..., User], register: None) -> None:
    old = _unit("bt.bac-binh.phan-dien")
    new = Beginning(key="later", kind=old.kind, admin_type="xa", name="Xã Sau", parent=old.parent)
    reorganise(
        kind="rename",
        order=Order(date(2026, 3, 1), (old,), (new,), (Link(old, new, SuccessionKind.RENAMED),)),
        decision=DECISION,
    )
    early = person(Role.COMMUNE_OFFICER, "later")

    assert not scope_of(early).covers(old.path)
    assert scope_of(early, date(2026, 3, 1)).covers(old.path)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"units": []}, "units"),
        ({"title": ""}, "title"),
        ({"name": ""}, "name"),
        ({"effective_on": "31/31/2025"}, "effective_on"),
        ({"gso_code": "12ab"}, "gso_code"),
        ({"decision_number": ""}, "decision_number"),
        # Sentences of the services stand above the fields.
        ({"effective_on": "2020-01-01", "decided_on": "2019-01-01"}, "__all__"),
        ({"effective_on": "2025-02-01"}, "__all__"),
        ({"decided_on": "2026-02-01", "effective_on": "2026-03-01"}, "__all__"),
        ({"title": "thi_tran", "name": "Chợ Lầu"}, "__all__"),
        ({"gso_code": "23005"}, "__all__"),
    ],
)
def test_a_faulty_merger_gets_a_sentence_and_keeps_what_was_typed(
    signed_in: SignIn, changes: dict[str, str], field: str
) -> None:
    answer = signed_in(Role.LEAD).post(_address("sap-nhap"), {**_merge(note="Giữ lại"), **changes})

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert "Giữ lại" in answer.content.decode()
    assert not Reorganisation.objects.exists()


def test_only_one_unit_is_no_merger(signed_in: SignIn) -> None:
    facts = _merge(units=[_unit("bt.bac-binh.phan-dien").pk])

    answer = signed_in(Role.LEAD).post(_address("sap-nhap"), facts)

    assert "units" in answer.context["form"].errors


def test_nothing_differs_is_no_new_name(signed_in: SignIn) -> None:
    old = _unit("bt.bac-binh.phan-dien")
    facts = {**PAPER, "title": "xa", "name": "Phan Điền", "gso_code": "", "parent": old.parent_id}

    answer = signed_in(Role.LEAD).post(_address("doi-ten"), facts)

    assert answer.status_code == 422
    assert answer.context["form"].non_field_errors()


def test_an_ended_unit_and_a_unit_named_twice_are_refused(register: None) -> None:
    ended, other = _unit("bt.phan-thiet.lac-dao"), _unit("bt.bac-binh.phan-dien")
    new = Beginning(key="x", kind="commune", admin_type="xa", name="Xã X", parent=other.parent)

    with pytest.raises(InvalidRequest, match="has ended already"):
        plan_order(
            Order(DAY, (ended, other), (new,), (Link(ended, new, "merged"), Link(other, new, "merged")))
        )
    with pytest.raises(InvalidRequest, match="named twice"):
        plan_order(Order(DAY, (other,), (new,), (Link(other, new, "merged"), Link(other, new, "merged"))))


def test_a_change_before_a_recorded_later_one_is_refused(register: None) -> None:
    giver, taker = _unit("bt.bac-binh.phan-lam"), _unit("bt.bac-binh.phan-son")

    with pytest.raises(InvalidRequest, match="later change"):
        plan_order(Order(date(2024, 6, 1), links=(Link(giver, taker, SuccessionKind.TRANSFERRED),)))


def test_a_split_with_a_village_left_over_is_refused(register: None) -> None:
    old = _unit("bt.bac-binh.phan-dien")
    _village("1", old.key)
    parts = tuple(Beginning(key=f"p{n}", kind="commune", name=f"Xã P{n}", parent=old.parent) for n in (1, 2))

    with pytest.raises(InvalidRequest, match="Thôn 1"):
        plan_order(Order(DAY, (old,), parts, tuple(Link(old, part, "split") for part in parts)))


@pytest.mark.walk
@pytest.mark.parametrize("role", list(Role))
def test_who_may_enter_a_reorganisation(signed_in: SignIn, person: Callable[..., User], role: str) -> None:
    may = role in {Role.REVIEWER, Role.LEAD}
    client, addresses = (
        signed_in(role),
        [
            reverse("registry:reorganisation_choose"),
            reverse("registry:import_upload", args=["reorganisations"]),
            reverse("registry:reorganisation_create", args=["sap-nhap"]),
            _address("sap-nhap"),
            _address("chia-tach"),
            _address("doi-ten"),
            _address("chuyen-mot-phan", "bt.bac-binh.phan-dien"),
        ],
    )

    assert client.get(reverse("registry:reorganisations")).status_code == 200
    for address in addresses:
        assert client.get(address).status_code == (200 if may else 403), address
    assert client.post(_address("sap-nhap"), _merge()).status_code == (200 if may else 403)
    if not may:
        old = _unit("bt.bac-binh.phan-dien")
        with pytest.raises(NotAllowed, match="provincial desk"):
            reorganise(
                kind="rename", order=Order(DAY, (old,)), decision=DECISION, actor=person(role, old.key)
            )


def test_the_decision_and_its_file_are_for_those_who_see_a_unit(signed_in: SignIn) -> None:
    desk = signed_in(Role.LEAD)
    desk.post(_address("sap-nhap"), {**_merge(), "upload": pdf()})
    desk.post(_address("sap-nhap"), {**_merge(), "kept": str(StoredFile.objects.get().pk), "step": "confirm"})
    record = Reorganisation.objects.get()
    addresses = [
        reverse("registry:reorganisation_detail", args=[record.pk]),
        reverse("registry:reorganisation_file", args=[record.pk]),
    ]
    inside, outside = signed_in(Role.DISTRICT_OFFICER), signed_in(Role.DISTRICT_OFFICER, "bt.tuy-phong")

    assert inside.get(addresses[0]).status_code == 200
    assert b"".join(inside.get(addresses[1]).streaming_content).startswith(b"%PDF")
    assert [outside.get(address).status_code for address in addresses] == [404, 404]
    assert record.decision_number not in outside.get(reverse("registry:reorganisations")).content.decode()


def test_an_unknown_kind_or_unit_is_not_there(signed_in: SignIn) -> None:
    client = signed_in(Role.LEAD)
    address = reverse("registry:reorganisation_create", args=["sap-nhap"])

    assert client.get(reverse("registry:reorganisation_create", args=["bay-len"])).status_code == 404
    assert client.get(address, {"unit": "999999"}).status_code == 404
    assert client.get(address, {"unit": "x"}).status_code == 404
    assert client.post(address, _merge()).status_code == 404


def test_a_renamed_agency_stays_in_its_cluster(register: None) -> None:
    body = _unit("bt.so-tttt")
    cluster = create_unit(
        kind=UnitKind.AGENCY,
        facts={
            "name": "Cụm thi đua số 1",
            "form": "emulation_cluster",
            "parent": _unit("bt"),
            "valid_from": date(2021, 1, 1),
        },
    )
    add_cluster_member(cluster=cluster, member=body, starts_on=date(2022, 1, 1))
    new = Beginning(key="skhcn", kind="agency", form=body.form, name="Sở Khoa học mới", parent=body.parent)

    reorganise(
        kind="rename",
        order=Order(DAY, (body,), (new,), (Link(body, new, SuccessionKind.RENAMED),)),
        decision=DECISION,
    )

    rows = ClusterMembership.objects.filter(cluster=cluster).order_by("starts_on")
    assert [(row.member.key, row.starts_on, row.ends_on) for row in rows] == [
        (body.key, date(2022, 1, 1), date(2025, 2, 28)),
        ("skhcn", DAY, None),
    ]


def test_a_province_is_renamed_and_has_no_parent_to_choose(signed_in: SignIn) -> None:
    client, address = signed_in(Role.LEAD), _address("doi-ten", "bt")

    assert "parent" not in client.get(address).context["form"].fields
    answer = client.post(address, {**PAPER, "title": "thanh_pho", "name": "Bình Thuận", "gso_code": "60"})

    assert answer.status_code == 200
    assert len(answer.context["plan"].carried) > 121


def test_the_step_before_asks_only_for_units_that_fit(signed_in: SignIn) -> None:
    client = signed_in(Role.LEAD)
    places = client.get(reverse("registry:reorganisation_create", args=["sap-nhap"])).context["form"]
    split = client.get(reverse("registry:reorganisation_create", args=["chia-tach"])).context["form"]

    assert set(places.fields["unit"].queryset.values_list("kind", flat=True)) == {"province", "district"}
    assert "agency" not in set(split.fields["unit"].queryset.values_list("kind", flat=True))


def test_a_merger_takes_one_unit_from_elsewhere(signed_in: SignIn) -> None:
    facts = _merge(
        units=[_unit("bt.bac-binh.phan-dien").pk],
        elsewhere=_unit("bt.tuy-phong.phu-lac").pk,
        step="confirm",
    )

    assert signed_in(Role.LEAD).post(_address("sap-nhap"), facts).status_code == 302
    assert Unit.objects.get(name="Xã Phan Mới").successions_in.count() == 2


def test_the_preview_says_a_split_a_transfer_and_a_new_name_in_sentences(register: None) -> None:
    old, other = _unit("bt.bac-binh.phan-dien"), _unit("bt.bac-binh.phan-hiep")

    def said(kind: str, successor: Beginning | Unit, *, ends: bool = True) -> str:
        begins = (successor,) if isinstance(successor, Beginning) else ()
        link = Link(old, successor, kind, "4,43 km²")
        order = Order(DAY, (old,) if ends else (), begins, (link,), may_leave=True)
        return " ".join(plan_sentences(plan_order(order)))

    new = Beginning(key="k", kind="commune", name="Xã K", parent=old.parent)
    assert "as a part of Xã Phan Điền" in said("split", new)
    assert "the same body as Xã Phan Điền before" in said("renamed", new)
    assert "made of Xã Phan Điền" in said("merged", new)
    assert "4,43 km²" in said("transferred", other, ends=False)
    assert "Xã Phan Hiệp follows Xã Phan Điền" in said("merged", other)


def test_land_passes_only_between_units_that_live(register: None) -> None:
    ended, other = _unit("bt.phan-thiet.lac-dao"), _unit("bt.bac-binh.phan-dien")

    with pytest.raises(InvalidRequest, match="both before and after"):
        plan_order(Order(DAY, links=(Link(other, ended, "transferred"),)))


def test_new_units_differ_in_name_and_code(register: None) -> None:
    parent = _unit("bt.bac-binh")

    def plan(*facts: tuple[str, str]) -> None:
        begins = tuple(
            Beginning(key=f"k{place}", kind="commune", name=name, parent=parent, gso_code=code)
            for place, (name, code) in enumerate(facts)
        )
        plan_order(Order(DAY, begins=begins))

    with pytest.raises(InvalidRequest, match="one name"):
        plan(("Xã K", ""), ("Xã K", ""))
    with pytest.raises(InvalidRequest, match="one GSO code"):
        plan(("Xã K", "99"), ("Xã L", "99"))
    with pytest.raises(InvalidRequest, match="needs a name"):
        plan((" ", ""))


def test_a_decision_needs_number_and_issuer_and_something_to_do(register: None) -> None:
    empty = Decision(" ", DECISION.decided_on, DECISION.issuer)

    with pytest.raises(InvalidRequest, match="needs its decision"):
        reorganise(kind="rename", order=Order(DAY), decision=empty)
    with pytest.raises(InvalidRequest, match="Nothing would change"):
        reorganise(kind="rename", order=Order(DAY), decision=DECISION)
