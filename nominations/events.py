"""What nominations write into the audit chain, and how it reads to people."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Event(TextChoices):
    ROUND_OPENED = "round.opened", _("Round opened")
    ROUND_EXTENDED = "round.extended", _("Last day for filing extended")
    ROUND_CLOSED = "round.closed", _("Round closed")
    ROUND_REOPENED = "round.reopened", _("Round opened again")
    MOVEMENT_STARTED = "movement.started", _("Movement started")
    PLAN_UPLOADED = "plan.uploaded", _("Plan uploaded")
    PLAN_IN_FORCE = "plan.in_force", _("Plan put in force")
    PLAN_REFUSED = "plan.refused", _("Uploaded plan refused")
    DOSSIER_STARTED = "dossier.started", _("Dossier started")
    DOSSIER_EDITED = "dossier.edited", _("Dossier edited")
    DOSSIER_MOVED = "dossier.moved", _("Dossier moved on")
    PAPER_ATTACHED = "paper.attached", _("Paper attached")
    PAPER_CONFIRMED = "paper.confirmed", _("Report confirmed")
    PAPER_REMOVED = "paper.removed", _("Paper taken away")
    SET_PREPARED = "filing_set.prepared", _("Set prepared")
    SET_FILED = "filing_set.filed", _("Set filed")
    EVALUATION_FROZEN = "evaluation.frozen", _("Check kept")
    JUDGEMENT_RECORDED = "judgement.recorded", _("Judgement recorded")
    WAIVER_RECORDED = "waiver.recorded", _("Waiver recorded")
    SUPPLEMENT_REQUESTED = "supplement.requested", _("Supplement requested of the filing side")
    SUPPLEMENT_ANSWERED = "supplement.answered", _("Supplement answered")
    ORIGINALS_RECORDED = "originals.recorded", _("Original sets recorded")
    WOMEN_RECORDED = "women.recorded", _("Share of women recorded")
    PROPOSAL_STARTED = "proposal.started", _("Proposal started")
    PROPOSAL_CHANGED = "proposal.changed", _("Proposal changed")
    PROPOSAL_APPROVED = "proposal.approved", _("Proposal approved")
    WAY_PAPER_RECORDED = "way_paper.recorded", _("Paper on the way to the decision recorded")
    WAY_PAPER_CORRECTED = "way_paper.corrected", _("Paper on the way to the decision corrected")
    DECISION_RECORDED = "decision.recorded", _("Decision recorded")
    AWARD_RECORDED = "award.recorded", _("Award recorded")
    AWARD_REVOKED = "award.revoked", _("Award revoked")
    FINDER_EXPORTED = "nominations.finder_exported", _("List of who qualifies taken out")
