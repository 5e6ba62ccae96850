"""Review workbooks as further offices send them: what a row or column is that no review needs is said, not guessed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from registry.enums import Role, RowState
from registry.models import ImportFile, PovertyReview
from tests.integration.registry.import_steps import found, load, named, reasons, rows_of
from tests.integration.registry.review_forms import INDICATORS, book, plain, titled

pytestmark = pytest.mark.usefixtures("tasks_at_once", "register")


@pytest.fixture
def hand_in(person: Callable[..., Any]) -> Callable[..., ImportFile]:
    """Hands a workbook of one sheet in as the district's officer."""
    actor = person(Role.DISTRICT_OFFICER)

    def load_rows(rows: Any, *, year: int = 2024, merged: Any = ()) -> ImportFile:
        return load("reviews", book({"Biểu 1": rows}, {"Biểu 1": merged}), actor, year=year)

    return load_rows


def figures(file: ImportFile) -> dict[str, dict[str, Any]]:
    """Unit -> its figures as loading would enter them."""
    left = {"recognised_on", "document"}
    return {
        row.name: {name: change.new for name, change in row.facts.items() if name not in left}
        for row in rows_of(file, RowState.NEW)
    }


@pytest.mark.parametrize("written", ["không", "Không có", "-", "–"])
def test_all_households_are_never_none_by_a_word(hand_in: Any, written: str) -> None:
    file = hand_in(plain([1, "Xã Phan Điền", written, 6, 8], [2, "Xã Phan Sơn", 1200, written, written]))

    assert reasons(file) == {5: ["number_missing"]}
    assert figures(file) == {"Xã Phan Sơn": {"households": 1200, "poor": 0, "near_poor": 0}}


def test_an_error_cell_is_named_as_one(hand_in: Any) -> None:
    head = ["STT", "Đơn vị", "Tổng số hộ", "Hộ nghèo", "Hộ nghèo DTTS", "Hộ cận nghèo"]

    file = hand_in(
        titled(head, [1, "Xã Phan Điền", "#REF!", 6, 1, 8], [2, "Xã Phan Sơn", 1200, 70, "#N/A", 70])
    )

    assert reasons(file) == {5: ["cell_error"]}
    (row,) = rows_of(file, RowState.NEW)
    (note,) = row.notes
    assert (note.code, note.column, note.params["value"], note.params["aside"]) == (
        "cell_error",
        "poor_minority",
        "#N/A",
        True,
    )


@pytest.mark.parametrize(
    "words", ["Trong đó: hộ DTTS", "- Trong đó: Hộ dân tộc thiểu số", "Hộ DTTS", "Trong đó đồng bào DTTS"]
)
def test_a_row_of_minorities_is_that_of_the_unit_above(hand_in: Any, words: str) -> None:
    file = hand_in(
        plain(
            [1, "Xã Phan Điền", 1000, 60, 80],
            ["", words, 200, 30, "x"],
            [2, "Xã Phan Sơn", 1200, 70, 70],
            ["", "Trong đó: hộ có công", 10, 1, 1],
        )
    )

    assert reasons(file) == {}
    assert figures(file) == {
        "Xã Phan Điền": {
            **{"households": 1000, "minority_households": 200},
            **{"poor": 60, "poor_minority": 30, "near_poor": 80},
        },
        "Xã Phan Sơn": {"households": 1200, "poor": 70, "near_poor": 70},
    }
    notes = {row.name: [(one.column, one.code) for one in row.notes] for row in rows_of(file, RowState.NEW)}
    assert notes["Xã Phan Điền"] == [("near_poor_minority", "count_aside")]
    assert [number for number, *_params in found(file, "minority_row")] == [6]
    assert [number for number, *_params in found(file, "part_row")] == [8]


def test_minorities_may_stand_beside_the_persons_counted(hand_in: Any) -> None:
    head = ["STT", "Đơn vị", "Phân tổ", "Tổng số hộ", "Hộ nghèo", "Hộ cận nghèo"]

    file = hand_in(
        titled(
            head,
            [1, "Xã Phan Điền", "Hộ", 1000, 60, 80],
            ["", "", "Trong đó: Hộ DTTS", 200, 30, 20],
            ["", "", "Nhân khẩu", 4000, 200, 300],
        )
    )

    assert figures(file)["Xã Phan Điền"]["minority_households"] == 200
    assert [number for number, *_params in found(file, "persons_row")] == [7]


def test_a_row_of_minorities_below_nothing_is_left_aside(hand_in: Any) -> None:
    file = hand_in(plain(["", "Trong đó: hộ DTTS", 200, 30, 20], [1, "Xã Phan Điền", 1000, 60, 80]))

    assert "minority_households" not in figures(file)["Xã Phan Điền"]
    assert [number for number, *_params in found(file, "part_row")] == [5]


def test_columns_that_a_review_does_not_read_are_listed(hand_in: Any) -> None:
    head = ["STT", "Đơn vị", "Tổng số hộ", "Hộ nghèo", "Hộ cận nghèo", "Nhân khẩu", ""]

    file = hand_in(titled(head, [1, "Xã Phan Điền", 1000, 60, 80, 4000, "xã đảo"]))

    assert found(file, "columns_unused") == [(None, "Nhân khẩu")]
    assert named(file, "column_unheaded") == [(None, "G", "xã đảo")]


def test_of_years_side_by_side_the_last_is_read(hand_in: Any) -> None:
    rows = [
        ["KẾT QUẢ RÀ SOÁT HỘ NGHÈO"],
        ["STT", "Đơn vị", "Năm 2023", "", "", "Năm 2024", "", ""],
        ["", "", *["Tổng số hộ", "Hộ nghèo", "Hộ cận nghèo"] * 2],
        [1, "Xã Phan Điền", 990, 70, 90, 1000, 60, 80],
    ]

    file = hand_in(rows, merged=["C2:E2", "F2:H2", "A2:A3", "B2:B3"])

    assert figures(file) == {"Xã Phan Điền": {"households": 1000, "poor": 60, "near_poor": 80}}
    assert not PovertyReview.objects.filter(year=2023).exists()


def test_a_rate_that_stands_twice_refuses_no_file(hand_in: Any) -> None:
    rows = titled(
        ["STT", "Địa bàn", "Tổng số hộ", "Hộ nghèo", "Hộ cận nghèo", "", "", ""],
        ["", "", "", "", "Số hộ", "Tỷ lệ (%)", "Số hộ DTTS", "Tỷ lệ (%)"],
        [1, "Xã Phan Điền", 1000, 60, 80, 8, 20, 10],
    )

    file = hand_in(rows, merged=["E4:H4"])

    assert figures(file)["Xã Phan Điền"]["near_poor_minority"] == 20
    assert [number for number, *_columns in found(file, "columns_aside")] == [4]


def test_numbers_may_stand_above_the_indicators_that_they_number(hand_in: Any) -> None:
    PovertyReview.objects.all().delete()
    blank = [""] * (len(INDICATORS) - 1)
    indicators = titled(
        ["STT", "Đơn vị", "Tổng số hộ nghèo", "Chỉ số thiếu hụt dịch vụ xã hội cơ bản", *blank],
        ["", "", "", *(str(number) for number in range(1, len(INDICATORS) + 1))],
        ["", "", "", *INDICATORS],
        [1, "Xã Phan Điền", 60, *range(1, len(INDICATORS) + 1)],
        title="PHÂN TÍCH HỘ NGHÈO THEO CÁC CHỈ SỐ THIẾU HỤT NĂM 2024",
    )

    file = hand_in(indicators)

    # No check of the plan and no document reads counts by indicator; that they are left aside is said, with their names.
    assert reasons(file) == {7: ["figures_missing"]}
    assert len(found(file, "lacks_by_indicator")) == 1
    ((_row, unused),) = found(file, "columns_unused")
    assert all(name in unused for name in INDICATORS)


def test_an_island_district_is_found(hand_in: Any, person: Callable[..., Any]) -> None:
    rows = plain([1, "Huyện đảo Phú Quí", 990, 70, 90])

    file = load("reviews", book({"Biểu 1": rows}), person(Role.REVIEWER), year=2024)

    assert [row.name for row in rows_of(file, RowState.NEW)] == ["Huyện Phú Quí"]
