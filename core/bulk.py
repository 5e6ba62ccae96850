"""Writing many rows at the speed of the database: COPY on PostgreSQL, one prepared statement on SQLite.

Django's `bulk_create` spends a hundred microseconds a row on building instances and on splitting statements;
these functions spend four. They bypass `save()`, defaults and validation, so a service that calls them has
checked the rows; constraints of the database still hold and raise `IntegrityError`.
"""

from __future__ import annotations

import gc
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from threading import Lock
from typing import Any, cast

from django.db import connections, models, router

Row = Sequence[Any]

# What COPY's text format gives a meaning to.
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_PIECE = 1 << 20
_UPDATED_AT_ONCE = 1000


_counting = Lock()
_uncollected = {"now": 0, "was_on": 0}


@contextmanager
def without_collecting() -> Iterator[None]:
    """Leave cycles alone while a file's rows are read or written, a seventh of the time of 50,000 of them.

    Rows are plain and hold no cycles, and the collector would walk all of them again and again. It is the process's:
    the last thread to leave turns it on again.
    """
    with _counting:
        if not _uncollected["now"]:
            _uncollected["was_on"] = gc.isenabled()
            gc.disable()
        _uncollected["now"] += 1
    try:
        yield
    finally:
        with _counting:
            _uncollected["now"] -= 1
            if not _uncollected["now"] and _uncollected["was_on"]:
                gc.enable()


def insert_rows(model: type[models.Model], fields: Sequence[str], rows: Iterable[Row]) -> None:
    """Insert rows whose values stand in the order of `fields`, a name of a field each.

    Values are None, text, whole numbers, booleans, and days or times as ISO text: nothing is converted. Columns
    left out must have a default in the database. Runs in the caller's transaction; raises `IntegrityError`.
    """
    connection = connections[router.db_for_write(model)]
    table = connection.ops.quote_name(model._meta.db_table)
    named = ", ".join(connection.ops.quote_name(_field(model, name).column) for name in fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with connection.wrap_database_errors:
                cursor.copy_expert(f"COPY {table} ({named}) FROM STDIN", _CopyStream(rows))
        else:
            marks = ", ".join(["%s"] * len(fields))
            many = cast("Sequence[Row]", rows)  # the driver draws them one by one
            cursor.executemany(f"INSERT INTO {table} ({named}) VALUES ({marks})", many)  # noqa: S608 -- our own names


def update_rows(
    model: type[models.Model], *, matched: Sequence[str], changed: Sequence[str], rows: Iterable[Row]
) -> int:
    """Set `changed` where `matched` fields hold the row's values; how many rows of the table were changed.

    Each row holds the values of `changed`, then those of `matched`, none of them None. Matching on what a value
    was when somebody looked makes this a compare-and-set: fewer changed than rows means that another hand was there.
    """
    connection = connections[router.db_for_write(model)]
    fields = [_field(model, name) for name in (*changed, *matched)]
    quoted = [connection.ops.quote_name(field.column) for field in fields]
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            types = [field.db_type(connection) for field in fields]
            return _update_from_values(cursor, table, quoted, types, len(changed), rows)
        sets = ", ".join(f"{column} = %s" for column in quoted[: len(changed)])
        wheres = " AND ".join(f"{column} = %s" for column in quoted[len(changed) :])
        many = cast("Sequence[Row]", rows)
        cursor.executemany(f"UPDATE {table} SET {sets} WHERE {wheres}", many)  # noqa: S608 -- our own names
        found: int = cursor.rowcount
        return max(found, 0)


def _field(model: type[models.Model], name: str) -> Any:
    """A field with a column; one without, such as the far end of a relation, fails where the column is asked for."""
    return model._meta.get_field(name)


def _update_from_values(
    cursor: Any, table: str, columns: list[str], types: list[str | None], changed: int, rows: Iterable[Row]
) -> int:
    """PostgreSQL takes a thousand rows in one statement where a statement a row costs a tenth of a millisecond each."""
    from psycopg2.extras import execute_values  # noqa: PLC0415 -- only PostgreSQL's driver has it

    sets = ", ".join(f"{column} = v.n{at}" for at, column in enumerate(columns[:changed]))
    wheres = " AND ".join(
        f"t.{column} = v.n{at}" for at, column in enumerate(columns[changed:], start=changed)
    )
    names = ", ".join(f"n{at}" for at in range(len(columns)))
    template = "(" + ", ".join(f"%s::{_plain_type(one)}" for one in types) + ")"
    statement = f"UPDATE {table} AS t SET {sets} FROM (VALUES %s) AS v ({names}) WHERE {wheres}"  # noqa: S608
    updated, source = 0, iter(rows)
    while chunk := list(islice(source, _UPDATED_AT_ONCE)):
        execute_values(cursor, statement, chunk, template=template, page_size=_UPDATED_AT_ONCE)
        updated += cursor.rowcount
    return updated


def _plain_type(db_type: str | None) -> str:
    """The type as a value is cast to it: a key's own type is its number, not the column that makes it."""
    return {"bigserial": "bigint", "serial": "integer"}.get(str(db_type), str(db_type)).split(" CHECK")[0]


class _CopyStream(io.TextIOBase):
    """The rows as the text that COPY reads, made piece by piece so that a long file needs no more memory."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows = iter(rows)
        self._rest = ""

    def readable(self) -> bool:
        """Whether the driver may read from this."""
        return True

    def read(self, size: int | None = -1) -> str:
        """The next piece, empty at the end."""
        wanted = _PIECE if size is None or size < 0 else size
        lines, length = [self._rest], len(self._rest)
        while length < wanted:
            row = next(self._rows, None)
            if row is None:
                break
            line = "\t".join([_cell(value) for value in row]) + "\n"
            lines.append(line)
            length += len(line)
        text = "".join(lines)
        piece, self._rest = text[:wanted], text[wanted:]
        return piece


def _cell(value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return value.translate(_ESCAPES)
    if value is True or value is False:
        return "t" if value else "f"
    return str(value)
