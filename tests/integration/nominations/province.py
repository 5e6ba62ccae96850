"""Dossiers and proposals at the province, brought there by the services that bring real ones there."""

from typing import Any

from core import clock
from nominations.enums import EvaluationPurpose, RoundKind, Status
from nominations.models import AwardRound, Dossier, Proposal
from nominations.services.council_steps import put_on_agenda, record_recommendation
from nominations.services.decisions import DecisionText, record_decision
from nominations.services.evaluations import freeze_evaluation
from nominations.services.proposals import add_to_proposal, approve_proposal, start_proposal
from tests.factories import Cast, IndividualFactory, UnitFactory, dossier_at, pdf, running_round
from tests.factories.registry import ZoneFactory
from tests.integration.nominations.way_papers import go


def recommended_dossier(cast: Cast) -> Dossier:
    """The commune's dossier, through every step up to the council's recommendation."""
    dossier = dossier_at(Status.ELIGIBLE, cast)
    put_on_agenda(dossier=dossier, actor=cast["reviewer"])
    record_recommendation(dossier=dossier, result="recommended", actor=cast["reviewer"])
    return dossier


def recommended_individuals(
    cast: Cast, count: int, *, award: str = "pm_certificate", kind: RoundKind = RoundKind.FINAL
) -> list[Dossier]:
    """Recommended dossiers of individuals, written straight into the table: only the list matters to the test.

    Of up to eight, each goes before the next: women first, and of these whose commune lies in the harder zone.
    """
    award_round = running_round(kind)
    return [_written(cast, award_round, award, number) for number in range(count)]


def _written(cast: Cast, award_round: AwardRound, award: str, number: int) -> Dossier:
    zone = ("III", "II", "I", "none")[number % 4]
    home = UnitFactory(name=f"Xã {number}", kind="commune", parent=cast.district)
    ZoneFactory(unit=home, zone=zone)
    person = IndividualFactory(unit=home, role="cadre", is_woman=number < 4)
    dossier = Dossier.objects.create(
        code=f"HS-{award_round.year}-{90000 + person.pk}",
        award_round=award_round,
        award=award,
        subject="individual",
        nominee_individual=person,
        nominee_folded=person.name_folded,
        nominee_sort=person.name_sort,
        nominating_unit=cast.commune,
        status=Status.RECOMMENDED,
        filed_on=clock.today(),
        created_by=cast["commune"],
        filed_by=cast["district"],
        created_at=clock.now(),
        updated_at=clock.now(),
    )
    freeze_evaluation(dossier=dossier, purpose=EvaluationPurpose.DECIDING, actor=cast["reviewer"])
    return dossier


def proposal_with(cast: Cast, dossiers: list[Dossier]) -> Proposal:
    """A proposal in preparation that holds these dossiers."""
    proposal = start_proposal(
        award_round=dossiers[0].award_round, award=dossiers[0].award, actor=cast["reviewer"]
    )
    add_to_proposal(
        proposal=proposal, dossiers=dossiers, out_of_turn="Hội đồng đã thống nhất.", actor=cast["reviewer"]
    )
    return proposal


def approved_proposal(cast: Cast, dossiers: list[Dossier]) -> Proposal:
    """The same, approved by the lead."""
    proposal = proposal_with(cast, dossiers)
    approve_proposal(proposal=proposal, shortfall_note="Chỉ có bấy nhiêu.", actor=cast["lead"])
    return proposal


def sent_up_proposal(cast: Cast, dossiers: list[Dossier]) -> Proposal:
    """The same, with every paper of its way: the decision can be recorded."""
    proposal = approved_proposal(cast, dossiers)
    go(cast, proposal)
    return proposal


def decided(cast: Cast, proposal: Proposal, **changes: Any) -> Any:
    """The decision on an approved proposal, after every step of its way."""
    go(cast, proposal)
    text = DecisionText("2145/QĐ-UBND", clock.today(), "Chủ tịch UBND tỉnh", pdf("quyet-dinh.pdf"))
    return record_decision(proposal=proposal, text=text, actor=cast["standing_body"], **changes)
