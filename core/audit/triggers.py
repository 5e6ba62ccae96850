"""Database triggers that make the audit tables append-only, on SQLite and PostgreSQL.

Payload text may be blanked (a lawful erasure) but never changed otherwise; its hash stays. The four triggers bear the
same names on both databases, and `weakened` tells which of them is not as it was installed.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings

ENTRY = "core_auditentry"
PAYLOAD = "core_auditpayload"
MISSING, DISABLED, ALTERED = "missing", "disabled", "altered"

_SQLITE = {
    "audit_entry_no_update": f"BEFORE UPDATE ON {ENTRY} "
    "BEGIN SELECT RAISE(ABORT, 'audit entries are append-only'); END",
    "audit_entry_no_delete": f"BEFORE DELETE ON {ENTRY} "
    "BEGIN SELECT RAISE(ABORT, 'audit entries are append-only'); END",
    "audit_payload_no_update": f"BEFORE UPDATE ON {PAYLOAD} "
    "WHEN NEW.content <> '' OR NEW.entry_id <> OLD.entry_id "
    "BEGIN SELECT RAISE(ABORT, 'audit payloads may only be blanked'); END",
    "audit_payload_no_delete": f"BEFORE DELETE ON {PAYLOAD} "
    "BEGIN SELECT RAISE(ABORT, 'audit payloads are append-only'); END",
}
_POSTGRESQL = {
    "audit_entry_no_update": f"BEFORE UPDATE ON {ENTRY} FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
    "audit_entry_no_delete": f"BEFORE DELETE OR TRUNCATE ON {ENTRY} "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
    "audit_payload_no_update": f"BEFORE UPDATE ON {PAYLOAD} FOR EACH ROW EXECUTE FUNCTION audit_blank_only()",
    "audit_payload_no_delete": f"BEFORE DELETE OR TRUNCATE ON {PAYLOAD} "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
}
_POSTGRESQL_FUNCTIONS = {
    "audit_refuse": " BEGIN RAISE EXCEPTION 'audit tables are append-only'; END ",
    "audit_blank_only": " BEGIN IF NEW.content <> '' OR NEW.entry_id <> OLD.entry_id THEN "
    "RAISE EXCEPTION 'audit payloads may only be blanked'; END IF; RETURN NEW; END ",
}
# Names that PostgreSQL's triggers bore until 0.3, with the table of each.
_EARLIER = {
    "audit_entry_append_only": ENTRY,
    "audit_payload_append_only": PAYLOAD,
    "audit_payload_blank_only": PAYLOAD,
}
NAMES = tuple(_SQLITE)


def install(connection: Any) -> None:
    """Make the audit tables append-only, whatever was there before."""
    remove(connection)
    if connection.vendor == "sqlite":
        _run(connection, (f"CREATE TRIGGER {name} {rest}" for name, rest in _SQLITE.items()))
        return
    _run(
        connection,
        (
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$"
            for name, body in _POSTGRESQL_FUNCTIONS.items()
        ),
    )
    _run(connection, (f"CREATE TRIGGER {name} {rest}" for name, rest in _POSTGRESQL.items()))


def remove(connection: Any) -> None:
    """Drop the triggers: for reversing the migration, for `install` and for `lifted`, nothing else."""
    if connection.vendor == "sqlite":
        _run(connection, (f"DROP TRIGGER IF EXISTS {name}" for name in NAMES))
        return
    tables = {name: ENTRY if "_entry_" in name else PAYLOAD for name in NAMES}
    _run(
        connection,
        (f"DROP TRIGGER IF EXISTS {name} ON {table}" for name, table in (tables | _EARLIER).items()),
    )


def _run(connection: Any, statements: Any) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def weakened(connection: Any) -> dict[str, str]:
    """The triggers that do not protect as installed: by name, whether missing, disabled or altered."""
    expected = _SQLITE if connection.vendor == "sqlite" else _POSTGRESQL
    found = (
        _found_on_sqlite(connection) if connection.vendor == "sqlite" else _found_on_postgresql(connection)
    )
    states = {name: _state(found.get(name), rest) for name, rest in expected.items()}
    return {name: state for name, state in states.items() if state}


def _state(found: tuple[str, bool] | None, expected: str) -> str:
    if found is None:
        return MISSING
    definition, enabled = found
    if not enabled:
        return DISABLED
    return "" if definition == expected else ALTERED


def _found_on_sqlite(connection: Any) -> dict[str, tuple[str, bool]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        return {name: (sql.removeprefix(f"CREATE TRIGGER {name} "), True) for name, sql in cursor.fetchall()}


def _found_on_postgresql(connection: Any) -> dict[str, tuple[str, bool]]:
    """A trigger whose function was replaced counts as altered, so the function's body joins the definition."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.tgname, pg_get_triggerdef(t.oid), t.tgenabled, p.proname, p.prosrc "
            "FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE c.relname IN (%s, %s) AND NOT t.tgisinternal AND pg_table_is_visible(c.oid)",
            [ENTRY, PAYLOAD],
        )
        rows = cursor.fetchall()
    found = {}
    for name, definition, enabled, function, body in rows:
        bare = re.sub(r" ON \w+\.", " ON ", definition).removeprefix(f"CREATE TRIGGER {name} ")
        is_own = _POSTGRESQL_FUNCTIONS.get(function) == body
        # 'O' fires for everyone, 'A' always; 'R' fires for replicas only.
        found[name] = (bare if is_own else f"{bare} {body}", enabled in {"O", "A"})
    return found


@contextmanager
def lifted(connection: Any) -> Iterator[None]:
    """Lift the triggers while a test empties its tables.

    Raises RuntimeError anywhere but under APP_ENV=test.
    """
    if settings.APP_ENV != "test":
        raise RuntimeError("Audit triggers can be lifted in tests only.")
    remove(connection)
    try:
        yield
    finally:
        install(connection)
