"""Two hands at once on one unit: one success, one sentence, nothing half done. On both databases alike."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from registry.enums import UnitForm, UnitKind
from registry.models import (
    ClusterMembership,
    OfficeDuty,
    Reorganisation,
    Unit,
    UnitSuccession,
    ZoneAssignment,
)
from registry.selectors.reorganisations import Beginning, Decision, Link, Order
from registry.services import reorganisations as writing
from registry.services.duties import assign_standing_office
from registry.services.reorganisations import reorganise
from registry.services.standing import set_zone
from registry.services.units import add_cluster_member, create_unit, end_cluster_member
from tests.factories import Cast, UnitFactory, make_cast
from tests.races import at_once, one_success

pytestmark = pytest.mark.django_db(transaction=True)

DAY = date(2025, 3, 1)
DECISION = Decision("12/NQ", date(2025, 2, 10), "UBTVQH")


@pytest.fixture
def racing(transactional_db: None, frozen_day: Callable[[date], None]) -> Cast:
    return make_cast()


def rename(unit: Unit, name: str) -> Reorganisation:
    new = Beginning(
        key=name, kind=unit.kind, admin_type=unit.admin_type, name=f"Xã {name}", parent=unit.parent
    )
    order = Order(DAY, (unit,), (new,), (Link(unit, new, "renamed"),))
    return reorganise(kind="rename", order=order, decision=DECISION)


@pytest.mark.race
def test_two_people_end_one_unit_at_once(racing: Cast) -> None:
    answers = at_once(lambda: rename(racing.commune, "mot"), lambda: rename(racing.commune, "hai"))

    one_success(answers)
    assert UnitSuccession.objects.filter(predecessor=racing.commune).count() == 1
    assert Reorganisation.objects.count() == 1
    assert Unit.objects.filter(key__in=("mot", "hai")).count() == 1


def test_without_the_comparison_both_would_end_it(racing: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: a plan that trusts what the page had loaded lets both through."""
    order = Order(DAY, (racing.commune,))
    monkeypatch.setattr(writing, "plan_order", lambda order: plan)
    monkeypatch.setattr(writing, "_end_rows", lambda plan: None)

    def end(name: str) -> Reorganisation:
        return reorganise(kind="rename", order=order, decision=DECISION)

    plan = writing.Plan(order, (racing.commune,), (), (), (), (), ())
    answers = at_once(lambda: end("mot"), lambda: end("hai"))

    assert all(isinstance(answer, Reorganisation) for answer in answers), answers


@pytest.mark.race
def test_two_mergers_that_share_a_unit(racing: Cast) -> None:
    first, second = (UnitFactory(name=f"Xã {n}", parent=racing.district) for n in ("A", "B"))

    def merge(other: Unit, name: str) -> Reorganisation:
        new = Beginning(key=name, kind="commune", name=f"Xã {name}", parent=racing.district)
        ends = (racing.commune, other)
        order = Order(DAY, ends, (new,), tuple(Link(unit, new, "merged") for unit in ends))
        return reorganise(kind="merge", order=order, decision=DECISION)

    one_success(at_once(lambda: merge(first, "mot"), lambda: merge(second, "hai")))
    assert Unit.objects.filter(valid_until__isnull=False).count() == 2


@pytest.mark.race
def test_two_new_units_of_one_name(racing: Cast) -> None:
    facts = {"name": "1", "admin_type": "thon", "parent": racing.commune, "valid_from": DAY}

    one_success(at_once(*[lambda: create_unit(kind=UnitKind.VILLAGE, facts=facts)] * 2))
    assert Unit.objects.filter(kind="village").count() == 1


@pytest.mark.race
def test_two_zones_of_one_day(racing: Cast) -> None:
    one_success(
        at_once(
            *(
                lambda zone=zone: set_zone(unit=racing.commune, zone=zone, starts_on=DAY, decision="QĐ")
                for zone in ("I", "II")
            )
        )
    )
    assert ZoneAssignment.objects.count() == 1


@pytest.mark.race
def test_two_standing_offices_of_one_day(racing: Cast) -> None:
    def assign() -> OfficeDuty:
        return assign_standing_office(
            province=racing.province, unit=racing.agency, starts_on=DAY, decision="QĐ"
        )

    one_success(at_once(assign, assign))
    assert OfficeDuty.objects.count() == 1


@pytest.mark.race
def test_two_hands_on_one_membership(racing: Cast) -> None:
    cluster = UnitFactory(
        kind=UnitKind.AGENCY, form=UnitForm.EMULATION_CLUSTER, name="Cụm 1", parent=racing.province
    )

    def add() -> ClusterMembership:
        return add_cluster_member(cluster=cluster, member=racing.agency, starts_on=DAY)

    one_success(at_once(add, add))
    row = ClusterMembership.objects.select_related("cluster__parent", "member").get()

    one_success(at_once(*[lambda: end_cluster_member(membership=row, ends_on=DAY)] * 2))
    row.refresh_from_db()
    assert row.ends_on == DAY
