"""The sealed file: written here with a public key, opened where the private key is.

A file is a magic line, a fresh key in a libsodium sealed box, and the content in pieces of one size under that key
(secretstream, XChaCha20-Poly1305). The last piece is marked, so a file that was cut does not open; nor does one in which
a piece was changed, left out or moved. Memory does not grow with the file.
"""

import base64
import binascii
import io
from typing import IO

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _
from nacl import bindings
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from core.exceptions import InvalidRequest

MAGIC = b"khen-thuong backup 1\n"
PIECE = 1024 * 1024
_KEY_BYTES = 32
_SEALED_KEY_BYTES = _KEY_BYTES + 48
_HEADER_BYTES = bindings.crypto_secretstream_xchacha20poly1305_HEADERBYTES
_MESSAGE = bindings.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
_FINAL = bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL
_OVERHEAD = bindings.crypto_secretstream_xchacha20poly1305_ABYTES


def new_private_key() -> str:
    """A private key in base64: it opens every backup that was made with its public key."""
    return base64.b64encode(bytes(PrivateKey.generate())).decode()


def public_key_of(private_key: str) -> str:
    """The public key in base64 that belongs to a private one. Raises InvalidRequest."""
    return base64.b64encode(bytes(_private(private_key).public_key)).decode()


def check_public_key(text: str) -> PublicKey:
    """The key to seal with. Raises ImproperlyConfigured when it is none."""
    try:
        return PublicKey(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError, CryptoError):
        raise ImproperlyConfigured(
            "BACKUP_PUBLIC_KEY is not set, or no public key in base64. Make a pair on the machine that is to open "
            "backups with: manage.py backup --make-key FILE"
        ) from None


def _private(text: str) -> PrivateKey:
    try:
        return PrivateKey(base64.b64decode(text.strip(), validate=True))
    except (binascii.Error, ValueError, CryptoError):
        raise InvalidRequest(
            _("This is no private key for backups."),
            _("Take the file that manage.py backup --make-key wrote."),
        ) from None


class SealedWriter(io.RawIOBase):
    """A file to write to that seals what passes through; `close` marks the end and leaves `target` open."""

    def __init__(self, target: IO[bytes], public_key: str) -> None:
        self._target = target
        self._waiting = bytearray()
        key = bindings.crypto_secretstream_xchacha20poly1305_keygen()
        self._state = bindings.crypto_secretstream_xchacha20poly1305_state()
        header = bindings.crypto_secretstream_xchacha20poly1305_init_push(self._state, key)
        target.write(MAGIC + SealedBox(check_public_key(public_key)).encrypt(key) + header)

    def writable(self) -> bool:
        return True

    def write(self, content: bytes) -> int:  # type: ignore[override]
        self._waiting += content
        while len(self._waiting) > PIECE:
            self._push(bytes(self._waiting[:PIECE]), _MESSAGE)
            del self._waiting[:PIECE]
        return len(content)

    def finish(self) -> None:
        """Write the last piece. Without it the file does not open."""
        self._push(bytes(self._waiting), _FINAL)
        self._waiting.clear()

    def _push(self, piece: bytes, tag: int) -> None:
        self._target.write(bindings.crypto_secretstream_xchacha20poly1305_push(self._state, piece, tag=tag))


class SealedReader(io.RawIOBase):
    """The content of a sealed file, to be read from its beginning. Raises InvalidRequest where it does not open."""

    def __init__(self, source: IO[bytes], private_key: str) -> None:
        self._source = source
        self._ready = b""
        self._ended = False
        head = source.read(len(MAGIC) + _SEALED_KEY_BYTES + _HEADER_BYTES)
        sealed = head[len(MAGIC) : len(MAGIC) + _SEALED_KEY_BYTES]
        if not head.startswith(MAGIC):
            raise InvalidRequest(
                _("This file is no backup of this application."),
                _("Take a file that manage.py backup wrote."),
            )
        try:
            key = SealedBox(_private(private_key)).decrypt(sealed)
            self._state = bindings.crypto_secretstream_xchacha20poly1305_state()
            bindings.crypto_secretstream_xchacha20poly1305_init_pull(self._state, head[-_HEADER_BYTES:], key)
        except (CryptoError, ValueError):
            raise InvalidRequest(
                _("This key does not open the backup."),
                _("Take the private key of the pair whose public key was set when the backup was made."),
            ) from None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        while not self._ready and not self._ended:
            self._ready = self._pull()
        taken = self._ready[: len(buffer)]
        buffer[: len(taken)] = taken
        self._ready = self._ready[len(taken) :]
        return len(taken)

    def _pull(self) -> bytes:
        try:
            piece, tag = bindings.crypto_secretstream_xchacha20poly1305_pull(
                self._state, self._source.read(PIECE + _OVERHEAD)
            )
        except (CryptoError, ValueError):
            raise InvalidRequest(
                _("The backup was cut or changed, so it is not restored."),
                _("Take another copy of it, or the backup before."),
            ) from None
        self._ended = tag == _FINAL
        return bytes(piece)
