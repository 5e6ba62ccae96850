"""Every address asks for sign-in, but for the few that are public on purpose."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

pytestmark = pytest.mark.django_db

PUBLIC = {"login", "logout", "set_language", "core:alive", "one_time_code", "one_time_code_link"}
SAMPLES = {"int": "1", "slug": "HS-2025-0001", "str": "x", "uuid": "00000000-0000-0000-0000-000000000000"}


def addresses(resolver: URLResolver, prefix: str = "/", space: str = "") -> Iterator[tuple[str, str]]:
    """Each view's name with an address that reaches it."""
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from addresses(entry, route, inner)
        elif isinstance(entry, URLPattern):
            yield f"{space}{entry.name}", re.sub(r"<(?:(\w+):)?\w+>", _sample, route)


def _sample(match: re.Match) -> str:
    return SAMPLES.get(match.group(1) or "str", "HS-2025-0001")


ALL = sorted(set(addresses(get_resolver())))


def test_there_are_addresses_to_check() -> None:
    assert len(ALL) > 60


@pytest.mark.parametrize(("name", "address"), ALL, ids=[name for name, _address in ALL])
@pytest.mark.parametrize("method", ["get", "post"])
def test_strangers_are_sent_to_sign_in(client: Client, name: str, address: str, method: str) -> None:
    if name in PUBLIC:
        return

    response = getattr(client, method)(address)

    assert response.status_code == 302, f"{name} at {address} answers a stranger {response.status_code}"
    assert response.url.startswith("/dang-nhap/")
