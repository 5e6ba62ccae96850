"""Names that somebody guessing an officer's password would try come from the register and the movements."""

from collections.abc import Callable
from datetime import date

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from nominations.models import Movement
from tests.factories import Cast, make_cast


@pytest.fixture
def cast(db: None, frozen_day: Callable[[date], None]) -> Cast:
    Movement.objects.create(plan_id="khac", name="Đoàn kết sáng tạo", starts_in=2021, ends_in=2025)
    return make_cast()


def is_taken(password: str, user: object) -> bool:
    try:
        validate_password(password, user)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize(
    ("password", "who", "is_good"),
    [
        ("Phan-Dien-2025", "commune", False),
        ("bacbinh20252025", "commune", False),
        ("bacbinh20252025", "district", False),
        ("BinhThuan2025!", "commune", False),
        ("doanketsangtao1", "commune", False),
        ("tuyphong20252025", "other_district", False),
        ("tuyphong20252025", "commune", True),
        ("bacbinh đi chợ mua muối", "commune", True),
    ],
)
def test_units_from_ones_own_to_the_province_and_movements(
    cast: Cast, password: str, who: str, is_good: bool
) -> None:
    assert is_taken(password, cast[who]) is is_good
