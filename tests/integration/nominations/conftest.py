"""The standing cast, on the played day."""

from collections.abc import Callable
from datetime import date

import pytest
from django.conf import LazySettings
from django.test import Client

from tests.factories import Cast, make_cast


@pytest.fixture
def cast(db: None, frozen_day: Callable[[date], None], settings: LazySettings, tmp_path: object) -> Cast:
    return make_cast()


@pytest.fixture
def client_of(cast: Cast) -> Callable[[str], Client]:
    """A client signed in as one of the cast."""

    def make(name: str) -> Client:
        client = Client()
        client.force_login(cast[name])
        return client

    return make
