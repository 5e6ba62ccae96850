"""Charts as plain SVG from the server: named for screen readers, without script or inline style.

A chart never stands alone: the page shows its figures in a table beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

_WIDTH, _HEIGHT = 480, 250
_LEFT, _RIGHT, _TOP, _BOTTOM = 8, 8, 44, 28
_BAR_WIDTH, _BAR_STEP, _BAR_HEIGHT = 480, 38, 14
_ids = count(1)


@dataclass(frozen=True)
class Column:
    """One column: its label on the axis, its parts from the ground up, and its total as people read it."""

    label: str
    parts: tuple[int, ...]
    shown: str
    is_marked: bool = False


def column_chart(
    *,
    title: str,
    description: str,
    part_names: Sequence[str],
    columns: Sequence[Column],
    name: str = "",
) -> SafeString:
    """Stacked columns with a key, each with its total above it; empty when there is nothing to draw.

    `name` marks the chart where the same page has to be the same bytes each time; without one it gets a number.

    A marked column is drawn with a dashed edge, for figures of another kind than the rest. Parts differ by shade
    and by edge, so that they can be told apart without colour.
    """
    if not columns:
        return SafeString("")
    tallest = max((sum(column.parts) for column in columns), default=0) or 1
    step = (_WIDTH - _LEFT - _RIGHT) / len(columns)
    drawn = format_html_join(
        "", "{}", ((_column(column, at, step, tallest),) for at, column in enumerate(columns))
    )
    number = name or next(_ids)
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" width="100%" role="img" '
        'aria-labelledby="chart-{}-title chart-{}-text"><title id="chart-{}-title">{}</title>'
        '<desc id="chart-{}-text">{}</desc>{}{}'
        '<line class="chart__ground" x1="{}" x2="{}" y1="{}" y2="{}"/></svg>',
        _WIDTH,
        _HEIGHT,
        number,
        number,
        number,
        title,
        number,
        description,
        _key(part_names),
        drawn,
        _LEFT,
        _WIDTH - _RIGHT,
        _HEIGHT - _BOTTOM,
        _HEIGHT - _BOTTOM,
    )


def _column(column: Column, at: int, step: float, tallest: int) -> SafeString:
    room = _HEIGHT - _TOP - _BOTTOM
    middle = _LEFT + step * (at + 0.5)
    width = min(step * 0.6, 64)
    pieces: list[SafeString] = []
    top = float(_HEIGHT - _BOTTOM)
    for part, value in enumerate(column.parts):
        height = room * value / tallest
        top -= height
        pieces.append(
            format_html(
                '<rect class="chart__part chart__part--{}{}" x="{}" y="{}" width="{}" height="{}"/>',
                part + 1,
                " chart__part--marked" if column.is_marked else "",
                f"{middle - width / 2:.1f}",
                f"{top:.1f}",
                f"{width:.1f}",
                f"{height:.1f}",
            )
        )
    texts = format_html(
        '<text class="chart__value" x="{x}" y="{above}" text-anchor="middle">{shown}</text>'
        '<text class="chart__label" x="{x}" y="{below}" text-anchor="middle">{label}</text>',
        x=f"{middle:.1f}",
        above=f"{top - 6:.1f}",
        below=_HEIGHT - 8,
        shown=column.shown,
        label=column.label,
    )
    return format_html("{}{}", format_html_join("", "{}", ((piece,) for piece in pieces)), texts)


def _key(names: Sequence[str]) -> SafeString:
    step = (_WIDTH - _LEFT - _RIGHT) / max(len(names), 1)
    return format_html_join(
        "",
        '<rect class="chart__part chart__part--{}" x="{}" y="6" width="12" height="12"/>'
        '<text class="chart__label" x="{}" y="17">{}</text>',
        (
            (at + 1, f"{_LEFT + step * at:.1f}", f"{_LEFT + step * at + 18:.1f}", name)
            for at, name in enumerate(names)
        ),
    )


@dataclass(frozen=True)
class Bar:
    """One bar of a ranking: whose it is, how long, and its value as people read it."""

    label: str
    value: float
    shown: str
    is_marked: bool = False


def bar_chart(*, title: str, description: str, bars: Sequence[Bar]) -> SafeString:
    """Horizontal bars in the order given, each under its name and value; empty when there is nothing to draw.

    Values under zero reach to the left of the line that all bars start from. A marked bar is lighter, with a dashed edge.
    """
    if not bars:
        return SafeString("")
    longest, deepest = max(0.0, *(bar.value for bar in bars)), min(0.0, *(bar.value for bar in bars))
    scale = (_BAR_WIDTH - 2) / ((longest - deepest) or 1)
    zero = 1 - deepest * scale
    height = _BAR_STEP * len(bars) + 4
    drawn = format_html_join(
        "", "{}", ((_bar(bar, at * _BAR_STEP, zero, scale),) for at, bar in enumerate(bars))
    )
    number = next(_ids)
    return format_html(
        '<svg class="chart chart--bars" viewBox="0 0 {width} {height}" width="100%" role="img" '
        'aria-labelledby="chart-{number}-title chart-{number}-text"><title id="chart-{number}-title">{title}</title>'
        '<desc id="chart-{number}-text">{text}</desc>{drawn}'
        '<line class="chart__ground" x1="{zero}" x2="{zero}" y1="0" y2="{height}"/></svg>',
        width=_BAR_WIDTH,
        height=height,
        number=number,
        title=title,
        text=description,
        drawn=drawn,
        zero=f"{zero:.1f}",
    )


def _bar(bar: Bar, top: int, zero: float, scale: float) -> SafeString:
    length = abs(bar.value) * scale
    return format_html(
        '<text class="chart__label" x="6" y="{words}">{label}</text>'
        '<text class="chart__value" x="{right}" y="{words}" text-anchor="end">{shown}</text>'
        '<rect class="chart__part chart__part--{part}" x="{left}" y="{top}" width="{length}" height="{height}"/>',
        words=top + 15,
        label=bar.label,
        right=_BAR_WIDTH - 2,
        shown=bar.shown,
        part="2 chart__part--marked" if bar.is_marked else "1",
        left=f"{zero if bar.value >= 0 else zero - length:.1f}",
        top=top + 20,
        length=f"{length:.1f}",
        height=_BAR_HEIGHT,
    )
