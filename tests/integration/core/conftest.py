import time
from collections.abc import Callable

import pytest

from core import factors, sessions
from core.models import User
from core.signing_in import arriving, oidc
from tests.integration.core.signing_in import Clock, Phone, make_person


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The moment at which the sign-in believes to be; `wait` moves it on."""
    clock = Clock(time.time())
    for module in (factors, sessions, arriving, oidc):
        monkeypatch.setattr(module, "time", clock)
    return clock


@pytest.fixture
def person(db: None) -> User:
    return make_person()


@pytest.fixture
def phone_of(clock: Clock) -> Callable[[User], Phone]:
    return lambda user: Phone(user, clock)
