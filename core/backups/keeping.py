"""Which backups stay: the newest of each of the last seven days, five weeks and twelve months that have one.

Days, weeks and months are the office's: a night's backup, taken at half past one, would be the day before's in UTC.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

from django.utils.timezone import localtime

DAYS, WEEKS, MONTHS = 7, 5, 12
SUFFIX = ".ktbackup"
_FORM = f"khen-thuong-%Y%m%dT%H%M%SZ{SUFFIX}"


def name_of(moment: datetime) -> str:
    """The file name of a backup of that moment."""
    return moment.astimezone(UTC).strftime(_FORM)


def moment_of(path: Path) -> datetime | None:
    """The moment that a backup's name tells; None for a file of another name, which is never touched."""
    try:
        return datetime.strptime(path.name, _FORM).replace(tzinfo=UTC)
    except ValueError:
        return None


def kept_of(moments: Iterable[datetime]) -> set[datetime]:
    """The moments that the rule keeps, as they came. Days, weeks and months without a backup do not count."""
    newest_first = sorted(moments, reverse=True)
    rules: tuple[tuple[int, Callable[[datetime], object]], ...] = (
        (DAYS, lambda at: at.date()),
        (WEEKS, lambda at: at.isocalendar()[:2]),
        (MONTHS, lambda at: (at.year, at.month)),
    )
    kept: set[datetime] = set()
    for count, period in rules:
        newest: dict[object, datetime] = {}
        for at in newest_first:
            newest.setdefault(period(localtime(at)), at)
        kept.update(list(newest.values())[:count])
    return kept


def remove_old(folder: Path) -> list[Path]:
    """Remove the backups that the rule does not keep; which were removed."""
    found = {at: path for path in folder.iterdir() if (at := moment_of(path)) is not None}
    old = [path for at, path in sorted(found.items()) if at not in kept_of(found)]
    for path in old:
        path.unlink()
    return old
