"""What the finder writes: only that a list of people left the system."""

from collections.abc import Mapping

from core import audit
from core.models import User
from core.services import service
from nominations.events import Event
from nominations.models import AwardRound
from nominations.permissions import check_can_find


@service
def record_finder_export(
    *, award_round: AwardRound, actor: User, file_format: str, rows: int, asked: Mapping[str, str]
) -> None:
    """Keep that a list of people was taken out, by whom, how long and how narrowed; never whom it names.

    What was searched for may be part of a name, so only that something was searched is kept.
    """
    check_can_find(actor)
    audit.record(
        Event.FINDER_EXPORTED,
        actor=actor,
        subject=award_round,
        format=file_format,
        rows=rows,
        filters={key: value for key, value in asked.items() if value and key != "q"},
        searched=bool(asked.get("q")),
    )
