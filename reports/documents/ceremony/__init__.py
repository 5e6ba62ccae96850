"""The list for the ceremony of a round: who is called up in which order, who hands over, and whether it was received."""

from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.exceptions import NotAllowed
from nominations.models import AwardRound
from registry.enums import Role
from reports.documents.ceremony.context import context_of, honours_of, issuer_of
from reports.documents.readers import acts_for, reads_for_the_province, rounds_at_the_province
from reports.kinds import Kind, Layout


def check_can_issue(actor: Any, award_round: AwardRound) -> None:
    """The standing office and the standing body of the council prepare the ceremony."""
    if not acts_for(actor, award_round.movement.unit, Role.REVIEWER, Role.LEAD, Role.STANDING_BODY):
        raise NotAllowed(
            _("The list for the ceremony is issued by the standing office or the standing body."),
            _("Ask one of them for it."),
        )
    check_can_preview(award_round)
    issuer_of(award_round, clock.today())


def check_can_preview(award_round: AwardRound) -> None:
    """There is a list once anything was decided that is handed over at the province."""
    if not honours_of(award_round).exists():
        raise NotAllowed(
            _("No decision of “%(round)s” is recorded yet, so there is nothing to hand over.")
            % {"round": award_round},
            _("Record the decision on the page of its proposal first."),
        )


KIND = Kind(
    folder=Path(__file__).parent,
    label=gettext_lazy("List for the ceremony"),
    layout=Layout.INTERNAL,
    records=rounds_at_the_province,
    symbol="DS",
    issuer_of=issuer_of,
    context_of=context_of,
    check_can_issue=check_can_issue,
    check_can_preview=check_can_preview,
    has_reader=reads_for_the_province,
    is_read_by_fewer=True,
)
