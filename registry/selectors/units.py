"""Units as of a day, their lineage, and the little that workbook matching needs of them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from core.text import fold
from registry.enums import SuccessionKind, UnitKind
from registry.models import Unit, UnitSuccession, ZoneAssignment
from registry.querysets import UnitQuerySet
from registry.scopes import scope_of
from registry.selectors.ancestry import Ancestry

REVIEWED_KINDS = (UnitKind.PROVINCE, UnitKind.DISTRICT, UnitKind.COMMUNE, UnitKind.VILLAGE)
_PLACES = (UnitKind.DISTRICT, UnitKind.COMMUNE)


@dataclass(frozen=True, slots=True)
class UnitRef:
    """The little of a register unit that matching needs; dates are inclusive, None means open.

    ``district_name`` is the name of the unit above: a commune's district, a village's commune.
    """

    id: Any
    name: str
    kind: str
    type: str = ""
    parent_id: Any = None
    district_name: str = ""
    gso_code: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    successor_ids: tuple[Any, ...] = ()

    def exists_on(self, day: date) -> bool:
        """Whether the unit exists on the day."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )


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


def zone_of(unit: Unit, day: date, ancestry: Ancestry | None = None) -> ZoneAssignment | None:
    """The zone that holds for the unit on the day: its own, or that of the same body under an earlier name or parent.

    None when none is recorded.
    """
    ancestry = ancestry or Ancestry.read(day)
    order = ancestry.followed(unit.pk, ancestry.same_body)
    rows = ZoneAssignment.objects.filter(unit__in=order).on(day).order_by("-starts_on")
    return min(rows, key=lambda row: order.index(row.unit_id), default=None)


def unit_refs() -> list[UnitRef]:
    """Every province, district, commune and village that ever was, as matching needs them."""
    successors: dict[int, list[int]] = defaultdict(list)
    links = UnitSuccession.objects.exclude(kind=SuccessionKind.TRANSFERRED).order_by("pk")
    for successor, predecessor in links.values_list("successor_id", "predecessor_id"):
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
