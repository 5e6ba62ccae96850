"""What the log says of roles at the province that wait for a second hand, or waited."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from core.audit.verifying import Said, said_by, said_once
from core.proving import Flaw, entry_name, said_again
from registry.enums import RequestState
from registry.events import Event
from registry.models import RoleRequest

_STATES = {
    Event.ROLE_CONFIRMED: RequestState.CONFIRMED,
    Event.ROLE_REFUSED: RequestState.REFUSED,
}


def requests_that_differ() -> Iterator[Flaw]:
    """Requests whose role, days, asker or answer are not those of the log, that no entry names, or that are gone."""
    asked = said_once(Event.ROLE_ASKED, Event.LEAD_NAMED, of=_request_of)
    yield from said_again(asked)
    waiting, settled = dict(asked.first), _settled()
    rows = RoleRequest.objects.select_related("user", "unit", "paper").order_by("pk")
    for row in rows.iterator(chunk_size=2000):
        if reason := _reason(row, waiting.pop(row.pk, None), settled.get(row.pk)):
            where = _("The role “%(role)s” asked for %(person)s at %(unit)s")
            words = {"role": row.get_role_display(), "person": row.user, "unit": row.unit.name}
            yield Flaw(where % words, reason, f"core.user:{row.user_id}")
    for entry in waiting.values():
        yield Flaw(entry_name(entry.seq), _("the role asked for that it tells of is gone"), entry.subject)


def _request_of(said: Said) -> int | None:
    return (said.payload or {}).get("request")


def _settled() -> dict[int | None, Said]:
    """The first answer to each request: a second one cannot be."""
    found: dict[int | None, Said] = {}
    for said in said_by(*_STATES):
        found.setdefault(_request_of(said), said)
    return found


def _reason(row: RoleRequest, asked: Said | None, settled: Said | None) -> str:
    if asked is None:
        return _("no entry says that it was asked for")
    kept = {
        "role": row.role,
        "unit": row.unit.key,
        "from_day": row.starts_on.isoformat(),
        "until_day": row.ends_on.isoformat() if row.ends_on else "",
        "paper": str(row.paper),
    }
    if asked.differs(kept) or asked.subject != f"core.user:{row.user_id}":
        return _("it is not as entry %(seq)s names it") % {"seq": asked.seq}
    if asked.is_by_another(row.asked_by_id) or row.by_token != (asked.event == Event.LEAD_NAMED):
        return _("it was not asked for by who entry %(seq)s names") % {"seq": asked.seq}
    state = _STATES[Event(settled.event)] if settled else RequestState.WAITING
    if row.state != state or (settled and settled.is_by_another(row.settled_by_id)):
        return _("the log does not say that it was answered so")
    return ""
