"""Words of the audit chain for nominations."""

from enum import StrEnum


class Event(StrEnum):
    ROUND_OPENED = "round.opened"
    ROUND_CLOSED = "round.closed"
    MOVEMENT_STARTED = "movement.started"
    DOSSIER_STARTED = "dossier.started"
    DOSSIER_EDITED = "dossier.edited"
    DOSSIER_MOVED = "dossier.moved"
    PAPER_ATTACHED = "paper.attached"
    PAPER_CONFIRMED = "paper.confirmed"
    PAPER_REMOVED = "paper.removed"
    SET_PREPARED = "filing_set.prepared"
    SET_FILED = "filing_set.filed"
    EVALUATION_FROZEN = "evaluation.frozen"
    JUDGEMENT_RECORDED = "judgement.recorded"
    WAIVER_RECORDED = "waiver.recorded"
    SUPPLEMENT_REQUESTED = "supplement.requested"
    SUPPLEMENT_ANSWERED = "supplement.answered"
    ORIGINALS_RECORDED = "originals.recorded"
    PROPOSAL_STARTED = "proposal.started"
    PROPOSAL_CHANGED = "proposal.changed"
    PROPOSAL_APPROVED = "proposal.approved"
    DECISION_RECORDED = "decision.recorded"
    AWARD_RECORDED = "award.recorded"
    AWARD_REVOKED = "award.revoked"
