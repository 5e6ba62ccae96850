"""What the log says of desks that passed on: from whom to whom, on which day, by which paper."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from core.audit.verifying import Said, said_by
from core.proving import Flaw, entry_name
from registry.events import Event
from registry.models import HandOver

# Predecessor, successor and day: the same two on the same day again change the paper, and the newest counts.
_Desk = tuple[str, int, str]


def desks_that_differ() -> Iterator[Flaw]:
    """Desks handed over otherwise than the log says, without an entry, or whose row is gone."""
    waiting: dict[_Desk, Said] = {}
    for said in said_by(Event.DESK_HANDED_OVER):
        payload = said.payload or {}
        waiting[said.subject, payload.get("successor", 0), payload.get("on", "")] = said
    rows = HandOver.objects.select_related("predecessor", "successor", "paper").order_by("pk")
    for row in rows.iterator(chunk_size=2000):
        subject = f"core.user:{row.predecessor_id}"
        said_of_it = waiting.pop((subject, row.successor_id, row.on.isoformat()), None)
        if reason := _reason(row, said_of_it):
            where = _("The desk of %(person)s, handed over to %(successor)s on %(day)s")
            words = {"person": row.predecessor, "successor": row.successor, "day": f"{row.on:%d/%m/%Y}"}
            yield Flaw(where % words, reason, subject)
    for said in waiting.values():
        yield Flaw(entry_name(said.seq), _("the handed-over desk that it tells of is gone"), said.subject)


def _reason(row: HandOver, said: Said | None) -> str:
    if said is None:
        return _("no entry says that it was handed over so")
    if said.differs({"paper": str(row.paper)}) or said.is_by_another(row.created_by_id):
        return _("its paper, or who recorded it, is not as entry %(seq)s names it") % {"seq": said.seq}
    return ""
