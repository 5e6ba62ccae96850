"""Signed statements of the chain's head: what leaves the house, so that the chain cannot be written anew unseen.

A statement is one line of JSON that says which entry was the newest at a moment and what its hash was. It is signed with
Ed25519 by `AUDIT_SIGNING_KEY`, which is in no database. Who has the public key needs nothing else to believe a line.
"""

from __future__ import annotations

import base64
import binascii
import email
import email.policy
import json
import re
from collections.abc import Iterable
from dataclasses import asdict, astuple, dataclass
from datetime import UTC, datetime
from functools import lru_cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _
from nacl.encoding import Base64Encoder
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from core.audit.chain import canonical
from core.exceptions import InvalidRequest

_KEY_BYTES = 32
_LEAST_HASH = 16
_TRANSFER = re.compile(
    r"^content-transfer-encoding:\s*(base64|quoted-printable)", re.IGNORECASE | re.MULTILINE
)
_EXPECTATION = re.compile(rf"([0-9]+):([0-9a-f]{{{_LEAST_HASH},64}})")


@dataclass(frozen=True)
class Statement:
    """The newest entry's number and hash at a moment (UTC, ISO 8601), by which site and key, and the signature."""

    seq: int
    hash: str
    signed_at: str
    site: str
    key: str
    """The public key in base64."""
    signature: str = ""

    @property
    def line(self) -> str:
        """The line as it is written and mailed."""
        return canonical(asdict(self))

    @property
    def moment(self) -> datetime:
        """The moment of signing."""
        return datetime.fromisoformat(self.signed_at)

    def is_genuine(self) -> bool:
        """Whether the key that it names signed exactly this."""
        try:
            VerifyKey(self.key.encode(), encoder=Base64Encoder).verify(
                self._signed(), base64.b64decode(self.signature, validate=True)
            )
        except (BadSignatureError, binascii.Error, TypeError, ValueError):
            return False
        return True

    def _signed(self) -> bytes:
        unsigned = {name: value for name, value in asdict(self).items() if name != "signature"}
        return canonical(unsigned).encode()


@dataclass(frozen=True)
class Expectation:
    """What somebody read on paper: an entry's number and its hash, or the first characters of it."""

    seq: int
    hash: str


def sign(seq: int, newest: str, at: datetime) -> Statement:
    """A signed statement. Raises ImproperlyConfigured when the signing key cannot be used."""
    unsigned = Statement(
        seq, newest, at.astimezone(UTC).isoformat(timespec="seconds"), settings.SITE_URL, public_key()
    )
    signature = _signing_key(settings.AUDIT_SIGNING_KEY).sign(unsigned._signed()).signature
    return Statement(**(asdict(unsigned) | {"signature": base64.b64encode(signature).decode()}))


def can_sign() -> bool:
    """Whether a signing key is set at all."""
    return bool(settings.AUDIT_SIGNING_KEY)


def public_key() -> str:
    """This server's public key in base64: hand it to the inspectorate, on paper, when it is made."""
    return str(_signing_key(settings.AUDIT_SIGNING_KEY).verify_key.encode(Base64Encoder).decode())


def known_keys() -> set[str]:
    """Public keys whose signatures count: this server's own, and those that the settings name."""
    return {*settings.AUDIT_PUBLIC_KEYS, *([public_key()] if can_sign() else [])}


def read_statements(text: str) -> list[Statement]:
    """The statements in a text, such as a saved mail; other lines are passed over.

    Raises InvalidRequest for a text without any, and for a line that begins like one and cannot be read.
    """
    found, unread = read_what_can_be(text)
    if unread:
        raise InvalidRequest(unread[0], _("Take an unchanged copy of the file."))
    if not found:
        raise InvalidRequest(
            _("The file holds no signed head."), _("Take the file of signed heads, or a saved mail with one.")
        )
    return found


def read_what_can_be(text: str) -> tuple[list[Statement], list[str]]:
    """The statements in a text, and a sentence for each line that begins like one and cannot be read.

    One line that is cut or made unreadable takes nothing away from the others.
    """
    found, unread = [], []
    for line in _decoded_mail(text).splitlines():
        # An editor may have put its mark in front of the first line.
        bare = line.strip("\ufeff \t\r\n")
        if not bare.startswith("{"):
            continue
        try:
            found.append(_read_line(bare))
        except (TypeError, ValueError):
            unread.append(_("This line of the file is no signed head: %(line)s") % {"line": bare[:80]})
    return found, unread


def _decoded_mail(text: str) -> str:
    """The words of a saved mail: on its way a server may have packed them as base64 or broken their lines."""
    if not _TRANSFER.search(text):
        return text
    mail = email.message_from_string(text, policy=email.policy.default)
    try:
        parts = [part.get_content() for part in mail.walk() if part.get_content_type() == "text/plain"]
    except LookupError:  # a set of characters that nobody knows
        return text
    return "\n".join(parts)


def _read_line(line: str) -> Statement:
    """Raises TypeError and ValueError for what is no statement."""
    statement = Statement(**json.loads(line))
    if statement.moment.tzinfo is None or not isinstance(statement.seq, int):
        raise ValueError
    if not all(isinstance(text, str) for text in astuple(statement)[1:]):
        raise TypeError
    return statement


def read_expectations(texts: Iterable[str]) -> list[Expectation]:
    """What was typed from paper as SEQ:HASH. Raises InvalidRequest with the form that is expected."""
    found = []
    for text in texts:
        match = _EXPECTATION.fullmatch(text.strip().lower())
        if match is None:
            raise InvalidRequest(
                _("“%(text)s” is not an entry's number and hash.") % {"text": text[:90]},
                _(
                    "Write it as 1482:5f2d9c0c4fd1f5a6…: the number, a colon, and at least %(least)s characters of the hash."
                )
                % {"least": _LEAST_HASH},
            )
        found.append(Expectation(int(match[1]), match[2]))
    return found


def check_signing_key() -> None:
    """Raise ImproperlyConfigured when a signing key, or a public key that is to count too, is set and cannot be used."""
    if can_sign():
        public_key()
    for key in settings.AUDIT_PUBLIC_KEYS:
        try:
            VerifyKey(key.encode(), encoder=Base64Encoder)
        except (binascii.Error, TypeError, ValueError):
            raise ImproperlyConfigured(
                f"AUDIT_PUBLIC_KEYS holds {key!r}, which is no public key in base64. Write what manage.py sign_head "
                "--public-key printed, several parted by commas."
            ) from None


@lru_cache(maxsize=4)
def _signing_key(text: str) -> SigningKey:
    try:
        seed = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        seed = b""
    if len(seed) != _KEY_BYTES:
        raise ImproperlyConfigured(
            "AUDIT_SIGNING_KEY is not 32 bytes in base64. Make one with: openssl rand -base64 32"
        )
    return SigningKey(seed)
