"""The one clock. Demonstrations play a fixed day; everything else asks the system."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.utils import timezone

_played: ContextVar[date | None] = ContextVar("played_day", default=None)
_played_hour: ContextVar[time | None] = ContextVar("played_hour", default=None)


def fixed_day() -> date | None:
    """The day that is being played, or None when the clock runs freely."""
    return _played.get() or settings.FIXED_TODAY


def today() -> date:
    """The office's day (Asia/Ho_Chi_Minh)."""
    return fixed_day() or timezone.localdate()


def now() -> datetime:
    """This moment, aware; on a fixed day the hour is real unless it is played too."""
    real = timezone.localtime()
    day = fixed_day()
    if day is None:
        return real
    hour = _played_hour.get() or real.timetz().replace(tzinfo=None)
    return datetime.combine(day, hour, tzinfo=timezone.get_current_timezone())


def days_until(day: date) -> int:
    """Whole days from today to `day`; negative when it has passed."""
    return (day - today()) // timedelta(days=1)


@contextmanager
def playing(day: date, at: time | None = None) -> Iterator[None]:
    """Let the code inside live on another day, at an hour of it: for the demonstration and tests only.

    Raises RuntimeError in production, where nobody may turn the clock.
    """
    if settings.APP_ENV == "production":
        raise RuntimeError("The clock cannot be turned in production.")
    day_before, hour_before = _played.set(day), _played_hour.set(at)
    try:
        yield
    finally:
        _played.reset(day_before)
        _played_hour.reset(hour_before)
