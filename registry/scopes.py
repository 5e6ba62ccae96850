"""Which units a person sees today: their own, what lies below, and what these followed.

A dissolved unit's records pass to its successors, so a scope reaches back along succession links.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps
from django.db.models import Q

from core import clock
from registry.enums import ALL_SEEING_ROLES, PROVINCE_WIDE_ROLES, Role


@dataclass(frozen=True)
class HeldRole:
    """One dated role that holds today."""

    role: str
    unit_id: int
    unit_path: str
    unit_name: str
    unit_kind: str


@dataclass(frozen=True)
class Scope:
    """What a person sees: all of the province, or the units under some paths."""

    roles: tuple[HeldRole, ...]
    everything: bool
    paths: tuple[str, ...]

    def has(self, *names: str) -> bool:
        """Whether one of the roles is held."""
        return any(held.role in names for held in self.roles)

    def unit_ids(self, *names: str) -> set[int]:
        """Units for which one of the roles is held."""
        return {held.unit_id for held in self.roles if held.role in names}

    def covers(self, path: str) -> bool:
        """Whether a unit's path lies inside the scope."""
        return self.everything or any(path.startswith(own) for own in self.paths)

    def q(self, prefix: str = "") -> Q:
        """A condition on a unit relation, such as `q("nominating_unit__")`."""
        if self.everything:
            return Q()
        condition = Q(pk__in=[])
        for path in self.paths:
            condition |= Q(**{f"{prefix}path__startswith": path})
        return condition


def scope_of(user: Any, day: date | None = None) -> Scope:
    """The person's scope on a day (default today), read once per person object and day."""
    day = day or clock.today()
    cache = user.__dict__.setdefault("_scopes", {})
    if day not in cache:
        cache[day] = _read_scope(user, day)
    scope: Scope = cache[day]
    return scope


def _read_scope(user: Any, day: date) -> Scope:
    if not user.is_authenticated or not user.is_active:
        return Scope((), False, ())
    unit_role = apps.get_model("registry", "UnitRole")
    roles = tuple(
        HeldRole(row.role, row.unit_id, row.unit.path, row.unit.name, row.unit.kind)
        for row in unit_role.objects.filter(user=user).on(day).select_related("unit").order_by("pk")
    )
    everything = any(held.role in ALL_SEEING_ROLES for held in roles)
    # The administrator's role opens no area: it is held at the province, and would open all of it.
    areas = {held.unit_id: held.unit_path for held in roles if held.role != Role.ADMINISTRATOR}
    return Scope(roles, everything, () if everything else tuple(sorted(_with_predecessors(areas, day))))


def _with_predecessors(units: dict[int, str], day: date) -> set[str]:
    """The paths of units and of everything that they, or units below them, had followed by a day."""
    succession = apps.get_model("registry", "UnitSuccession")
    links = list(
        succession.objects.filter(on__lte=day)
        .exclude(kind="transferred")
        .values_list("successor__path", "predecessor_id", "predecessor__path")
    )
    paths, grew = set(units.values()), bool(units)
    while grew:
        grew = False
        for successor_path, _predecessor_id, predecessor_path in links:
            inside = any(successor_path.startswith(path) for path in paths)
            if inside and not any(predecessor_path.startswith(path) for path in paths):
                paths.add(predecessor_path)
                grew = True
    return paths


def acts_within(user: Any, path: str, *names: str) -> bool:
    """Whether one of the roles, held today, reaches the unit at `path`: its own, below it, or one it followed.

    A role of the province reaches all of it, whichever of the province's bodies holds it.
    """
    held = {one.unit_id: one.unit_path for one in scope_of(user).roles if one.role in names}
    if scope_of(user).has(*PROVINCE_WIDE_ROLES.intersection(names)) or any(
        path.startswith(own) for own in held.values()
    ):
        return True
    return bool(held) and any(path.startswith(own) for own in _with_predecessors(held, clock.today()))


def paths_reached(user: Any, *names: str) -> tuple[str, ...]:
    """The paths that one of the roles, held today, reaches: for asking about many units at once."""
    held = {one.unit_id: one.unit_path for one in scope_of(user).roles if one.role in names}
    if scope_of(user).has(*PROVINCE_WIDE_ROLES.intersection(names)):
        return ("/",)
    return tuple(sorted(_with_predecessors(held, clock.today()))) if held else ()


def provinces_of(user: Any, *names: str) -> tuple[str, ...]:
    """Paths of the provinces at which the person holds one of the roles today, whichever body holds it."""
    return tuple(
        sorted({province_path(held.unit_path) for held in scope_of(user).roles if held.role in names})
    )


def province_path(path: str) -> str:
    """The path of the province that a unit lies in; every path begins with it."""
    return f"/{path.split('/')[1]}/"


def roles_held(user: Any) -> set[str]:
    """Names of the roles that a person holds today."""
    return {held.role for held in scope_of(user).roles}


def person_line(user: Any) -> str:
    """ "Role · unit" of the person's first role today."""
    for held in scope_of(user).roles:
        return f"{Role(held.role).label} · {held.unit_name}"
    return ""
