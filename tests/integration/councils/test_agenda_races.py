"""Two hands reach for the same dossiers: agendas in opposite orders, and a filing while its vote is being prepared."""

from collections.abc import Callable, Sequence
from threading import Barrier
from typing import Any

import pytest
from django.db import OperationalError, connection

from councils.models import AgendaItem
from councils.services import agenda, prepare_meeting, set_agenda
from nominations.enums import Status
from nominations.models import Dossier
from nominations.services.filing import file_to_district
from tests.integration.councils.building import build_house, eligible_dossier, particulars
from tests.integration.councils.unit_building import UnitHouse, build_unit_house, unit_dossier
from tests.races import at_once, one_success

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]  # Several connections, real commits.


def _two_agendas() -> list[Callable[[], Any]]:
    """Two meetings of one council, each about to take the same two dossiers, in opposite orders."""
    house = build_house()
    dossiers = [eligible_dossier(house, number) for number in (1, 2)]
    meetings = [
        prepare_meeting(
            council=house.council, particulars=particulars(house, title=title), actor=house.secretary
        )
        for title in ("Phiên một", "Phiên hai")
    ]

    def hand(place: int, wanted: Sequence[Dossier]) -> Callable[[], Any]:
        keys = [dossier.pk for dossier in wanted]
        return lambda: set_agenda(
            meeting=meetings[place],
            dossiers=[Dossier.objects.select_related("award_round__movement").get(pk=key) for key in keys],
            actor=house.secretary,
        )

    return [hand(0, dossiers), hand(1, dossiers[::-1])]


@pytest.mark.race
def test_of_two_agendas_with_the_same_dossiers_one_gets_all() -> None:
    one_success(at_once(*_two_agendas()))

    assert AgendaItem.objects.count() == 2
    assert AgendaItem.objects.values("meeting").distinct().count() == 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one hand write at a time")
def test_control_held_one_by_one_they_wait_for_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """The holding taken out: each has its first dossier when it asks for its second."""
    barrier = Barrier(2)
    put, begun = agenda._put, set()

    def put_first_together(meeting: Any, dossier: Any, actor: Any) -> AgendaItem:
        item = put(meeting, dossier, actor)
        if meeting.pk not in begun:
            begun.add(meeting.pk)
            barrier.wait(timeout=10)
        return item

    monkeypatch.setattr(agenda, "hold_all", lambda council, dossiers: None)
    monkeypatch.setattr(agenda, "_put", put_first_together)

    answers = at_once(*_two_agendas())

    deadlocks = [answer for answer in answers if isinstance(answer, OperationalError)]
    assert len(deadlocks) == 1, answers
    assert "deadlock" in str(deadlocks[0])


@pytest.fixture
def of_commune() -> UnitHouse:
    """A commune's council, whose draft can be filed to the district or put before it."""
    units = build_unit_house()
    units.house.council.unit = units.house.commune
    units.house.council.save(update_fields=["unit"])
    return units


@pytest.mark.race
def test_a_draft_is_filed_or_comes_before_the_council(of_commune: UnitHouse) -> None:
    units = of_commune
    key = unit_dossier(units, 1, Status.DRAFT).pk
    meeting = prepare_meeting(
        council=units.house.council, particulars=particulars(units.house), actor=units.house.secretary
    )

    def dossier() -> Dossier:
        return Dossier.objects.select_related("award_round__movement").get(pk=key)

    filed, _set = answers = at_once(
        lambda: file_to_district(dossier=dossier(), actor=units.commune_officer),
        lambda: set_agenda(meeting=meeting, dossiers=[dossier()], actor=units.house.secretary),
    )

    one_success(answers)
    lies = Status.DRAFT if isinstance(filed, Exception) else Status.FILED_TO_DISTRICT
    assert dossier().status == lies
    assert AgendaItem.objects.exists() is (lies == Status.DRAFT)
