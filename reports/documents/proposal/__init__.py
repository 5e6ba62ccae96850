"""The letter that proposes awards (tờ trình), with its list of nominees; made of a proposal."""

from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.exceptions import NotAllowed
from nominations.enums import ProposalStatus
from nominations.models import Proposal
from nominations.selectors.way import check_reached, way_of
from reports.documents.lists import proposals
from reports.documents.proposal.context import context_of, issuer_of
from reports.documents.readers import check_is_standing_office, is_cancelled, reads_for_the_province
from reports.kinds import Kind, Layout


def check_can_issue(actor: Any, proposal: Proposal) -> None:
    """Letters are issued by the standing office on an approved proposal."""
    check_is_standing_office(actor, proposal.award_round.movement.unit)
    if proposal.status not in {ProposalStatus.APPROVED, ProposalStatus.DECIDED}:
        raise NotAllowed(
            _("Proposal %(code)s is “%(status)s”; its letter is issued once the leadership has approved it.")
            % {"code": proposal.code, "status": ProposalStatus(proposal.status).label},
            _("Until then, look at the preview."),
        )
    check_reached(way_of(proposal), "department_letter")
    issuer_of(proposal, clock.today())


def check_can_preview(_proposal: Proposal) -> None:
    """A draft of the letter may be looked at from the proposal's first day."""


KIND = Kind(
    folder=Path(__file__).parent,
    label=gettext_lazy("Proposal letter (tờ trình)"),
    layout=Layout.DECREE,
    records=proposals,
    symbol="TTr",
    issuer_of=issuer_of,
    context_of=context_of,
    check_can_issue=check_can_issue,
    check_can_preview=check_can_preview,
    has_reader=reads_for_the_province,
    has_lapsed=is_cancelled,
    reference="code",
)
