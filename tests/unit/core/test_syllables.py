"""What passes for a Vietnamese syllable."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.syllables import is_syllable

NAMES = [
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Hoàng",
    "Huỳnh",
    "Phan",
    "Vũ",
    "Võ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
    "Lý",
    "Đinh",
    "Trịnh",
    "Quách",
    "Thị",
    "Văn",
    "Quyên",
    "Quốc",
    "Thuỷ",
    "Thủy",
    "Hoà",
    "Hòa",
    "Nghiêm",
    "Khuê",
    "Khuya",
    "Giang",
    "Giêng",
    "Gìn",
    "Ưng",
    "Ý",
    "Út",
    "Yến",
    "Yêu",
    "Uyên",
    "Tuyết",
    "Thuở",
    "Quỳnh",
    "Quới",
    "Nguyệt",
    "Xuyến",
]


@pytest.mark.parametrize("word", NAMES)
def test_words_of_names_are_syllables(word: str) -> None:
    assert is_syllable(word)
    assert is_syllable(word.upper())
    assert is_syllable(unicodedata.normalize("NFD", word))


@pytest.mark.parametrize(
    "word",
    [
        *("NguyÔn", "V¨n", "Nguyeãn", "Vaên", "Franỗoise", "Bỡnh", "Björk", "Müller", "François", "", "Brêl"),
        *("Cằp", "Mát̀", "NguyễnThị", "w", "123", "th"),
    ],
)
def test_other_words_are_none(word: str) -> None:
    assert not is_syllable(word)


@pytest.mark.parametrize(
    "word",
    [
        "hòa",
        "hoà",
        "thủy",
        "thuỷ",
        "quý",
        "già",
        "toán",
        "ngoài",
        "khuỷu",
        "xoèn",
        "mía",
        "của",
        "cửa",
        "đường",
        "nguyễn",
    ],
)
def test_tones_stand_on_their_letter(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["baù", "xaú", "miá", "tóan", "ngòai", "cuả", "đừơng", "nguỹên", "haỉ"])
def test_tones_stand_on_no_other_letter(word: str) -> None:
    assert not is_syllable(word)


@given(st.text(max_size=12))
def test_nothing_breaks_it(word: str) -> None:
    assert is_syllable(word) == is_syllable(unicodedata.normalize("NFC", word))
