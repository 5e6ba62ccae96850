"""Tables of villages: under their communes, or under the commune that the title names."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook

from registry.imports.reviews.matching import match_units
from registry.imports.reviews.rows import Matched
from registry.selectors.units import UnitRef
from tests.unit.registry.imports.reviews.conftest import read_reviews

UNITS = [
    UnitRef("t", "Tỉnh Bình Thuận", "province", "tinh"),
    UnitRef("bb", "Huyện Bắc Bình", "district", "huyen", "t"),
    UnitRef("ht", "Huyện Hàm Tân", "district", "huyen", "t"),
    UnitRef("pd", "Xã Phan Điền", "commune", "xa", "bb", "Huyện Bắc Bình"),
    UnitRef("ls", "Thị trấn Lương Sơn", "commune", "thi_tran", "bb", "Huyện Bắc Bình"),
    UnitRef("t1", "Xã Tân Hà", "commune", "xa", "bb", "Huyện Bắc Bình"),
    UnitRef("t2", "Xã Tân Hà", "commune", "xa", "ht", "Huyện Hàm Tân"),
    UnitRef("pd1", "Thôn 1", "village", "thon", "pd", "Xã Phan Điền"),
    UnitRef("pd2", "Thôn Bình Minh", "village", "thon", "pd", "Xã Phan Điền"),
    UnitRef("ls1", "Khu phố 1", "village", "khu_pho", "ls", "Thị trấn Lương Sơn"),
    UnitRef("ls2", "Thôn 1", "village", "thon", "ls", "Thị trấn Lương Sơn"),
    UnitRef(
        "ls0", "Khu phố 2", "village", "khu_pho", "ls", "Thị trấn Lương Sơn", valid_until=date(2022, 1, 1)
    ),
]
HEAD = ("Thôn, khu phố", "Tổng số hộ", "Hộ nghèo", "Hộ cận nghèo")


def _match(rows: Sequence[Sequence[Any]], titles: Sequence[str] = (), head: Sequence[str] = HEAD) -> Matched:
    book = Workbook()
    for line in (*((title,) for title in titles), head, *rows):
        book.active.append(line)
    stream = io.BytesIO()
    book.save(stream)
    return match_units(read_reviews(stream.getvalue()), UNITS, 2024)


def _ids(matched: Matched) -> list[str]:
    return [row.unit.id for row in matched.rows]


def _codes(matched: Matched, level: str = "error") -> list[str]:
    return [issue.code for issue in matched.issues if issue.level == level]


@pytest.mark.parametrize("title", ["UBND XÃ PHAN ĐIỀN", "Kết quả rà soát xã Phan Điền, huyện Bắc Bình"])
def test_the_title_names_the_commune(title: str) -> None:
    matched = _match([("Thôn 01", 300, 4, 6), ("Bình Minh", 250, 3, 5)], [title])

    assert matched.errors == ()
    assert _ids(matched) == ["pd1", "pd2"]


def test_villages_are_written_as_in_lists_of_households() -> None:
    rows = [("TT Lương Sơn", "", "", ""), ("KP1", 300, 2, 3), ("Thôn 01 (Lương Bình)", 400, 3, 3)]

    matched = _match(rows)

    assert matched.errors == ()
    assert _ids(matched) == ["ls1", "ls2"]


def test_a_title_of_another_kind_names_another_village() -> None:
    matched = _match([("Xã Phan Điền", "", "", ""), ("KP1", 300, 2, 3)])

    assert _codes(matched) == ["village_unknown"]


def test_villages_stand_under_their_communes() -> None:
    rows = [
        ("Xã Phan Điền", "", "", ""),
        ("Thôn 1", 300, 4, 6),
        ("TT Lương Sơn", 700, 5, 6),
        ("KP.1", 300, 2, 3),
        ("thôn 1", 400, 3, 3),
    ]

    matched = _match(rows)

    assert matched.errors == ()
    assert _ids(matched) == ["pd1", "ls", "ls1", "ls2"]
    assert [row.above_villages for row in matched.rows] == [False, True, False, False]
    assert _codes(matched, "warning") == ["unit_absent"]


def test_a_commune_without_its_kind_is_a_heading_too() -> None:
    rows = [("Phan Điền", "", "", ""), ("Thôn 1", 300, 4, 6), ("Lương Sơn", "", "", ""), ("Thôn 1", 99, 1, 1)]

    assert _ids(_match(rows)) == ["pd1", "ls2"]


def test_rows_below_words_that_nobody_knows_are_refused() -> None:
    heading = [
        ("Xã Phan Điền", "", "", ""),
        ("Thôn 1", 300, 4, 6),
        ("Sông Xa", "", "", ""),
        ("Bình Minh", 9, 1, 1),
    ]
    counted = [*heading[:2], ("Sông Xa", 300, 4, 6), ("Bình Minh", 9, 1, 1)]

    assert _codes(_match(heading)) == ["village_commune_unknown"]
    assert _codes(_match(counted)) == ["village_unknown", "village_commune_unknown"]


def test_words_inside_a_titled_table_part_nothing() -> None:
    rows = [("Vùng đồng bào dân tộc", "", "", ""), ("Thôn 1", 300, 4, 6), ("Bình Minh", 250, 3, 5)]

    matched = _match([*rows, ("Cộng", 550, 7, 11)], ["UBND xã Phan Điền"])

    assert _ids(matched) == ["pd1", "pd2", "pd"]


def test_a_commune_without_villages_below_it_is_pointed_out() -> None:
    rows = [
        ("Xã Tân Hà", "", "", ""),
        ("Xã Phan Điền", "", "", ""),
        ("Thôn 1", 300, 4, 6),
        ("Xã Tân Hà", "", "", ""),
    ]

    ignored = [issue.row for issue in _match(rows).issues if issue.code == "row_ignored"]

    assert ignored == [2, 5]


def test_a_column_names_the_communes() -> None:
    rows = [("Xã Phan Điền", "Thôn 1", 300, 4, 6), ("Thị trấn Lương Sơn", "Thôn 1", 300, 4, 6)]

    matched = _match(rows, head=("Xã, phường, thị trấn", *HEAD))

    assert _ids(matched) == ["pd1", "ls2"]


def test_a_commune_of_two_districts_needs_its_district() -> None:
    rows = [("Huyện Hàm Tân", "", "", ""), ("Xã Tân Hà", "", "", ""), ("Thôn 1", 300, 4, 6)]

    assert _codes(_match(rows)) == ["villages_not_registered"]
    assert _codes(_match(rows[1:])) == ["village_commune_unknown"]
    assert _codes(_match(rows[1:], ["UBND huyện Hàm Tân, xã Tân Hà"])) == ["villages_not_registered"]


@pytest.mark.parametrize(
    ("name", "code"),
    [("Thôn 3", "village_unknown"), ("Khu phố 1", "village_unknown")],
)
def test_a_village_that_is_not_there_is_named(name: str, code: str) -> None:
    matched = _match([("Thôn 1", 300, 4, 6), (name, 10, 1, 1)], ["UBND xã Phan Điền"])

    assert _codes(matched) == [code]


def test_a_village_of_nobody_is_refused() -> None:
    assert _codes(_match([("Thôn 1", 300, 4, 6)])) == ["village_commune_missing"]


def test_a_village_named_twice_is_refused() -> None:
    matched = _match([("Thôn 1", 300, 4, 6), ("Thôn 01", 300, 4, 6)], ["Xã Phan Điền"])

    assert _codes(matched) == ["unit_twice", "unit_twice"]


@pytest.mark.parametrize(
    ("rows", "loaded", "codes"),
    [
        ([("Thôn 1", 300, 4, 6), ("Bình Minh", 250, 3, 5)], True, ["total_is_commune"]),
        ([("Thôn 1", 550, 7, 11)], False, ["total_compared_only", "unit_absent"]),
        ([("Thôn 1", 300, 4, 6), ("Bình Minh", 250, 3, "x")], False, ["total_compared_only"]),
        (
            [("Thôn 1", 300, 4, 6), ("Bình Minh", 240, 3, 5)],
            True,
            ["total_is_commune", "total_of_villages_differs"],
        ),
    ],
)
def test_the_total_is_the_communes_once_all_villages_stand_there(
    rows: list[tuple[Any, ...]], loaded: bool, codes: list[str]
) -> None:
    matched = _match([*rows, ("Cộng", 550, 7, 11)], ["UBND xã Phan Điền"])

    assert ("pd" in _ids(matched)) == loaded
    assert _codes(matched, "warning") == codes


def test_a_communes_row_is_compared_with_its_villages() -> None:
    rows = [("TT Lương Sơn", 700, 5, 6), ("KP 1", 300, 2, 3), ("Thôn 1", 401, 3, 3), ("Tổng cộng", 999, 5, 6)]

    matched = _match(rows)

    differences = [issue for issue in matched.issues if issue.code.endswith("_differs")]
    assert [(one.code, one.params["stated"], one.params["computed"]) for one in differences] == [
        ("commune_differs", 700, 701),
        ("total_differs", 999, 700),
    ]
