"""What a reorganisation would do: checked, with everything below the ended units, and nothing written yet."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import chain, count
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from core import clock
from core.exceptions import InvalidRequest
from core.models import StoredFile
from core.text import fold, match_key
from registry.enums import SuccessionKind
from registry.exceptions import OrderRefused
from registry.models import Unit, UnitRole, UnitSuccession
from registry.selectors.ancestry import WHOLE_KINDS
from registry.titles import PARENTS_OF_KIND


@dataclass(frozen=True)
class Decision:
    """The paper behind a reorganisation."""

    number: str
    decided_on: date
    issuer: str
    file: StoredFile | None = None
    note: str = ""

    @property
    def words(self) -> str:
        """How successions cite it."""
        return f"{self.number}, {self.decided_on:%d/%m/%Y}, {self.issuer}"[:200]


@dataclass(frozen=True)
class Beginning:
    """A row of the register that would begin; `key` tells it from every other."""

    key: str
    kind: str
    name: str
    parent: Unit | Beginning | None
    admin_type: str = ""
    form: str = ""
    gso_code: str = ""
    short_name: str = ""
    tax_code: str = ""
    seat_id: int | None = None
    managing_unit_id: int | None = None


Place = Unit | Beginning


@dataclass(frozen=True)
class Link:
    """One unit that follows another; `decision` points into the reorganisations of a file that names several."""

    predecessor: Unit
    successor: Place
    kind: str
    note: str = ""
    decision: int = 0


@dataclass(frozen=True)
class Order:
    """What is asked for: rows that end and begin, who follows whom, and where single units below go.

    `may_leave`: units below an ended one for which no place is said stay where they are (a file may come
    before all is known); otherwise each needs one.
    """

    effective_on: date
    ends: tuple[Unit, ...] = ()
    begins: tuple[Beginning, ...] = ()
    links: tuple[Link, ...] = ()
    places: Mapping[int, Place] = field(default_factory=dict)
    may_leave: bool = False

    @property
    def last_day(self) -> date:
        """The last day of the rows that end."""
        return self.effective_on - timedelta(days=1)

    @property
    def unit_ids(self) -> list[int]:
        """Every row that the order reads or changes by name, in the order in which rows are locked."""
        units = [*self.ends, *(link.predecessor for link in self.links)]
        units += [link.successor for link in self.links if isinstance(link.successor, Unit)]
        units += [one.parent for one in self.begins if isinstance(one.parent, Unit)]
        units += [place for place in self.places.values() if isinstance(place, Unit)]
        return sorted({unit.pk for unit in units} | set(self.places))


@dataclass(frozen=True)
class Plan:
    """An order with all that follows from it."""

    order: Order
    ends: tuple[Unit, ...]
    begins: tuple[Beginning, ...]
    links: tuple[Link, ...]
    left: tuple[Unit, ...]
    roles: tuple[UnitRole, ...]
    dependents: tuple[Unit, ...]

    @property
    def carried(self) -> tuple[Link, ...]:
        """Units below ended ones that continue under a new parent."""
        return self.links[len(self.order.links) :]

    @property
    def changes_anything(self) -> bool:
        """Whether the register would differ."""
        return bool(self.ends or self.begins or self.links)

    def successors_of(self, unit: Unit) -> list[Place]:
        """Those that take over from a unit."""
        return [link.successor for link in self.links if link.predecessor.pk == unit.pk]


def plan_order(order: Order) -> Plan:
    """The order checked against the register as it stands now, and everything below carried along.

    Raises ``InvalidRequest`` with the sentence that says what to correct.
    """
    fresh = Unit.objects.select_related("parent").in_bulk(order.unit_ids)
    ends = [fresh[unit.pk] for unit in order.ends]
    for unit in ends:
        _check_can_end(unit, order)
    _check_links(order, fresh)
    carried = _carry(order, ends)
    begins = (*order.begins, *carried.begins)
    ended = (*ends, *carried.ends)
    _check_beginnings(order, ended)
    return Plan(
        order=order,
        ends=ended,
        begins=begins,
        links=(*order.links, *carried.links),
        left=tuple(carried.left),
        roles=_roles_at(ended, order.effective_on),
        dependents=_dependents(ended, order.effective_on),
    )


def fingerprint(plan: Plan) -> str:
    """What a preview of the plan rests on: its units as they stand, who follows them, what lies below; as a digest.

    Another digest means that a unit began, ended, was renamed or moved, or gained a successor.
    """
    keys = {*plan.order.unit_ids, *(unit.pk for unit in (*plan.ends, *plan.left))}
    units = Unit.objects.filter(pk__in=keys).order_by("pk")
    links = UnitSuccession.objects.filter(Q(predecessor__in=keys) | Q(successor__in=keys))
    shown = [
        list(units.values_list("pk", "name", "kind", "parent", "valid_from", "valid_until")),
        list(links.order_by("pk").values_list("predecessor", "successor", "kind", "on")),
        sorted(one.key for one in plan.begins),
        sorted(unit.pk for unit in plan.left),
    ]
    return hashlib.sha256(json.dumps(shown, default=str).encode()).hexdigest()


def check_decision(decision: Decision, effective_on: date) -> None:
    """A decision has its number and issuer, was taken, and came before what it orders."""
    if not (decision.number.strip() and decision.issuer.strip()):
        raise InvalidRequest(
            _("A reorganisation needs its decision."), _("Enter the decision's number and issuer.")
        )
    if decision.decided_on > clock.today():
        raise InvalidRequest(
            _("The decision is dated in the future."), _("Enter the day on which it was signed.")
        )
    if decision.decided_on > effective_on:
        raise InvalidRequest(
            _("The decision is dated %(dated)s, after the day from which it is in force (%(day)s).")
            % {
                "dated": _day(decision.decided_on),
                "day": _day(effective_on),
            },
            _("Correct one of the two days."),
        )


def _day(day: date) -> str:
    return day.strftime("%d/%m/%Y")


def _check_can_end(unit: Unit, order: Order) -> None:
    names = {"unit": unit.full_name, "day": _day(order.effective_on)}
    if unit.valid_until is not None:
        raise OrderRefused(
            _("%(unit)s has ended already: its last day is %(until)s.")
            % {**names, "until": _day(unit.valid_until)},
            _("Choose the unit that followed it."),
            [unit],
        )
    if unit.valid_from >= order.effective_on:
        raise OrderRefused(
            _("%(unit)s exists from %(from)s only, so it cannot end before %(day)s.")
            % {**names, "from": _day(unit.valid_from)},
            _("Correct the day from which the decision is in force."),
            [unit],
        )


def _check_links(order: Order, fresh: Mapping[int, Unit]) -> None:
    seen: set[tuple[int, object]] = set()
    for link in order.links:
        successor = link.successor
        pair = (link.predecessor.pk, successor.pk if isinstance(successor, Unit) else successor.key)
        if pair in seen or link.predecessor.pk == pair[1]:
            raise OrderRefused(
                _("%(unit)s is named twice.") % {"unit": link.predecessor.full_name},
                _("Name each unit once."),
                [link.predecessor],
            )
        seen.add(pair)
        for one in (link.predecessor, successor):
            if isinstance(one, Unit) and link.kind == SuccessionKind.TRANSFERRED:
                _check_lives(fresh[one.pk], order)
    later = (
        UnitSuccession.objects.filter(
            Q(predecessor__in=order.unit_ids) | Q(successor__in=order.unit_ids),
            Q(predecessor__in=[unit.pk for unit in order.ends]) | Q(kind=SuccessionKind.TRANSFERRED),
            on__gt=order.effective_on,
        )
        .select_related("predecessor__parent", "successor")
        .first()
    )
    if later is not None:
        raise OrderRefused(
            _("A later change of %(unit)s is recorded already: %(day)s.")
            % {"unit": later.predecessor.full_name, "day": _day(later.on)},
            _("Changes are entered in the order in which they came into force."),
            [later.predecessor, later.successor],
        )


def _check_lives(unit: Unit, order: Order) -> None:
    if not (unit.exists_on(order.effective_on) and unit.exists_on(order.last_day)):
        raise OrderRefused(
            _("%(unit)s does not exist both before and after %(day)s.")
            % {"unit": unit.full_name, "day": _day(order.effective_on)},
            _("A part of the land passes between two units that both live on."),
            [unit],
        )


def _check_beginnings(order: Order, ended: Iterable[Unit]) -> None:
    """Names and codes are free, parents exist and are of the level above."""
    gone = {unit.pk for unit in ended}
    named = _repeated(order.begins, lambda one: (_parent_key(one.parent), match_key(one.name)))
    if named:
        raise OrderRefused(
            _("Two of the new units would bear one name."), _("Give each a name of its own."), named
        )
    for one in order.begins:
        _about(one, check_parent, one.kind, one.parent, order.effective_on, gone)
    parents = {one.parent.pk for one in order.begins if isinstance(one.parent, Unit)}
    coded = [one for one in order.begins if one.gso_code]
    same_code = _repeated(coded, lambda one: one.gso_code)
    if same_code:
        raise OrderRefused(
            _("Two of the new units would bear one GSO code."), _("Correct one of them."), same_code
        )
    alive = Unit.objects.filter(Q(valid_until=None) | Q(valid_until__gte=order.effective_on)).exclude(
        pk__in=gone
    )
    taken: dict[tuple[int | str | None, str], Unit] = {
        (unit.parent_id, match_key(unit.name)): unit for unit in alive.filter(parent__in=parents or [None])
    }
    for one in order.begins:
        _about(one, check_name, one.name, taken.get((_parent_key(one.parent), match_key(one.name))))
    kinds = {(one.gso_code, one.kind): one for one in coded}
    for unit in alive.filter(gso_code__in=[one.gso_code for one in coded]) if coded else ():
        if (unit.gso_code, unit.kind) in kinds:
            raise OrderRefused(
                _("GSO code %(code)s is borne by %(unit)s.")
                % {"code": unit.gso_code, "unit": unit.full_name},
                _("Correct the code, or leave it empty until it is known."),
                [kinds[unit.gso_code, unit.kind]],
            )


def _repeated(begins: Iterable[Beginning], key: Callable[[Beginning], Any]) -> list[Beginning]:
    """Those that share a key with another."""
    of_key: dict[Any, list[Beginning]] = defaultdict(list)
    for one in begins:
        of_key[key(one)].append(one)
    return [one for same in of_key.values() if len(same) > 1 for one in same]


def _about(one: Beginning, check: Callable[..., None], *facts: Any) -> None:
    """Run a check of single facts; its refusal says of which new unit it is."""
    try:
        check(*facts)
    except InvalidRequest as refusal:
        raise OrderRefused(refusal.message, refusal.what_to_do, [one]) from refusal


def check_parent(kind: str, parent: Place | None, day: date, gone: Iterable[int] = ()) -> None:
    """Whether a unit of a kind may lie under a parent from a day on."""
    wanted = PARENTS_OF_KIND[kind]
    if (parent is None) != (not wanted) or (parent is not None and parent.kind not in wanted):
        raise InvalidRequest(
            _("A unit of this level does not lie under %(parent)s.")
            % {"parent": parent.name if parent else _("nothing")},
            _("Choose a unit of the level above."),
        )
    if isinstance(parent, Unit) and (parent.pk in set(gone) or not parent.exists_on(day)):
        raise InvalidRequest(
            _("%(parent)s does not exist on %(day)s.") % {"parent": parent.full_name, "day": _day(day)},
            _("Choose the unit above that exists then."),
        )


def check_name(name: str, holder: Unit | None) -> None:
    """Whether a name is free under its parent."""
    if not name.strip():
        raise InvalidRequest(_("A new unit needs a name."), _("Enter it."))
    if holder is not None:
        raise InvalidRequest(
            _("There is a %(unit)s in the same place already.") % {"unit": holder.name},
            _("Choose another name, or enter the change of that unit first."),
        )


def _parent_key(parent: Place | None) -> int | str | None:
    return parent.key if isinstance(parent, Beginning) else parent.pk if parent else None


@dataclass
class _Carried:
    ends: list[Unit] = field(default_factory=list)
    begins: list[Beginning] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    left: list[Unit] = field(default_factory=list)


def _carry(order: Order, ends: list[Unit]) -> _Carried:
    """Units below ended ones, level by level, continued under those that took over their parents."""
    carried = _Carried()
    named = {unit.pk for unit in order.ends}
    homes = _homes(order)
    keys = keys_in_use() | {one.key for one in order.begins}
    # Units whose parent lives on but which pass to another with the land under them.
    below = list(_alive(order).filter(pk__in=order.places).exclude(pk__in=named))
    parents = [*ends, *_ended_before(order)]
    while below or parents:
        below += [
            child
            for child in _alive(order).filter(parent__in=[unit.pk for unit in parents])
            if child.pk not in named and child not in below
        ]
        parents = []
        for child in below:
            place = order.places.get(child.pk) or homes.get(child.parent_id or 0)
            if place is None:
                carried.left.append(child)
                continue
            _check_can_end(child, order)
            row = Beginning(
                key=free_key(child.key, order.effective_on, keys), parent=place, **_same_facts(child)
            )
            homes[child.pk] = row
            carried.ends.append(child)
            carried.begins.append(row)
            carried.links.append(Link(child, row, SuccessionKind.CONTINUED))
            parents.append(child)
        below = []
    if carried.left and not order.may_leave:
        raise InvalidRequest(
            _("It is not said which of the new units these belong to: %(units)s.")
            % {"units": ", ".join(unit.name for unit in carried.left)},
            _("Choose one for each."),
        )
    return carried


def _alive(order: Order) -> QuerySet[Unit]:
    return (
        Unit.objects.filter(Q(valid_until=None) | Q(valid_until__gte=order.effective_on))
        .select_related("parent")
        .order_by("name_sort", "pk")
    )


def _ended_before(order: Order) -> list[Unit]:
    """Predecessors that had ended when their successor became known: what is still below them follows now."""
    ended = {unit.pk for unit in order.ends}
    return [
        link.predecessor
        for link in order.links
        if link.kind != SuccessionKind.TRANSFERRED and link.predecessor.pk not in ended
    ]


def _homes(order: Order) -> dict[int, Place]:
    """For each ended unit, the one that took it over whole, and so takes what lies below."""
    whole: dict[int, list[Place]] = defaultdict(list)
    for link in order.links:
        if link.kind in WHOLE_KINDS:
            whole[link.predecessor.pk].append(link.successor)
    return {pk: places[0] for pk, places in whole.items() if len(places) == 1}


def _same_facts(unit: Unit) -> dict:
    return {
        "kind": unit.kind,
        "name": unit.name,
        "admin_type": unit.admin_type,
        "form": unit.form,
        "gso_code": unit.gso_code,
        "short_name": unit.short_name,
        "tax_code": unit.tax_code,
        "seat_id": unit.seat_id,
        "managing_unit_id": unit.managing_unit_id,
    }


def next_form_of(unit: Unit, **changes: object) -> Beginning:
    """A new row for the same body with some facts changed."""
    facts = {**_same_facts(unit), "parent": unit.parent, **changes}
    return Beginning(**facts)


def keys_in_use() -> set[str]:
    """The own keys of all rows, for finding free ones."""
    return set(Unit.objects.values_list("key", flat=True))


def new_key(parent: Place | None, name: str, day: date, taken: set[str]) -> str:
    """The register's own key for a unit: its parent's key and its name without diacritics."""
    stem = fold(name).replace(" ", "-")[:40]
    return free_key(f"{parent.key}.{stem}" if parent else stem, day, taken)


def free_key(stem: str, day: date, taken: set[str]) -> str:
    """The stem when no row bears it, else with the year, else with a number; the key is then taken."""
    base = stem[:85]
    keys = chain([base, f"{base}-{day.year}"], (f"{base}-{day.year}-{number}" for number in count(2)))
    key = next(key for key in keys if key not in taken)
    taken.add(key)
    return key


def _roles_at(ended: Iterable[Unit], day: date) -> tuple[UnitRole, ...]:
    roles = UnitRole.objects.filter(Q(ends_on=None) | Q(ends_on__gte=day), unit__in=[one.pk for one in ended])
    return tuple(roles.select_related("user", "unit__parent").order_by("unit__name_sort", "pk"))


def _dependents(ended: Iterable[Unit], day: date) -> tuple[Unit, ...]:
    """Bodies that name an ended unit as their seat or managing body."""
    keys = [one.pk for one in ended]
    bodies = Unit.objects.filter(Q(valid_until=None) | Q(valid_until__gte=day)).exclude(pk__in=keys)
    return tuple(bodies.filter(Q(seat__in=keys) | Q(managing_unit__in=keys)).order_by("name_sort", "pk"))
