"""Passkeys: what a browser is asked to sign, and whether the answer is signed as it should be.

A passkey belongs to the host name it was made for. It counts as a second proof, beside the password.
"""

import ipaddress
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest
from fido2.server import Fido2Server
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

# A key without a screen lock or PIN is still a second proof beside the password.
_VERIFICATION = UserVerificationRequirement.PREFERRED
ANSWER_LENGTH = 20_000


@dataclass(frozen=True)
class SignedAnswer:
    """An answer that is signed by a known key."""

    credential_id: str
    sign_count: int


@dataclass(frozen=True)
class Place:
    """Where the browser is: the host name that passkeys are made for, and the origin as browsers write it."""

    host: str
    origin: str


def place_of(request: HttpRequest) -> Place:
    """Where the browser that sent a request is; Django has held its host against `ALLOWED_HOSTS`."""
    origin = f"{request.scheme}://{request.get_host()}"
    return Place(urlsplit(origin).hostname or "", origin)


def works_at(host: str) -> bool:
    """Whether browsers make passkeys for a host: for names, not for numbers."""
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return True
    return False


def _server(place: Place) -> Fido2Server:
    return Fido2Server(
        PublicKeyCredentialRpEntity(id=place.host, name=place.host),
        verify_origin=lambda given: given == place.origin,
    )


def ask_to_make(
    place: Place, *, account: str, name: str, handle: bytes, known: list[bytes]
) -> tuple[str, dict[str, Any]]:
    """What the browser is told for making a passkey, as JSON, and what has to be remembered until it answers."""
    options, state = _server(place).register_begin(
        PublicKeyCredentialUserEntity(id=handle, name=account, display_name=name),
        [AttestedCredentialData(data) for data in known],
        resident_key_requirement=ResidentKeyRequirement.DISCOURAGED,
        user_verification=_VERIFICATION,
    )
    return json.dumps(dict(options)), state


def made_key(place: Place, state: dict[str, Any], answer: str) -> tuple[str, bytes, int] | None:
    """Id, public half and count of a passkey that the browser made; None when the answer is not good."""
    try:
        made = _server(place).register_complete(state, _parsed(answer))
    except (ValueError, KeyError, TypeError):
        return None
    data = made.credential_data
    return None if data is None else (websafe_encode(data.credential_id), bytes(data), made.counter)


def ask_to_sign(place: Place, *, known: list[bytes]) -> tuple[str, dict[str, Any]]:
    """What the browser is told for signing with a passkey, as JSON, and what has to be remembered until it answers."""
    options, state = _server(place).authenticate_begin(
        [AttestedCredentialData(data) for data in known], user_verification=_VERIFICATION
    )
    return json.dumps(dict(options)), state


def signed_answer(
    place: Place, state: dict[str, Any], answer: str, *, known: list[bytes]
) -> SignedAnswer | None:
    """The answer with the key that signed it; None when no known key signed this very question."""
    try:
        parsed = _parsed(answer)
        key = _server(place).authenticate_complete(
            state, [AttestedCredentialData(data) for data in known], parsed
        )
        count = AuthenticationResponse.from_dict(parsed).response.authenticator_data.counter
    except (ValueError, KeyError, TypeError):
        return None
    return SignedAnswer(websafe_encode(key.credential_id), count)


def _parsed(answer: str) -> dict[str, Any]:
    if len(answer) > ANSWER_LENGTH:
        raise ValueError("The answer is too long.")
    parsed = json.loads(answer)
    if not isinstance(parsed, dict):
        raise TypeError("The answer is no object.")
    return parsed
