"""Personal data whose time is over: what there is of it, and its erasure.

Each kind of data stands in `data/personal_data.yaml` with how long it is kept; an app registers how the kind is counted
and erased. What no kind names is kept: records of people, dossiers and awards belong to the archives.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from core import audit
from core.events import Event
from core.models import Look, OutboxMessage
from core.services import erase_looks, erase_sent_mail, service
from core.terms import Term, retention

Count = Callable[[date], int]
Erase = Callable[[date, str, Any], int]


@dataclass(frozen=True)
class Eraser:
    """How much data of a kind is from before a day, and its erasure: day, basis in words, actor; how much went."""

    count: Count
    erase: Erase


@dataclass(frozen=True)
class Expired:
    """How much data of a kind is older than it may be."""

    term: Term
    before: date
    count: int


_erasers: dict[str, Eraser] = {}


def register_eraser(name: str, eraser: Eraser) -> None:
    """Say how a kind of `data/personal_data.yaml` is counted and erased."""
    _erasers[name] = eraser


def registered() -> set[str]:
    """The kinds that can be erased."""
    return set(_erasers)


def expired_on(day: date) -> list[Expired]:
    """What is older on a day than it may be, by kind; kinds without anything are told with none."""
    found = []
    for name, term in retention().items():
        value = term.on(day)
        if value is not None:
            before = value.before(day)
            found.append(Expired(term, before, _erasers[name].count(before)))
    return found


@service
def erase_expired(*, on: date, actor: Any) -> dict[str, int]:
    """Erase what is older on a day than it may be; how much went, by kind. The log tells counts, days and grounds."""
    gone: dict[str, int] = {}
    for one in expired_on(on):
        value = one.term.on(on)
        if one.count and value is not None:
            basis = f"retention {one.term.name}, {value.amount} {value.measure}: {value.reference}"
            gone[one.term.name] = _erasers[one.term.name].erase(one.before, basis, actor)
    if not gone:
        audit.nothing_changed()
        return gone
    audit.record(Event.EXPIRED_ERASED, actor=actor, subject="core.auditentry", on=on.isoformat(), counts=gone)
    return gone


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _count_mail(before: date) -> int:
    return OutboxMessage.objects.filter(sent_at__lt=_start_of(before)).exclude(recipient="").count()


def _erase_mail(before: date, basis: str, actor: Any) -> int:
    return erase_sent_mail(before=_start_of(before), basis=basis, actor=actor)


register_eraser("mail", Eraser(_count_mail, _erase_mail))


def _count_looks(before: date) -> int:
    return Look.objects.filter(at__lt=_start_of(before)).count()


def _erase_looks(before: date, basis: str, actor: Any) -> int:
    return erase_looks(before=_start_of(before), basis=basis, actor=actor)


register_eraser("looks", Eraser(_count_looks, _erase_looks))
