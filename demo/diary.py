"""What happens on which day: collected first, then lived through in order."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from core import clock

Step = Callable[[], object]
OPENING = time(8, 0)
DAY_MINUTES = 8 * 60
LONGEST_GAP_MINUTES = 9


class Diary:
    """Steps by day; within a day in the order in which they were entered, spread over office hours."""

    def __init__(self) -> None:
        self._days: defaultdict[date, list[Step]] = defaultdict(list)

    def on(self, day: date, step: Step) -> None:
        """Enter a step."""
        self._days[day].append(step)

    def live_through(self) -> None:
        """Do everything, each step at its day and hour."""
        for day in sorted(self._days):
            steps = self._days[day]
            gap = min(LONGEST_GAP_MINUTES, DAY_MINUTES / len(steps))
            for place, step in enumerate(steps):
                at = datetime.combine(day, OPENING) + timedelta(minutes=gap * place)
                with clock.playing(day, at.time()):
                    step()


def working_day(day: date, days: int = 0) -> date:
    """So many days from a day; from a weekend on to Monday."""
    moved = day + timedelta(days=days)
    return moved + timedelta(days=max(0, 7 - moved.weekday()) if moved.weekday() > 4 else 0)
