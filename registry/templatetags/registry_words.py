"""Words for the registry's stored codes where a template holds the code alone."""

from __future__ import annotations

from typing import Any

from django import template

from registry.enums import PovertyStatus
from registry.imports import kinds

register = template.Library()


@register.filter
def poverty_status(code: Any) -> str:
    """The word for a standing; an unknown code is returned as it is."""
    return str(PovertyStatus(code).label) if code in PovertyStatus.values else str(code)


@register.filter
def import_kind(code: Any) -> str:
    """The words for a kind of file."""
    importer = kinds().get(code)
    return str(importer.label) if importer else str(code)


@register.filter
def standing_tone(code: Any) -> str:
    """The tone of a standing on a timeline: out of poverty is good, the rest is a fact like any other."""
    return "neutral" if code in {PovertyStatus.POOR, PovertyStatus.NEAR_POOR} else "good"
