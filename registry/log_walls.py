"""The log behind the provinces' walls: whose entries a reader of the log may see.

The chain is one for all provinces, and so is its head, which says nothing of anybody. An entry belongs where the thing lies
that it tells of; one of no place, such as a sign-in or a document, where the person belongs who acted. What the machine
did by itself, and what belongs to no province, everybody sees who reads the log.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from registry.enums import Role
from registry.scopes import is_whole_register, paths_reached, under

_places: dict[str, tuple[str, ...]] = {}


def register_log_place(model: str, *prefixes: str) -> None:
    """Say how a model's rows come to their unit: `register_log_place("nominations.dossier", "nominating_unit__")`.

    Of several ways, such as a nominee's, each row takes the one that is filled in. An empty prefix means a unit itself.
    """
    _places[model] = prefixes


def models_with_place() -> set[str]:
    """Every model whose entries lie behind a wall."""
    return set(_places)


def log_wall(reader: Any) -> Q | None:
    """A condition on entries of the log, for whom reads it for some provinces; None where no other province is."""
    paths = paths_reached(reader, Role.AUDITOR, Role.ADMINISTRATOR)
    if is_whole_register(paths):
        return None
    own, foreign = Q(subject__in=[]), Q(subject__in=[])
    for model, prefixes in _places.items():
        inside, outside = _inside_and_outside(paths, prefixes)
        own |= Q(subject__in=_subjects(model, inside))
        foreign |= Q(subject__in=_subjects(model, outside))
    people = _people(paths)
    foreign_people = _others(paths)
    own |= Q(subject__in=_named("core.user", people))
    foreign |= Q(subject__in=_named("core.user", foreign_people))
    return own | (~foreign & ~Q(actor__in=_named("user", foreign_people)))


def is_foreign(reader: Any, subject: str) -> bool:
    """Whether a thing, as the log calls it, lies in provinces only whose log the reader does not read.

    What is gone from its table, and what has no place, is nobody's.
    """
    paths = paths_reached(reader, Role.AUDITOR, Role.ADMINISTRATOR)
    model, _colon, key = subject.partition(":")
    if is_whole_register(paths) or not key.isdecimal():
        return False
    if model == "core.user":
        return bool(_others(paths).filter(pk=key).exists())
    if model not in _places:
        return False
    _inside, outside = _inside_and_outside(paths, _places[model])
    return bool(apps.get_model(model)._base_manager.filter(outside, pk=key).exists())


_looked_at: dict[str, tuple[str, tuple[str, ...]]] = {}


def register_looked_at(model: str, key: str, *prefixes: str) -> None:
    """Say by which field looks name a model's rows where that is not their key, such as a dossier's code."""
    _looked_at[model] = (key, prefixes)


def look_wall(reader: Any) -> Q:
    """A condition on looks (`core.models.Look`): by the people of the inspector's provinces, at nothing of another's."""
    paths = paths_reached(reader, Role.AUDITOR)
    if is_whole_register(paths):
        return ~Q(pk__in=[])
    places = {model: ("pk", prefixes) for model, prefixes in _places.items()} | _looked_at
    foreign = Q(subject__in=[])
    for model, (key, prefixes) in places.items():
        _inside, outside = _inside_and_outside(paths, prefixes)
        foreign |= Q(subject__in=_subjects(model, outside, key))
    return Q(user__in=_people(paths)) & ~foreign


def _inside_and_outside(paths: tuple[str, ...], prefixes: tuple[str, ...]) -> tuple[Q, Q]:
    """Rows whose place is under the paths, and rows that have a place elsewhere."""
    inside, somewhere = Q(pk__in=[]), Q(pk__in=[])
    for prefix in prefixes:
        inside |= under(paths, prefix)
        somewhere |= Q(**{f"{prefix}path__isnull": False})
    return inside, somewhere & ~inside


def _subjects(model: str, condition: Q, key: str = "pk") -> QuerySet[Any]:
    return _named(model, apps.get_model(model)._base_manager.filter(condition), key)


def _named(model: str, rows: QuerySet[Any], key: str = "pk") -> QuerySet[Any]:
    """The rows as the log calls them, such as `registry.unit:12`."""
    called = Concat(Value(f"{model}:"), Cast(key, CharField()), output_field=CharField())
    named: QuerySet[Any] = rows.order_by().annotate(called_in_log=called).values("called_in_log")
    return named


def _people(paths: tuple[str, ...]) -> QuerySet[Any]:
    """Accounts that ever held a role under the paths, or were opened for a unit there."""
    roles = apps.get_model("registry", "UnitRole").objects.filter(under(paths, "unit__"))
    homes = apps.get_model("registry", "Account").objects.filter(under(paths, "home__"))
    users = apps.get_model("core", "User")._base_manager
    return users.filter(Q(pk__in=roles.values("user")) | Q(pk__in=homes.values("user")))


def _others(paths: tuple[str, ...]) -> QuerySet[Any]:
    """Accounts that belong to another province only; one that never held a role belongs to none."""
    roles = apps.get_model("registry", "UnitRole").objects.all()
    homes = apps.get_model("registry", "Account").objects.exclude(home=None)
    users = apps.get_model("core", "User")._base_manager
    belonging = users.filter(Q(pk__in=roles.values("user")) | Q(pk__in=homes.values("user")))
    return belonging.exclude(pk__in=_people(paths).values("pk"))


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
