"""The one clock: free, fixed, or played."""

from datetime import date, time

import pytest
from django.test import override_settings

from core import clock

DAY = date(2025, 12, 15)


def test_fixed_day_holds_for_day_and_moment() -> None:
    with override_settings(FIXED_TODAY=DAY):
        assert clock.today() == DAY
        assert clock.now().date() == DAY
        assert clock.days_until(date(2025, 12, 29)) == 14


def test_played_day_wins_over_the_fixed_one_and_ends() -> None:
    with override_settings(FIXED_TODAY=DAY):
        with clock.playing(date(2023, 1, 5)):
            assert clock.today() == date(2023, 1, 5)
        assert clock.today() == DAY


def test_played_hour_stands_still_and_ends() -> None:
    with override_settings(FIXED_TODAY=DAY):
        with clock.playing(date(2023, 1, 5), time(8, 30)):
            assert (clock.now().date(), clock.now().time()) == (date(2023, 1, 5), time(8, 30))
            with clock.playing(date(2023, 1, 6)):
                assert clock.now().date() == date(2023, 1, 6)
        assert clock.now().date() == DAY


def test_production_does_not_let_anyone_turn_the_clock() -> None:
    with override_settings(APP_ENV="production"), pytest.raises(RuntimeError), clock.playing(DAY):
        pass
