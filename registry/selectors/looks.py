"""Who looked at whose data, for those who answer for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from core.log_names import names_of
from core.looks import Shown
from core.models import Look
from registry.log_walls import look_wall
from registry.models import Household, Individual

_providers: list[Callable[[Any], Iterable[str]]] = []


def register_subjects_of(provider: Callable[[Any], Iterable[str]]) -> None:
    """Let an app above say under which further names looks at a person stand, such as their dossiers."""
    _providers.append(provider)


@dataclass(frozen=True)
class LookRow:
    """One look as people read it."""

    when: datetime
    who: str
    thing: str
    shown: str


@dataclass(frozen=True)
class Named:
    """A record that a request names by its code."""

    kind: str
    pk: int
    code: str


def people_named(words: str, reader: Any) -> list[Named]:
    """Records whose codes stand in what was written of whose data a matter is about."""
    codes = {word.strip(".,;()") for word in words.split()}
    return [
        Named(kind, row.pk, row.code)
        for kind, model in (("household", Household), ("individual", Individual))
        for row in model.objects.visible_to(reader).filter(code__in=codes)
    ]


def subjects_of(person: Any) -> list[str]:
    """Every name under which looks at a household or an individual stand; records merged into it included."""
    model = person._meta.label_lower
    merged = person._meta.model._base_manager.filter(merged_into=person).values_list("pk", flat=True)
    further = [subject for provider in _providers for subject in provider(person)]
    return [f"{model}:{person.pk}", *(f"{model}:{key}" for key in merged), *further]


def looks_at(person: Any) -> QuerySet[Look]:
    """Looks at a person's record, dossiers and papers, the newest first. Lists name nobody and are not among them."""
    return Look.objects.filter(subject__in=subjects_of(person)).select_related("user")


@dataclass(frozen=True)
class LookPage:
    """A page of looks. `before` is where the next older one begins, None where nothing is older."""

    looks: list[Look]
    before: int | None


def looks_of_province(reader: Any, words: str = "", *, before: int | None = None, size: int = 50) -> LookPage:
    """Looks of the people of the reader's province, the newest first; `words` narrow by the name of who looked."""
    by_own, look_through = look_wall(reader)
    looks = Look.objects.filter(by_own).select_related("user").order_by("-pk")
    if words:
        looks = looks.filter(Q(user__name_folded__contains=words) | Q(user__username__iexact=words))
    if before is not None:
        looks = looks.filter(pk__lt=before)
    # Whoever looks at something of another province is rare among one's own people: a few are read in reserve.
    read = list(looks[: size * 2])
    found = look_through(read)
    if len(found) > size:
        return LookPage(found[:size], found[size - 1].pk)
    return LookPage(found, read[-1].pk if len(read) == size * 2 else None)


def look_rows(looks: Iterable[Look]) -> list[LookRow]:
    """Looks in words; two queries and one for each kind of thing."""
    looks = list(looks)
    things = names_of(look.subject for look in looks)
    return [
        LookRow(
            when=look.at,
            who=str(look.user),
            thing=things.get(look.subject, look.subject),
            shown=str(Shown(look.shown).label),
        )
        for look in looks
    ]
