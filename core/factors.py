"""Codes of an authenticator app and recovery codes: made, sealed, and recognised.

The app's secret is sealed with a key derived from `SECRET_KEY`, so that a copy of the database alone makes no codes.
"""

import base64
import secrets
from functools import lru_cache
from hashlib import blake2b
from time import time

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

STEP_S = 30
DIGITS = 6
SECRET_BYTES = 20
RECOVERY_COUNT = 10
# No vowels and nothing that looks like something else: a code forms no word and survives a bad printer.
_RECOVERY_LETTERS = "bcdfghjkmnpqrstvwxz23456789"
_RECOVERY_LENGTH = 10


def new_secret() -> bytes:
    """A secret for an authenticator app."""
    return secrets.token_bytes(SECRET_BYTES)


def seal_secret(secret: bytes) -> str:
    """The secret as it may lie in the database."""
    return base64.b64encode(SecretBox(_sealing_key(settings.SECRET_KEY)).encrypt(secret)).decode()


def open_secret(sealed: str) -> bytes | None:
    """The secret again; None when it was sealed under another `SECRET_KEY`."""
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            return SecretBox(_sealing_key(key)).decrypt(base64.b64decode(sealed))
        except (CryptoError, ValueError):
            continue
    return None


@lru_cache(maxsize=4)
def _sealing_key(secret_key: str) -> bytes:
    return blake2b(secret_key.encode(), digest_size=32, person=b"second-factor").digest()


def _totp(secret: bytes) -> TOTP:
    # SHA-1 is what every authenticator app understands; as a keyed digest of a counter it is sound.
    return TOTP(secret, DIGITS, SHA1(), STEP_S)  # noqa: S303 -- see above


def code_at(secret: bytes, moment: float) -> str:
    """The app's code of a moment (Unix seconds)."""
    return _totp(secret).generate(moment).decode()


def step_of(secret: bytes, code: str, moment: float | None = None) -> int | None:
    """Which step a code belongs to, one before and one after included for clocks that differ; None for no such code."""
    now = time() if moment is None else moment
    for offset in (0, -1, 1):
        at = now + offset * STEP_S
        if constant_time_compare(code_at(secret, at), code):
            return int(at // STEP_S)
    return None


def app_address(secret: bytes, account: str, issuer: str) -> str:
    """The `otpauth://` address that an authenticator app reads from a QR code."""
    return _totp(secret).get_provisioning_uri(account, issuer)


def typed_secret(secret: bytes) -> str:
    """The secret for typing into an app by hand, in groups of four."""
    text = base64.b32encode(secret).decode().rstrip("=")
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def new_recovery_codes() -> list[str]:
    """Codes for the day when the phone is gone, such as `k4h7m-2xw9q`."""
    found = []
    for _number in range(RECOVERY_COUNT):
        letters = "".join(secrets.choice(_RECOVERY_LETTERS) for _place in range(_RECOVERY_LENGTH))
        found.append(f"{letters[:5]}-{letters[5:]}")
    return found


def recovery_digest(code: str, secret_key: str | None = None) -> str:
    """By which a recovery code is known again; hyphens, spaces and case do not matter."""
    plain = "".join(letter for letter in code.lower() if letter in _RECOVERY_LETTERS)
    return salted_hmac("core.recovery-code", plain, secret=secret_key, algorithm="sha256").hexdigest()


def recovery_digests(code: str) -> list[str]:
    """The digests by which a code may be kept: that of today's key, and those of earlier ones that still count."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return [recovery_digest(code, key) for key in keys]


def is_sealed_by_an_earlier_key(sealed: str) -> bool:
    """Whether a secret opens, but not with today's key: it would be lost with the key it was sealed under."""
    try:
        SecretBox(_sealing_key(settings.SECRET_KEY)).decrypt(base64.b64decode(sealed))
    except (CryptoError, ValueError):
        return open_secret(sealed) is not None
    return False
