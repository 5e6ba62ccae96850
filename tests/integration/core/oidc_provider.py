"""A small OpenID Connect provider on this machine, for tests: it answers as it is told to, wrongly too."""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import time
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey


class Provider:
    """What the provider knows, and which claims and faults it adds."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
        self.signs_with = self.key
        self.claims: dict[str, Any] = {"preferred_username": "an", "sub": "1"}
        self.is_away = False
        self.sends_on = ""
        self.asked: dict[str, str] = {}
        self.given: dict[str, dict[str, str]] = {}
        self.issuer = ""

    def sign_in(self, address: str, **changed: str) -> str:
        """As the person's browser does at the provider: where it is sent back to."""
        self.asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        code = f"code-{len(self.given)}"
        self.given[code] = dict(self.asked)
        answer = {"code": code, "state": self.asked["state"]} | changed
        back = urlsplit(self.asked["redirect_uri"])
        return f"{back.path}?{urlencode(answer)}"

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }

    def token(self, form: dict[str, str]) -> dict[str, Any] | None:
        asked = self.given.pop(form.get("code", ""), None)
        if asked is None or not self._is_same_browser(asked, form.get("code_verifier", "")):
            return None
        now = int(time())
        claims = {
            "iss": self.issuer,
            "aud": asked["client_id"],
            "nonce": asked["nonce"],
            "iat": now,
            "exp": now + 300,
        } | self.claims
        signed = jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.signs_with)
        return {"access_token": "x", "token_type": "Bearer", "expires_in": 300, "id_token": signed}

    def _is_same_browser(self, asked: dict[str, str], verifier: str) -> bool:
        challenge = base64.urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        return challenge == asked["code_challenge"]


@contextmanager
def running(provider: Provider) -> Iterator[Provider]:
    """The provider behind an address of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            """Tests read nothing of it."""

        def answer(self, found: dict[str, Any] | None) -> None:
            body = json.dumps(found or {"error": "invalid_grant"}).encode()
            if provider.sends_on:
                self.send_response(302)
                self.send_header("Location", provider.sends_on)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            self.send_response(503 if provider.is_away else 200 if found else 400)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            keys = KeySet([provider.key]).as_dict(private=False)
            self.answer(keys if self.path == "/keys" else provider.discovery())

        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.answer(provider.token({name: values[0] for name, values in parse_qs(text).items()}))

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
