"""Citizen numbers: however they are typed they read alike; sealed, digested and masked they stay hidden."""

import base64
import math
import re
from decimal import Decimal

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from core.checks import person_key_is_usable
from core.exceptions import InvalidRequest
from core.personal_numbers import (
    NumberKind,
    NumberReason,
    NumberUnreadable,
    ReadNumber,
    birth_registration_codes,
    check_person_key,
    complete,
    digest,
    digest_old,
    looks_like_number,
    mask,
    mask_sealed,
    normalise,
    open_sealed,
    seal,
)

pytestmark = pytest.mark.unit

NUMBERS = st.text("0123456789", min_size=12, max_size=12)
PARTINGS = st.lists(
    st.sampled_from(["", " ", ".", "\u00a0", "\u202f", "\t", " . "]), min_size=13, max_size=13
)
OTHER_KEY = base64.b64encode(b"o" * 32).decode()


@given(NUMBERS, PARTINGS)
def test_spaces_and_dots_do_not_matter(number: str, partings: list[str]) -> None:
    typed = "".join(f"{parting}{figure}" for parting, figure in zip(partings, f"{number}.", strict=True))

    assert normalise(typed) == number
    assert looks_like_number(typed)
    assert normalise(normalise(typed)) == number


@given(st.text(max_size=20) | st.text("0123456789 .-", min_size=10, max_size=16))
def test_what_is_read_is_always_twelve_plain_digits(typed: str) -> None:
    if looks_like_number(typed):
        number = normalise(typed)
        assert len(number) == 12
        assert number.isascii()
        assert number.isdigit()
    else:
        with pytest.raises(InvalidRequest, match="12"):
            normalise(typed)


@pytest.mark.parametrize(
    "typed", ["", "06020000123", "0602000012345", "06020000012a", "٠٦٠٢٠٠٠٠٠١٢٣", "-06020000123"]
)
def test_anything_else_is_refused_without_repeating_it(typed: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        normalise(typed)

    assert not typed or typed not in f"{refused.value.message} {refused.value.what_to_do}"


@given(NUMBERS)
def test_sealing_comes_back_and_never_looks_alike(number: str) -> None:
    first, second = seal(number), seal(number)

    assert open_sealed(first) == open_sealed(second) == number
    assert first != second
    assert number not in first
    assert len(first) <= 160


@given(NUMBERS, NUMBERS)
def test_digests_are_equal_for_equal_numbers_only(first: str, second: str) -> None:
    assert (digest(first) == digest(second)) == (first == second)
    assert len(digest(first)) == 64


def test_another_key_opens_nothing_and_finds_nothing(settings) -> None:
    sealed, found = seal("060200001234"), digest("060200001234")
    settings.PERSON_KEY = OTHER_KEY

    with pytest.raises(NumberUnreadable) as refused:
        open_sealed(sealed)

    assert "PERSON_KEY" in str(refused.value.what_to_do)
    assert digest("060200001234") != found
    assert mask_sealed(sealed, with_last_digits=True) == "•" * 12


@pytest.mark.parametrize("sealed", ["", "no base64", base64.b64encode(b"short").decode()])
def test_what_was_never_sealed_does_not_open(sealed: str) -> None:
    with pytest.raises(NumberUnreadable):
        open_sealed(sealed)


def test_masks_show_the_last_three_digits_to_keepers_only() -> None:
    sealed = seal("060200001234")

    assert mask("060200001234") == "•••••••••234"
    assert mask_sealed(sealed, with_last_digits=True) == "•••••••••234"
    assert mask_sealed(sealed, with_last_digits=False) == "••••••••••••"
    assert mask_sealed("", with_last_digits=True) == ""


@pytest.mark.parametrize("key", ["", "short", "not base64!", base64.b64encode(b"x" * 31).decode()])
def test_an_unusable_key_stops_the_start(settings, key: str) -> None:
    settings.PERSON_KEY = key

    with pytest.raises(ImproperlyConfigured, match="openssl rand"):
        check_person_key()

    assert [error.id for error in person_key_is_usable(None)] == ["core.E001"]


def test_the_configured_key_is_usable() -> None:
    assert person_key_is_usable(None) == []


K, R = NumberKind, NumberReason


@pytest.mark.parametrize(
    ("value", "year", "woman", "number"),
    [
        (60070001234, 1970, None, "060070001234"),
        (60070001234, 1970, False, "060070001234"),
        (60170001234, 1970, True, "060170001234"),
        (60070001234.0, 1970, None, "060070001234"),
        (Decimal(10205001234), 2005, None, "010205001234"),
        (96305001234, 2005, True, "096305001234"),
    ],
)
def test_a_zero_that_a_numeric_cell_dropped_is_completed(
    value: object, year: int, woman: bool | None, number: str
) -> None:
    read = complete(value, birth_year=year, is_woman=woman)

    assert (read.kind, read.number, read.completed, read.reason) == (K.CITIZEN, number, True, R.LOST_ZERO)
    assert read.shown == f"•••••••••{number[-3:]}"


@pytest.mark.parametrize(
    ("value", "year", "woman", "reason"),
    [
        (60070001234, 1971, None, R.YEAR_DIFFERS),
        (60070001234, 2070, None, R.YEAR_DIFFERS),
        (60270001234, 1970, None, R.YEAR_DIFFERS),  # the century is of 2070
        (60070001234, 1970, True, R.SEX_DIFFERS),
        (60170001234, 1970, False, R.SEX_DIFFERS),
        (60070001234, None, None, R.NO_BIRTH_YEAR),
        (97070001234, 1970, None, R.PLACE_UNKNOWN),
        (61070001234, 1970, None, R.PLACE_UNKNOWN),
        ("60070001234", 1970, None, R.TYPED_ELEVEN),
        ("60070001234.0", 1970, None, R.TYPED_ELEVEN),
        ("60.070.001.234", 1970, None, R.TYPED_ELEVEN),
        (1070001234, 1970, None, R.TEN_DIGITS),
        ("1070001234", 1970, None, R.TEN_DIGITS),
        (12345678, 1970, None, R.LENGTH),
        (123456789012345, 1970, None, R.LENGTH),
        ("06007000123a", 1970, None, R.TYPED_ELEVEN),
        ("12", 1970, None, R.LENGTH),
        ("6.0071E+10", 1951, None, R.SCIENTIFIC),
        ("6,0071e10", 1951, None, R.SCIENTIFIC),
        *((value, 1970, None, R.NOT_WHOLE) for value in (6.5, -60070001234, math.nan, math.inf, 10**20)),
        ("060070001238/260123456", 1970, None, R.TWO_NUMBERS),
        ("Cũ 260123456, mới 060070001238", 1970, None, R.TWO_NUMBERS),
        *((value, 1970, None, R.WORDS) for value in ("Lê Văn Tám", True, b"x", "?!a")),
    ],
)
def test_anything_doubtful_is_asked(
    value: object, year: int | None, woman: bool | None, reason: NumberReason
) -> None:
    read = complete(value, birth_year=year, is_woman=woman)

    assert (read.kind, read.number, read.completed, read.reason) == (K.ASKED, "", False, reason)
    assert sum(char.isdigit() for char in read.shown) in {0, 3}


@pytest.mark.parametrize(
    ("value", "kind", "number", "remark"),
    [
        ("060070001235", K.CITIZEN, "060070001235", ""),
        (160070001235, K.CITIZEN, "160070001235", ""),
        ("060.070.001.237", K.CITIZEN, "060070001237", ""),
        ("060 070\u00a0001 237", K.CITIZEN, "060070001237", ""),
        ("060,070,001,237", K.CITIZEN, "060070001237", ""),
        ("'060070001237", K.CITIZEN, "060070001237", ""),
        ("060070001237.0", K.CITIZEN, "060070001237", ""),
        ("\u200b060070\xad001237", K.CITIZEN, "060070001237", ""),
        ("CCCD: 060070001237", K.CITIZEN, "060070001237", ""),
        ("Số căn cước công dân 060070001237", K.CITIZEN, "060070001237", ""),
        ("060070001238 (cấp 2021)", K.CITIZEN, "060070001238", "cấp 2021"),
        ("060070001238 cấp ngày 12/5/2021", K.CITIZEN, "060070001238", "cấp ngày 12/5/2021"),
        ("060070001238 2021", K.CITIZEN, "060070001238", "2021"),
        ("060070001238-hết hạn", K.CITIZEN, "060070001238", "hết hạn"),
        ("060070001238\n(mới)", K.CITIZEN, "060070001238", "mới"),
        ("260123456", K.OLD, "260123456", ""),
        (260123456, K.OLD, "260123456", ""),
        ("260 123 456", K.OLD, "260123456", ""),
        ("CMND 260.123.456 (cũ)", K.OLD, "260123456", "cũ"),
    ],
)
def test_numbers_are_read_however_they_stand(
    value: object, kind: NumberKind, number: str, remark: str
) -> None:
    read = complete(value, birth_year=1951)

    assert (read.kind, read.number, read.remark, read.completed) == (kind, number, remark, False)
    assert read.shown == mask(number)
    assert read.digits == len(number)


@pytest.mark.parametrize(
    ("value", "remark"),
    [
        *(
            (value, "")
            for value in (
                None,
                "",
                "  ",
                "-",
                "–",
                "x",
                "X",
                "Chưa có",
                "không có",
                "Không",
                "...",
                "0",
                0,
                "N/A",
            )
        ),
        *((value, "") for value in ("ko", "K có", "Chưa làm", "chua co")),
        *((value, value) for value in ("Mất giấy tờ", "Không nhớ số", "Đang làm lại")),
    ],
)
def test_no_number_is_empty(value: object, remark: str) -> None:
    assert complete(value, birth_year=1951) == ReadNumber(K.EMPTY, remark=remark)


@given(
    st.text(max_size=40) | st.text("0123456789 .,-()/E+x", max_size=30) | st.floats() | st.integers(),
    st.none() | st.integers(1900, 2030),
)
def test_whatever_stands_there_is_one_of_four_kinds(value: object, year: int | None) -> None:
    read = complete(value, birth_year=year)

    assert len(read.number) == {K.CITIZEN: 12, K.OLD: 9}.get(read.kind, 0)
    assert read.number == "" or (read.number.isascii() and read.number.isdigit())
    assert (read.kind is K.ASKED) == (read.reason not in {R.NONE, R.LOST_ZERO})
    assert not re.search("[0-9]{6}", read.remark)
    assert not re.search("[0-9]{4}", f"{read!r} {read} {read.shown}")
    assert not read.completed or (read.reason is R.LOST_ZERO and isinstance(value, int | float))


@given(
    st.sampled_from(sorted(birth_registration_codes())),
    st.integers(1900, 2099),
    st.booleans(),
    st.integers(0, 999_999),
)
def test_only_numbers_that_agree_are_completed(code: str, year: int, woman: bool, rest: int) -> None:
    number = f"{code}{(year - 1900) // 100 * 2 + woman}{year % 100:02}{rest:06}"

    read = complete(int(number), birth_year=year, is_woman=woman)

    assert read.number == (number if code >= "010" else "")
    assert read.completed == (code >= "010")
    for other_year, other_sex in ((year + 1, woman), (year - 100, woman), (year, not woman)):
        assert complete(int(number), birth_year=other_year, is_woman=other_sex).kind is K.ASKED


def test_the_list_of_codes_is_the_ministrys() -> None:
    codes = birth_registration_codes()

    assert len(codes) == 63
    assert (codes["001"], codes["060"], codes["068"], codes["096"]) == (
        "Hà Nội",
        "Bình Thuận",
        "Lâm Đồng",
        "Cà Mau",
    )
    assert all(re.fullmatch("0[0-9]{2}", code) for code in codes)


@given(st.text("0123456789", min_size=9, max_size=9))
def test_old_numbers_never_meet_citizen_numbers(number: str) -> None:
    assert digest_old(number) == digest_old(number)
    assert digest_old(number) != digest(number)
    assert open_sealed(seal(number)) == number
    assert mask(number) == f"••••••{number[-3:]}"
    assert mask_sealed(seal(number), with_last_digits=False, digits=9) == "•" * 9
