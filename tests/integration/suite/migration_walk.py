"""Walks a database through every migration of the product: forward, back to nothing, and forward again.

A process of its own, since migrations write where `default` points. Prints what did not come out as it must, a line
each. Use: DATABASE_URL=… python -m tests.integration.suite.migration_walk
"""

import os
import sys
from pathlib import Path
from typing import Any

Schema = dict[str, Any]

# Each row: a name, and what the database itself says of it.
_ASKED = {
    "sqlite": ("SELECT type || ' ' || name, sql FROM sqlite_master WHERE sql IS NOT NULL",),
    "postgresql": (
        "SELECT 'column ' || table_name || '.' || column_name, "
        "concat_ws(' ', udt_name, character_maximum_length, is_nullable, column_default, identity_generation) "
        "FROM information_schema.columns WHERE table_schema = 'public'",
        "SELECT 'index ' || indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
        "SELECT 'constraint ' || conrelid::regclass || '.' || conname, pg_get_constraintdef(oid) "
        "FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
        "SELECT 'trigger ' || tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    ),
}


def schema(connection: Any) -> Schema:
    """Tables with their columns, indexes, constraints and triggers; the order of columns counts for nothing."""
    found: Schema = {}
    with connection.cursor() as cursor:
        for question in _ASKED[connection.vendor]:
            cursor.execute(question)
            # SQLite says a whole table in one text, and makes it anew in another order of columns.
            found |= {name: sorted(str(text).strip(")").split(", ")) for name, text in cursor.fetchall()}
    return found


def differences(expected: Schema, found: Schema) -> list[str]:
    """What one schema has and the other has not, or has otherwise."""
    return [
        f"{key}: {found.get(key, 'is not there')}, expected {expected.get(key, 'nothing')}"
        for key in sorted(expected.keys() | found.keys())
        if expected.get(key) != found.get(key)
    ]


def walk(connection: Any, ours: set[str]) -> list[str]:
    """Forward, back and forward; each step back must lead to what stood there on the way."""
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415 -- settings come first

    from core.models import AuditHead  # noqa: PLC0415 -- settings come first

    latest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    # What other packages bring goes first and stays: only the product's own way back is judged.
    MigrationExecutor(connection).migrate([key for key in latest if key[0] not in ours])
    stood: list[Schema] = [schema(connection)]
    found: list[str] = []

    def went_forward(action: str, migration: Any = None, fake: bool = False) -> None:
        if action == "apply_success":
            stood.append(schema(connection))

    def went_back(action: str, migration: Any = None, fake: bool = False) -> None:
        if action == "unapply_success":
            expected = stood[len(steps) - len(undone) - 1]
            undone.append(migration)
            found.extend(
                f"back from {migration}: {said}" for said in differences(expected, schema(connection))
            )

    forward = MigrationExecutor(connection, went_forward)
    steps = [migration for migration, _ in forward.migration_plan(latest)]
    if {one.app_label for one in steps} != {app for app, _ in latest if app in ours}:
        return [f"The walk would not go through every app, only through {steps}."]
    forward.migrate(latest)
    undone: list[Any] = []
    nothing = [(app, None) for app in sorted(ours)]
    MigrationExecutor(connection, went_back).migrate(nothing, plan=[(one, True) for one in reversed(steps)])
    if undone != steps[::-1]:
        found.append(f"The way back went only through {undone}.")
    MigrationExecutor(connection).migrate(latest)
    found += [f"forward again: {said}" for said in differences(stood[-1], schema(connection))]
    if AuditHead.objects.count() != 1:
        found.append("forward again: the head of the audit chain is not there once.")
    return found


def main() -> None:
    """Walk the database that the environment names."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django  # noqa: PLC0415 -- settings come first

    django.setup()
    from django.apps import apps  # noqa: PLC0415 -- settings come first
    from django.conf import settings  # noqa: PLC0415 -- settings come first
    from django.db import connection  # noqa: PLC0415 -- settings come first

    ours = {one.label for one in apps.get_app_configs() if Path(one.path).parent == settings.BASE_DIR}
    for line in walk(connection, ours):
        sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main()
