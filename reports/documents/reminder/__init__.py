"""The letter that reminds places of the last day for filing (công văn đôn đốc)."""

from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.exceptions import NotAllowed
from nominations.enums import RoundStatus
from nominations.models import AwardRound
from reports.documents.readers import check_is_standing_office, reads_for_the_province
from reports.documents.reminder.context import context_of, issuer_of, who_is_awaited
from reports.kinds import Kind, Layout


def records() -> QuerySet[AwardRound]:
    """Rounds with their movement."""
    return AwardRound.objects.select_related("movement__unit")


def check_can_issue(actor: Any, award_round: AwardRound) -> None:
    """The standing office reminds while the round is open."""
    check_is_standing_office(actor, award_round.movement.unit)
    check_can_preview(award_round)
    issuer_of(award_round, clock.today())


def check_can_preview(award_round: AwardRound) -> None:
    """There is somebody to remind, and still time."""
    if award_round.status != RoundStatus.OPEN:
        raise NotAllowed(_("“%(round)s” is not open, so nobody is reminded.") % {"round": award_round})
    if not who_is_awaited(award_round, clock.today()):
        raise NotAllowed(_("Every place has filed in “%(round)s”.") % {"round": award_round})


KIND = Kind(
    folder=Path(__file__).parent,
    label=gettext_lazy("Reminder to places that have not filed"),
    layout=Layout.DECREE,
    records=records,
    symbol="",
    issuer_of=issuer_of,
    context_of=context_of,
    check_can_issue=check_can_issue,
    check_can_preview=check_can_preview,
    has_reader=reads_for_the_province,
)
