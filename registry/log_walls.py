"""The log behind the provinces' walls: whose entries a reader of the log may see.

The chain is one for all provinces, and so is its head, which says nothing of anybody. An entry belongs where the thing lies
that it tells of; one of no place, such as a sign-in or a document, where the person belongs who acted. What the machine
did by itself, and what belongs to no province, everybody sees who reads the log.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.apps import apps
from django.db.models import BooleanField, Case, F, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast

from core.models import AuditEntry, Look
from registry.enums import Role
from registry.scopes import is_whole_register, paths_reached, under

_MOST_DIGITS = 19
_PERSON = "core.user"
_places: dict[str, tuple[str, ...]] = {}


def register_log_place(model: str, *prefixes: str) -> None:
    """Say how a model's rows come to their unit: `register_log_place("nominations.dossier", "nominating_unit__")`.

    Of several ways, such as a nominee's, each row takes the one that is filled in. An empty prefix means a unit itself.
    """
    _places[model] = prefixes


def models_with_place() -> set[str]:
    """Every model whose entries lie behind a wall."""
    return set(_places)


def log_wall(reader: Any) -> Callable[[Sequence[AuditEntry]], list[AuditEntry]] | None:
    """What lets through the entries of whom reads the log for some provinces; None where no other province is.

    It asks about the things and people of the entries that it is given, and never about whole tables: both the log and
    the register grow for ever.
    """
    paths = paths_reached(reader, Role.AUDITOR, Role.ADMINISTRATOR)
    return None if is_whole_register(paths) else partial(_own_entries, paths)


def _own_entries(paths: tuple[str, ...], entries: Sequence[AuditEntry]) -> list[AuditEntry]:
    subjects = [entry.subject for entry in entries]
    sides = _sides(
        paths, subjects, _by_key(), people=[*subjects, *(f"core.{entry.actor}" for entry in entries)]
    )
    return [
        entry
        for entry in entries
        if entry.subject in sides.own
        or (entry.subject not in sides.foreign and f"core.{entry.actor}" not in sides.foreign)
    ]


@dataclass
class _Sides:
    """Subjects of the log on this side of a wall and beyond it; what lies nowhere is in neither."""

    own: set[str] = field(default_factory=set)
    foreign: set[str] = field(default_factory=set)


_Ways = dict[str, tuple[str, tuple[str, ...]]]


def _by_key() -> _Ways:
    """How the rows of each model come to their unit, by the key with which the log calls them."""
    return {model: ("pk", way) for model, way in _places.items()}


def _sides(
    paths: tuple[str, ...], subjects: Iterable[str], ways: _Ways, people: Iterable[str] = ()
) -> _Sides:
    """On which side each subject lies, and each of the people (`core.user:7`), in one query of a part each kind."""
    found = _Sides()
    parts = [
        _part(paths, model, keys, *ways[model])
        for model, keys in _keys_by_model(subjects).items()
        if model in ways
    ]
    asked = [key for key in _keys_by_model(people)[_PERSON] if _is_key(key)]
    if asked:
        parts.append(_people_part(paths, asked))
    if not parts:
        return found
    for model, key, is_own, is_foreign in parts[0].union(*parts[1:], all=True):
        if is_own:
            found.own.add(f"{model}:{key}")
        elif is_foreign:
            found.foreign.add(f"{model}:{key}")
    return found


def _part(
    paths: tuple[str, ...], model: str, keys: set[str], by: str, prefixes: tuple[str, ...]
) -> QuerySet[Any]:
    """Model and key of the rows of one table, as the log calls them, and on which side each lies."""
    known = {key for key in keys if by != "pk" or _is_key(key)}
    inside, outside = _inside_and_outside(paths, prefixes)
    rows = apps.get_model(model)._base_manager.order_by().filter(**{f"{by}__in": known})
    part: QuerySet[Any] = rows.annotate(
        wall_model=Value(model, TextField()),
        wall_key=Cast(F(by), TextField()),
        is_own=_whether(inside),
        is_foreign=_whether(outside),
    ).values_list("wall_model", "wall_key", "is_own", "is_foreign")
    return part


def _whether(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def _keys_by_model(subjects: Iterable[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for subject in subjects:
        model, _colon, key = subject.partition(":")
        found[model].add(key)
    return found


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < _MOST_DIGITS


def _people_part(paths: tuple[str, ...], asked: list[str]) -> QuerySet[Any]:
    """Those of some accounts that belong to any province, and on which side; one that never held a role belongs to none."""
    roles = apps.get_model("registry", "UnitRole").objects.all()
    homes = apps.get_model("registry", "Account").objects.exclude(home=None)
    users = apps.get_model("core", "User")._base_manager.order_by().filter(pk__in=asked)
    part: QuerySet[Any] = (
        users.filter(Q(pk__in=roles.values("user")) | Q(pk__in=homes.values("user")))
        .annotate(
            wall_model=Value(_PERSON, TextField()),
            wall_key=Cast(F("pk"), TextField()),
            is_own=_whether(_at_home(paths)),
            is_foreign=_whether(~_at_home(paths)),
        )
        .values_list("wall_model", "wall_key", "is_own", "is_foreign")
    )
    return part


def is_foreign(reader: Any, subject: str) -> bool:
    """Whether a thing, as the log calls it, lies in provinces only whose log the reader does not read.

    What is gone from its table, and what has no place, is nobody's.
    """
    paths = paths_reached(reader, Role.AUDITOR, Role.ADMINISTRATOR)
    if is_whole_register(paths):
        return False
    return subject in _sides(paths, [subject], _by_key(), people=[subject]).foreign


_looked_at: dict[str, tuple[str, tuple[str, ...]]] = {}


def register_looked_at(model: str, key: str, *prefixes: str) -> None:
    """Say by which field looks name a model's rows where that is not their key, such as a dossier's code."""
    _looked_at[model] = (key, prefixes)


def look_wall(reader: Any) -> tuple[Q, Callable[[Sequence[Look]], list[Look]]]:
    """A condition on looks (`core.models.Look`), by the people of the inspector's provinces, and what takes out those at
    something of another's.
    """
    paths = paths_reached(reader, Role.AUDITOR)
    if is_whole_register(paths):
        return ~Q(pk__in=[]), list
    return Q(user__in=_people(paths)), partial(_at_nothing_foreign, paths)


def _at_nothing_foreign(paths: tuple[str, ...], looks: Sequence[Look]) -> list[Look]:
    ways = _by_key() | _looked_at
    foreign = _sides(paths, (look.subject for look in looks), ways).foreign
    return [look for look in looks if look.subject not in foreign]


def _inside_and_outside(paths: tuple[str, ...], prefixes: tuple[str, ...]) -> tuple[Q, Q]:
    """Rows whose place is under the paths, and rows that have a place elsewhere."""
    inside, somewhere = Q(pk__in=[]), Q(pk__in=[])
    for prefix in prefixes:
        inside |= under(paths, prefix)
        somewhere |= Q(**{f"{prefix}path__isnull": False})
    return inside, somewhere & ~inside


def _people(paths: tuple[str, ...]) -> QuerySet[Any]:
    """Accounts that ever held a role under the paths, or were opened for a unit there."""
    users: QuerySet[Any] = apps.get_model("core", "User")._base_manager.filter(_at_home(paths))
    return users


def _at_home(paths: tuple[str, ...]) -> Q:
    roles = apps.get_model("registry", "UnitRole").objects.filter(under(paths, "unit__"))
    homes = apps.get_model("registry", "Account").objects.filter(under(paths, "home__"))
    return Q(pk__in=roles.values("user")) | Q(pk__in=homes.values("user"))


def install() -> None:
    """Say where the registry's own things lie."""
    for model, prefix in {
        "registry.unit": "",
        "registry.household": "unit__",
        "registry.individual": "unit__",
        "registry.povertyreview": "unit__",
        "registry.rollupnote": "unit__",
        "registry.importfile": "unit__",
        "registry.toldmeaning": "unit__",
        "registry.unitrole": "unit__",
        "registry.datacase": "province__",
        "registry.certificationcall": "province__",
        "registry.certification": "unit__",
    }.items():
        register_log_place(model, prefix)
    register_log_place("registry.hold", "unit__", "household__unit__", "individual__unit__")
