"""Filters of official documents: numbers and dates as the decree on clerical work writes them."""

from datetime import date, datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString

from reports.documents.columns import ListColumn, columns_named
from reports.documents.drawings import chart_of, check_mark_of

register = template.Library()


@register.filter
def day_number(day: date) -> str:
    """The day with a leading zero below ten."""
    return f"{day.day:02d}"


@register.filter
def month_number(day: date) -> str:
    """The month; only January and February bear a leading zero."""
    return f"{day.month:02d}" if day.month <= 2 else str(day.month)


@register.filter
def hour(at: Any) -> str:
    """The local hour in two digits."""
    return f"{local(at).hour:02d}"


@register.filter
def minute(at: Any) -> str:
    """The local minute in two digits."""
    return f"{local(at).minute:02d}"


@register.filter
def local(at: Any) -> Any:
    """A moment in the office's time zone; a time of day as it is."""
    return timezone.localtime(at) if isinstance(at, datetime) and timezone.is_aware(at) else at


@register.filter
def two_digits(number: int) -> str:
    """A count as official texts print it: 03, 12."""
    return f"{number:02d}"


@register.filter
def list_columns(names: str) -> tuple[ListColumn, ...]:
    """The columns of a list by their names, in its order."""
    return columns_named(names)


@register.filter
def series_chart(series: Any, number: int) -> SafeString:
    """The chart of a nominee's yearly figures."""
    return chart_of(series, f"nominee-{number}")


@register.filter
def addressed(lines: list[str]) -> list[str]:
    """Addressees as the decree writes them: one alone, several with dashes, the last with a full stop."""
    dash = "-\u00a0" if len(lines) > 1 else ""
    return [f"{dash}{line}{'.' if line is lines[-1] else ';'}" for line in lines]


@register.filter
def check_mark(imprint: Any) -> SafeString:
    """The square by which a phone finds the page that says whether the document is genuine."""
    return check_mark_of(imprint.address)
