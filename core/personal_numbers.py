"""Citizen numbers: read as people write them, sealed for storage, digested for searching, masked for showing.

A number is never stored readable. Two values stand for it, made with two keys that are both derived from
`PERSON_KEY`: the sealed number, which only the key opens again, and a keyed digest, by which equal numbers are found.
Without the key a digest tells nothing: there are too few citizen numbers for a plain hash to hide one. Old numbers of
nine digits have a digest of their own kind: they are a weak sign of a person and must never meet the citizen numbers.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from core.exceptions import InvalidRequest, Refusal
from core.text import fold, without_invisible
from core.yaml_files import read_yaml

DIGITS = 12
OLD_DIGITS = 9
SHOWN_DIGITS = 3
DOT = "•"
_KEY_BYTES = 32
_PARTING = re.compile(r"[\s.\u200b\ufeff]+")
_NUMBER = re.compile(r"[0-9]{12}")
_CODES = Path(__file__).parent / "data" / "birth_registration_codes.yaml"

_SCIENTIFIC = re.compile(r"[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]+")
_WHOLE_WITH_ZEROS = re.compile(r"([0-9]{6,})[.,]0+")
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+")
_RUN = re.compile(r"[0-9](?:[\s.\-]{0,3}[0-9])*")
_CALLED = re.compile(
    r"(?:số\s*)?(?:(?:thẻ\s*)?(?:căn\s*cước(?:\s*công\s*dân)?|cccd|cmnd|cmt|đdcn|định\s*danh(?:\s*cá\s*nhân)?))(?:\s*số)?",
    re.IGNORECASE,
)
_LEAST_RUN = 6
_LARGEST = 10**15  # beyond it a numeric cell has lost digits
_REMARK_LIMIT = 160
_AROUND_REMARK = " \t\n,;:./|'\"-–—*"
_NONE_WORDS = frozenset(
    (
        *(
            "",
            "x",
            "0",
            "khong",
            "khong co",
            "chua",
            "chua co",
            "chua lam",
            "chua cap",
            "chua duoc cap",
            "ko",
            "ko co",
        ),
        *(
            "k",
            "k co",
            "kh",
            "kh co",
            "null",
            "none",
            "n a",
            "trong",
            "chua co cccd",
            "khong co cccd",
            "chua co so",
        ),
    )
)
_NONE_LEADS = ("chua ", "khong ", "ko ", "mat", "bi mat", "dang ", "lam that lac", "that lac")


class NumberUnreadable(Refusal):
    """A sealed number that the environment's key does not open."""

    status_code = 409

    def __init__(self) -> None:
        super().__init__(
            _("The recorded number cannot be opened with this server's key."),
            _("Ask the administrator to restore PERSON_KEY. The number itself is not lost."),
        )


class NumberKind(StrEnum):
    """What a cell for a number holds."""

    CITIZEN = "citizen"
    OLD = "old"
    EMPTY = "empty"
    ASKED = "asked"


class NumberReason(StrEnum):
    """Why a number is asked about, or was completed; the caller words it."""

    NONE = ""
    LOST_ZERO = "lost_zero"  # completed
    TYPED_ELEVEN = "typed_eleven"  # as text: no program dropped a zero
    NO_BIRTH_YEAR = "no_birth_year"
    YEAR_DIFFERS = "year_differs"
    SEX_DIFFERS = "sex_differs"
    PLACE_UNKNOWN = "place_unknown"
    TEN_DIGITS = "ten_digits"
    LENGTH = "length"
    SCIENTIFIC = "scientific"  # 6.0071E+10: the digits are lost
    NOT_WHOLE = "not_whole"
    TWO_NUMBERS = "two_numbers"
    WORDS = "words"


@dataclass(frozen=True, slots=True, repr=False)
class ReadNumber:
    """What was read. `number` is bare digits and stays out of logs; `shown` is for people, `digits` counts them.

    `remark` is what stood beside the number, or instead of one; it holds no number.
    """

    kind: NumberKind
    number: str = ""
    completed: bool = False
    remark: str = ""
    reason: NumberReason = NumberReason.NONE
    shown: str = ""
    digits: int = 0

    def __repr__(self) -> str:
        return f"<ReadNumber {self.kind} {self.reason}>"


@dataclass(frozen=True)
class _Keys:
    sealing: bytes
    digest: bytes
    old_digest: bytes


def normalise(text: str) -> str:
    """The twelve digits of a citizen number typed with or without spaces and dots.

    Raises InvalidRequest, whose sentence never repeats what was typed.
    """
    number = _PARTING.sub("", text)
    if not _NUMBER.fullmatch(number):
        raise InvalidRequest(
            _("A citizen number has exactly 12 digits."),
            _("Copy it from the identity card; spaces and dots between the digits do not matter."),
        )
    return number


def old_number_in(text: str) -> str:
    """The nine digits of an old card's number typed with or without spaces and dots; empty for anything else."""
    number = _PARTING.sub("", text)
    return number if len(number) == OLD_DIGITS and number.isascii() and number.isdigit() else ""


def looks_like_number(text: str) -> bool:
    """Whether a text is a citizen number, however its digits are parted."""
    return _NUMBER.fullmatch(_PARTING.sub("", text)) is not None


def complete(value: object, *, birth_year: int | None, is_woman: bool | None = None) -> ReadNumber:
    """The number in a cell, text or numeric.

    A numeric cell drops a leading zero. Eleven digits in one are completed only where the result has a code of birth
    registration and its century, sex and year agree with the row; where somebody lives is no evidence, because people
    move. All else that is not twelve digits, or nine of an old number, is asked. Never raises, never shows digits
    but the last three.
    """
    if value is None or value == "":
        return ReadNumber(NumberKind.EMPTY)
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return _read_numeric(value, birth_year, is_woman)
    if not isinstance(value, str):
        return _asked(NumberReason.WORDS)
    if _NUMBER.fullmatch(value):
        return _by_length(value, "")
    return _read_text(without_invisible(value))


def birth_registration_codes() -> Mapping[str, str]:
    """The three-digit codes with their provinces, as the ministry lists them."""
    return _codes()


def digest(number: str) -> str:
    """What equal numbers have in common: 64 characters, the same for one number wherever it is recorded.

    Takes the twelve digits; costs some microseconds, so that a whole file can be searched for.
    """
    return blake2b(number.encode(), digest_size=32, key=_keys().digest).hexdigest()


def digest_old(number: str) -> str:
    """What equal old numbers have in common. Never equal to the digest of a citizen number."""
    return blake2b(number.encode(), digest_size=32, key=_keys().old_digest).hexdigest()


def seal(number: str) -> str:
    """The number as only the environment's key opens it; two seals of one number differ."""
    return base64.b64encode(SecretBox(_keys().sealing).encrypt(number.encode())).decode()


def open_sealed(sealed: str) -> str:
    """The twelve digits inside. Raises NumberUnreadable when another key sealed them."""
    try:
        return SecretBox(_keys().sealing).decrypt(base64.b64decode(sealed, validate=True)).decode()
    except (CryptoError, binascii.Error, ValueError) as error:
        raise NumberUnreadable from error


def mask(number: str) -> str:
    """The number with its last three digits only: enough to compare with a card, too little to use."""
    return DOT * (len(number) - SHOWN_DIGITS) + number[-SHOWN_DIGITS:]


def mask_sealed(sealed: str, *, with_last_digits: bool, digits: int = DIGITS) -> str:
    """What pages show of a recorded number: dots, and its last digits for those who keep it. Empty when none is.

    A number that the key does not open is shown as dots: a page is no place to fail.
    """
    if not sealed:
        return ""
    if with_last_digits:
        with suppress(NumberUnreadable):
            return mask(open_sealed(sealed))
    return DOT * digits


def key_fingerprint() -> str:
    """What the person key shows of itself: the same for the same key, and of no use without it."""
    return blake2b(b"fingerprint", digest_size=16, key=_keys().digest).hexdigest()


def check_person_key() -> None:
    """Raise ImproperlyConfigured when the environment's person key cannot be used."""
    _keys()


def _read_numeric(value: float | Decimal, birth_year: int | None, is_woman: bool | None) -> ReadNumber:
    if not math.isfinite(value) or value < 0 or value > _LARGEST or value != int(value):
        return _asked(NumberReason.NOT_WHOLE)
    digits = str(int(value))
    if digits == "0":
        return ReadNumber(NumberKind.EMPTY)
    if len(digits) != DIGITS - 1:
        return _by_length(digits, "")
    number = f"0{digits}"
    reason = _against_completing(number, birth_year, is_woman)
    if reason is not NumberReason.NONE:
        return _asked(reason, digits)
    return ReadNumber(
        NumberKind.CITIZEN, number, True, reason=NumberReason.LOST_ZERO, shown=mask(number), digits=DIGITS
    )


def _against_completing(number: str, birth_year: int | None, is_woman: bool | None) -> NumberReason:
    """What speaks against a number that was completed: its place, century, year or sex; NONE when all agree."""
    if number[:3] not in _codes():
        return NumberReason.PLACE_UNKNOWN
    if birth_year is None:
        return NumberReason.NO_BIRTH_YEAR
    century, woman = divmod(int(number[3]), 2)
    if 1900 + 100 * century + int(number[4:6]) != birth_year:
        return NumberReason.YEAR_DIFFERS
    return NumberReason.SEX_DIFFERS if is_woman is not None and bool(woman) != is_woman else NumberReason.NONE


def _read_text(text: str) -> ReadNumber:
    text = " ".join(text.split())
    if _SCIENTIFIC.fullmatch(text):
        return _asked(NumberReason.SCIENTIFIC)
    if whole := _WHOLE_WITH_ZEROS.fullmatch(text):
        return _by_length(whole[1], "", typed=True)
    if _THOUSANDS.fullmatch(text):
        return _by_length(text.replace(",", ""), "", typed=True)
    runs = [run for run in _RUN.finditer(text) if sum(char.isdigit() for char in run[0]) >= _LEAST_RUN]
    if len(runs) > 1:
        return _asked(NumberReason.TWO_NUMBERS)
    if not runs:
        return _without_number(text)
    start, end = runs[0].span()
    digits = re.sub("[^0-9]", "", runs[0][0])
    if len(digits) > DIGITS:
        # A year may follow the number: "060070001238 2021".
        first = re.match("[0-9]+", runs[0][0])
        if (
            first is not None
            and len(first[0]) in {DIGITS, OLD_DIGITS}
            and len(digits) - len(first[0]) < _LEAST_RUN
        ):
            digits, end = first[0], start + first.end()
    return _by_length(digits, _remark(text[:start], text[end:]), typed=True)


def _by_length(digits: str, remark: str, *, typed: bool = False) -> ReadNumber:
    if len(digits) == DIGITS:
        return ReadNumber(NumberKind.CITIZEN, digits, remark=remark, shown=mask(digits), digits=DIGITS)
    if len(digits) == OLD_DIGITS:
        return ReadNumber(NumberKind.OLD, digits, remark=remark, shown=mask(digits), digits=OLD_DIGITS)
    if len(digits) == DIGITS - 2:
        return _asked(NumberReason.TEN_DIGITS, digits, remark)
    return _asked(
        NumberReason.TYPED_ELEVEN if typed and len(digits) == DIGITS - 1 else NumberReason.LENGTH,
        digits,
        remark,
    )


def _asked(reason: NumberReason, digits: str = "", remark: str = "") -> ReadNumber:
    shown = mask(digits) if len(digits) > 2 * SHOWN_DIGITS else ""
    return ReadNumber(NumberKind.ASKED, remark=remark, reason=reason, shown=shown, digits=len(digits))


def _without_number(text: str) -> ReadNumber:
    folded = fold(text)
    if any(char.isdigit() for char in text.strip("0 ")):
        return _asked(NumberReason.LENGTH, re.sub("[^0-9]", "", text))
    if folded in _NONE_WORDS:
        return ReadNumber(NumberKind.EMPTY)
    if f"{folded} ".startswith(_NONE_LEADS):
        return ReadNumber(NumberKind.EMPTY, remark=text[:_REMARK_LIMIT])
    return _asked(NumberReason.WORDS, remark=text[:_REMARK_LIMIT])


def _remark(before: str, after: str) -> str:
    """What stands around a number, without the number's own name."""
    parts = (_CALLED.sub("", before).strip(_AROUND_REMARK), after.strip(_AROUND_REMARK))
    remark = " ".join(part for part in parts if part.strip("()[] "))
    for left, right in ("()", "[]"):
        if remark.startswith(left) and remark.endswith(right) and remark.count(left) == 1:
            remark = remark[1:-1].strip()
    return remark[:_REMARK_LIMIT]


@lru_cache(maxsize=1)
def _codes() -> Mapping[str, str]:
    codes: dict[str, str] = read_yaml(_CODES)["codes"]
    return codes


def _keys() -> _Keys:
    return _derived(settings.PERSON_KEY)


@lru_cache(maxsize=4)
def _derived(text: str) -> _Keys:
    """One key to seal with and one to digest with: what leaks of the one says nothing of the other."""
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != _KEY_BYTES:
        raise ImproperlyConfigured(
            "PERSON_KEY is not 32 bytes in base64. Make one with: openssl rand -base64 32"
        )
    return _Keys(
        sealing=blake2b(digest_size=32, key=key, person=b"number-sealing").digest(),
        digest=blake2b(digest_size=32, key=key, person=b"number-digest").digest(),
        old_digest=blake2b(digest_size=32, key=key, person=b"old-number-dgst").digest(),
    )
