"""Movements of the year and lacks of services, where a workbook has them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from core.spreadsheets.problems import WorkbookError
from registry.imports.reviews.merging import has_half_of_lacks, merged
from registry.imports.reviews.rows import MatchedRow, ReviewSheet
from registry.imports.reviews.sums import check_starts
from registry.review_figures import Figures
from registry.selectors.units import UnitRef
from tests.unit.registry.imports.reviews.conftest import read_reviews

Make = Callable[..., bytes]
COUNTS = ["Đơn vị", "Tổng số hộ", "Hộ nghèo", "Hộ cận nghèo"]
ROW = ["Xã Phan Sơn", 100, 10, 8]


def _read(workbook: Make, extra: Sequence[str], values: Sequence[Any]) -> ReviewSheet:
    data = workbook([[*ROW, *values]], header=[[*COUNTS, *extra]])
    (sheet,) = read_reviews(data)
    return sheet


def test_a_file_without_movements_has_none(workbook: Make) -> None:
    (row,) = _read(workbook, [], []).rows

    assert row.figures == Figures(100, 10, 8)
    assert row.starts == {}


def test_movements_and_starts_are_read(workbook: Make) -> None:
    heads = ["Hộ nghèo đầu năm", "Hộ thoát nghèo", "Hộ tái nghèo", "Hộ nghèo phát sinh", "Hộ thoát cận nghèo"]

    (row,) = _read(workbook, heads, [12, 5, 1, 2, 0]).rows

    assert row.figures is not None
    assert (row.figures.poor_exits, row.figures.poor_relapses, row.figures.poor_new) == (5, 1, 2)
    assert (row.figures.near_poor_exits, row.figures.near_poor_new) == (0, None)
    assert row.starts == {"poor": 12}


@pytest.mark.parametrize("value", ["nhiều", -1, 1.5, "1,000", "60 hộ", "x"])
def test_a_movement_that_is_no_count_is_set_aside(workbook: Make, value: Any) -> None:
    sheet = _read(workbook, ["Hộ thoát nghèo"], [value])

    assert sheet.rows[0].figures == Figures(100, 10, 8)
    assert [(one.level, one.code, one.column) for one in sheet.issues] == [
        ("note", "count_aside", "poor_exits")
    ]


def test_a_start_that_is_no_count_is_left_aside(workbook: Make) -> None:
    sheet = _read(workbook, ["Hộ nghèo đầu năm"], ["nhiều"])

    assert sheet.rows[0].figures is not None
    assert [(issue.level, issue.code) for issue in sheet.issues] == [("note", "count_aside")]


def test_two_columns_of_one_movement_are_asked_about(workbook: Make) -> None:
    with pytest.raises(WorkbookError) as refused:
        _read(workbook, ["Hộ thoát nghèo", "Số hộ thoát nghèo"], [1, 2])

    assert (refused.value.code, refused.value.params) == ("columns_repeated", {"columns": ("poor_exits",)})


@pytest.mark.parametrize(("value", "codes"), [(18, []), (19, ["part_over_whole"])])
def test_lacks_are_no_more_than_poor_and_near_poor(workbook: Make, value: int, codes: list[str]) -> None:
    sheet = _read(workbook, ["Thiếu hụt việc làm"], [value])

    assert [issue.code for issue in sheet.issues] == codes


def test_lacks_of_poor_and_of_near_poor_are_added(workbook: Make) -> None:
    heads = ["Hộ nghèo thiếu hụt y tế", "Hộ cận nghèo thiếu hụt y tế"]

    row = _matched(_read(workbook, heads, [4, 3]))

    (unit,) = merged([row])
    assert unit.row.figures.lacking_health == 7
    assert not has_half_of_lacks(unit.row)


def test_lacks_of_the_poor_alone_are_no_whole(workbook: Make) -> None:
    row = _matched(_read(workbook, ["Hộ nghèo thiếu hụt y tế"], [4]))

    (unit,) = merged([row])
    assert unit.row.figures == Figures(100, 10, 8)
    assert has_half_of_lacks(unit.row)


def test_lacks_of_two_sheets_are_added(workbook: Make) -> None:
    poor = _matched(_read(workbook, ["Hộ nghèo thiếu hụt y tế"], [4]))
    near_poor = _matched(_read(workbook, ["Hộ cận nghèo thiếu hụt y tế"], [3]))

    (unit,) = merged([poor, near_poor])
    assert unit.row.figures.lacking_health == 7


@pytest.mark.parametrize(
    ("heads", "code"),
    [
        (["Thiếu hụt y tế", "Thiếu hụt y tế "], "lacks_unclear"),
        (["Thiếu hụt việc làm", "Thiếu hụt người phụ thuộc"], "lacks_by_indicator"),
    ],
)
def test_lacks_that_are_no_whole_are_left_aside(workbook: Make, heads: list[str], code: str) -> None:
    sheet = _read(workbook, heads, [4, ""])

    assert sheet.rows[0].figures == Figures(100, 10, 8)
    assert [(issue.level, issue.code, issue.row) for issue in sheet.issues] == [
        ("warning", code, 3),
        ("warning", "columns_unused", None),
    ]
    assert sheet.issues[1].params == {"columns": heads[0]}


def _matched(sheet: ReviewSheet) -> MatchedRow:
    row = sheet.rows[0]
    assert row.figures is not None
    unit = UnitRef(1, "Xã Phan Sơn", "commune")
    return MatchedRow(row.row, unit, row.figures, row.text, row.starts, parts=row.parts, sheet=sheet.name)


def _row(starts: dict[str, int], **flows: int) -> MatchedRow:
    figures = Figures(100, 10, 8, **flows)
    return MatchedRow(5, UnitRef(1, "Xã Phan Sơn", "commune"), figures, "Xã Phan Sơn", starts)


FLOWS = {"poor_exits": 5, "poor_relapses": 1, "poor_new": 2}


@pytest.mark.parametrize(
    ("row", "last_year", "found"),
    [
        (_row({}, **FLOWS), {"poor": 12}, []),
        (_row({}, **FLOWS), {"poor": 13}, [("flow_differs", 10, 11)]),
        (_row({"poor": 12}, **FLOWS), {}, []),
        (_row({"poor": 12}, **FLOWS), {"poor": 13}, [("start_differs", 12, 13)]),
        (_row({"poor": 14}, **FLOWS), {"poor": 12}, [("start_differs", 14, 12), ("flow_differs", 10, 12)]),
        (_row({}, **FLOWS), {}, []),
        (_row({}, poor_exits=5, poor_new=2), {"poor": 50}, []),
        (_row({}, poor_exits=50, poor_relapses=0, poor_new=0), {"poor": 12}, [("flow_differs", 10, -38)]),
    ],
)
def test_the_year_leads_from_start_to_end(
    row: MatchedRow, last_year: dict[str, int], found: list[tuple[str, int, int]]
) -> None:
    issues = check_starts(row, last_year, 2022)

    assert {issue.level for issue in issues} <= {"warning"}
    assert [(one.code, one.params["stated"], one.params["computed"]) for one in issues] == found
