"""Preparing never throws away what a person entered."""

import pytest

from core.models import User
from demo.management.commands.prepare import _holds_half_a_demonstration

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("people", "is_half"), [([], False), ([True], True), ([False], False), ([True, False], False)]
)
def test_only_a_database_of_invented_people_counts_as_cut_off(people: list[bool], is_half: bool) -> None:
    for number, is_demo in enumerate(people):
        User.objects.create_user(f"person-{number}", full_name="Nguyễn Văn A", is_demo=is_demo)

    assert _holds_half_a_demonstration() is is_half
