"""What commands of the shell share: whoever runs one reads a sentence, never a trace of the program."""

from __future__ import annotations

import getpass
import sys
import warnings
from pathlib import Path
from typing import Any, ClassVar

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from core.exceptions import Refusal
from core.outages import StorageAway, refusal_for, storage_away


class SpokenCommand(BaseCommand):
    """A command whose refusals, and the faults of its machine, are sentences.

    `failed_with` is the code with which it exits when it could not be carried out.
    """

    failed_with: ClassVar[int] = 1

    def execute(self, *args: Any, **options: Any) -> Any:
        if sys.stdout is None and not options.get("stdout"):
            # Closed by whoever started it, as with “>&-”: what is done could not be told.
            raise CommandError(
                _("The output is closed, so nothing could be told. Nothing was done: send it to a file."),
                returncode=self.failed_with,
            )
        try:
            return super().execute(*args, **options)
        except CommandError:
            raise
        except Exception as fault:
            sentence = _sentence_of(fault)
            if not sentence:
                raise
            raise CommandError(sentence, returncode=self.failed_with) from None


def secret(label: str) -> str:
    """What is typed for a label without being shown; from a pipe the line as it comes.

    Raises EOFError where nothing can be typed.
    """
    with warnings.catch_warnings():
        # Without a terminal nobody looks over a shoulder.
        warnings.simplefilter("ignore", getpass.GetPassWarning)
        try:
            return getpass.getpass(f"{label}: ")
        except AttributeError:
            # What the standard library says where standard input is closed and there is no terminal.
            raise EOFError from None


def text_of(path: str | Path, *, encoding: str = "utf-8") -> str:
    """A text file's content; raises ``CommandError`` with its name."""
    try:
        return Path(path).read_text(encoding=encoding)
    except UnicodeDecodeError:
        raise CommandError(
            _("%(file)s is no text file, so it cannot be the one meant.") % {"file": path}
        ) from None
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}.") from None


def _sentence_of(fault: Exception) -> str:
    """What a fault means to whoever runs the command; empty where it is one of the program."""
    if isinstance(fault, Refusal):
        return fault.sentence
    if isinstance(fault, ImproperlyConfigured):
        return str(fault)
    if isinstance(fault, EOFError):
        return _("The input ended before everything was answered. Nothing was written.")
    if isinstance(fault, UnicodeError):
        return _("What was read is no text. Nothing was written.")
    if isinstance(fault, OverflowError):
        return _("A number is larger than any that is kept here. Nothing was written.")
    if isinstance(fault, StorageAway):
        return f"{storage_away().sentence} {fault}"
    if isinstance(fault, DatabaseError | InterfaceError):
        if _waits_for_migrations():
            return _(
                "The database is older than this program. Run manage.py migrate, then this command again."
            )
        refusal = refusal_for(fault)
        if refusal is not None:
            return refusal.sentence
        # What the drivers say of a damaged file has no kind of its own; faults of a statement have.
        return (
            _("The database cannot be read: %(why)s. Bring the last backup back.") % {"why": fault}
            if (type(fault) is DatabaseError)
            else ""
        )
    if isinstance(fault, OSError) and fault.strerror:
        return f"{fault.filename}: {fault.strerror}." if fault.filename else f"{fault.strerror}."
    return ""


def _waits_for_migrations() -> bool:
    """Whether the database can be reached, and its tables are not those of this program."""
    try:
        executor = MigrationExecutor(connection)
        return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except (DatabaseError, InterfaceError):
        return False
