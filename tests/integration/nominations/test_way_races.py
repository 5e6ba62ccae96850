"""Two hands record the same paper of a proposal's way at once: one success, one clear refusal, and a control that fails."""

from collections.abc import Callable
from datetime import date
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError

from core.audit.recording import Batch, current_batch
from core.exceptions import Refusal
from nominations.enums import WayPaperKind
from nominations.models import Proposal, WayPaper
from nominations.services import way as services
from registry.enums import Role
from tests.factories import Cast, make_cast
from tests.factories.registry import officer
from tests.integration.nominations.province import approved_proposal, recommended_individuals
from tests.integration.nominations.way_papers import go, record
from tests.races import at_once, one_success

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]  # Several connections, real commits.


@pytest.fixture
def race(frozen_day: Callable[[date], None]) -> tuple[Cast, Proposal]:
    """A proposal that waits for the province's letter, and two people of the standing body."""
    cast = make_cast()
    cast.people["second"] = officer(Role.STANDING_BODY, cast.province, username="standing-body-2")
    proposal = approved_proposal(cast, recommended_individuals(cast, 1))
    go(cast, proposal, until="province_letter")
    return cast, proposal


def _hands(cast: Cast, proposal: Proposal) -> list[Callable[[], Any]]:
    def hand(name: str, number: str) -> Callable[[], Any]:
        acting = Cast(cast.province, cast.district, cast.commune, cast.other_commune, cast.agency)
        acting.people = cast.people | {"standing_body": cast[name]}
        own = Proposal.objects.select_related("award_round__movement__unit").get(pk=proposal.pk)
        return lambda: record(acting, own, WayPaperKind.PROVINCE_LETTER, number=number)

    return [hand("standing_body", "905/TTr-UBND"), hand("second", "906/TTr-UBND")]


@pytest.mark.race
def test_one_hand_records_the_letter_and_the_other_is_told(race: tuple[Cast, Proposal]) -> None:
    answers = at_once(*_hands(*race))

    one_success(answers)
    assert WayPaper.objects.count() == 1


def test_control_without_the_lock_the_second_hand_falls_through_to_the_database(
    race: tuple[Cast, Proposal], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same harness, the guard taken out: both find the letter missing before either has written."""
    barrier = Barrier(2)
    check = services._check_next

    def check_together(*arguments: Any) -> None:
        check(*arguments)
        barrier.wait(timeout=10)

    monkeypatch.setattr(services, "lock_proposal", lambda proposal: None)
    monkeypatch.setattr(services, "_check_next", check_together)
    put_down = services.put_down.__wrapped__  # type: ignore[attr-defined]
    monkeypatch.setattr(services, "put_down", lambda **arguments: _unguarded(put_down, arguments))

    answers = at_once(*_hands(*race))

    fallen = [answer for answer in answers if isinstance(answer, BaseException)]
    assert [type(answer) for answer in fallen] == [IntegrityError], answers
    assert not any(isinstance(answer, Refusal) for answer in fallen)


def _unguarded(put_down: Any, arguments: dict[str, Any]) -> Any:
    """The service without its transaction, so that SQLite's own lock does not stand in for the guard."""
    token = current_batch.set(Batch())
    try:
        return put_down(**arguments)
    finally:
        current_batch.reset(token)
