"""Text of the old fonts: told from proper text, read letter by letter, and never by chance."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.legacy_encodings import (
    TCVN3,
    VNI,
    Encoding,
    Reading,
    convert,
    convert_all,
    encoding_of_font,
    reading_of,
    recognise,
)

SMALL = "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵ"
WORDS = (
    *(
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
    ),
    *(
        "Lý",
        "Mang",
        "Thông",
        "Thị",
        "Văn",
        "Đức",
        "Hữu",
        "Kim",
        "Ngọc",
        "Hải",
        "Thủy",
        "Dũng",
        "Hường",
        "Mỹ",
        "Tám",
    ),
    *(
        "Út",
        "Ngọt",
        "Quốc",
        "Quyên",
        "Khuê",
        "Ưng",
        "Ánh",
        "Ẩn",
        "Ỷ",
        "Ổi",
        "Bảy",
        "Chín",
        "Sáu",
        "Nghĩa",
        "Hợi",
    ),
)
NAMES = st.lists(st.sampled_from(WORDS), min_size=2, max_size=5).map(" ".join)
OF_TCVN3 = {letter: code for code, letter in TCVN3.items()}
OF_VNI: dict[str, str] = {}
for code, letter in VNI.items():
    OF_VNI.setdefault(letter, code)
# Another language's names, and proper names of which Latin-1 holds every letter.
FOREIGN = [
    *(
        "André",
        "François",
        "Élève",
        "Noël",
        "Loïc",
        "Anaïs",
        "Chloë",
        "Thérèse",
        "Maël",
        "Gaëlle",
        "Zoé",
        "Côme",
    ),
    *(
        "Müller",
        "Höß",
        "Jürgen",
        "Björk",
        "Guðrún",
        "Þór",
        "Søren",
        "Ångström",
        "Kierkegård",
        "Håkan",
        "Bjørn",
    ),
    *(
        "São Paulo",
        "João",
        "Peña",
        "Muñoz",
        "José Martínez",
        "Ibáñez",
        "Núñez",
        "Conceição",
        "café",
        "naïve",
        "25 °C",
    ),
    *("© 2024", "§ 12", "5 m²", "1½ l", "«Lan»", "10 µm", "£5", "±3"),
]
LATIN_1 = [
    "Hoàng Bình",
    "Lê Hoài Trân",
    "Hà Tôn",
    "Thôn 2",
    "Lý Thân",
    "Trình Quân",
    "Toàn Thành",
    "Châu Hoà",
    "Tân Lâm",
]


def in_tcvn3(text: str) -> str:
    """As it is typed: capitals with a tone have no code and take the small letter's."""
    return "".join(OF_TCVN3.get(char) or OF_TCVN3.get(char.lower(), char) for char in text)


def in_vni(text: str) -> str:
    return "".join(OF_VNI.get(char, char) for char in text)


def test_the_tables_hold_every_letter() -> None:
    assert set(SMALL) | set("ĂÂĐÊÔƠƯ") == set(TCVN3.values())
    assert set(SMALL + SMALL.upper()) == set(VNI.values())
    assert all("\u00a1" <= code <= "\u00ff" for code in TCVN3)


@pytest.mark.parametrize("letter", SMALL)
def test_each_letter_comes_back(letter: str) -> None:
    for encoding, coded in ((Encoding.TCVN3, in_tcvn3(letter)), (Encoding.VNI, in_vni(letter))):
        assert convert(f"x{coded}", encoding) == f"x{letter}"
        assert convert(f"{coded}x", encoding) == f"{letter}x"
    assert convert(in_vni(f"X{letter.upper()}"), Encoding.VNI) == f"X{letter.upper()}"
    assert convert(f"x{in_tcvn3(letter)}", Encoding.TCVN3, ".VnTimeH") == f"X{letter.upper()}"


@pytest.mark.parametrize(
    ("coded", "letter"),
    [
        ("aâ", "â"),  # the bare letter, then one mark for the hat
        ("aá", "ấ"),  # … or for hat and tone together
        ("aä", "ậ"),
        ("aê", "ă"),
        ("aë", "ặ"),
        ("eã", "ễ"),
        ("oà", "ồ"),
        ("ô", "ơ"),  # horned letters have a code, and take the mark of a tone
        ("ôù", "ớ"),
        ("öï", "ự"),
        ("ñ", "đ"),
        ("æ", "ỉ"),  # i with a tone has a code
        ("ò", "ị"),
        ("î", "ỵ"),
        ("AÙ", "Á"),
        ("Aù", "Á"),  # a capital's mark may be small
        ("Ñ", "Đ"),
    ],
)
def test_vni_writes_the_letter_and_then_its_mark(coded: str, letter: str) -> None:
    assert VNI[coded] == letter


@given(NAMES, st.sampled_from([str, str.lower, str.upper]))
def test_names_come_back_from_vni(name: str, case) -> None:
    coded = in_vni(case(name))

    assert convert(coded, Encoding.VNI) == case(name)
    assert convert(unicodedata.normalize("NFD", coded), Encoding.VNI) == case(name)


@given(NAMES, st.sampled_from([str.lower, str.upper]))
def test_names_come_back_from_tcvn3(name: str, case) -> None:
    coded = in_tcvn3(case(name))
    assume(not coded.isascii())
    # Of capitals only the bare ones show that they are; "§ç" alone reads Đỗ.
    assume(
        any(char in "ABCDEGHIKLMNOPQRSTUVXY" for word in in_tcvn3(name.upper()).split() for char in word[1:])
    )

    assert convert(coded, Encoding.TCVN3) == case(name)
    assert convert(in_tcvn3(name.lower()), Encoding.TCVN3, ".VnArial NarrowH") == name.upper()


@given(NAMES)
def test_title_case_comes_back_from_tcvn3_but_for_first_letters_without_code(name: str) -> None:
    # "Ánh" was typed "¸nh": only the capitals fonts could show it otherwise.
    expected = " ".join(
        word[0].lower() + word[1:]
        if word[0].isupper() and word[0].lower() in SMALL and word[0] not in TCVN3.values()
        else word
        for word in name.split()
    )

    assert convert(in_tcvn3(name), Encoding.TCVN3) == expected


@given(NAMES)
def test_proper_text_comes_back_untouched(name: str) -> None:
    assume(any(char > "\u00ff" for char in name))

    for form in ("NFC", "NFD"):
        written = unicodedata.normalize(form, name)
        for encoding in Encoding:
            assert reading_of(written, encoding) is Reading.PROPER
            assert convert(written, encoding) == written


@given(st.text(max_size=60))
def test_any_text_can_be_asked_about(text: str) -> None:
    recognise([text], [".VnTime"])
    for encoding in Encoding:
        if reading_of(text, encoding) is Reading.PROPER:
            assert convert(text, encoding) == text
        else:
            assert unicodedata.is_normalized("NFC", convert(text, encoding))


@given(st.lists(NAMES, min_size=2, max_size=8))
def test_lists_are_recognised_by_their_letters(names: list[str]) -> None:
    assume(len({word for name in names for word in name.split() if in_tcvn3(word) != word}) > 5)

    for encoding, coded in (
        (Encoding.TCVN3, [in_tcvn3(name) for name in names]),
        (Encoding.VNI, [in_vni(name) for name in names]),
    ):
        found = recognise(coded)

        assert found is not None
        assert found.encoding is encoding
        assert found.font == ""
        assert found.example in coded
        assert found.converted == convert(found.example, encoding)


@given(st.lists(st.sampled_from(FOREIGN + LATIN_1 + list(WORDS)), max_size=30))
def test_nothing_is_recognised_by_chance(texts: list[str]) -> None:
    assert recognise(texts) is None
    assert recognise([unicodedata.normalize("NFD", text) for text in texts]) is None


def test_a_whole_file_in_tcvn3_is_recognised_with_its_headings() -> None:
    cells = [
        "ñY BAN NH¢N D¢N X· PHAN §IÒN",
        "STT",
        "Hä vµ tªn chñ hé",
        "N¨m sinh",
        "K\u00d5t qu¶ rµ so¸t",
        "S\u00ad¬ng ThÞ T\u00ad",
    ]

    found = recognise(cells)

    assert found is not None
    assert (found.encoding, found.texts) == (Encoding.TCVN3, 5)
    assert convert_all(cells, Encoding.TCVN3) == [
        *(
            "ỦY BAN NHÂN DÂN XÃ PHAN ĐIỀN",
            "STT",
            "Họ và tên chủ hộ",
            "Năm sinh",
            "Kết quả rà soát",
            "Sương Thị Tư",
        ),
    ]


def test_one_column_of_an_old_font_leaves_the_others_alone() -> None:
    cells = ["Thôn 2", "Hoàng", "NguyÔn V¨n H¶i", "Hé", "Hộ nghèo", "Bình", "§Æng ThÞ Thñy", "12"]
    fonts = ["Arial", "Arial", ".VnTime", ".VnTime", "Arial", ".VnTime", ".VnTime", ".VnTime"]

    found = recognise(cells, fonts)

    assert found is not None
    assert (found.encoding, found.font, found.texts) == (Encoding.TCVN3, ".VnTime", 3)
    assert (found.example, found.converted) == ("NguyÔn V¨n H¶i", "Nguyễn Văn Hải")
    # "Bình" wears the old font and is proper: nobody typed "Bỡnh".
    assert convert_all(cells, Encoding.TCVN3, fonts) == [
        *("Thôn 2", "Hoàng", "Nguyễn Văn Hải", "Hộ", "Hộ nghèo", "Bình", "Đặng Thị Thủy", "12"),
    ]


def test_a_text_that_could_be_both_goes_with_its_column() -> None:
    assert convert_all(["Hé", "NguyÔn V¨n H¶i"], Encoding.TCVN3) == ["Hộ", "Nguyễn Văn Hải"]
    assert convert_all(["Hé", "Nguyễn Văn Hải"], Encoding.TCVN3) == ["Hé", "Nguyễn Văn Hải"]
    assert convert_all(["Hoàng", "Nguyeãn Vaên Haûi"], Encoding.VNI) == ["Hồng", "Nguyễn Văn Hải"]
    assert reading_of("Hoàng", Encoding.VNI) is Reading.EITHER


def test_proper_text_in_an_old_font_is_no_evidence() -> None:
    assert (
        recognise(
            ["Nguyễn Văn Hải", "Lê Văn Tám", "Lan", "12"], [".VnTime", "VNI-Times", ".VnTimeH", ".VnTime"]
        )
        is None
    )


def test_one_short_text_needs_its_font() -> None:
    assert recognise(["Hé"]) is None
    assert recognise(["Hé"], ["Calibri"]) is None
    assert recognise(["Hé"], [".VnArial"]) is not None


@pytest.mark.parametrize(
    ("coded", "text"),
    [
        ("X\u00b7 Phan S¬n", "Xã Phan Sơn"),
        ("x\u00b7 phan s¬n", "xã phan sơn"),
        ("X\u00b7 PHAN S¥N", "XÃ PHAN SƠN"),
        ("L\u00fd", "Lý"),
        ("Aµ", "À"),  # some typed the capital and the small letter's code
        ("¤ng Lª V¨n T¸m", "Ông Lê Văn Tám"),
        ("\u03bcng \u03bcnh Hå", "àng ành Hồ"),  # a program had made a Greek letter of the micro sign
        ("K'Brªl", "K'Brêl"),
        ("UBND x\u00b7 PHAN §IÒN", "UBND xã PHAN ĐIỀN"),
    ],
)
def test_capitals_and_odd_cases_of_tcvn3(coded: str, text: str) -> None:
    assert convert(coded, Encoding.TCVN3) == text


@pytest.mark.parametrize(
    ("font", "encoding"),
    [
        *(
            (font, Encoding.TCVN3)
            for font in (".VnTime", ".VnTimeH", ".VnArial Narrow", ".VNTIME", " .vnAvant ")
        ),
        *((font, Encoding.VNI) for font in ("VNI-Times", "VNI-Helve-Condense", "vni times", "VNI_Univer")),
        *((font, None) for font in ("Times New Roman", "Calibri", "", None, "Vnext", "VN")),
    ],
)
def test_fonts_name_their_encoding(font: str | None, encoding: Encoding | None) -> None:
    assert encoding_of_font(font) is encoding
