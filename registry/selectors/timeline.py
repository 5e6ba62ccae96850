"""A unit's life as a line of days: founding, zones, duties, memberships, successions, end."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.enums import SuccessionKind, UnitKind
from registry.models import ClusterMembership, OfficeDuty, Unit, UnitSuccession, ZoneAssignment
from registry.selectors.ancestry import Ancestry
from registry.titles import TERRITORIAL_KINDS

_CAME: dict[str, Any] = {
    SuccessionKind.MERGED: gettext_lazy("Formed by merger of"),
    SuccessionKind.SPLIT: gettext_lazy("Split off from"),
    SuccessionKind.RENAMED: gettext_lazy("New name or title; before"),
    SuccessionKind.CONTINUED: gettext_lazy("Goes on under a new parent; before"),
    SuccessionKind.TRANSFERRED: gettext_lazy("Took over a part of the land of"),
}
_WENT: dict[str, Any] = {
    SuccessionKind.MERGED: gettext_lazy("Merged into"),
    SuccessionKind.SPLIT: gettext_lazy("Split into"),
    SuccessionKind.RENAMED: gettext_lazy("New name or title; since then"),
    SuccessionKind.CONTINUED: gettext_lazy("Goes on under a new parent; since then"),
    SuccessionKind.TRANSFERRED: gettext_lazy("Gave a part of its land to"),
}


@dataclass(frozen=True)
class LifeEvent:
    """One day of a unit's life; `units` are the others concerned, `reorganisation` leads to the decision."""

    on: date
    title: str
    units: tuple[Unit, ...] = ()
    paper: str = ""
    note: str = ""
    reorganisation: int | None = None
    has_file: bool = False


def unit_life(
    unit: Unit, day: date, *, ancestry: Ancestry | None = None, with_future: bool = False
) -> list[LifeEvent]:
    """The life of the body, earlier names and parents included, up to a day; oldest first, constant in queries.

    `with_future` adds what is recorded for later days.
    """
    ancestry = ancestry or Ancestry.read(day)
    rows = ancestry.followed(unit.pk, ancestry.same_body)
    events = [*_successions(rows), *_memberships(rows)]
    if unit.kind == UnitKind.COMMUNE:
        events += _zones(rows)
    if unit.kind == UnitKind.AGENCY:
        events += _duties(rows)
    events += _bounds(unit, rows, events)
    return sorted((event for event in events if with_future or event.on <= day), key=lambda event: event.on)


def _successions(rows: list[int]) -> list[LifeEvent]:
    """Successions of one day and kind together; links between rows of the same body are told once."""
    links = (
        UnitSuccession.objects.filter(predecessor__in=rows)
        | UnitSuccession.objects.filter(successor__in=rows)
    ).select_related("predecessor__parent", "successor__parent", "reorganisation")
    groups: dict[tuple[date, str, bool], list[UnitSuccession]] = defaultdict(list)
    for link in links.order_by("on", "pk"):
        groups[link.on, link.kind, link.successor_id in rows].append(link)
    return [_succession_event(on, kind, came, group) for (on, kind, came), group in groups.items()]


def _succession_event(on: date, kind: str, came: bool, links: list[UnitSuccession]) -> LifeEvent:
    first = links[0]
    decided = first.reorganisation
    return LifeEvent(
        on=on,
        title=str((_CAME if came else _WENT)[kind]),
        units=tuple(link.predecessor if came else link.successor for link in links),
        paper=first.decision,
        note="; ".join(dict.fromkeys(link.note for link in links if link.note)),
        reorganisation=decided.pk if decided else None,
        has_file=bool(decided and decided.file_id),
    )


def _zones(rows: list[int]) -> list[LifeEvent]:
    return [
        LifeEvent(
            on=zone.starts_on,
            title=capfirst(zone.get_zone_display()),
            paper=zone.decision,
        )
        for zone in ZoneAssignment.objects.filter(unit__in=rows)
    ]


def _duties(rows: list[int]) -> list[LifeEvent]:
    events = []
    for duty in OfficeDuty.objects.filter(unit__in=rows):
        words = {"duty": duty.get_duty_display()}
        events.append(LifeEvent(on=duty.starts_on, title=_("Becomes %(duty)s") % words, paper=duty.decision))
        if duty.ends_on:
            events.append(
                LifeEvent(on=duty.ends_on + timedelta(days=1), title=_("No longer %(duty)s") % words)
            )
    return events


def _memberships(rows: list[int]) -> list[LifeEvent]:
    events = []
    for one in ClusterMembership.objects.filter(member__in=rows).select_related("cluster__parent"):
        events.append(LifeEvent(on=one.starts_on, title=_("Joins"), units=(one.cluster,), paper=one.document))
        if one.ends_on:
            events.append(
                LifeEvent(on=one.ends_on + timedelta(days=1), title=_("Leaves"), units=(one.cluster,))
            )
    return events


def _bounds(unit: Unit, rows: list[int], events: list[LifeEvent]) -> list[LifeEvent]:
    """Founding and end, where no succession tells them already."""
    told = {(event.on, bool(event.units)) for event in events}
    bounds = []
    first = Unit.objects.get(pk=rows[-1]) if rows[-1] != unit.pk else unit
    if (first.valid_from, True) not in told:
        bounds.append(LifeEvent(on=first.valid_from, title=_("In the register from this day")))
    if unit.valid_until is not None and (unit.valid_until + timedelta(days=1), True) not in told:
        is_land = unit.kind in {UnitKind.PROVINCE, *TERRITORIAL_KINDS}
        title = _("Last day; no successor is recorded yet") if is_land else _("Last day")
        bounds.append(LifeEvent(on=unit.valid_until, title=title))
    return bounds
