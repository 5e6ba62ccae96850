"""Units as of a day, their lineage, and the little that workbook matching needs of them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from core.text import fold
from registry.enums import SuccessionKind, UnitKind
from registry.models import Unit, UnitSuccession, ZoneAssignment
from registry.querysets import UnitQuerySet
from registry.scopes import scope_of
from registry.workbooks import UnitRef

REVIEWED_KINDS = (UnitKind.PROVINCE, UnitKind.DISTRICT, UnitKind.COMMUNE, UnitKind.VILLAGE)
_PLACES = (UnitKind.DISTRICT, UnitKind.COMMUNE)


def acts_for(actor: Any, unit_id: int | None) -> bool:
    """Whether the person holds a role today at the unit itself."""
    return unit_id is not None and any(held.unit_id == unit_id for held in scope_of(actor).roles)


def units_for_list(
    user: Any, *, words: str = "", kind: str = "", district: Unit | None = None, state: str = "", day: date
) -> UnitQuerySet:
    """Units that the person sees, filtered, in Vietnamese order; `parent` comes along.

    `state`: empty for units that exist on the day, `ended` for those that no longer do, `all` for both.
    """
    units = Unit.objects.visible_to(user).matching(fold(words)).select_related("parent")
    if kind:
        units = units.filter(kind=kind)
    if district is not None:
        units = units.filter(path__startswith=district.path)
    if state == "ended":
        units = units.filter(valid_until__lt=day)
    elif state != "all":
        units = units.on(day)
    return units.order_by("name_sort", "pk")


@dataclass(frozen=True)
class LineageEntry:
    """One event of a unit's life: who came before or after it, when and by which decision."""

    on: date
    kind: str
    label: str
    unit: Unit
    is_predecessor: bool
    decision: str
    note: str


def lineage(unit: Unit) -> list[LineageEntry]:
    """The unit's predecessors and successors, oldest first."""
    links = (
        UnitSuccession.objects.filter(Q(predecessor=unit) | Q(successor=unit))
        .select_related("predecessor__parent", "successor__parent")
        .order_by("on", "pk")
    )
    return [
        LineageEntry(
            on=link.on,
            kind=link.kind,
            label=link.get_kind_display(),
            unit=link.predecessor if link.successor_id == unit.pk else link.successor,
            is_predecessor=link.successor_id == unit.pk,
            decision=link.decision,
            note=link.note,
        )
        for link in links
    ]


def predecessor_ids() -> dict[int, list[int]]:
    """For each unit, those whose whole territory passed to it; partial transfers move no figures."""
    found: dict[int, list[int]] = defaultdict(list)
    links = UnitSuccession.objects.exclude(kind=SuccessionKind.TRANSFERRED).order_by("pk")
    for successor, predecessor in links.values_list("successor_id", "predecessor_id"):
        found[successor].append(predecessor)
    return found


def zone_of(unit: Unit, day: date) -> ZoneAssignment | None:
    """The zone recorded for the unit on the day, or None when none is recorded."""
    return ZoneAssignment.objects.filter(unit=unit).on(day).order_by("-starts_on").first()


def unit_refs() -> list[UnitRef]:
    """Every province, district, commune and village that ever was, as matching needs them."""
    successors: dict[int, list[int]] = defaultdict(list)
    for successor, predecessors in predecessor_ids().items():
        for predecessor in predecessors:
            successors[predecessor].append(successor)
    units = Unit.objects.filter(kind__in=REVIEWED_KINDS).select_related("parent").order_by("pk")
    return [
        UnitRef(
            id=unit.pk,
            name=unit.name,
            kind=unit.kind,
            type=unit.admin_type,
            parent_id=unit.parent_id,
            district_name=unit.parent.name if unit.parent and unit.parent.kind in _PLACES else "",
            gso_code=unit.gso_code,
            valid_from=unit.valid_from,
            valid_until=unit.valid_until,
            successor_ids=tuple(successors[unit.pk]),
        )
        for unit in units
    ]
