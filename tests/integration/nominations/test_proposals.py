"""Proposals within quotas: who may, what blocks, what warns, and what a list leaves behind."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.utils import translation

from core.exceptions import InvalidRequest, NotAllowed, StaleState
from core.models import AuditEntry
from nominations.enums import ProposalStatus, RoundKind, Status
from nominations.models import Dossier, Proposal, ProposalItem
from nominations.selectors.checks import deciding_evaluation
from nominations.services.proposals import (
    add_to_proposal,
    approve_proposal,
    cancel_proposal,
    remove_from_proposal,
    start_proposal,
)
from registry.models import Hold
from tests.factories import Cast, running_round
from tests.integration.nominations.province import (
    approved_proposal,
    proposal_with,
    recommended_dossier,
    recommended_individuals,
)

NOTE = "Chỉ có bấy nhiêu."


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Refusals are compared word for word in the language of the code."""
    with translation.override("en"):
        yield


def test_a_recommended_dossier_goes_on_the_list_with_its_deciding_evaluation(cast: Cast) -> None:
    dossier = recommended_dossier(cast)

    proposal = proposal_with(cast, [dossier])

    item = ProposalItem.objects.get(proposal=proposal)
    assert Dossier.objects.get(pk=dossier.pk).status == Status.PROPOSED
    assert item.evaluation == deciding_evaluation(dossier)
    assert set(AuditEntry.objects.filter(event__startswith="proposal.").values_list("event", flat=True)) == {
        "proposal.started",
        "proposal.changed",
    }


def test_references_count_up_within_the_year(cast: Cast) -> None:
    award_round = running_round()

    codes = [
        start_proposal(award_round=award_round, award="province_certificate", actor=cast["reviewer"]).code
        for _number in range(2)
    ]

    assert codes == ["TT-2025-0001", "TT-2025-0002"]


@pytest.mark.parametrize("award", ["commendation", "no-such-award"])
def test_an_award_that_ends_at_its_issuer_makes_no_proposal(cast: Cast, award: str) -> None:
    with pytest.raises(InvalidRequest, match="does not go up"):
        start_proposal(award_round=running_round(), award=award, actor=cast["reviewer"])

    assert not Proposal.objects.exists()


Act = Callable[[Proposal, Dossier, Any], Any]
ACTS: dict[str, tuple[Act, str, tuple[str, ...], str]] = {
    "start": (
        lambda proposal, dossier, actor: start_proposal(
            award_round=proposal.award_round, award=proposal.award, actor=actor
        ),
        "reviewer",
        ("commune", "district", "auditor", "standing_body", "nobody"),
        "prepared by the standing office",
    ),
    "add": (
        lambda proposal, dossier, actor: add_to_proposal(proposal=proposal, dossiers=[dossier], actor=actor),
        "reviewer",
        ("commune", "auditor", "standing_body", "nobody"),
        "prepared by the standing office",
    ),
    "remove": (
        lambda proposal, dossier, actor: remove_from_proposal(item=proposal.items.get(), actor=actor),
        "reviewer",
        ("commune", "auditor", "standing_body", "nobody"),
        "prepared by the standing office",
    ),
    "approve": (
        lambda proposal, dossier, actor: approve_proposal(
            proposal=proposal, shortfall_note=NOTE, actor=actor
        ),
        "lead",
        ("reviewer", "commune", "auditor", "standing_body", "nobody"),
        "approved by the leadership",
    ),
    "cancel": (
        lambda proposal, dossier, actor: cancel_proposal(proposal=proposal, reason="Lập lại.", actor=actor),
        "reviewer",
        ("commune", "auditor", "standing_body", "nobody"),
        "prepared by the standing office",
    ),
}


@pytest.mark.parametrize("name", ACTS)
def test_verb_is_done_by_its_role_and_audited(cast: Cast, name: str) -> None:
    act, actor, _refused, _sentence = ACTS[name]
    on_list, free = recommended_individuals(cast, 2)
    proposal = proposal_with(cast, [on_list])
    seen = AuditEntry.objects.count()

    act(proposal, free, cast[actor])

    assert AuditEntry.objects.filter(seq__gt=seen, event__startswith="proposal.").count() == 1


@pytest.mark.walk
@pytest.mark.parametrize(
    ("name", "person"),
    [(name, person) for name, (_act, _actor, refused, _s) in ACTS.items() for person in refused],
)
def test_verb_refuses_other_roles_with_its_sentence(cast: Cast, name: str, person: str) -> None:
    act, _actor, _refused, sentence = ACTS[name]
    on_list, free = recommended_individuals(cast, 2)
    proposal = proposal_with(cast, [on_list])

    with pytest.raises(NotAllowed, match=sentence):
        act(proposal, free, cast[person])

    proposal.refresh_from_db()
    assert (proposal.status, proposal.items.count()) == (ProposalStatus.DRAFT, 1)


@pytest.mark.parametrize("name", ["add", "remove", "approve"])
def test_an_approved_list_no_longer_changes(cast: Cast, name: str) -> None:
    act, actor, _refused, _sentence = ACTS[name]
    on_list, free = recommended_individuals(cast, 2)
    proposal = approved_proposal(cast, [on_list])

    with pytest.raises(NotAllowed, match=r"no longer changes|not waiting for approval"):
        act(proposal, free, cast[actor])


@pytest.mark.parametrize("name", ["add", "remove", "approve", "cancel"])
def test_verb_loses_to_the_hand_that_was_first(cast: Cast, name: str) -> None:
    act, actor, _refused, _sentence = ACTS[name]
    on_list, free = recommended_individuals(cast, 2)
    proposal = proposal_with(cast, [on_list])
    Proposal.objects.filter(pk=proposal.pk).update(status=ProposalStatus.DECIDED)

    with pytest.raises(StaleState):
        act(proposal, free, cast[actor])

    assert Dossier.objects.get(pk=on_list.pk).status == Status.PROPOSED
    assert Dossier.objects.get(pk=free.pk).status == Status.RECOMMENDED


def test_over_the_quota_nothing_is_put_on_the_list(cast: Cast) -> None:
    dossiers = recommended_individuals(cast, 4)
    proposal = start_proposal(
        award_round=dossiers[0].award_round, award="pm_certificate", actor=cast["reviewer"]
    )

    with pytest.raises(InvalidRequest, match=r"exceed a quota.*4, and the plan allows 3"):
        add_to_proposal(proposal=proposal, dossiers=dossiers, actor=cast["reviewer"])

    assert not ProposalItem.objects.exists()
    assert set(Dossier.objects.values_list("status", flat=True)) == {Status.RECOMMENDED}


def test_another_undeclined_proposal_uses_the_quota(cast: Cast) -> None:
    first, second, third, fourth = recommended_individuals(cast, 4)
    proposal_with(cast, [first, second])
    other = proposal_with(cast, [third])

    with pytest.raises(InvalidRequest, match="exceed a quota"):
        add_to_proposal(proposal=other, dossiers=[fourth], actor=cast["reviewer"])


def test_a_cancelled_proposal_frees_its_places(cast: Cast) -> None:
    dossiers = recommended_individuals(cast, 4)
    given_up = proposal_with(cast, dossiers[:3])
    cancel_proposal(proposal=given_up, reason="Lập lại.", actor=cast["reviewer"])

    again = proposal_with(cast, [Dossier.objects.get(pk=dossiers[0].pk)])

    assert again.items.count() == 1
    assert Dossier.objects.get(pk=dossiers[1].pk).status == Status.RECOMMENDED


def test_a_prime_ministers_certificate_has_no_place_in_an_annual_round(cast: Cast) -> None:
    (dossier,) = recommended_individuals(cast, 1, kind=RoundKind.ANNUAL)

    with pytest.raises(InvalidRequest, match="exceed a quota"):
        proposal_with(cast, [dossier])


def test_a_shortfall_needs_a_note(cast: Cast) -> None:
    proposal = proposal_with(cast, recommended_individuals(cast, 1))

    with pytest.raises(InvalidRequest, match="Fewer are proposed"):
        approve_proposal(proposal=proposal, actor=cast["lead"])
    approve_proposal(proposal=proposal, shortfall_note=NOTE, actor=cast["lead"])

    proposal.refresh_from_db()
    assert (proposal.status, proposal.approved_by, proposal.shortfall_note) == (
        "approved",
        cast["lead"],
        NOTE,
    )


def test_an_empty_list_is_not_approved(cast: Cast) -> None:
    proposal = start_proposal(
        award_round=running_round(), award="province_certificate", actor=cast["reviewer"]
    )

    with pytest.raises(InvalidRequest, match="empty"):
        approve_proposal(proposal=proposal, actor=cast["lead"])


def test_nobody_approves_a_list_with_a_dossier_of_their_own(cast: Cast) -> None:
    dossiers = recommended_individuals(cast, 1)
    proposal = proposal_with(cast, dossiers)
    Dossier.objects.filter(pk=dossiers[0].pk).update(filed_by=cast["lead"])

    with pytest.raises(NotAllowed, match=dossiers[0].code):
        approve_proposal(proposal=proposal, shortfall_note=NOTE, actor=cast["lead"])


def test_a_hold_that_began_since_bars_the_way_up(cast: Cast) -> None:
    first, second = recommended_individuals(cast, 2)
    proposal = proposal_with(cast, [first])
    for dossier in (first, second):
        Hold.objects.create(
            individual=dossier.nominee_individual, starts_on=date(2025, 12, 14), reason="Đang xác minh"
        )

    with pytest.raises(InvalidRequest, match=first.code):
        approve_proposal(proposal=proposal, shortfall_note=NOTE, actor=cast["lead"])
    with pytest.raises(InvalidRequest, match=second.code):
        add_to_proposal(proposal=proposal, dossiers=[second], actor=cast["reviewer"])


def test_a_dossier_of_another_award_or_status_is_refused(cast: Cast) -> None:
    proposal = start_proposal(
        award_round=running_round(), award="province_certificate", actor=cast["reviewer"]
    )
    (foreign,) = recommended_individuals(cast, 1)
    (taken,) = recommended_individuals(cast, 1, award="province_certificate", kind=RoundKind.ANNUAL)
    Dossier.objects.filter(pk=taken.pk).update(status=Status.ELIGIBLE)
    taken.refresh_from_db()

    with pytest.raises(InvalidRequest, match="another round or award"):
        add_to_proposal(proposal=proposal, dossiers=[foreign], actor=cast["reviewer"])
    with pytest.raises(NotAllowed, match="takes what the council recommended"):
        add_to_proposal(proposal=proposal, dossiers=[taken], actor=cast["reviewer"])
