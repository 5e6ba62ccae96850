"""Which addresses of nominations show a person, and whose data; and what belongs to a person's own look-ups."""

from collections.abc import Iterator
from typing import Any

from core.looks import Shown, register_looks, register_nobody
from nominations.models import Dossier
from registry.log_walls import register_looked_at
from registry.models import Household
from registry.selectors.looks import register_subjects_of

DOSSIER = "nominations.dossier:{code}"
PROPOSAL = "nominations.proposal:{code}"
PAPER = "nominations.paper:{pk}"
SET = "nominations.filingset:{pk}"


def install() -> None:
    """Say so to the foundations and to the registry."""
    register_nobody(
        "registry.agency", "registry.commune", "registry.district", "registry.village", "registry.enterprise"
    )
    register_looks(
        "nominations", Shown.PAGE, DOSSIER, "detail", "desk_dossier", "receive", "judge", "refresh"
    )
    register_looks(
        "nominations", Shown.PAGE, DOSSIER, "request_supplement", "mark_eligible", "reopen", "waive"
    )
    register_looks(
        "nominations", Shown.PAGE, DOSSIER, "mark_not_eligible", "mark_duplicate", "originals", "women"
    )
    register_looks(
        "nominations",
        Shown.FORM,
        DOSSIER,
        "edit",
        "report_read",
        "answer_supplement",
        "issuer_decision",
        "file",
    )
    register_looks("nominations", Shown.FORM, DOSSIER, "paper_upload", "paper_excuse", "withdraw", "return")
    register_looks("nominations", Shown.FORM, DOSSIER, "not_select")
    register_looks("nominations", Shown.PAPER, DOSSIER, "desk_paper")
    register_looks("nominations", Shown.PAPER, PAPER, "paper_download", "paper_confirm", "paper_remove")
    register_looks(
        "nominations", Shown.PAGE, PROPOSAL, "proposal_detail", "proposal_items", "proposal_approve"
    )
    register_looks("nominations", Shown.PAGE, PROPOSAL, "proposal_cancel", "decision_record")
    register_looks("nominations", Shown.PAGE, PROPOSAL, "way_record", "way_correct")
    register_looks("nominations", Shown.PAPER, "nominations.waypaper:{pk}", "way_file")
    register_looks("nominations", Shown.PAPER, "nominations.decision:{pk}", "decision_file")
    register_looks("nominations", Shown.FORM, "nominations.prioraward:{pk}", "history_revoke")
    register_looks("nominations", Shown.FORM, "registry.{kind}:{pk}", "history_record")
    register_looks("nominations", Shown.PAGE, "registry.{subject}:{pk}", "what_if")
    register_looks("nominations", Shown.PAGE, SET, "set_detail", "set_choose", "set_paper", "set_file")
    register_looks("nominations", Shown.LIST, "nominations.dossier", "list", "desk", "selection")
    register_looks("nominations", Shown.LIST, "nominations.prioraward", "history", "history_add")
    register_looks("nominations", Shown.LIST, "registry.household", "finder")
    register_looks("nominations", Shown.EXPORT, "registry.household", "finder_export")
    register_looked_at("nominations.dossier", "code", "nominating_unit__")
    register_looked_at("nominations.proposal", "code", "award_round__movement__unit__")
    register_subjects_of(_dossiers_of)


def _dossiers_of(person: Any) -> Iterator[str]:
    """A person's dossiers and their papers, as looks name them."""
    field = "nominee_household" if isinstance(person, Household) else "nominee_individual"
    dossiers = Dossier.objects.filter(**{field: person})
    for code in dossiers.values_list("code", flat=True):
        yield f"nominations.dossier:{code}"
    for paper in dossiers.exclude(papers=None).values_list("papers", flat=True):
        yield f"nominations.paper:{paper}"
