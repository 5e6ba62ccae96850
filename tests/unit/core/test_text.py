"""Folding, matching and ordering of Vietnamese text."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text import fold, match_key, nfc, one_apostrophe, sort_key, without_invisible

VIETNAMESE = st.text(
    alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ .-ĐÂ12",
    max_size=40,
)


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("Phan Rí Cửa", "phan ri cua"),
        ("Đức Linh", "duc linh"),
        (unicodedata.normalize("NFD", "Thị trấn Phan Rí Cửa"), "ri cua"),
        ("Xã  Hòa   Thắng", "xa hoa thang"),
        ("210/QĐ-UBND", "210 qd ubnd"),
        ("Ðức Tài", "duc tai"),
        ("100%_x", "100 x"),
    ],
)
def test_fold_finds_without_diacritics(name: str, query: str) -> None:
    assert fold(query) in fold(name)


@given(st.text())
def test_fold_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_nfc_twice_changes_nothing(text: str) -> None:
    assert nfc(nfc(text)) == nfc(text)


@given(st.text())
def test_match_key_twice_changes_nothing(text: str) -> None:
    assert match_key(match_key(text)) == match_key(text)


@given(VIETNAMESE)
def test_match_key_is_blind_to_normal_form_and_case(text: str) -> None:
    decomposed = unicodedata.normalize("NFD", text)

    assert match_key(decomposed.upper()) == match_key(nfc(text))
    assert fold(decomposed) == fold(nfc(text))
    assert sort_key(decomposed) == sort_key(nfc(text))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Hòa Thắng", "Hoà Thắng"),
        ("Phú Thủy", "Phú Thuỷ"),
        ("Sông Lũy", "Sông Luỹ"),
        ("  Phường  Hàm  Tiến ", "PHƯỜNG HÀM TIẾN"),
        ("Phường\u00a0Mũi Né", "Phường Mũi Né"),
        ("Ðức Tài", "Đức Tài"),
    ],
)
def test_match_key_accepts_writings_of_one_name(first: str, second: str) -> None:
    assert match_key(first) == match_key(second)


APOSTROPHES = "'`´ʹʻʼʽʾʿˈˊˋ΄՚᾽᾿`´῾‘’‚‛′‵❛❜ꞌ＇｀"


@pytest.mark.parametrize("sign", APOSTROPHES)
@pytest.mark.parametrize("form", ["K{} Brêl", "K{}Brêl", "k{} brêl", "K{}BRÊL", " K {} Brêl "])
def test_every_apostrophe_is_one(sign: str, form: str) -> None:
    for written in (form.format(sign), unicodedata.normalize("NFD", form.format(sign))):
        assert match_key(written) == match_key("K'Brêl")
        assert fold(written) == "k brel"
        assert sort_key(written) == sort_key("K' Brêl")


def test_apostrophes_become_one_sign() -> None:
    assert one_apostrophe("K’ Brêl ʼ") == "K' Brêl '"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Nguyễn\xadThị\u200bMai", "Nguyễn Thị Mai"),
        ("NGUYỄN\xadTHỊ\u200b\ufeffMAI", "NGUYỄN THỊ MAI"),
        ("nguyễn\xadthị mai", "nguyễn thị mai"),
        ("Nguy\xadễn Tho\u200bà", "Nguyễn Thoà"),
        ("\ufeffLê\u200e Văn \u202aTám\u202c", "Lê Văn Tám"),
        ("Tám\u200b(chết)", "Tám(chết)"),
        ("e\u200b\u0302", "ê"),
        ("Lê Văn Tám", "Lê Văn Tám"),
        ("\u200b", ""),
    ],
)
def test_invisible_marks_go_or_part(text: str, seen: str) -> None:
    assert without_invisible(text) == seen


def test_searching_and_matching_do_not_see_invisible_marks() -> None:
    assert fold("Nguyễn\xadThị\u200bMai") == "nguyen thi mai"
    assert match_key("Nguyễn\xadThị\u200bMai") == match_key("nguyễn thị mai")
    assert match_key("Ng\u200buyễn Thị\u2060 Mai\ufeff") == match_key("Nguyễn Thị Mai")


@given(st.text())
def test_what_is_seen_is_seen_twice(text: str) -> None:
    assert without_invisible(without_invisible(text)) == without_invisible(text)


@given(st.lists(VIETNAMESE, max_size=4))
def test_folding_goes_word_by_word(texts: list[str]) -> None:
    assert fold("\t".join(texts)) == " ".join(part for part in map(fold, texts) if part)
    assert match_key("  ".join(texts)) == " ".join(part for part in map(match_key, texts) if part)


@pytest.mark.parametrize(
    ("first", "second"),
    [("Phong Nẫm", "Phong Nam"), ("Đức Tín", "Dức Tín"), ("Tân Hà", "Tân Hải"), ("Hàm Cần", "Hàm Cân")],
)
def test_match_key_keeps_diacritics(first: str, second: str) -> None:
    assert match_key(first) != match_key(second)


def test_sort_key_follows_the_alphabet_then_the_tones() -> None:
    expected = [
        "An",
        "Ăn",
        "Ân",
        "Ba",
        "Bà",
        "Bả",
        "Bã",
        "Bá",
        "Bạ",
        "Ba Sơn",
        "Bát",
        "Da",
        "Đa",
        "Em",
        "Êm",
        "Hàm Tân",
        "Hàm Thuận",
        "Oa",
        "Ô",
        "Ơ",
        "Thôn 2",
        "Thôn 10",
        "Tư",
        "Ủa",
        "Ưa",
        "Xa",
        "Ý",
    ]

    assert sorted(set(expected), key=sort_key) == expected


@given(st.text())
def test_sort_key_holds_only_plain_ascii(text: str) -> None:
    assert re.fullmatch(r"[0-9a-z]{1,500}", sort_key(text))


@given(VIETNAMESE, VIETNAMESE)
def test_sort_key_is_equal_only_for_the_same_words(first: str, second: str) -> None:
    if sort_key(first) == sort_key(second):
        assert fold(first) == fold(second) or any(char.isdigit() for char in first + second)
