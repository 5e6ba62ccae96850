"""Seats on a council need a second proof at sign-in, from the day they are given to the day they end."""

from datetime import timedelta

import pytest

from core.permissions import needs_second_factor
from councils.models import CouncilMember
from tests.integration.councils.building import DAY, House


@pytest.mark.parametrize("office", ["chair", "secretary", "member"])
def test_who_sits_on_a_council_needs_it(house: House, office: str) -> None:
    assert needs_second_factor(getattr(house, office))


def test_who_sits_nowhere_does_not(house: House) -> None:
    assert not needs_second_factor(house.outsider)


@pytest.mark.parametrize(("starts", "ends", "is_needed"), [(-9, -1, False), (-9, 0, True), (1, None, True)])
def test_ended_seats_need_none_and_coming_ones_do(
    house: House, starts: int, ends: int | None, is_needed: bool
) -> None:
    CouncilMember.objects.filter(user=house.member).update(
        starts_on=DAY + timedelta(days=starts), ends_on=None if ends is None else DAY + timedelta(days=ends)
    )

    assert needs_second_factor(house.member) is is_needed
