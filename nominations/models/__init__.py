"""Movements, rounds, dossiers and their papers, appraisal, proposals, decisions, award history."""

from nominations.models.appraisal import Evaluation, Judgement, SupplementRequest, Waiver
from nominations.models.decisions import Decision, PriorAward, Proposal, ProposalItem
from nominations.models.dossiers import (
    AwardRound,
    Dossier,
    FilingSet,
    Movement,
    Paper,
    PaperPage,
    StatusChange,
)

__all__ = [
    "AwardRound",
    "Decision",
    "Dossier",
    "Evaluation",
    "FilingSet",
    "Judgement",
    "Movement",
    "Paper",
    "PaperPage",
    "PriorAward",
    "Proposal",
    "ProposalItem",
    "StatusChange",
    "SupplementRequest",
    "Waiver",
]
