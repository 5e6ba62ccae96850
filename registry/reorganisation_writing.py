"""Writing a planned reorganisation: rows of units end, others begin, each succession with the decision behind it.

Called inside a service's transaction: for one entered by hand, and for one from a file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _

from core import audit, clock, files
from core.exceptions import StaleState
from core.text import nfc
from registry.events import Event
from registry.models import ClusterMembership, Reorganisation, Unit, UnitSuccession
from registry.selectors.ancestry import SAME_BODY_KINDS
from registry.selectors.reorganisations import Beginning, Decision, Link, Order, Place, Plan, plan_order


def lock_and_plan(order: Order) -> Plan:
    """The order planned while nobody else can change its units: whoever comes second finds what the first left."""
    list(Unit.objects.select_for_update().filter(pk__in=order.unit_ids).order_by("pk"))
    return plan_order(order)


def write_plan(*, kind: str, plan: Plan, decisions: Sequence[Decision], actor: Any) -> list[Reorganisation]:
    """Carry out what was planned, with one audit entry for all of it; raises ``StaleState`` where another was first."""
    records = [_record(kind, plan.order, decision, actor) for decision in decisions]
    _end_rows(plan)
    rows = _begin_rows(plan)
    _join(plan, rows, records, decisions)
    _move_memberships(plan, rows)
    audit.record(
        Event.UNITS_REORGANISED,
        actor=actor,
        subject=records[0],
        kind=str(kind),
        effective_on=plan.order.effective_on.isoformat(),
        decisions=[decision.number for decision in decisions],
        ended=[unit.key for unit in plan.ends],
        begun=[one.key for one in plan.begins],
        successions=len(plan.links),
    )
    return records


def _record(kind: str, order: Order, decision: Decision, actor: Any) -> Reorganisation:
    record = Reorganisation.objects.create(
        kind=kind,
        effective_on=order.effective_on,
        decision_number=nfc(decision.number.strip()),
        decided_on=decision.decided_on,
        issuer=nfc(decision.issuer.strip()),
        file=decision.file,
        note=nfc(decision.note.strip()),
        created_by=actor,
        created_at=clock.now(),
    )
    if decision.file is not None:
        files.adopt(decision.file)
    return record


def _end_rows(plan: Plan) -> None:
    keys = [unit.pk for unit in plan.ends]
    changed = Unit.objects.filter(pk__in=keys, valid_until=None).update(valid_until=plan.order.last_day)
    if changed != len(keys):
        raise StaleState(
            _("Somebody else has just ended one of these units."),
            _("Open the unit again to see what became of it."),
        )


def _begin_rows(plan: Plan) -> dict[str, Unit]:
    """New rows by their key; a parent that begins as well comes before what lies under it."""
    rows: dict[str, Unit] = {}
    waiting = list(plan.begins)
    while waiting:
        ready = [one for one in waiting if not isinstance(one.parent, Beginning) or one.parent.key in rows]
        for one in ready:
            rows[one.key] = _begin(one, rows, plan.order.effective_on)
        waiting = [one for one in waiting if one not in ready]
    return rows


def _begin(one: Beginning, rows: Mapping[str, Unit], day: date) -> Unit:
    unit = Unit(
        key=one.key,
        kind=one.kind,
        admin_type=one.admin_type,
        form=one.form,
        name=one.name,
        short_name=one.short_name,
        gso_code=one.gso_code,
        tax_code=one.tax_code,
        parent=_row(one.parent, rows) if one.parent else None,
        seat_id=one.seat_id,
        managing_unit_id=one.managing_unit_id,
        valid_from=day,
    )
    try:
        unit.save()
    except IntegrityError as error:
        raise StaleState(
            _("Somebody else has just entered a unit with the key or code of %(unit)s.") % {"unit": one.name},
            _("Look at the list of units, then try again."),
        ) from error
    return unit


def _row(place: Place, rows: Mapping[str, Unit]) -> Unit:
    return rows[place.key] if isinstance(place, Beginning) else place


def _join(
    plan: Plan, rows: Mapping[str, Unit], records: list[Reorganisation], decisions: Sequence[Decision]
) -> None:
    def succession(link: Link) -> UnitSuccession:
        return UnitSuccession(
            predecessor=link.predecessor,
            successor=_row(link.successor, rows),
            kind=link.kind,
            on=plan.order.effective_on,
            decision=decisions[link.decision].words,
            note=link.note[:300],
            reorganisation=records[link.decision],
        )

    try:
        UnitSuccession.objects.bulk_create(succession(link) for link in plan.links)
    except IntegrityError as error:
        raise StaleState(
            _("Somebody else has just recorded one of these successions."),
            _("Open the unit again to see what is recorded."),
        ) from error


def _move_memberships(plan: Plan, rows: Mapping[str, Unit]) -> None:
    """A body that continues under another name stays in its cluster; one that is gone leaves it."""
    keys = [unit.pk for unit in plan.ends]
    open_on = ClusterMembership.objects.on(plan.order.effective_on).filter(member__in=keys)
    continued = {
        link.predecessor.pk: _row(link.successor, rows) for link in plan.links if link.kind in SAME_BODY_KINDS
    }
    members = list(open_on)
    open_on.filter(starts_on__lt=plan.order.effective_on).update(
        ends_on=plan.order.effective_on - timedelta(days=1)
    )
    ClusterMembership.objects.bulk_create(
        ClusterMembership(
            cluster_id=one.cluster_id,
            member=continued[one.member_id],
            starts_on=plan.order.effective_on,
            ends_on=one.ends_on,
            document=one.document,
        )
        for one in members
        if one.member_id in continued
    )
