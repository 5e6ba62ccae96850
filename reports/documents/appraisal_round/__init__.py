"""The report on the appraisal of a whole round (báo cáo kết quả thẩm định của đợt), for the council that selects."""

from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.exceptions import NotAllowed
from nominations.models import AwardRound
from reports.documents.appraisal_round.context import context_of, is_anything_concluded, issuer_of
from reports.documents.readers import (
    check_is_standing_office,
    reads_for_the_province,
    rounds_at_the_province,
)
from reports.kinds import Kind, Layout


def check_can_issue(actor: Any, award_round: AwardRound) -> None:
    """The standing office reports what it found."""
    check_is_standing_office(actor, award_round.movement.unit)
    check_can_preview(award_round)
    issuer_of(award_round, clock.today())


def check_can_preview(award_round: AwardRound) -> None:
    """There is a report once the appraisal of any dossier was concluded."""
    if not is_anything_concluded(award_round):
        raise NotAllowed(
            _("No appraisal in “%(round)s” is concluded yet.") % {"round": award_round},
            _("The reviewers conclude them on the appraisal desk."),
        )


KIND = Kind(
    folder=Path(__file__).parent,
    label=gettext_lazy("Appraisal report of the round"),
    layout=Layout.DECREE,
    records=rounds_at_the_province,
    symbol="BC",
    issuer_of=issuer_of,
    context_of=context_of,
    check_can_issue=check_can_issue,
    check_can_preview=check_can_preview,
    has_reader=reads_for_the_province,
    is_read_by_fewer=True,
)
