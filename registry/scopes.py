"""Which units a person sees today: their own, what lies below, and what these followed.

A dissolved unit's records pass to its successors, so a scope reaches back along succession links. A province is a
wall: a role of the province opens its province, whichever of the province's bodies holds it, and no other.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps
from django.db.models import Q

from core import clock
from registry.enums import ALL_SEEING_ROLES, PROVINCE_WIDE_ROLES, Role, UnitKind

PLACES = frozenset({UnitKind.PROVINCE, UnitKind.DISTRICT, UnitKind.COMMUNE, UnitKind.VILLAGE})
# What every path begins with, and how many of these signs a province's has.
_WHOLE, _ROOT_SLASHES = "/", 2


@dataclass(frozen=True)
class HeldRole:
    """One dated role that holds today."""

    role: str
    unit_id: int
    unit_path: str
    unit_name: str
    unit_kind: str

    @property
    def province_id(self) -> int:
        """The province of the role's unit."""
        return int(self.unit_path.split("/")[1])

    @property
    def area(self) -> str:
        """The path of what the role reaches: its unit, or the whole province."""
        return f"/{self.province_id}/" if self.role in PROVINCE_WIDE_ROLES else self.unit_path


@dataclass(frozen=True)
class Scope:
    """What a person sees: the units under some paths; `whole_province` when a province is among them."""

    roles: tuple[HeldRole, ...]
    whole_province: bool
    paths: tuple[str, ...]

    def has(self, *names: str) -> bool:
        """Whether one of the roles is held."""
        return any(held.role in names for held in self.roles)

    @property
    def provinces(self) -> set[str]:
        """The paths of the provinces in which a role is held."""
        return {f"/{held.province_id}/" for held in self.roles}

    def unit_ids(self, *names: str) -> set[int]:
        """Units for which one of the roles is held."""
        return {held.unit_id for held in self.roles if held.role in names}

    def covers(self, path: str) -> bool:
        """Whether a unit's path lies inside the scope."""
        return any(path.startswith(own) for own in self.paths)

    def q(self, prefix: str = "") -> Q:
        """A condition on a unit relation, such as `q("nominating_unit__")`."""
        return under(self.paths, prefix)


def under(paths: Iterable[str], prefix: str = "") -> Q:
    """A condition on a unit relation: the unit lies under one of the paths."""
    condition = Q(pk__in=[])
    for path in paths:
        if path == _WHOLE:
            # True of every row; an empty condition would vanish beside another one.
            return Q(pk__isnull=False)
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
    # The administrator's role opens no area: it is held at the province, and would open all of it.
    areas = {held.area for held in roles if held.role != Role.ADMINISTRATOR}
    whole_province = any(held.role in ALL_SEEING_ROLES for held in roles)
    return Scope(roles, whole_province, _opened(user, areas, day))


def _opened(user: Any, areas: set[str], day: date) -> tuple[str, ...]:
    """The paths that areas open, with what they followed; all of the register where no province lies outside."""
    known: dict[Any, tuple[str, ...]] = user.__dict__.setdefault("_opened", {})
    key = frozenset(areas), day
    if key not in known:
        provinces = _provinces() if any(path.count("/") == _ROOT_SLASHES for path in areas) else set()
        opened = areas if provinces and provinces <= areas else _with_predecessors(areas, day)
        is_whole = bool(provinces) and provinces <= opened
        known[key] = (_WHOLE,) if is_whole else tuple(sorted(opened))
    return known[key]


def _provinces() -> set[str]:
    """The paths of all provinces, of every time."""
    unit = apps.get_model("registry", "Unit")
    return set(unit.objects.filter(kind=UnitKind.PROVINCE).values_list("path", flat=True))


def _with_predecessors(areas: Iterable[str], day: date) -> set[str]:
    """The paths of units and of everything that they, or units below them, had followed by a day."""
    succession = apps.get_model("registry", "UnitSuccession")
    paths = set(areas)
    if not paths:
        return paths
    links = list(
        succession.objects.filter(on__lte=day)
        .exclude(kind="transferred")
        .values_list("successor__path", "predecessor__path")
    )
    grew = True
    while grew:
        grew = False
        for successor_path, predecessor_path in links:
            inside = any(successor_path.startswith(path) for path in paths)
            if inside and not any(predecessor_path.startswith(path) for path in paths):
                paths.add(predecessor_path)
                grew = True
    return paths


def holds_role(user: Any) -> bool:
    """Whether the person has any role today, and so an area or all units."""
    return bool(scope_of(user).roles)


def reads_records(user: Any) -> bool:
    """Whether the person's roles of today open any unit's records: the administrator's alone opens none."""
    return bool(scope_of(user).paths)


def reads_places(user: Any) -> bool:
    """Whether the roles open places, whose people and figures are kept, and not only a body such as an agency."""
    scope = scope_of(user)
    return scope.whole_province or any(
        held.unit_kind in PLACES and held.role != Role.ADMINISTRATOR for held in scope.roles
    )


def acts_within(user: Any, path: str, *names: str) -> bool:
    """Whether one of the roles, held today, reaches the unit at `path`: its own, below it, or one it followed.

    A role of the province reaches all of it, whichever of the province's bodies holds it.
    """
    areas = {held.area for held in scope_of(user).roles if held.role in names}
    return any(path.startswith(own) for own in areas) or any(
        path.startswith(own) for own in _opened(user, areas, clock.today())
    )


def paths_reached(user: Any, *names: str) -> tuple[str, ...]:
    """The paths that one of the roles, held today, reaches: for asking about many units at once."""
    areas = {held.area for held in scope_of(user).roles if held.role in names}
    return _opened(user, areas, clock.today())


def is_whole_register(paths: Iterable[str]) -> bool:
    """Whether paths, as `paths_reached` gives them, leave out no province."""
    return _WHOLE in paths


def handed_in_under(user: Any, *names: str) -> Q:
    """A condition on files handed in: the person's own, and those of people in areas that one of the roles reaches.

    What a command brought in belongs to nobody, and shows where its unit lies or the whole register is open.
    """
    paths = paths_reached(user, *names)
    if _WHOLE in paths:
        return under(paths)
    own = made_under(user, *names)
    return own | (Q(created_by=None) & under(paths, "unit__")) if paths else own


def made_under(user: Any, *names: str) -> Q:
    """A condition on rows with `created_by`: the person's own, and those of people where one of the roles reaches."""
    paths = paths_reached(user, *names)
    if _WHOLE in paths:
        return under(paths)
    own = Q(created_by=user)
    if not paths:
        return own
    people = apps.get_model("registry", "UnitRole").objects.filter(under(paths, "unit__")).values("user")
    return own | Q(created_by__in=people)


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


def holds_province_role(user: Any) -> bool:
    """Whether the person holds one of the roles that see or keep the whole province."""
    return scope_of(user).has(*PROVINCE_WIDE_ROLES)


def belongs_elsewhere(user: Any, path: str) -> bool:
    """Whether an account has to do with other provinces only, by its roles of any time and the unit it was opened for.

    One that has to do with none, such as a council member's from outside the offices, belongs nowhere else.
    """
    roles = apps.get_model("registry", "UnitRole").objects.filter(user=user)
    homes = apps.get_model("registry", "Account").objects.filter(user=user).exclude(home=None)
    paths = [*roles.values_list("unit__path", flat=True), *homes.values_list("home__path", flat=True)]
    province = province_path(path)
    return bool(paths) and not any(own.startswith(province) for own in paths)


def names_around(user: Any) -> list[str]:
    """Names of the person's units and of what these lie in: somebody guessing their password would try them."""
    units = apps.get_model("registry", "Unit")
    above = {
        int(key) for held in scope_of(user).roles for key in held.unit_path.split("/") if key.isdecimal()
    }
    return list(units.objects.filter(pk__in=above).values_list("name", flat=True))


def accounts_of(user: Any) -> frozenset[int]:
    """Keys of every account of the person: what was done with one of them was done by the same person."""
    known: frozenset[int] | None = user.__dict__.get("_accounts")
    if known is None:
        merged = apps.get_model("registry", "Account").objects.filter(merged_into=user.pk)
        known = frozenset({user.pk, *merged.values_list("user_id", flat=True)})
        user.__dict__["_accounts"] = known
    return known


def person_line(user: Any) -> str:
    """ "Role · unit" of the person's first role today."""
    for held in scope_of(user).roles:
        return f"{Role(held.role).label} · {held.unit_name}"
    return ""
