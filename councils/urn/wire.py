"""The way to the urn: its address, and one line of JSON for a question and one for the answer."""

import json
import socket
import ssl
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

LONGEST_LINE = 64 * 1024
"""Bytes of a question: the seats of the largest council fit many times."""
LINE_STEP = 256
"""Every line is filled up to a multiple of so many bytes, so that its length names no choice."""
# Linux takes 107 bytes for the path of a socket.
LONGEST_PATH = 107


@dataclass(frozen=True)
class Address:
    """Where the urn listens: a socket of this machine, or a host and port that speak mutual TLS."""

    path: str = ""
    host: str = ""
    port: int = 0
    ca: str = ""
    certificate: str = ""
    key: str = ""

    @property
    def is_local(self) -> bool:
        return bool(self.path)

    def __str__(self) -> str:
        return self.path or f"tls://{self.host}:{self.port}"


def read_address(text: str, *, ca: str = "", certificate: str = "", key: str = "") -> Address:
    """The address that a setting names. Raises ValueError with the fix in a sentence."""
    if not text.startswith("tls://"):
        if len(text.encode()) > LONGEST_PATH:
            raise ValueError(
                f"URN_ADDRESS names a path of {len(text.encode())} bytes, and a socket's has {LONGEST_PATH} at most. "
                "Set URN_ADDRESS to a shorter one."
            )
        return Address(path=text)
    parts = urlsplit(text)
    if not parts.hostname or not parts.port:
        raise ValueError("URN_ADDRESS has no host and port. Write it as tls://host:port.")
    if not (ca and certificate and key):
        raise ValueError(
            "URN_ADDRESS speaks TLS and not all of URN_TLS_CA, URN_TLS_CERT and URN_TLS_KEY are set. "
            "Set them to the files of the authority, of this side's certificate and of its key."
        )
    return Address(host=parts.hostname, port=parts.port, ca=ca, certificate=certificate, key=key)


def tls_context(address: Address, *, serves: bool) -> ssl.SSLContext:
    """TLS 1.3 in which each side shows a certificate of the one authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if serves else ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_verify_locations(address.ca)
    context.load_cert_chain(address.certificate, address.key)
    context.verify_mode = ssl.CERT_REQUIRED
    return context


def connect(address: Address, timeout_s: float) -> socket.socket:
    """A connection to the urn. Raises OSError."""
    if address.is_local:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(timeout_s)
        try:
            connection.connect(address.path)
        except OSError:
            connection.close()
            raise
        return connection
    plain = socket.create_connection((address.host, address.port), timeout=timeout_s)
    try:
        return tls_context(address, serves=False).wrap_socket(plain, server_hostname=address.host)
    except OSError:
        plain.close()
        raise


def as_line(message: dict[str, Any]) -> bytes:
    """A question or an answer as it goes over the way, filled up with blanks."""
    text = json.dumps(message, separators=(",", ":")).encode()
    return text.ljust(-(-(len(text) + 1) // LINE_STEP) * LINE_STEP - 1) + b"\n"


def from_line(line: bytes) -> dict[str, Any]:
    """What a line says. Raises ValueError when it was cut off or is none of ours."""
    if not line.endswith(b"\n"):
        raise ValueError("the line was cut off")
    message = json.loads(line)
    if not isinstance(message, dict):
        raise ValueError("the line holds no object")
    return message
