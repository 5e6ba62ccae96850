"""Two reviewers reach for the last place of a quota at once: one success, one clear refusal, and a control that fails."""

import json
from collections.abc import Callable
from datetime import date
from threading import Barrier
from typing import Any

import pytest
from django.conf import LazySettings

from core import clock
from core.audit.recording import Batch, current_batch
from core.exceptions import InvalidRequest, NotAllowed, StaleState
from core.models import AuditEntry
from nominations.enums import ProposalStatus, Status
from nominations.models import Dossier, Proposal, ProposalItem
from nominations.services import proposals as services
from nominations.services.proposals import add_to_proposal, approve_proposal
from registry.enums import Role
from tests.factories import Cast, make_cast
from tests.factories.registry import officer
from tests.integration.nominations.province import proposal_with, recommended_individuals
from tests.races import at_once

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]  # Several connections, real commits.


@pytest.fixture
def race(frozen_day: Callable[[date], None], settings: LazySettings) -> tuple[Cast, list[Any], list[Dossier]]:
    """A cast, two reviewers, two lists with one dossier each, and two dossiers for the one place that is left."""
    cast = make_cast()
    reviewers = [cast["reviewer"], officer(Role.REVIEWER, cast.province, username="reviewer-2")]
    return cast, reviewers, recommended_individuals(cast, 4)


def _hands(
    proposals: list[Proposal], reviewers: list[Any], dossiers: list[Dossier], add: Any
) -> list[Callable[[], Any]]:
    return [
        lambda proposal=proposal, reviewer=reviewer, dossier=dossier: add(
            proposal=proposal, dossiers=[dossier], out_of_turn="Hội đồng đã thống nhất.", actor=reviewer
        )
        for proposal, reviewer, dossier in zip(proposals, reviewers, dossiers, strict=True)
    ]


@pytest.mark.race
def test_the_last_place_goes_to_one_hand(race: tuple[Cast, list[Any], list[Dossier]]) -> None:
    cast, reviewers, dossiers = race
    lists = [proposal_with(cast, [dossiers[0]]), proposal_with(cast, [dossiers[1]])]

    answers = at_once(*_hands(lists, reviewers, dossiers[2:], add_to_proposal))

    refused = [answer for answer in answers if isinstance(answer, InvalidRequest)]
    assert len(refused) == 1
    assert sum(isinstance(answer, list) for answer in answers) == 1
    assert ProposalItem.objects.count() == 3
    assert Dossier.objects.filter(status=Status.RECOMMENDED).count() == 1


@pytest.mark.race
def test_a_list_is_approved_with_all_that_was_added_or_takes_no_more(
    race: tuple[Cast, list[Any], list[Dossier]],
) -> None:
    """What the log says was approved is what stands on the list, whichever hand was first."""
    cast, reviewers, dossiers = race
    proposal = proposal_with(cast, [dossiers[0]])
    # As two requests have it: what one hand changes on its object, the other learns from the database alone.
    added_to, goes_up = (
        Proposal.objects.select_related("award_round").get(pk=proposal.pk) for _hand in range(2)
    )

    added, approved = at_once(
        lambda: add_to_proposal(proposal=added_to, dossiers=[dossiers[1]], actor=reviewers[0]),
        lambda: approve_proposal(proposal=goes_up, shortfall_note="Chỉ có bấy nhiêu.", actor=cast["lead"]),
    )

    assert approved is None
    assert isinstance(added, list | NotAllowed | StaleState)
    on_list = set(proposal.items.values_list("dossier__code", flat=True))
    assert on_list == {one.code for one in dossiers[: 2 if isinstance(added, list) else 1]}
    entry = AuditEntry.objects.get(event="proposal.approved")
    assert set(json.loads(entry.payload.content)["dossiers"]) == on_list


def test_control_without_the_locks_a_dossier_joins_a_list_that_was_approved(
    race: tuple[Cast, list[Any], list[Dossier]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guards taken out: the list is approved between the look at its status and the new item."""
    cast, reviewers, dossiers = race
    proposal = proposal_with(cast, [dossiers[0]])
    put = services._put_on_list

    def put_late(*arguments: Any) -> Any:
        Proposal.objects.filter(pk=proposal.pk).update(
            status=ProposalStatus.APPROVED, approved_by=cast["lead"], approved_at=clock.now()
        )
        return put(*arguments)

    monkeypatch.setattr(services, "_put_on_list", put_late)
    monkeypatch.setattr(services, "lock_round", lambda award_round: None)
    monkeypatch.setattr(services, "lock_proposal", lambda proposal: None)

    add_to_proposal(proposal=proposal, dossiers=[dossiers[1]], actor=reviewers[0])

    proposal.refresh_from_db()
    assert (proposal.status, proposal.items.count()) == (ProposalStatus.APPROVED, 2)


def test_control_without_the_lock_the_quota_is_exceeded(
    race: tuple[Cast, list[Any], list[Dossier]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same harness, the guards taken out: both hands count before either has written."""
    cast, reviewers, dossiers = race
    lists = [proposal_with(cast, [dossiers[0]]), proposal_with(cast, [dossiers[1]])]
    barrier = Barrier(2)
    count = services.violations

    def count_together(result: Any) -> list[str]:
        found = count(result)
        barrier.wait(timeout=10)
        return found

    monkeypatch.setattr(services, "lock_round", lambda award_round: None)
    monkeypatch.setattr(services, "lock_proposal", lambda proposal: None)
    monkeypatch.setattr(services, "hold_dossiers", lambda keys: None)
    monkeypatch.setattr(services, "violations", count_together)

    def unguarded(**arguments: Any) -> Any:
        token = current_batch.set(Batch())
        try:
            return add_to_proposal.__wrapped__(**arguments)  # type: ignore[attr-defined]
        finally:
            current_batch.reset(token)

    answers = at_once(*_hands(lists, reviewers, dossiers[2:], unguarded))

    assert [type(answer) for answer in answers] == [list, list], answers
    assert ProposalItem.objects.count() == 4
