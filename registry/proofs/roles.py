"""What the log says of dated roles: who holds which, where, from when until when, by whose hands and by which papers."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from core.audit.verifying import Said, said_by
from core.proving import Flaw, entry_name
from registry.events import Event
from registry.models import UnitRole

_GIVEN = (Event.ROLE_GRANTED, Event.ROLE_CONFIRMED)
# Person, role and key of the unit.
_Place = tuple[str, str, str]


@dataclass
class _Held:
    """A role as its entries tell of it; `until` is None where the entry that gave it does not say."""

    said: Said
    from_day: str
    until: str | None
    ended: Said | None = None


@dataclass
class _Told:
    """What is told of roles: those that stand, by place, and entries that give again what was given and not ended."""

    roles: dict[_Place, list[_Held]] = field(default_factory=lambda: defaultdict(list))
    again: list[tuple[_Held, Said]] = field(default_factory=list)


def roles_that_differ() -> Iterator[Flaw]:
    """Roles that are not as the log names them, that no entry gave or confirmed, or that are gone."""
    told = _told()
    for first, second in told.again:
        yield Flaw(
            entry_name(second.seq),
            _("it gives again the role that entry %(seq)s gave; only the first was written when it happened")
            % {"seq": first.said.seq},
            second.subject,
        )
    rows = UnitRole.objects.select_related("user", "unit", "paper", "ending_paper").order_by("pk")
    for row in rows.iterator(chunk_size=2000):
        subject = f"core.user:{row.user_id}"
        there = told.roles.get((subject, row.role, row.unit.key), [])
        held = next((one for one in there if one.from_day == row.starts_on.isoformat()), None)
        if held is not None:
            there.remove(held)
        if reason := _reason(row, held):
            name = _("The role “%(role)s” of %(person)s at %(unit)s")
            words = {"role": row.get_role_display(), "person": row.user, "unit": row.unit.name}
            yield Flaw(name % words, reason, subject)
    for held in (one for there in told.roles.values() for one in there):
        yield Flaw(entry_name(held.said.seq), _("the role that it tells of is gone"), held.said.subject)


def _told() -> _Told:
    told = _Told()
    for said in said_by(*_GIVEN, Event.ROLE_ENDED, Event.ROLE_TAKEN_BACK):
        payload = said.payload or {}
        place = (said.subject, payload.get("role", ""), payload.get("unit", ""))
        if said.event in _GIVEN:
            _give(told, place, said)
        elif said.event == Event.ROLE_ENDED:
            _end(told.roles[place], said)
        else:
            there, day = told.roles[place], payload.get("from_day")
            there[:] = [one for one in there if one.from_day != day]
    return told


def _give(told: _Told, place: _Place, said: Said) -> None:
    payload, there = said.payload or {}, told.roles[place]
    day = payload.get("from_day", "")
    first = next((one for one in there if one.from_day == day), None)
    if first is not None:
        told.again.append((first, said))
    else:
        there.append(_Held(said, day, payload.get("until_day")))


def _end(there: list[_Held], said: Said) -> None:
    """An end makes a role shorter and never longer; entries of earlier versions do not say when it began."""
    payload = said.payload or {}
    day, began = payload.get("until_day", ""), payload.get("from_day", "")
    for one in there:
        is_meant = one.from_day == began if began else one.from_day <= day
        if is_meant and (not one.until or day <= one.until):
            one.until, one.ended = day, said
            return


def _reason(row: UnitRole, held: _Held | None) -> str:
    if held is None:
        return _("no entry says that it was given from this day")
    until = row.ends_on.isoformat() if row.ends_on else ""
    if held.until is not None and until != held.until:
        return _("it does not end on the day that the log says")
    is_confirmed = held.said.event == Event.ROLE_CONFIRMED
    if row.confirmed_by_id is not None and not is_confirmed:
        return _("no entry says that it was confirmed")
    if is_confirmed and held.said.is_by_another(row.confirmed_by_id):
        return _("it was not confirmed by who entry %(seq)s names") % {"seq": held.said.seq}
    kept = {"given_by": row.given_by_id, "paper": str(row.paper or "")}
    if held.said.differs(kept):
        return _("its paper, or who gave it, is not as entry %(seq)s names it") % {"seq": held.said.seq}
    if held.ended is not None and held.ended.differs({"paper": str(row.ending_paper or "")}):
        return _("the paper by which it ended is not as entry %(seq)s names it") % {"seq": held.ended.seq}
    return ""
