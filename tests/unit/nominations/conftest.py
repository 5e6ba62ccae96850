"""The standing cast, on the played day."""

from collections.abc import Callable
from datetime import date

import pytest

from tests.factories import Cast, make_cast


@pytest.fixture
def cast(db: None, frozen_day: Callable[[date], None]) -> Cast:
    return make_cast()
