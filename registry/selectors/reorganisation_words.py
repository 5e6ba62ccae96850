"""A reorganisation in sentences, and the units whose end leaves a question open."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from registry.enums import SuccessionKind, UnitKind
from registry.models import Unit, UnitSuccession
from registry.selectors.ancestry import SAME_BODY_KINDS
from registry.selectors.reorganisations import Beginning, Link, Order, Plan
from registry.titles import TERRITORIAL_KINDS


def plan_sentences(plan: Plan) -> list[str]:
    """What the plan does, a sentence each: who ends, who begins and from whom, who only gives or takes land."""
    said = []
    asked = {unit.pk for unit in plan.order.ends}
    for unit in plan.ends:
        if unit.pk in asked:
            said.append(
                _("%(unit)s ends on %(day)s.") % {"unit": unit.full_name, "day": _day(plan.order.last_day)}
            )
    for one in plan.order.begins:
        said.append(_beginning_sentence(one, plan))
    for link in plan.order.links:
        if isinstance(link.successor, Unit):
            said.append(_link_sentence(link, plan.order))
    return said


def _beginning_sentence(one: Beginning, plan: Plan) -> str:
    links = [link for link in plan.order.links if link.successor == one]
    words = {
        "unit": one.name,
        "parent": one.parent.name if one.parent else "—",
        "day": _day(plan.order.effective_on),
        "before": ", ".join(link.predecessor.name for link in links),
    }
    if not links:
        return _("%(unit)s begins on %(day)s under %(parent)s; what was before it is not recorded.") % words
    kinds = {link.kind for link in links}
    if kinds == {SuccessionKind.SPLIT}:
        return _("%(unit)s begins on %(day)s under %(parent)s as a part of %(before)s.") % words
    if kinds <= SAME_BODY_KINDS:
        return _("%(unit)s begins on %(day)s under %(parent)s: the same body as %(before)s before.") % words
    return _("%(unit)s begins on %(day)s under %(parent)s, made of %(before)s.") % words


def _link_sentence(link: Link, order: Order) -> str:
    words = {
        "giver": link.predecessor.full_name,
        "taker": link.successor.name,
        "day": _day(order.effective_on),
        "part": f" ({link.note})" if link.note else "",
    }
    if link.kind == SuccessionKind.TRANSFERRED:
        return _("%(giver)s gives a part of its land to %(taker)s on %(day)s%(part)s; both live on.") % words
    return _("%(taker)s follows %(giver)s on %(day)s.") % words


def _day(day: date) -> str:
    return day.strftime("%d/%m/%Y")


def ended_without_successor(day: date, within: Iterable[int] | None = None) -> list[Unit]:
    """Units with land that had ended by a day and of which no successor is recorded, in Vietnamese order.

    A body without land may be dissolved and followed by nobody.
    """
    units = (
        Unit.objects.filter(valid_until__lt=day, kind__in=(UnitKind.PROVINCE, *TERRITORIAL_KINDS))
        .exclude(pk__in=UnitSuccession.objects.exclude(kind=SuccessionKind.TRANSFERRED).values("predecessor"))
        .select_related("parent")
        .order_by("kind", "name_sort", "pk")
    )
    return list(units if within is None else units.filter(pk__in=within))
