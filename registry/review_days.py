"""When a year-end review counts as recognised where nobody says the day."""

from datetime import date

from core import clock

_MONTH, _DAY = 12, 14


def default_recognised_on(year: int) -> date:
    """The last day of the yearly review (14 December, Quyết định 24/2021/QĐ-TTg), or today when that is to come."""
    return min(date(year, _MONTH, _DAY), clock.today())
