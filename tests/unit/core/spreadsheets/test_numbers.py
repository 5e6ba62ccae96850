"""Reading numbers as offices type them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.spreadsheets.numbers import LARGEST_COUNT, NumberProblem, read_count, read_rate


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (12, 12),
        (12.0, 12),
        ("12", 12),
        (" 12 ", 12),
        ("'12", 12),
        ("1.234", 1234),
        ("1 234", 1234),
        ("1\u00a0234\u00a0567", 1234567),
        ("1.234.567", 1234567),
        ("5.0", 5),
        ("5,00", 5),
        ("1.234,0", 1234),
        ("", None),
        (None, None),
        ("   ", None),
        (0, 0),
    ],
)
def test_read_count_reads_what_can_be_known(value: object, expected: int | None) -> None:
    assert read_count(value) == expected


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (-3, "number_negative"),
        ("-3", "number_negative"),
        ("\u22121.234", "number_negative"),
        (3.5, "number_not_whole"),
        (1.234, "number_not_whole"),
        ("3,20", "number_not_whole"),
        ("1.23", "number_not_whole"),
        ("0.123", "number_not_whole"),
        ("1,234", "number_ambiguous"),
        ("abc", "number_unreadable"),
        ("-", "number_unreadable"),
        ("#REF!", "number_unreadable"),
        ("12 hộ", "number_unreadable"),
        ("1.234 567", "number_unreadable"),
        (True, "number_unreadable"),
        (float("nan"), "number_unreadable"),
        (float("inf"), "number_unreadable"),
        (1e20, "number_too_large"),
    ],
)
def test_read_count_refuses_what_cannot_be_known(value: object, code: str) -> None:
    with pytest.raises(NumberProblem) as refusal:
        read_count(value)

    assert refusal.value.code == code


@given(st.integers(min_value=0, max_value=LARGEST_COUNT))
def test_read_count_reads_every_grouping_of_a_count(number: int) -> None:
    grouped = f"{number:,}"

    assert read_count(number) == read_count(float(number)) == read_count(str(number)) == number
    assert read_count(grouped.replace(",", ".")) == number
    assert read_count(grouped.replace(",", " ")) == number


@given(st.text(max_size=12))
def test_read_count_gives_a_count_or_a_problem(text: str) -> None:
    try:
        number = read_count(text)
    except NumberProblem:
        return

    assert number is None or 0 <= number <= LARGEST_COUNT


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("3,20", Decimal("3.20")),
        ("3.2", Decimal("3.2")),
        ("3,2 %", Decimal("3.2")),
        (3.16, Decimal("3.16")),
        ("", None),
    ],
)
def test_read_rate_reads_both_marks(value: object, expected: Decimal | None) -> None:
    assert read_rate(value) == expected


def test_read_rate_refuses_words() -> None:
    with pytest.raises(NumberProblem):
        read_rate("khoảng 3")
