"""What each role may do, asked of the permission checks themselves: nothing is told a second time.

Each app names its checks (`register_right`), with what they are asked about. The table lets an
invented holder of each role knock at every door and notes which open.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core import clock
from core.models import User
from core.permissions import allowed
from registry.enums import ALL_SEEING_ROLES, AdminType, Role, UnitForm, UnitKind
from registry.models import Unit
from registry.scopes import HeldRole, Scope

_LONG_AGO = date(2000, 1, 1)


@dataclass(frozen=True)
class Probe:
    """An invented person with one role, and the places of an invented province; nothing of it is stored."""

    actor: User
    own: Unit
    places: dict[str, Unit]


@dataclass(frozen=True)
class Right:
    """One line: what may be done, and the check that says so; `about` gives what it is asked about."""

    label: str | Promise
    check: Callable[..., None]
    about: Callable[[Probe], Sequence[Any]] = lambda probe: ()


@dataclass(frozen=True)
class RightRow:
    """One line of the table: for each role whether the door opens."""

    label: str | Promise
    by_role: list[tuple[Role, bool]]


_groups: dict[str | Promise, list[Right]] = {}


def register_rights(group: str | Promise, *rights: Right) -> None:
    """Add lines to the table under a heading."""
    _groups.setdefault(group, []).extend(rights)


def checks_named() -> set[Callable[..., None]]:
    """Every check that the table asks."""
    return {right.check for rights in _groups.values() for right in rights}


def rights_table() -> list[tuple[str | Promise, list[RightRow]]]:
    """All groups with their lines."""
    probes = {role: probe_of(role) for role in Role}
    return [
        (
            group,
            [
                RightRow(
                    right.label,
                    [
                        (role, allowed(right.check, probe.actor, *right.about(probe)))
                        for role, probe in probes.items()
                    ],
                )
                for right in rights
            ],
        )
        for group, rights in _groups.items()
    ]


def probe_of(role: Role) -> Probe:
    """Somebody who holds the role at its usual place of an invented province."""
    places = _places()
    usual = {
        Role.COMMUNE_OFFICER: UnitKind.COMMUNE,
        Role.DISTRICT_OFFICER: UnitKind.DISTRICT,
        Role.AGENCY_OFFICER: UnitKind.AGENCY,
        Role.OVERSEER: UnitKind.DISTRICT,
    }
    own = places[usual.get(role, UnitKind.PROVINCE)]
    actor = User(pk=0, username="", full_name=_("somebody"), is_active=True)
    held = HeldRole(role, own.pk, own.path, own.name, own.kind)
    paths = () if role == Role.ADMINISTRATOR else (held.area,)
    actor.__dict__["_scopes"] = {clock.today(): Scope((held,), role in ALL_SEEING_ROLES, paths)}
    return Probe(actor, own, places)


def _places() -> dict[str, Unit]:
    province = _place(-1, UnitKind.PROVINCE, None, admin_type=AdminType.TINH)
    district = _place(-2, UnitKind.DISTRICT, province, admin_type=AdminType.HUYEN)
    commune = _place(-3, UnitKind.COMMUNE, district, admin_type=AdminType.XA)
    return {
        UnitKind.PROVINCE: province,
        UnitKind.DISTRICT: district,
        UnitKind.COMMUNE: commune,
        UnitKind.VILLAGE: _place(-4, UnitKind.VILLAGE, commune, admin_type=AdminType.THON),
        UnitKind.AGENCY: _place(-5, UnitKind.AGENCY, province, form=UnitForm.DEPARTMENT),
        UnitKind.ENTERPRISE: _place(-6, UnitKind.ENTERPRISE, commune, form=UnitForm.COOPERATIVE),
    }


def _place(key: int, kind: UnitKind, parent: Unit | None, **facts: Any) -> Unit:
    path = (parent.path if parent else "/") + f"{key}/"
    return Unit(
        pk=key, kind=kind, parent=parent, path=path, name=str(kind.label), valid_from=_LONG_AGO, **facts
    )
