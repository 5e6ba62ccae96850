"""What the log says of dossiers, papers, decisions and awards, held against their rows and files."""

from django.utils.translation import gettext_lazy

from core.proving import Proof, register_proof
from nominations.models import (
    AwardRound,
    Decision,
    Dossier,
    Evaluation,
    FilingSet,
    Paper,
    PlanUpload,
    PriorAward,
    Proposal,
    SupplementRequest,
    Waiver,
    WayPaper,
)
from nominations.proofs.awards import awards_that_differ
from nominations.proofs.decisions import decisions_that_differ
from nominations.proofs.dossiers import steps_that_differ
from nominations.proofs.judging import checks_that_differ, waivers_that_differ
from nominations.proofs.paper_marks import marks_that_differ
from nominations.proofs.papers import papers_that_differ, way_papers_that_differ
from nominations.proofs.plans import plans_that_differ, versions_that_differ
from nominations.proofs.proposals import proposals_that_differ
from nominations.proofs.rounds import rounds_that_differ, sets_that_differ
from nominations.proofs.supplements import supplements_that_differ

__all__ = ["install"]


def install() -> None:
    """Register with the foundations."""
    register_proof(Proof(gettext_lazy("dossiers"), Dossier.objects.count, papers_that_differ))
    register_proof(Proof(gettext_lazy("papers"), Paper.objects.count, marks_that_differ))
    register_proof(
        Proof(gettext_lazy("supplements asked for"), SupplementRequest.objects.count, supplements_that_differ)
    )
    register_proof(Proof(gettext_lazy("steps of dossiers"), Dossier.objects.count, steps_that_differ))
    register_proof(Proof(gettext_lazy("kept checks"), Evaluation.objects.count, checks_that_differ))
    register_proof(Proof(gettext_lazy("waivers"), Waiver.objects.count, waivers_that_differ))
    register_proof(Proof(gettext_lazy("decisions"), Decision.objects.count, decisions_that_differ))
    register_proof(Proof(gettext_lazy("awards"), PriorAward.objects.count, awards_that_differ))
    register_proof(Proof(gettext_lazy("papers of proposals"), WayPaper.objects.count, way_papers_that_differ))
    register_proof(Proof(gettext_lazy("proposals"), Proposal.objects.count, proposals_that_differ))
    register_proof(Proof(gettext_lazy("rounds"), AwardRound.objects.count, versions_that_differ))
    register_proof(Proof(gettext_lazy("rounds"), AwardRound.objects.count, rounds_that_differ))
    register_proof(Proof(gettext_lazy("sets filed"), FilingSet.objects.count, sets_that_differ))
    register_proof(Proof(gettext_lazy("uploaded plans"), PlanUpload.objects.count, plans_that_differ))
