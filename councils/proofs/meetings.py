"""What the log says of meetings: when and where, who leads and records, what is voted on in which order, who is on the roll."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from core.audit.recording import subject_of
from core.audit.verifying import Said, said_by, said_once
from core.proving import Flaw, entry_name, said_again
from councils.enums import MeetingOffice, MeetingStatus
from councils.events import Event
from councils.models import CouncilMember, Meeting

_PARTICULARS = ("title", "held_on", "starts_at", "place", "chair", "secretary")
_STATUS = {
    Event.MEETING_PREPARED: MeetingStatus.PLANNED,
    Event.MEETING_OPENED: MeetingStatus.OPEN,
    Event.MEETING_ADJOURNED: MeetingStatus.ADJOURNED,
    Event.MEETING_RESUMED: MeetingStatus.OPEN,
    Event.MEETING_CLOSED: MeetingStatus.CLOSED,
}
_TELLING = (
    *_STATUS,
    *(Event.MEETING_CHANGED, Event.AGENDA_SET, Event.ITEM_TAKEN_OFF, Event.OFFICE_PASSED),
)


@dataclass
class _Told:
    """How the entries leave a meeting; what those of earlier versions do not say is missing or None."""

    status: MeetingStatus = MeetingStatus.PLANNED
    particulars: dict[str, Any] = field(default_factory=dict)
    tellers: set[int] | None = None
    agenda: list[str] | None = None
    checks: dict[str, int] = field(default_factory=dict)
    taken_off: dict[str, str] = field(default_factory=dict)
    roll: set[int] | None = None
    goes_on: list[tuple[str, str, str]] = field(default_factory=list)


def meetings_that_differ() -> Iterator[Flaw]:
    """Meetings that are not as the log leaves them, that no entry prepared, or that are gone."""
    prepared = said_once(Event.MEETING_PREPARED)
    yield from said_again(prepared)
    waiting, told = dict(prepared.first), _told()
    people = dict(CouncilMember.objects.values_list("pk", "user_id"))
    rows = Meeting.objects.prefetch_related(
        "items__dossier", "tellers", "attendances", "adjournments"
    ).order_by("pk")
    for meeting in rows.iterator(chunk_size=200):
        subject = subject_of(meeting)
        start = waiting.pop(subject, None)
        if start is None:
            reason = _("no entry says that it was prepared")
        else:
            reason = _reason(meeting, told[subject]) or _people_reason(meeting, told[subject], people)
        if reason:
            where = _("The meeting %(meeting)s of %(day)s")
            yield Flaw(
                where % {"meeting": meeting.title, "day": f"{meeting.held_on:%d/%m/%Y}"}, reason, subject
            )
    for entry in waiting.values():
        yield Flaw(entry_name(entry.seq), _("the meeting that it tells of is gone"), entry.subject)


def _told() -> dict[str, _Told]:
    found: dict[str, _Told] = {}
    for said in said_by(*_TELLING):
        _follow(found.setdefault(said.subject, _Told()), said)
    return found


def _follow(one: _Told, said: Said) -> None:
    payload = said.payload or {}
    event = Event(said.event)
    before, one.status = one.status, _STATUS.get(event, one.status)
    one.particulars |= {name: payload[name] for name in _PARTICULARS if name in payload}
    one.checks |= payload.get("checks", {})
    if event in (Event.MEETING_PREPARED, Event.MEETING_CHANGED) and "tellers" in payload:
        one.tellers = set(payload["tellers"])
    elif event == Event.AGENDA_SET:
        one.agenda = payload.get("dossiers", one.agenda)
    elif event == Event.ITEM_TAKEN_OFF:
        one.taken_off.setdefault(payload.get("dossier", ""), payload.get("reason", ""))
    elif event == Event.OFFICE_PASSED:
        _pass_on(one, payload)
    elif event == Event.MEETING_OPENED and "roll" in payload:
        one.roll = set(payload["roll"])
    elif event == Event.MEETING_RESUMED and one.roll is not None:
        one.roll |= set(payload.get("joined", ()))
    elif event == Event.MEETING_ADJOURNED:
        day = (payload.get("reason", ""), payload.get("resumes_on", ""), payload.get("resumes_at", ""))
        # One that stands gets another day.
        one.goes_on[len(one.goes_on) - (before == MeetingStatus.ADJOURNED) :] = [day]


def _pass_on(one: _Told, payload: dict[str, Any]) -> None:
    came = payload.get("to_member", 0)
    if payload.get("office") == MeetingOffice.TELLER:
        one.tellers = None if one.tellers is None else {*one.tellers, came}
    elif payload.get("office") == MeetingOffice.SECRETARY:
        one.particulars["secretary"] = came
    else:
        one.particulars["chair"] = came
        if payload.get("next_secretary"):
            one.particulars["secretary"] = payload["next_secretary"]


def _reason(meeting: Meeting, told: _Told) -> str:
    kept = {
        "title": meeting.title,
        "held_on": meeting.held_on.isoformat(),
        "starts_at": meeting.starts_at.isoformat("minutes"),
        "place": meeting.place,
        "chair": meeting.chair_id,
        "secretary": meeting.secretary_id,
    }
    if any(told.particulars.get(name, value) != value for name, value in kept.items()):
        return _("its name, day, hour, place, chair or secretary is not as the log leaves it")
    if meeting.status != told.status:
        return _("the log does not say that it is “%(status)s”") % {
            "status": MeetingStatus(meeting.status).label
        }
    items = sorted(meeting.items.all(), key=lambda item: (item.position, item.pk))
    if [item.dossier.code for item in items] != (told.agenda or []):
        return _("its agenda, or the order of it, is not the one that the log says")
    if any(told.checks.get(item.dossier.code, item.evaluation_id) != item.evaluation_id for item in items):
        return _("an item rests on another check than the log says")
    if {item.dossier.code: item.taken_off_reason for item in items if item.taken_off_at} != told.taken_off:
        return _("other items were taken off its agenda than the log says")
    stops = sorted(meeting.adjournments.all(), key=lambda one: (one.adjourned_at, one.pk))
    if [
        (one.reason, one.resumes_on.isoformat(), one.resumes_at.isoformat("minutes")) for one in stops
    ] != told.goes_on:
        return _("it was adjourned otherwise than the log says")
    return ""


def _people_reason(meeting: Meeting, told: _Told, people: dict[int, int]) -> str:
    if told.roll is not None and {row.member_id for row in meeting.attendances.all()} != told.roll:
        return _("other members stand on its roll than the log says")
    if told.tellers is None:
        return ""
    # A seat that ended takes its holder off the team, and another office goes along under a new seat.
    named = {people.get(seat) for seat in told.tellers}
    if any(
        people.get(one.member_id) not in named for one in meeting.tellers.all() if one.released_at is None
    ):
        return _("somebody counts its papers whom the log does not name")
    return ""
