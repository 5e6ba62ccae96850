"""A security key in software: it makes keys and signs as the standard says, and can be told to misbehave."""

import json
import struct
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_encode

PRESENT, HOLDS_KEY = 0x01, 0x40


class SecurityKey:
    """One key pair behind one id, and a counter."""

    def __init__(self, origin: str = "http://testserver") -> None:
        self.origin = origin
        self.host = origin.partition("://")[2].partition(":")[0]
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.id = sha256(self.private.public_key().public_numbers().x.to_bytes(32, "big")).digest()
        self.count = 0

    def _client_data(self, kind: str, challenge: str) -> bytes:
        return json.dumps(
            {"type": f"webauthn.{kind}", "challenge": challenge, "origin": self.origin}
        ).encode()

    def _head(self, flags: int) -> bytes:
        self.count += 1
        return sha256(self.host.encode()).digest() + struct.pack(">BI", flags, self.count)

    def make(self, question: str) -> str:
        """The browser's answer to being asked to make a passkey."""
        public = cbor.encode(ES256.from_cryptography_key(self.private.public_key()))
        data = (
            self._head(PRESENT | HOLDS_KEY) + bytes(16) + struct.pack(">H", len(self.id)) + self.id + public
        )
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        client_data = self._client_data("create", json.loads(question)["publicKey"]["challenge"])
        return self._answer(client_data, attestationObject=websafe_encode(attestation))

    def sign(self, question: str) -> str:
        """The browser's answer to being asked to sign."""
        data = self._head(PRESENT)
        client_data = self._client_data("get", json.loads(question)["publicKey"]["challenge"])
        signature = self.private.sign(data + sha256(client_data).digest(), ec.ECDSA(SHA256()))
        return self._answer(
            client_data, authenticatorData=websafe_encode(data), signature=websafe_encode(signature)
        )

    def _answer(self, client_data: bytes, **response: str) -> str:
        name = websafe_encode(self.id)
        return json.dumps(
            {
                "id": name,
                "rawId": name,
                "type": "public-key",
                "clientExtensionResults": {},
                "response": {"clientDataJSON": websafe_encode(client_data), **response},
            }
        )
