"""What the log says of rounds and of what bodies filed, held against their plan, their days and their status."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.audit.recording import subject_of
from core.audit.verifying import Said, said_by, said_once
from core.proving import Flaw, entry_name, said_again
from nominations.enums import RoundStatus
from nominations.events import Event
from nominations.models import AwardRound, FilingSet


@dataclass
class _Days:
    """How the entries leave a round: until when it was extended and by which paper, and when it was closed."""

    extended_to: str = ""
    extended_by: str = ""
    closed_on: str = ""


def rounds_that_differ() -> Iterator[Flaw]:
    """Rounds whose plan, days or status are not those of the log, that no entry names, or that are gone."""
    opened = said_once(Event.ROUND_OPENED)
    yield from said_again(opened)
    waiting, days = dict(opened.first), _days()
    for award_round in AwardRound.objects.select_related("movement", "plan_version").order_by("pk"):
        subject = subject_of(award_round)
        if reason := _reason(award_round, waiting.pop(subject, None), days[subject]):
            yield Flaw(_("The round %(round)s") % {"round": award_round}, reason, subject)
    for entry in waiting.values():
        yield Flaw(entry_name(entry.seq), _("the round that it tells of is gone"), entry.subject)


def _days() -> dict[str, _Days]:
    found: dict[str, _Days] = defaultdict(_Days)
    for said in said_by(Event.ROUND_EXTENDED):
        payload, one = said.payload or {}, found[said.subject]
        one.extended_to, one.extended_by = payload.get("last_day", ""), payload.get("paper", "")
    moves = [*said_by(Event.ROUND_CLOSED), *said_by(Event.ROUND_REOPENED)]
    for said in sorted(moves, key=lambda one: one.seq):
        found[said.subject].closed_on = (said.payload or {}).get("closed_on", "")
    return found


def _reason(award_round: AwardRound, start: Said | None, days: _Days) -> str:
    if start is None:
        return _("no entry says that it was opened")
    payload = start.payload or {}
    kept = {
        "kind": award_round.kind,
        "year": award_round.year,
        "opens_on": award_round.opens_on.isoformat(),
    }
    if any(payload.get(name, value) != value for name, value in kept.items()):
        return _("its kind, year or first day is not as entry %(seq)s names it") % {"seq": start.seq}
    # A round that began with the plan that comes with the product names no version.
    used = award_round.plan_version.content_hash if award_round.plan_version else ""
    if used and payload.get("plan_hash", used) != used:
        return _("it goes by another plan than entry %(seq)s names") % {"seq": start.seq}
    said = (days.extended_to, days.extended_by, days.closed_on)
    if (_text(award_round.extended_to), award_round.extended_by, _text(award_round.closed_on)) != said:
        return _("its last day or the day of its closing is not that of the log")
    if (award_round.status == RoundStatus.CLOSED) != bool(days.closed_on):
        return _("the log does not say that it is “%(status)s”") % {
            "status": RoundStatus(award_round.status).label
        }
    return ""


def sets_that_differ() -> Iterator[Flaw]:
    """What bodies filed on another day than the log says, without an entry, or that is gone."""
    filed = said_once(Event.SET_FILED)
    yield from said_again(filed)
    waiting = dict(filed.first)
    for one in FilingSet.objects.select_related("unit", "award_round__movement").order_by("pk"):
        subject = subject_of(one)
        entry = waiting.pop(subject, None)
        said = (entry.payload or {}).get("filed_on", "") if entry else ""
        if _text(one.filed_on) != said:
            where = _("The set of %(unit)s, %(round)s") % {"unit": one.unit, "round": one.award_round}
            yield Flaw(where, _("it was not filed on the day that the log says"), subject)
        elif entry is not None and entry.is_by_another(one.filed_by_id):
            where = _("The set of %(unit)s, %(round)s") % {"unit": one.unit, "round": one.award_round}
            yield Flaw(where, _("it was not filed by who entry %(seq)s names") % {"seq": entry.seq}, subject)
    for entry in waiting.values():
        yield Flaw(entry_name(entry.seq), _("the set that it tells of is gone"), entry.subject)


def _text(day: object) -> str:
    return str(day) if day else ""
