"""What the log says of seats on councils: whose they are, their office, from when until when, by which decisions."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from core.audit.verifying import Said, said_by, said_once
from core.proving import Flaw, entry_name, said_again
from councils.events import Event
from councils.models import CouncilMember


def seats_that_differ() -> Iterator[Flaw]:
    """Seats that are not as the log names them, that no entry began or ended so, or that are gone."""
    begun = said_once(Event.MEMBER_ADDED, of=_seat_of)
    yield from said_again(begun)
    waiting, ended = dict(begun.first), _ended()
    rows = CouncilMember.objects.select_related("council", "user").order_by("pk")
    for seat in rows.iterator(chunk_size=2000):
        if reason := _reason(seat, waiting.pop(seat.pk, None), ended.get(seat.pk)):
            name = _("The seat of %(person)s on the council %(council)s")
            where = name % {"person": seat.user, "council": seat.council}
            yield Flaw(where, reason, f"councils.council:{seat.council_id}")
    for entry in waiting.values():
        yield Flaw(entry_name(entry.seq), _("the seat that it tells of is gone"), entry.subject)


def _seat_of(said: Said) -> int | None:
    return (said.payload or {}).get("member")


def _ended() -> dict[int | None, Said]:
    """The entry that ended each seat: a later one can only end it earlier."""
    found: dict[int | None, Said] = {}
    for said in said_by(Event.MEMBER_LEFT):
        seat = _seat_of(said)
        if seat not in found or _last_day(said) <= _last_day(found[seat]):
            found[seat] = said
    return found


def _last_day(said: Said) -> str:
    return str((said.payload or {}).get("ends_on", ""))


def _reason(seat: CouncilMember, begun: Said | None, ended: Said | None) -> str:
    if begun is None:
        return _("no entry says that it began")
    kept = {
        "user": seat.user_id,
        "office": str(seat.office),
        "starts_on": seat.starts_on.isoformat(),
        "position": seat.position,
        "decision": seat.decision,
    }
    if begun.differs(kept) or begun.subject != f"councils.council:{seat.council_id}":
        return _("its person, office, first day or decision is not as entry %(seq)s names it") % {
            "seq": begun.seq
        }
    last_day = seat.ends_on.isoformat() if seat.ends_on else ""
    if ended is not None:
        if ended.differs({"ends_on": last_day, "decision": seat.ended_by}):
            return _("it does not end as entry %(seq)s says") % {"seq": ended.seq}
        return ""
    if begun.differs({"ends_on": last_day}):
        return _("it does not end on the day that entry %(seq)s names") % {"seq": begun.seq}
    return ""
