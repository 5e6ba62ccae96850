"""What pages of the registry show about a unit's holds without their views having to ask."""

from __future__ import annotations

from typing import Any

from django import template

from core import clock
from core.permissions import allowed
from registry.models import Unit
from registry.permissions import check_can_place_hold
from registry.selectors.people import holds_on

register = template.Library()


@register.inclusion_tag("registry/holds_notice.html", takes_context=True)
def unit_holds(context: Any, unit: Unit) -> dict[str, Any]:
    """That a unit is on hold today, and for the desks that record holds the way to them."""
    return {
        "unit": unit,
        "holds": holds_on(clock.today(), unit=unit),
        "can_hold": allowed(check_can_place_hold, context["request"].user),
    }
