"""Citizen numbers: read as people write them, sealed for storage, digested for searching, masked for showing.

A number is never stored readable. Two values stand for it, made with two keys that are both derived from
`PERSON_KEY`: the sealed number, which only the key opens again, and a keyed digest, by which equal numbers are found.
Without the key a digest tells nothing: there are too few citizen numbers for a plain hash to hide one.
"""

from __future__ import annotations

import base64
import binascii
import re
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from core.exceptions import InvalidRequest, Refusal

DIGITS = 12
SHOWN_DIGITS = 3
DOT = "•"
_KEY_BYTES = 32
_PARTING = re.compile(r"[\s.\u200b\ufeff]+")
_NUMBER = re.compile(r"[0-9]{12}")


class NumberUnreadable(Refusal):
    """A sealed number that the environment's key does not open."""

    status_code = 409

    def __init__(self) -> None:
        super().__init__(
            _("The recorded number cannot be opened with this server's key."),
            _("Ask the administrator to restore PERSON_KEY. The number itself is not lost."),
        )


@dataclass(frozen=True)
class _Keys:
    sealing: bytes
    digest: bytes


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


def looks_like_number(text: str) -> bool:
    """Whether a text is a citizen number, however its digits are parted."""
    return _NUMBER.fullmatch(_PARTING.sub("", text)) is not None


def digest(number: str) -> str:
    """What equal numbers have in common: 64 characters, the same for one number wherever it is recorded.

    Takes the twelve digits; costs some microseconds, so that a whole file can be searched for.
    """
    return blake2b(number.encode(), digest_size=32, key=_keys().digest).hexdigest()


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
    return DOT * (DIGITS - SHOWN_DIGITS) + number[-SHOWN_DIGITS:]


def mask_sealed(sealed: str, *, with_last_digits: bool) -> str:
    """What pages show of a recorded number: dots, and its last digits for those who keep it. Empty when none is.

    A number that the key does not open is shown as dots: a page is no place to fail.
    """
    if not sealed:
        return ""
    if with_last_digits:
        with suppress(NumberUnreadable):
            return mask(open_sealed(sealed))
    return DOT * DIGITS


def check_person_key() -> None:
    """Raise ImproperlyConfigured when the environment's person key cannot be used."""
    _keys()


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
    )
