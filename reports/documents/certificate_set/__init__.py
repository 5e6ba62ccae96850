"""The texts of all certificates of a list that was decided, one a page, to be printed in one go."""

from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.exceptions import NotAllowed
from nominations.enums import ProposalStatus
from nominations.models import Proposal
from reports.documents.certificate_set.context import context_of, issuer_of
from reports.documents.certifying import check_is_made_here, refuse_to_issue
from reports.documents.lists import proposals
from reports.documents.readers import reads_for_the_province
from reports.kinds import Kind, Layout


def check_can_issue(_actor: Any, proposal: Proposal) -> None:
    """Nobody does here."""
    check_can_preview(proposal)
    refuse_to_issue()


def check_can_preview(proposal: Proposal) -> None:
    """There are certificates once the decision is recorded, of awards that the province gives."""
    check_is_made_here(proposal.award_round.plan.awards.get(proposal.award))
    if proposal.status != ProposalStatus.DECIDED:
        raise NotAllowed(
            _("Proposal %(code)s is not decided yet.") % {"code": proposal.code},
            _("Certificates follow the decision."),
        )


KIND = Kind(
    folder=Path(__file__).parent,
    label=gettext_lazy("Texts of the certificates"),
    layout=Layout.FORM,
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
