"""From rows to units of the register, as of the year's end."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from core.spreadsheets.problems import WorkbookError
from registry.imports.reviews.matching import match_units
from registry.imports.reviews.rows import Matched
from registry.selectors.units import UnitRef
from tests.unit.registry.imports.reviews.conftest import read_reviews

DATA = Path(__file__).parents[5] / "registry" / "data"
Make = Callable[..., bytes]


def _row(
    name: str, households: object = 1000, poor: object = 20, near: object = 30, ordinal: object = 1
) -> list:
    return [ordinal, name, households, "", poor, "", "", near, "", ""]


def _match(data: bytes, units: list[UnitRef], year: int = 2023) -> Matched:
    return match_units(read_reviews(data), units, year)


def _codes(matched: Matched, level: str = "error") -> list[tuple[int | None, str]]:
    return [(issue.row, issue.code) for issue in matched.issues if issue.level == level]


@pytest.mark.parametrize(
    ("year", "communes"), [(2021, 124), (2022, 124), (2023, 124), (2024, 121), (2025, 121)]
)
def test_office_workbooks_read_whole(units: list[UnitRef], year: int, communes: int) -> None:
    path = DATA / "reviews" / f"ra-soat-{year}.xlsx"

    matched = match_units(read_reviews(path.read_bytes()), units, year)

    assert matched.errors == ()
    assert Counter(row.unit.kind for row in matched.rows) == {
        "commune": communes,
        "district": 10,
        "province": 1,
    }
    differing = [issue for issue in matched.warnings if issue.code != "passed_over"]
    assert {issue.code for issue in differing} == {"subtotal_differs", "total_differs"}
    assert {issue.params["figure"] for issue in differing} <= {
        "minority_households",
        "poor_minority",
        "near_poor_minority",
    }


def test_the_published_totals_of_2021_arrive(units: list[UnitRef]) -> None:
    path = DATA / "reviews" / "ra-soat-2021.xlsx"

    matched = match_units(read_reviews(path.read_bytes()), units, 2021)

    (province,) = [row for row in matched.rows if row.unit.kind == "province"]
    assert (province.figures.poor, province.figures.near_poor) == (10_552, 14_743)
    assert sum(row.figures.poor for row in matched.rows if row.unit.kind == "commune") == 10_552


@pytest.mark.parametrize(
    "written",
    [
        "Xã Sông Lũy",
        "XÃ SÔNG LUỸ",
        "X. Sông Lũy",
        "x.sông lũy",
        "  Xã  Sông   Lũy ",
        "Sông Lũy",
        unicodedata.normalize("NFD", "Xã Sông Lũy"),
    ],
)
def test_a_commune_is_found_however_it_is_written(workbook: Make, units: list[UnitRef], written: str) -> None:
    matched = _match(workbook([_row("Huyện Bắc Bình", "", "", "", "IV"), _row(written)]), units)

    assert matched.errors == ()
    assert [row.unit.id for row in matched.rows] == ["bt.bac-binh.song-luy"]


def test_one_name_in_two_districts_needs_its_heading(workbook: Make, units: list[UnitRef]) -> None:
    headed = workbook([_row("Huyện Hàm Tân", "", "", "", "I"), _row("Xã Tân Hà")])
    bare = workbook([_row("Xã Tân Hà"), _row("Xã Sơn Mỹ")])

    assert [row.unit.id for row in _match(headed, units).rows] == ["bt.ham-tan.tan-ha"]
    assert _codes(_match(bare, units)) == [(5, "unit_of_several")]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (_row("Xã Phan Điềm"), "commune_unknown_in_district"),
        (_row("Phường Phan Điền"), "commune_unknown_in_district"),
        (_row("Xã Phan Điền", households=-5), "number_negative"),
        (_row("Xã Phan Điền", poor="nhiều"), "number_unreadable"),
        (_row("Xã Phan Điền", poor="1,234"), "number_ambiguous"),
        (_row("Xã Phan Điền", near=""), "number_missing"),
        (_row("Xã Phan Điền", households=40), "poor_over_households"),
        (_row(""), "name_missing"),
    ],
)
def test_a_faulty_row_is_named_and_kept_out(
    workbook: Make, units: list[UnitRef], row: list, code: str
) -> None:
    rows = [_row("Huyện Bắc Bình", "", "", "", "IV"), _row("Xã Phan Sơn"), row]

    matched = _match(workbook(rows), units)

    assert _codes(matched) == [(7, code)]
    assert [one.unit.name for one in matched.rows] == ["Xã Phan Sơn"]


def test_an_unknown_name_comes_with_the_nearest(workbook: Make, units: list[UnitRef]) -> None:
    matched = _match(workbook([_row("H. Bắc Bình", "", "", "", "IV"), _row("Xã Phan Điềm")]), units)

    assert "Xã Phan Điền" in matched.errors[0].params["near"]


def test_minority_households_that_outnumber_the_whole_are_set_aside(
    workbook: Make, units: list[UnitRef]
) -> None:
    row = [1, "Xã Phan Điền", 1000, 1001, 20, "", 21, 30, "", 0]

    matched = _match(workbook([_row("Huyện Bắc Bình", "", "", "", "IV"), row]), units)

    assert _codes(matched, "note") == [(6, "part_over_whole"), (6, "part_over_whole")]
    assert matched.rows[0].figures.stated == {
        "households": 1000,
        "poor": 20,
        "near_poor": 30,
        "near_poor_minority": 0,
    }


def test_a_unit_in_two_rows_is_refused_in_both(workbook: Make, units: list[UnitRef]) -> None:
    rows = [_row("Huyện Bắc Bình", "", "", "", "IV"), _row("Xã Phan Sơn"), _row("X. Phan Sơn")]

    matched = _match(workbook(rows), units)

    assert _codes(matched) == [(6, "unit_twice"), (7, "unit_twice")]
    assert matched.rows == ()


def test_a_dissolved_unit_matches_and_warns(workbook: Make, units: list[UnitRef]) -> None:
    rows = [_row("Thành phố Phan Thiết", "", "", "", "I"), _row("Phường Hưng Long"), _row("P. Bình Hưng")]

    matched = _match(workbook(rows, year=2024), units, 2024)

    assert matched.errors == ()
    assert [row.unit.id for row in matched.rows] == ["bt.phan-thiet.hung-long", "bt.phan-thiet.binh-hung"]
    assert [code for _row, code in _codes(matched, "warning") if code == "unit_dissolved"] == [
        "unit_dissolved"
    ] * 2


def test_a_merged_unit_alone_is_the_new_one(workbook: Make, units: list[UnitRef]) -> None:
    rows = [_row("Thành phố Phan Thiết", "", "", "", "I"), _row("P. Bình Hưng")]

    assert [row.unit.id for row in _match(workbook(rows, year=2024), units, 2024).rows] == [
        "bt.phan-thiet.binh-hung-2024"
    ]


def test_some_of_the_merged_units_leave_it_unclear(workbook: Make, units: list[UnitRef]) -> None:
    rows = [_row("Thành phố Phan Thiết", "", "", "", "I"), _row("P. Đức Nghĩa"), _row("P. Lạc Đạo")]

    assert _codes(_match(workbook(rows, year=2024), units, 2024)) == [(7, "former_self_unclear")]


def test_subtotals_and_rates_are_recomputed(workbook: Make, units: list[UnitRef]) -> None:
    rows = [
        ["IV", "Huyện Bắc Bình", 2000, "", 41, "", "", 60, "", ""],
        [1, "Xã Phan Sơn", 1000, "", 20, "2,00", "", 30, "3,10", ""],
        [2, "Xã Phan Lâm", 1000, "", 20, 2, "", 30, 3.0, ""],
    ]

    matched = _match(workbook(rows), units)

    differing = [issue for issue in matched.warnings if issue.code != "unit_absent"]
    assert [(issue.row, issue.code, issue.params["figure"]) for issue in differing] == [
        (5, "subtotal_differs", "poor"),
        (6, "rate_differs", "near_poor_rate"),
    ]
    assert len(matched.rows) == 3


def test_a_sum_with_a_refused_row_is_not_compared(workbook: Make, units: list[UnitRef]) -> None:
    rows = [_row("Huyện Bắc Bình", 1, 0, 0, "IV"), _row("Xã Phan Sơn"), _row("Xã Phan Lâm", poor="?")]

    assert "subtotal_differs" not in {issue.code for issue in _match(workbook(rows), units).issues}


def test_absent_communes_of_a_listed_district_are_named(workbook: Make, units: list[UnitRef]) -> None:
    rows = [_row("Huyện Phú Quí", "", "", "", "X"), _row("Xã Long Hải")]

    matched = _match(workbook(rows), units)

    assert [issue.params for issue in matched.warnings] == [
        {"place": "Huyện Phú Quí", "absent": "Xã Ngũ Phụng, Xã Tam Thanh"}
    ]


def test_a_code_decides_and_must_agree_with_the_name(workbook: Make, units: list[UnitRef]) -> None:
    header = [["Mã", "Tên đơn vị", "Tổng số hộ", "Số hộ nghèo", "Số hộ cận nghèo"]]
    rows = [
        ["22945", "Phường Lạc Đạo", 10, 1, 1],
        [22951, "Phường Bình Hưng", 10, 1, 1],
        ["22918", "Phường Mũi Né", 10, 1, 1],
        ["99999", "Xã Tân Hà", 10, 1, 1],
    ]

    matched = _match(workbook(rows, year=2025, header=header), units, 2025)

    assert [row.unit.id for row in matched.rows] == [
        "bt.phan-thiet.lac-dao-2024",
        "bt.phan-thiet.binh-hung-2024",
    ]
    assert _codes(matched) == [(6, "code_of_other"), (7, "code_unknown")]


def test_a_workbook_without_a_review_is_refused(workbook: Make) -> None:
    header = [["STT", "Đơn vị", "Tổng số hộ", "Hộ nghèo"]]
    with pytest.raises(WorkbookError) as lacking:
        read_reviews(workbook([[1, "Xã Phan Sơn", 10, 1]], header=header))
    with pytest.raises(WorkbookError) as other:
        read_reviews(workbook([["a", "b", "c"]], header=[["x", "y", "z"]]))

    assert (lacking.value.code, lacking.value.params["columns"]) == ("columns_missing", ("near_poor",))
    assert other.value.code == "no_review_table"


def test_words_in_other_places_do_not_hide_the_table(units: list[UnitRef]) -> None:
    """A CSV has no merged cells: the words of the first header row hold on over the second's."""
    path = DATA / "reviews" / "ra-soat-2023.xlsx"
    (from_xlsx,) = read_reviews(path.read_bytes())
    lines = [
        "Đơn vị;Tổng số hộ dân cư;;Hộ nghèo;;Hộ cận nghèo;",
        ";Tổng số;DTTS;Số hộ;DTTS;Số hộ;DTTS",
        "Huyện Bắc Bình;;;;;;",
        "Xã Phan Sơn;4.247;327;45;14;84;18",
        ";;;;;;",
        "NGƯỜI LẬP BIỂU;;;;;THỦ TRƯỞNG;",
    ]

    sheets = read_reviews("\n".join(lines).encode(), "ra-soat.csv")

    (row,) = match_units(sheets, units, 2023).rows
    (same,) = [one for one in from_xlsx.rows if one.text == "Xã Phan Sơn"]
    assert row.figures == same.figures
