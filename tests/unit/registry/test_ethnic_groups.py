"""The list of peoples: every spelling leads to one, and what is not listed is asked."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text import fold
from registry.ethnic_groups import ethnic_groups, is_minority, read_people


def test_there_are_fifty_four_peoples_and_one_majority() -> None:
    groups = ethnic_groups()

    assert len(groups.names) == len(set(groups.names)) == 54
    assert [name for name in groups.names if not is_minority(name)] == ["Kinh"] == [groups.majority]
    assert list(groups.names) == sorted(groups.names, key=fold)


@pytest.mark.parametrize(
    ("text", "people"),
    [
        *(
            (text, "Ra-glai")
            for text in ("Rai", "RAI", "Raglai", "Ra Glai", "Raglay", "Ra-clây", "Dân tộc Rai", "La-oang")
        ),
        *(
            (text, "Cơ-ho")
            for text in ("K'ho", "K’ho", "Kʼ Ho", "Cơ Ho", "Kơho", "Kơ-ho", "KHO", "Nộp", "Xrê")
        ),
        *(
            (text, "Chăm")
            for text in ("Chăm", "CHĂM", "Chàm", "Cham", "người Chăm", "DT: Chăm", "Chăm (Bà-ni)")
        ),
        *((text, "Hoa") for text in ("Hoa", "hoa", "Hán", "Hoa (Hán)", "Người Hoa")),
        *((text, "Kinh") for text in ("Kinh", " kinh ", "Việt", "Kinh (Việt)", "Dân tộc: Kinh")),
        *(
            ("Ê Đê", "Ê-đê"),
            ("Ede", "Ê-đê"),
            ("H’Mông", "Mông"),
            ("Khmer", "Khơ-me"),
            ("S'tiêng", "Xtiêng"),
            ("Lao", "Lào"),
        ),
        *(
            ("Chơro", "Chơ-ro"),
            ("Châu Ro", "Chơ-ro"),
            ("Gia Rai", "Gia-rai"),
            ("M'nông", "Mnông"),
            ("Thổ", "Thổ"),
        ),
        ("Tày", "Tày"),
        ("Chăm (mẹ người Kinh)", "Chăm"),
    ],
)
def test_spellings_of_lists_are_known(text: str, people: str) -> None:
    assert read_people(text) == people
    assert read_people(unicodedata.normalize("NFD", text)) == people
    assert is_minority(text) == (people != "Kinh")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "x",
        "Khác",
        "Kinh (lai Chăm)",
        "Chăm (lai Kinh)",
        "Kinh/Chăm",
        "Kinh, Chăm",
        "Chăm (Kinh)",
        "Hẹ",
        "Mán",
        "Xá",
        "Láo",
        "14",
        "Chấm",
        "Nước ngoài",
    ],
)
def test_what_is_not_listed_is_asked(text: str) -> None:
    assert read_people(text) is None
    assert is_minority(text) is None


@given(
    st.sampled_from(sorted(set(ethnic_groups().by_spelling.values()))),
    st.sampled_from([str, str.upper, str.lower]),
)
def test_each_name_is_its_own_in_any_case(name: str, case) -> None:
    assert read_people(case(name)) == name
    assert read_people(case(name).replace("-", " ")) == name
    assert read_people(case(name).replace("-", "").replace(" ", "")) == name


@given(st.text(max_size=30))
def test_any_text_is_a_people_or_asked(text: str) -> None:
    assert read_people(text) in {None, *ethnic_groups().names}


@pytest.mark.parametrize("text", ["DTTS", "Thiểu số", "dân tộc thiểu số", "DT thiểu số"])
def test_a_minority_may_be_said_without_its_name(text: str) -> None:
    assert read_people(text) is None
    assert is_minority(text) is True
