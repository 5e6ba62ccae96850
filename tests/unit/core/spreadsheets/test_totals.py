"""Totals are told from people by the marks of their words."""

import pytest

from core.spreadsheets.totals import is_total, is_total_beside


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Tổng cộng",
            "TỔNG CỘNG",
            "Tổng số: 5",
            "Tổng hộ",
            "Tổng",
            "TC",
            "T.C",
            "Cộng",
            "Cộng thôn 1",
            "Toàn xã",
        ),
        *(
            "Tổng: 8 hộ",
            "Cộng 8 hộ",
            "Tổng HN",
            "Tổng thôn 1",
            "Cộng I",
            "Cộng dồn",
            "Cộng (3 xã)",
            "Cộng xã Phan Điền",
        ),
        *("Tổng toàn xã", "TONG CONG", "Tong so", "cong thon 1", "TONG", "TOAN XA", "Tổng nhân khẩu"),
    ],
)
def test_words_of_totals(text: str) -> None:
    assert is_total(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Tống Hồ Nam",
            "Tống Công Minh",
            "Tống Toàn Thắng",
            "Tống Chung Thủy",
            "Tòng Công Sơn",
            "Toàn Phương",
        ),
        *(
            "Toàn Phương Nam",
            "Công Trang",
            "Công Phương",
            "Tòng",
            "Tông",
            "Tổng công ty Cấp nước",
            "Lê Văn Cộng",
        ),
        *("TONG HO NAM", "Tong Chung", "Tổng Thị Mai", "Cộng Văn Hai", "Tô Cẩm"),
    ],
)
def test_people_and_companies_are_none(text: str) -> None:
    assert not is_total(text)


def test_words_before_a_name_make_no_total_of_somebody() -> None:
    assert is_total_beside("12 hộ", ["Tổng cộng"])
    assert is_total_beside("", ["", "TC"])
    assert not is_total_beside("Lê Văn Tám", ["TC"])
