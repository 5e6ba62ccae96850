"""Database triggers that make the audit tables append-only, on SQLite and PostgreSQL.

Payload text may be blanked (a lawful erasure) but never changed otherwise; its hash stays.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings

ENTRY = "core_auditentry"
PAYLOAD = "core_auditpayload"

_SQLITE_INSTALL = (
    f"CREATE TRIGGER IF NOT EXISTS audit_entry_no_update BEFORE UPDATE ON {ENTRY} "
    "BEGIN SELECT RAISE(ABORT, 'audit entries are append-only'); END",
    f"CREATE TRIGGER IF NOT EXISTS audit_entry_no_delete BEFORE DELETE ON {ENTRY} "
    "BEGIN SELECT RAISE(ABORT, 'audit entries are append-only'); END",
    f"CREATE TRIGGER IF NOT EXISTS audit_payload_no_update BEFORE UPDATE ON {PAYLOAD} "
    "WHEN NEW.content <> '' OR NEW.entry_id <> OLD.entry_id "
    "BEGIN SELECT RAISE(ABORT, 'audit payloads may only be blanked'); END",
    f"CREATE TRIGGER IF NOT EXISTS audit_payload_no_delete BEFORE DELETE ON {PAYLOAD} "
    "BEGIN SELECT RAISE(ABORT, 'audit payloads are append-only'); END",
)
_SQLITE_DROP = tuple(
    f"DROP TRIGGER IF EXISTS audit_{name}"
    for name in ("entry_no_update", "entry_no_delete", "payload_no_update", "payload_no_delete")
)
_POSTGRESQL_INSTALL = (
    "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ "
    "BEGIN RAISE EXCEPTION 'audit tables are append-only'; END $$",
    "CREATE OR REPLACE FUNCTION audit_blank_only() RETURNS trigger LANGUAGE plpgsql AS $$ "
    "BEGIN IF NEW.content <> '' OR NEW.entry_id <> OLD.entry_id THEN "
    "RAISE EXCEPTION 'audit payloads may only be blanked'; END IF; RETURN NEW; END $$",
    f"CREATE OR REPLACE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {ENTRY} "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
    f"CREATE OR REPLACE TRIGGER audit_payload_append_only BEFORE DELETE OR TRUNCATE ON {PAYLOAD} "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
    f"CREATE OR REPLACE TRIGGER audit_payload_blank_only BEFORE UPDATE ON {PAYLOAD} "
    "FOR EACH ROW EXECUTE FUNCTION audit_blank_only()",
)
_POSTGRESQL_DROP = (
    f"DROP TRIGGER IF EXISTS audit_entry_append_only ON {ENTRY}",
    f"DROP TRIGGER IF EXISTS audit_payload_append_only ON {PAYLOAD}",
    f"DROP TRIGGER IF EXISTS audit_payload_blank_only ON {PAYLOAD}",
)


def _run(connection: Any, sqlite: tuple[str, ...], postgresql: tuple[str, ...]) -> None:
    statements = {"sqlite": sqlite, "postgresql": postgresql}[connection.vendor]
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def install(connection: Any) -> None:
    """Make the audit tables append-only; harmless when they are already."""
    _run(connection, _SQLITE_INSTALL, _POSTGRESQL_INSTALL)


def remove(connection: Any) -> None:
    """Drop the triggers: for reversing the migration and for `lifted`, nothing else."""
    _run(connection, _SQLITE_DROP, _POSTGRESQL_DROP)


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
