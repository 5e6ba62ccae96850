"""How this app's entries of the audit chain read to people."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LABELS: dict[str, str | Promise] = {
    "round.opened": _("Round opened"),
    "round.closed": _("Round closed"),
    "movement.started": _("Movement started"),
    "dossier.started": _("Dossier started"),
    "dossier.edited": _("Dossier edited"),
    "dossier.moved": _("Dossier moved on"),
    "paper.attached": _("Paper attached"),
    "paper.confirmed": _("Report confirmed"),
    "paper.removed": _("Paper taken away"),
    "filing_set.prepared": _("Set prepared"),
    "filing_set.filed": _("Set filed"),
    "evaluation.frozen": _("Check kept"),
    "judgement.recorded": _("Judgement recorded"),
    "waiver.recorded": _("Waiver recorded"),
    "supplement.requested": _("Supplement requested of the filing side"),
    "supplement.answered": _("Supplement answered"),
    "originals.recorded": _("Original sets recorded"),
    "proposal.started": _("Proposal started"),
    "proposal.changed": _("Proposal changed"),
    "proposal.approved": _("Proposal approved"),
    "decision.recorded": _("Decision recorded"),
    "award.recorded": _("Award recorded"),
    "award.revoked": _("Award revoked"),
    "nominations.finder_exported": _("List of who qualifies taken out"),
}
