"""Names as offices write them: every writing of one name is one name, and two names stay two."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.spreadsheets.cells import read_number, read_text
from core.spreadsheets.problems import CellProblem
from core.spreadsheets.totals import is_total
from core.text import match_key
from registry.enums import UnitForm
from registry.imports.bodies_columns import read_tax_code
from registry.imports.body_names import body_key, form_of_name, without_committee, written_out
from registry.imports.places import village_key
from registry.imports.village_names import calmed, read_village_kind, village_name
from registry.unit_names import one_spelling, parse_name

# Syllables with every kind of vowel, tone and lead; the second writing sets the tone where the other school does.
SYLLABLES = [
    *("Hòa", "Thủy", "Phước", "Đức", "Ẩn", "Nghĩa", "Quý", "Yến", "Lương", "Sơn", "Phong", "Nẫm", "Nam"),
    *("Điền", "Tuấn", "Khoẻ", "Uý", "Bình", "Ô", "Ngọc", "Huệ", "Ý", "Rạng", "Tà", "Mỹ"),
]
OTHER_TONES = {"Hòa": "Hoà", "Thủy": "Thuỷ", "Khoẻ": "Khỏe", "Uý": "Úy"}
bare_names = st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=4).map(" ".join)


@st.composite
def writings(draw: Any, names: Any) -> tuple[str, str]:
    """A name and another writing of it: NFC or NFD, case, tone placement, spaces."""
    name: str = draw(names)
    other = name
    if draw(st.booleans()):
        other = " ".join(OTHER_TONES.get(word, word) for word in other.split(" "))
    other = draw(st.sampled_from([str, str.upper, str.lower, str.title]))(other)
    other = unicodedata.normalize(draw(st.sampled_from(["NFC", "NFD"])), other)
    gap = draw(st.sampled_from([" ", "  ", "\u00a0", " \t"]))
    return name, draw(st.sampled_from(["", " "])) + gap.join(other.split(" ")) + draw(
        st.sampled_from(["", " ", "."])
    )


@given(writings(bare_names))
def test_every_writing_of_a_name_is_one_name(pair: tuple[str, str]) -> None:
    name, other = pair

    assert match_key(name) == match_key(other)


@given(bare_names, bare_names)
def test_two_names_stay_two(first: str, second: str) -> None:
    assert (match_key(first) == match_key(second)) == (first == second)


@pytest.mark.slow  # a hundred names for each way of writing a title
@pytest.mark.parametrize(
    ("words", "type_"),
    [
        *((lead, "thi_tran") for lead in ("Thị trấn ", "TT. ", "TT.", "tt ", "THỊ TRẤN ")),
        *((lead, "phuong") for lead in ("Phường ", "P. ", "P.", "p ")),
        *((lead, "xa") for lead in ("Xã ", "X. ", "X.", "x ")),
        *((lead, "huyen") for lead in ("Huyện ", "H. ", "H.")),
        *((lead, "thi_xa") for lead in ("Thị xã ", "TX. ", "TX.")),
        *((lead, "thanh_pho") for lead in ("Thành phố ", "TP. ", "TP.", "tp ")),
    ],
)
@given(pair=writings(bare_names))
def test_abbreviated_titles_are_told_from_names(words: str, type_: str, pair: tuple[str, str]) -> None:
    name, other = pair

    written = parse_name(f"{words}{other.strip()}")

    assert (written.type, written.bare) == (type_, one_spelling(match_key(name)))


VILLAGES = [
    ("Khu phố", "khu_pho", ("Khu phố ", "KHU PHỐ ", "khu  phố ", "KP ", "KP.", "kp. ", "Kp")),
    ("Thôn", "thon", ("Thôn ", "THÔN ", "thôn: ", "Thon ")),
    ("Tổ dân phố", "khu_pho", ("Tổ dân phố ", "TDP ", "tdp.", "TDP")),
]


@pytest.mark.parametrize(("title", "kind", "leads"), VILLAGES)
@given(number=st.integers(1, 99))
def test_numbered_villages_are_one_however_they_are_written(
    title: str, kind: str, leads: tuple[str, ...], number: int
) -> None:
    for lead in leads:
        assert village_name(read_text(f"{lead}{number}"), None) == (kind, f"{title} {number}")
        assert village_key(f"{lead}{number}") == str(number) or lead in {"Thon "}


@pytest.mark.parametrize(("title", "kind", "leads"), VILLAGES)
@given(pair=writings(bare_names))
def test_named_villages_are_one_however_they_are_written(
    title: str, kind: str, leads: tuple[str, ...], pair: tuple[str, str]
) -> None:
    name, other = pair
    for lead in (one for one in leads if one[-1] in " ."):
        found_kind, found = village_name(read_text(f"{lead}{other}"), None)
        assert (found_kind, match_key(found)) == (kind, match_key(f"{title} {name}"))


@pytest.mark.parametrize("name", ["Phú Sơn", "Kpă Lơng", "Thônglo", "Ấpbắc", "Bảnh", ""])
def test_a_name_that_says_no_title_is_asked_about(name: str) -> None:
    with pytest.raises(CellProblem):
        village_name(name or "3", None)


def test_the_column_gives_the_title_that_the_name_lacks() -> None:
    assert village_name("PHÚ SƠN", "thon") == ("thon", "Thôn Phú Sơn")
    assert village_name("3A", "khu_pho") == ("khu_pho", "Khu phố 3A")
    assert [read_village_kind(one) for one in ("Thôn", "KP", "tổ dân phố", "ấp", "")] == [
        *("thon", "khu_pho", "khu_pho", "thon", None)
    ]


@pytest.mark.parametrize(
    ("shouted", "calm"),
    [
        ("PHÚ SƠN", "Phú Sơn"),
        ("XUÂN AN II", "Xuân An II"),
        ("KP3B", "KP3B"),
        ("Phú SƠN", "Phú SƠN"),
        ("3", "3"),
    ],
)
def test_shouted_names_are_calmed(shouted: str, calm: str) -> None:
    assert calmed(shouted) == calm


@pytest.mark.parametrize(
    "writings_",
    [
        ("HTX Hòa Thắng", "Hợp tác xã Hoà Thắng", "HTX. HÒA THẮNG"),
        ("Cty TNHH MTV Đại Phú", "Công ty TNHH một thành viên Đại Phú", "CTY TNHH MTV  ĐẠI PHÚ"),
        ("DNTN Minh Phú", "Doanh nghiệp tư nhân Minh Phú"),
        ("Sở LĐ-TB&XH", "Sở Lao động - Thương binh và Xã hội", "Sở LĐTBXH", "Sở LĐTBXH tỉnh Bình Thuận"),
        ("Sở NN&PTNT", "Sở Nông nghiệp và Phát triển nông thôn", "SỞ NNPTNT TỈNH"),
        ("Hội LHPN tỉnh", "Hội Liên hiệp Phụ nữ", "Hội Liên hiệp phụ nữ tỉnh Bình Thuận"),
        ("QTDND Chợ Lầu", "Quỹ tín dụng nhân dân Chợ Lầu"),
        ("UBMTTQ Việt Nam tỉnh", "Ủy ban Mặt trận Tổ quốc VN", "Uỷ ban Mặt trận Tổ quốc Việt Nam tỉnh"),
    ],
)
def test_abbreviations_of_bodies_are_written_out(writings_: tuple[str, ...]) -> None:
    assert len({body_key(one, match_key("Bình Thuận")) for one in writings_}) == 1


def test_another_provinces_body_stays_another() -> None:
    ours = match_key("Bình Thuận")

    assert body_key("Sở Nội vụ tỉnh Lâm Đồng", ours) != body_key("Sở Nội vụ", ours)


@given(writings(bare_names))
def test_writing_out_twice_changes_nothing(pair: tuple[str, str]) -> None:
    for text in pair:
        assert written_out(written_out(f"HTX {text}")) == written_out(f"HTX {text}")


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("Tổng công ty Cấp nước", UnitForm.CORPORATION),
        ("Cty CP Thanh long", UnitForm.ENTERPRISE),
        ("Liên hiệp HTX Thanh long", UnitForm.COOPERATIVE_UNION),
        ("htx Một", UnitForm.COOPERATIVE),
        ("Ngân hàng Nông nghiệp", UnitForm.CREDIT_INSTITUTION),
        ("Ngân hàng Chính sách xã hội huyện", UnitForm.POLICY_BANK),
        ("Sở Tài chính", UnitForm.DEPARTMENT),
        ("Sông Lũy", None),
        ("Sổ tay", None),
    ],
)
def test_a_names_first_words_may_say_the_form(name: str, form: UnitForm | None) -> None:
    assert form_of_name(name) == form


def test_a_committee_stands_for_its_place() -> None:
    assert without_committee("UBND xã Phan Điền") == match_key("xã Phan Điền")
    assert without_committee("Ủy ban nhân dân huyện Bắc Bình") == match_key("huyện Bắc Bình")
    assert without_committee("Sở Nội vụ") == "Sở Nội vụ"


def test_a_corporation_is_no_total() -> None:
    assert is_total("TỔNG CỘNG")
    assert is_total("Tổng số: 5")
    assert not is_total("Tổng công ty Cấp nước")


@given(st.integers(0, 9_999_999_999), st.none() | st.integers(0, 999))
def test_tax_codes_are_read_in_every_writing(number: int, branch: int | None) -> None:
    code = f"{number:010d}"
    whole = code if branch is None else f"{code}-{branch:03d}"

    assert read_tax_code(whole) == whole
    assert read_tax_code(f" '{whole.replace('-', ' ')} ") == whole
    assert read_tax_code(whole.replace("-", "")) == whole


@pytest.mark.parametrize(
    "cell", ["123456789", 340012345.0, "34001234567", "3400123456-01", "MST", "3400123456-"]
)
def test_other_tax_codes_are_refused(cell: Any) -> None:
    with pytest.raises(CellProblem, match="tax_code_unreadable"):
        read_tax_code(cell)


@given(st.integers(0, 99_999_999))
def test_numbers_are_read_as_offices_type_them(number: int) -> None:
    dotted = f"{number:,}".replace(",", ".")

    for cell in (
        number,
        float(number),
        str(number),
        f"'{number}",
        f" {number} ",
        dotted,
        dotted.replace(".", " "),
    ):
        assert read_number(cell) == number


@given(st.integers(1000, 999_999))
def test_a_comma_that_may_be_a_fraction_is_asked_about(number: int) -> None:
    with pytest.raises(CellProblem) as refused:
        read_number(f"{number:,}")

    assert refused.value.code == "number_ambiguous"


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_and_never_fails(text: str) -> None:
    for read in (read_text, read_tax_code, read_village_kind, read_number):
        try:
            read(text)
        except CellProblem as problem:
            assert problem.code  # noqa: PT017 -- reading is free to do either
    form_of_name(text)
    body_key(text)
    village_key(text)


@pytest.mark.parametrize(
    ("written", "registered"),
    [
        ("H. Phú Quý", "Huyện Phú Quí"),
        ("Xã Thuận Quý", "Xã Thuận Quí"),
        ("X. Sơn Mĩ", "Xã Sơn Mỹ"),
        ("TX.LaGi", "Thị xã La Gi"),
        ("X.Đami", "Xã Đa Mi"),
        ("xã ĐaKai", "Xã Đa Kai"),
        ("Xã Sông Luỹ", "Xã Sông Lũy"),
        ("TT.Võ Xu", "Thị trấn Võ Xu"),
        ("Xã Phan Sơn (khu vực III)", "Xã Phan Sơn"),
        ("Xã La Dạ (xã ĐBKK) *", "Xã La Dạ"),
        ("UBND xã Phan Điền", "Xã Phan Điền"),
        ("Ủy ban nhân dân TT. Võ Xu", "Thị trấn Võ Xu"),
    ],
)
def test_spellings_of_one_unit_are_one(written: str, registered: str) -> None:
    assert parse_name(written) == parse_name(registered)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Xã Sông Lũy", "Xã Sông Lũi"),
        ("Xã Tân Hà", "Xã Tân Hải"),
        ("Xã Phong Nẫm", "Xã Phong Nam"),
        ("Xã Mây", "Xã Mai"),
    ],
)
def test_other_units_stay_other(one: str, other: str) -> None:
    assert parse_name(one) != parse_name(other)
