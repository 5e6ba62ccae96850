"""Tags and filters of the design system; ``docs/design-system.md`` lists them for page authors.

They show values and never fetch any. Everything they draw is plain HTML or SVG without a style attribute, because the
content security policy allows none.
"""

from __future__ import annotations

import datetime
import logging
import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.template.context import RequestContext
from django.utils import timezone
from django.utils.formats import get_format
from django.utils.html import conditional_escape, format_html
from django.utils.numberformat import format as format_digits
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core import navigation

logger = logging.getLogger(__name__)
register = template.Library()

NOTHING = "—"

TONE_ICONS: Mapping[str, str] = {
    "neutral": "dash-circle",
    "info": "arrow-right-circle",
    "now": "hourglass-split",
    "good": "check-circle-fill",
    "warn": "question-circle-fill",
    "bad": "x-octagon-fill",
}

# Statuses of a finding, then outcomes of a whole check.
FINDING_WORDS: Mapping[str, tuple[str, Any]] = {
    "met": ("good", _("Met")),
    "not_met": ("bad", _("Not met")),
    "missing": ("warn", _("Missing")),
    "judgement": ("info", _("To be judged")),
    "waived": ("neutral", _("Waived")),
    "not_applicable": ("neutral", _("Not applicable")),
    "eligible": ("good", _("Eligible")),
    "not_eligible": ("bad", _("Not eligible")),
    "incomplete": ("warn", _("Incomplete")),
    "needs_judgement": ("info", _("Awaiting judgement")),
}
FINDING_ICONS: Mapping[str, str] = {
    "judgement": "pencil-square",
    "needs_judgement": "pencil-square",
    "waived": "slash-circle",
}

# More blocks than this are too thin to count on a phone; one bar is drawn instead.
MOST_QUOTA_BLOCKS = 30
SOON_DAYS = 7


@register.filter
def number(value: Any, places: Any = None) -> str:
    """The figure with the active language's separators, an em dash for None or an empty text.

    Without ``places`` a figure keeps its own decimals less trailing zeros; with it they are fixed.
    """
    if value is None or value == "":
        return NOTHING
    decimal_pos = None if places in (None, "") else int(places)
    if isinstance(value, float):
        value = Decimal(repr(value))
    if decimal_pos is None and isinstance(value, Decimal):
        value = f"{value.normalize():f}"
    elif decimal_pos is not None:
        value = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimal_pos), rounding=ROUND_HALF_UP)
    return format_digits(
        value,
        decimal_sep=get_format("DECIMAL_SEPARATOR"),
        decimal_pos=decimal_pos,
        grouping=3,
        thousand_sep=get_format("THOUSAND_SEPARATOR"),
        force_grouping=True,
    )


register.filter("vi_number", number)


@register.filter
def percent(share: Any, places: Any = 1) -> str:
    """A share between 0 and 1 as a percentage: 0.559 reads 55,9% in Vietnamese."""
    if share is None or share == "":
        return NOTHING
    return f"{number(Decimal(str(share)) * 100, places)}%"


@register.filter
def day(value: datetime.date | None) -> str:
    """The date as dd/mm/yyyy in both languages, an em dash for none."""
    if not value:
        return NOTHING
    if isinstance(value, datetime.datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return value.strftime("%d/%m/%Y")


@register.filter
def moment(value: datetime.datetime | None) -> str:
    """The local day and minute: 15/12/2025 08:30."""
    if not value:
        return NOTHING
    if timezone.is_aware(value):
        value = timezone.localtime(value)
    return value.strftime("%d/%m/%Y %H:%M")


def icon_folder() -> Path:
    """Where the npm package's SVG files lie."""
    return Path(settings.ICONS_DIR)


@lru_cache(maxsize=512)
def icon_drawing(name: str) -> str:
    """The inside of one icon's ``<svg>``, read once; empty when the package has no such icon.

    Empty and not an error, since an icon always stands beside words; a test finds misspelt names in templates.
    """
    if not re.fullmatch(r"[a-z0-9-]+", name):
        return ""
    try:
        source = (icon_folder() / f"{name}.svg").read_text(encoding="utf-8")
    except OSError:
        logger.warning("Icon %s is not in %s.", name, icon_folder())
        return ""
    return re.sub(r"\s*\n\s*", "", re.sub(r"^.*?<svg[^>]*>|</svg>\s*$", "", source, flags=re.DOTALL))


def _voice(label: Any) -> SafeString:
    if label:
        return format_html('role="img" aria-label="{}"', label)
    return mark_safe('aria-hidden="true" focusable="false"')


@register.simple_tag(name="icon")
def draw_icon(name: str, size: int = 16, css: str = "", label: str = "") -> SafeString:
    """One icon as inline SVG, silent for screen readers unless ``label`` names it."""
    return _drawn(name, size, css, label) if label else _drawn_silent(name, size, css)


def _drawn(name: str, size: int, css: str, label: Any) -> SafeString:
    drawing = mark_safe(icon_drawing(name))  # noqa: S308 -- our own package's file, no user input
    if not drawing:
        return mark_safe("")
    return format_html(
        '<svg class="{}" width="{}" height="{}" viewBox="0 0 16 16" fill="currentColor" {}>{}</svg>',
        f"icon {css}".strip(),
        size,
        size,
        _voice(label),
        drawing,
    )


@lru_cache(maxsize=512)
def _drawn_silent(name: str, size: int, css: str) -> SafeString:
    """The same few drawings stand in each row of a list, and say nothing in any language."""
    return _drawn(name, size, css, "")


@register.simple_tag
def chip(label: Any, tone: str = "neutral", icon: str = "") -> SafeString:
    """A status as a word with a shape, begun with a capital. An unknown tone is shown as neutral."""
    if tone not in TONE_ICONS:
        tone = "neutral"
    return _drawn_chip(conditional_escape(capfirst(label)), tone, icon or TONE_ICONS[tone])


@lru_cache(maxsize=1024)
def _drawn_chip(words: SafeString, tone: str, icon: str) -> SafeString:
    """A list says the same few words in each of its rows. They come escaped: a cache tells no safe text from another."""
    return format_html('<span class="chip chip--{}">{}{}</span>', tone, draw_icon(icon, size=14), words)


@register.filter
def finding_tone(status: Any) -> str:
    """The tone of a finding's status or of an outcome."""
    return FINDING_WORDS.get(str(status), ("neutral", ""))[0]


@register.filter
def finding_label(status: Any) -> str:
    """The word for a finding's status or an outcome; an unknown one is returned as it is."""
    word = FINDING_WORDS.get(str(status))
    return str(word[1]) if word else str(status)


@register.filter
def finding_icon(status: Any) -> str:
    """The icon name that goes with a finding's status."""
    return FINDING_ICONS.get(str(status), TONE_ICONS[finding_tone(status)])


@register.simple_tag
def finding_chip(status: Any, label: Any = "") -> SafeString:
    """The chip of a finding or an outcome; ``label`` replaces the usual word."""
    return chip(label or finding_label(status), finding_tone(status), finding_icon(status))


@register.simple_tag
def days_left(days: int | None) -> SafeString:
    """A box that says how long is left: red when late, gold within a week, calm otherwise."""
    if days is None:
        return format_html(
            '<span class="days days--none"><span class="days__figure" aria-hidden="true">{}</span>'
            '<span class="days__word">{}</span></span>',
            NOTHING,
            _("not urgent"),
        )
    word: Any
    if days < 0:
        tone, word = "late", ngettext("day late", "days late", -days)
    elif days == 0:
        tone, word = "now", _("due today")
    else:
        tone, word = ("now" if days <= SOON_DAYS else "calm"), ngettext("day left", "days left", days)
    return format_html(
        '<span class="days days--{}"><span class="days__figure">{}</span> '
        '<span class="days__word">{}</span></span>',
        tone,
        number(abs(days)),
        word,
    )


def _share(value: Any, maximum: Any) -> float:
    """How much of ``maximum`` the value is, as a percentage kept between 0 and 100."""
    try:
        whole = float(maximum)
        part = float(value)
    except (TypeError, ValueError):
        return 0.0
    return min(100.0, max(0.0, part / whole * 100)) if whole > 0 else 0.0


@register.simple_tag
def bar(value: Any, maximum: Any, threshold: Any = None, tone: str = "brand", label: Any = "") -> SafeString:
    """A figure as a bar of ``maximum`` with a mark at ``threshold``; nothing when a figure is not there.

    Silent for screen readers without ``label``, because the sentence above it says the figures.
    """
    if value in (None, "") or maximum in (None, ""):
        return mark_safe("")
    mark: str = ""
    if threshold not in (None, ""):
        at = f"{_share(threshold, maximum):.2f}%"
        mark = format_html(
            '<line class="bar__halo" x1="{0}" x2="{0}" y1="0" y2="16"/>'
            '<line class="bar__mark" x1="{0}" x2="{0}" y1="0" y2="16"/>',
            at,
        )
    return format_html(
        '<svg class="bar bar--{}" width="100%" height="16" {}>'
        '<rect class="bar__track" x="0" y="4" width="100%" height="8" rx="3"/>'
        '<rect class="bar__fill" x="0" y="4" width="{}%" height="8" rx="3"/>{}</svg>',
        conditional_escape(tone or "brand"),
        _voice(label),
        f"{_share(value, maximum):.2f}",
        mark,
    )


def _quota_states(used: int, pending: int, limit: int) -> list[str]:
    filled = min(used, limit)
    waiting = min(pending, limit - filled)
    return ["used"] * filled + ["pending"] * waiting + ["free"] * (limit - filled - waiting)


@register.simple_tag
def quota_blocks(used: Any, limit: Any, pending: Any = 0, label: Any = "") -> SafeString:
    """One block a place: taken, under consideration, free; a bar when there are too many to count."""
    used, limit, pending = int(used or 0), int(limit or 0), int(pending or 0)
    if limit <= 0:
        return mark_safe("")
    if limit > MOST_QUOTA_BLOCKS:
        return bar(used, limit, label=label)
    gap = min(1.4, 20 / limit)
    width = (100 - gap * (limit - 1)) / limit
    blocks = (
        format_html(
            '<rect class="quota__{}" x="{}%" y="0" width="{}%" height="100%" rx="3"/>',
            state,
            f"{index * (width + gap):.3f}",
            f"{width:.3f}",
        )
        for index, state in enumerate(_quota_states(used, pending, limit))
    )
    return format_html(
        '<svg class="quota__blocks" width="100%" height="12" {}>{}</svg>',
        _voice(label),
        mark_safe("".join(blocks)),  # noqa: S308 -- each part was escaped above
    )


@register.inclusion_tag("includes/page_links.html", takes_context=True)
def page_links(context: RequestContext, thing: Any) -> dict[str, Any]:
    """Buttons that lead to what other parts of the house keep of a thing, its documents for instance."""
    return {"links": navigation.links_about(thing, context.request.user)}


@register.simple_tag(takes_context=True)
def query_update(context: RequestContext, **changes: Any) -> str:
    """The present address's query with these keys changed; None or an empty text takes a key away.

    Filters stay in the address, so a list can be sent to a colleague as it is seen.
    """
    request = context.get("request")
    query = request.GET.copy() if request is not None else QueryDict(mutable=True)
    for key, value in changes.items():
        if value is None or value == "":
            query.pop(key, None)
        else:
            query[key] = str(value)
    return f"?{query.urlencode()}"


@register.filter
def filters_in_force(request: HttpRequest | None) -> bool:
    """Whether the address narrows the list by anything; a page's number or beginning does not."""
    places = {"page", "before"}
    return request is not None and any(value for name, value in request.GET.items() if name not in places)
