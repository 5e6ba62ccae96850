"""What units' councils said of dossiers, for those who file them."""

from collections.abc import Collection

from councils.enums import ItemStanding, Serves
from councils.models import AgendaItem
from councils.selectors.voting import required_by
from nominations.unit_councils import CouncilWord, Words

_SAID = {
    ItemStanding.WAITING: None,
    ItemStanding.RECOMMENDED: True,
    ItemStanding.NOT_RECOMMENDED: False,
}


def words_of_councils(dossiers: Collection[int]) -> Words:
    """Of each dossier the newest word of each unit's council, in two queries at most; an item taken off says nothing."""
    items = (
        AgendaItem.objects.filter(
            dossier__in=dossiers, taken_off_at=None, meeting__council__serves=Serves.UNIT
        )
        .select_related("meeting__council__unit")
        .order_by("-pk")
    )
    found: Words = {}
    for item in items.prefetch_related("polls__tally"):
        words = found.setdefault(item.dossier_id, [])
        if all(word.unit_id != item.meeting.council.unit_id for word in words):
            words.append(_word(item))
    return found


def _word(item: AgendaItem) -> CouncilWord:
    council, meeting = item.meeting.council, item.meeting
    said = _SAID[ItemStanding(item.standing)]
    word = CouncilWord(council.unit_id, council.unit.full_name, meeting.title, meeting.sits_on, said)
    poll = item.live_poll
    if said is None or poll is None:
        return word
    tally = poll.tally
    return CouncilWord(
        word.unit_id,
        word.unit,
        word.meeting,
        word.held_on,
        said,
        agree=tally.agree,
        members=poll.members_count,
        required=required_by(poll),
    )
