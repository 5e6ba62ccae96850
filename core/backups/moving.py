"""From SQLite to PostgreSQL: every row copied in one transaction, and compared on both sides before it counts."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

import environ
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.core.management.color import no_style
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.utils.translation import gettext as _

from core.backups.holds import reason_to_wait
from core.backups.manifest import Content, content_of
from core.exceptions import InvalidRequest, NotAllowed
from core.models import AuditEntry, AuditPayload, BrowserSession, User

TARGET = "move_target"
AT_ONCE = 500
# Empty in a new database, where their triggers refuse even a deletion of nothing.
_APPEND_ONLY = (AuditEntry, AuditPayload)


def move_database(url: str) -> Content:
    """Copy the present SQLite database to the PostgreSQL that the address names; what is there afterwards.

    The target was migrated by this program and holds nobody yet. Nobody can write meanwhile. Counts, the log's head and a
    digest of each table are compared on both sides, and only then the copy is kept; sessions stay behind.
    Raises InvalidRequest for databases that do not fit or rows that would differ, and NotAllowed while a poll is open.
    """
    with _target(url), transaction.atomic(), transaction.atomic(using=TARGET):
        # SQLite's IMMEDIATE transaction, of the settings, keeps writers out until the end.
        _check_can_move()
        moved = [model for model in _all_models() if model is not BrowserSession]
        for model in moved:
            _empty(model)
        for model in moved:
            _copy(model)
        for statement in connections[TARGET].ops.sequence_reset_sql(no_style(), moved):
            _run(statement)
        for model in moved:
            _check_same(model)
        here, there = content_of(DEFAULT_DB_ALIAS), content_of(TARGET)
        _check_equal(here, there)
    return there


@contextmanager
def _target(url: str) -> Iterator[None]:
    try:
        # Without a scheme environ would print the address, password and all, as a warning.
        config = environ.Env.db_url_config(url) if urlsplit(url).scheme else {}
    except (KeyError, ValueError, ImproperlyConfigured):
        config = {}
    if "postgresql" not in str(config.get("ENGINE")):
        raise InvalidRequest(
            _("TARGET_DATABASE_URL names no PostgreSQL."),
            _("Write it as postgres://user:password@host:5432/name."),
        )
    connections.databases[TARGET] = connections.configure_settings({DEFAULT_DB_ALIAS: config})[
        DEFAULT_DB_ALIAS
    ]
    try:
        yield
    finally:
        connections[TARGET].close()
        del connections[TARGET]
        del connections.databases[TARGET]


def _check_can_move() -> None:
    if connections[DEFAULT_DB_ALIAS].vendor != "sqlite":
        raise InvalidRequest(
            _("DATABASE_URL names no SQLite database, and only such a one is moved."),
            _("PostgreSQL is moved by backup and restore."),
        )
    if reason := reason_to_wait(DEFAULT_DB_ALIAS):
        raise NotAllowed(reason, _("Close the poll, then move."))
    if content_of(DEFAULT_DB_ALIAS).migrations != content_of(TARGET).migrations:
        raise InvalidRequest(
            _("The two databases are not of the same version of this program."),
            _("Run migrate on both with this program, then move."),
        )
    if User.objects.using(TARGET).exists() or AuditEntry.objects.using(TARGET).exists():
        raise NotAllowed(
            _("The target holds records already."), _("Make a new, empty database and run migrate on it.")
        )


def _all_models() -> list[type[models.Model]]:
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    ]


def _empty(model: type[models.Model]) -> None:
    """Remove what the migrations themselves wrote: the same rows come from the other side."""
    if model not in _APPEND_ONLY:
        _run(f"DELETE FROM {_quoted(model._meta.db_table)}")  # noqa: S608 -- the models' own names


def _run(statement: str) -> None:
    with connections[TARGET].cursor() as cursor:
        cursor.execute(statement)


def _quoted(name: str) -> str:
    return str(connections[TARGET].ops.quote_name(name))


def _fields(model: type[models.Model]) -> list[Any]:
    return [field for field in model._meta.local_concrete_fields if not field.generated]


def _rows(model: type[models.Model], using: str) -> Iterator[tuple[Any, ...]]:
    names = [field.attname for field in _fields(model)]
    return model._base_manager.using(using).order_by("pk").values_list(*names).iterator(chunk_size=AT_ONCE)


def _copy(model: type[models.Model]) -> None:
    """Insert the rows as they are; Django's own way would set the moments of today."""
    target, fields = connections[TARGET], _fields(model)
    names = ", ".join(_quoted(field.column) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    statement = f"INSERT INTO {_quoted(model._meta.db_table)} ({names}) VALUES ({places})"  # noqa: S608 -- the models' own names
    rows = _rows(model, DEFAULT_DB_ALIAS)
    with target.cursor() as cursor:
        while piece := list(islice(rows, AT_ONCE)):
            cursor.executemany(
                statement,
                [
                    [field.get_db_prep_save(value, target) for field, value in zip(fields, row, strict=True)]
                    for row in piece
                ],
            )


def _check_same(model: type[models.Model]) -> None:
    if _digest(model, DEFAULT_DB_ALIAS) != _digest(model, TARGET):
        raise InvalidRequest(
            _("Rows of the table %(table)s would not be the same in PostgreSQL, so nothing was moved.")
            % {"table": model._meta.db_table},
            _("Tell those who keep this program; go on with the present database."),
        )


def _digest(model: type[models.Model], using: str) -> int:
    """The same number for the same rows, in whatever order the database sorts them."""
    total = 0
    for row in _rows(model, using):
        text = json.dumps([_plain(value) for value in row], cls=DjangoJSONEncoder, sort_keys=True)
        total += int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")
    return total


def _plain(value: Any) -> Any:
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else value


def _check_equal(here: Content, there: Content) -> None:
    if replace(here, vendor="") != replace(there, vendor=""):
        raise InvalidRequest(
            _("Counts or the log's head differ between the two databases, so nothing was moved."),
            _("Tell those who keep this program; go on with the present database."),
        )
