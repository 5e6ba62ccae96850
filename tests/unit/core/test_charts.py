"""Charts as accessible SVG."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from core.charts import Bar, Column, bar_chart, column_chart


def _chart(**changes: object) -> str:
    columns = [Column("2021", (10, 20), "30"), Column("2022", (0, 5), "5", is_marked=True)]
    arguments = {"title": "A & B", "description": "2021: 30", "part_names": ["x", "y"], "columns": columns}
    return column_chart(**(arguments | changes))


def _read(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text)  # noqa: S314 -- our own drawing


def test_column_chart_is_named_and_well_formed() -> None:
    root = _read(_chart())

    titles = {child.get("id"): child.text for child in root if child.tag in {"title", "desc"}}
    assert root.get("role") == "img"
    assert [titles[name] for name in root.get("aria-labelledby").split()] == ["A & B", "2021: 30"]


def test_column_chart_draws_parts_to_scale() -> None:
    root = _read(_chart())

    heights = [float(one.get("height")) for one in root.iter("rect") if one.get("height") != "12"]
    assert [round(height / heights[0], 1) for height in heights] == [1.0, 2.0, 0.0, 0.5]
    assert _chart().count("chart__part--marked") == 2


def test_column_chart_has_no_inline_style_and_escapes_names() -> None:
    text = _chart(title="<script>", part_names=["<b>", "y"])

    assert not re.search(r"style=|<script|<b>", text)


def test_column_chart_of_zeros_and_of_nothing() -> None:
    assert _read(_chart(columns=[Column("2021", (0, 0), "0")])) is not None
    assert _chart(columns=[]) == ""


def _bars(*values: float, marked: bool = False) -> str:
    bars = [Bar(f"Xã {at}", value, str(value), is_marked=marked) for at, value in enumerate(values)]
    return bar_chart(title="A & B", description="x", bars=bars)


def test_bar_chart_is_named_and_draws_to_scale() -> None:
    root = _read(_bars(10, 5, 0))

    widths = [float(one.get("width")) for one in root.iter("rect")]
    assert root.get("role") == "img"
    assert [round(width / widths[0], 2) for width in widths] == [1.0, 0.5, 0.0]


def test_bar_chart_lets_falls_below_zero_reach_to_the_left() -> None:
    root = _read(_bars(10, -10))

    up, down = root.iter("rect")
    zero = float(next(root.iter("line")).get("x1"))
    assert float(up.get("x")) == zero
    assert float(down.get("x")) + float(down.get("width")) == pytest.approx(zero, abs=0.2)


def test_bar_chart_marks_sums_and_escapes_names() -> None:
    text = bar_chart(title="<b>", description="", bars=[Bar("<script>", 1, "1", is_marked=True)])

    assert "chart__part--marked" in text
    assert not re.search(r"style=|<script|<b>", text)


def test_bar_chart_of_zeros_and_of_nothing() -> None:
    assert _read(_bars(0, 0)) is not None
    assert bar_chart(title="", description="", bars=[]) == ""
