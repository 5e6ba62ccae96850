"""Citizen numbers: however they are typed they read alike; sealed, digested and masked they stay hidden."""

import base64

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from core.checks import person_key_is_usable
from core.exceptions import InvalidRequest
from core.personal_numbers import (
    NumberUnreadable,
    check_person_key,
    digest,
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
