"""What the log says of members' interests: what each declared of an item, and what was decided of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.audit.verifying import Said, said_by
from core.proving import Flaw, entry_name
from councils.events import Event
from councils.models import AgendaItem, CouncilMember, Declaration, Ruling

# An item and a person: another office gives the person another seat, and what was declared goes along.
_Place = tuple[int, int | None]


@dataclass(frozen=True)
class _Declared:
    """What the last entry says of a member's interest in an item; the reason is None where it says none."""

    said: Said
    has_interest: bool
    reason: str | None


def interests_that_differ() -> Iterator[Flaw]:
    """Declarations and rulings that are not as the log says, that no entry names, or that are gone."""
    seats = dict(CouncilMember.objects.values_list("pk", "user_id"))
    items = set(AgendaItem.objects.values_list("pk", flat=True))
    yield from _declarations(_declared(seats), items)
    yield from _rulings(_ruled(seats), items)


def _declared(seats: dict[int, int]) -> dict[_Place, _Declared]:
    found: dict[_Place, _Declared] = {}
    for said in said_by(Event.INTERESTS_DECLARED):
        payload = said.payload or {}
        person = seats.get(payload.get("member", 0))
        back = payload.get("taken_back", {})
        for item in payload.get("none", ()):
            found[int(item), person] = _Declared(said, False, back.get(str(item)))
        for item, reason in payload.get("interests", {}).items():
            found[int(item), person] = _Declared(said, True, reason)
    return found


def _ruled(seats: dict[int, int]) -> dict[_Place, Said]:
    found: dict[_Place, Said] = {}
    for said in said_by(Event.INTEREST_RULED):
        payload = said.payload or {}
        found[payload.get("item", 0), seats.get(payload.get("member", 0))] = said
    return found


def _declarations(waiting: dict[_Place, _Declared], items: set[int]) -> Iterator[Flaw]:
    rows = Declaration.objects.select_related("item", "member__user").order_by("pk")
    for row in rows.iterator(chunk_size=2000):
        told = waiting.pop((row.item_id, row.member.user_id), None)
        if told is None:
            reason = _("no entry says what was declared")
        elif (row.has_interest, row.reason) != (
            told.has_interest,
            row.reason if told.reason is None else told.reason,
        ):
            reason = _("it is not what entry %(seq)s says") % {"seq": told.said.seq}
        elif told.said.is_by_another(row.recorded_by_id):
            reason = _("it was not recorded by who entry %(seq)s names") % {"seq": told.said.seq}
        else:
            continue
        yield Flaw(_where(row), reason, f"councils.meeting:{row.item.meeting_id}")
    for (item, _person), told in waiting.items():
        # What was declared of an item goes when it is taken out of an agenda in preparation.
        if item in items:
            yield Flaw(
                entry_name(told.said.seq),
                _("an interest of a member that it tells of is gone"),
                told.said.subject,
            )


def _rulings(waiting: dict[_Place, Said], items: set[int]) -> Iterator[Flaw]:
    rows = Ruling.objects.select_related("item", "member__user").order_by("pk")
    for row in rows.iterator(chunk_size=2000):
        said = waiting.pop((row.item_id, row.member.user_id), None)
        kept = {"ground": str(row.ground), "is_recused": row.is_recused, "reason": row.reason}
        if said is None:
            reason = _("no entry says that it was settled")
        elif said.differs(kept):
            reason = _("it was not settled as entry %(seq)s says") % {"seq": said.seq}
        elif said.is_by_another(row.ruled_by_id):
            reason = _("it was not settled by who entry %(seq)s names") % {"seq": said.seq}
        else:
            continue
        yield Flaw(_where(row), reason, f"councils.meeting:{row.item.meeting_id}")
    for (item, _person), said in waiting.items():
        if item in items:
            yield Flaw(entry_name(said.seq), _("what it settled of an interest is gone"), said.subject)


def _where(row: Declaration | Ruling) -> str:
    name = _("The interest of %(person)s in item %(position)s (meeting %(meeting)s)")
    return name % {
        "person": row.member.user,
        "position": row.item.position,
        "meeting": row.item.meeting_id,
    }
