"""The draft of the decision by which the province's chair gives awards (dự thảo quyết định), with its list."""

from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.exceptions import NotAllowed
from nominations.enums import ProposalStatus
from nominations.models import Proposal
from reports.documents.decision_draft.context import CENTRE_STEP, context_of, issuer_of
from reports.documents.lists import proposals
from reports.documents.readers import reads_for_the_province
from reports.kinds import Kind, Layout


def check_can_issue(_actor: Any, proposal: Proposal) -> None:
    """Nobody issues it here: the chair signs it, and the signed one is recorded with number, day and file."""
    check_can_preview(proposal)
    raise NotAllowed(
        _("The decision is signed by the chair of the People's Committee and gets its number there."),
        _("Print the draft for signature, and record the signed decision on the page of the proposal."),
    )


def check_can_preview(proposal: Proposal) -> None:
    """There is a draft once the list was approved, of awards that the province's chair gives."""
    award = proposal.award_round.plan.awards.get(proposal.award)
    if award is None or award.step(CENTRE_STEP) is not None:
        raise NotAllowed(
            _("The award of proposal %(code)s is decided by the centre.") % {"code": proposal.code}
        )
    if proposal.status not in {ProposalStatus.APPROVED, ProposalStatus.DECIDED}:
        raise NotAllowed(
            _("Proposal %(code)s is “%(status)s”; a decision is drafted once its list was approved.")
            % {"code": proposal.code, "status": ProposalStatus(proposal.status).label}
        )


KIND = Kind(
    folder=Path(__file__).parent,
    label=gettext_lazy("Draft decision"),
    layout=Layout.DECREE,
    records=proposals,
    symbol="QĐ",
    issuer_of=issuer_of,
    context_of=context_of,
    check_can_issue=check_can_issue,
    check_can_preview=check_can_preview,
    has_reader=reads_for_the_province,
    is_numbered_elsewhere=True,
    reference="code",
)
