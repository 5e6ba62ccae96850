"""Numbers, dates, offices and grounds as the decree on clerical work writes them."""

from datetime import date

import pytest

from core.models import User
from registry.models import Unit
from reports.documents.imprint import Imprint
from reports.documents.issuing_bodies import body_of, grounds_on, initials, signer_of
from reports.documents.official import day_number, month_number

PLAN = "binh-thuan-2021-2025"


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2024, 1, 5), ("05", "01")),
        (date(2024, 2, 9), ("09", "02")),
        (date(2024, 3, 10), ("10", "3")),
        (date(2024, 12, 31), ("31", "12")),
    ],
)
def test_days_below_ten_and_the_first_two_months_bear_a_zero(day, expected) -> None:
    assert (day_number(day), month_number(day)) == expected


@pytest.mark.parametrize(("number", "text"), [(None, ""), (1, "01"), (9, "09"), (10, "10"), (123, "123")])
def test_numbers_below_ten_bear_a_zero(number, text) -> None:
    assert Imprint("TTr-X", date(2025, 1, 1), number).number_text == text


def test_initials_skip_small_words() -> None:
    assert initials("Sở Lao động - Thương binh và Xã hội") == "SLĐTBXH"


@pytest.mark.parametrize(
    ("day", "decree"),
    [
        (date(2023, 12, 31), "91/2017"),
        (date(2024, 1, 1), "98/2023"),
        (date(2025, 6, 30), "98/2023"),
        (date(2025, 7, 1), "152/2025"),
    ],
)
def test_grounds_follow_the_law_of_the_day(day, decree) -> None:
    text = " ".join(grounds_on(day, PLAN))

    found = {number for number in ("91/2017", "98/2023", "152/2025") if number in text}
    assert found == {decree}


def test_another_movement_does_not_rest_on_the_first_ones_texts() -> None:
    assert not any("666/QĐ-TTg" in ground for ground in grounds_on(date(2025, 8, 1), "another-plan"))


def test_office_without_an_entry_gets_its_words_from_the_register() -> None:
    province = Unit(key="la", kind="province", admin_type="tinh", name="Tỉnh Lâm Đồng")
    office = body_of(
        Unit(key="la.so-nnmt", kind="agency", name="Sở Nông nghiệp và Môi trường", parent=province)
    )

    assert office.superior == "Ủy ban nhân dân tỉnh Lâm Đồng"
    assert office.place == "Lâm Đồng"
    assert office.abbreviation == "SNNMT"


@pytest.mark.parametrize(
    ("position", "on_behalf", "post", "name"),
    [
        ("Giám đốc Sở", "", "Giám đốc", "Ngô Đình Lộc"),
        ("Phó Giám đốc Sở", "Giám đốc", "Phó Giám đốc", "Ngô Đình Lộc"),
        ("Chuyên viên", "", "Giám đốc", ""),
        ("", "", "Giám đốc", ""),
    ],
)
def test_signer_is_whom_the_records_name(position, on_behalf, post, name) -> None:
    province = Unit(key="bt", kind="province", admin_type="tinh", name="Tỉnh Bình Thuận")
    office = body_of(Unit(key="so", kind="agency", form="department", name="Sở", parent=province))

    signer = signer_of(office, User(full_name="Ngô Đình Lộc", position=position))

    assert (signer.on_behalf, signer.post, signer.name) == (on_behalf, post, name)
