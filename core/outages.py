"""Faults of the machine told apart: where waiting helps, and where somebody has to make room."""

import errno
import re
import sqlite3

from django.db import DatabaseError, DataError, InterfaceError, InternalError, OperationalError
from django.utils.translation import gettext as _

from core.exceptions import Hidden, NoRoom, Refusal, Unavailable

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})
_SQLITE_NO_ROOM = frozenset(
    {sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}
)
# PostgreSQL: disk full, i/o error, and a transaction that may only read.
_POSTGRESQL_NO_ROOM = frozenset({"53100", "58030", "25006"})


# A number in an address or a form that is larger than any key: SQLite's and PostgreSQL's words.
_NO_KEY = re.compile("too large to convert to SQLite INTEGER|out of range")


class StorageAway(OSError):
    """The machine where files are kept cannot be reached, or refuses: a matter of waiting, or of its keys."""


FAULTS = (DatabaseError, InterfaceError, OSError, OverflowError)
"""What `refusal_for` may know; other exceptions are faults of the code."""


def refusal_for(fault: BaseException | None) -> Refusal | None:
    """The refusal that says a fault of the machine to people; None for a fault of the code.

    Whatever was being written was one transaction, so that nothing of it is half there.
    """
    if is_beyond_any_key(fault):
        return Hidden()
    if isinstance(fault, StorageAway):
        return storage_away()
    if isinstance(fault, OSError):
        return no_room() if fault.errno in _NO_ROOM else None
    if isinstance(fault, OperationalError | InternalError) and _lacks_room(fault.__cause__):
        return no_room()
    if isinstance(fault, OperationalError | InterfaceError):
        return Unavailable(
            _(
                "The database could not be reached, or was held by other work for too long. Nothing was half saved."
            ),
            _("Wait half a minute, then try again."),
        )
    return None


def is_beyond_any_key(fault: BaseException | None) -> bool:
    """Whether somebody asked for a number that is larger than any key: there is nothing there."""
    return isinstance(fault, OverflowError | DataError) and bool(_NO_KEY.search(str(fault)))


def storage_away() -> Unavailable:
    """The refusal where files lie on another machine that does not answer."""
    return Unavailable(
        _("The place where files are kept does not answer. Nothing was half saved."),
        _("Wait half a minute, then try again. If it lasts, tell the administrator."),
    )


def no_room() -> NoRoom:
    """The refusal where bytes cannot be kept."""
    return NoRoom(
        _("The disk of the system is full or cannot be written. Nothing was half saved."),
        _("Tell the administrator, and try again when there is room."),
    )


def _lacks_room(cause: BaseException | None) -> bool:
    """Whether the database's own error says that it has no place to write."""
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF in _SQLITE_NO_ROOM
    return getattr(cause, "pgcode", None) in _POSTGRESQL_NO_ROOM
