"""Filters of official documents: numbers and dates as the decree on clerical work writes them."""

from datetime import date, datetime
from typing import Any

from django import template
from django.utils import timezone

register = template.Library()


@register.filter
def day_number(on: date) -> str:
    """The day with a leading zero below ten."""
    return f"{on.day:02d}"


@register.filter
def month_number(on: date) -> str:
    """The month; only January and February bear a leading zero."""
    return f"{on.month:02d}" if on.month <= 2 else str(on.month)


@register.filter
def hour(at: Any) -> str:
    """The local hour in two digits."""
    return f"{_local(at).hour:02d}"


@register.filter
def minute(at: Any) -> str:
    """The local minute in two digits."""
    return f"{_local(at).minute:02d}"


def _local(at: Any) -> Any:
    return timezone.localtime(at) if isinstance(at, datetime) and timezone.is_aware(at) else at


@register.filter
def two_digits(number: int) -> str:
    """A count as official texts print it: 03, 12."""
    return f"{number:02d}"
