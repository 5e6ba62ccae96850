"""One moment of the database while people work: SQLite by its backup API, PostgreSQL by an exported snapshot and pg_dump."""

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.backends.postgresql.client import DatabaseClient
from django.utils.translation import gettext as _

from core.backups.manifest import LEFT_OUT
from core.exceptions import InvalidRequest

PIECE = 8 * 1024 * 1024
SNAPSHOT = "backup"
"""The alias under which the frozen moment can be asked."""


@contextmanager
def frozen_moment() -> Iterator[str]:
    """A connection of its own that sees the database as it is now, whatever others write; its alias.

    Nobody is kept from writing: SQLite's write-ahead log and PostgreSQL's snapshots let readers be.
    """
    own: Any = connection.copy(SNAPSHOT)
    if own.vendor == "sqlite":
        own.settings_dict["OPTIONS"]["transaction_mode"] = "DEFERRED"
    connections[SNAPSHOT] = own
    try:
        with transaction.atomic(using=SNAPSHOT):
            if own.vendor == "postgresql":
                with own.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield SNAPSHOT
    finally:
        own.close()
        del connections[SNAPSHOT]


def dumped(using: str, folder: Path) -> Iterator[bytes]:
    """The database of the frozen moment in pieces; `folder` takes what has to lie on the disk meanwhile."""
    if connections[using].vendor == "sqlite":
        return _from_sqlite(using, folder)
    return _from_postgresql(using)


def _from_sqlite(using: str, folder: Path) -> Iterator[bytes]:
    path = folder / "database.sqlite3"
    copy = sqlite3.connect(path, isolation_level=None)
    try:
        # Within the transaction that the hold was asked in: pages of that very moment.
        connections[using].connection.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        copy.execute(f"DELETE FROM {LEFT_OUT}")  # noqa: S608 -- a name of our own
        # Pages that were given up, and what they may still hold, stay behind.
        copy.execute("VACUUM")
    except sqlite3.OperationalError as error:
        # A full or read-only disk, which SQLite tells in words of its own.
        raise OSError(f"{folder}: {error}") from error
    finally:
        copy.close()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece
    path.unlink()


def _from_postgresql(using: str) -> Iterator[bytes]:
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
    command, environment = client(
        "pg_dump",
        "--format=custom",
        "--no-owner",
        "--no-privileges",
        f"--snapshot={snapshot}",
        f"--exclude-table-data={LEFT_OUT}",
    )
    with (
        tempfile.TemporaryFile() as words,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=words, env=environment) as process,  # noqa: S603 -- our own command
    ):
        assert process.stdout is not None  # noqa: S101 -- for the type checker: it was asked for above
        try:
            while piece := process.stdout.read(PIECE):
                yield piece
        except BaseException:
            process.kill()
            raise
        _check_end(process.wait(), "pg_dump", words)


def load_sqlite(path: Path) -> None:
    """Put a database file's content in the place of the present one, in one step.

    Raises InvalidRequest when it cannot be written; then all that was there still stands.
    """
    connections[DEFAULT_DB_ALIAS].close()
    source = sqlite3.connect(path)
    target = sqlite3.connect(connection.settings_dict["NAME"], timeout=20)
    try:
        source.backup(target)
        target.execute("PRAGMA journal_mode=WAL")
    except sqlite3.OperationalError as error:
        raise InvalidRequest(
            _("The database could not be written, and what was in it still stands: %(why)s") % {"why": error},
            _("Make room where the database lies, and see that no other program holds it, then try again."),
        ) from error
    finally:
        target.close()
        source.close()


def load_postgresql(pieces: Iterable[bytes]) -> None:
    """Put a dump's content in the place of the present tables, in one transaction."""
    connections[DEFAULT_DB_ALIAS].close()
    command, environment = client(
        "pg_restore",
        "--clean",
        "--if-exists",
        "--no-owner",
        "--no-privileges",
        "--exit-on-error",
        "--single-transaction",
    )
    # Whoever still works in the tables is told of, not waited for.
    environment["PGOPTIONS"] = f"{environment.get('PGOPTIONS', '')} -c lock_timeout=20s"
    with (
        tempfile.TemporaryFile() as words,
        subprocess.Popen(command, stdin=subprocess.PIPE, stderr=words, env=environment) as process,  # noqa: S603 -- our own command
    ):
        assert process.stdin is not None  # noqa: S101 -- for the type checker: it was asked for above
        try:
            for piece in pieces:
                process.stdin.write(piece)
            process.stdin.close()
        except BrokenPipeError:
            pass  # It ended early; its words say why.
        _check_end(process.wait(), "pg_restore", words)


def client(program: str, *options: str) -> tuple[list[str], dict[str, str]]:
    """PostgreSQL's program with the address of our database; the password goes by the environment.

    Raises InvalidRequest when the program is not installed.
    """
    if shutil.which(program) is None:
        raise InvalidRequest(
            _("%(program)s is not installed on this machine.") % {"program": program},
            _("Install Debian's package postgresql-client in the version of the server, then try again."),
        )
    words, environment = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
    command = [program, *options, *words[1:-1], f"--dbname={words[-1]}"]
    return command, {**os.environ, **(environment or {})}


def _check_end(status: int, program: str, words: Any) -> None:
    if status == 0:
        return
    words.seek(0)
    said = words.read().decode(errors="replace").strip()[-1000:]
    raise InvalidRequest(
        _("%(program)s failed and nothing was changed: %(words)s") % {"program": program, "words": said},
        _("Mend what it names, then try again."),
    )
