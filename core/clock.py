"""The one clock. Demonstrations play a fixed day; everything else asks the system."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.utils import timezone

_played: ContextVar[date | None] = ContextVar("played_day", default=None)


def fixed_day() -> date | None:
    """The day that is being played, or None when the clock runs freely."""
    return _played.get() or settings.FIXED_TODAY


def today() -> date:
    """The office's day (Asia/Ho_Chi_Minh)."""
    return fixed_day() or timezone.localdate()


def now() -> datetime:
    """This moment, aware; on a fixed day the hour is real and the day is the played one."""
    real = timezone.localtime()
    day = fixed_day()
    if day is None:
        return real
    return datetime.combine(day, real.timetz().replace(tzinfo=None), tzinfo=timezone.get_current_timezone())


def end_of(day: date) -> datetime:
    """The last moment of a day, for deadlines that include it."""
    return datetime.combine(day, time.max, tzinfo=timezone.get_current_timezone())


def days_until(day: date) -> int:
    """Whole days from today to `day`; negative when it has passed."""
    return (day - today()) // timedelta(days=1)


@contextmanager
def playing(day: date) -> Iterator[None]:
    """Let the code inside live on another day: for the demonstration and tests only.

    Raises RuntimeError in production, where nobody may turn the clock.
    """
    if settings.APP_ENV == "production":
        raise RuntimeError("The clock cannot be turned in production.")
    token = _played.set(day)
    try:
        yield
    finally:
        _played.reset(token)
