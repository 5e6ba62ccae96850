"""Proposals, decisions, and what history got from elsewhere."""

from datetime import date

from demo import paper_orders
from demo.data_files import DossierLine, ProposalLine, RoundFile, read_yaml
from demo.filing import round_key
from demo.papers.printing import Order
from demo.stage import Stage
from nominations.models import PriorAward, Proposal
from nominations.services.decisions import (
    DecisionText,
    EarlierAward,
    record_decision,
    record_prior_award,
    revoke_award,
)
from nominations.services.proposals import add_to_proposal, approve_proposal, start_proposal
from reports.selectors import find_subject
from reports.services import issue_document

_WORDS = read_yaml("council.yaml")
REVIEWER, LEAD, STANDING_BODY = "so.chuyenvien", "so.lanhdao", "noivu.thuongtruc"


def plan_proposal(stage: Stage, story: RoundFile, key: str, line: ProposalLine) -> None:
    """Gathered by the reviewer, approved by the lead, sent up in its letter, decided by the province's chair, as far as the days go."""
    stage.diary.on(line.started_on, lambda: _gather(stage, story, key, line))
    if line.approved_on:
        stage.diary.on(
            line.approved_on,
            lambda: approve_proposal(proposal=_proposal(stage, key), actor=stage.people[LEAD]),
        )
        stage.diary.on(line.approved_on, lambda: _send_letter(stage, key))
    given = line.decision
    if given:
        left_out = given.get("declined", [])
        honoured = [row for row in story.dossiers if row.id in line.items and row.id not in left_out]
        paper = paper_orders.order_decision(stage, story, given["number"], given["decided_on"], honoured)
        stage.diary.on(given["recorded_on"], lambda: _decide(stage, key, given, paper))


def _gather(stage: Stage, story: RoundFile, key: str, line: ProposalLine) -> None:
    actor = stage.people[REVIEWER]
    stage.proposals[key] = start_proposal(
        award_round=stage.rounds[round_key(story)], award=line.award, actor=actor
    )
    add_to_proposal(
        proposal=_proposal(stage, key), dossiers=[stage.dossier(item) for item in line.items], actor=actor
    )


def _proposal(stage: Stage, key: str) -> Proposal:
    return Proposal.objects.select_related("award_round__movement").get(pk=stage.proposals[key].pk)


def _send_letter(stage: Stage, key: str) -> None:
    """The letter that carries the approved list up."""
    subject = find_subject("proposal", stage.proposals[key].code)
    issue_document(subject=subject, actor=stage.people[REVIEWER])


def _decide(stage: Stage, key: str, given: dict, paper: Order) -> None:
    record_decision(
        proposal=_proposal(stage, key),
        text=DecisionText(given["number"], given["decided_on"], _WORDS["issuer"], paper()),
        declined={stage.dossiers[item].pk: given["declined_note"] for item in given.get("declined", [])},
        actor=stage.people[STANDING_BODY],
    )


def plan_revocation(stage: Stage, line: DossierLine) -> None:
    """An award taken back."""
    if line.revoked:
        stage.diary.on(line.revoked["day"], lambda: _revoke(stage, line))


def _revoke(stage: Stage, line: DossierLine) -> None:
    given = line.revoked or {}
    revoke_award(
        award=PriorAward.objects.select_related("dossier").get(dossier=stage.dossiers[line.id]),
        number=given["number"],
        revoked_on=given["day"],
        reason=given["reason"],
        actor=stage.people[STANDING_BODY],
    )


def plan_history(stage: Stage) -> None:
    """Commendations of earlier years, entered by the department from their decisions."""
    given = read_yaml("history.yaml")
    for row in given["awards"]:
        _plan_earlier(stage, given, row, given["recorded_on"])
    for row in given.get("elsewhere", []):
        _plan_earlier(stage, {**given, **row}, row, row["recorded_on"])


def _plan_earlier(stage: Stage, given: dict, row: dict, day: date) -> None:
    stage.diary.on(day, lambda: _enter_earlier(stage, given, row))


def _enter_earlier(stage: Stage, given: dict, row: dict) -> None:
    record_prior_award(
        earlier=EarlierAward(
            award=given["award"],
            round_year=row["year"],
            number=row["number"],
            decided_on=row["decided_on"],
            issuer=row["issuer"],
            movement=stage.movements[given["movement"]],
        ),
        nominee=stage.nominee(row.get("subject", "unit"), row["nominee"]),
        actor=stage.people[given["by"]],
    )
