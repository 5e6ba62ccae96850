"""Tables whose rows are never changed and never removed: the database itself refuses, on SQLite and PostgreSQL.

An app names such a table with `keep_for_good` when it starts, and puts the triggers on in a migration with `protect`.
The log's own tables, whose contents may be blanked, have `core.audit.triggers`.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings

from core.audit.triggers import ALTERED, DISABLED, MISSING

_FUNCTION = "append_only_refuse"
_BODY = " BEGIN RAISE EXCEPTION 'rows of % are kept as they are', TG_TABLE_NAME; END "
_kept: list[str] = []


def keep_for_good(table: str) -> None:
    """Count a table among those whose rows stay as they are."""
    if table not in _kept:
        _kept.append(table)


def protect(connection: Any, table: str) -> None:
    """Have the database refuse changes and removals in a table, whatever was there before."""
    unprotect(connection, table)
    statements = [f"CREATE TRIGGER {name} {rest}" for name, rest in _wanted(connection, table).items()]
    if connection.vendor != "sqlite":
        statements.insert(
            0, f"CREATE OR REPLACE FUNCTION {_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $${_BODY}$$"
        )
    _run(connection, statements)


def unprotect(connection: Any, table: str) -> None:
    """Drop a table's triggers: for reversing a migration, for `protect` and for `lifted`, nothing else."""
    on = "" if connection.vendor == "sqlite" else f" ON {table}"
    _run(connection, [f"DROP TRIGGER IF EXISTS {name}{on}" for name in _wanted(connection, table)])


def weakened(connection: Any) -> dict[str, str]:
    """The triggers that do not protect as they were put on: by name, whether missing, disabled or altered."""
    found = _found(connection)
    states = {}
    for table in _kept:
        for name, rest in _wanted(connection, table).items():
            definition, is_enabled = found.get(name, ("", False))
            if not definition:
                states[name] = MISSING
            elif not is_enabled:
                states[name] = DISABLED
            elif definition != rest:
                states[name] = ALTERED
    return states


def mend(connection: Any) -> dict[str, str]:
    """Put on again what `weakened` names; which that were."""
    weak = weakened(connection)
    for table in _kept:
        if any(name.startswith(f"{table}_no_") for name in weak):
            protect(connection, table)
    return weak


@contextmanager
def lifted(connection: Any) -> Iterator[None]:
    """Lift the triggers while a test empties its tables. Raises RuntimeError anywhere but under APP_ENV=test."""
    if settings.APP_ENV != "test":
        raise RuntimeError("Triggers can be lifted in tests only.")
    for table in _kept:
        unprotect(connection, table)
    try:
        yield
    finally:
        for table in _kept:
            protect(connection, table)


def _wanted(connection: Any, table: str) -> dict[str, str]:
    if connection.vendor == "sqlite":
        refuse = f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are kept as they are'); END"
        return {
            f"{table}_no_update": f"BEFORE UPDATE ON {table} {refuse}",
            f"{table}_no_delete": f"BEFORE DELETE ON {table} {refuse}",
        }
    # A row's trigger lets through what touches no row: moving a database empties every table first.
    act = f"EXECUTE FUNCTION {_FUNCTION}()"
    return {
        f"{table}_no_update": f"BEFORE UPDATE ON {table} FOR EACH ROW {act}",
        f"{table}_no_delete": f"BEFORE DELETE ON {table} FOR EACH ROW {act}",
        f"{table}_no_truncate": f"BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {act}",
    }


def _found(connection: Any) -> dict[str, tuple[str, bool]]:
    """The triggers that the database has: their definitions, and whether they fire."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            return {
                name: (sql.removeprefix(f"CREATE TRIGGER {name} "), True) for name, sql in cursor.fetchall()
            }
        cursor.execute(
            "SELECT t.tgname, pg_get_triggerdef(t.oid), t.tgenabled, p.proname, p.prosrc "
            "FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE NOT t.tgisinternal AND pg_table_is_visible(c.oid)"
        )
        rows = cursor.fetchall()
    found = {}
    for name, definition, enabled, function, body in rows:
        bare = re.sub(r" ON \w+\.", " ON ", definition).removeprefix(f"CREATE TRIGGER {name} ")
        is_own = (function, body) == (_FUNCTION, _BODY)
        # 'O' fires for everyone, 'A' always; 'R' fires for replicas only.
        found[name] = (bare if is_own else f"{bare} {body}", enabled in {"O", "A"})
    return found


def _run(connection: Any, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
