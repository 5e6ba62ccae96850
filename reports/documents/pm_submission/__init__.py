"""The province's letter to the Prime Minister (tờ trình), with the list that the provincial council agreed to."""

from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.exceptions import NotAllowed
from nominations.enums import ProposalStatus
from nominations.models import Proposal
from nominations.selectors.way import check_reached, way_of
from registry.enums import Role
from reports.documents.lists import proposals
from reports.documents.pm_submission.context import STEP, context_of, issuer_of
from reports.documents.readers import acts_for, is_cancelled, reads_for_the_province
from reports.kinds import Kind, Layout


def check_can_issue(actor: Any, proposal: Proposal) -> None:
    """The standing body keeps the letter once the provincial council's vote and minutes are there."""
    if not acts_for(actor, proposal.award_round.movement.unit, Role.STANDING_BODY):
        raise NotAllowed(
            _("The province's letter to the centre is kept by the standing body."),
            _("Ask the emulation and commendation board."),
        )
    check_can_preview(proposal)
    if proposal.status != ProposalStatus.APPROVED:
        raise NotAllowed(
            _("Proposal %(code)s is “%(status)s”; its letter to the centre is kept while it is on its way.")
            % {"code": proposal.code, "status": ProposalStatus(proposal.status).label},
            _("What was recorded of it stands on its page."),
        )
    check_reached(way_of(proposal), STEP)
    issuer_of(proposal, clock.today())


def check_can_preview(proposal: Proposal) -> None:
    """Lists whose award goes to the centre have the letter; others end at the province."""
    award = proposal.award_round.plan.awards.get(proposal.award)
    if award is None or award.step(STEP) is None:
        raise NotAllowed(_("Proposal %(code)s does not go to the centre.") % {"code": proposal.code})


KIND = Kind(
    folder=Path(__file__).parent,
    label=gettext_lazy("Province's letter to the Prime Minister (tờ trình)"),
    layout=Layout.DECREE,
    records=proposals,
    symbol="TTr",
    issuer_of=issuer_of,
    context_of=context_of,
    check_can_issue=check_can_issue,
    check_can_preview=check_can_preview,
    has_reader=reads_for_the_province,
    has_lapsed=is_cancelled,
    is_numbered_elsewhere=True,
    reference="code",
)
