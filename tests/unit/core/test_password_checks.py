"""Which passwords are refused, and that ordinary good ones are not."""

from collections.abc import Iterable
from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from core import password_checks
from core.models import User


@pytest.fixture
def person(monkeypatch: pytest.MonkeyPatch) -> User:
    def around(user: Any) -> Iterable[str]:
        return ["Tỉnh Bình Thuận", "Xã Phan Điền", "Vì người nghèo - Không ai bị bỏ lại phía sau"]

    monkeypatch.setattr(password_checks, "_word_sources", [around])
    return User(pk=1, username="ntan.phandien", full_name="Nguyễn Thị Ân", email="anan.nguyen@example.vn")


def codes(password: str, person: User | None) -> set[str]:
    try:
        validate_password(password, person)
    except ValidationError as refused:
        return {one.code for one in refused.error_list}
    return set()


@pytest.mark.parametrize(
    "password",
    [
        "khenthuong2025",
        "KhenThuong@2025",
        "Khen-Thưởng-2025",
        "2025khenthuong!!",
        "kh3nthu0ng2025",
        "thiduakhenthuong",
        "vinguoingheo2025",
        "binhthuan123456",
        "BinhThuan#2026",
        "phandien2025!!",
        "xaphandien01012025",
        "nguyenthian1985",
        "NguyenThiAn@85",
        "ntan.phandien1",
        "matkhau2025!!",
        "Password12345",
        "khongaibibolaiphiasau1",
    ],
)
def test_words_of_the_work_and_of_the_person_are_refused(person: User, password: str) -> None:
    assert codes(password, person) & {"password_context_words", "password_too_common", "password_too_similar"}


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("ngan9", "password_too_short"),
        ("anhyeuem123", "password_too_common"),
        ("918273645546372", "password_entirely_numeric"),
        ("sóng " * 30, "password_too_long"),
    ],
)
def test_short_common_numeric_and_endless_ones_are_refused(person: User, password: str, code: str) -> None:
    assert code in codes(password, person)


@pytest.mark.parametrize(
    "password",
    [
        "sóng cỏ mực đèn dầu",
        "trâu xanh đi học muộn",
        "con-meo-ngoi-tren-noc-bep-7",
        "x7$kQ9!2#fZ3vb",
        "bình thuận có con voi tím",
        "correct horse battery staple",
    ],
)
def test_several_words_that_have_nothing_to_do_with_it_are_taken(person: User, password: str) -> None:
    assert codes(password, person) == set()


def test_the_unit_of_another_is_no_known_word() -> None:
    stranger = User(username="binh", full_name="Trần Văn Bình")

    assert codes("phanhoadien-quyet-9", stranger) == set()


def test_help_says_what_does_not_count(person: User) -> None:
    assert password_checks.ContextWordsValidator().get_help_text()
    assert password_checks.LengthLimitValidator().get_help_text() == ""
