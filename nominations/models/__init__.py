"""Movements, rounds, dossiers and their papers, appraisal, proposals, decisions, award history."""

from nominations.models.appraisal import Evaluation, Judgement, SupplementRequest, Waiver
from nominations.models.decisions import Decision, PriorAward, Proposal, ProposalItem
from nominations.models.dossiers import (
    Dossier,
    FilingSet,
    Paper,
    PaperPage,
    StatusChange,
)
from nominations.models.plans import PlanRuling, PlanUpload, PlanUploadFile
from nominations.models.rounds import AwardRound, Movement, RoundChange
from nominations.models.way import WayPaper

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
    "PlanRuling",
    "PlanUpload",
    "PlanUploadFile",
    "PriorAward",
    "Proposal",
    "ProposalItem",
    "RoundChange",
    "StatusChange",
    "SupplementRequest",
    "Waiver",
    "WayPaper",
]
