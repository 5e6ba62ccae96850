"""Charts on paper: the picture of the pages (`core.charts`), with its style inside, as the renderer asks for."""

from collections.abc import Mapping, Sequence
from typing import Any

import segno
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from core.charts import Column, column_chart
from core.templatetags.ui import number

# Black on white; its text has 11 points where the chart is 92 mm wide (480 units).
_STYLE = mark_safe(
    "<style>text{font-family:'Times New Roman','Liberation Serif',serif;font-size:19.5px;fill:#000}"
    ".chart__part{fill:#d9d9d9;stroke:#000;stroke-width:1}.chart__part--marked{stroke-dasharray:3 2}"
    ".chart__value{font-weight:bold}.chart__ground{stroke:#000}</style>"
)


def chart_of(series: Sequence[Mapping[str, Any]], name: str) -> SafeString:
    """Poor and near-poor households by year (`year`, `poor`, `is_sum`); dashed where predecessors were added up.

    `name` marks the chart within its document, so that the same document is drawn from the same bytes.
    """
    drawn = column_chart(
        title="Số hộ nghèo và hộ cận nghèo cuối các năm",
        description="; ".join(f"năm {row['year']}: {number(row['poor'])} hộ" for row in series),
        part_names=(),
        columns=[
            Column(str(row["year"]), (row["poor"],), number(row["poor"]), row.get("is_sum", False))
            for row in series
        ],
        name=name,
    )
    head, ending, rest = drawn.partition("</desc>")
    return format_html("{}{}{}{}", mark_safe(head), mark_safe(ending), _STYLE, mark_safe(rest))  # noqa: S308 -- escaped by column_chart


def check_mark_of(address: str) -> SafeString:
    """A square that a phone reads as an address."""
    square = segno.make(address, error="m", micro=False)
    return mark_safe(square.svg_inline(border=2, omitsize=True, title="Mã QR để kiểm tra văn bản"))  # noqa: S308 -- drawn here
