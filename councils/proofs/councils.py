"""What the log says of councils and of the rules by which they vote."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from core.audit.recording import subject_of
from core.audit.verifying import Said, said_once
from core.proving import Flaw, entry_name, said_again
from councils.events import Event
from councils.models import BaseRule, Council, VotingRule

# The council, the award that a threshold is for, and the first day.
_Place = tuple[str, str, str]


def councils_that_differ() -> Iterator[Flaw]:
    """Councils that are not as the log says that they were set up, that no entry names, or that are gone."""
    set_up = said_once(Event.COUNCIL_SET_UP)
    yield from said_again(set_up)
    waiting = dict(set_up.first)
    for council in Council.objects.order_by("pk").iterator(chunk_size=2000):
        subject = subject_of(council)
        if reason := _reason(council, waiting.pop(subject, None)):
            yield Flaw(_("The council %(council)s") % {"council": council}, reason, subject)
    for entry in waiting.values():
        yield Flaw(entry_name(entry.seq), _("the council that it tells of is gone"), entry.subject)


def _reason(council: Council, entry: Said | None) -> str:
    if entry is None:
        return _("no entry says that it was set up")
    kept = {
        "unit": council.unit_id,
        "serves": str(council.serves),
        "decision": council.decision,
        "name": council.name,
    }
    if entry.differs(kept):
        return _("its name, unit, task or decision is not as entry %(seq)s names it") % {"seq": entry.seq}
    return ""


def thresholds_that_differ() -> Iterator[Flaw]:
    """Thresholds and bases of votes that are not as the log names them, that no entry names, or that are gone."""
    thresholds = said_once(Event.VOTING_RULE_SET, of=_threshold_of)
    bases = said_once(Event.BASE_RULE_SET, of=_base_of)
    yield from said_again(thresholds)
    yield from said_again(bases)
    waiting = thresholds.first | bases.first
    for one, place, kept in _kept():
        entry = waiting.pop(place, None)
        if entry is None:
            reason = _("no entry says that it was set")
        elif entry.differs(kept):
            reason = _("it is not as entry %(seq)s names it") % {"seq": entry.seq}
        else:
            continue
        name = _("A voting rule of the council %(council)s, from %(day)s")
        yield Flaw(name % {"council": one.council, "day": f"{one.starts_on:%d/%m/%Y}"}, reason, place[0])
    for entry in waiting.values():
        yield Flaw(entry_name(entry.seq), _("the voting rule that it tells of is gone"), entry.subject)


def _kept() -> Iterator[tuple[VotingRule | BaseRule, _Place, dict[str, Any]]]:
    """Each threshold and base with its place, and what its entry is to name."""
    for one in VotingRule.objects.select_related("council").order_by("pk"):
        key = (subject_of(one.council), one.award, one.starts_on.isoformat())
        yield one, key, {"threshold": one.threshold, "legal_basis": one.legal_basis}
    for base in BaseRule.objects.select_related("council").order_by("pk"):
        key = (subject_of(base.council), "", base.starts_on.isoformat())
        yield (
            base,
            key,
            {"recused_leave_base": base.recused_leave_base, "legal_basis": base.legal_basis},
        )


def _threshold_of(said: Said) -> _Place:
    payload = said.payload or {}
    return said.subject, payload.get("award", ""), payload.get("starts_on", "")


def _base_of(said: Said) -> _Place:
    return said.subject, "", (said.payload or {}).get("starts_on", "")
