"""What the log says of awards, held against the history that later checks read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.audit.verifying import Said, said_by, said_once
from core.proving import Flaw, entry_name, said_again
from nominations import fingerprints
from nominations.events import Event
from nominations.models import PriorAward
from registry.events import Event as RegistryEvent

_SUBJECT = "nominations.prioraward"


@dataclass(frozen=True)
class _Named:
    """What an entry says of an award: its digest, empty in entries of earlier versions, and what those said."""

    seq: int
    digest: str
    payload: Mapping[str, Any]


def awards_that_differ() -> Iterator[Flaw]:
    """Awards that are not as the log names them, that no entry names, or that are gone; and so for revocations."""
    recorded, revoked = said_once(Event.AWARD_RECORDED), said_once(Event.AWARD_REVOKED)
    yield from said_again(recorded)
    yield from said_again(revoked)
    named = {subject: _named(said) for subject, said in recorded.first.items()}
    imported, unnamed = _imported()
    named |= imported
    taken_back = dict(revoked.first)
    for award in PriorAward.objects.order_by("pk").iterator(chunk_size=2000):
        subject = f"{_SUBJECT}:{award.pk}"
        entry = named.pop(subject, None)
        if entry is None and unnamed > 0:
            # Files that earlier versions loaded are named by the number of their rows only.
            unnamed -= 1
            reason = ""
        else:
            reason = _reason(award, entry)
        reason = reason or _revocation_reason(award, taken_back.pop(subject, None))
        if reason:
            name = _("The award by decision %(number)s (%(key)s)")
            yield Flaw(name % {"number": award.decision_number, "key": award.pk}, reason, subject)
    for lost, one in named.items():
        yield Flaw(entry_name(one.seq), _("the award that it tells of is gone"), str(lost))


def _named(said: Said) -> _Named:
    payload = said.payload or {}
    return _Named(said.seq, payload.get("digest", ""), payload)


def _imported() -> tuple[dict[Any, _Named], int]:
    """The awards that entries of loaded files name, and how many were loaded without being named."""
    named: dict[Any, _Named] = {}
    unnamed = 0
    for said in said_by(RegistryEvent.FILE_IMPORTED):
        payload = said.payload or {}
        if payload.get("kind") != "awards":
            continue
        if "awards" not in payload:
            unnamed += int(payload.get("counts", {}).get("new", 0))
        for key, digest in payload.get("awards", {}).items():
            named.setdefault(f"{_SUBJECT}:{key}", _Named(said.seq, digest, {}))
    return named, unnamed


def _reason(award: PriorAward, entry: _Named | None) -> str:
    if entry is None:
        return _("no entry says that it was recorded")
    if entry.digest:
        is_same = fingerprints.is_of_award(entry.digest, award)
    else:
        kept = {"decision": award.decision_number, "award": award.award, "prize": award.prize_amount}
        is_same = all(entry.payload[name] == value for name, value in kept.items() if name in entry.payload)
    return "" if is_same else _("it is not as entry %(seq)s names it") % {"seq": entry.seq}


def _revocation_reason(award: PriorAward, entry: Said | None) -> str:
    if award.revoked_on is None:
        return _("entry %(seq)s says that it was taken back") % {"seq": entry.seq} if entry else ""
    if entry is None:
        return _("no entry says that it was taken back")
    payload = entry.payload or {}
    kept = {
        "decision": award.revoked_by_decision,
        "revoked_on": award.revoked_on.isoformat(),
        "digest": fingerprints.of_revocation(award),
    }
    if any(payload[name] != value for name, value in kept.items() if name in payload):
        return _("it was not taken back as entry %(seq)s names it") % {"seq": entry.seq}
    return ""
