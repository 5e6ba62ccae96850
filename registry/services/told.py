"""Keeping what an office says once of headings and words in its files, and taking it back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import audit, clock
from core.exceptions import InvalidRequest, NotAllowed, StaleState
from core.services import service
from core.text import tidy
from registry.events import Event
from registry.imports import kinds
from registry.imports.told import offices_of
from registry.imports.told_options import meanings_of
from registry.models import ToldMeaning, Unit
from registry.models.told import told_key

_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Saying:
    """What is said of some words: a column's heading, or words of a kind."""

    sort: str
    words: str
    meaning: str


@service
def tell_meanings(*, kind: str, unit: Unit, sayings: Iterable[Saying], actor: Any) -> int:
    """Keep what the words mean in the office's files of the kind; an earlier meaning is taken back.

    Raises ``NotAllowed`` where the person keeps no such records for the unit, ``InvalidRequest`` for a meaning that
    there is not, ``StaleState`` when another hand said something of the same words just now.
    """
    _check(kind, unit, actor)
    importer = kinds()[kind]
    kept = []
    for one in sayings:
        words = tidy(one.words)[:_LONGEST]
        if not told_key(words) or one.meaning not in dict(meanings_of(importer, one.sort)):
            raise InvalidRequest(
                _("“%(words)s” cannot mean that.") % {"words": one.words},
                _("Choose one of the meanings offered."),
            )
        kept.append(ToldMeaning(unit=unit, kind=kind, sort=one.sort, words=words, meaning=one.meaning))
    if not kept:
        audit.nothing_changed()
        return 0
    _write(kept, actor)
    audit.record(
        Event.MEANINGS_TOLD,
        actor=actor,
        subject=unit,
        kind=kind,
        meanings=[{"id": one.pk, "sort": one.sort, "meaning": one.meaning} for one in kept],
    )
    return len(kept)


def _write(kept: list[ToldMeaning], actor: Any) -> None:
    now = clock.now()
    try:
        with transaction.atomic():
            for one in kept:
                earlier = ToldMeaning.objects.filter(
                    unit=one.unit, kind=one.kind, sort=one.sort, key=told_key(one.words), taken_back_at=None
                )
                earlier.update(taken_back_by=actor, taken_back_at=now)
                one.said_by, one.said_at = actor, now
                one.save()
    except IntegrityError as error:
        raise StaleState(
            _("Somebody said just now what one of these words means."), _("Look at the page again.")
        ) from error


@service
def take_back_meaning(*, told: ToldMeaning, actor: Any) -> None:
    """Let a meaning hold no longer. Raises ``StaleState`` when it was taken back before."""
    _check(told.kind, told.unit, actor)
    changed = ToldMeaning.objects.filter(pk=told.pk, taken_back_at=None).update(
        taken_back_by=actor, taken_back_at=clock.now()
    )
    if changed != 1:
        raise StaleState(_("This meaning was taken back before."), _("Look at the page again."))
    audit.record(
        Event.MEANING_TAKEN_BACK,
        actor=actor,
        subject=told.unit,
        kind=told.kind,
        meaning={"id": told.pk, "sort": told.sort, "meaning": told.meaning},
    )


def _check(kind: str, unit: Unit, actor: Any) -> None:
    importer = kinds()[kind]
    importer.check(actor)
    if unit.pk not in {one.pk for one in offices_of(actor, importer.keepers)}:
        raise NotAllowed(
            _("What words mean in an office's files is said by those who hand them in for it."),
            _("Ask somebody who keeps the records of %(unit)s.") % {"unit": unit.name},
        )
