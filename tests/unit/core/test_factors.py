"""Codes of authenticator apps against the standard's own examples, sealing, and recovery codes."""

import pytest
from django.conf import LazySettings

from core import factors

# RFC 6238, appendix B, SHA-1: the last six of its eight digits.
SECRET = b"12345678901234567890"
EXAMPLES = [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")]


@pytest.mark.parametrize(("moment", "code"), EXAMPLES)
def test_codes_are_those_of_the_standard(moment: int, code: str) -> None:
    assert factors.code_at(SECRET, moment) == code


@pytest.mark.parametrize(
    ("late_s", "is_good"), [(-31, False), (-30, True), (0, True), (59, True), (60, False)]
)
def test_a_clock_may_differ_by_one_step(late_s: int, is_good: bool) -> None:
    moment = 1_700_000_010  # a step begins here
    code = factors.code_at(SECRET, moment)

    assert (factors.step_of(SECRET, code, moment + late_s) is not None) is is_good


def test_a_step_is_the_codes_own_and_not_that_of_now() -> None:
    moment = 1_700_000_010
    code = factors.code_at(SECRET, moment)

    assert factors.step_of(SECRET, code, moment + 30) == factors.step_of(SECRET, code, moment) == moment // 30


def test_a_sealed_secret_opens_with_this_key_only(settings: LazySettings) -> None:
    secret = factors.new_secret()
    sealed = factors.seal_secret(secret)

    assert factors.open_secret(sealed) == secret
    assert secret.hex() not in sealed
    old = settings.SECRET_KEY
    settings.SECRET_KEY = "another key of this server"
    assert factors.open_secret(sealed) is None
    settings.SECRET_KEY_FALLBACKS = [old]
    assert factors.open_secret(sealed) == secret


def test_recovery_codes_differ_and_are_known_however_they_are_typed() -> None:
    codes = factors.new_recovery_codes()

    assert len(set(codes)) == factors.RECOVERY_COUNT
    for code in codes:
        typed = code.upper().replace("-", " ")
        assert factors.recovery_digest(typed) == factors.recovery_digest(code)
        assert code.replace("-", "") not in factors.recovery_digest(code)


def test_the_secret_can_be_typed_and_read_from_an_address() -> None:
    assert factors.typed_secret(SECRET).replace(" ", "") == "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert factors.app_address(SECRET, "an", "Khen thưởng").startswith("otpauth://totp/")
