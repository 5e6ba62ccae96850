"""What cells say: read where it can be known, refused with its reason where it cannot."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.spreadsheets import cells
from core.spreadsheets.problems import CellProblem

DAY = date(2022, 3, 1)


@pytest.mark.parametrize(
    "cell",
    [
        DAY,
        datetime(2022, 3, 1),  # noqa: DTZ001 -- as a workbook's cell has it
        "01/3/2022",
        "1-3-2022",
        "01.03.2022",
        " 1 / 3 / 2022 ",
        "2022-03-01",
        "2022-03-01T00:00:00",
        "ngày 1 tháng 3 năm 2022",
        "Ngày 01 tháng 03 năm 2022",
        "'01/03/2022",
    ],
)
def test_days_are_read_day_first(cell: Any) -> None:
    assert cells.read_day(cell) == DAY


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("3-2022", "day_incomplete"),
        ("03/2022", "day_incomplete"),
        ("tháng 3/2022", "day_incomplete"),
        ("2022", "day_incomplete"),
        (2022.0, "day_incomplete"),
        ("1/3/22", "day_short_year"),
        ("31/2/2022", "day_impossible"),
        ("3/15/2022", "day_impossible"),
        ("01/03/0022", "day_impossible"),
        (44621.0, "day_unreadable"),
        ("hôm qua", "day_unreadable"),
        ("01/3/2022 và 02/3/2022", "day_unreadable"),
    ],
)
def test_a_day_that_cannot_be_known_is_refused_with_its_reason(cell: Any, code: str) -> None:
    with pytest.raises(CellProblem) as refused:
        cells.read_day(cell)

    assert refused.value.code == code


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31)), st.sampled_from("/-. "))
def test_every_day_written_day_first_is_read_back(day: date, mark: str) -> None:
    assert cells.read_day(f"{day.day}{mark}{day.month:02d}{mark}{day.year}") == day


@given(st.text(max_size=20))
def test_no_text_breaks_the_reader_of_days(text: str) -> None:
    try:
        found = cells.read_day(text)
    except CellProblem:
        return
    assert found is None or isinstance(found, date)


@pytest.mark.parametrize(
    "cell", ["2023", 2023.0, 2023, "năm 2023", "Năm 2023", "12/5/2023", "5-2023", date(2023, 5, 12)]
)
def test_years_are_read_from_years_and_days(cell: Any) -> None:
    assert cells.read_year(cell) == 2023


@pytest.mark.parametrize("cell", ["23", "20235", "không rõ", 23.0, "1/1/23", 1850.0])
def test_what_is_no_year_is_refused(cell: Any) -> None:
    with pytest.raises(CellProblem) as refused:
        cells.read_year(cell)

    assert refused.value.code == "year_unreadable"


@pytest.mark.parametrize("cell", ["", "   ", None])
def test_empty_cells_say_nothing(cell: Any) -> None:
    assert cells.read_day(cell) is None
    assert cells.read_year(cell) is None
    assert cells.read_text(cell) == ""


def test_text_is_one_spelling_without_the_apostrophe_that_forces_text() -> None:
    assert cells.read_text("'  Nguye\u0302\u0303n   Va\u0306n A ") == "Nguyễn Văn A"
    assert cells.read_text(12.0) == "12"
    assert cells.read_text(time(1, 2)) == "01:02:00"


def test_numbers_keep_the_reasons_of_the_review_reader() -> None:
    assert cells.read_number("1.234") == 1234
    with pytest.raises(CellProblem) as refused:
        cells.read_number("1,234")
    assert refused.value.code == "number_ambiguous"


@pytest.mark.parametrize("cell", ["1960?", "~1960", "1960 (?)", "≈ 1960", "¿1960"])
def test_what_bears_a_mark_of_doubt_is_not_certain(cell: str) -> None:
    for read in (cells.read_year, cells.read_certain_text):
        with pytest.raises(CellProblem) as refused:
            read(cell)

        assert (refused.value.code, refused.value.params["value"]) == ("cell_doubted", cell)
    assert cells.read_text(cell) == cell


@pytest.mark.parametrize("cell", ["#REF!", " #n/a ", "#DIV/0!"])
def test_an_error_that_a_file_keeps_as_text_is_an_error(cell: str) -> None:
    for read in (cells.read_text, cells.read_number, cells.read_year):
        with pytest.raises(CellProblem) as refused:
            read(cell)

        assert refused.value.code == "cell_error"
    assert cells.read_text("#5") == "#5"


@pytest.mark.parametrize(
    ("positions", "row", "picked"),
    [
        ([2, 0], ["a", "b", "c"], ("c", "a")),
        ([2, 0], ["a", "b"], ("", "a")),
        ([2, 0], [], ("", "")),
        ([1], ["a", "b"], ("b",)),
        ([1], ["a"], ("",)),
        ([], ["a"], ()),
    ],
)
def test_cells_of_columns_are_picked_and_those_that_a_short_row_lacks_are_empty(
    positions: list[int], row: list[str], picked: tuple[str, ...]
) -> None:
    assert cells.CellsAt(positions).of(row) == picked
