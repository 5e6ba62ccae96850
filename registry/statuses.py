"""What each status of a handed-in file means: one row a status, from which pages, services and queries read."""

from collections.abc import Callable
from dataclasses import dataclass

from registry.enums import ImportStatus


@dataclass(frozen=True)
class ImportStatusRow:
    """All that a status says."""

    status: ImportStatus
    tone: str
    """Of the chip, as the design system names tones."""
    is_open: bool = False
    """The file may be set aside."""
    is_waiting: bool = False
    """It was read and waits for a person: questions may be answered, words told, and it may be read again."""
    has_rows: bool = False
    """Its rows, or after loading those that were refused, are there to be seen."""

    @property
    def label(self) -> str:
        """The status in the reader's language."""
        return str(self.status.label)


ROWS: tuple[ImportStatusRow, ...] = (
    ImportStatusRow(ImportStatus.READING, "now", is_open=True),
    ImportStatusRow(ImportStatus.FAILED, "bad", is_open=True, is_waiting=True),
    ImportStatusRow(ImportStatus.STAGED, "now", is_open=True, is_waiting=True, has_rows=True),
    ImportStatusRow(ImportStatus.CONFIRMED, "good", has_rows=True),
    ImportStatusRow(ImportStatus.DISCARDED, "neutral"),
)
_ROW_OF = {row.status: row for row in ROWS}


def row_of(status: str) -> ImportStatusRow:
    """The row of a stored value."""
    return _ROW_OF[ImportStatus(status)]


def statuses_that(says: Callable[[ImportStatusRow], bool]) -> tuple[ImportStatus, ...]:
    """The statuses of whose row something is true."""
    return tuple(row.status for row in ROWS if says(row))


OPEN = statuses_that(lambda row: row.is_open)
WAITING = statuses_that(lambda row: row.is_waiting)
