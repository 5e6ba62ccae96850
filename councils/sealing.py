"""Sealing ballots while a poll is open: one key pair a poll, its private half wrapped by the environment's key.

libsodium's sealed boxes hide a choice from everybody without the private key; all boxes are of one length, so that
their size tells nothing. At closing the private key is unwrapped, used once and destroyed.
"""

import base64
import binascii
from collections.abc import Iterable

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import SecretBox

from councils.enums import Choice
from councils.exceptions import BallotKeyMismatch

# Longer than the longest choice: every sealed ballot has the same length.
PAPER_BYTES = 16


def _wrapping_box() -> SecretBox:
    try:
        key = base64.b64decode(settings.BALLOT_KEY, validate=True)
        return SecretBox(key)
    except (binascii.Error, ValueError, CryptoError) as error:
        raise ImproperlyConfigured(
            "BALLOT_KEY is not 32 bytes in base64. Make one with: openssl rand -base64 32"
        ) from error


def check_ballot_key() -> None:
    """Raise ImproperlyConfigured when the environment's ballot key cannot be used."""
    _wrapping_box()


def new_keys() -> tuple[str, str]:
    """A poll's public key and its wrapped private key, as text."""
    private = PrivateKey.generate()
    wrapped = _wrapping_box().encrypt(bytes(private))
    return base64.b64encode(bytes(private.public_key)).decode(), base64.b64encode(wrapped).decode()


def seal(public_key: str, choice: str) -> str:
    """A choice that only the poll's private key can read; two seals of one choice differ."""
    paper = Choice(choice).value.encode().ljust(PAPER_BYTES, b"\0")
    box = SealedBox(PublicKey(base64.b64decode(public_key)))
    return base64.b64encode(box.encrypt(paper)).decode()


def unseal_all(wrapped_private_key: str, sealed: Iterable[str]) -> list[Choice]:
    """The choices inside, in the order given.

    Raises BallotKeyMismatch when the environment's key is another than at opening, or a
    paper was not sealed to this poll.
    """
    try:
        private = _wrapping_box().decrypt(base64.b64decode(wrapped_private_key))
        box = SealedBox(PrivateKey(private))
        return [Choice(box.decrypt(base64.b64decode(paper)).rstrip(b"\0").decode()) for paper in sealed]
    except (CryptoError, binascii.Error) as error:
        raise BallotKeyMismatch from error
